//! The signals of faults.
//!
//! The handler looks the faulting instruction up in tables that it reads without a lock. A fault that is not one of
//! machine code's traps goes to the handler that was there before, as if this one did not exist.
//!
//! # Safety
//!
//! This module allows `unsafe`: it installs a signal handler, which does only what such a handler may do (no locks, no
//! allocation), and changes the registers with which the thread goes on. It does so only where machine code that knows
//! the trap has faulted, in the thread that runs it, and so the landing is that of a bridge further up this stack.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Once;

use falkirk_runtime::vm::{Exit, Landing, Stop};
use libc::{c_int, c_void, siginfo_t, ucontext_t};

use super::{active, record};
use crate::code_memory::registry;

/// The signals that faults raise: accesses (the first two, depending on the system), `ud2` and `udf`, division. And the
/// one that wakes.
const SIGNALS: [c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, WAKE];

/// The signal that wakes a thread to notice an interrupt: by default it does nothing, and few use it.
const WAKE: c_int = libc::SIGURG;

/// What handled a signal before.
struct Previous(UnsafeCell<MaybeUninit<libc::sigaction>>);

// SAFETY: it is written once, before the handler that reads it is installed.
unsafe impl Sync for Previous {}

static PREVIOUS: [Previous; SIGNALS.len()] =
    [const { Previous(UnsafeCell::new(MaybeUninit::zeroed())) }; SIGNALS.len()];

/// Takes over the signals of faults, for the whole process, once.
///
/// # Panics
///
/// The system refuses.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        for (signal, previous) in SIGNALS.into_iter().zip(&PREVIOUS) {
            // SAFETY: the previous action is asked for first, since the new one may run at once and reads it. The
            // handler has the signature that `SA_SIGINFO` wants.
            let installed = unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                // On the alternative stack, if the thread has one, for handlers further down the chain.
                action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
                if signal != WAKE {
                    // Not blocked meanwhile: a fault in a handler further down the chain goes through here again.
                    action.sa_flags |= libc::SA_NODEFER;
                }
                action.sa_sigaction = handle as *const () as usize;
                libc::sigemptyset(&mut action.sa_mask);
                // Whoever wakes does so again and again, and that stack may have room for one handler: with the vector
                // registers that the system saves, two take more than the 8 KB that Rust's threads have.
                libc::sigaddset(&mut action.sa_mask, WAKE);
                libc::sigaction(signal, ptr::null(), previous.0.get().cast()) == 0
                    && libc::sigaction(signal, &action, ptr::null_mut()) == 0
            };
            assert!(installed, "signal {signal} has no handler: {}", std::io::Error::last_os_error());
        }
    });
}

/// The handler.
///
/// # Safety
///
/// The system calls this.
unsafe extern "C" fn handle(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the system's arguments are what `SA_SIGINFO` promises.
    unsafe {
        // What another process or thread sends is no fault, wherever it finds this thread.
        let fault = (*info).si_code > 0;
        let done = match signal {
            WAKE => {
                is_own_wake(&*info) && {
                    interrupt_machine_code(&mut *context.cast());
                    true
                }
            }
            _ => fault && stop_machine_code(&mut *context.cast()),
        };
        if !done {
            pass_on(signal, info, context, fault);
        }
    }
}

/// If machine code trapped, has the thread go on where the stop lands.
///
/// # Safety
///
/// The context is of a fault in this thread.
// ANCHOR: stop
unsafe fn stop_machine_code(context: &mut ucontext_t) -> bool {
    let store = active();
    if store.is_null() {
        return false;
    }
    let pc = registers::pc(context);
    let Some(exit) = registry::trap_at(pc) else { return false };
    // SAFETY: this thread runs machine code of the store, and was in it when it faulted. The code waits.
    unsafe {
        (*store).exit = Exit(exit.into());
        record(store, pc, registers::fp(context));
        registers::go_on(context, (*store).landing);
    }
    true
}
// ANCHOR_END: stop

/// Wakes a thread of this process, which may have ended by now.
pub(super) fn wake(thread: i32) {
    // SAFETY: sends a signal whose handler stays installed. A thread without machine code does nothing with it.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, WAKE) };
}

/// Whether this signal comes from [`wake`].
///
/// # Safety
///
/// The system gave this to the handler.
unsafe fn is_own_wake(info: &siginfo_t) -> bool {
    // SAFETY: signals of this kind have a sender.
    info.si_code == libc::SI_TKILL && unsafe { info.si_pid() == libc::getpid() }
}

