//! Errors of linking.

use std::fmt;

/// Why imports and what is offered for them do not fit (specification, section 4.5.4, "Instantiation").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing is defined under an import's name.
    UnknownImport {
        /// The import's module name.
        module: String,
        /// The import's name.
        name: String,
        /// What the module wants there, as text.
        wanted: String,
        /// What is offered instead: names like it, or what its module does offer.
        hint: Option<String>,
    },
    /// What is offered has another type than the import.
    IncompatibleImport {
        /// The import's module name.
        module: String,
        /// The import's name.
        name: String,
        /// The type of what is offered, as text.
        found: String,
        /// The import's type, as text.
        wanted: String,
    },
    /// [`Instance::new`](crate::Instance::new) got more or fewer imports than the module has.
    ImportCount {
        /// How many it got.
        found: usize,
        /// How many the module has.
        wanted: usize,
    },
    /// An import of a component is missing, or what is offered for it does not fit.
    Component {
        /// The import's name; of something inside of an imported instance `instance#name`.
        name: String,
        /// What the component wants there, as text.
        wanted: String,
        /// What was found instead, as text; none if nothing is there.
        found: Option<String>,
        /// What to do next.
        hint: Option<String>,
    },
    /// A linker already has a definition of this name.
    Duplicate {
        /// The definition's module name.
        module: String,
        /// The definition's name.
        name: String,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::UnknownImport { module, name, wanted, hint } => {
                write!(f, "unknown import: nothing defines \"{module}\" \"{name}\", wanted as {wanted}")?;
                match hint {
                    Some(hint) => write!(f, "; {hint}"),
                    None => Ok(()),
                }
            }
            LinkError::IncompatibleImport { module, name, found, wanted } => {
                write!(f, "incompatible import type for \"{module}\" \"{name}\": found {found}, wanted {wanted}")
            }
            LinkError::Component { name, wanted, found, hint } => {
                match found {
                    None => write!(f, "missing import: the component imports \"{name}\", wanted as {wanted}")?,
                    Some(found) => write!(f, "import \"{name}\" does not fit: found {found}, wanted {wanted}")?,
                }
                match hint {
                    Some(hint) => write!(f, "; {hint}"),
                    None => Ok(()),
                }
            }
            LinkError::ImportCount { found, wanted } => {
                write!(f, "wrong number of imports: found {found}, wanted {wanted}")
            }
            LinkError::Duplicate { module, name } => {
                write!(f, "\"{module}\" \"{name}\" is defined already; Linker::allow_shadowing(true) would replace it")
            }
        }
    }
}
