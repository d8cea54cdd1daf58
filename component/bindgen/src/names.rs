//! Names as Rust writes them.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use quote::format_ident;

/// `max-size` as `max_size`; a keyword as `r#type`.
pub fn snake(name: &str) -> Ident {
    ident(&snake_text(name))
}

/// `max-size` as `max_size`, to be part of a longer name.
pub fn snake_text(name: &str) -> String {
    name.replace(['-', '.'], "_").to_lowercase()
}

/// `max-size` as `MaxSize`.
pub fn camel(name: &str) -> Ident {
    ident(&camel_text(name))
}

/// `max-size` as `MaxSize`, to be part of a longer name.
pub fn camel_text(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + &rest.to_lowercase()
    };
    name.split('-').map(word).collect()
}

/// `max-size` as `MAX_SIZE`.
pub fn shouty(name: &str) -> Ident {
    ident(&snake_text(name).to_uppercase())
}

/// A name as an identifier: a raw one if it is a keyword, or with an underscore where there is no such thing.
fn ident(text: &str) -> Ident {
    match text {
        "self" | "super" | "crate" | "Self" => format_ident!("{text}_"),
        _ if syn::parse_str::<Ident>(text).is_ok() => Ident::new(text, Span::call_site()),
        _ if text.starts_with(|first: char| first.is_ascii_digit()) => format_ident!("_{text}"),
        _ => Ident::new_raw(text, Span::call_site()),
    }
}

/// The identifiers of a scope, each of them used once.
#[derive(Default)]
pub struct Scope(HashSet<String>);

impl Scope {
    /// A scope in which these are taken.
    pub fn with(taken: impl IntoIterator<Item = impl ToString>) -> Scope {
        Scope(taken.into_iter().map(|name| name.to_string()).collect())
    }

    /// The identifier, or one with underscores behind it that is not taken yet.
    pub fn take(&mut self, ident: Ident) -> Ident {
        let mut free = ident;
        while !self.0.insert(free.to_string()) {
            free = format_ident!("{}_", free);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_rust_writes_them() {
        let cases = [
            ("x", "x", "X", "X"),
            ("max-size", "max_size", "MaxSize", "MAX_SIZE"),
            ("HTTP-server", "http_server", "HttpServer", "HTTP_SERVER"),
            ("type", "r#type", "Type", "TYPE"),
            ("self", "self_", "Self_", "SELF"),
            ("crate", "crate_", "Crate", "CRATE"),
            ("u8-list2", "u8_list2", "U8List2", "U8_LIST2"),
        ];
        for (wit, s, c, u) in cases {
            let found = (snake(wit).to_string(), camel(wit).to_string(), shouty(wit).to_string());
            assert_eq!(found, (s.to_owned(), c.to_owned(), u.to_owned()));
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_an_underscore() {
        let mut scope = Scope::with(["Host"]);
        let names = ["host", "host", "r"].map(|name| scope.take(camel(name)).to_string());
        assert_eq!(names, ["Host_", "Host__", "R"]);
        assert_eq!(scope.take(snake("type")).to_string(), "r#type");
        assert_eq!(scope.take(snake("type")).to_string(), "type_");
    }
}
