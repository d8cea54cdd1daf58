//! Whatever happened to an entry, it is compiled again, and nothing of it is believed.

use std::fs;

use super::*;

/// Puts these bytes in an entry's place: it is not found, and it is gone.
fn check_rejected(cache: &CodeCache, path: &Path, bytes: &[u8], what: &str) {
    fs::write(path, bytes).unwrap();
    assert_eq!(cache.find(&env(WASM)), None, "{what}");
    assert!(!path.exists(), "{what}: it is still there");
}

#[test]
fn each_byte_counts() {
    let folder = temporary();
    let cache = cache(folder.path());
    cache.keep(&env(WASM), &unit());
    let path = entry(folder.path());
    let whole = fs::read(&path).unwrap();
    for position in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[position] ^= 1 << (position % 8);
        check_rejected(&cache, &path, &damaged, &format!("byte {position}"));
    }
    for len in 0..whole.len() {
        check_rejected(&cache, &path, &whole[..len], &format!("{len} bytes"));
    }
    check_rejected(&cache, &path, &[&*whole, &[0]].concat(), "a byte too many");
    fs::write(&path, whole).unwrap();
    assert_eq!(cache.find(&env(WASM)), Some(unit()));
}

#[test]
fn an_entry_under_another_name_is_not_used() {
    let folder = temporary();
    let cache = cache(folder.path());
    cache.keep(&env(b"one"), &unit());
    let one = entry(folder.path());
    cache.keep(&env(b"two"), &unit());
    let two = files(folder.path(), folder::ENTRY).into_iter().find(|path| *path != one).unwrap();
    fs::copy(&one, &two).unwrap();
    assert_eq!(cache.find(&env(b"two")), None);
    assert_eq!(cache.find(&env(b"one")), Some(unit()));
}

#[test]
fn a_folder_in_an_entrys_place_is_a_miss() {
    let folder = temporary();
    let cache = cache(folder.path());
    cache.keep(&env(WASM), &unit());
    let path = entry(folder.path());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(cache.find(&env(WASM)), None);
    cache.keep(&env(WASM), &unit());
    assert_eq!(files(folder.path(), "").len(), 2, "nothing temporary stays");
}

/// What the signature cannot keep out: a unit that was wrong when it was signed. Numbers in it may be anything, but nothing
/// may be read that is not there.
#[test]
fn signed_nonsense_is_rejected_or_harmless() {
    let (env, whole) = (env(WASM), unit().encode());
    let tried = |bytes: Vec<u8>| {
        let Ok(unit) = Unit::decode(bytes) else { return false };
        let fits = unit.check(&env).is_ok();
        if fits {
            for offset in 0..unit.text.len() as u32 + 2 {
                let _ = (unit.trap_at(offset), unit.frames_at(offset, 1).count());
            }
            assert!(unit.functions.iter().all(|code| !code.of(&unit.text).is_empty()));
            assert!(unit.bridges.iter().chain(&unit.gates).all(|(ty, _)| (*ty as usize) < env.info.types.len()));
        }
        fits
    };
    assert!(tried(whole.clone()));
    let mut rejected = 0;
    for position in 0..whole.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff, whole[position] ^ 1, whole[position].wrapping_add(8)] {
            let mut damaged = whole.clone();
            damaged[position] = value;
            rejected += u32::from(!tried(damaged));
        }
        assert!(!tried(whole[..position].to_vec()), "{position} bytes");
        assert!(!tried(whole[position + 1..].to_vec()), "without {position} bytes");
    }
    assert!(rejected > 500, "{rejected}");
}

#[test]
fn units_that_do_not_fit_are_told_apart() {
    let check = |change: fn(&mut Unit), reason: &str| {
        let mut unit = unit();
        change(&mut unit);
        assert_eq!(Unit::decode(unit.encode()).as_ref(), Ok(&unit));
        let found = unit.check(&env(WASM)).unwrap_err();
        assert!(found.contains(reason), "{found}");
    };
    check(|unit| unit.functions.truncate(1), "another number of functions");
    check(|unit| unit.functions[1].end = 101, "outside the text");
    check(|unit| unit.functions.swap(0, 1), "not in order");
    check(|unit| unit.functions[1] = Range { start: 40, end: 40 }, "has no code");
    check(|unit| unit.bridges.push((0, Range::default())), "a bridge");
    check(|unit| unit.gates.push((9, Range::default())), "a gate");
    check(|unit| unit.trap_offsets[1] = 100, "traps");
    check(|unit| unit.trap_codes[1] = 63, "traps");
    check(|unit| unit.trap_codes.truncate(1), "traps");
    check(|unit| unit.place_ends[0] = 25, "places");
    check(|unit| unit.place_positions[0] = 8, "places");
    check(|unit| unit.place_positions[1] = Position::INLINED + 2, "places");
    check(|unit| unit.inlined[0].call = Position(Position::INLINED), "compiled into another");
    check(|unit| unit.inlined[0].function = 3, "compiled into another");
}
