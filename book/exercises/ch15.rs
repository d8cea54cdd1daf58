//! Chapter 15: components and composition. What the first exercise makes is run by the chapter's own commands.

use falkirk::Engine;
use falkirk::component::Component;

use crate::components::instantiate;

#[test]
fn two_components_in_one_add_three() {
    let (mut store, instance) = instantiate("book/exercises/calculator.wat");
    let add = instance.get_typed_func::<(u32, u32, u32), (u32,)>("add-three").expect("the export");
    assert_eq!(add.call(&mut store, (1, 2, 3)).expect("no trap"), (6,));
}

// ANCHOR: imports
/// What somebody has to provide before a component can run.
fn asks_for(file: &str) -> Vec<String> {
    let file = falkirk_book::root().join("guests/built/components").join(file);
    let component = Component::from_file(&Engine::default(), file).expect("a valid component");
    component.types().imports.iter().map(|(name, _)| name.to_string()).collect()
}

#[test]
fn imports_are_listed_before_anything_runs() {
    assert_eq!(asks_for("adder.wasm"), [""; 0]);
    assert_eq!(asks_for("calculator.wasm"), ["falkirk:adder/add@0.1.0"]);
    assert_eq!(asks_for("kv-client.wasm"), ["falkirk:kv/store@0.1.0", "log"]);
}
// ANCHOR_END: imports
