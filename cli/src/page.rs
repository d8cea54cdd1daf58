//! Pages for a browser, written to a file or to standard output.

use std::io::Write;
use std::path::Path;

use crate::failure::Failure;
use crate::output::Out;
use crate::whole_file;

/// Writes a page to the file and says so, with what is in it; or writes it to standard output if the path is `-`.
pub fn write(page: &str, what: &str, path: &Path, out: &mut Out) -> Result<(), Failure> {
    if path == Path::new("-") {
        return Ok(out.write_all(page.as_bytes())?);
    }
    whole_file::write(path, page.as_bytes())?;
    Ok(writeln!(out, "{}: {what} in {} bytes", path.display(), page.len())?)
}
