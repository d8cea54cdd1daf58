//! Components in scripts: their values, and the traps that scripts name.

use ::wast::component::WastVal;
use ::wast::core::{NanPattern, WastArgCore, WastRetCore};
use ::wast::{WastArg, WastInvoke, WastRet};
use falkirk_component::abi::{Trap, What};
use falkirk_component::{Instance, Val};
use falkirk_runtime::{self as runtime, Error, Store};

use super::script::{Checked, Ran, Value};

/// `(invoke $instance "name" arguments...)`, of a component.
pub(super) fn invoke(store: &mut Store<()>, instance: &Instance, invoke: &WastInvoke<'_>) -> Checked<Ran> {
    let func = instance.get_func(invoke.name).ok_or_else(|| instance.no_function(invoke.name))?;
    let arguments = invoke.args.iter().map(argument).collect::<Checked<Vec<Val>>>()?;
    let mut results = vec![Val::Bool(false); usize::from(func.ty().0.result().is_some())];
    let called = func.call(store, &arguments, &mut results);
    Ok(called.map(|()| results.into_iter().map(Value::Component).collect()))
}

fn argument(argument: &WastArg<'_>) -> Checked<Val> {
    match argument {
        WastArg::Component(value) => Ok(value_of(value)),
        WastArg::Core(WastArgCore::F32(value)) => Ok(Val::F32(f32::from_bits(value.bits))),
        WastArg::Core(WastArgCore::F64(value)) => Ok(Val::F64(f64::from_bits(value.bits))),
        WastArg::Core(other) => Err(format!("a module's value for a component: {other:?}")),
        other => Err(format!("not supported yet: {other:?}")),
    }
}

/// Whether a result is what the script wants.
pub(super) fn check_result(found: &Val, wanted: &WastRet<'_>) -> Checked {
    let wanted = match wanted {
        WastRet::Component(value) => value_of(value),
        WastRet::Core(WastRetCore::F32(NanPattern::Value(value))) => Val::F32(f32::from_bits(value.bits)),
        WastRet::Core(WastRetCore::F64(NanPattern::Value(value))) => Val::F64(f64::from_bits(value.bits)),
        // There is one NaN.
        WastRet::Core(WastRetCore::F32(_)) => Val::F32(f32::NAN),
        WastRet::Core(WastRetCore::F64(_)) => Val::F64(f64::NAN),
        other => return Err(format!("wanted {other:?}, found {}", show(found))),
    };
    if *found == wanted { Ok(()) } else { Err(format!("wanted {}, found {}", show(&wanted), show(found))) }
}

/// A value for a message.
pub(super) fn show(value: &Val) -> String {
    value.to_string()
}

fn value_of(value: &WastVal<'_>) -> Val {
    let boxed = |value: &Option<Box<WastVal<'_>>>| value.as_ref().map(|value| Box::new(value_of(value)));
    let all = |values: &[WastVal<'_>]| values.iter().map(value_of).collect();
    match value {
        WastVal::Bool(value) => Val::Bool(*value),
        WastVal::U8(value) => Val::U8(*value),
        WastVal::S8(value) => Val::S8(*value),
        WastVal::U16(value) => Val::U16(*value),
        WastVal::S16(value) => Val::S16(*value),
        WastVal::U32(value) => Val::U32(*value),
        WastVal::S32(value) => Val::S32(*value),
        WastVal::U64(value) => Val::U64(*value),
        WastVal::S64(value) => Val::S64(*value),
        WastVal::F32(value) => Val::F32(f32::from_bits(value.bits)),
        WastVal::F64(value) => Val::F64(f64::from_bits(value.bits)),
        WastVal::Char(value) => Val::Char(*value),
        WastVal::String(value) => Val::from(*value),
        WastVal::List(values) => Val::List(all(values)),
        WastVal::Map(pairs) => {
            Val::List(pairs.iter().map(|(key, value)| Val::Tuple(vec![value_of(key), value_of(value)])).collect())
        }
        WastVal::Record(fields) => Val::record(fields.iter().map(|(name, value)| (*name, value_of(value)))),
        WastVal::Tuple(values) => Val::Tuple(all(values)),
        WastVal::Variant(name, payload) => Val::Variant((*name).into(), boxed(payload)),
        WastVal::Enum(name) => Val::enumeration(*name),
        WastVal::Option(value) => Val::Option(boxed(value)),
        WastVal::Result(Ok(value)) => Val::Result(Ok(boxed(value))),
        WastVal::Result(Err(value)) => Val::Result(Err(boxed(value))),
        WastVal::Flags(names) => Val::flags(names.iter().copied()),
    }
}

/// Whether a trap is the one that is meant.
type IsTrap = fn(&Trap) -> bool;

/// The traps of the canonical ABI by the beginnings of the messages that the scripts use for them.
const TRAPS: &[(&str, IsTrap)] = &[
    ("unaligned pointer", |trap| matches!(trap, Trap::PointerUnaligned { .. } | Trap::ReallocUnaligned { .. })),
    ("string pointer/length out of bounds", |trap| matches!(trap, Trap::PointerOutOfBounds { what: What::String, .. })),
    ("string content out-of-bounds", |trap| matches!(trap, Trap::PointerOutOfBounds { what: What::String, .. })),
    // A list that `realloc` has no room for is one of these too.
    ("list content out-of-bounds", |trap| {
        matches!(trap, Trap::PointerOutOfBounds { what: What::List, .. } | Trap::ReallocOutOfBounds { .. })
    }),
    ("realloc return: beyond end of memory", |trap| matches!(trap, Trap::ReallocOutOfBounds { .. })),
    ("realloc return: result not aligned", |trap| matches!(trap, Trap::ReallocUnaligned { .. })),
    ("invalid variant discriminant", |trap| matches!(trap, Trap::InvalidDiscriminant { .. })),
    ("invalid `char` bit pattern", |trap| matches!(trap, Trap::CharOutOfRange { .. } | Trap::CharIsSurrogate { .. })),
    ("invalid utf-8", |trap| matches!(trap, Trap::InvalidUtf8 { .. })),
    ("incomplete utf-8 byte sequence", |trap| matches!(trap, Trap::InvalidUtf8 { .. })),
    ("cannot leave component instance", |trap| matches!(trap, Trap::MayNotLeave)),
    ("cannot enter component instance", |trap| matches!(trap, Trap::MayNotEnter)),
    ("cannot remove owned resource while borrowed", |trap| matches!(trap, Trap::HandleLent { .. })),
    ("borrow handles still remain at the end of the call", |trap| matches!(trap, Trap::BorrowsRemain { .. })),
];

/// Whether an error is a trap as scripts with components name it.
pub(super) fn is_trap(error: &Error, wanted: &str) -> bool {
    let wanted = wanted.strip_prefix("wasm trap: ").unwrap_or(wanted);
    let Some(trap) = error.downcast_ref::<Trap>() else {
        return error.trap() == Some(runtime::Trap::Unreachable) && wanted == "wasm `unreachable` instruction executed";
    };
    let index = |before: &str| {
        let rest = wanted.strip_prefix(before)?;
        rest.split(' ').next()?.parse::<u32>().ok()
    };
    match trap {
        Trap::UnknownHandle { index: found } => index("unknown handle index ") == Some(*found),
        Trap::WrongResource { index: found } => index("handle index ") == Some(*found) && wanted.contains("wrong type"),
        trap => TRAPS.iter().any(|(message, is)| wanted.starts_with(message) && is(trap)),
    }
}
