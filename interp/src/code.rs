//! The code of a module: what was translated, and what still waits for its first call.
//!
//! # Safety
//!
//! Allows `unsafe`: a running function's instructions are words in [`Arena`]s that never move or go while the module
//! lives, and the module lives while any instance of it does. [`translate_now`] reads the module that a context names.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use falkirk_runtime::Error;
use falkirk_runtime::engine::{FuncCode, ModuleCode, Settings};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::{CodeEntry, VmContext};

use crate::exec::call::Lazy;
use crate::exec::outside::Outside;
use crate::exec::state::{Handler, handler};
use crate::translate::{Positions, Translator};

/// The words of a stub, which stands in the place of code that is not there: what calls read before they enter a
/// function, then one instruction with its operand.
const STUB_WORDS: usize = 4;

/// The code of one module.
pub struct InterpCode {
    info: Arc<ModuleInfo>,
    settings: Settings,
    entries: Box<[CodeEntry]>,
    stubs: Box<[u64]>,
    state: Mutex<Translations>,
}

/// What translation changes.
#[derive(Default)]
struct Translations {
    translator: Translator,
    arena: Arena,
    /// The first instruction of each translated function, with its number; sorted when it is looked at.
    starts: Vec<(usize, u32)>,
    sorted: bool,
    #[cfg(feature = "trace")]
    points: crate::translate::trace::Points,
}

/// Chunks of words that stay where they are.
#[derive(Default)]
struct Arena {
    chunks: Vec<Vec<u64>>,
    words: usize,
}

impl Arena {
    /// Makes room for about this many words in one piece.
    fn expect(&mut self, words: usize) {
        self.chunks.push(Vec::with_capacity(words));
    }

    /// Keeps a copy of these words and gives its address.
    fn keep(&mut self, words: &[u64]) -> *mut u64 {
        let fits = self.chunks.last().is_some_and(|chunk| chunk.capacity() - chunk.len() >= words.len());
        if !fits {
            let capacity = words.len().max(self.words / 4).max(128);
            self.chunks.push(Vec::with_capacity(capacity));
        }
        self.words += words.len();
        let Some(chunk) = self.chunks.last_mut() else { unreachable!("a chunk was just added") };
        let start = chunk.len();
        chunk.extend_from_slice(words);
        chunk[start..].as_mut_ptr()
    }
}

impl std::fmt::Debug for InterpCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InterpCode").field("functions", &self.entries.len()).finish_non_exhaustive()
    }
}

/// The slot of the header in the frames of function `index`.
fn header_of(info: &ModuleInfo, index: u32) -> usize {
    let ty = info.func_type(index);
    ty.param_slots().max(ty.result_slots())
}

/// The stub of a function that is not translated yet: an instruction that does it. Its frame has size 0, so that the
/// call's check of the stack passes; the instruction checks again.
fn lazy_stub(info: &ModuleInfo, index: u32, metered: bool) -> [u64; STUB_WORDS] {
    let handler: Handler = if metered { handler::<Lazy<true>> } else { handler::<Lazy<false>> };
    let number = index - info.imported_functions;
    [0, (header_of(info, index) as u64) << 32, handler as usize as u64, u64::from(number)]
}

/// The stub of a function whose code another engine has. Its frame ends with the header.
fn outside_stub(info: &ModuleInfo, index: u32) -> [u64; STUB_WORDS] {
    let number = info.func_ref_of[index as usize];
    assert_ne!(number, u32::MAX, "BUG: function {index} has no FuncRef");
    let header = header_of(info, index) as u64;
    let handler: Handler = handler::<Outside>;
    [0, (header << 32) | ((header + 2) * 8), handler as usize as u64, u64::from(info.layout.func_ref(number))]
}

impl InterpCode {
    /// Prepares a module's code: each function on its first call if the module is large, else all of them now. Functions
    /// that are `outside` get no code, since another engine has theirs.
    ///
    /// # Errors
    ///
    /// A function passes one of the translator's limits.
    pub fn prepare(
        info: Arc<ModuleInfo>,
        settings: Settings,
        outside: impl Fn(u32) -> bool,
    ) -> Result<Arc<InterpCode>, Error> {
        let count = info.bodies.len();
        let mut stubs = vec![0; count * STUB_WORDS].into_boxed_slice();
        for (index, stub) in (info.imported_functions..).zip(stubs.as_chunks_mut().0) {
            *stub = match outside(index) {
                true => outside_stub(&info, index),
                false => lazy_stub(&info, index, settings.fuel),
            };
        }
        let base = stubs.as_mut_ptr();
        let entries = (0..count).map(|number| AtomicPtr::new(base.wrapping_add(number * STUB_WORDS + 2))).collect();
        let code = InterpCode { info, settings, entries, stubs, state: Mutex::default() };
        #[cfg(feature = "trace")]
        if settings.tracing {
            code.lock().translator.tracing = Some(crate::translate::trace::Tracing::new(&code.info));
        }
        let size: usize = code.info.bodies.iter().map(|body| body.len()).sum();
        if settings.lazy_above.is_none_or(|limit| size <= limit) {
            let mut state = code.lock();
            state.arena.expect(size * 3 / 8);
            for number in 0..count as u32 {
                if !outside(code.info.imported_functions + number) {
                    code.translate(&mut state, number)?;
                }
            }
        }
        Ok(Arc::new(code))
    }

