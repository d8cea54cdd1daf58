//! A WIT type as a Rust type.

use proc_macro2::TokenStream;
use quote::quote;
use wit_parser::{Handle, Type, TypeDefKind, TypeId};

use crate::places::Place;
use crate::world::Bindings;

/// Where a type is written.
#[derive(Clone, Copy)]
pub struct At {
    /// The module that the code is in.
    code: Place,
    /// The module whose names the type uses: another one, once an alias has been followed there.
    view: Place,
    /// Whether this is part of a definition, where a borrowed handle is one without lifetime.
    defined: bool,
}

impl At {
    /// In a function of this place.
    pub fn func(place: Place) -> At {
        At { code: place, view: place, defined: false }
    }

    /// In a definition of this place.
    pub fn definition(place: Place) -> At {
        At { code: place, view: place, defined: true }
    }
}

/// The types that a type has inside.
pub fn parts(kind: &TypeDefKind) -> Vec<Type> {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().filter_map(|case| case.ty).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.clone(),
        TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
        TypeDefKind::Map(key, value) => vec![*key, *value],
        TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _)
        | TypeDefKind::Type(ty) => vec![*ty],
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().copied().collect(),
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => Vec::new(),
    }
}

/// What a type is like.
impl Bindings<'_> {
    /// Whether this holds for a type, or for one inside it.
    fn any(&self, ty: Type, test: &dyn Fn(Type) -> bool) -> bool {
        let inside = |id: TypeId| parts(&self.resolve.types[id].kind).into_iter().any(|ty| self.any(ty, test));
        test(ty) || matches!(ty, Type::Id(id) if inside(id))
    }

    fn any_kind(&self, ty: Type, test: &dyn Fn(&TypeDefKind) -> bool) -> bool {
        self.any(ty, &|ty| matches!(ty, Type::Id(id) if test(&self.resolve.types[id].kind)))
    }

    /// Whether there are owned handles in it, which can be given away once.
    pub fn has_own(&self, ty: Type) -> bool {
        self.any_kind(ty, &|kind| matches!(kind, TypeDefKind::Handle(Handle::Own(_))))
    }

    /// Whether there are borrowed handles in it.
    fn has_borrow(&self, ty: Type) -> bool {
        self.any_kind(ty, &|kind| matches!(kind, TypeDefKind::Handle(Handle::Borrow(_))))
    }

    /// Whether it can be compared for all it may hold.
    pub fn is_eq(&self, ty: Type) -> bool {
        let replaced = |ty: Type| matches!(ty, Type::Id(id) if self.with.replaces(id));
        !self.has_own(ty) && !self.any(ty, &|ty| matches!(ty, Type::F32 | Type::F64) || replaced(ty))
    }

    /// Whether it is bits and nothing more.
    pub fn is_copy(&self, ty: Type) -> bool {
        let large = |ty: Type| match ty {
            Type::String => true,
            Type::Id(id) => self.with.replaces(id) || matches!(self.resolve.types[id].kind, TypeDefKind::List(_)),
            _ => false,
        };
        !self.has_own(ty) && !self.any(ty, &large)
    }
}

