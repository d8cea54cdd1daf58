//! A component that does nothing by itself: it imports every function of preview 2, and exports each, so that a test
//! can call it as a program would. It is made from the standard's own text of the interfaces, so that linking it compares
//! every function's type with the standard's.
//!
//! The export for `[method]pollable.ready` of `wasi:io/poll` is `poll-pollable-ready`, and `drop-pollable` drops one.

use std::fmt::Write;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{Function, Handle, InterfaceId, Param, Resolve, Type, TypeDefKind, TypeId, TypeOwner};

/// The packages, each after those that it uses.
const PACKAGES: &[&str] = &["io", "clocks", "random", "filesystem", "sockets", "cli"];

/// The standard's packages as they were in a version 0.2.x, with all that is not stable yet or without it, and those of
/// their interfaces that `wanted` names.
fn resolve(version: u32, all_features: bool, wanted: impl Fn(&str) -> bool) -> (Resolve, Vec<InterfaceId>) {
    let mut resolve = Resolve { all_features, ..Resolve::default() };
    let mut interfaces = Vec::new();
    for package in PACKAGES {
        let path = format!("{}/wit/{package}.wit", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let package = resolve.push_str(&path, &at_version(&text, version)).unwrap_or_else(|error| panic!("{error:#}"));
        let all = resolve.packages[package].interfaces.values();
        // What a command exports is nothing to call.
        let all = all.filter(|interface| resolve.interfaces[**interface].name.as_deref() != Some("run"));
        interfaces.extend(all.filter(|interface| wanted(&id_of(&resolve, **interface))));
    }
    (resolve, interfaces)
}

fn id_of(resolve: &Resolve, interface: InterfaceId) -> String {
    resolve.id_of(interface).expect("it has a name")
}

/// The text as it was in a version 0.2.x: without what came later.
fn at_version(text: &str, version: u32) -> String {
    let mut old = String::new();
    let mut later = false;
    for line in text.lines() {
        let since = line.trim().strip_prefix("@since(version = 0.2.").and_then(|rest| rest.strip_suffix(')'));
        if let Some(since) = since {
            later = since.parse::<u32>().expect("a number") > version;
        } else if later {
            // What came later so far is functions, each on one line.
            assert!(line.contains(": func("), "{line}");
            later = false;
        } else {
            let _ = writeln!(old, "{}", line.replace("@0.2.12", &format!("@0.2.{version}")));
            continue;
        }
        if since.is_some() && !later {
            let _ = writeln!(old, "{line}");
        }
    }
    old
}

/// The component, for the interfaces of a version 0.2.x that `wanted` names.
pub fn component(version: u32, wanted: impl Fn(&str) -> bool) -> Vec<u8> {
    make(resolve(version, true, wanted))
}

/// The component for all that is stable in a version 0.2.x.
pub fn stable(version: u32) -> Vec<u8> {
    make(resolve(version, false, |_| true))
}

fn make((mut resolve, interfaces): (Resolve, Vec<InterfaceId>)) -> Vec<u8> {
    let mut module = Module::default();
    let mut world = String::new();
    for interface in interfaces {
        let id = id_of(&resolve, interface);
        let short = id.rsplit_once('/').expect("a path").1.split('@').next().expect("a name");
        let _ = writeln!(world, "import {id};");
        for (name, &ty) in &resolve.interfaces[interface].types {
            let _ = writeln!(world, "use {id}.{{%{name} as {}}};", name_of(&resolve, ty));
            if matches!(resolve.types[ty].kind, TypeDefKind::Resource) {
                let _ = writeln!(world, "export drop-{name}: func(it: {});", name_of(&resolve, ty));
                module.drops.push((id.clone(), name.clone()));
            }
        }
        for function in resolve.interfaces[interface].functions.values() {
            let export = format!("{short}-{}", function.name.trim_start_matches("[method]").replace('.', "-"));
            let param = |param: &Param| format!("%{}: {}", param.name, text_of(&resolve, param.ty));
            let params = function.params.iter().map(param).collect::<Vec<_>>().join(", ");
            let result = function.result.map(|ty| format!(" -> {}", text_of(&resolve, ty))).unwrap_or_default();
            let _ = writeln!(world, "export {export}: func({params}){result};");
            module.forward(&resolve, &id, function, &export);
        }
    }
    let text = format!("package test:forwarder;\nworld forwarder {{ {world} }}");
    let package = resolve.push_str("forwarder.wit", &text).unwrap_or_else(|error| panic!("{error:#}"));
    let world = resolve.packages[package].worlds["forwarder"];
    let mut bytes = wat::parse_str(module.text()).unwrap_or_else(|error| panic!("{error}"));
    embed_component_metadata(&mut bytes, &resolve, world, StringEncoding::UTF8, false).expect("it can be embedded");
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&bytes).and_then(ComponentEncoder::encode).unwrap_or_else(|error| panic!("{error:#}"))
}

/// What the world calls a type of an interface.
fn name_of(resolve: &Resolve, ty: TypeId) -> String {
    let def = &resolve.types[ty];
    let TypeOwner::Interface(owner) = def.owner else { panic!("{def:?} is of an interface") };
    let owner = resolve.interfaces[owner].name.as_deref().expect("it has a name");
    format!("{owner}-x-{}", def.name.as_deref().expect("it has a name"))
}

