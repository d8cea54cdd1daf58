//! Canonical functions.

use falkirk_canonical_abi::StringEncoding;
use wasmparser::{CanonicalFunction, CanonicalOption};

use super::{Translate, Translator, unsupported};
use crate::plan::{CoreSort, OptionsPlan, Sort, Step};

impl Translator<'_> {
    pub(super) fn canon(&mut self, func: CanonicalFunction) -> Translate {
        match func {
            CanonicalFunction::Lift { core_func_index, type_index, options } => {
                let id = self.types().component_any_type_at(type_index).unwrap_func();
                let ty = self.func_type(id)?;
                let step = Step::Lift { core: core_func_index, ty, options: options_of(&options)?, name: "".into() };
                self.frame().push(Sort::Func, step);
            }
            CanonicalFunction::Lower { func_index, options } => {
                let step = Step::Lower { func: func_index, options: options_of(&options)? };
                self.frame().push_core(CoreSort::Func, step);
            }
            CanonicalFunction::ResourceNew { resource } => self.builtin(resource, Step::ResourceNew),
            CanonicalFunction::ResourceRep { resource } => self.builtin(resource, Step::ResourceRep),
            CanonicalFunction::ResourceDrop { resource } => self.builtin(resource, Step::ResourceDrop),
            other => return unsupported(format_args!("`canon {}`", name_of(&other))),
        }
        Ok(())
    }

    fn builtin(&mut self, ty: u32, step: impl FnOnce(falkirk_canonical_abi::ResourceIndex) -> Step) {
        let id = self.types().component_any_type_at(ty).unwrap_resource().resource();
        let frame = self.frame();
        let resource = frame.resource(id);
        frame.push_core(CoreSort::Func, step(resource));
    }
}

fn options_of(options: &[CanonicalOption]) -> Translate<OptionsPlan> {
    let mut plan = OptionsPlan::default();
    for option in options {
        match *option {
            CanonicalOption::UTF8 => plan.encoding = StringEncoding::Utf8,
            CanonicalOption::UTF16 => plan.encoding = StringEncoding::Utf16,
            CanonicalOption::CompactUTF16 => plan.encoding = StringEncoding::Latin1Utf16,
            CanonicalOption::Memory(index) => plan.memory = Some(index),
            CanonicalOption::Realloc(index) => plan.realloc = Some(index),
            CanonicalOption::PostReturn(index) => plan.post_return = Some(index),
            CanonicalOption::Async | CanonicalOption::Callback(_) => {
                return unsupported("the canonical option `async`");
            }
            CanonicalOption::CoreType(_) | CanonicalOption::Gc => return unsupported("the canonical option `gc`"),
        }
    }
    Ok(plan)
}

/// The name of a built-in that is not there yet, as the text format spells it.
fn name_of(func: &CanonicalFunction) -> &'static str {
    use CanonicalFunction as F;
    match func {
        F::Lift { .. } | F::Lower { .. } | F::ResourceNew { .. } | F::ResourceDrop { .. } | F::ResourceRep { .. } => {
            panic!("BUG: {func:?} is there")
        }
        F::ThreadSpawnRef { .. } => "thread.spawn-ref",
        F::ThreadSpawnIndirect { .. } => "thread.spawn-indirect",
        F::ThreadAvailableParallelism => "thread.available-parallelism",
        F::BackpressureInc => "backpressure.inc",
        F::BackpressureDec => "backpressure.dec",
        F::TaskReturn { .. } => "task.return",
        F::TaskCancel => "task.cancel",
        F::ContextGet { .. } => "context.get",
        F::ContextSet { .. } => "context.set",
        F::ThreadYield => "thread.yield",
        F::SubtaskDrop => "subtask.drop",
        F::SubtaskCancel { .. } => "subtask.cancel",
        F::StreamNew { .. } => "stream.new",
        F::StreamRead { .. } => "stream.read",
        F::StreamWrite { .. } => "stream.write",
        F::StreamForward { .. } => "stream.forward",
        F::StreamCancelRead { .. } => "stream.cancel-read",
        F::StreamCancelWrite { .. } => "stream.cancel-write",
        F::StreamDropReadable { .. } => "stream.drop-readable",
        F::StreamDropWritable { .. } => "stream.drop-writable",
        F::FutureNew { .. } => "future.new",
        F::FutureRead { .. } => "future.read",
        F::FutureWrite { .. } => "future.write",
        F::FutureForward { .. } => "future.forward",
        F::FutureCancelRead { .. } => "future.cancel-read",
        F::FutureCancelWrite { .. } => "future.cancel-write",
        F::FutureDropReadable { .. } => "future.drop-readable",
        F::FutureDropWritable { .. } => "future.drop-writable",
        F::ErrorContextNew { .. } => "error-context.new",
        F::ErrorContextDebugMessage { .. } => "error-context.debug-message",
        F::ErrorContextDrop => "error-context.drop",
        F::WaitableSetNew => "waitable-set.new",
        F::WaitableSetWait { .. } => "waitable-set.wait",
        F::WaitableSetPoll { .. } => "waitable-set.poll",
        F::WaitableSetDrop => "waitable-set.drop",
        F::WaitableJoin => "waitable.join",
        F::ThreadIndex => "thread.index",
        F::ThreadNewIndirect { .. } => "thread.new-indirect",
        F::ThreadResumeLater => "thread.resume-later",
        F::ThreadSuspend => "thread.suspend",
        F::ThreadSuspendThenResume => "thread.suspend-then-resume",
        F::ThreadYieldThenResume => "thread.yield-then-resume",
        F::ThreadSuspendThenPromote => "thread.suspend-then-promote",
        F::ThreadYieldThenPromote => "thread.yield-then-promote",
    }
}