/// Types in Rust.
impl Bindings<'_> {
    /// A type that is its value's owner.
    pub fn value(&self, at: At, ty: Type) -> TokenStream {
        match ty {
            Type::Bool => quote!(bool),
            Type::U8 => quote!(u8),
            Type::U16 => quote!(u16),
            Type::U32 => quote!(u32),
            Type::U64 => quote!(u64),
            Type::S8 => quote!(i8),
            Type::S16 => quote!(i16),
            Type::S32 => quote!(i32),
            Type::S64 => quote!(i64),
            Type::F32 => quote!(f32),
            Type::F64 => quote!(f64),
            Type::Char => quote!(char),
            Type::String => quote!(::std::string::String),
            Type::ErrorContext => panic!("BUG: an error context was not refused"),
            Type::Id(id) if self.resolve.types[id].name.is_none() => self.kind(at, id, Self::value),
            // An alias cannot say how long a handle is borrowed; here, that is known.
            Type::Id(id) if !at.defined && self.is_alias(at, id) && self.has_borrow(ty) => {
                self.kind(self.inside(at, id), id, Self::value)
            }
            Type::Id(id) => self.path(at, id),
        }
    }

    /// A type that a caller only lends where that is possible: a parameter of what a guest exports.
    pub fn param(&self, at: At, ty: Type) -> TokenStream {
        let Type::Id(id) = ty else {
            return match ty {
                Type::String => quote!(&str),
                ty => self.value(at, ty),
            };
        };
        let inside = self.inside(at, id);
        match &self.resolve.types[id].kind {
            _ if self.has_own(ty) => self.value(at, ty),
            _ if self.with.ty(inside.view, id).is_some() => self.lent(at, ty),
            TypeDefKind::Handle(Handle::Borrow(_)) => self.lent(at, ty),
            TypeDefKind::List(item) => {
                let item = self.item(inside, *item);
                quote!(&[#item])
            }
            TypeDefKind::FixedLengthList(item, length) if !self.is_copy(ty) || self.has_borrow(ty) => {
                let (item, length) = (self.item(inside, *item), *length as usize);
                quote!(&[#item; #length])
            }
            TypeDefKind::Option(_) | TypeDefKind::Result(_) | TypeDefKind::Tuple(_) | TypeDefKind::Type(_) => {
                self.kind(inside, id, Self::param)
            }
            _ if self.is_copy(ty) => self.value(at, ty),
            _ => self.lent(at, ty),
        }
    }

    fn lent(&self, at: At, ty: Type) -> TokenStream {
        let value = self.value(at, ty);
        quote!(&#value)
    }

    /// An item of a list that is lent.
    fn item(&self, at: At, ty: Type) -> TokenStream {
        if self.has_borrow(ty) { self.param(at, ty) } else { self.value(at, ty) }
    }

    /// A type by what it is made of, each part of it by a function of these.
    fn kind(&self, at: At, id: TypeId, part: fn(&Self, At, Type) -> TokenStream) -> TokenStream {
        let payload = |ty: &Option<Type>| ty.map_or_else(|| quote!(()), |ty| part(self, at, ty));
        match &self.resolve.types[id].kind {
            TypeDefKind::Type(ty) => part(self, at, *ty),
            TypeDefKind::List(ty) => {
                let item = part(self, at, *ty);
                quote!(::std::vec::Vec<#item>)
            }
            TypeDefKind::FixedLengthList(ty, length) => {
                let (item, length) = (part(self, at, *ty), *length as usize);
                quote!([#item; #length])
            }
            TypeDefKind::Option(ty) => {
                let some = part(self, at, *ty);
                quote!(::core::option::Option<#some>)
            }
            TypeDefKind::Result(result) => {
                let (ok, err) = (payload(&result.ok), payload(&result.err));
                quote!(::core::result::Result<#ok, #err>)
            }
            TypeDefKind::Tuple(tuple) => {
                let parts = tuple.types.iter().map(|ty| part(self, at, *ty));
                quote!((#(#parts,)*))
            }
            TypeDefKind::Handle(Handle::Borrow(_)) if at.defined => {
                let component = &self.component;
                quote!(#component::Handle)
            }
            TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => self.handle(at, *id),
            kind => panic!("BUG: a {} without a name", kind.as_str()),
        }
    }

    /// What a definition outside of functions is an alias of.
    pub fn aliased(&self, at: At, id: TypeId) -> TokenStream {
        self.kind(at, id, Self::value)
    }

    /// Whether a type is only another name.
    fn is_alias(&self, at: At, id: TypeId) -> bool {
        use TypeDefKind::{Enum, Flags, Record, Resource, Variant};
        let defined = matches!(&self.resolve.types[id].kind, Record(_) | Variant(_) | Enum(_) | Flags(_) | Resource);
        !defined && self.with.ty(self.places.owner(self.resolve, at.view, id), id).is_none()
    }

    /// Where the names inside a type's definition are to be looked up.
    fn inside(&self, at: At, id: TypeId) -> At {
        match self.resolve.types[id].name {
            Some(_) => At { view: self.places.owner(self.resolve, at.view, id), ..at },
            None => at,
        }
    }

    /// A handle of a resource.
    fn handle(&self, at: At, id: TypeId) -> TokenStream {
        let (component, path) = (&self.component, self.path(at, id));
        match self.resource(at.view, id).0 {
            Place::Export(_) => quote!(#component::GuestResource<#path>),
            _ => quote!(#component::Resource<#path>),
        }
    }

    /// The resource behind a name, and where it is defined.
    pub fn resource(&self, view: Place, id: TypeId) -> (Place, TypeId) {
        let owner = self.places.owner(self.resolve, view, id);
        match self.resolve.types[id].kind {
            TypeDefKind::Type(Type::Id(other)) => self.resource(owner, other),
            _ => (owner, id),
        }
    }

    /// The path of a type that has a name.
    fn path(&self, at: At, id: TypeId) -> TokenStream {
        let owner = self.places.owner(self.resolve, at.view, id);
        let name = self.places.name(owner, id);
        if let Some(alias) = self.with.interface(owner) {
            let up = self.places.up(at.code);
            return quote!(#up #alias::#name);
        }
        let path = self.places.path(at.code, owner);
        quote!(#path #name)
    }
}
