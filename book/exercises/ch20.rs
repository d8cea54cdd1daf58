//! Chapter 20: where to go next.

use falkirk_book::bytes::leb128::decode;
use falkirk_book::bytes::sections::split;
use falkirk_book::programs::Result;

// ANCHOR: land
/// A stretch of code inside a `try_table`: which exceptions it catches, and where the function goes on then.
struct Guarded {
    code: std::ops::Range<usize>,
    tag: u32,
    lands: usize,
}

/// Where an exception is caught: how many frames are left, and where the last of them goes on. `frames` says for each
/// call where in the code it is, the outermost first. In the table, inner stretches come before those around them.
fn land(frames: &[usize], table: &[Guarded], tag: u32) -> Option<(usize, usize)> {
    let catches = |place: usize| table.iter().find(|row| row.tag == tag && row.code.contains(&place));
    (1..=frames.len()).rev().find_map(|left| Some((left, catches(frames[left - 1])?.lands)))
}
// ANCHOR_END: land

#[test]
fn the_nearest_frame_that_wants_it_catches() {
    let row = |code, tag, lands| Guarded { code, tag, lands };
    let table = [row(12..14, 0, 40), row(10..20, 1, 50), row(10..20, 0, 60), row(30..31, 2, 70)];
    // Thrown where nobody wants it: one frame is left, and goes on where its `try_table` says.
    assert_eq!(land(&[15, 25], &table, 0), Some((1, 60)));
    // In the inner of two, and with a tag that only the outer one wants.
    assert_eq!(land(&[13, 25], &table, 0), Some((1, 40)));
    assert_eq!(land(&[13, 25], &table, 1), Some((1, 50)));
    // Caught in the very frame that throws, though there are others that would.
    assert_eq!(land(&[13, 13], &table, 0), Some((2, 40)));
    // The end of a stretch is behind it.
    assert_eq!(land(&[20], &table, 0), None);
    // Nobody wants it, so the host gets it.
    assert_eq!(land(&[13, 15], &table, 2), None);
}

// ANCHOR: keep
/// Which objects stay. A number `n` in a slot or a field may be a reference to `objects[n - 1]`, or just a number; 0 is
/// null. Nobody knows which, so whatever could be a reference is taken for one.
fn keep(slots: &[u64], objects: &[Vec<u64>]) -> Vec<bool> {
    let mut kept = vec![false; objects.len()];
    let mut waiting = slots.to_vec();
    while let Some(number) = waiting.pop() {
        let index = number.wrapping_sub(1) as usize;
        if kept.get(index) == Some(&false) {
            kept[index] = true;
            waiting.extend(&objects[index]);
        }
    }
    kept
}
// ANCHOR_END: keep

#[test]
fn what_can_be_reached_is_kept() {
    // 1 refers to 2, and 3 and 4 to each other.
    let objects = [vec![2], vec![], vec![4], vec![3]];
    assert_eq!(keep(&[1], &objects), [true, true, false, false]);
    assert_eq!(keep(&[0, 5, u64::MAX], &objects), [false; 4]);
    // Perhaps this 3 is only a number. Then 3 and 4 are kept for nothing.
    assert_eq!(keep(&[3], &objects), [false, false, true, true]);
}

#[test]
fn a_long_list_needs_no_deep_stack() {
    let list: Vec<Vec<u64>> = (2..=1_000_001).map(|next| vec![next]).collect();
    assert!(keep(&[1], &list).into_iter().all(|kept| kept));
}

// ANCHOR: wants
/// Which of two proposals a module needs, as far as its sections tell.
fn wants(module: &[u8]) -> Result<Vec<&'static str>> {
    let mut wanted = Vec::new();
    for section in split(module)? {
        match section.id {
            5 if has_shared(section.contents)? => wanted.push("threads"),
            13 => wanted.push("exceptions"),
            _ => {}
        }
    }
    Ok(wanted)
}

/// Whether one of the memories is shared: bit 1 of what it begins with. Bit 0 says that there is a maximum.
fn has_shared(mut contents: &[u8]) -> Result<bool> {
    let mut number = || {
        let (number, length) = decode(contents)?;
        contents = &contents[length..];
        Result::Ok(number)
    };
    let mut shared = false;
    for _ in 0..number()? {
        let flags = number()?;
        shared |= flags & 2 != 0;
        for _ in 0..1 + (flags & 1) {
            number()?;
        }
    }
    Ok(shared)
}
// ANCHOR_END: wants

#[test]
fn sections_tell_what_a_module_wants() {
    let module = |sections: &[u8]| [b"\0asm\x01\0\0\0", sections].concat();
    // A type, and a tag of it.
    let tag = module(&[1, 5, 1, 0x60, 1, 0x7f, 0, 13, 3, 1, 0, 0]);
    assert_eq!(wants(&tag).unwrap(), ["exceptions"]);
    // Memories: one without a maximum; one with; that one shared; and a shared one behind another.
    assert!(wants(&module(&[5, 3, 1, 0, 1])).unwrap().is_empty());
    assert!(wants(&module(&[5, 4, 1, 1, 1, 2])).unwrap().is_empty());
    assert_eq!(wants(&module(&[5, 4, 1, 3, 1, 2])).unwrap(), ["threads"]);
    assert_eq!(wants(&module(&[5, 7, 2, 1, 2, 2, 3, 1, 2])).unwrap(), ["threads"]);
    assert!(wants(&module(&[5, 2, 1, 3])).is_err());
}
