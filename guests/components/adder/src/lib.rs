//! Adds two numbers, as a function of the component itself and as one of an interface.

wit_bindgen::generate!({ world: "adder" });

use exports::falkirk::adder::add;

struct Component;

impl Guest for Component {
    fn add_directly(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
}

impl add::Guest for Component {
    fn add(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
}

export!(Component);
