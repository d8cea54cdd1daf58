//! A library that greets. As a module it is a reactor for preview 1: `_initialize` comes first, and then as many calls
//! as anybody likes. With the adapter around it, it is a component.

wit_bindgen::generate!({ world: "hello" });

struct Component;

impl Guest for Component {
    fn hello_world() -> String {
        let who = std::env::var("WHO").unwrap_or_else(|_| "World".into());
        format!("Hello, {who}!")
    }
}

export!(Component);

unsafe extern "C" {
    /// What is to run before anything else; the linker makes it.
    fn __wasm_call_ctors();
}

/// Makes a reactor of the module. Without it, the linker would have every export run what is to run but once.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    // SAFETY: whoever runs a reactor calls this once, and first.
    unsafe { __wasm_call_ctors() }
}
