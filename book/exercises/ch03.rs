//! Chapter 3: agreements by hand.

use falkirk::{Result, Trap};

use crate::{instantiate, trap};

// ANCHOR: polite
/// Greets with whatever prefix the guest has.
fn greet(name: &str) -> Result<String> {
    let (mut store, instance) = instantiate("book/exercises/polite.wat");
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    let greet = instance.get_typed_func::<(u32, u32), (u32, u32)>(&store, "greet")?;

    memory.write(&mut store, 1024, name.as_bytes())?;
    let (address, length) = greet.call(&mut store, (1024, name.len() as u32))?;
    let greeting = memory.slice(&store, address as usize, length as usize)?;
    Ok(String::from_utf8(greeting.to_vec())?)
}
// ANCHOR_END: polite

#[test]
fn a_guest_that_says_how_long_is_understood() {
    assert_eq!(greet("Dan").expect("a greeting"), "It is good to see you, Dan");
    assert_eq!(greet("Zoë").expect("a greeting"), "It is good to see you, Zoë");
}

#[test]
fn a_text_that_ends_at_zero_cannot_have_one() {
    let (mut store, instance) = instantiate("book/exercises/until_zero.wat");
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    let length = instance.get_typed_func::<u32, u32>(&store, "length").expect("the export");
    memory.write(&mut store, 10, "Zoë".as_bytes()).expect("it fits");
    memory.write(&mut store, 20, b"Da\0n").expect("it fits");
    memory.write(&mut store, 65_533, b"Dan").expect("it fits");
    assert_eq!(length.call(&mut store, 10).expect("no trap"), 4);
    assert_eq!(length.call(&mut store, 20).expect("no trap"), 2);
    assert_eq!(length.call(&mut store, 500).expect("no trap"), 0);
    assert_eq!(trap(length.call(&mut store, 65_533).map(drop)), Trap::MemoryOutOfBounds);
}

#[test]
fn freeing_twice_is_noticed() {
    let (mut store, instance) = instantiate("book/exercises/careful.wat");
    let alloc = instance.get_typed_func::<(), u32>(&store, "alloc").expect("the export");
    let free = instance.get_typed_func::<u32, ()>(&store, "free").expect("the export");
    let blocks = [1024, 1056, 1088].map(|expected| {
        let block = alloc.call(&mut store, ()).expect("no trap");
        assert_eq!(block, expected);
        block
    });
    for block in blocks {
        free.call(&mut store, block).expect("no trap");
    }
    for block in blocks {
        assert_eq!(trap(free.call(&mut store, block)), Trap::Unreachable);
    }
    assert_eq!(alloc.call(&mut store, ()).expect("no trap"), 1088);
    free.call(&mut store, 1088).expect("it is in use again");
}

#[test]
fn moving_is_right_for_every_overlap() {
    let (mut store, instance) = instantiate("book/exercises/move.wat");
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    let function = instance.get_typed_func::<(u32, u32, u32), ()>(&store, "move").expect("the export");
    for (to, from, length) in [(7, 3, 6), (3, 7, 6), (5, 5, 6), (3, 4, 12), (4, 3, 12), (0, 8, 8), (9, 1, 0)] {
        let before: Vec<u8> = (1..=16).collect();
        memory.write(&mut store, 0, &before).expect("it fits");
        function.call(&mut store, (to, from, length)).expect("no trap");
        let mut expected = before;
        expected.copy_within(from as usize..(from + length) as usize, to as usize);
        assert_eq!(memory.slice(&store, 0, 16).expect("in bounds"), expected, "{length} from {from} to {to}");
    }
}
