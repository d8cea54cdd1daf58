//! Components: read and validated once.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use falkirk_runtime::{Engine, Error, ErrorKind, Result};

use crate::plan::Plan;
use crate::translate::{UNSUPPORTED, translate};
use crate::types::ComponentTypes;

/// A component: validated, with the code of its modules ready.
///
/// A clone is another handle to the same component. It can be instantiated in any number of stores of its engine.
///
/// [The book](crate#in-the-book) explains it in chapter 15.
#[derive(Clone)]
pub struct Component(Arc<Inner>);

struct Inner {
    engine: Engine,
    plan: Arc<Plan>,
}

impl Component {
    /// Reads a component in the binary format or, with the cargo feature `wat`, in the text format.
    ///
    /// Components may use everything that needs no async.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Invalid`]: the component is not valid, is a core module, or
    ///   uses something that is not supported yet, which the message names;
    /// - [`ErrorKind::Text`]: the text cannot be parsed;
    /// - [`Limit::Implementation`](falkirk_runtime::Limit::Implementation): it passes a limit of this implementation.
    pub fn new(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Component> {
        let bytes = to_binary(bytes.as_ref())?;
        if !is_component(&bytes) {
            return Err(not_a_component(&bytes));
        }
        let plan = translate(engine, &bytes)?;
        Ok(Component(Arc::new(Inner { engine: engine.clone(), plan: Arc::new(plan) })))
    }

    /// As [`Component::new`], with the contents of a file.
    ///
    /// # Errors
    ///
    /// Those of [`Component::new`], and [`ErrorKind::Host`] with a [`std::io::Error`] if the file cannot be read.
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Component> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| {
            let message = format!("cannot read the component {}: {error}", path.display());
            Error::host(std::io::Error::new(error.kind(), message))
        })?;
        Component::new(engine, bytes)
    }

    /// The engine that the component was made with.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What the component calls itself, if it does: its name in the section `component-name`.
    pub fn name(&self) -> Option<&str> {
        self.plan().name.as_deref()
    }

    /// What the component imports and exports.
    ///
    /// ```
    /// # use falkirk_component::Component;
    /// # fn show(engine: &falkirk_runtime::Engine) -> falkirk_runtime::Result<()> {
    /// let component = Component::new(engine, r#"(component (import "log" (func (param "text" string))))"#)?;
    /// assert_eq!(component.types().to_string(), "import log: func(text: string)\n");
    /// # Ok(())
    /// # }
    /// ```
    pub fn types(&self) -> ComponentTypes<'_> {
        let Plan { types, imports, exports, .. } = &**self.plan();
        ComponentTypes { types, imports, exports }
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.0.plan
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Component").field(&self.types()).finish()
    }
}

/// Whether these bytes say that they are a component in the binary format.
pub fn is_component(bytes: &[u8]) -> bool {
    matches!(bytes, [0, b'a', b's', b'm', _, _, 1, 0, ..])
}

/// Whether something valid was refused only because it is not supported yet.
pub fn is_unsupported(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Invalid { reason, .. } if reason.starts_with(UNSUPPORTED))
}

fn not_a_component(bytes: &[u8]) -> Error {
    let reason = match bytes {
        [0, b'a', b's', b'm', ..] => {
            "this is a core module, not a component: instantiate it as a module, or make a component of it".to_owned()
        }
        _ => {
            let start = bytes[..bytes.len().min(8)].escape_ascii();
            format!(
                "magic header not detected: a component starts with \"\\0asm\\r\\0\\x01\\0\", this with \"{start}\""
            )
        }
    };
    Error::invalid(0, reason, true)
}

#[cfg(feature = "wat")]
fn to_binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    match bytes.trim_ascii_start() {
        [b'(', ..] | [b';', b';', ..] => wat::parse_bytes(bytes).map_err(|error| Error::text(error.to_string())),
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

#[cfg(not(feature = "wat"))]
fn to_binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    Ok(Cow::Borrowed(bytes))
}
