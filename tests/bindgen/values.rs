//! Values of all types, through an export into a guest, and from there through an import into the host.

use std::fmt::Write as _;

use falkirk::component::Linker;
use falkirk::{Engine, Store};
use wit_parser::Resolve;
use wit_parser::abi::{AbiVariant, WasmType};

::falkirk::bindgen!("values" in "tests/bindgen/wit/values.wit");

use exports::t::values::echo as guest;
use t::values::echo as host;

/// A guest whose exports hand on what they get to the imports of the same names.
fn passing(engine: &Engine) -> falkirk::component::Component {
    let wit = crate::wit("values.wit", "values");
    let (resolve, _) = &wit;
    let (id, echo) = resolve.interfaces.iter().next().expect("an interface");
    let name = resolve.id_of(id).expect("a name");
    let mut text = String::new();
    for (func, ty) in &echo.functions {
        let import = resolve.wasm_signature(AbiVariant::GuestImport, ty);
        let export = resolve.wasm_signature(AbiVariant::GuestExport, ty);
        let (params, results) = (types("param", &import.params), types("result", &import.results));
        writeln!(text, r#"(import "{name}" "{func}" (func ${func} {params} {results}))"#).expect("text");
        let (params, results) = (types("param", &export.params), types("result", &export.results));
        let gets = (0..export.params.len()).map(|i| format!("(local.get {i})")).collect::<String>();
        // Where a result is returned in memory, the import is told where, and the export tells where.
        let place = if import.retptr { "(i32.const 16)" } else { "" };
        let body = format!("(call ${func} {gets} {place}) {place}");
        writeln!(text, r#"(func (export "{name}#{func}") {params} {results} {body})"#).expect("text");
    }
    crate::component(engine, &wit, &text)
}

fn types(what: &str, types: &[WasmType]) -> String {
    let names = types.iter().map(|ty| match ty {
        WasmType::I64 | WasmType::PointerOrI64 => " i64",
        WasmType::F32 => " f32",
        WasmType::F64 => " f64",
        WasmType::I32 | WasmType::Pointer | WasmType::Length => " i32",
    });
    format!("({what}{})", names.collect::<String>())
}

/// What the host was given, as it prints.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn echo<T: std::fmt::Debug>(&mut self, value: T) -> T {
        self.0.push(format!("{value:?}"));
        value
    }
}

