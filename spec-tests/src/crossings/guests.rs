//! The guests of a case, as text.

use falkirk::component::Types;
use falkirk::component::abi::{CoreType, FuncType, PtrType, Side};

use super::shape::Shape;

/// Makes guests that have a function `next`, which takes a value of a type and returns one.
pub struct Guests {
    /// Definitions of types.
    definitions: String,
    /// The type.
    ty: String,
    types: Types,
    next: FuncType,
}

/// Gives memory without end, well, 32 MiB of it.
const LIBC: &str = r#"
    (memory (export "memory") 4 512)
    (global $next (mut i32) (i32.const 131072))
    (func (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                                (i32.sub (i32.const 0) (local.get $align))))
        (global.set $next (i32.add (local.get $at) (local.get $new)))
        (loop $more
            (if (i32.gt_u (global.get $next) (i32.shl (memory.size) (i32.const 16)))
                (then
                    (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
                    (br $more))))
        (memory.copy (local.get $at) (local.get $old) (local.get $size))
        (local.get $at))"#;

impl Guests {
    pub fn new(shape: &Shape) -> Guests {
        let mut definitions = String::new();
        let ty = shape.text(&mut definitions);
        let mut types = Types::new();
        let defined = shape.define(&mut types);
        let next = types.func([("x", defined)], Some(defined)).unwrap_or_else(|error| panic!("BUG: {error}"));
        Guests { definitions, ty, types, next }
    }

    /// The type, for messages.
    pub fn ty(&self) -> String {
        format!("{}{}", self.definitions, self.ty)
    }

    /// A guest that hands what it is given to the `next` that it imports, and returns what comes back. If it does so
    /// again, it first hands it to itself, within its one memory.
    pub fn passing(&self, encoding: &str, again: bool) -> String {
        let Guests { definitions, ty, .. } = self;
        let (lifted, lowered) = (self.core_type(Side::Lift), self.core_type(Side::Lower));
        let count = self.next.flatten(&self.types, PtrType::I32, Side::Lift).params.len();
        let args: String = (0..count).map(|i| format!("(local.get {i})")).collect();
        // Where results go that are not flat: below what `realloc` gives.
        let body = match self.next.result_in_memory() {
            true => format!("(call $next {args} (i32.const 1024)) (i32.const 1024)"),
            false => format!("(call $next {args})"),
        };
        let options = options(encoding);
        let last = if again { "$again" } else { "$m" };
        let inside = match again {
            false => String::new(),
            true => format!(
                r#"(func $inner (param "x" {ty}) (result {ty}) (canon lift (core func $m "next") {options}))
                (core func $inner (canon lower (func $inner) {options}))
                (core instance $again (instantiate $M (with "" (instance (export "next" (func $inner))))))"#
            ),
        };
        format!(
            r#"(component
            {definitions}
            (import "next" (func $next (param "x" {ty}) (result {ty})))
            (core module $Libc {LIBC})
            (core instance $libc (instantiate $Libc))
            (core func $next (canon lower (func $next) {options}))
            (core module $M (import "" "next" (func $next {lowered})) (func (export "next") {lifted} {body}))
            (core instance $m (instantiate $M (with "" (instance (export "next" (func $next))))))
            {inside}
            (func (export "next") (param "x" {ty}) (result {ty}) (canon lift (core func {last} "next") {options})))"#
        )
    }

    /// A guest that returns what is in its memory.
    pub fn lying(&self, encoding: &str, memory: &[u8]) -> String {
        let Guests { definitions, ty, .. } = self;
        let bytes: String = memory.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let lifted = self.core_type(Side::Lift);
        let result = self.next.flatten(&self.types, PtrType::I32, Side::Lift).results[0];
        let load = match result {
            CoreType::I32 if self.next.result_in_memory() => "(i32.load (i32.const 0))".to_owned(),
            ty => format!("({}.load (i32.const 0))", core(ty)),
        };
        let options = options(encoding);
        format!(
            r#"(component
            {definitions}
            (core module $Libc {LIBC} (data (i32.const 0) "{bytes}"))
            (core instance $libc (instantiate $Libc))
            (core module $M (import "libc" "memory" (memory 4 512)) (func (export "next") {lifted} {load}))
            (core instance $m (instantiate $M (with "libc" (instance $libc))))
            (func (export "next") (param "x" {ty}) (result {ty}) (canon lift (core func $m "next") {options})))"#
        )
    }

    fn core_type(&self, side: Side) -> String {
        let ty = self.next.flatten(&self.types, PtrType::I32, side);
        let list = |word: &str, types: &[CoreType]| match types {
            [] => String::new(),
            types => format!("({word} {}) ", types.iter().map(|ty| core(*ty)).collect::<Vec<_>>().join(" ")),
        };
        list("param", &ty.params) + &list("result", &ty.results)
    }
}

fn options(encoding: &str) -> String {
    format!(r#"string-encoding={encoding} (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))"#)
}

fn core(ty: CoreType) -> &'static str {
    match ty {
        CoreType::I32 => "i32",
        CoreType::I64 => "i64",
        CoreType::F32 => "f32",
        CoreType::F64 => "f64",
    }
}
