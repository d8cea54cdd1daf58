//! The validator's types as the canonical ABI's.

use falkirk_canonical_abi::{Case, Field, FuncType, Kind, Name, Type};
use falkirk_runtime::{ExternType, GlobalType, MemoryType, RefType, TableType, ValType};
use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentCoreModuleTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentItem, ComponentValType,
};
use wasmparser::names::KebabString;
use wasmparser::types::EntityType;

use super::{MAX_EXPORTS_SEEN, Translate, Translator, unsupported};
use crate::types::{ItemType, ModuleType};

/// A name with a value type, or without.
type Named<T> = Vec<(Name, T)>;

impl Translator<'_> {
    /// The type of a function.
    pub(super) fn func_type(&mut self, id: ComponentFuncTypeId) -> Translate<FuncType> {
        let ty = &self.types()[id];
        if ty.async_ {
            return unsupported("functions of type `async func`");
        }
        let (result, params) = (ty.result, named(ty.params.iter().map(|(name, ty)| (name, *ty))));
        let params = self.all(params)?;
        let result = result.map(|ty| self.val_type(ty)).transpose()?;
        Ok(self.frame().types.func(params, result)?)
    }

    fn val_type(&mut self, ty: ComponentValType) -> Translate<Type> {
        match ty {
            ComponentValType::Primitive(ty) => primitive(ty),
            ComponentValType::Type(id) => self.defined_type(id),
        }
    }

    fn defined_type(&mut self, id: ComponentDefinedTypeId) -> Translate<Type> {
        if let Some(ty) = self.frame().translated.get(&id) {
            return Ok(*ty);
        }
        let ty = self.new_type(id)?;
        self.frame().translated.insert(id, ty);
        Ok(ty)
    }

    fn new_type(&mut self, id: ComponentDefinedTypeId) -> Translate<Type> {
        // What is read of the type is copied, since translating its parts needs all of this.
        let kind = match &self.types()[id] {
            ComponentDefinedType::Primitive(ty) => return primitive(*ty),
            ComponentDefinedType::Record(record) => {
                let fields = named(record.fields.iter().map(|(name, ty)| (name, *ty)));
                Kind::Record(self.all(fields)?.into_iter().map(|(name, ty)| Field { name, ty }).collect())
            }
            ComponentDefinedType::Variant(variant) => {
                let cases = named(variant.cases.iter().map(|(name, case)| (name, case.ty)));
                let case = |(name, ty)| Ok(Case { name, ty: self.optional(ty)? });
                Kind::Variant(cases.into_iter().map(case).collect::<Translate<_>>()?)
            }
            ComponentDefinedType::List { element, .. } => Kind::List(self.val_type(*element)?),
            ComponentDefinedType::FixedLengthList { element, length, .. } => {
                let (element, length) = (*element, *length);
                Kind::FixedList(self.val_type(element)?, length)
            }
            // A map crosses as a list of pairs.
            ComponentDefinedType::Map { key, value, .. } => {
                let (key, value) = (*key, *value);
                let pair = Box::new([self.val_type(key)?, self.val_type(value)?]);
                Kind::List(self.frame().types.intern(Kind::Tuple(pair))?)
            }
            ComponentDefinedType::Tuple(tuple) => {
                let types = tuple.types.to_vec();
                Kind::Tuple(types.into_iter().map(|ty| self.val_type(ty)).collect::<Translate<_>>()?)
            }
            ComponentDefinedType::Flags(names) => Kind::Flags(names.iter().map(|name| name.as_str().into()).collect()),
            ComponentDefinedType::Enum(names) => Kind::Enum(names.iter().map(|name| name.as_str().into()).collect()),
            ComponentDefinedType::Option { ty, .. } => Kind::Option(self.val_type(*ty)?),
            ComponentDefinedType::Result { ok, err, .. } => {
                let (ok, err) = (*ok, *err);
                Kind::Result { ok: self.optional(ok)?, err: self.optional(err)? }
            }
            ComponentDefinedType::Own(id) => {
                let id = id.resource();
                Kind::Own(self.frame().resource(id))
            }
            ComponentDefinedType::Borrow(id) => {
                let id = id.resource();
                Kind::Borrow(self.frame().resource(id))
            }
            ComponentDefinedType::Future { .. } => return unsupported("the type `future`"),
            ComponentDefinedType::Stream { .. } => return unsupported("the type `stream`"),
        };
        Ok(self.frame().types.intern(kind)?)
    }

    fn optional(&mut self, ty: Option<ComponentValType>) -> Translate<Option<Type>> {
        ty.map(|ty| self.val_type(ty)).transpose()
    }

    fn all(&mut self, types: Named<ComponentValType>) -> Translate<Named<Type>> {
        types.into_iter().map(|(name, ty)| Ok((name, self.val_type(ty)?))).collect()
    }

    /// The type of an import or export.
    pub(super) fn item_type(&mut self, ty: ComponentEntityType) -> Translate<ItemType> {
        self.exports_seen += 1;
        if self.exports_seen > MAX_EXPORTS_SEEN {
            return unsupported("components with so many imports and exports");
        }
        Ok(match ty {
            ComponentEntityType::Func(id) => ItemType::Func(self.func_type(id)?),
            ComponentEntityType::Module(id) => ItemType::Module(self.module_type(id)?),
            ComponentEntityType::Instance(id) => {
                let exports = items(&self.types()[id].exports);
                ItemType::Instance(self.item_types(exports)?)
            }
            ComponentEntityType::Component(id) => {
                let (imports, exports) = (items(&self.types()[id].imports), items(&self.types()[id].exports));
                ItemType::Component { imports: self.item_types(imports)?, exports: self.item_types(exports)? }
            }
            ComponentEntityType::Type { created, .. } => match created {
                ComponentAnyTypeId::Resource(id) => ItemType::Resource(self.frame().resource(id.resource())),
                ComponentAnyTypeId::Defined(id) => ItemType::Type(self.defined_type(id)?),
                _ => ItemType::OtherType,
            },
            ComponentEntityType::Value(_) => return unsupported("values that are imported or exported"),
        })
    }

    fn item_types(&mut self, items: Named<ComponentEntityType>) -> Translate<Named<ItemType>> {
        items.into_iter().map(|(name, ty)| Ok((name, self.item_type(ty)?))).collect()
    }

    fn module_type(&self, id: ComponentCoreModuleTypeId) -> Translate<ModuleType> {
        let ty = &self.types()[id];
        let imports =
            ty.imports.iter().map(|((module, name), ty)| Ok((module.clone(), name.clone(), self.extern_type(ty)?)));
        let exports = ty.exports.iter().map(|(name, ty)| Ok((name.clone(), self.extern_type(ty)?)));
        Ok(ModuleType { imports: imports.collect::<Translate<_>>()?, exports: exports.collect::<Translate<_>>()? })
    }

    fn extern_type(&self, ty: &EntityType) -> Translate<ExternType> {
        Ok(match *ty {
            EntityType::Func(id) | EntityType::FuncExact(id) => {
                let types = self.types();
                let ty = types[id].composite_type.unwrap_func();
                let params = ty.params().iter().map(|ty| core_type(*ty)).collect::<Translate<Vec<_>>>()?;
                let results = ty.results().iter().map(|ty| core_type(*ty)).collect::<Translate<Vec<_>>>()?;
                ExternType::Func(falkirk_runtime::FuncType::new(params, results))
            }
            EntityType::Memory(ty) => {
                ExternType::Memory(MemoryType { min: ty.initial, max: ty.maximum, memory64: ty.memory64 })
            }
            EntityType::Global(ty) => {
                ExternType::Global(GlobalType { content: core_type(ty.content_type)?, mutable: ty.mutable })
            }
            EntityType::Table(ty) => ExternType::Table(TableType {
                element: ref_type(ty.element_type)?,
                min: ty.initial,
                max: ty.maximum,
                table64: ty.table64,
            }),
            EntityType::Tag(_) => return unsupported("exception tags"),
        })
    }
}