/// `impl Host for Log` with functions of one parameter that give it back.
macro_rules! echo {
    ($($name:ident: $ty:ty,)*) => {
        impl host::Host for Log {
            $(fn $name(&mut self, x: $ty) -> $ty { self.echo(x) })*

            fn many(
                &mut self,
                r#type: String,
                store: String,
                get: String,
                host: String,
                self_: String,
                params: String,
                e: u8,
                r#loop: String,
                g: f32,
            ) -> String {
                self.echo([r#type, store, get, host, self_, params, e.to_string(), r#loop, g.to_string()].join(" "))
            }

            fn nothing(&mut self) {
                self.echo("nothing");
            }

            fn r#type(&mut self) {
                self.echo("type");
            }
        }
    };
}

echo! {
    a_bool: bool, a_u8: u8, a_s8: i8, a_u16: u16, a_s16: i16, a_u32: u32, a_s32: i32, a_u64: u64, a_s64: i64,
    a_f32: f32, a_f64: f64, a_char: char, a_string: String,
    bytes: Vec<u8>, strings: Vec<String>, nested: Vec<Vec<Option<u16>>>,
    maybe: Option<String>, maybe_maybe: Option<Option<u8>>,
    text_or: Result<String, host::Color>, nothing_or: Result<(), host::Page>, number_or: Result<u64, ()>,
    neither: Result<(), ()>,
    three: (u8, String, host::Point), one: (f64,),
    a_point: host::Point, a_page: host::Page, points: Vec<host::Point>, pages: Option<Vec<host::Page>>,
    a_shape: host::Shape, a_color: host::Color, an_access: host::Access,
    a_key: host::Key, a_pair: host::Pair, some_pairs: host::Pairs,
    a_host: host::Host_, a_guest: host::Guest,
}

fn page() -> guest::Page {
    let point = guest::Point { x: -3, y: 0.5 };
    guest::Page { title: "T".into(), r#type: None, self_: vec!["a".into(), "ß".into()], r#fn: point }
}

#[test]
fn values_of_all_types_go_in_and_come_out() {
    for engine in crate::engines() {
        let mut linker = Linker::<Log>::new(&engine);
        Values::add_to_linker(&mut linker, |log| log).expect("definitions");
        let mut store = Store::new(&engine, Log::default());
        let values = Values::instantiate(&mut store, &passing(&engine), &linker).expect("an instance");
        let echo = values.t_values_echo();
        let mut count = 0;
        /// What comes back is what went in, and the host has seen the same.
        macro_rules! check {
            ($($call:ident($($given:expr),*) => $returned:expr;)*) => {$(
                let returned = echo.$call(&mut store, $($given),*).expect("no trap");
                assert_eq!(returned, $returned, stringify!($call));
                assert_eq!(store.data_mut().0.pop().as_deref(), Some(&*format!("{:?}", $returned)));
                count += 1;
            )*};
        }
        let (point, page) = (guest::Point { x: 7, y: -1.25 }, page());
        let shapes = [
            guest::Shape::Empty,
            guest::Shape::Circle(1.5),
            guest::Shape::Named("n".into()),
            guest::Shape::Polygon(vec![point, point]),
            guest::Shape::Self_(('ß', page.clone())),
        ];
        for shape in &shapes {
            check! { call_a_shape(shape) => *shape; }
        }
        count -= shapes.len() - 1;
        let access = guest::Access::READ | guest::Access::SELF;
        check! {
            call_a_bool(true) => true;
            call_a_u8(255) => 255_u8;
            call_a_s8(-128) => -128_i8;
            call_a_u16(65_535) => 65_535_u16;
            call_a_s16(-1) => -1_i16;
            call_a_u32(u32::MAX) => u32::MAX;
            call_a_s32(i32::MIN) => i32::MIN;
            call_a_u64(u64::MAX) => u64::MAX;
            call_a_s64(i64::MIN) => i64::MIN;
            call_a_f32(-0.5) => -0.5_f32;
            call_a_f64(1e300) => 1e300_f64;
            call_a_char('🌍') => '🌍';
            call_a_string("Zoë") => "Zoë";
            call_bytes(&[1, 2, 3]) => [1_u8, 2, 3];
            call_strings(&["a".to_owned(), String::new()]) => ["a", ""];
            call_nested(&[vec![Some(1), None], vec![]]) => [vec![Some(1_u16), None], vec![]];
            call_maybe(Some("x")) => Some("x".to_owned());
            call_maybe_maybe(Some(None)) => Some(None::<u8>);
            call_text_or(Err(guest::Color::DarkBlue)) => Err::<String, _>(guest::Color::DarkBlue);
            call_nothing_or(Err(&page)) => Err::<(), _>(page.clone());
            call_number_or(Ok(9)) => Ok::<u64, ()>(9);
            call_neither(Err(())) => Err::<(), ()>(());
            call_three((1, "two", point)) => (1_u8, "two".to_owned(), point);
            call_one((0.25,)) => (0.25,);
            call_a_point(point) => point;
            call_a_page(&page) => page;
            call_points(&[point, point]) => [point, point];
            call_pages(Some(std::slice::from_ref(&page))) => Some(vec![page.clone()]);
            call_a_color(guest::Color::Red) => guest::Color::Red;
            call_an_access(access) => access;
            call_a_key("k") => "k";
            call_a_pair(("k", 1)) => ("k".to_owned(), 1_u8);
            call_some_pairs(&[("k".to_owned(), 1)]) => [("k".to_owned(), 1_u8)];
            call_a_host(guest::Host::Guest) => guest::Host::Guest;
            call_a_guest(guest::Guest_::Option) => guest::Guest_::Option;
            call_many("a", "b", "c", "d", "e", "f", 7, "h", 0.5) => "a b c d e f 7 h 0.5";
        }
        echo.call_nothing(&mut store).expect("no trap");
        echo.call_type(&mut store).expect("no trap");
        assert_eq!(store.data().0, ["\"nothing\"", "\"type\""]);
        let mut resolve = Resolve::default();
        resolve.push_str("values.wit", include_str!("wit/values.wit")).expect("WIT");
        let functions = resolve.interfaces.iter().map(|(_, interface)| interface.functions.len()).sum::<usize>();
        assert_eq!(count + 2, functions, "a function of the interface is not called");
    }
}
