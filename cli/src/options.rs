//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use falkirk::EngineKind;

use crate::cache::Cache;
use crate::units;
use crate::wasi::{Grants, Watch};

#[cfg(feature = "component-tools")]
mod components;
#[cfg(feature = "component-tools")]
pub use components::{Component, ComponentCommand, Compose, New, Wit};

/// Runs, inspects and traces WebAssembly modules.
#[derive(Parser)]
#[command(name = "falkirk", version, max_term_width = 100, after_help = EXIT_STATUSES)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How programs run.
    #[command(flatten)]
    pub settings: Settings,
}

const EXIT_STATUSES: &str = "\
Exit statuses:
  0    it went well (also when standard output was closed before all was written)
  1    a script of `wast` has a failing directive, `diff` found a difference, or a host function failed
  2    the command line, a file or an argument is wrong; the message says how
  134  the program trapped, or used up its fuel, time or stack
  n    what the program itself exits with";

/// How programs run.
#[derive(Args, Clone, Debug, Default)]
pub struct Settings {
    /// Run functions with this engine: `auto` is the JIT where there is one, `mixed` takes turns
    #[arg(long, value_name = "ENGINE", global = true, default_value = "auto", value_parser = engine_parser())]
    pub engine: EngineKind,
    /// What a program may use.
    #[command(flatten)]
    pub limits: Limits,
    /// Where machine code is kept.
    #[command(flatten)]
    pub cache: Cache,
}

/// The engines by name.
const ENGINES: [(&str, EngineKind); 4] = [
    ("auto", EngineKind::Auto),
    ("interp", EngineKind::Interp),
    ("jit", EngineKind::Jit),
    ("mixed", EngineKind::Mixed),
];

/// Reads the name of an engine.
fn engine_parser() -> impl TypedValueParser<Value = EngineKind> {
    let kind = |name: String| ENGINES.iter().find(|(other, _)| *other == name).map(|(_, kind)| *kind);
    PossibleValuesParser::new(ENGINES.map(|(name, _)| name)).try_map(move |name| kind(name).ok_or("no engine"))
}

impl Settings {
    /// What the command line calls the engine.
    pub fn engine_name(&self) -> &'static str {
        ENGINES.iter().find(|(_, kind)| *kind == self.engine).map_or("auto", |(name, _)| name)
    }
}

/// What a program may use.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Stop the program when it has executed about N instructions
    #[arg(long, value_name = "N", global = true)]
    pub fuel: Option<u64>,
    /// Stop the program after this long: `500ms`, `2s`, `1m`
    #[arg(long, value_name = "DURATION", global = true, value_parser = units::duration)]
    pub timeout: Option<Duration>,
    /// Let each linear memory have at most this many bytes: `65536`, `512KiB`, `64MiB`, `1GiB`
    #[arg(long, value_name = "BYTES", global = true, value_parser = units::bytes)]
    pub max_memory: Option<usize>,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Greet NAME: hand a string to a module through linear memory, and read the answer
    Greet(Greet),
    /// Run a module's `_start`, or the export of a module or component that --invoke names
    Run(Box<Run>),
    /// Compile a module to machine code, in a file that starts at once
    Compile(Compile),
    /// Show what a file is: kind, sections, nested modules, imports, exports, limits, names, producers
    Inspect(Inspect),
    /// Print the WIT of a component: what it imports and exports, with types
    #[cfg(feature = "component-tools")]
    Wit(Wit),
    /// Make a component
    #[cfg(feature = "component-tools")]
    Component(Component),
    /// Fill a component's imports with other components' exports, as one component
    #[cfg(feature = "component-tools")]
    Compose(Compose),
    /// Run an export and print each call, each host access to linear memory, and what crosses between components
    #[cfg(feature = "trace")]
    Trace(Trace),
    /// Run a module on two engines, show results and times side by side, and find the first difference
    #[cfg(feature = "diff")]
    Diff(Diff),
    /// Show what became of a function: WebAssembly, the interpreter's code, CLIF, machine code
    #[cfg(feature = "explain")]
    Explain(Explain),
    /// Open a page on this machine to edit a module, run it on either engine, and step through it
    #[cfg(feature = "play")]
    Play(Play),
    /// Open the book, if it is installed beside the program
    Doc(Doc),
    /// Run the specification's test scripts and count what passes
    Wast(Wast),
    /// Print a shell's completion script
    Completions(Completions),
}

