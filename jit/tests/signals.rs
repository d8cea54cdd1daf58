//! A program with signal handlers of its own: faults that are not machine code's traps go to them.
//!
//! Each test runs in a process of its own, which this program starts, since handlers belong to the process and some of
//! them end it.
//!
//! # Safety
//!
//! This module allows `unsafe`: it installs signal handlers, and makes faults on purpose. The handlers only use atomics
//! and system calls.
#![allow(unsafe_code)]
#![cfg(target_os = "linux")]

mod common;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use common::{instance, link, store};
use falkirk_runtime::{Linker, Trap, TypedFunc};
use libc::{c_int, c_void, siginfo_t};

/// Runs the test of this name alone, in a process of its own; `None` in that process.
fn own_process(test: &str) -> Option<ExitStatus> {
    const VARIABLE: &str = "FALKIRK_SIGNAL_TEST";
    if std::env::var_os(VARIABLE).is_some() {
        // A test that ends its process on purpose leaves no file behind.
        let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: only says what the system may do.
        unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
        return None;
    }
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args([test, "--exact", "--test-threads=1"]).env(VARIABLE, "1");
    Some(command.output().expect("this program runs").status)
}

/// Installs a handler.
fn handle(signal: c_int, handler: usize, flags: c_int) {
    // SAFETY: the handlers here do what handlers may, and have the signature that the flags say.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = flags;
        assert_eq!(libc::sigaction(signal, &action, ptr::null_mut()), 0);
    }
}

static FAULTS: AtomicUsize = AtomicUsize::new(0);
static PAGE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());

/// Makes the page accessible that the program has touched.
extern "C" fn repair(_: c_int, info: *mut siginfo_t, _: *mut c_void) {
    let page = PAGE.load(Ordering::SeqCst);
    // SAFETY: the system gave the information, and the page is mapped.
    unsafe {
        if (*info).si_addr() != page.cast() {
            libc::_exit(3);
        }
        FAULTS.fetch_add(1, Ordering::SeqCst);
        libc::mprotect(page.cast(), 4096, libc::PROT_READ | libc::PROT_WRITE);
    }
}

/// Touches a page that is not accessible until [`repair`] makes it so.
fn fault() {
    // SAFETY: maps a page, touches it with the handler installed, and unmaps it.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let page = libc::mmap(ptr::null_mut(), 4096, libc::PROT_NONE, flags, -1, 0).cast::<u8>();
        PAGE.store(page, Ordering::SeqCst);
        page.write_volatile(7);
        assert_eq!(page.read_volatile(), 7);
        libc::munmap(page.cast(), 4096);
    }
}

/// A guest that traps unless it is called with a number from 1 to 100, and calls the host before that.
fn guest(store: &mut falkirk_runtime::Store<()>) -> TypedFunc<i32, i32> {
    let mut linker = Linker::new(store.engine());
    linker
        .func_wrap("host", "fault", || {
            if !PAGE.load(Ordering::SeqCst).is_null() {
                fault()
            }
        })
        .unwrap();
    let text = r#"(module (import "host" "fault" (func $fault)) (memory 1)
        (func (export "run") (param i32) (result i32)
            (call $fault)
            (if (i32.gt_u (local.get 0) (i32.const 100)) (then (drop (i32.load (i32.const 65536)))))
            (i32.div_u (i32.const 100) (local.get 0))))"#;
    link(store, &linker, text).get_typed_func::<i32, i32>(store, "run").unwrap()
}

/// Runs the guest with and without traps.
fn run_guest(store: &mut falkirk_runtime::Store<()>, run: TypedFunc<i32, i32>) {
    assert_eq!(run.call(&mut *store, 5).unwrap(), 20);
    assert_eq!(run.call(&mut *store, 0).unwrap_err().trap(), Some(Trap::IntegerDivideByZero));
    assert_eq!(run.call(&mut *store, 500).unwrap_err().trap(), Some(Trap::MemoryOutOfBounds));
}

