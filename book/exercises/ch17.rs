//! Chapter 17: capabilities and sandboxes. What the other exercises make is run by the chapter's own commands.

use falkirk::wasi::files::{Access, MemoryFs};
use falkirk::wasi::streams::pipe;
use falkirk::wasi::{WasiCtx, preview1};
use falkirk::{Engine, Linker, Module, Result, Store};

// ANCHOR: memory
/// What the program of the chapter prints, and its exit status, if this is the only file in the world.
fn tell(path: &str, story: &str) -> Result<(i32, String)> {
    let files = MemoryFs::new();
    files.write(path, story).expect("there is room");
    let (output, printed) = pipe(1 << 20);
    let context =
        WasiCtx::builder().arg("story").memory_dir(&files, "/stories", Access::ReadOnly).stdout(output).build()?;

    let engine = Engine::default();
    let module = Module::from_file(&engine, falkirk_book::root().join("guests/built/wasi/story.wasm"))?;
    let mut linker = Linker::new(&engine);
    preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
    let mut store = Store::new(&engine, context);
    let instance = preview1::instantiate(&linker, &mut store, &module)?;
    let status = preview1::run(&mut store, instance)?;
    Ok((status, String::from_utf8(printed.take())?))
}

#[test]
fn a_story_need_not_be_on_a_disk() {
    let told = tell("wheel.txt", "It turned.\n").expect("no trap");
    assert_eq!(told, (0, "1: It turned.\n".to_owned()));
    let told = tell("other.txt", "It turned.\n").expect("no trap");
    assert_eq!(told, (1, String::new()));
}
// ANCHOR_END: memory
