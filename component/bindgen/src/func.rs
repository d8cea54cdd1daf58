//! What imports and exports have in common: a function's parameters and result.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use wit_parser::{Function, FunctionKind, TypeId};

use crate::names::{Scope, snake};
use crate::places::Place;
use crate::types::At;
use crate::world::Bindings;

/// A function of an interface or a world.
pub struct Func<'a> {
    /// What the WIT says.
    pub wit: &'a Function,
    /// Its name in Rust, without that of its resource: `new` for a constructor.
    pub name: Ident,
    /// Its parameters.
    pub params: Vec<Ident>,
}

impl<'a> Func<'a> {
    /// The functions of a resource, or (with none) those that are of none; no two with the same name.
    pub fn all(functions: &[&'a Function], resource: Option<TypeId>, taken: &[&str]) -> Vec<Func<'a>> {
        let mut scope = Scope::with(taken);
        let functions = functions.iter().filter(|func| func.kind.resource() == resource);
        functions.map(|func| Func::new(func, &mut scope)).collect()
    }

    fn new(wit: &'a Function, scope: &mut Scope) -> Func<'a> {
        let name = match wit.kind {
            FunctionKind::Constructor(_) => format_ident!("new"),
            _ => snake(wit.item_name()),
        };
        // What the code around them calls its own.
        let mut params = Scope::with(["store", "host", "get", "result"]);
        let params = wit.params.iter().map(|param| params.take(snake(&param.name))).collect();
        Func { wit, name: scope.take(name), params }
    }

    /// What to call it in a document.
    pub fn title(&self) -> String {
        match self.wit.kind {
            FunctionKind::Constructor(_) => "The constructor.".to_owned(),
            _ => format!("The function `{}`.", self.wit.item_name()),
        }
    }
}

impl Bindings<'_> {
    /// The types of parameters, each in its own memory.
    pub fn values(&self, place: Place, func: &Func<'_>) -> Vec<TokenStream> {
        func.wit.params.iter().map(|param| self.value(At::func(place), param.ty)).collect()
    }

    /// The types of parameters that are lent.
    pub fn params(&self, place: Place, func: &Func<'_>) -> Vec<TokenStream> {
        func.wit.params.iter().map(|param| self.param(At::func(place), param.ty)).collect()
    }

    /// The type of the result: as a value, and as what a [`Return`] is.
    ///
    /// [`Return`]: https://docs.rs/falkirk-component
    pub fn result(&self, place: Place, func: &Func<'_>) -> (TokenStream, TokenStream) {
        match func.wit.result {
            None => (quote!(()), quote!(())),
            Some(ty) => {
                let value = self.value(At::func(place), ty);
                (value.clone(), quote!((#value,)))
            }
        }
    }
}
