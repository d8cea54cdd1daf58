//! Tests of errors.

use super::*;

fn assert_thread_safe<T: Send + Sync + 'static>() {}

#[test]
fn an_error_is_one_word_and_crosses_threads() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    assert_thread_safe::<Error>();
}

#[test]
fn messages() {
    let cases: [(Error, &str); 8] = [
        (Trap::Unreachable.into(), "trap: unreachable"),
        (Limit::Stack.into(), "call stack exhausted"),
        (Error::limit_reached(Limit::Memory, "wanted 3, allowed 2"), "memory limit exceeded: wanted 3, allowed 2"),
        (Error::implementation_limit("70000 slots"), "implementation limit exceeded: 70000 slots"),
        (Error::invalid(16, "unknown type 3", false), "invalid module at offset 0x10: unknown type 3"),
        (Error::invalid(16, "unexpected end", true), "malformed module at offset 0x10: unexpected end"),
        (Error::usage("found 1 argument"), "found 1 argument"),
        (ExitStatus(3).into(), "the guest exited with status 3"),
    ];
    for (error, message) in cases {
        assert_eq!(error.to_string(), message);
        assert_eq!(format!("{error:?}"), message, "no frames, so nothing more");
    }
}

#[test]
fn kinds() {
    assert_eq!(Error::from(Trap::Unreachable).trap(), Some(Trap::Unreachable));
    assert_eq!(Error::from(Trap::Unreachable).limit(), None);
    assert_eq!(Error::from(Limit::Fuel).limit(), Some(Limit::Fuel));
    assert_eq!(*Error::usage("").kind(), ErrorKind::Usage);
    assert!(Error::invalid(0, "", true).is_malformed());
    assert!(!Error::invalid(0, "", false).is_malformed());
}

#[test]
fn a_host_error_comes_back_as_it_was() {
    let error = Error::host(ExitStatus(7));
    assert_eq!(*error.kind(), ErrorKind::Host);
    assert_eq!(error.downcast_ref::<ExitStatus>(), Some(&ExitStatus(7)));
    assert!(error.downcast_ref::<std::io::Error>().is_none());
    let error = error.downcast::<std::io::Error>().unwrap_err();
    assert_eq!(error.downcast::<ExitStatus>().unwrap(), ExitStatus(7));
    assert_eq!(Error::msg("out of cheese").to_string(), "out of cheese");
}
