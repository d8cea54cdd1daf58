//! What the macro says of what it cannot do.

use proc_macro2::TokenStream;

/// What the macro says of its input.
fn error(input: &str) -> String {
    let input: TokenStream = input.parse().expect("Rust's tokens");
    crate::expand(input).expect_err("an error").to_string()
}

/// What it says of a world with this in it.
fn error_in(world: &str) -> String {
    error(&format!("{{ inline: r#\"package a:b; world w {{ {world} }}\"# }}"))
}

#[test]
fn input_that_is_none_says_what_there_is() {
    let fields = "expected `world`, `path`, `inline`, `features`, `with`, `imports`, `trappable_imports`, \
                  `additional_derives` or `crate`";
    let cases = [
        ("{ wrold: \"w\" }", fields),
        ("{ imports: { default: fallible } }", "expected `trappable`"),
        ("\"w\" at \"x\"", "expected nothing more, or `in \"path\"`"),
        ("w", "expected string literal"),
    ];
    for (input, message) in cases {
        assert_eq!(error(input), message, "{input}");
    }
}

#[test]
fn files_and_worlds_that_are_not_there() {
    let message = error("\"w\" in \"no/such/folder\"");
    assert!(message.starts_with("there is nothing at "), "{message}");
    assert!(message.ends_with("relative to the package's folder"), "{message}");
    let inline = "inline: \"package a:b; world x {} world y {}\"";
    assert_eq!(
        error(&format!("{{ {inline} }}")),
        "There are multiple worlds in `a:b`; one must be explicitly chosen:\n  a:b/x\n  a:b/y\n\
         name one with `world: \"...\"`, as `name` or `namespace:package/name`"
    );
    let message = error(&format!("{{ {inline}, world: \"z\" }}"));
    assert!(message.starts_with("World `z` not found in package `a:b`\n"), "{message}");
}

#[test]
fn errors_in_wit_have_their_line() {
    let message = error("{ inline: \"package a:b;\nworld w {\n  import f: func(x: strin);\n}\" }");
    assert!(message.contains("name `strin` does not exist"), "{message}");
    assert!(message.contains("the macro's inline WIT:3:21"), "{message}");
    assert!(message.contains("3 |   import f: func(x: strin);"), "{message}");
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let cases = [
        ("import f: async func();", "async functions (`f`)"),
        ("export f: func(x: stream<u8>);", "the type `stream`"),
        ("import i: interface { f: func() -> list<future>; }", "the type `future`"),
        ("import f: func(x: error-context);", "the type `error-context`"),
        ("import i: interface { resource r { m: async func(); } }", "async functions (`[method]r.m`)"),
        (
            "export f: func(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8, j: u8, k: u8, l: u8, m: u8, \
             n: u8, o: u8, p: u8, q: u8);",
            "functions of more than 16 parameters (`f`)",
        ),
    ];
    for (world, what) in cases {
        let message = error_in(world);
        assert!(
            message.starts_with(&format!("not supported yet: {what}\n  --> the macro's inline WIT:1:")),
            "{message}"
        );
        assert!(message.contains("leave it out of the world"), "{message}");
    }
}

#[test]
fn options_name_what_there_is() {
    let world =
        "inline: \"package a:b@1.0.0; interface i { resource r; resource s; f: func(); } world w { import i; }\"";
    let cases = [
        ("with: { \"a:b/j\": X }", "the world imports nothing called `a:b/j`: there is `a:b/i/r`, `a:b/i/s`, `a:b/i`"),
        (
            "with: { \"a:b/i/r\": X, \"a:b/i/s\": X }",
            "this Rust type stands for the resource `a:b/i/r` already: use another one",
        ),
        ("with: { \"a:b/i\": Vec<u8> }", "an interface is replaced by a module: write its path"),
        ("imports: { \"a:b/i.g\": trappable }", "the world imports nothing called `a:b/i.g`: there is `a:b/i.f`"),
    ];
    for (option, message) in cases {
        assert_eq!(error(&format!("{{ {world}, {option} }}")), message);
    }
}

#[test]
fn what_the_wit_says_is_said_in_the_bindings() {
    let input = "{ inline: \"package a:b; world w {
        /// Says something.
        ///
        /// Twice.
        export say: func();
    }\" }";
    let bindings = crate::expand(input.parse().expect("tokens")).expect("bindings").to_string();
    assert!(bindings.contains("doc = \" Says something.\"") && bindings.contains("doc = \" Twice.\""), "{bindings}");
    syn::parse_str::<syn::File>(&bindings).expect("Rust");
}

#[test]
fn files_are_tracked() {
    let bindings = crate::expand("\"worlds\" in \"../../tests/bindgen/wit/worlds\"".parse().expect("tokens"));
    let bindings = bindings.expect("bindings").to_string();
    for file in ["worlds.wit", "deps/units/lengths.wit", "deps/old/lengths.wit"] {
        let path = format!("/tests/bindgen/wit/worlds/{file}\"");
        assert!(bindings.contains(&path), "{file} is not in the bindings");
    }
    assert!(bindings.contains("include_bytes"), "{bindings}");
}
