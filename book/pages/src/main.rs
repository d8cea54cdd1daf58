//! `cargo pages`: builds the book's pages.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use falkirk_book_pages::{Result, build, links, place};

/// How to use it.
const HELP: &str = "\
cargo pages [--into FOLDER] [--check]

  --into FOLDER   where the pages go; without it, the folder `book` of cargo's target folder
  --check         follows every link of the pages, too; those to the pages of `cargo doc` as well, and those from there
                  to the book, if the folder `doc` is beside FOLDER
  --help          this text";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<()> {
    let (mut into, mut check) = (None, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--into" => into = Some(PathBuf::from(args.next().ok_or("--into needs a folder")?)),
            "--check" => check = true,
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(());
            }
            other => return Err(format!("unknown argument {other}\n\n{HELP}").into()),
        }
    }
    let into = into.map_or_else(place, Ok)?;
    build(&into)?;
    println!("{}", into.join("index.html").display());
    if check { follow(&into) } else { Ok(()) }
}

/// Follows the links and says how many there are.
fn follow(into: &Path) -> Result<()> {
    let followed = links::follow(into)?;
    println!("{} links of {} pages followed", followed.links, followed.pages);
    if followed.unseen > 0 {
        println!("SKIPPED: {} links to pages of `cargo doc`, which are not there", followed.unseen);
    }
    if followed.complaints.is_empty() { Ok(()) } else { Err(followed.complaints.join("\n").into()) }
}
