//! Whether what was found is what a script asks for.

use ::wast::core::{AbstractHeapType, HeapType, NanPattern, V128Pattern, WastRetCore};
use ::wast::token::{F32, F64};
use falkirk_runtime::{ErrorKind, Limit, Store, Val};

use super::components;
use super::script::{HostRef, Ran, Value};

/// The null reference that `(ref.null heap)` as an argument means.
pub(super) fn null_of(heap: &HeapType<'_>) -> Result<Val, String> {
    if is_function(heap) {
        Ok(Val::FuncRef(None))
    } else if is_extern(heap) {
        Ok(Val::ExternRef(None))
    } else {
        Err(format!("not supported yet: null references of type {heap:?}"))
    }
}

fn is_function(heap: &HeapType<'_>) -> bool {
    use AbstractHeapType::{Func, NoFunc};
    matches!(heap, HeapType::Concrete(_) | HeapType::Abstract { ty: Func | NoFunc, .. })
}

fn is_extern(heap: &HeapType<'_>) -> bool {
    use AbstractHeapType::{Extern, NoExtern};
    matches!(heap, HeapType::Abstract { ty: Extern | NoExtern, .. })
}

/// Whether a result matches the pattern.
pub(super) fn value(store: &Store<()>, found: &Val, wanted: &WastRetCore<'_>) -> bool {
    match (found, wanted) {
        (found, WastRetCore::Either(cases)) => cases.iter().any(|case| value(store, found, case)),
        (Val::I32(found), WastRetCore::I32(wanted)) => found == wanted,
        (Val::I64(found), WastRetCore::I64(wanted)) => found == wanted,
        (Val::F32(found), WastRetCore::F32(wanted)) => f32_matches(*found, wanted),
        (Val::F64(found), WastRetCore::F64(wanted)) => f64_matches(*found, wanted),
        (Val::V128(found), WastRetCore::V128(wanted)) => v128_matches(u128::from(*found), wanted),
        (Val::FuncRef(None), WastRetCore::RefNull(heap)) => heap.as_ref().is_none_or(is_function),
        (Val::ExternRef(None), WastRetCore::RefNull(heap)) => heap.as_ref().is_none_or(is_extern),
        (Val::FuncRef(Some(_)), WastRetCore::RefFunc(_)) => true,
        (Val::ExternRef(Some(_)), WastRetCore::RefExtern(None)) => true,
        (Val::ExternRef(Some(found)), WastRetCore::RefExtern(Some(wanted))) => {
            found.data(store).downcast_ref() == Some(&HostRef(*wanted))
        }
        _ => false,
    }
}

/// A canonical NaN has only the highest bit of its payload set; an arithmetic NaN has it set among others (specification,
/// section 2.2.3 "Floating-Point").
fn f32_matches(found: u32, wanted: &NanPattern<F32>) -> bool {
    match wanted {
        NanPattern::CanonicalNan => found & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => found & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => found == value.bits,
    }
}

fn f64_matches(found: u64, wanted: &NanPattern<F64>) -> bool {
    match wanted {
        NanPattern::CanonicalNan => found & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        NanPattern::ArithmeticNan => found & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        NanPattern::Value(value) => found == value.bits,
    }
}

fn v128_matches(found: u128, wanted: &V128Pattern) -> bool {
    let lanes = |bits: u32| (0..128 / bits).map(move |lane| (found >> (lane * bits)) as u64);
    match wanted {
        V128Pattern::I8x16(wanted) => lanes(8).zip(wanted).all(|(found, wanted)| found as i8 == *wanted),
        V128Pattern::I16x8(wanted) => lanes(16).zip(wanted).all(|(found, wanted)| found as i16 == *wanted),
        V128Pattern::I32x4(wanted) => lanes(32).zip(wanted).all(|(found, wanted)| found as i32 == *wanted),
        V128Pattern::I64x2(wanted) => lanes(64).zip(wanted).all(|(found, wanted)| found as i64 == *wanted),
        V128Pattern::F32x4(wanted) => lanes(32).zip(wanted).all(|(found, wanted)| f32_matches(found as u32, wanted)),
        V128Pattern::F64x2(wanted) => lanes(64).zip(wanted).all(|(found, wanted)| f64_matches(found, wanted)),
    }
}

