//! What stands in the source: a struct or an enum, and its attributes.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Generics, Ident, LitStr, Path, Result, Token, Type, Variant};

use crate::names::kebab;

/// A struct or enum that is to be a component type.
pub struct Input {
    /// Its name.
    pub ident: Ident,
    /// Its parameters.
    pub generics: Generics,
    /// What it is.
    pub shape: Shape,
    /// Where the traits are.
    pub path: TokenStream,
}

/// What a component type is.
pub enum Shape {
    /// A record of these fields.
    Record(Vec<Field>),
    /// A variant of these cases.
    Variant(Vec<Case>),
    /// An enum of these cases, which carry nothing.
    Enum(Vec<Case>),
}

/// A field of a struct.
pub struct Field {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in the component's type.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A case of an enum.
pub struct Case {
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in the component's type.
    pub name: String,
    /// What it carries.
    pub ty: Option<Type>,
}

/// What `#[component(...)]` says.
#[derive(Default)]
pub struct Attributes {
    kind: Option<Ident>,
    name: Option<String>,
    path: Option<Path>,
}

impl Attributes {
    /// Reads all attributes with this name.
    pub fn new(attributes: &[Attribute]) -> Result<Attributes> {
        let mut found = Attributes::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("component")) {
            attribute.parse_args_with(|input: syn::parse::ParseStream| {
                while !input.is_empty() {
                    found.parse_one(input)?;
                    if !input.is_empty() {
                        input.parse::<Token![,]>()?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(found)
    }

    fn parse_one(&mut self, input: syn::parse::ParseStream) -> Result<()> {
        use syn::ext::IdentExt;
        let key = input.call(Ident::parse_any)?;
        match key.to_string().as_str() {
            "record" | "variant" | "enum" => self.kind = Some(key),
            "name" => {
                input.parse::<Token![=]>()?;
                self.name = Some(input.parse::<LitStr>()?.value());
            }
            "crate" => {
                input.parse::<Token![=]>()?;
                self.path = Some(input.call(Path::parse_mod_style)?);
            }
            _ => {
                let message = "expected `record`, `variant`, `enum`, `name = \"...\"` or `crate = path`";
                return Err(Error::new(key.span(), message));
            }
        }
        Ok(())
    }

    /// The name that is given, or the Rust name in kebab-case.
    pub fn name(&self, ident: &Ident) -> String {
        self.name.clone().unwrap_or_else(|| kebab(&ident.to_string()))
    }

    /// Where the traits are.
    pub fn path(&self) -> TokenStream {
        match &self.path {
            Some(path) => quote!(#path),
            None => canonical_abi(),
        }
    }
}

/// Where `falkirk-canonical-abi` is for a crate that depends on it, or on one that re-exports it.
fn canonical_abi() -> TokenStream {
    let places = [
        ("falkirk-canonical-abi", quote!()),
        ("falkirk-component", quote!(::abi)),
        ("falkirk", quote!(::component::abi)),
    ];
    let found = places.into_iter().find_map(|(package, path)| {
        let name = match crate_name(package).ok()? {
            FoundCrate::Name(name) => name,
            // Its tests and examples, which know it by its own name.
            FoundCrate::Itself => package.replace('-', "_"),
        };
        let name = Ident::new(&name, Span::call_site());
        Some(quote!(::#name #path))
    });
    found.unwrap_or_else(|| quote!(::falkirk_canonical_abi))
}

impl Input {
    /// Reads a struct or enum.
    pub fn new(input: DeriveInput) -> Result<Input> {
        let attributes = Attributes::new(&input.attrs)?;
        let Some(kind) = &attributes.kind else {
            let message = "say what this is: #[component(record)], #[component(variant)] or #[component(enum)]";
            return Err(Error::new_spanned(&input.ident, message));
        };
        let shape = match (kind.to_string().as_str(), &input.data) {
            ("record", Data::Struct(data)) => Shape::Record(fields(&data.fields, &input.ident)?),
            ("variant", Data::Enum(data)) => Shape::Variant(cases(data.variants.iter())?),
            ("enum", Data::Enum(data)) => Shape::Enum(bare(cases(data.variants.iter())?)?),
            ("record", _) => return Err(Error::new_spanned(&input.ident, "a record is a struct")),
            (other, _) => return Err(Error::new_spanned(&input.ident, format!("a component's {other} is an `enum`"))),
        };
        if matches!(&shape, Shape::Record(fields) if fields.is_empty()) {
            return Err(Error::new_spanned(&input.ident, "a record has at least one field"));
        }
        if matches!(&shape, Shape::Variant(cases) | Shape::Enum(cases) if cases.is_empty()) {
            return Err(Error::new_spanned(&input.ident, "there must be at least one case"));
        }
        Ok(Input { ident: input.ident, generics: input.generics, shape, path: attributes.path() })
    }
}

fn fields(fields: &Fields, ident: &Ident) -> Result<Vec<Field>> {
    let Fields::Named(named) = fields else {
        return Err(Error::new_spanned(ident, "a record's fields have names"));
    };
    let field = |field: &syn::Field| {
        let ident = field.ident.clone().expect("a named field has a name");
        let name = Attributes::new(&field.attrs)?.name(&ident);
        Ok(Field { ident, name, ty: field.ty.clone() })
    };
    named.named.iter().map(field).collect()
}

fn cases<'a>(variants: impl Iterator<Item = &'a Variant>) -> Result<Vec<Case>> {
    let case = |variant: &Variant| {
        let ty = match &variant.fields {
            Fields::Unit => None,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Some(fields.unnamed[0].ty.clone()),
            _ => {
                return Err(Error::new_spanned(
                    variant,
                    "a case carries one value or nothing: use a tuple or a record",
                ));
            }
        };
        let name = Attributes::new(&variant.attrs)?.name(&variant.ident);
        Ok(Case { ident: variant.ident.clone(), name, ty })
    };
    variants.map(case).collect()
}

/// The cases of an enum carry nothing.
fn bare(cases: Vec<Case>) -> Result<Vec<Case>> {
    match cases.iter().find(|case| case.ty.is_some()) {
        Some(case) => Err(Error::new_spanned(&case.ident, "an enum's case carries nothing: use #[component(variant)]")),
        None => Ok(cases),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(source: &str) -> String {
        let input = syn::parse_str(source).expect("Rust");
        Input::new(input).err().expect("an error").to_string()
    }

    #[test]
    fn what_is_no_component_type_says_why() {
        let message = "say what this is: #[component(record)], #[component(variant)] or #[component(enum)]";
        assert_eq!(error("struct A { x: u8 }"), message);
        assert_eq!(error("#[component(record)] enum A { X }"), "a record is a struct");
        assert_eq!(error("#[component(enum)] struct A { x: u8 }"), "a component's enum is an `enum`");
        assert_eq!(error("#[component(record)] struct A(u8);"), "a record's fields have names");
        assert_eq!(error("#[component(record)] struct A {}"), "a record has at least one field");
        assert_eq!(error("#[component(variant)] enum A {}"), "there must be at least one case");
        let message = "a case carries one value or nothing: use a tuple or a record";
        assert_eq!(error("#[component(variant)] enum A { X(u8, u8) }"), message);
        let message = "an enum's case carries nothing: use #[component(variant)]";
        assert_eq!(error("#[component(enum)] enum A { X(u8) }"), message);
        let message = "expected `record`, `variant`, `enum`, `name = \"...\"` or `crate = path`";
        assert_eq!(error("#[component(recrod)] struct A { x: u8 }"), message);
    }

    #[test]
    fn names_come_from_attributes_or_from_rust() {
        let source = "#[component(record)] struct A { max_size: u8, #[component(name = \"other\")] x: u8 }";
        let input = Input::new(syn::parse_str(source).expect("Rust")).expect("a record");
        let Shape::Record(fields) = input.shape else { panic!("it is a record") };
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["max-size", "other"]);
    }
}
