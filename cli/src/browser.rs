//! The user's browser.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// What opens an address or a file as the user would, with what goes before the address.
const OPENER: (&str, &[&str]) = if cfg!(target_os = "macos") {
    ("open", &[])
} else if cfg!(windows) {
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else {
    ("xdg-open", &[])
};

/// Opens an address or a file, and says whether something was there that does. What it prints is left out.
pub fn open(what: impl AsRef<OsStr>) -> bool {
    let (program, before) = OPENER;
    let mut command = Command::new(program);
    command.args(before).arg(what).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    // It ends soon; somebody must wait for it.
    let waiting = std::thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait());
    drop(waiting);
    true
}
