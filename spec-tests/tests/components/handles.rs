//! Handles that are forged, used after they are gone, given away while they are lent, kept after a call; destructors, which
//! run once for each resource that ended, whatever else went wrong.

use falkirk::component::abi::Trap;
use falkirk::component::{Handle, HostResource, Instance, Linker, Val, drop_resource};
use falkirk::{Engine, Error, Store, StoreContextMut, Trap as CoreTrap};

use crate::support::{call, engines, instantiate, is_dead, store};

/// What the host saw: which files it was asked for, and which it dropped.
type Log = Vec<String>;

/// A guest that has files of the host's and tokens of its own, with a function `f` of this body. It has a local `$h`.
fn guest(body: &str) -> String {
    format!(
        r#"(component
        (import "file" (type $file (sub resource)))
        (import "open" (func $open (param "rep" u32) (result (own $file))))
        (import "read" (func $read (param "file" (borrow $file)) (result u32)))
        (import "close" (func $close (param "file" (own $file))))
        (import "lend-and-give" (func $lend-and-give (param "a" (borrow $file)) (param "b" (own $file))))
        (import "give-and-lend" (func $give-and-lend (param "a" (own $file)) (param "b" (borrow $file))))
        (import "give-both" (func $give-both (param "a" (own $file)) (param "b" (own $file))))
        (import "give-all" (func $give-all (param "all" (list (own $file)))))
        (type $token (resource (rep i32)))
        (core module $Memory (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
        (core instance $libc (instantiate $Memory))
        (core func $open' (canon lower (func $open)))
        (core func $read' (canon lower (func $read)))
        (core func $close' (canon lower (func $close)))
        (core func $lend-and-give' (canon lower (func $lend-and-give)))
        (core func $give-and-lend' (canon lower (func $give-and-lend)))
        (core func $give-both' (canon lower (func $give-both)))
        (core func $give-all' (canon lower (func $give-all) (memory (core memory $libc "memory"))))
        (core func $drop (canon resource.drop $file))
        (core func $new-token (canon resource.new $token))
        (core func $rep-token (canon resource.rep $token))
        (core func $drop-token (canon resource.drop $token))
        (core module $M
            (import "host" "open" (func $open (param i32) (result i32)))
            (import "host" "read" (func $read (param i32) (result i32)))
            (import "host" "close" (func $close (param i32)))
            (import "host" "lend-and-give" (func $lend-and-give (param i32 i32)))
            (import "host" "give-and-lend" (func $give-and-lend (param i32 i32)))
            (import "host" "give-both" (func $give-both (param i32 i32)))
            (import "host" "give-all" (func $give-all (param i32 i32)))
            (import "host" "drop" (func $drop (param i32)))
            (import "host" "new-token" (func $new-token (param i32) (result i32)))
            (import "host" "rep-token" (func $rep-token (param i32) (result i32)))
            (import "host" "drop-token" (func $drop-token (param i32)))
            (import "libc" "memory" (memory 1))
            (func (export "f") (local $h i32) {body})
            (func (export "keep") (param $h i32) {body}))
        (core instance $m (instantiate $M
            (with "libc" (instance $libc))
            (with "host" (instance
                (export "open" (func $open')) (export "read" (func $read')) (export "close" (func $close'))
                (export "lend-and-give" (func $lend-and-give')) (export "give-and-lend" (func $give-and-lend'))
                (export "give-both" (func $give-both')) (export "give-all" (func $give-all'))
                (export "drop" (func $drop)) (export "new-token" (func $new-token))
                (export "rep-token" (func $rep-token)) (export "drop-token" (func $drop-token))))))
        (func (export "f") (canon lift (core func $m "f")))
        (func (export "keep") (param "file" (borrow $file)) (canon lift (core func $m "keep"))))"#
    )
}

fn linker(engine: &Engine, file: HostResource) -> Linker<Log> {
    fn log(mut store: StoreContextMut<'_, Log>, text: String) -> falkirk::Result<()> {
        store.data_mut().push(text);
        Ok(())
    }
    let mut linker = Linker::new(engine);
    let mut root = linker.root();
    let two = |name: &'static str| {
        move |store: StoreContextMut<'_, Log>, (a, b): (Handle, Handle)| {
            log(store, format!("{name} {} {}", a.rep, b.rep))
        }
    };
    let mut define = || -> falkirk::Result<()> {
        root.resource("file", file, |store: StoreContextMut<'_, Log>, rep| log(store, format!("drop {rep}")))?;
        root.func_wrap("open", move |_, (rep,): (u32,)| Ok((file.handle(rep),)))?;
        root.func_wrap("read", |store: StoreContextMut<'_, Log>, (file,): (Handle,)| {
            log(store, format!("read {}", file.rep)).map(|()| (file.rep,))
        })?;
        root.func_new("close", |store, params| {
            let [Val::Handle(file)] = params else { panic!("found {params:?}") };
            log(store, format!("close {}", file.rep)).map(|()| None)
        })?;
        root.func_wrap("lend-and-give", two("lend-and-give"))?;
        root.func_wrap("give-and-lend", two("give-and-lend"))?;
        root.func_wrap("give-both", two("give-both"))?;
        root.func_wrap("give-all", |store: StoreContextMut<'_, Log>, (files,): (Vec<Handle>,)| {
            log(store, format!("give-all {:?}", files.iter().map(|file| file.rep).collect::<Vec<_>>()))
        })?;
        Ok(())
    };
    define().expect("definitions");
    linker
}

const OPEN: &str = "(local.set $h (call $open (i32.const 7)))";

/// What `f` does with file 7, which has handle 1, if it opened it; the trap, if it comes to one; and what the host saw.
const CASES: &[(bool, &str, Option<Trap>, &[&str])] = &[
    (true, "(call $drop (local.get $h))", None, &["drop 7"]),
    (true, "(drop (call $read (local.get $h))) (call $close (local.get $h))", None, &["read 7", "close 7"]),
    // Forged.
    (false, "(drop (call $read (i32.const 0)))", Some(Trap::UnknownHandle { index: 0 }), &[]),
    (false, "(drop (call $read (i32.const 1)))", Some(Trap::UnknownHandle { index: 1 }), &[]),
    (true, "(drop (call $read (i32.const 2)))", Some(Trap::UnknownHandle { index: 2 }), &[]),
    (false, "(call $drop (i32.const -1))", Some(Trap::UnknownHandle { index: u32::MAX }), &[]),
    (false, "(call $close (i32.const 0x10000000))", Some(Trap::UnknownHandle { index: 1 << 28 }), &[]),
    (false, "(drop (call $rep-token (i32.const 3)))", Some(Trap::UnknownHandle { index: 3 }), &[]),
    // Used after it is gone.
    (
        true,
        "(call $drop (local.get $h)) (call $drop (local.get $h))",
        Some(Trap::UnknownHandle { index: 1 }),
        &["drop 7"],
    ),
    (
        true,
        "(call $drop (local.get $h)) (drop (call $read (local.get $h)))",
        Some(Trap::UnknownHandle { index: 1 }),
        &["drop 7"],
    ),
    (
        true,
        "(call $close (local.get $h)) (call $drop (local.get $h))",
        Some(Trap::UnknownHandle { index: 1 }),
        &["close 7"],
    ),
    (true, "(call $give-both (local.get $h) (local.get $h))", Some(Trap::UnknownHandle { index: 1 }), &[]),
    (true, "(call $give-and-lend (local.get $h) (local.get $h))", Some(Trap::UnknownHandle { index: 1 }), &[]),
    (
        true,
        "(i32.store (i32.const 0) (local.get $h)) (i32.store (i32.const 4) (local.get $h)) \
         (call $give-all (i32.const 0) (i32.const 2))",
        Some(Trap::UnknownHandle { index: 1 }),
        &[],
    ),
    // Given away while it is lent.
    (true, "(call $lend-and-give (local.get $h) (local.get $h))", Some(Trap::HandleLent { index: 1, lends: 1 }), &[]),
    (
        true,
        "(call $lend-and-give (local.get $h) (call $open (i32.const 8))) (call $drop (local.get $h))",
        None,
        &["lend-and-give 7 8", "drop 7"],
    ),
    // Of another type.
    (false, "(drop (call $read (call $new-token (i32.const 9))))", Some(Trap::WrongResource { index: 1 }), &[]),
    (false, "(call $close (call $new-token (i32.const 9)))", Some(Trap::WrongResource { index: 1 }), &[]),
    (false, "(call $drop (call $new-token (i32.const 9)))", Some(Trap::WrongResource { index: 1 }), &[]),
    (true, "(call $drop-token (local.get $h))", Some(Trap::WrongResource { index: 1 }), &[]),
    (true, "(drop (call $rep-token (local.get $h)))", Some(Trap::WrongResource { index: 1 }), &[]),
];

fn each<D>(data: impl Fn() -> D, test: impl Fn(&Engine, HostResource, D)) {
    for engine in engines() {
        test(&engine, HostResource::new(), data());
    }
}

#[track_caller]
fn judge(result: Result<Option<Val>, Error>, trap: Option<Trap>, what: &str) {
    match (result, trap) {
        (Ok(_), None) => {}
        (Err(error), Some(trap)) => assert_eq!(error.downcast_ref(), Some(&trap), "{what}: {error}"),
        (result, trap) => panic!("{what}: {result:?}, wanted {trap:?}"),
    }
}

#[test]
fn each_misuse_is_a_trap() {
    each(Log::new, |engine, file, _| {
        let linker = linker(engine, file);
        for (opens, body, trap, log) in CASES {
            let mut store = store(engine, Log::new());
            let body = format!("{} {body}", if *opens { OPEN } else { "" });
            let instance = instantiate(&mut store, &linker, &guest(&body));
            judge(call(&mut store, &instance, "f", &[]), *trap, &body);
            assert_eq!(store.data(), log, "{body}");
            match trap {
                Some(_) => is_dead(&mut store, &instance, "f", &[]),
                // Nothing is left in the table: the next handle is the first again, so the same comes of it.
                None => {
                    judge(call(&mut store, &instance, "f", &[]), None, &body);
                    assert_eq!(store.data().len(), 2 * log.len());
                }
            }
        }
    });
}

/// What `keep` does with a file that is lent to it.
const BORROWED: &[(&str, Option<Trap>, &[&str])] = &[
    ("(drop (call $read (local.get $h))) (call $drop (local.get $h))", None, &["read 7"]),
    ("", Some(Trap::BorrowsRemain { count: 1 }), &[]),
    ("(drop (call $read (local.get $h)))", Some(Trap::BorrowsRemain { count: 1 }), &["read 7"]),
    ("(call $close (local.get $h))", Some(Trap::NotOwned { index: 1 }), &[]),
    ("(call $give-both (local.get $h) (local.get $h))", Some(Trap::NotOwned { index: 1 }), &[]),
    ("(call $drop (local.get $h)) (call $drop (local.get $h))", Some(Trap::UnknownHandle { index: 1 }), &[]),
    ("(call $lend-and-give (local.get $h) (local.get $h))", Some(Trap::HandleLent { index: 1, lends: 1 }), &[]),
    // An owned handle in the place of the borrowed one does not stand for it.
    ("(call $drop (local.get $h)) (drop (call $open (i32.const 8)))", None, &[]),
];

#[test]
fn what_is_lent_is_given_back() {
    each(Log::new, |engine, file, _| {
        let linker = linker(engine, file);
        for (body, trap, log) in BORROWED {
            let mut store = store(engine, Log::new());
            let instance = instantiate(&mut store, &linker, &guest(body));
            let params = [Val::Handle(file.handle(7))];
            judge(call(&mut store, &instance, "keep", &params), *trap, body);
            assert_eq!(store.data(), log, "{body}");
            if trap.is_some() {
                is_dead(&mut store, &instance, "keep", &params);
            }
        }
    });
}

/// A call that the host got wrong is no fault of the guest's, and leaves nothing behind in it.
#[test]
fn what_the_host_gets_wrong_leaves_nothing_behind() {
    const BOTH: &str = r#"(component
        (import "file" (type $file (sub resource)))
        (core func $drop (canon resource.drop $file))
        (core module $M
            (import "" "drop" (func $drop (param i32)))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
            (func (export "take") (param $a i32) (param $b i32) (param i32 i32) (result i32)
                (call $drop (local.get $b))
                (i32.add (i32.mul (local.get $a) (i32.const 10)) (local.get $b)))
            (func (export "steal") (param $a i32) (param $guess i32) (call $drop (local.get $guess))))
        (core instance $m (instantiate $M (with "" (instance (export "drop" (func $drop))))))
        (func (export "take") (param "a" (own $file)) (param "b" (borrow $file)) (param "c" (list u8)) (result u32)
            (canon lift (core func $m "take") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
        (func (export "steal") (param "a" (borrow $file)) (param "guess" u32) (canon lift (core func $m "steal"))))"#;
    each(Log::new, |engine, file, log| {
        let mut store = store(engine, log);
        let instance = instantiate(&mut store, &linker(engine, file), BOTH);
        let params = |last: Val| [Val::Handle(file.handle(1)), Val::Handle(file.handle(2)), Val::List(vec![last])];
        for wrong in [Val::Bool(true), Val::from("x")] {
            let error = call(&mut store, &instance, "take", &params(wrong)).expect_err("it is refused");
            assert!(error.to_string().starts_with("in [2], [0]: found a"), "{error}");
        }
        // The handles that were lowered before are gone again: 1 and 2 are free.
        let found = call(&mut store, &instance, "take", &params(Val::U8(0))).expect("it returns");
        assert_eq!(found, Some(Val::U32(12)));
        // What a call borrowed that never took place cannot be given back in the place of what another borrowed.
        let _ = call(&mut store, &instance, "take", &params(Val::Bool(true))).expect_err("it is refused");
        let steal = [Val::Handle(file.handle(3)), Val::U32(3)];
        let error = call(&mut store, &instance, "steal", &steal).expect_err("a trap");
        assert_eq!(error.downcast_ref(), Some(&Trap::UnknownHandle { index: 3 }));
        assert!(store.data().is_empty(), "nothing was dropped: {:?}", store.data());
    });
}

/// A resource of a guest's whose destructor does this.
fn owner(dtor: &str) -> String {
    format!(
        r#"(component
        (core module $Dtor
            (global $count (mut i32) (i32.const 0))
            (func (export "count") (result i32) (global.get $count))
            (func (export "dtor") (param i32) (global.set $count (i32.add (global.get $count) (i32.const 1))) {dtor}))
        (core instance $d (instantiate $Dtor))
        (type $r' (resource (rep i32) (dtor (core func $d "dtor"))))
        (export $r "r" (type $r'))
        (core func $new (canon resource.new $r'))
        (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $new)))
        (func (export "count") (result u32) (canon lift (core func $d "count"))))"#
    )
}

/// Has two of `r`, and drops one of them.
const USER: &str = r#"(component
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (param "rep" u32) (result (own $r))))
    (core func $make (canon lower (func $make)))
    (core func $drop (canon resource.drop $r))
    (core module $M
        (import "" "make" (func $make (param i32) (result i32)))
        (import "" "drop" (func $drop (param i32)))
        (func (export "run")
            (drop (call $make (i32.const 1)))
            (call $drop (call $make (i32.const 2)))))
    (core instance $m (instantiate $M (with "" (instance (export "make" (func $make)) (export "drop" (func $drop))))))
    (func (export "run") (canon lift (core func $m "run"))))"#;

fn owner_and_user(store: &mut Store<()>, engine: &Engine, dtor: &str) -> (Instance, Instance) {
    let owner = instantiate(store, &Linker::new(engine), &owner(dtor));
    let mut linker = Linker::new(engine);
    linker.root().exports(&owner).expect("definitions");
    let user = instantiate(store, &linker, USER);
    (owner, user)
}

#[test]
fn a_destructor_runs_once() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let (owner, user) = owner_and_user(&mut store, &engine, "");
        for n in 1..4 {
            call(&mut store, &user, "run", &[]).expect("it returns");
            assert_eq!(call(&mut store, &owner, "count", &[]).expect("a count"), Some(Val::U32(n)));
        }
        let Ok(Some(Val::Handle(handle))) = call(&mut store, &owner, "make", &[Val::U32(5)]) else {
            panic!("no handle")
        };
        drop_resource(&mut store, handle).expect("the destructor returns");
        assert_eq!(call(&mut store, &owner, "count", &[]).expect("a count"), Some(Val::U32(4)));
    }
}

#[test]
fn a_destructor_that_traps_ends_both_sides() {
    for engine in engines() {
        let mut store = store(&engine, ());
        let (owner, user) = owner_and_user(&mut store, &engine, "unreachable");
        let error = call(&mut store, &user, "run", &[]).expect_err("a trap");
        assert_eq!(error.trap(), Some(CoreTrap::Unreachable));
        is_dead(&mut store, &user, "run", &[]);
        is_dead(&mut store, &owner, "count", &[]);

        let (owner, user) = owner_and_user(&mut store, &engine, "unreachable");
        let Ok(Some(Val::Handle(handle))) = call(&mut store, &owner, "make", &[Val::U32(5)]) else {
            panic!("no handle")
        };
        let error = drop_resource(&mut store, handle).expect_err("a trap");
        assert_eq!(error.trap(), Some(CoreTrap::Unreachable));
        is_dead(&mut store, &owner, "count", &[]);
        let error = drop_resource(&mut store, handle).expect_err("a trap");
        assert_eq!(error.downcast_ref(), Some(&Trap::MayNotEnter), "what is dead destroys nothing");
        // The user was not there, but can have no more of the owner's resources.
        let error = call(&mut store, &user, "run", &[]).expect_err("a trap");
        assert_eq!(error.downcast_ref(), Some(&Trap::MayNotEnter));
    }
}

#[test]
fn a_hosts_destructor_may_fail() {
    for engine in engines() {
        let file = HostResource::new();
        let mut linker = Linker::<u32>::new(&engine);
        let mut root = linker.root();
        let dtor = |mut store: StoreContextMut<'_, u32>, rep| {
            *store.data_mut() += 1;
            Err(Error::msg(format!("file {rep} cannot be closed")))
        };
        root.resource("r", file, dtor).expect("a definition");
        root.func_wrap("make", move |_, (rep,): (u32,)| Ok((file.handle(rep),))).expect("a definition");
        let mut store = store(&engine, 0);
        let user = instantiate(&mut store, &linker, USER);
        let error = call(&mut store, &user, "run", &[]).expect_err("an error");
        assert!(error.to_string().starts_with("file 2 cannot be closed"), "{error}");
        assert_eq!(*store.data(), 1);
        is_dead(&mut store, &user, "run", &[]);
    }
}
