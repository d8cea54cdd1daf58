//! What every cache does, whatever it is made of, and what the guest sees of it.

use falkirk::{Config, Engine, EngineKind};

use super::Running;
use super::contract::{Cache, Failure, MAX_KEY, MAX_PAYLOAD};
use super::embedded::tests::Setting;
use super::server::tests::RedisServer;

/// An empty cache, for which time passes when a test says so.
pub struct Subject {
    pub cache: Box<dyn Cache>,
    /// Lets so many seconds pass.
    pub pass: Box<dyn FnMut(u32)>,
}

/// All that there are here, each new.
fn subjects() -> Vec<Subject> {
    let server = RedisServer::start().map(RedisServer::into_subject);
    [Some(Setting::in_memory().into_subject()), server].into_iter().flatten().collect()
}

enum Step {
    /// What is kept, and for how long.
    Set(&'static str, Vec<u8>, Option<u32>),
    /// What must be found.
    Get(&'static str, Option<Vec<u8>>),
    Delete(&'static str),
    Pass(u32),
}

fn set(key: &'static str, payload: &[u8], time_to_live: Option<u32>) -> Step {
    Step::Set(key, payload.to_vec(), time_to_live)
}

fn some(key: &'static str, payload: &[u8]) -> Step {
    Step::Get(key, Some(payload.to_vec()))
}

fn none(key: &'static str) -> Step {
    Step::Get(key, None)
}

use Step::{Delete, Pass};

/// What may be done to an empty cache, and what is found then.
fn cases() -> Vec<(&'static str, Vec<Step>)> {
    let every_byte: Vec<u8> = (0..=255).collect();
    let large = vec![0xa5; MAX_PAYLOAD];
    vec![
        ("nothing is there", vec![none("a"), Delete("a"), none("a")]),
        ("what is kept is found", vec![set("a", b"1", None), some("a", b"1"), some("a", b"1"), none("b")]),
        ("what is deleted is gone", vec![set("a", b"1", None), Delete("a"), none("a"), Delete("a")]),
        ("only that is deleted", vec![set("a", b"1", None), set("b", b"2", None), Delete("a"), some("b", b"2")]),
        ("the last one counts", vec![set("a", b"1", None), set("a", b"22", None), some("a", b"22")]),
        ("deleted and kept again", vec![set("a", b"1", None), Delete("a"), set("a", b"2", None), some("a", b"2")]),
        ("an empty payload is one", vec![set("a", b"", None), some("a", b"")]),
        ("bytes are bytes", vec![set("a", &every_byte, None), some("a", &every_byte)]),
        ("the largest payload", vec![set("a", &large, None), some("a", &large)]),
        ("keys differ by a byte", vec![set("a", b"1", None), none("A"), none("a "), none("a\0"), none("ä")]),
        ("a key may hold a zero", vec![set("a\0b", b"1", None), some("a\0b", b"1"), none("a")]),
        ("a key may hold lines", vec![set("a\r\nDEL b\r\n", b"1", None), some("a\r\nDEL b\r\n", b"1")]),
        ("a key may be in any script", vec![set("ключ 😀", b"1", None), some("ключ 😀", b"1"), none("ключ")]),
        ("what lasts stays", vec![set("a", b"1", None), Pass(u32::MAX), some("a", b"1")]),
        ("time passes", vec![set("a", b"1", Some(600)), Pass(300), some("a", b"1"), Pass(300), none("a")]),
        ("the longest time", vec![set("a", b"1", Some(u32::MAX)), Pass(u32::MAX / 2), some("a", b"1")]),
        ("no time at all", vec![set("a", b"1", None), set("a", b"2", Some(0)), none("a")]),
        ("once over, over", vec![set("a", b"1", Some(600)), Pass(600), none("a"), none("a"), Delete("a")]),
        (
            "each has its own time",
            vec![set("a", b"1", Some(600)), set("b", b"2", Some(1200)), Pass(700), none("a"), some("b", b"2")],
        ),
        (
            "time starts again",
            vec![set("a", b"1", Some(600)), Pass(400), set("a", b"2", Some(600)), Pass(400), some("a", b"2")],
        ),
        ("finding does not prolong", vec![set("a", b"1", Some(600)), Pass(400), some("a", b"1"), Pass(400), none("a")]),
        ("then it lasts", vec![set("a", b"1", Some(600)), set("a", b"2", None), Pass(700), some("a", b"2")]),
        ("then it does not last", vec![set("a", b"1", None), set("a", b"2", Some(600)), Pass(700), none("a")]),
        ("over and kept again", vec![set("a", b"1", Some(60)), Pass(60), set("a", b"2", None), some("a", b"2")]),
    ]
}

/// Does what the cases say with new caches.
pub fn check_cases(new: impl Fn() -> Subject) {
    for (name, steps) in cases() {
        let Subject { mut cache, mut pass } = new();
        for (i, step) in steps.into_iter().enumerate() {
            match step {
                Step::Set(key, payload, time) => assert_eq!(cache.set(key, &payload, time), Ok(()), "{name}, step {i}"),
                Step::Get(key, found) => assert!(cache.get(key) == Ok(found), "{name}, step {i}: another answer"),
                Step::Delete(key) => assert_eq!(cache.delete(key), Ok(()), "{name}, step {i}"),
                Step::Pass(seconds) => pass(seconds),
            }
        }
    }
}

/// Asks for what a cache refuses, before it is asked at all.
pub fn check_refusals(Subject { mut cache, .. }: Subject) {
    let longest = "k".repeat(MAX_KEY);
    cache.set(&longest, b"1", None).expect("the longest key");
    assert_eq!(cache.get(&longest), Ok(Some(b"1".to_vec())));
    for key in [String::new(), longest.clone() + "k", "é".repeat(MAX_KEY / 2 + 1)] {
        let refusal = Failure::InvalidKey(key.len());
        assert_eq!(cache.set(&key, b"1", None).as_ref(), Err(&refusal));
        assert_eq!(cache.get(&key).as_ref(), Err(&refusal));
        assert_eq!(cache.delete(&key).as_ref(), Err(&refusal));
    }
    let too_large = vec![0; MAX_PAYLOAD + 1];
    assert_eq!(cache.set(&longest, &too_large, None), Err(Failure::TooLarge(MAX_PAYLOAD + 1)));
    assert_eq!(cache.get(&longest), Ok(Some(b"1".to_vec())), "what was there stays");
}

#[test]
fn failures_say_what_was_found_and_wanted() {
    let unavailable = Failure::Unavailable { wanted: "a server".to_owned(), found: "nobody".to_owned() };
    let cases = [
        (Failure::InvalidKey(0), "the key is invalid: found 0 bytes, wanted 1 to 1024"),
        (Failure::TooLarge(1048577), "the payload is too large: found 1048577 bytes, wanted at most 1048576"),
        (unavailable, "the cache is unavailable: found nobody, wanted a server"),
    ];
    for (failure, message) in cases {
        assert_eq!(failure.to_string(), message);
    }
}

/// Every engine that is built in.
fn engines() -> Vec<Engine> {
    let kinds = [(cfg!(feature = "interp"), EngineKind::Interp), (cfg!(feature = "jit"), EngineKind::Jit)];
    let kinds = kinds.into_iter().filter(|(built_in, _)| *built_in);
    kinds.map(|(_, kind)| Engine::new(Config::new().engine(kind)).expect("an engine")).collect()
}

// ANCHOR: printed
/// What the example prints, wherever the cache is.
const PRINTED: &str = "\
fibonacci(90) = 2880067194370816120
fibonacci(90) = 2880067194370816120, from the cache
peek(\"fibonacci/90\"): Ok(Some([120, 120, 186, 161, 218, 13, 248, 39]))
forget(90): Ok(())
peek(\"fibonacci/90\"): Ok(None)
peek(\"\"): Err(InvalidKey)
fibonacci(10) = 55
";
// ANCHOR_END: printed

#[test]
fn the_guest_says_the_same_of_every_cache() {
    for engine in engines() {
        for subject in subjects() {
            let mut running = Running::new(&engine, subject.cache).expect("an instance");
            let mut out = Vec::new();
            running.demonstrate(&mut out).expect("no trap");
            assert_eq!(String::from_utf8(out).expect("UTF-8"), PRINTED);
            assert_eq!(running.store.data().complaints, [Failure::InvalidKey(0)]);
        }
    }
}

#[test]
fn the_guest_sees_time_pass() {
    for engine in engines() {
        for Subject { cache, mut pass } in subjects() {
            let mut running = Running::new(&engine, cache).expect("an instance");
            let mut out = Vec::new();
            for seconds in [0, 300, 300] {
                pass(seconds);
                running.fibonacci(10, Some(600), &mut out).expect("no trap");
            }
            let expected = "fibonacci(10) = 55\nfibonacci(10) = 55, from the cache\nfibonacci(10) = 55\n";
            assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
        }
    }
}

#[test]
fn the_guest_is_told_which_failure_it_is() {
    let [engine, ..] = &engines()[..] else { return };
    let address = "unix:///nowhere/redis.sock";
    let server = super::Server::at(address).expect("an address");
    let mut running = Running::new(engine, Box::new(server)).expect("an instance");
    let mut out = Vec::new();
    running.fibonacci(10, None, &mut out).expect("no trap");
    assert_eq!(String::from_utf8(out).expect("UTF-8"), "fibonacci(10): Unavailable\n");
    let complaint = running.store.data().complaints[0].to_string();
    let wanted = "the cache is unavailable: found No such file or directory (os error 2), wanted an answer from ";
    assert!(complaint.starts_with(wanted), "{complaint}");
}
