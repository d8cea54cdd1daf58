//! What a component imports and exports, by name and kind. That can be said of every component, and types in WIT only of
//! most.

use wasmparser::{ComponentExternalKind, Parser, Payload};

/// An import or an export.
pub struct Item {
    /// Whether it is imported, or else exported.
    pub imported: bool,
    /// Its name.
    pub name: String,
    /// Its kind in words.
    pub kind: &'static str,
    /// Whether WIT has words for its kind.
    in_wit: bool,
}

/// The imports and exports, up to the first error.
pub fn items(wasm: &[u8]) -> Vec<Item> {
    let (mut items, mut depth) = (Vec::new(), 0);
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        match payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                let found = section.into_iter().map_while(Result::ok);
                items.extend(found.map(|import| Item::new(true, import.name.name, import.ty.kind())));
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                let found = section.into_iter().map_while(Result::ok);
                items.extend(found.map(|export| Item::new(false, export.name.name, export.kind)));
            }
            _ => {}
        }
    }
    items
}

/// The imports and exports that WIT leaves out.
pub fn beyond_wit(wasm: &[u8]) -> Vec<Item> {
    items(wasm).into_iter().filter(|item| !item.in_wit).collect()
}

impl Item {
    fn new(imported: bool, name: &str, kind: ComponentExternalKind) -> Item {
        let (kind, in_wit) = match kind {
            ComponentExternalKind::Func => ("function", true),
            ComponentExternalKind::Instance => ("interface", true),
            ComponentExternalKind::Type => ("type", true),
            ComponentExternalKind::Module => ("core module", false),
            ComponentExternalKind::Component => ("component", false),
            ComponentExternalKind::Value => ("value", false),
        };
        Item { imported, name: name.to_owned(), kind, in_wit }
    }
}