/// A type as text.
fn text_of(resolve: &Resolve, ty: Type) -> String {
    let of = |ty: &Type| text_of(resolve, *ty);
    let or = |ty: &Option<Type>| ty.as_ref().map_or("_".to_owned(), of);
    let id = match ty {
        Type::Id(id) => id,
        Type::Bool => return "bool".into(),
        Type::U8 => return "u8".into(),
        Type::U16 => return "u16".into(),
        Type::U32 => return "u32".into(),
        Type::U64 => return "u64".into(),
        Type::S32 => return "s32".into(),
        Type::String => return "string".into(),
        other => panic!("{other:?} is a type that no function of WASI has"),
    };
    match &resolve.types[id].kind {
        _ if resolve.types[id].name.is_some() => name_of(resolve, id),
        TypeDefKind::Handle(Handle::Own(resource)) => name_of(resolve, *resource),
        TypeDefKind::Handle(Handle::Borrow(resource)) => format!("borrow<{}>", name_of(resolve, *resource)),
        TypeDefKind::List(item) => format!("list<{}>", of(item)),
        TypeDefKind::Option(item) => format!("option<{}>", of(item)),
        TypeDefKind::Result(result) if result.ok.is_none() && result.err.is_none() => "result".into(),
        TypeDefKind::Result(result) if result.err.is_none() => format!("result<{}>", or(&result.ok)),
        TypeDefKind::Result(result) => format!("result<{}, {}>", or(&result.ok), or(&result.err)),
        TypeDefKind::Tuple(tuple) => format!("tuple<{}>", tuple.types.iter().map(of).collect::<Vec<_>>().join(", ")),
        other => panic!("{other:?} is a type that no function of WASI has"),
    }
}

/// The core module.
#[derive(Default)]
struct Module {
    imports: String,
    functions: String,
    /// The resources whose drops are imported, with their interfaces.
    drops: Vec<(String, String)>,
}

impl Module {
    /// An import, and an export that calls it.
    fn forward(&mut self, resolve: &Resolve, interface: &str, function: &Function, export: &str) {
        let import = &function.name;
        let inner = resolve.wasm_signature(AbiVariant::GuestImport, function);
        let outer = resolve.wasm_signature(AbiVariant::GuestExport, function);
        let _ = writeln!(self.imports, "(import \"{interface}\" \"{import}\" (func ${export} {}))", core_type(&inner));
        let _ = write!(self.functions, "(func (export \"{export}\") {} (local $result i32)", core_type(&outer));
        let arguments: String = (0..outer.params.len()).map(|at| format!("(local.get {at})")).collect();
        let drops = drop_borrowed(resolve, function);
        if inner.retptr {
            let realloc = "(call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 256))";
            let _ = write!(self.functions, "(local.set $result {realloc})");
            let _ =
                write!(self.functions, "(call ${export} {arguments} (local.get $result)) {drops} (local.get $result)");
        } else {
            let _ = write!(self.functions, "(call ${export} {arguments}) {drops}");
        }
        self.functions.push_str(")\n");
    }

    fn text(&self) -> String {
        let (mut imports, mut functions) = (self.imports.clone(), self.functions.clone());
        for (interface, name) in &self.drops {
            let import = format!("(import \"{interface}\" \"[resource-drop]{name}\"");
            let _ = writeln!(imports, "{import} (func $drop-{name} (param i32)))");
            let call = format!("(call $drop-{name} (local.get 0))");
            let _ = writeln!(functions, "(func (export \"drop-{name}\") (param i32) {call})");
        }
        format!(
            r#"(module {imports}
                 (memory (export "memory") 1)
                 (global $free (mut i32) (i32.const 1024))
                 (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
                   (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                   (global.set $free (i32.add (local.get $at) (local.get 3)))
                   (block $enough
                     (br_if $enough (i32.le_u (global.get $free) (i32.shl (memory.size) (i32.const 16))))
                     (drop (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1)))))
                   (local.get $at))
                 {functions})"#
        )
    }
}

/// Code that drops the handles which were borrowed for the call.
fn drop_borrowed(resolve: &Resolve, function: &Function) -> String {
    let mut code = String::new();
    let mut at = 0;
    for param in &function.params {
        if let Some(resource) = borrowed(resolve, param.ty) {
            let _ = write!(code, "(call $drop-{resource} (local.get {at}))");
        } else if let Type::Id(ty) = param.ty
            && let TypeDefKind::List(item) = resolve.types[ty].kind
            && let Some(resource) = borrowed(resolve, item)
        {
            let (list, len) = (at, at + 1);
            let _ = write!(
                code,
                "(block $end (loop $next (br_if $end (i32.eqz (local.get {len})))
                   (call $drop-{resource} (i32.load (local.get {list})))
                   (local.set {list} (i32.add (local.get {list}) (i32.const 4)))
                   (local.set {len} (i32.sub (local.get {len}) (i32.const 1))) (br $next)))"
            );
        }
        let one = Function { params: vec![param.clone()], result: None, ..function.clone() };
        at += resolve.wasm_signature(AbiVariant::GuestImport, &one).params.len();
    }
    code
}

/// The resource that a handle of this type borrows.
fn borrowed(resolve: &Resolve, ty: Type) -> Option<&str> {
    let Type::Id(ty) = ty else { return None };
    match resolve.types[ty].kind {
        TypeDefKind::Handle(Handle::Borrow(mut resource)) => {
            // The interface may know it by `use`.
            while let TypeDefKind::Type(Type::Id(of)) = resolve.types[resource].kind {
                resource = of;
            }
            resolve.types[resource].name.as_deref()
        }
        _ => None,
    }
}

fn core_type(signature: &WasmSignature) -> String {
    let name = |ty: &WasmType| match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => " i32",
        WasmType::I64 | WasmType::PointerOrI64 => " i64",
        WasmType::F32 => " f32",
        WasmType::F64 => " f64",
    };
    let names = |types: &[WasmType]| types.iter().map(name).collect::<String>();
    format!("(param{}) (result{})", names(&signature.params), names(&signature.results))
}
