//! The command lines of the tools for components.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use wit_component::StringEncoding;

/// `falkirk wit`.
#[derive(Args)]
pub struct Wit {
    /// A component, a WIT package (binary, text or a folder), or a module that was made for a world
    pub file: PathBuf,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Write a WIT package in the binary format
    #[arg(long, requires = "output")]
    pub binary: bool,
}

/// `falkirk component`.
#[derive(Args)]
pub struct Component {
    /// What to do.
    #[command(subcommand)]
    pub command: ComponentCommand,
}

/// The commands that make components.
#[derive(Subcommand)]
pub enum ComponentCommand {
    /// Make a component of a core module
    New(New),
}

/// `falkirk component new`.
#[derive(Args)]
#[command(after_help = NEW_HELP)]
pub struct New {
    /// A core module: binary, text or precompiled
    pub module: PathBuf,
    /// The WIT package with the world that the module was made for: a folder or a file
    #[arg(long, value_name = "DIR")]
    pub wit: Option<PathBuf>,
    /// The world [default: the only one in the package]
    #[arg(long, requires = "wit")]
    pub world: Option<String>,
    /// How strings are encoded in the module's memory [default: utf8]
    #[arg(long, value_name = "ENCODING", requires = "wit", value_parser = encoding_parser())]
    pub string_encoding: Option<StringEncoding>,
    /// A module that stands between the module's imports from NAME and the component's [default: FILE up to its first dot]
    #[arg(long, value_name = "[NAME=]FILE")]
    pub adapt: Vec<String>,
    /// Write to this file
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
}

const NEW_HELP: &str = "\
Modules that wit-bindgen had a part in say themselves which world they are for; others need --wit. What such a module
imports and exports has the names that the component model gives it: the function `get` of the interface `a:b/c@0.1.0`
is imported as `get` from `a:b/c@0.1.0`, and exported as `a:b/c@0.1.0#get`; a function of the world itself is imported
from `$root`. What takes strings or lists exports a `memory` and `cabi_realloc` too.";

/// The encodings by name.
const ENCODINGS: [(&str, StringEncoding); 3] =
    [("utf8", StringEncoding::UTF8), ("utf16", StringEncoding::UTF16), ("latin1+utf16", StringEncoding::CompactUTF16)];

/// Reads the name of an encoding.
fn encoding_parser() -> impl TypedValueParser<Value = StringEncoding> {
    let encoding = |name: String| ENCODINGS.iter().find(|(other, _)| *other == name).map(|(_, encoding)| *encoding);
    PossibleValuesParser::new(ENCODINGS.map(|(name, _)| name)).try_map(move |name| encoding(name).ok_or("no encoding"))
}

/// `falkirk compose`.
#[derive(Args)]
#[command(after_help = COMPOSE_HELP)]
pub struct Compose {
    /// The component whose imports are to be filled
    pub socket: PathBuf,
    /// A component whose exports fill them; can be given again
    #[arg(long, value_name = "PLUG", required = true)]
    pub plug: Vec<PathBuf>,
    /// Write to this file
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
}

const COMPOSE_HELP: &str = "\
An export fills an import of the same name, in any version on the same track: `a:b/c@0.2.1` and `a:b/c@0.2.7` are on
one, `@1.0.0` and `@1.4.0` too, `@0.2.1` and `@0.3.0` are not. OUT exports what SOCKET does. It imports what no plug
fills, and what the plugs import themselves: plugs are not plugged into each other, so compose these first.";
