//! What became of a function: its WebAssembly, the interpreter's code, CLIF and machine code, side by side.
//!
//! ```
//! # #[cfg(all(feature = "wat", feature = "interp"))] {
//! use falkirk::explain::{View, explain, find_function};
//! use falkirk::{Engine, Module};
//!
//! # fn main() -> falkirk::Result<()> {
//! let module = Module::new(
//!     &Engine::default(),
//!     "(module (func $half (param $n i32) (result i32) (i32.div_s (local.get $n) (i32.const 2))))",
//! )?;
//! let function = find_function(&module, "half").expect("it has that name");
//! let explanation = explain(&module, function)?;
//! assert!(explanation.text(&[View::Wasm, View::Interp]).contains("t0 = i32.div_s $n, 2"));
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```
//!
//! | module | what it holds |
//! | --- | --- |
//! | `find`, `names` | which function is meant, and what things are called |
//! | `flow` | the function's operators, and which of them use what others yield |
//! | `wasm`, `columns` | the four views, line by line |
//! | `groups` | operators that belong together, since some code does the work of several |
//! | `text`, `html` | an explanation as text, and as a page |
//!
//! The book: [Code with places](../../../book/ch05-places.html) and [Cranelift](../../../book/ch08-cranelift.html) read
//! what it prints.

mod columns;
mod find;
mod flow;
mod groups;
mod html;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod wasm;

use std::ops::Range;

use falkirk_runtime::{Error, Module, Result};

pub use find::{FunctionEntry, find_function, functions};

use names::Names;

/// A view of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// WebAssembly's text.
    Wasm,
    /// The interpreter's code.
    Interp,
    /// CLIF, Cranelift's language.
    Clif,
    /// Machine code.
    Machine,
}

impl View {
    /// All views, from the module to the machine.
    pub const ALL: [View; 4] = [View::Wasm, View::Interp, View::Clif, View::Machine];

    /// Its name: `wasm`, `interp`, `clif`, `machine`.
    pub fn name(self) -> &'static str {
        match self {
            View::Wasm => "wasm",
            View::Interp => "interp",
            View::Clif => "clif",
            View::Machine => "machine",
        }
    }
}

/// A function in all views.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What the function is called: its name or, if it has none, its index.
    pub name: String,
    /// The function's index.
    pub index: u32,
    /// Where its body is in the module.
    pub body: Range<usize>,
    /// Its views, in the order of [`View::ALL`].
    pub columns: Vec<Column>,
    /// The offsets of its operators, in order.
    pub operators: Vec<usize>,
    /// How many groups its lines are in.
    pub groups: usize,
    /// What the operators do, for groups.
    flow: Vec<flow::Operator>,
}

/// A view of the function that is explained.
#[derive(Clone, Debug)]
pub struct Column {
    /// Which it is.
    pub view: View,
    /// Its heading.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub about: String,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// Why there are none.
    pub absent: Option<String>,
}

/// A line of a view.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it stands, as people read it: an offset in the module or in the code, or the number of a word.
    pub at: String,
    /// Its bytes in hexadecimal, if they are shown.
    pub bytes: String,
    /// Its text.
    pub text: String,
    /// What is worth knowing about it.
    pub note: Option<String>,
    /// What it is.
    pub kind: LineKind,
    /// The operators that it does the work of, or is: positions in [`Explanation::operators`], in order.
    pub operators: Vec<usize>,
    /// The group it is shown in. Lines of one group belong together; group 0 is what every call of the function does.
    pub group: usize,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// An operator or an instruction.
    Code,
    /// A label: where branches lead.
    Label,
    /// A declaration.
    Declaration,
    /// Data beside the code.
    Data,
}

/// Explains the function that the module defines with this index.
///
/// What the JIT makes of it is shown as an engine with the settings of the module's would run it, even if the module's
/// engine has no JIT.
///
/// # Errors
///
/// - [`ErrorKind::Usage`](crate::ErrorKind::Usage): the function is imported or does not exist;
/// - it passes a limit of one of the engines.
pub fn explain(module: &Module, function: u32) -> Result<Explanation> {
    let info = module.info();
    let Some(body) = info.body(function) else {
        return Err(Error::usage(match find::import_of(module, function) {
            Some(import) => format!("function {function} is imported as {import}: it has no code in this module"),
            None => format!("there is no function {function}; the module has {}", info.functions.len()),
        }));
    };
    let names = Names::of(module, function);
    let operators = flow::operators(module, function);
    let mut columns = columns::all(module, function, &operators, &names)?;
    let groups = groups::arrange(&operators, &mut columns);
    let name = names.identifier(function).or_else(|| names.exported(function));
    Ok(Explanation {
        name: name.map_or_else(|| format!("function {function}"), str::to_owned),
        index: function,
        body,
        columns,
        operators: operators.iter().map(|operator| operator.offset).collect(),
        groups,
        flow: operators,
    })
}

impl Explanation {
    /// The column of a view.
    pub fn column(&self, view: View) -> &Column {
        &self.columns[view as usize]
    }

    /// Some of the views, in groups as if there were no others: which engines are built makes no difference to the rest.
    fn only(&self, views: &[View]) -> Explanation {
        let mut shown = self.clone();
        shown.columns.retain(|column| views.contains(&column.view));
        if shown.columns.iter().any(|column| column.view != View::Wasm && column.absent.is_none()) {
            shown.groups = groups::arrange(&shown.flow, &mut shown.columns);
        }
        shown
    }
}
