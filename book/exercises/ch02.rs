//! Chapter 2: linear memory.

use falkirk::{Instance, Memory, Result, Store, Trap};

use crate::{instantiate, trap};

/// The guest of the chapter.
const GREET: &str = "guests/greet/greet.wat";

fn start(file: &str) -> (Store<()>, Instance, Memory) {
    let (store, instance) = instantiate(file);
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    (store, instance, memory)
}

#[test]
fn shouting_leaves_other_letters_alone() {
    let (mut store, instance, memory) = start("book/exercises/shout.wat");
    let shout = instance.get_typed_func::<(u32, u32), ()>(&store, "shout").expect("the export");
    let name = "`Zoë {Az}, 山".as_bytes();
    memory.write(&mut store, 100, name).expect("it fits");
    shout.call(&mut store, (100, name.len() as u32)).expect("no trap");
    assert_eq!(memory.slice(&store, 100, name.len()).expect("in bounds"), "`ZOë {AZ}, 山".as_bytes());
}

// ANCHOR: two
/// Greets with one instance, and shows the first 24 bytes of its memory.
fn greet_all(names: &[&str]) -> Result<Vec<u8>> {
    let (mut store, instance, memory) = start(GREET);
    let greet = instance.get_typed_func::<(u32, u32), ()>(&store, "greet")?;
    for name in names {
        let (address, length) = (name.len() + 10, name.len());
        memory.write(&mut store, address, name.as_bytes())?;
        greet.call(&mut store, (address as u32, length as u32))?;
    }
    Ok(memory.slice(&store, 0, 24)?.to_vec())
}

#[test]
fn the_first_name_shines_through() {
    let bytes = greet_all(&["Wilhelmina", "Jo"]).expect("two greetings");
    assert_eq!(bytes, b"Hello, JolheJoina\0\0\0Wilh");
}
// ANCHOR_END: two

#[test]
fn bytes_turn_round() {
    let (mut store, instance, memory) = start("book/exercises/swap.wat");
    let swap = instance.get_typed_func::<u32, ()>(&store, "swap").expect("the export");
    memory.write(&mut store, 7, &[1, 2, 3, 254]).expect("it fits");
    swap.call(&mut store, 7).expect("no trap");
    assert_eq!(memory.slice(&store, 7, 4).expect("in bounds"), [254, 3, 2, 1]);
}

// ANCHOR: end
#[test]
fn a_name_must_end_within_the_memory() {
    let greet = |address: u32, length: u32| {
        let (mut store, instance, _) = start(GREET);
        let greet = instance.get_typed_func::<(u32, u32), ()>(&store, "greet")?;
        greet.call(&mut store, (address, length))
    };
    assert_eq!(trap(greet(262_142, 3)), Trap::MemoryOutOfBounds);
    assert!(greet(262_144, 0).is_ok());
    assert_eq!(trap(greet(262_145, 0)), Trap::MemoryOutOfBounds);
}
// ANCHOR_END: end
