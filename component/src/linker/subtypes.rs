//! Whether a component is of the type that an import wants (*subtyping*): it needs no more than it will get, and gives no
//! less than is wanted.
//!
//! Types of components are templates. A resource that a component imports stands for whatever it will be given, and one
//! that it exports is new with each instance. So resources are matched as they turn up: those that the component imports
//! with what it will be given, and those that are wanted of it with what it exports. Whatever is known by then must be
//! the same on both sides.

use std::collections::{HashMap, HashSet};
use std::mem::{swap, take};

use falkirk_canonical_abi::{Name, ResourceIndex, Types};

use super::matches::{Comparison, check_module};
use crate::types::{FuncLine, ItemType};

/// Imports or exports.
pub(super) type Items = [(Name, ItemType)];

/// One of the two types that are compared: the lesser one, which is there, or the greater one, which is wanted.
struct Half<'a> {
    types: &'a Types,
    /// What resources turned out to be on the other side.
    matched: HashMap<ResourceIndex, ResourceIndex>,
    /// Resources that were imported or exported before. They are what they are.
    known: HashSet<ResourceIndex>,
}

/// Two types that are compared.
pub(super) struct Subtyping<'a> {
    lesser: Half<'a>,
    greater: Half<'a>,
    /// The resources of the greater type that stand for whatever the lesser one has.
    open: HashSet<ResourceIndex>,
}

impl<'a> Subtyping<'a> {
    /// A comparison of something found with something wanted, by someone who knows some resources already.
    pub fn new(found: &'a Types, wanted: &'a Types, known: HashSet<ResourceIndex>) -> Subtyping<'a> {
        let half = |types, known| Half { types, matched: HashMap::new(), known };
        Subtyping { lesser: half(found, HashSet::new()), greater: half(wanted, known), open: HashSet::new() }
    }

    /// Whether a component that imports and exports these is one that imports and exports those. If not, what is found.
    pub fn component(&mut self, found: [&Items; 2], wanted: [&Items; 2]) -> Result<(), String> {
        let ([imports, exports], [given, wanted]) = (found, wanted);
        let outer = take(&mut self.open);
        // What the component wants itself must be among what it will be given: the other way round.
        self.open = declared(imports).difference(&self.lesser.known).copied().collect();
        self.turn();
        let result = self.imports(imports, given);
        self.turn();
        self.greater.known.extend(declared(given));
        self.open = declared(wanted).difference(&self.greater.known).copied().collect();
        self.greater.known.extend(declared(wanted));
        self.lesser.known.extend(declared(imports).union(&declared(exports)));
        let result = result.and_then(|()| self.exports(exports, wanted));
        self.open = outer;
        result.map_err(|how| format!("a component {how}"))
    }

    /// Whether all imports are there among what is given.
    fn imports(&mut self, imports: &Items, given: &Items) -> Result<(), String> {
        let given: HashMap<&str, &ItemType> = given.iter().map(|(name, ty)| (&**name, ty)).collect();
        imports.iter().try_for_each(|(name, ty)| match given.get(&**name) {
            Some(given) => self.item(given, ty).map_err(|given| format!("whose import \"{name}\" will be {given}")),
            None if is_type(ty) => Ok(()),
            None => Err(format!("that imports \"{name}\", which it will not get")),
        })
    }

    /// Whether all exports are there that are wanted.
    fn exports(&mut self, found: &Items, wanted: &Items) -> Result<(), String> {
        let found: HashMap<&str, &ItemType> = found.iter().map(|(name, ty)| (&**name, ty)).collect();
        wanted.iter().try_for_each(|(name, wanted)| match found.get(&**name) {
            Some(found) => self.item(found, wanted).map_err(|found| format!("whose export \"{name}\" is {found}")),
            None => Err(format!("without the export \"{name}\"")),
        })
    }

    /// Whether an item can stand where another is wanted.
    fn item(&mut self, found: &ItemType, wanted: &ItemType) -> Result<(), String> {
        let fits = match (found, wanted) {
            (ItemType::Func(a), ItemType::Func(b)) => {
                if self.compare(|comparison| comparison.same_func(a, b)) {
                    return Ok(());
                }
                return Err(FuncLine { types: self.lesser.types, ty: a }.to_string());
            }
            (ItemType::Instance(a), ItemType::Instance(b)) => {
                return self.exports(a, b).map_err(|how| format!("an instance {how}"));
            }
            (ItemType::Module(a), ItemType::Module(b)) => return check_module(a, b),
            (ItemType::Component { imports, exports }, ItemType::Component { imports: given, exports: wanted }) => {
                return self.component([imports, exports], [given, wanted]);
            }
            (ItemType::Resource(a), ItemType::Resource(b)) => self.resource(*a, *b),
            (ItemType::Type(a), ItemType::Type(b)) => self.compare(|comparison| comparison.same(*a, *b)),
            (ItemType::OtherType, ItemType::OtherType) => true,
            _ => return Err(found.sort().to_owned()),
        };
        if fits { Ok(()) } else { Err(format!("another {}", found.sort().trim_start_matches("a "))) }
    }

    /// Whether a resource is one that is wanted, or can be taken for it.
    fn resource(&mut self, a: ResourceIndex, b: ResourceIndex) -> bool {
        if self.lesser.matched.get(&a) == Some(&b) {
            return true;
        }
        match self.greater.matched.get(&b) {
            Some(before) => *before == a,
            None if self.open.contains(&b) => {
                self.greater.matched.insert(b, a);
                true
            }
            None => false,
        }
    }

    fn compare(&self, compare: impl FnOnce(&mut Comparison<'_>) -> bool) -> bool {
        let resources = |a: ResourceIndex, b: ResourceIndex| {
            self.lesser.matched.get(&a) == Some(&b) || self.greater.matched.get(&b) == Some(&a)
        };
        compare(&mut Comparison::new(self.lesser.types, self.greater.types, &resources))
    }

    /// From now on the lesser type is the greater one.
    fn turn(&mut self) {
        swap(&mut self.lesser, &mut self.greater);
    }
}

/// The resources that are imported or exported here, also by instances.
fn declared(items: &Items) -> HashSet<ResourceIndex> {
    let mut found = HashSet::new();
    let mut rest: Vec<&ItemType> = items.iter().map(|(_, ty)| ty).collect();
    while let Some(ty) = rest.pop() {
        match ty {
            ItemType::Resource(resource) => _ = found.insert(*resource),
            ItemType::Instance(exports) => rest.extend(exports.iter().map(|(_, ty)| ty)),
            _ => {}
        }
    }
    found
}

/// Whether an item is a type that is nothing at run time.
fn is_type(ty: &ItemType) -> bool {
    matches!(ty, ItemType::Type(_) | ItemType::OtherType)
}
