//! Tests of modules.

use super::*;
#[cfg(feature = "wat")]
use crate::error::ErrorKind;
use crate::testing::engine;

fn module(text: &str) -> Module {
    Module::new(&engine(), wat::parse_str(text).unwrap()).unwrap()
}

#[test]
fn imports_exports_and_names() {
    let module = module(
        r#"(module $names
            (import "env" "log" (func $log (param i32)))
            (func $inner (export "outer") (result i64) unreachable)
            (func (export "nameless"))
            (memory (export "memory") 1 2)
        )"#,
    );
    let imports: Vec<String> =
        module.imports().map(|it| format!("{} {} {}", it.module(), it.name(), it.ty())).collect();
    assert_eq!(imports, ["env log func (i32) -> ()"]);
    let exports: Vec<String> = module.exports().map(|it| format!("{} {}", it.name(), it.ty())).collect();
    assert_eq!(exports, ["outer func () -> (i64)", "nameless func () -> ()", "memory memory 1..2 pages"]);
    assert_eq!(module.get_export("memory").map(|ty| ty.to_string()).as_deref(), Some("memory 1..2 pages"));
    assert_eq!(module.get_export("memor"), None);
    assert_eq!(module.name(), Some("names"));
    let names: Vec<Option<&str>> = (0..4).map(|index| module.function_name(index)).collect();
    assert_eq!(names, [Some("log"), Some("inner"), Some("nameless"), None]);
}

#[test]
fn names_without_a_name_section() {
    let bytes = wat::parse_str(r#"(module (import "a" "b" (func)) (func) (func (export "e")))"#).unwrap();
    let module = Module::new(&engine(), bytes).unwrap();
    let names: Vec<Option<&str>> = (0..3).map(|index| module.function_name(index)).collect();
    assert_eq!((module.name(), names), (None, vec![Some("b"), None, Some("e")]));
}

#[test]
fn many_exports_are_found() {
    let exports: String = (0..100).map(|number| format!("(func (export \"f{number}\"))")).collect();
    let module = module(&format!("(module {exports})"));
    for number in 0..100 {
        assert_eq!(module.find_export(&format!("f{number}")), Some(EntityIndex::Func(number)));
    }
    assert_eq!(module.find_export("f100"), None);
}

#[test]
fn custom_sections() {
    let module = module(r#"(module (@custom "a" "one") (@custom "b" "two") (@custom "a" "three"))"#);
    assert_eq!(module.custom_sections("a").collect::<Vec<_>>(), [b"one".as_slice(), b"three"]);
    assert_eq!(module.custom_sections("c").count(), 0);
}

#[test]
#[cfg(feature = "wat")]
fn text_is_taken_and_its_errors_have_a_caret() {
    let module = Module::new(&engine(), "(module (func (export \"f\")))").unwrap();
    assert_eq!(module.exports().len(), 1);
    let error = Module::new(&engine(), "(module\n  (func i32.cons 1))").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Text { .. }));
    let text = error.to_string();
    assert!(text.contains("2 |   (func i32.cons 1))") && text.contains("^"), "{text}");
    for text in ["\n ;; a comment\n(module)", "(; a comment ;) (func)", "(@custom \"a\" \"b\")"] {
        Module::new(&engine(), text).unwrap();
    }
    for bytes in ["", "\0asm", "hello"] {
        assert!(matches!(Module::new(&engine(), bytes).unwrap_err().kind(), ErrorKind::Invalid { .. }), "{bytes:?}");
    }
    let error = Module::new(&engine(), "(component)").unwrap_err();
    assert!(error.to_string().contains("this is a component"), "{error}");
}

#[test]
fn a_file_that_is_not_there() {
    let error = Module::from_file(&engine(), "/no/such/module.wasm").unwrap_err();
    assert!(error.to_string().starts_with("cannot read the module /no/such/module.wasm: "), "{error}");
    assert_eq!(error.downcast_ref::<std::io::Error>().unwrap().kind(), std::io::ErrorKind::NotFound);
}
