//! What the core values are that parameters and results flatten to: which part of a value each is.

use falkirk_canonical_abi::{CoreType, Crossing, FuncType, Kind, PtrType, Type, Types};
use falkirk_component::trace::Call;

use super::step::FlatPart;

/// The core values of a crossing.
pub(super) fn flat_parts(call: Call<'_>, crossing: Crossing) -> Vec<FlatPart> {
    let side = match crossing {
        Crossing::LiftParams | Crossing::LowerResult => call.caller,
        Crossing::LowerParams | Crossing::LiftResult => call.callee,
    };
    let Some(guest) = side else { return Vec::new() };
    let mut flat = Flat { types: call.types, ptr_type: guest.options.ptr_type, parts: Vec::new() };
    match crossing {
        Crossing::LiftParams => {
            flat.params(call.ty);
            if let Some(result) = call.ty.result().filter(|_| call.ty.result_in_memory()) {
                flat.pointer(format!("result: {}, where it is to go", flat.name(result)));
            }
        }
        Crossing::LowerParams => flat.params(call.ty),
        Crossing::LiftResult => match call.ty.result() {
            Some(result) if call.ty.result_in_memory() => {
                flat.pointer(format!("result: {}, where it is", flat.name(result)));
            }
            Some(result) => flat.value("result", result),
            None => {}
        },
        Crossing::LowerResult => match call.ty.result() {
            Some(result) if !call.ty.result_in_memory() => flat.value("result", result),
            _ => {}
        },
    }
    flat.parts
}

/// Core values that are being listed.
struct Flat<'a> {
    types: &'a Types,
    ptr_type: PtrType,
    parts: Vec<FlatPart>,
}

impl Flat<'_> {
    fn name(&self, ty: Type) -> String {
        self.types.display(ty).to_string()
    }

    fn push(&mut self, core: CoreType, of: String) {
        self.parts.push(FlatPart { core, of });
    }

    fn pointer(&mut self, of: String) {
        self.push(CoreType::pointer(self.ptr_type), of);
    }

    fn params(&mut self, ty: &FuncType) {
        if ty.params_in_memory() {
            return self.pointer("all parameters, where they are".to_owned());
        }
        for (name, ty) in ty.names().iter().zip(ty.params()) {
            self.value(name, *ty);
        }
    }

    /// The core values of a value, which is at a path.
    fn value(&mut self, path: &str, ty: Type) {
        let whole = format!("{path}: {}", self.name(ty));
        match self.types.kind(ty) {
            Some(Kind::Record(fields)) => {
                fields.iter().for_each(|field| self.value(&format!("{path}.{}", field.name), field.ty));
            }
            Some(Kind::Tuple(parts)) => {
                parts.iter().enumerate().for_each(|(index, ty)| self.value(&format!("{path}[{index}]"), *ty));
            }
            Some(Kind::FixedList(element, length)) => {
                (0..*length).for_each(|index| self.value(&format!("{path}[{index}]"), *element));
            }
            Some(Kind::List(_)) => self.pair(&whole),
            _ if ty == Type::String => self.pair(&whole),
            Some(Kind::Variant(_) | Kind::Option(_) | Kind::Result { .. }) => self.variant(&whole, ty),
            Some(Kind::Enum(_)) => self.push(CoreType::I32, format!("{whole}, the case")),
            Some(Kind::Own(_) | Kind::Borrow(_)) => self.push(CoreType::I32, format!("{whole}, the handle")),
            Some(Kind::Flags(_)) | None => {
                for core in self.types.flatten(ty, self.ptr_type).unwrap_or_default() {
                    self.push(core, whole.clone());
                }
            }
        }
    }

    /// An address and a length.
    fn pair(&mut self, whole: &str) {
        self.pointer(format!("{whole}, the address"));
        self.pointer(format!("{whole}, the length"));
    }

    /// The case, and places that the payloads of all cases share.
    fn variant(&mut self, whole: &str, ty: Type) {
        let flat = self.types.flatten(ty, self.ptr_type).unwrap_or_default();
        for (position, core) in flat.into_iter().enumerate() {
            let what = if position == 0 { "the case" } else { "what the case carries" };
            self.push(core, format!("{whole}, {what}"));
        }
    }
}
