//! Chapter 13: lists, records, variants, flags. What the second exercise makes is run by the chapter's own command.

use falkirk::component::{ComponentType, flags};

use crate::components::instantiate;

// ANCHOR: order
flags! {
    Lamps { const LEFT; const RIGHT; const MAST; }
}

#[derive(ComponentType)]
#[component(record)]
struct Boat {
    _crew: u8,
    _length: f32,
    _lamps: Lamps,
}

#[derive(ComponentType)]
#[component(record)]
struct ShortBoat {
    _length: f32,
    _crew: u8,
    _lamps: Lamps,
}

#[test]
fn the_order_of_fields_matters() {
    assert_eq!(Boat::LAYOUT.at32.size, 12);
    assert_eq!(ShortBoat::LAYOUT.at32.size, 8);
}
// ANCHOR_END: order

// ANCHOR: names
#[test]
fn a_list_of_strings_takes_one_call_more_than_strings() {
    for (names, expected) in [(vec![], (1, 0)), (vec![""], (2, 8)), (vec!["Dan", "Zoë", "Jo"], (4, 24 + 9))] {
        let (mut store, instance) = instantiate("book/exercises/names.wat");
        let count = instance.get_typed_func::<(Vec<&str>,), ((u32, u32),)>("count").expect("the export");
        assert_eq!(count.call(&mut store, (names,)).expect("no trap"), (expected,));
    }
}
// ANCHOR_END: names
