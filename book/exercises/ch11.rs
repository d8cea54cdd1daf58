//! Chapter 11: interface types and WIT. What the first exercise makes is run by the chapter's own commands.

use falkirk::component::{Component, Lift, Return, TypedFunc};
use falkirk::{Engine, Result};

use crate::components::instantiate;

#[test]
fn core_types_fit() {
    let file = falkirk_book::root().join("book/exercises/core-types.wat");
    Component::from_file(&Engine::default(), file).expect("a valid component");
}

// ANCHOR: numbers
/// What a number is as the result of one of the functions.
fn lifted<R: Return<Value: Lift>>(function: &str, number: u32) -> Result<R> {
    let (mut store, instance) = instantiate("book/exercises/numbers.wat");
    let function: TypedFunc<(u32,), R> = instance.get_typed_func(function)?;
    function.call(&mut store, (number,))
}

#[test]
fn numbers_become_values_or_traps() {
    assert_eq!(lifted::<(u16,)>("u16", 65_537).expect("no trap"), (1,));
    assert_eq!(lifted::<(bool,)>("bool", 65_537).expect("no trap"), (true,));
    assert_eq!(lifted::<(char,)>("char", 65_537).expect("no trap"), ('\u{10001}',));
    for number in [55_296, 57_343, 1_114_112, u32::MAX] {
        assert!(lifted::<(char,)>("char", number).is_err());
        assert!(lifted::<(u16,)>("u16", number).is_ok() && lifted::<(bool,)>("bool", number).is_ok());
    }
    assert!(lifted::<(char,)>("char", 1_114_111).is_ok());
}
// ANCHOR_END: numbers
