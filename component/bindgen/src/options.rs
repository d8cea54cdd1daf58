//! What stands in the macro's brackets.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Brace;
use syn::{Error, Ident, LitBool, LitStr, Path, Result, Token, Type, braced, bracketed};

/// The macro's input.
pub struct Options {
    /// Which world, if it is said.
    pub world: Option<LitStr>,
    /// Where WIT files are.
    pub path: Option<LitStr>,
    /// WIT in the macro itself.
    pub inline: Option<LitStr>,
    /// Features of the WIT that are switched on.
    pub features: Vec<LitStr>,
    /// What stands for types and interfaces.
    pub with: Vec<(LitStr, Type)>,
    /// Which functions of the host may fail.
    pub trappable: Trappable,
    /// What else types derive.
    pub derives: Vec<Path>,
    /// Where `falkirk` is.
    pub krate: Option<Path>,
}

/// Which functions of the host may fail: return `falkirk::Result`.
#[derive(Default)]
pub struct Trappable {
    /// All that are not named.
    pub default: bool,
    /// Functions and interfaces by name.
    pub named: Vec<LitStr>,
}

impl Options {
    /// An error that is not about one of the options.
    pub fn error(&self, message: impl std::fmt::Display) -> Error {
        let source = self.inline.as_ref().or(self.path.as_ref()).or(self.world.as_ref());
        Error::new(source.map_or_else(Span::call_site, LitStr::span), message)
    }

    fn empty() -> Options {
        Options {
            world: None,
            path: None,
            inline: None,
            features: Vec::new(),
            with: Vec::new(),
            trappable: Trappable::default(),
            derives: Vec::new(),
            krate: None,
        }
    }

    fn field(&mut self, input: ParseStream) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        match key.to_string().as_str() {
            "world" => self.world = Some(input.parse()?),
            "path" => self.path = Some(input.parse()?),
            "inline" => self.inline = Some(input.parse()?),
            "with" => self.with = fields(input, |input| input.parse())?,
            "imports" => self.trappable.parse(input)?,
            "trappable_imports" => self.trappable.default = input.parse::<LitBool>()?.value(),
            "features" => self.features = list(input)?,
            "additional_derives" => self.derives = list(input)?,
            "crate" => self.krate = Some(input.call(Path::parse_mod_style)?),
            _ => {
                let message = "expected `world`, `path`, `inline`, `features`, `with`, `imports`, \
                               `trappable_imports`, `additional_derives` or `crate`";
                return Err(Error::new(key.span(), message));
            }
        }
        Ok(())
    }
}

impl Parse for Options {
    /// Nothing, `"world"`, `"world" in "path"`, or fields in braces.
    fn parse(input: ParseStream) -> Result<Options> {
        let mut options = Options::empty();
        if input.peek(Brace) {
            let body;
            braced!(body in input);
            while !body.is_empty() {
                options.field(&body)?;
                if !body.is_empty() {
                    body.parse::<Token![,]>()?;
                }
            }
        } else if !input.is_empty() && !input.peek(Token![in]) {
            options.world = Some(input.parse()?);
        }
        if input.peek(Token![in]) {
            input.parse::<Token![in]>()?;
            options.path = Some(input.parse()?);
        }
        match input.is_empty() {
            true => Ok(options),
            false => Err(input.error("expected nothing more, or `in \"path\"`")),
        }
    }
}

impl Trappable {
    /// `{ default: trappable, "name": trappable, ... }`
    fn parse(&mut self, input: ParseStream) -> Result<()> {
        let body;
        braced!(body in input);
        while !body.is_empty() {
            let name = if body.peek(Token![default]) {
                body.parse::<Token![default]>()?;
                None
            } else {
                Some(body.parse::<LitStr>()?)
            };
            body.parse::<Token![:]>()?;
            let what: Ident = body.parse()?;
            if what != "trappable" {
                return Err(Error::new(what.span(), "expected `trappable`"));
            }
            match name {
                None => self.default = true,
                Some(name) => self.named.push(name),
            }
            if !body.is_empty() {
                body.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

/// `[value, ...]`
fn list<T: Parse>(input: ParseStream) -> Result<Vec<T>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

/// `{ "name": value, ... }`
fn fields<T>(input: ParseStream, value: impl Fn(ParseStream) -> Result<T>) -> Result<Vec<(LitStr, T)>> {
    let body;
    braced!(body in input);
    let mut fields = Vec::new();
    while !body.is_empty() {
        let name = body.parse()?;
        body.parse::<Token![:]>()?;
        fields.push((name, value(&body)?));
        if !body.is_empty() {
            body.parse::<Token![,]>()?;
        }
    }
    Ok(fields)
}