/// If the thread runs machine code of a store that has been interrupted, has it go on where a stop lands.
///
/// The handler sees the interrupt that it was sent for: sending a signal and taking it go through a lock of the system's.
///
/// Any instruction of a function will do: the frames below are left as they are, and what other code can see changes by
/// single instructions. In library functions, bridges and gates the thread is left alone, and woken again later.
///
/// # Safety
///
/// The context is of this thread.
unsafe fn interrupt_machine_code(context: &mut ucontext_t) {
    let store = active();
    let pc = registers::pc(context);
    // SAFETY: the active store lives, and its limit with it. In a function's code the landing is that of its bridge.
    unsafe {
        if store.is_null() || !(*(*store).limit).is_interrupted() || !registry::is_function(pc) {
            return;
        }
        (*store).exit = Stop::Interrupted.into();
        record(store, pc, registers::fp(context));
        registers::go_on(context, (*store).landing);
    }
}

/// Does with a signal what would have been done without this handler.
///
/// # Safety
///
/// The arguments are those of the handler.
unsafe fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void, fault: bool) {
    let at = SIGNALS.iter().position(|it| *it == signal).expect("BUG: a signal that nobody asked for");
    // SAFETY: the previous action was written before this handler could run, and says how it is to be called.
    unsafe {
        let previous = (*PREVIOUS[at].0.get()).assume_init_ref();
        match previous.sa_sigaction {
            // A fault cannot be ignored: the system does as if there were no handler at all.
            libc::SIG_IGN if !fault => {}
            libc::SIG_DFL if signal == WAKE => {}
            libc::SIG_DFL | libc::SIG_IGN => {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &action, ptr::null_mut());
                // A fault comes again by itself.
                if !fault {
                    libc::raise(signal);
                }
            }
            handler if previous.sa_flags & libc::SA_SIGINFO != 0 => {
                let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = std::mem::transmute(handler);
                handler(signal, info, context);
            }
            handler => {
                let handler: extern "C" fn(c_int) = std::mem::transmute(handler);
                handler(signal);
            }
        }
    }
}

/// The registers at a fault, on x86_64.
#[cfg(target_arch = "x86_64")]
mod registers {
    use super::{Landing, ucontext_t};

    pub(super) fn pc(context: &ucontext_t) -> usize {
        context.uc_mcontext.gregs[libc::REG_RIP as usize] as usize
    }

    pub(super) fn fp(context: &ucontext_t) -> usize {
        context.uc_mcontext.gregs[libc::REG_RBP as usize] as usize
    }

    // ANCHOR: go_on
    /// The other registers have no meaning where a stop lands.
    pub(super) fn go_on(context: &mut ucontext_t, Landing { fp, sp, pc, .. }: Landing) {
        let registers = &mut context.uc_mcontext.gregs;
        registers[libc::REG_RIP as usize] = pc as i64;
        registers[libc::REG_RSP as usize] = sp as i64;
        registers[libc::REG_RBP as usize] = fp as i64;
    }
    // ANCHOR_END: go_on
}

/// The registers at a fault, on aarch64.
#[cfg(target_arch = "aarch64")]
mod registers {
    use super::{Landing, ucontext_t};

    pub(super) fn pc(context: &ucontext_t) -> usize {
        context.uc_mcontext.pc as usize
    }

    pub(super) fn fp(context: &ucontext_t) -> usize {
        context.uc_mcontext.regs[29] as usize
    }

    /// The other registers have no meaning where a stop lands.
    pub(super) fn go_on(context: &mut ucontext_t, Landing { fp, sp, pc, .. }: Landing) {
        context.uc_mcontext.pc = pc as u64;
        context.uc_mcontext.sp = sp as u64;
        context.uc_mcontext.regs[29] = fp as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

    use super::*;

    /// A handler's stack has room for one handler, and hardly for two.
    #[test]
    fn a_thread_that_is_woken_again_and_again_has_one_handler_at_a_time() {
        install();
        let (thread, stop) = (AtomicI32::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // SAFETY: it only tells which thread this is.
                thread.store(unsafe { libc::syscall(libc::SYS_gettid) } as i32, Ordering::Release);
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            while thread.load(Ordering::Acquire) == 0 {
                std::thread::yield_now();
            }
            let storm = || (0..200_000).for_each(|_| wake(thread.load(Ordering::Relaxed)));
            let others = [scope.spawn(storm), scope.spawn(storm)];
            for other in others {
                other.join().expect("it only sends signals");
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}
