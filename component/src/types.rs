//! What a component imports and exports, as types: for tools that show it, and for the checks of linking.

use std::fmt;

use falkirk_canonical_abi::{FuncType, Name, ResourceIndex, Type, Types};
use falkirk_runtime::{ExternType, Module};

/// The type of an import or export.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ItemType {
    /// A function.
    Func(FuncType),
    /// An instance, with the types of its exports by name.
    Instance(Vec<(Name, ItemType)>),
    /// A core module.
    Module(ModuleType),
    /// A component, with the types of its imports and exports by name.
    Component {
        /// What it imports.
        imports: Vec<(Name, ItemType)>,
        /// What it exports.
        exports: Vec<(Name, ItemType)>,
    },
    /// A resource type.
    Resource(ResourceIndex),
    /// A value type.
    Type(Type),
    /// Another type: of a function, an instance or a component.
    OtherType,
}

/// The type of a core module.
#[derive(Clone, Debug, Default)]
pub struct ModuleType {
    /// The types of its imports, with both names.
    pub imports: Vec<(String, String, ExternType)>,
    /// The types of its exports, by name.
    pub exports: Vec<(String, ExternType)>,
}

impl ModuleType {
    /// The type of a module.
    pub(crate) fn of(module: &Module) -> ModuleType {
        let imports = module.imports().map(|import| (import.module().into(), import.name().into(), import.ty()));
        let exports = module.exports().map(|export| (export.name().into(), export.ty()));
        ModuleType { imports: imports.collect(), exports: exports.collect() }
    }
}

/// What a component imports and exports: see [`Component::types`](crate::Component::types).
///
/// It prints as WIT would show it, one item a line.
///
/// [The book](crate#in-the-book) explains it in chapter 11.
#[derive(Clone, Copy, Debug)]
pub struct ComponentTypes<'a> {
    /// The value types.
    pub types: &'a Types,
    /// The imports, by name.
    pub imports: &'a [(Name, ItemType)],
    /// The exports, by name.
    pub exports: &'a [(Name, ItemType)],
}

impl ItemType {
    /// What a message calls an item of this type.
    pub fn sort(&self) -> &'static str {
        match self {
            ItemType::Func(_) => "a function",
            ItemType::Instance(_) => "an instance",
            ItemType::Module(_) => "a core module",
            ItemType::Component { .. } => "a component",
            ItemType::Resource(_) => "a resource",
            ItemType::Type(_) | ItemType::OtherType => "a type",
        }
    }

    /// The type as text, on one line.
    pub fn display<'a>(&'a self, types: &'a Types) -> impl fmt::Display + 'a {
        Line { types, ty: self }
    }
}

struct Line<'a> {
    types: &'a Types,
    ty: &'a ItemType,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ty {
            ItemType::Func(ty) => write!(f, "{}", FuncLine { types: self.types, ty }),
            ItemType::Type(ty) => write!(f, "type {}", self.types.display(*ty)),
            ItemType::Resource(resource) => write!(f, "resource {}", resource.0),
            ItemType::Instance(exports) => {
                let names: Vec<String> = exports.iter().take(5).map(|(name, _)| format!("\"{name}\"")).collect();
                let more = if exports.len() > 5 { ", ..." } else { "" };
                write!(f, "an instance that exports {}{more}", names.join(", "))
            }
            ty => f.write_str(ty.sort()),
        }
    }
}

/// Prints a function's type.
pub(crate) struct FuncLine<'a> {
    pub types: &'a Types,
    pub ty: &'a FuncType,
}

impl fmt::Display for FuncLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("func(")?;
        for (i, (name, ty)) in self.ty.names().iter().zip(self.ty.params()).enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {}", self.types.display(*ty))?;
        }
        f.write_str(")")?;
        match self.ty.result() {
            Some(ty) => write!(f, " -> {}", self.types.display(ty)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ComponentTypes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (word, items) in [("import", self.imports), ("export", self.exports)] {
            for (name, ty) in items {
                self.item(f, 0, &format!("{word} {name}"), ty)?;
            }
        }
        Ok(())
    }
}

impl ComponentTypes<'_> {
    /// One item on a line, what is in an instance indented below.
    fn item(&self, f: &mut fmt::Formatter<'_>, depth: usize, name: &str, ty: &ItemType) -> fmt::Result {
        let indent = "  ".repeat(depth);
        match ty {
            ItemType::Instance(exports) => {
                writeln!(f, "{indent}{name}: instance")?;
                exports.iter().try_for_each(|(name, ty)| self.item(f, depth + 1, name, ty))
            }
            ty => writeln!(f, "{indent}{name}: {}", ty.display(self.types)),
        }
    }
}