/// `falkirk greet`.
#[derive(Args)]
#[command(override_usage = "falkirk greet [OPTIONS] [MODULE] [NAME]", after_help = GREET_HELP)]
pub struct Greet {
    /// The module (default: the one that ships with falkirk), and whom to greet (default: `World`)
    #[arg(value_name = "MODULE|NAME", num_args = 0..=2)]
    pub words: Vec<String>,
    /// Print each call and each host access to linear memory in between
    #[cfg(feature = "trace")]
    #[arg(long)]
    pub trace: bool,
    /// With --trace: print each instruction too
    #[cfg(feature = "trace")]
    #[arg(long, requires = "trace")]
    pub instructions: bool,
    /// With --trace: print each event as a line of JSON; what else is printed goes to standard error
    #[cfg(feature = "trace")]
    #[arg(long, requires = "trace")]
    pub json: bool,
    /// With --trace: write a page for a browser that goes through the steps; `-` is standard output
    #[cfg(feature = "trace")]
    #[arg(long, value_name = "OUT", requires = "trace", conflicts_with = "json")]
    pub html: Option<PathBuf>,
}

const GREET_HELP: &str = "\
A single word is the NAME, unless it ends in .wasm, .wat or .cwasm.

The module must export a linear memory `memory` and a function `greet: (i32, i32) -> ()`. The host writes
NAME's UTF-8 bytes at address `length + 10`, calls `greet(address, length)`, and reads the greeting, `Hello, `
and the name, at address 0. The memory is grown when the name does not fit.";

/// `falkirk run`.
#[derive(Args)]
#[command(after_help = ARGUMENTS_HELP)]
pub struct Run {
    /// A module or component: binary, text or (a module) precompiled
    pub file: PathBuf,
    /// The exported function to call, with ARGS [default: `_start`]; of a component `'NAME(ARGUMENTS)'`
    #[arg(long, value_name = "NAME")]
    pub invoke: Option<String>,
    /// A component whose exports fill what FILE imports, or what other plugs do; can be given again
    #[arg(long, value_name = "PLUG")]
    pub plug: Vec<PathBuf>,
    /// The function's arguments, one per parameter, or the program's own; options of falkirk go before them
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
    /// What a program that was made for WASI is given.
    #[command(flatten)]
    pub grants: Grants,
    /// What is told of its calls.
    #[command(flatten)]
    pub watch: Watch,
}

