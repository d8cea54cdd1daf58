//! What cannot be bound is refused by name, with its place in the WIT.

use std::collections::HashSet;

use wit_parser::{Function, FunctionKind, InterfaceId, Resolve, Span, Type, TypeDefKind, TypeId, WorldId, WorldItem};

/// How many parameters Rust's types name.
const MAX_PARAMS: usize = 16;

/// Refuses what a world has that has no bindings.
pub fn world(resolve: &Resolve, world: WorldId) -> Result<(), String> {
    let mut check = Check { resolve, seen: HashSet::new() };
    let world = &resolve.worlds[world];
    for (key, item) in world.imports.iter().chain(&world.exports) {
        match item {
            WorldItem::Interface { span, .. } if resolve.implements_interface(key, item).is_some() => {
                return Err(check.unsupported("an interface under another name", *span));
            }
            WorldItem::Interface { id, .. } => check.interface(*id)?,
            WorldItem::Function(func) => check.func(func)?,
            WorldItem::Type { id, .. } => check.definition(*id)?,
        }
    }
    Ok(())
}

struct Check<'a> {
    resolve: &'a Resolve,
    /// What was looked at already.
    seen: HashSet<TypeId>,
}

impl Check<'_> {
    fn unsupported(&self, what: &str, span: Span) -> String {
        let place = self.resolve.render_location(span);
        format!(
            "not supported yet: {what}\n  --> {place}\nleave it out of the world, or use `falkirk::component::Linker`"
        )
    }

    fn interface(&mut self, id: InterfaceId) -> Result<(), String> {
        let interface = &self.resolve.interfaces[id];
        interface.types.values().try_for_each(|id| self.definition(*id))?;
        interface.functions.values().try_for_each(|func| self.func(func))
    }

    fn func(&mut self, func: &Function) -> Result<(), String> {
        let unsupported =
            |check: &Check<'_>, what: &str| Err(check.unsupported(&format!("{what} (`{}`)", func.name), func.span));
        match func.kind {
            FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_) => {
                return unsupported(self, "async functions");
            }
            _ if func.kind.accessor().is_some() => return unsupported(self, "getters and setters"),
            _ if func.params.len() > MAX_PARAMS => {
                return unsupported(self, &format!("functions of more than {MAX_PARAMS} parameters"));
            }
            _ => {}
        }
        let types = func.params.iter().map(|param| param.ty).chain(func.result);
        types.into_iter().try_for_each(|ty| self.ty(ty, func.span))
    }

    fn ty(&mut self, ty: Type, span: Span) -> Result<(), String> {
        match ty {
            Type::ErrorContext => Err(self.unsupported("the type `error-context`", span)),
            Type::Id(id) if self.resolve.types[id].name.is_some() => self.definition(id),
            Type::Id(id) => self.kind(id, span),
            _ => Ok(()),
        }
    }

    fn definition(&mut self, id: TypeId) -> Result<(), String> {
        match self.seen.insert(id) {
            true => self.kind(id, self.resolve.types[id].span),
            false => Ok(()),
        }
    }

    fn kind(&mut self, id: TypeId, span: Span) -> Result<(), String> {
        let def = &self.resolve.types[id];
        let empty = |what: &str| Err(self.unsupported(&format!("{what} without anything in it"), span));
        match &def.kind {
            TypeDefKind::Record(record) if record.fields.is_empty() => empty("a record"),
            TypeDefKind::Variant(variant) if variant.cases.is_empty() => empty("a variant"),
            TypeDefKind::Enum(enumeration) if enumeration.cases.is_empty() => empty("an enum"),
            TypeDefKind::Flags(flags) if flags.flags.is_empty() => empty("a flags type"),
            TypeDefKind::Tuple(tuple) if tuple.types.is_empty() => empty("a tuple"),
            TypeDefKind::Tuple(tuple) if tuple.types.len() > MAX_PARAMS => {
                Err(self.unsupported(&format!("tuples of more than {MAX_PARAMS}"), span))
            }
            TypeDefKind::Map(..) | TypeDefKind::Future(_) | TypeDefKind::Stream(_) | TypeDefKind::Unknown => {
                Err(self.unsupported(&format!("the type `{}`", def.kind.as_str()), span))
            }
            kind => crate::types::parts(kind).into_iter().try_for_each(|ty| self.ty(ty, span)),
        }
    }
}