fn named<'a, T>(items: impl Iterator<Item = (&'a KebabString, T)>) -> Named<T> {
    items.map(|(name, item)| (name.as_str().into(), item)).collect()
}

fn items<'a>(items: impl IntoIterator<Item = (&'a String, &'a ComponentItem)>) -> Named<ComponentEntityType> {
    items.into_iter().map(|(name, item)| (name.as_str().into(), item.ty)).collect()
}

fn primitive(ty: PrimitiveValType) -> Translate<Type> {
    Ok(match ty {
        PrimitiveValType::Bool => Type::Bool,
        PrimitiveValType::S8 => Type::S8,
        PrimitiveValType::U8 => Type::U8,
        PrimitiveValType::S16 => Type::S16,
        PrimitiveValType::U16 => Type::U16,
        PrimitiveValType::S32 => Type::S32,
        PrimitiveValType::U32 => Type::U32,
        PrimitiveValType::S64 => Type::S64,
        PrimitiveValType::U64 => Type::U64,
        PrimitiveValType::F32 => Type::F32,
        PrimitiveValType::F64 => Type::F64,
        PrimitiveValType::Char => Type::Char,
        PrimitiveValType::String => Type::String,
        PrimitiveValType::ErrorContext => return unsupported("the type `error-context`"),
    })
}

fn core_type(ty: wasmparser::ValType) -> Translate<ValType> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ValType::Ref(ref_type(ty)?),
    })
}

fn ref_type(ty: wasmparser::RefType) -> Translate<RefType> {
    match ty {
        wasmparser::RefType::FUNCREF => Ok(RefType::FUNCREF),
        wasmparser::RefType::EXTERNREF => Ok(RefType::EXTERNREF),
        _ => unsupported(format_args!("references of type {ty} in the type of a module")),
    }
}
