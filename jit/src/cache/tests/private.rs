//! The folder and the key are the user's alone, or there is no cache.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::*;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn what_is_made_is_private() {
    let folder = temporary();
    let path = folder.path().join("cache");
    cache(&path).keep(&env(WASM), &unit());
    assert_eq!([mode(&path), mode(&path.join("key")), mode(&entry(&path))], [0o700, 0o600, 0o600]);
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let folder = temporary();
    cache(folder.path()).keep(&env(WASM), &unit());
    for bad in [0o777, 0o770, 0o702, 0o1777] {
        set_mode(folder.path(), bad);
        let cache = cache(folder.path());
        assert_eq!(cache.find(&env(WASM)), None);
        cache.keep(&env(b"two"), &unit());
        let Some(CacheProblem::Unsafe(why)) = cache.problem() else { panic!("{:?}", cache.problem()) };
        assert!(why.contains(&format!("others may write to it (its mode is {bad:o}")), "{why}");
        assert!(cache.open(&env(WASM), &[]).unwrap_err().contains("others may write to it"));
    }
    set_mode(folder.path(), 0o755);
    assert_eq!(cache(folder.path()).find(&env(WASM)), Some(unit()), "reading does no harm");
    entry(folder.path());
}

#[test]
fn a_folder_of_another_user_is_refused() {
    let folder = temporary();
    // Only root can give a folder away.
    if std::os::unix::fs::chown(folder.path(), Some(12345), None).is_err() {
        return;
    }
    let cache = cache(folder.path());
    assert_eq!(cache.find(&env(WASM)), None);
    let problem = cache.problem().unwrap();
    assert!(matches!(&problem, CacheProblem::Unsafe(why) if why.ends_with("it belongs to another user")), "{problem}");
}

#[test]
fn a_key_that_others_may_know_is_replaced() {
    let folder = temporary();
    let key = folder.path().join("key");
    let spoil: [fn(&Path); 3] = [
        |key| set_mode(key, 0o640),
        |key| fs::write(key, b"short").unwrap(),
        |key| {
            // As root could have left it.
            let _ = std::os::unix::fs::chown(key, Some(12345), None);
            set_mode(key, 0o606);
        },
    ];
    for spoil in spoil {
        let cache_before = cache(folder.path());
        cache_before.keep(&env(WASM), &unit());
        let before = fs::read(&key).unwrap();
        spoil(&key);
        let cache = cache(folder.path());
        assert_eq!(cache.find(&env(WASM)), None, "nothing is believed that the old key signed");
        assert_ne!(fs::read(&key).unwrap(), before);
        assert_eq!((mode(&key), fs::read(&key).unwrap().len()), (0o600, 32));
        cache.keep(&env(WASM), &unit());
        assert_eq!(cache.find(&env(WASM)), Some(unit()));
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_no_failure() {
    let folder = temporary();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    for path in [file.clone(), file.join("below"), PathBuf::from("/proc/no/such/folder")] {
        let cache = cache(&path);
        assert_eq!(cache.find(&env(WASM)), None);
        cache.keep(&env(WASM), &unit());
        let problem = cache.problem().unwrap();
        assert!(matches!(&problem, CacheProblem::Unavailable(why) if why.starts_with(&*path.to_string_lossy())));
    }
}

#[test]
fn a_read_only_folder_still_gives_what_it_has() {
    let folder = temporary();
    cache(folder.path()).keep(&env(WASM), &unit());
    set_mode(folder.path(), 0o500);
    let cache = cache(folder.path());
    assert_eq!(cache.find(&env(WASM)), Some(unit()));
    // Root writes there even so; for others nothing happens.
    cache.keep(&env(b"two"), &unit());
    assert_eq!(cache.find(&env(WASM)), Some(unit()));
    assert_eq!(cache.problem(), None);
    set_mode(folder.path(), 0o700);
}
