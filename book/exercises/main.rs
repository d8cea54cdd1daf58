//! Solutions of the book's exercises, with their tests. A chapter includes them by their anchors.

mod ch01;
mod ch02;
mod ch03;
mod ch04;
mod ch05;
mod ch06;
mod ch07;
mod ch08;
mod ch09;
mod ch10;
mod ch11;
mod ch12;
mod ch13;
mod ch14;
mod ch15;
mod ch17;
mod ch18;
mod ch19;
mod ch20;
mod components;

use falkirk::{Engine, Instance, Module, Result, Store, Trap};

/// An instance of the module in a file of the repository, which imports nothing.
fn instantiate(file: &str) -> (Store<()>, Instance) {
    let engine = Engine::default();
    let module = Module::from_file(&engine, falkirk_book::root().join(file)).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    (store, instance)
}

/// The trap that a call ended with.
fn trap(result: Result<()>) -> Trap {
    result.expect_err("a trap").trap().expect("a trap and no other error")
}
