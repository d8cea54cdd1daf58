//! Chapter 12: lift and lower.

use falkirk::Trap;

use crate::components::instantiate;
use crate::trap;

/// Greets somebody with a name of a hundred letters, until it fails or was done a thousand times.
fn greetings(file: &str) -> usize {
    let (mut store, instance) = instantiate(file);
    let greet = instance.get_typed_func::<(&str,), (String,)>("greet").expect("the export");
    let name = "n".repeat(100);
    (0..1000).take_while(|_| greet.call(&mut store, (&name,)).is_ok()).count()
}

#[test]
fn who_frees_can_greet_for_ever() {
    assert_eq!(greetings("book/exercises/frees.wat"), 1000);
    // From 1024 on, a page has room for so many names.
    assert_eq!(greetings("book/modules/ch12/greet.wat"), (65_536 - 1024) / 100);
}

#[test]
fn two_strings_are_four_numbers() {
    let (mut store, instance) = instantiate("book/exercises/both.wat");
    let both = instance.get_typed_func::<(&str, &str), (u32,)>("both").expect("the export");
    assert_eq!(both.call(&mut store, ("Zoë", "Dan")).expect("no trap"), (7,));
}

// ANCHOR: empty
#[test]
fn realloc_is_called_for_nothing() {
    let (mut store, instance) = instantiate("book/exercises/no-realloc.wat");
    let length = instance.get_typed_func::<(&str,), (u32,)>("length").expect("the export");
    assert_eq!(trap(length.call(&mut store, ("",)).map(drop)), Trap::Unreachable);
}
// ANCHOR_END: empty