const ARGUMENTS_HELP: &str = "\
Arguments by the type of the parameter:
  i32, i64   42, -1, 0xff, 4294967295 (unsigned up to the type's width)
  f32, f64   1.5, -2e10, 0x1.8p3, inf, nan, nan:0x123
  v128       i32x4:1,2,3,4 or \"i32x4 1 2 3 4\" (any shape), or 0x and 32 hexadecimal digits
  reference  null

A component's arguments are WAVE text: \"Dan\", 'a', 42, true, [1, 2], (1, \"two\"), {x: 1}, some(4), none, ok(1).
A plug's export fills an import of the same name, in any version on the same track: `a:b/c@0.2.1` and `a:b/c@0.2.7` are
on one, `@1.0.0` and `@1.4.0` too, `@0.2.1` and `@0.3.0` are not.";

/// `falkirk compile`.
#[derive(Args)]
#[command(after_help = COMPILE_HELP)]
pub struct Compile {
    /// A module: binary, text or precompiled
    pub file: PathBuf,
    /// Write to this file [default: FILE with the extension .cwasm]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

const COMPILE_HELP: &str = "\
OUT holds the module and its machine code, and can be given wherever a module can. The machine code is used if this user
made it, with this version of falkirk, for this kind of machine, and for the same options (--fuel or none). Elsewhere the
module is compiled again, and a note says why.";

/// `falkirk inspect`.
#[derive(Args)]
pub struct Inspect {
    /// A module or component: binary, text or precompiled
    pub file: PathBuf,
}

/// `falkirk trace`.
#[cfg(feature = "trace")]
#[derive(Args)]
#[command(after_help = ARGUMENTS_HELP)]
pub struct Trace {
    /// A module or component: binary, text or (a module) precompiled
    pub file: PathBuf,
    /// The exported function to call, with ARGS [default: `_start`]; of a component `'NAME(ARGUMENTS)'`
    #[arg(long, value_name = "NAME")]
    pub invoke: Option<String>,
    /// A component whose exports fill what FILE imports, or what other plugs do; can be given again
    #[arg(long, value_name = "PLUG")]
    pub plug: Vec<PathBuf>,
    /// Print each instruction with its operands too
    #[arg(long)]
    pub instructions: bool,
    /// Print each event as a line of JSON; what the program prints goes to standard error
    #[arg(long)]
    pub json: bool,
    /// Write a page for a browser that goes through the steps; `-` is standard output
    #[arg(long, value_name = "OUT", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// The function's arguments, one per parameter; options of falkirk go before them
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

/// `falkirk diff`.
#[cfg(feature = "diff")]
#[derive(Args)]
#[command(after_help = DIFF_HELP)]
pub struct Diff {
    /// A module: binary, text or precompiled
    pub file: PathBuf,
    /// The exported function to call, with ARGS [default: `_start`, or all that take no arguments]
    #[arg(long, value_name = "NAME")]
    pub invoke: Option<String>,
    /// Make up whatever the module imports, instead of what `run` offers
    #[arg(long)]
    pub made_up_imports: bool,
    /// The function's arguments, one per parameter; options of falkirk go before them
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<String>,
}

#[cfg(feature = "diff")]
const DIFF_HELP: &str = "\
The interpreter is compared with the JIT, or with what --engine names. After each call these must be the same: results
or the failure with its frames, what went on between guest and host, and all memories, globals and tables. NaNs may have
other payloads. What the guest prints is not shown.";

/// `falkirk explain`.
#[cfg(feature = "explain")]
#[derive(Args)]
#[command(after_help = EXPLAIN_HELP)]
pub struct Explain {
    /// A module, binary or text
    pub file: PathBuf,
    /// The function: the name of an export, a name as in the text format, or an index
    #[arg(long, value_name = "F")]
    pub function: Option<String>,
    /// Show only these views: `wasm`, `interp`, `clif`, `machine`, with commas between
    #[arg(long, value_name = "VIEWS", value_delimiter = ',', value_parser = views())]
    pub only: Vec<String>,
    /// Write a page for a browser, in which the line under the pointer lights its partners; `-` is standard output
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
}

#[cfg(feature = "explain")]
const EXPLAIN_HELP: &str = "\
The operators stand on the left, in groups; on the right stands what each view has for them. With a single
view, or without `wasm`, lines stand in the order of the code.";

/// The names of the views.
#[cfg(feature = "explain")]
fn views() -> clap::builder::PossibleValuesParser {
    falkirk::explain::View::ALL.map(falkirk::explain::View::name).into()
}

/// `falkirk play`.
#[cfg(feature = "play")]
#[derive(Args)]
#[command(after_help = PLAY_HELP)]
pub struct Play {
    /// A core module to begin with, binary or text; it is not changed. Without it, there are samples
    pub file: Option<PathBuf>,
    /// Listen on this port [default: any that is free]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Print the page's address, and open no browser
    #[arg(long)]
    pub no_open: bool,
}

#[cfg(feature = "play")]
const PLAY_HELP: &str = "\
The page can be reached from this machine only, and only with the address that is printed: it has a random token in it.
Ctrl-C ends it. What runs there gets 5 seconds, 64 MiB for each memory and about 4,000,000,000 instructions, unless
--timeout, --max-memory and --fuel say otherwise; it gets no files, no network and nothing else of this machine.";

/// `falkirk doc`.
#[derive(Args)]
#[command(after_help = DOC_HELP)]
pub struct Doc {
    /// Print the book's path, and open no browser
    #[arg(long, visible_alias = "print")]
    pub no_open: bool,
}

const DOC_HELP: &str = "\
The book is looked for where FALKIRK_BOOK says (its folder or its index.html). Where that says nothing, it is looked for
from the program's folder: in ../share/falkirk/book, in book, and in ../book, which is where `cargo pages` puts it for
a program that cargo built.";

/// `falkirk wast`.
#[derive(Args)]
pub struct Wast {
    /// The scripts
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `falkirk completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}
