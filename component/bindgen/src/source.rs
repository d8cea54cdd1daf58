//! WIT files are found and read, and a world is chosen.

use std::path::{Path, PathBuf};

use syn::{LitStr, Result};
use wit_parser::{PackageId, Resolve, WorldId};

use crate::options::Options;

/// Where WIT is, where nothing else is said: this folder of the package.
const DEFAULT_PATH: &str = "wit";

/// What was read.
pub struct Source {
    /// All packages, with their interfaces and worlds.
    pub resolve: Resolve,
    /// The world to bind.
    pub world: WorldId,
    /// Files whose changes make the bindings stale.
    pub files: Vec<PathBuf>,
}

impl Source {
    /// Reads what the options name: files, a text in the macro, or both, where the text may use the files' packages.
    pub fn read(options: &Options) -> Result<Source> {
        let mut resolve = Resolve::default();
        resolve.features.extend(options.features.iter().map(LitStr::value));
        let mut files = Vec::new();
        let mut package = None;
        if options.path.is_some() || options.inline.is_none() {
            let path = folder().join(options.path.as_ref().map_or_else(|| DEFAULT_PATH.to_owned(), LitStr::value));
            package = Some(push_path(&mut resolve, &path, &mut files).map_err(|message| options.error(message))?);
        }
        if let Some(inline) = &options.inline {
            let pushed = resolve.push_str("the macro's inline WIT", &inline.value());
            package = Some(pushed.map_err(|error| options.error(resolve.render_error(&error)))?);
        }
        let world = options.world.as_ref().map(LitStr::value);
        let package: Vec<PackageId> = package.into_iter().collect();
        let world = resolve.select_world(&package, world.as_deref()).map_err(|error| {
            let help = "name one with `world: \"...\"`, as `name` or `namespace:package/name`";
            let span = options.world.as_ref().map(LitStr::span);
            let message = format!("{error:#}\n{help}");
            span.map_or_else(|| options.error(&message), |span| syn::Error::new(span, &message))
        })?;
        Ok(Source { resolve, world, files })
    }
}

/// The folder of the package that is compiled; paths start there.
fn folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

fn push_path(resolve: &mut Resolve, path: &Path, files: &mut Vec<PathBuf>) -> std::result::Result<PackageId, String> {
    if !path.exists() {
        let help = "name a WIT file, or a folder of them, with `path: \"...\"`, relative to the package's folder";
        return Err(format!("there is nothing at {}\n{help}", path.display()));
    }
    match resolve.push_path(path) {
        Ok((package, sources)) => {
            files.extend(sources.paths().map(Path::to_owned));
            Ok(package)
        }
        Err(error) => Err(resolve.render_error(&error)),
    }
}
