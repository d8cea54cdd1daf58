//! Functions of the host that a component imports and exports again: no guest has a part in their calls.

use falkirk::component::{Func, Handle, HostResource, Instance, Linker, Val};
use falkirk::{Error, ErrorKind, Store, StoreContextMut};

use crate::support::{engines, instantiate, store};

/// Passes on all that it imports.
const PASSING: &str = r#"(component
    (import "file" (type $file (sub resource)))
    (type $pair' (record (field "name" string) (field "size" (option u64))))
    (import "pair" (type $pair (eq $pair')))
    (import "typed" (func $typed (param "names" (list string)) (param "pair" $pair) (result $pair)))
    (import "dynamic" (func $dynamic (param "names" (list string)) (param "pair" $pair) (result $pair)))
    (import "touch" (func $touch (param "x" u8)))
    (import "open" (func $open (param "rep" u32) (result (own $file))))
    (import "read" (func $read (param "file" (borrow $file)) (result u32)))
    (import "close" (func $close (param "file" (own $file))))
    (import "liar" (func $liar (result u32)))
    (import "many" (func $many (param "a" (tuple u8 u8 u8 u8 u8 u8 u8 u8 u8)) (param "b" (tuple u8 u8 u8 u8 u8 u8 u8 u8 u8))
                               (result (tuple u8 u8))))
    (export "typed" (func $typed))
    (export "dynamic" (func $dynamic))
    (export "touch" (func $touch))
    (export "open" (func $open))
    (export "read" (func $read))
    (export "close" (func $close))
    (export "liar" (func $liar))
    (export "many" (func $many)))"#;

/// What `typed` and `dynamic` do: the names joined, and how many bytes that is.
fn join(names: &[String]) -> (String, u64) {
    let name = names.join("+");
    let size = name.len() as u64;
    (name, size)
}

#[derive(falkirk::component::ComponentType, falkirk::component::Lift, falkirk::component::Lower, Debug, PartialEq)]
#[component(record)]
struct Pair {
    name: String,
    size: Option<u64>,
}

type Nine = (u8, u8, u8, u8, u8, u8, u8, u8, u8);

fn linker(engine: &falkirk::Engine, file: HostResource) -> Linker<Vec<u32>> {
    let mut linker = Linker::new(engine);
    let mut root = linker.root();
    let define = |root: &mut falkirk::component::LinkerInstance<'_, Vec<u32>>| -> falkirk::Result<()> {
        root.resource("file", file, |mut store: StoreContextMut<'_, Vec<u32>>, rep| {
            store.data_mut().push(rep);
            Ok(())
        })?;
        root.func_wrap("typed", |_, (names, pair): (Vec<String>, Pair)| {
            let (name, size) = join(&names);
            Ok((Pair { name: name + &pair.name, size: pair.size.map(|more| size + more) },))
        })?;
        root.func_new("dynamic", |_, params| {
            let [Val::List(names), Val::Record(fields)] = params else { panic!("found {params:?}") };
            let names: Vec<String> = names.iter().map(|name| name.to_string().replace('"', "")).collect();
            let (name, _) = join(&names);
            let second = fields[1].1.clone();
            Ok(Some(Val::record([("name", Val::from(name.as_str())), ("size", second)])))
        })?;
        root.func_wrap("touch", |mut store: StoreContextMut<'_, Vec<u32>>, (x,): (u8,)| {
            store.data_mut().push(x.into());
            Ok(())
        })?;
        root.func_wrap("open", move |_, (rep,): (u32,)| Ok((file.handle(rep),)))?;
        root.func_wrap("read", |_, (file,): (Handle,)| Ok((file.rep * 2,)))?;
        root.func_wrap("close", |mut store: StoreContextMut<'_, Vec<u32>>, (file,): (Handle,)| {
            store.data_mut().push(1000 + file.rep);
            Ok(())
        })?;
        root.func_new("liar", |_, _| Ok(Some(Val::U8(1))))?;
        root.func_wrap("many", |_, (a, b): (Nine, Nine)| Ok(((a.0 + b.8, a.8),)))?;
        Ok(())
    };
    define(&mut root).expect("definitions");
    linker
}

/// Runs a test on every engine.
fn each(test: impl Fn(&mut Store<Vec<u32>>, &Instance, HostResource)) {
    for engine in engines() {
        let file = HostResource::new();
        let linker = linker(&engine, file);
        let mut store = store(&engine, Vec::new());
        let instance = instantiate(&mut store, &linker, PASSING);
        test(&mut store, &instance, file);
    }
}

fn func(instance: &Instance, name: &str) -> Func {
    instance.get_func(name).expect("a function")
}

