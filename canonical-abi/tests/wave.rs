//! Values as text: what is read, how it is printed, and what is said where it cannot be read.

use falkirk_canonical_abi::*;

type Make = fn(&mut Types) -> Result<Type, TypeError>;

fn parse(make: Make, text: &str) -> Result<Val, wave::WaveError> {
    let mut types = Types::new();
    let ty = make(&mut types).expect("a type");
    wave::parse(&types, ty, text)
}

/// The texts are all this value, which is printed as the first of them.
fn reads(make: Make, expected: Val, texts: &[&str]) {
    for text in texts {
        assert_eq!(parse(make, text).as_ref(), Ok(&expected), "{text}");
    }
    assert_eq!(expected.to_string(), texts[0]);
}

fn refuses(make: Make, text: &str, message: &str) {
    assert_eq!(parse(make, text).expect_err("an error").to_string(), message, "{text}");
}

#[test]
fn scalars() {
    reads(|_| Ok(Type::Bool), Val::Bool(true), &["true", " true // yes", "// yes\n true"]);
    reads(|_| Ok(Type::U8), Val::U8(255), &["255"]);
    reads(|_| Ok(Type::S64), Val::S64(i64::MIN), &["-9223372036854775808"]);
    reads(|_| Ok(Type::F32), Val::F32(1.5), &["1.5", "15e-1", "0.15E+1"]);
    reads(|_| Ok(Type::F64), Val::F64(-2.0), &["-2", "-2.0"]);
    reads(|_| Ok(Type::F64), Val::F64(f64::NAN), &["nan"]);
    reads(|_| Ok(Type::F32), Val::F32(f32::NEG_INFINITY), &["-inf"]);
    reads(|_| Ok(Type::F32), Val::F32(f32::INFINITY), &["inf"]);
    reads(|_| Ok(Type::Char), Val::Char('\u{1f6a2}'), &["'\u{1f6a2}'", "'\\u{1f6a2}'"]);
    reads(|_| Ok(Type::Char), Val::Char('\''), &["'\\''"]);
    reads(|_| Ok(Type::String), Val::from("a\"\\\n\t\u{7}'"), &[r#""a\"\\\n\t\u{7}'""#]);
}

#[test]
fn strings_of_several_lines() {
    let text = |lines: &str| parse(|_| Ok(Type::String), lines).map_err(|error| error.to_string());
    assert_eq!(text("\"\"\"\nA single line\n\"\"\""), Ok("A single line".into()));
    assert_eq!(text("\"\"\"\n\"\"\""), Ok("".into()));
    let indented = "\"\"\"\n    by the\n\r\n      end\r\n  \"\"\"";
    assert_eq!(text(&indented.replace("\n\r\n", "\n  \r\n")), Ok("  by the\n\n    end".into()));
    let message = "line 3, column 1: found a line with less indent than the closing \"\"\", wanted as much";
    assert_eq!(text(indented), Err(message.into()));
    assert_eq!(text("\"\"\"\n\"\"\\\"\\u{e9}\n\"\"\""), Ok("\"\"\"\u{e9}".into()));
    let message = "column 4: found text behind the opening \"\"\", wanted it on a line of its own";
    assert_eq!(text("\"\"\"a\n\"\"\""), Err(message.into()));
    let message = "line 2, column 2: found text before the closing \"\"\", wanted it on a line of its own";
    assert_eq!(text("\"\"\"\na\"\"\""), Err(message.into()));
    assert_eq!(text("\"\"\"\n"), Err("column 1: found no closing \"\"\", wanted one".into()));
    assert_eq!(text("\"a\nb\""), Err("column 1: found no closing \", wanted one".into()));
    let escapes = r#"wanted \n, \r, \t, \\, \', \" or \u{...}"#;
    assert_eq!(text("\"\"\"\n \\x\n \"\"\""), Err(format!("line 2, column 2: found `\\x`, {escapes}")));
}

#[test]
fn parts() {
    reads(|types| types.list(Type::U8), Val::List([1, 2].map(Val::U8).to_vec()), &["[1, 2]", "[1,2,]", "[ 1 , 2 ]"]);
    reads(|types| types.list(Type::U8), Val::List(vec![]), &["[]"]);
    reads(|types| types.fixed_list(Type::U8, 1), Val::List(vec![Val::U8(1)]), &["[1]"]);
    let pair: Make = |types| types.tuple([Type::U8, Type::String]);
    reads(pair, Val::Tuple(vec![Val::U8(1), Val::from("x")]), &["(1, \"x\")", "(1,\"x\",)"]);
    let point: Make = |types| {
        let label = types.option(Type::String)?;
        types.record([("x", Type::S8), ("label", label)])
    };
    let value = |label: Option<&str>| Val::record([("x", Val::S8(-1)), ("label", Val::option(label.map(Val::from)))]);
    reads(point, value(None), &["{x: -1}", "{label: none, x: -1}"]);
    reads(point, value(Some("a")), &["{x: -1, label: some(\"a\")}", "{label: \"a\", %x: -1,}"]);
    let loose: Make = |types| {
        let field = types.option(Type::U8)?;
        types.record([("a", field)])
    };
    reads(loose, Val::record([("a", Val::option(None))]), &["{:}", "{a: none}", "{}"]);
    let flags: Make = |types| types.flags(["read", "true"]);
    reads(flags, Val::flags(["read", "true"]), &["{read, true}", "{%true, read}"]);
    reads(flags, Val::flags([""; 0]), &["{}"]);
}

#[test]
fn choices() {
    let shape: Make = |types| types.variant([("circle", Some(Type::F32)), ("none", None), ("dot", None)]);
    reads(shape, Val::variant("circle", Some(Val::F32(2.5))), &["circle(2.5)", "circle( 2.5 )"]);
    reads(shape, Val::variant("dot", None), &["dot"]);
    reads(shape, Val::variant("none", None), &["%none"]);
    reads(|types| types.enumeration(["red", "nan"]), Val::enumeration("nan"), &["%nan", "nan"]);
    let option: Make = |types| types.option(Type::U8);
    reads(option, Val::option(Some(Val::U8(1))), &["some(1)", "1"]);
    reads(option, Val::option(None), &["none"]);
    let nested: Make = |types| types.option(Type::U8).and_then(|inner| types.option(inner));
    reads(nested, Val::option(Some(Val::option(Some(Val::U8(1))))), &["some(some(1))", "some(1)"]);
    refuses(nested, "1", "column 1: found `1`, wanted option<option<u8>>");
    let result: Make = |types| types.result(Some(Type::U8), Some(Type::String));
    reads(result, Val::result(Ok(Some(Val::U8(1)))), &["ok(1)", "1"]);
    reads(result, Val::result(Err(Some(Val::from("no")))), &["err(\"no\")"]);
    let bare: Make = |types| types.result(None, None);
    reads(bare, Val::result(Ok(None)), &["ok"]);
    reads(bare, Val::result(Err(None)), &["err"]);
}

#[test]
fn errors_say_where_and_what() {
    refuses(|_| Ok(Type::U8), "256", "column 1: found `256`, wanted a number from 0 to 255");
    refuses(|_| Ok(Type::U8), "", "column 1: found the end, wanted u8");
    refuses(|_| Ok(Type::U8), "1 2", "column 3: found `2`, wanted the end");
    refuses(|_| Ok(Type::U8), "1.5", "column 1: found `1.5`, wanted a number from 0 to 255");
    refuses(|_| Ok(Type::Bool), "yes", "column 1: found `yes`, wanted `true` or `false`");
    refuses(|_| Ok(Type::Char), "'ab'", "column 1: found `'ab'`, wanted one character");
    refuses(|_| Ok(Type::F32), "infinity", "column 1: found `infinity`, wanted a number, `nan`, `inf` or `-inf`");
    refuses(|_| Ok(Type::String), "\"abc", "column 1: found no closing \", wanted one");
    let escapes = r#"wanted \n, \r, \t, \\, \', \" or \u{...}"#;
    refuses(|_| Ok(Type::String), r#""a\x""#, &format!("column 3: found `\\x`, {escapes}"));
    refuses(|_| Ok(Type::String), r#""\u{d800}""#, &format!("column 2: found `\\u`, {escapes}"));
    refuses(|_| Ok(Type::String), "&", "column 1: found `&`, wanted a value");
    refuses(|types| types.list(Type::U8), "[1 2]", "column 4: found `2`, wanted `,` or `]`");
    refuses(|types| types.list(Type::U8), "[1,\n 2,\n x]", "line 3, column 2: found `x`, wanted u8");
    refuses(|types| types.fixed_list(Type::U8, 2), "[1]", "column 1: found 1 elements, wanted list<u8, 2>");
    refuses(|types| types.tuple([Type::U8]), "(1, 2)", "column 5: found `2`, wanted `)` behind 1 values");
    let record: Make = |types| types.record([("a", Type::U8)]);
    refuses(record, "{b: 1}", "column 2: found `b`, wanted a field of record { a: u8 }");
    refuses(record, "{a: 1, a: 2}", "column 8: found `a`, wanted each field once");
    refuses(record, "{:}", "column 1: found no field `a`, wanted record { a: u8 }");
    refuses(record, "{a 1}", "column 4: found `1`, wanted `:` behind a field's name");
    let variant: Make = |types| types.variant([("a", Some(Type::U8)), ("b", None)]);
    refuses(variant, "c", "column 1: found `c`, wanted a case of variant { a(u8), b }");
    refuses(variant, "a", "column 2: found the end, wanted `(` and u8");
    refuses(variant, "b(1)", "column 2: found `(`, wanted the end");
    refuses(|types| types.flags(["r"]), "{w}", "column 2: found `w`, wanted one of flags { r }");
    refuses(|types| types.flags(["r"]), "{r, r}", "column 5: found `r`, wanted each flag once");
    refuses(|types| types.own(ResourceIndex(0)), "1", "column 1: found `1`, wanted a handle, which cannot be written");
    let error = parse(|types| types.list(Type::U8), "[\u{e9}]").expect_err("an error");
    assert_eq!(error.point_at("[\u{e9}]"), "[\u{e9}]\n ^ found `\u{e9}`, wanted a value");
}

#[test]
fn arguments() {
    let mut types = Types::new();
    let func = types.func([("a", Type::U8), ("b", Type::String)], None).expect("a function type");
    let args = |text| wave::parse_args(&types, &func, text).map_err(|error| error.to_string());
    assert_eq!(args("(1, \"x\")"), Ok(vec![Val::U8(1), Val::from("x")]));
    assert_eq!(args("(1)"), Err("column 3: found `)`, wanted the argument `b: string`".into()));
    assert_eq!(args("(1, \"x\", 2)"), Err("column 10: found `2`, wanted `)` behind 2 arguments".into()));
    assert_eq!(args("(1, \"x\") y"), Err("column 10: found `y`, wanted the end".into()));
    assert_eq!(args("1"), Err("column 1: found `1`, wanted the arguments in parentheses".into()));
}