#[test]
fn a_handler_that_was_there_before_gets_what_is_not_ours() {
    if let Some(status) = own_process("a_handler_that_was_there_before_gets_what_is_not_ours") {
        assert!(status.success(), "{status}");
        return;
    }
    handle(libc::SIGSEGV, repair as *const () as usize, libc::SA_SIGINFO);
    let mut store = store();
    let run = guest(&mut store);
    run_guest(&mut store, run);
    assert_eq!(FAULTS.load(Ordering::SeqCst), 0, "the guest's traps are the engine's");
    fault();
    assert_eq!(FAULTS.load(Ordering::SeqCst), 1, "outside of the guest");
    run_guest(&mut store, run);
    assert_eq!(FAULTS.load(Ordering::SeqCst), 4, "within host functions that the guest calls");
    std::thread::spawn(fault).join().unwrap();
    assert_eq!(FAULTS.load(Ordering::SeqCst), 5, "in a thread that has never run a guest");
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

/// A handler of the old kind.
extern "C" fn count(signal: c_int) {
    SIGNALS.fetch_add(signal as usize, Ordering::SeqCst);
}

#[test]
fn signals_that_are_sent_are_no_faults() {
    if let Some(status) = own_process("signals_that_are_sent_are_no_faults") {
        assert!(status.success(), "{status}");
        return;
    }
    handle(libc::SIGFPE, count as *const () as usize, 0);
    handle(libc::SIGILL, libc::SIG_IGN, 0);
    let mut store = store();
    let run = guest(&mut store);
    let mut sent = 0;
    for _ in 0..3 {
        // SAFETY: both have handlers, or are ignored.
        unsafe {
            libc::raise(libc::SIGFPE);
            libc::raise(libc::SIGILL);
        }
        sent += libc::SIGFPE as usize;
        run_guest(&mut store, run);
        assert_eq!(SIGNALS.load(Ordering::SeqCst), sent);
    }
    // Signals that find a thread within a guest.
    let handle = store.interrupt_handle();
    let text = r#"(module (func (export "spin") (loop $again (br $again))))"#;
    let spin = instance(&mut store, text).get_typed_func::<(), ()>(&mut store, "spin").unwrap();
    // SAFETY: no arguments, and always succeeds.
    let thread = unsafe { libc::pthread_self() };
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            for _ in 0..100 {
                // SAFETY: the thread waits for this one.
                unsafe { libc::pthread_kill(thread, libc::SIGFPE) };
                std::thread::sleep(std::time::Duration::from_micros(50));
            }
            handle.interrupt();
        });
        assert_eq!(spin.call(&mut store, ()).unwrap_err().limit(), Some(falkirk_runtime::Limit::Interrupted));
    });
    assert!(SIGNALS.load(Ordering::SeqCst) > sent);
}

#[test]
fn a_fault_without_any_handler_ends_the_process() {
    if let Some(status) = own_process("a_fault_without_any_handler_ends_the_process") {
        assert_eq!(status.signal(), Some(libc::SIGILL), "{status}");
        return;
    }
    let mut store = store();
    let run = guest(&mut store);
    run_guest(&mut store, run);
    // SAFETY: ends the process.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!("ud2");
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("udf #0");
    }
}

#[test]
fn a_fault_cannot_be_ignored() {
    if let Some(status) = own_process("a_fault_cannot_be_ignored") {
        assert_eq!(status.signal(), Some(libc::SIGSEGV), "{status}");
        return;
    }
    handle(libc::SIGSEGV, libc::SIG_IGN, 0);
    let mut store = store();
    let run = guest(&mut store);
    run_guest(&mut store, run);
    fault();
}

#[test]
fn a_signal_that_is_sent_without_any_handler_ends_the_process() {
    if let Some(status) = own_process("a_signal_that_is_sent_without_any_handler_ends_the_process") {
        assert_eq!(status.signal(), Some(libc::SIGFPE), "{status}");
        return;
    }
    let mut store = store();
    let run = guest(&mut store);
    run_guest(&mut store, run);
    // SAFETY: ends the process.
    unsafe { libc::raise(libc::SIGFPE) };
}

#[test]
fn the_hosts_own_stack_overflow_is_still_reported() {
    if let Some(status) = own_process("the_hosts_own_stack_overflow_is_still_reported") {
        assert_eq!(status.signal(), Some(libc::SIGABRT), "Rust's handler ends the process: {status}");
        return;
    }
    #[allow(unconditional_recursion)]
    fn forever(number: &mut [u64; 64]) -> u64 {
        number[3] += 1;
        forever(&mut std::hint::black_box(*number)) + number[5]
    }
    let mut store = store();
    let run = guest(&mut store);
    run_guest(&mut store, run);
    std::thread::spawn(|| forever(&mut [0; 64])).join().unwrap();
}
