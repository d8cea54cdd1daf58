//! A name goes in, a greeting comes out. Both are strings of the component model: nobody here knows an address.

wit_bindgen::generate!({ world: "greeter" });

struct Component;

impl Guest for Component {
    fn greet(name: String) -> String {
        ["Hello, ", &name].concat()
    }
}

export!(Component);