#[test]
fn a_typed_call_reaches_either_kind_of_function() {
    each(|store, instance, _| {
        let pair = || Pair { name: "!".to_owned(), size: Some(1) };
        // The two ends need not have the same Rust types.
        let typed = instance.get_typed_func::<(&[&str], Pair), (Pair,)>("typed").expect("its type");
        let found = typed.call(&mut *store, (&["a", "Zoë"], pair())).expect("it returns");
        assert_eq!(found, (Pair { name: "a+Zoë!".to_owned(), size: Some(7) },));
        let dynamic = instance.get_typed_func::<(&[&str], Pair), (Pair,)>("dynamic").expect("its type");
        let found = dynamic.call(&mut *store, (&["a", "b"], pair())).expect("it returns");
        assert_eq!(found, (Pair { name: "a+b".to_owned(), size: Some(1) },));
    });
}

#[test]
fn a_dynamic_call_reaches_either_kind_of_function() {
    each(|store, instance, _| {
        let names = Val::List(vec![Val::from("x"), Val::from("y")]);
        let pair = |name: &str, size| Val::record([("name", Val::from(name)), ("size", Val::option(size))]);
        for (name, wanted) in [("typed", pair("x+y?", None)), ("dynamic", pair("x+y", None))] {
            let mut results = [Val::Bool(false)];
            func(instance, name)
                .call(&mut *store, &[names.clone(), pair("?", None)], &mut results)
                .expect("it returns");
            assert_eq!(results, [wanted], "{name}");
        }
    });
}

#[test]
fn what_goes_through_memory_does_so_here_too() {
    each(|store, instance, _| {
        let nine = |n: u8| (n, n, n, n, n, n, n, n, n + 1);
        let many = instance.get_typed_func::<(Nine, Nine), ((u8, u8),)>("many").expect("its type");
        assert_eq!(many.call(&mut *store, (nine(1), nine(10))).expect("it returns"), ((12, 2),));
        let touch = instance.get_typed_func::<(u8,), ()>("touch").expect("its type");
        touch.call(&mut *store, (7,)).expect("it returns");
        assert_eq!(store.data(), &[7]);
    });
}

#[test]
fn handles_pass_and_nothing_is_dropped() {
    each(|store, instance, file| {
        let open = instance.get_typed_func::<(u32,), (Handle,)>("open").expect("its type");
        let read = instance.get_typed_func::<(Handle,), (u32,)>("read").expect("its type");
        let close = instance.get_typed_func::<(Handle,), ()>("close").expect("its type");
        let (handle,) = open.call(&mut *store, (21,)).expect("it returns");
        assert_eq!(handle, file.handle(21));
        assert_eq!(read.call(&mut *store, (handle,)).expect("it returns"), (42,));
        assert_eq!(read.call(&mut *store, (handle,)).expect("it returns"), (42,));
        close.call(&mut *store, (handle,)).expect("it returns");
        assert_eq!(store.data(), &[1021], "the host's function was given the file, so it is the host's to drop");
        let error = read.call(&mut *store, (HostResource::new().handle(1),)).expect_err("another resource");
        assert_eq!(
            (error.kind(), error.to_string()),
            (
                &ErrorKind::Usage,
                "in [0]: found a handle of another resource, \
             wanted borrow<resource 0>"
                    .to_owned()
            )
        );
    });
}

#[test]
fn arguments_and_results_are_checked() {
    each(|store, instance, _| {
        let touch = func(instance, "touch");
        let message = |result: falkirk::Result<()>| {
            let error: Error = result.expect_err("it is refused");
            assert_eq!(error.kind(), &ErrorKind::Usage);
            error.to_string()
        };
        assert_eq!(message(touch.call(&mut *store, &[Val::U16(1)], &mut [])), "in [0]: found a u16, wanted u8");
        assert_eq!(message(touch.call(&mut *store, &[], &mut [])), "found 0 arguments, wanted 1 arguments");
        let wrong = [Val::List(vec![]), Val::record([("name", Val::from("x")), ("size", Val::U8(1))])];
        let result = func(instance, "dynamic").call(&mut *store, &wrong, &mut [Val::Bool(false)]);
        assert_eq!(message(result), "in [1], .size: found a u8, wanted option<u64>");
        let result = func(instance, "liar").call(&mut *store, &[], &mut [Val::Bool(false)]);
        assert_eq!(message(result), "found a u8, wanted u32");
        let liar = instance.get_typed_func::<(), (u32,)>("liar").expect("its type");
        assert_eq!(message(liar.call(&mut *store, ()).map(|_| ())), "found a u8, wanted u32");
        assert!(store.data().is_empty());
    });
}