    fn lock(&self) -> MutexGuard<'_, Translations> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stub(&self, code: *const u64) -> bool {
        self.stubs.as_ptr_range().contains(&code)
    }

    fn translate(&self, state: &mut Translations, number: u32) -> Result<*const u64, Error> {
        let translated = state.translator.translate(&self.info, number, self.settings)?;
        let first = translated.entry - 2;
        let code = state.arena.keep(&translated.words[first..]).wrapping_add(2);
        #[cfg(feature = "trace")]
        if let Some(tracing) = &mut state.translator.tracing {
            state.points.append(&mut tracing.take_points());
        }
        state.starts.push((code as usize, number));
        state.sorted = false;
        // Another thread that calls the function now sees either the stub or all of the code.
        self.entries[number as usize].store(code, Ordering::Release);
        Ok(code)
    }

    /// The function that an instruction belongs to: its number, the header's slot in its frames, and the offset of the
    /// operator in the module. For a call that has not returned, `ip` is the instruction after it.
    pub fn locate(&self, ip: *const u64, called: bool, known: &mut KnownPositions) -> Site {
        let (number, word) = self.function_at(ip, called);
        let index = self.info.imported_functions + number;
        let header = header_of(&self.info, index);
        let body = self.info.bodies[number as usize].start;
        let offset = match word {
            None => body,
            Some(word) => {
                let key = (std::ptr::from_ref(self) as usize, number);
                let positions = known.entry(key).or_insert_with(|| self.positions(number));
                let next = positions.partition_point(|(position, _)| *position as usize <= word);
                next.checked_sub(1).map_or(body, |at| positions[at].1)
            }
        };
        Site { function: index, header, offset }
    }

    /// The number of the function at `ip` and the word among its instructions, unless it is not translated.
    fn function_at(&self, ip: *const u64, called: bool) -> (u32, Option<usize>) {
        if self.is_stub(ip) {
            let word = (ip as usize - self.stubs.as_ptr() as usize) / 8;
            return ((word / STUB_WORDS) as u32, None);
        }
        let mut state = self.lock();
        if !state.sorted {
            state.starts.sort_unstable();
            state.sorted = true;
        }
        let at = ip as usize - if called { 8 } else { 0 };
        let next = state.starts.partition_point(|(start, _)| *start <= at);
        let Some((start, number)) = next.checked_sub(1).map(|position| state.starts[position]) else {
            panic!("BUG: an instruction belongs to no function of its module");
        };
        (number, Some((at - start) / 8))
    }

    /// Where the code of each operator of a function starts, in words from its first instruction. This is found by
    /// translating once more: it costs a failing program microseconds and a working one no memory.
    fn positions(&self, number: u32) -> Positions {
        let mut translator = Translator::default();
        #[cfg(feature = "trace")]
        if self.settings.tracing {
            translator.tracing = Some(crate::translate::trace::Tracing::new(&self.info));
        }
        let mut positions = translator.positions(&self.info, number, self.settings);
        let entry = translator.entry() as u32;
        for (position, _) in &mut positions {
            *position = position.saturating_sub(entry);
        }
        positions
    }
}

/// The positions that one walk along the frames has looked up, by the module's code and the function: a recursive
/// function is translated again only once.
pub type KnownPositions = HashMap<(usize, u32), Positions>;

/// Where an instruction comes from.
#[derive(Debug)]
pub struct Site {
    /// The function's index in its module.
    pub function: u32,
    /// The slot of the header in its frames.
    pub header: usize,
    /// The offset of the operator in the module.
    pub offset: usize,
}

impl ModuleCode for InterpCode {
    fn entries(&self) -> *const CodeEntry {
        self.entries.as_ptr()
    }

    fn function(&self, index: u32) -> FuncCode {
        FuncCode {
            machine: std::ptr::null(),
            code: &raw const self.entries[(index - self.info.imported_functions) as usize],
            enter: crate::entry::enter,
            bridge: std::ptr::null(),
        }
    }

    fn data(&self) -> *const () {
        std::ptr::from_ref(self).cast()
    }

    fn code_size(&self) -> usize {
        self.lock().arena.words * 8
    }
}

/// Translates a function of the running module, unless another thread has done so meanwhile, and gives its code; or
/// null, with the error in the store, if the function passes one of the translator's limits.
///
/// # Safety
///
/// `ctx` is a live context of an instance whose module this engine prepared.
#[cold]
#[inline(never)]
pub unsafe fn translate_now(ctx: *mut VmContext, number: u32) -> *const u64 {
    // SAFETY: `module_code` is what `data` gave, and the module lives while its instances do.
    let code = unsafe { of_context(ctx) };
    let mut state = code.lock();
    let now = code.entries[number as usize].load(Ordering::Acquire).cast_const();
    if !code.is_stub(now) {
        return now;
    }
    match code.translate(&mut state, number) {
        Ok(now) => now,
        Err(error) => {
            // SAFETY: the store outlives its contexts.
            unsafe { (*(*ctx).store).failure = Some(error) };
            std::ptr::null()
        }
    }
}

/// The code of the module of a context.
///
/// # Safety
///
/// As for [`translate_now`].
pub unsafe fn of_context<'a>(ctx: *mut VmContext) -> &'a InterpCode {
    // SAFETY: passed on to the caller.
    unsafe { &*(*ctx).module_code.cast::<InterpCode>() }
}
