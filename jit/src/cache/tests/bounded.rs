//! The folder does not grow beyond its bound.

use std::fs::File;
use std::time::{Duration, SystemTime};

use super::*;

/// Says when a file was last used.
fn set_age(path: &Path, age: Duration) {
    File::options().write(true).open(path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

fn age(path: &Path) -> Duration {
    fs::metadata(path).unwrap().modified().unwrap().elapsed().unwrap_or_default()
}

const HOUR: Duration = Duration::from_secs(3600);

/// The size of an entry.
fn size() -> u64 {
    let folder = temporary();
    cache(folder.path()).keep(&env(WASM), &unit());
    fs::metadata(entry(folder.path())).unwrap().len()
}

#[test]
fn the_least_recently_used_go_first() {
    let folder = temporary();
    let cache = cache_with(CacheConfig::new(folder.path()).max_bytes(10 * size()));
    // Module 0 is the oldest, but for what stands in the file.
    for module in 0..10u8 {
        let known = files(folder.path(), folder::ENTRY);
        cache.keep(&env(&[module; 3]), &unit());
        let new = files(folder.path(), folder::ENTRY).into_iter().find(|path| !known.contains(path)).unwrap();
        set_age(&new, (20 - u32::from(module)) * HOUR);
    }
    assert_eq!(files(folder.path(), folder::ENTRY).len(), 10);
    assert!(cache.find(&env(&[1; 3])).is_some(), "used now");
    cache.keep(&env(WASM), &unit());
    assert_eq!(files(folder.path(), folder::ENTRY).len(), 7);
    let left: Vec<u8> = (0..10).filter(|module| cache.find(&env(&[*module; 3])).is_some()).collect();
    assert_eq!(left, [1, 5, 6, 7, 8, 9]);
    assert!(cache.find(&env(WASM)).is_some());
}

#[test]
fn only_entries_are_removed() {
    let folder = temporary();
    let cache = cache_with(CacheConfig::new(folder.path()).max_bytes(size()));
    let others = ["notes.txt", "a.code", "0123456789abcdeg.tmp", &format!("{}.tmp", "é".repeat(8))];
    let temporary = [("0123456789abcdef.tmp", 25 * HOUR, false), ("fedcba9876543210.tmp", HOUR, true)];
    let ages = others.iter().map(|name| (*name, 30 * HOUR)).chain(temporary.map(|(name, age, _)| (name, age)));
    for (name, age) in ages {
        fs::write(folder.path().join(name), [0; 5000]).unwrap();
        set_age(&folder.path().join(name), age);
    }
    cache.keep(&env(b"one"), &unit());
    cache.keep(&env(b"two"), &unit());
    assert_eq!(files(folder.path(), folder::ENTRY).len() - 1, 1, "one entry, and a file with a similar name");
    assert!(cache.find(&env(b"two")).is_some(), "what was just written stays");
    assert!(others.iter().all(|name| folder.path().join(name).exists()));
    for (name, _, stays) in temporary {
        assert_eq!(folder.path().join(name).exists(), stays, "{name}");
    }
}

#[test]
fn what_is_larger_than_the_bound_is_not_kept() {
    let folder = temporary();
    for limit in [0, 1, size() - 1] {
        let cache = cache_with(CacheConfig::new(folder.path()).max_bytes(limit));
        cache.keep(&env(WASM), &unit());
        assert_eq!((cache.find(&env(WASM)), cache.problem()), (None, None));
        assert_eq!(files(folder.path(), folder::ENTRY).len(), 0);
    }
    assert_eq!(files(folder.path(), "").len(), 1, "the key");
}

#[test]
fn a_bound_of_nothing_touches_nothing() {
    let folder = temporary();
    let path = folder.path().join("cache");
    let cache = cache_with(CacheConfig::new(&path).max_bytes(0));
    cache.keep(&env(WASM), &unit());
    assert_eq!(cache.find(&env(WASM)), None);
    assert!(!path.exists());
}

#[test]
fn use_is_noted_once_an_hour() {
    let folder = temporary();
    let cache = cache(folder.path());
    cache.keep(&env(WASM), &unit());
    let path = entry(folder.path());
    for (before, noted) in [(HOUR / 2, false), (2 * HOUR, true)] {
        set_age(&path, before);
        assert!(cache.find(&env(WASM)).is_some());
        assert_eq!(age(&path) < HOUR / 4, noted);
    }
}