/// Whether the action ended with the trap that the script names.
///
/// The specification's interpreter adds detail to some messages (`uninitialized element 2`) and older scripts leave some
/// out (`out of bounds`), so either may be the beginning of the other.
pub(super) fn trap(ran: &Ran, wanted: &str) -> Result<(), String> {
    let found = match ran {
        Ok(results) => return Err(format!("wanted the trap {wanted:?}, but it returned {}", show_all(results))),
        Err(error) => error,
    };
    if components::is_trap(found, wanted) {
        return Ok(());
    }
    match found.trap() {
        Some(trap) if trap.message().starts_with(wanted) || wanted.starts_with(trap.message()) => Ok(()),
        _ => Err(format!("wanted the trap {wanted:?}, found: {found}")),
    }
}

/// Whether the action ran out of stack.
pub(super) fn exhaustion(ran: &Ran, wanted: &str) -> Result<(), String> {
    match ran {
        Ok(results) => Err(format!("wanted exhaustion ({wanted}), but it returned {}", show_all(results))),
        Err(error) if matches!(error.limit(), Some(Limit::Stack)) => Ok(()),
        Err(error) => Err(format!("wanted exhaustion ({wanted}), found: {error}")),
    }
}

/// Whether linking failed.
pub(super) fn link_error(ran: &Ran, wanted: &str) -> Result<(), String> {
    match ran {
        Ok(_) => Err(format!("wanted a link error ({wanted}), but the module was instantiated")),
        Err(error) if matches!(error.kind(), ErrorKind::Link(_)) => Ok(()),
        Err(error) => Err(format!("wanted a link error ({wanted}), found: {error}")),
    }
}

/// A value for a message: floats with their bits, since those are what is compared.
pub(super) fn show(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32 {value} ({value:#x})"),
        Val::I64(value) => format!("i64 {value} ({value:#x})"),
        Val::F32(bits) => format!("f32 {} ({bits:#010x})", f32::from_bits(*bits)),
        Val::F64(bits) => format!("f64 {} ({bits:#018x})", f64::from_bits(*bits)),
        Val::V128(value) => format!("v128 {:#034x}", u128::from(*value)),
        Val::FuncRef(reference) => show_reference("funcref", reference.is_some()),
        Val::ExternRef(reference) => show_reference("externref", reference.is_some()),
    }
}

fn show_reference(kind: &str, some: bool) -> String {
    format!("{} {kind}", if some { "a" } else { "the null" })
}

fn show_all(values: &[Value]) -> String {
    let show = |value: &Value| match value {
        Value::Core(value) => show(value),
        Value::Component(value) => components::show(value),
    };
    format!("({})", values.iter().map(show).collect::<Vec<_>>().join(", "))
}

/// A pattern for a message.
pub(super) fn show_wanted(wanted: &WastRetCore<'_>) -> String {
    use NanPattern::{ArithmeticNan, CanonicalNan, Value};
    match wanted {
        WastRetCore::I32(value) => show(&Val::I32(*value)),
        WastRetCore::I64(value) => show(&Val::I64(*value)),
        WastRetCore::F32(Value(value)) => show(&Val::F32(value.bits)),
        WastRetCore::F64(Value(value)) => show(&Val::F64(value.bits)),
        WastRetCore::F32(CanonicalNan) => "f32 nan:canonical".to_owned(),
        WastRetCore::F32(ArithmeticNan) => "f32 nan:arithmetic".to_owned(),
        WastRetCore::F64(CanonicalNan) => "f64 nan:canonical".to_owned(),
        WastRetCore::F64(ArithmeticNan) => "f64 nan:arithmetic".to_owned(),
        WastRetCore::V128(lanes) => format!("v128 {lanes:?}"),
        WastRetCore::RefNull(_) => "a null reference".to_owned(),
        WastRetCore::RefExtern(Some(number)) => format!("(ref.extern {number})"),
        WastRetCore::RefExtern(None) => "an externref".to_owned(),
        WastRetCore::RefFunc(_) => "a funcref".to_owned(),
        WastRetCore::Either(cases) => cases.iter().map(show_wanted).collect::<Vec<_>>().join(" or "),
        other => format!("{other:?}"),
    }
}
