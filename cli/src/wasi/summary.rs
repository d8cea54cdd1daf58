//! What `--explain` says at the end: what a program used, what it asked for in vain, and which options suffice.

use std::fmt::Write;
use std::path::Path;

use falkirk::wasi::WasiCtx;
use falkirk::wasi::files::Access;
use falkirk::wasi::report::{Denial, Given, Use};

use super::Grants;
use super::values::Directory;
use super::watch::{denial_fields, quoted, what};
use crate::options::{Run, Settings};

/// What became of a program's wishes.
pub struct Summary {
    /// What every guest is given and this one used; what it did not.
    used: Vec<Given>,
    unused: Vec<Given>,
    /// The granted directories by their names for the guest, and what was done in them.
    directories: Vec<(String, Access, Option<Access>)>,
    denials: Vec<Denial>,
    /// Arguments that are files here, and not for the program.
    unseen: Vec<(String, Directory)>,
    /// The command line with the least that suffices.
    command: Vec<String>,
}

impl Summary {
    /// The summary of a run.
    pub fn new(context: &WasiCtx, command: &Run, settings: &Settings) -> Summary {
        let uses: Vec<&Use> = context.report.uses().collect();
        let denials: Vec<Denial> =
            context.report.denials().filter(|it| **it != Denial::NoDirectories).cloned().collect();
        let is_used = |given: &Given| uses.contains(&&Use::Given(*given));
        let withheld = |given: &Given| context.withheld.answer(*given).is_some();
        let (used, rest): (Vec<_>, Vec<_>) = Given::ALL.iter().copied().partition(is_used);
        // Variables are granted, not given.
        let unused = rest.into_iter().filter(|given| *given != Given::Env && !withheld(given)).collect();
        let directories: Vec<_> = (context.preopens.iter())
            .map(|preopen| (preopen.name.to_string(), preopen.dir.access(), access(&uses, &preopen.name)))
            .collect();
        let unseen =
            command.arguments.iter().filter_map(|argument| Some((argument.clone(), unseen(context, argument)?)));
        let unseen = unseen.collect();
        let command = command_line(&uses, &denials, command, settings);
        Summary { used, unused, directories, denials, unseen, command }
    }

    /// For a person.
    pub fn text(&self) -> String {
        let mut text = String::from("explain: the program used");
        let names = |given: &[Given]| given.iter().map(Given::to_string).collect::<Vec<_>>().join(", ");
        let used = if self.used.is_empty() { "nothing that every program is given".into() } else { names(&self.used) };
        let _ = write!(text, "\n  {used}");
        for (name, granted, used) in &self.directories {
            let _ = write!(text, "\n  {}", directory(name, *granted, *used));
        }
        if !self.denials.is_empty() {
            text.push_str("\nexplain: it asked in vain for");
            for denial in &self.denials {
                let _ = write!(text, "\n  {}", what(&denial.to_string()));
            }
        }
        self.visible(&mut text);
        let _ = write!(text, "\nexplain: for what it did, this suffices\n  {}", self.command.join(" "));
        if !self.unused.is_empty() {
            let names: Vec<_> = self.unused.iter().map(|given| given.name()).collect();
            let _ = write!(text, "\nexplain: it did not use {}\n  --deny {}", names.join(", "), names.join(","));
        }
        text
    }

    /// Most programs look for the directory of a path among the granted ones themselves. Of a path that is in none of
    /// them, nobody else is told.
    fn visible(&self, text: &mut String) {
        let names: Vec<_> = self.directories.iter().map(|(name, ..)| format!("\"{name}\"")).collect();
        let _ = match names.is_empty() {
            true => write!(text, "\nexplain: no file was visible, for lack of a --dir"),
            false => write!(text, "\nexplain: no other files were visible than those in {}", names.join(", ")),
        };
        for (argument, directory) in &self.unseen {
            let option = option("--dir", directory);
            let _ = write!(text, "\n  the argument \"{argument}\" is a file here, which {option} would show");
        }
    }

    /// For a program.
    pub fn json(&self) -> String {
        let list = |items: Vec<String>| format!("[{}]", items.join(","));
        let given = |given: &[Given]| list(given.iter().map(|given| quoted(given.name())).collect());
        let mode = |access: Access| if access == Access::ReadOnly { "\"read\"" } else { "\"change\"" };
        let directories = self.directories.iter().map(|(name, granted, used)| {
            let (granted, used) = (mode(*granted), used.map_or("null", mode));
            format!("{{\"name\":{},\"granted\":{granted},\"used\":{used}}}", quoted(name))
        });
        let denials = self.denials.iter().map(|denial| format!("{{{}}}", denial_fields(denial)));
        let unseen = self.unseen.iter().map(|(argument, directory)| {
            format!("{{\"argument\":{},\"grant\":{}}}", quoted(argument), quoted(&option("--dir", directory)))
        });
        format!(
            "{{\"event\":\"summary\",\"used\":{},\"unused\":{},\"directories\":{},\"denied\":{},\"unseen\":{},\"suffices\":{}}}",
            given(&self.used),
            given(&self.unused),
            list(directories.collect()),
            list(denials.collect()),
            list(unseen.collect()),
            quoted(&self.command.join(" ")),
        )
    }
}

/// What was done in the directory with this name.
fn access(uses: &[&Use], name: &str) -> Option<Access> {
    let found = uses.iter().filter_map(|used| match used {
        Use::Directory { name: other, changed } if other == name => Some(*changed),
        _ => None,
    });
    let changed = found.max()?;
    Some(if changed { Access::ReadWrite } else { Access::ReadOnly })
}

fn directory(name: &str, granted: Access, used: Option<Access>) -> String {
    match (granted, used) {
        (_, None) => format!("nothing in \"{name}\""),
        (Access::ReadWrite, Some(Access::ReadOnly)) => format!("\"{name}\", which it read and could have changed"),
        (_, Some(Access::ReadOnly)) => format!("\"{name}\", which it read"),
        (_, Some(Access::ReadWrite)) => format!("\"{name}\", which it changed"),
    }
}

/// The directory of an argument that names a file here, if no granted directory has that for the program.
fn unseen(context: &WasiCtx, argument: &str) -> Option<Directory> {
    let path = Path::new(argument);
    let covers = |name: &str| path.starts_with(name) || (path.is_relative() && matches!(name, "." | "./" | ""));
    if !path.exists() || context.preopens.iter().any(|preopen| covers(&preopen.name)) {
        return None;
    }
    let parent = if path.is_dir() { Some(path) } else { path.parent() };
    let host =
        parent.filter(|parent| !parent.as_os_str().is_empty()).map_or(".", |parent| parent.to_str().unwrap_or("."));
    Some(Directory { host: host.into(), guest: host.into(), access: Access::ReadOnly })
}

/// The command line with the least privileges for what was used and what was asked for in vain.
fn command_line(uses: &[&Use], denials: &[Denial], command: &Run, settings: &Settings) -> Vec<String> {
    let grants = &command.grants;
    let mut words = vec!["falkirk run".to_owned()];
    limits(settings, &mut words);
    words.extend(directories(uses, denials, grants));
    if uses.contains(&&Use::Given(Given::Env)) {
        words.extend(grants.inherit_env.then(|| "--inherit-env".to_owned()));
        words.extend(grants.env.iter().map(|(name, value)| option("--env", format!("{name}={value}"))));
    }
    words.extend(grants.argv0.iter().map(|name| option("--argv0", name)));
    words.extend(grants.stdin.iter().map(|stream| option("--stdin", stream)));
    words.extend(grants.stdout.iter().map(|stream| option("--stdout", stream)));
    words.extend(grants.stderr.iter().map(|stream| option("--stderr", stream)));
    if uses.contains(&&Use::Listener) {
        words.extend(grants.listen.iter().map(|address| option("--listen", address)));
    }
    words.extend(uses.iter().filter_map(|used| network(used)));
    words.extend(grants.clock.iter().map(|clock| option("--clock", &clock.text)));
    words.extend(grants.random.iter().map(|seed| format!("--random seed:{seed}")));
    let still = grants.deny.iter().filter(|denied| !denials.contains(&Denial::Withheld(denied.given)));
    words.extend(still.map(|denied| option("--deny", denied)));
    words.extend(denials.iter().filter_map(Denial::grant).map(|grant| grant_word(&grant)));
    words.extend(command.plug.iter().map(|plug| option("--plug", plug.display())));
    words.extend(command.invoke.iter().map(|invoke| option("--invoke", invoke)));
    words.push(word(&command.file.display().to_string()));
    words.extend(command.arguments.iter().map(|argument| word(argument)));
    words
}

fn limits(settings: &Settings, words: &mut Vec<String>) {
    let limits = &settings.limits;
    words.extend(limits.fuel.map(|fuel| format!("--fuel {fuel}")));
    words.extend(limits.timeout.map(|timeout| format!("--timeout {}ms", timeout.as_millis())));
    words.extend(limits.max_memory.map(|bytes| format!("--max-memory {bytes}")));
}

/// The directories that were used, for no more than was done in them or denied.
fn directories(uses: &[&Use], denials: &[Denial], grants: &Grants) -> Vec<String> {
    let needed = grants.dir.iter().filter_map(|granted| {
        let denied =
            denials.iter().any(|it| matches!(it, Denial::ReadOnly { directory, .. } if *directory == granted.guest));
        let access = if denied { Access::ReadWrite } else { access(uses, &granted.guest)? };
        Some(option("--dir", Directory { access, ..granted.clone() }))
    });
    needed.collect()
}

/// What grants a use of the network.
fn network(used: &Use) -> Option<String> {
    Some(match used {
        Use::TcpConnect(address) => format!("--tcp-connect {address}"),
        Use::TcpListen(address) => format!("--tcp-listen {address}"),
        Use::Udp(address) => format!("--udp={address}"),
        Use::NameLookup(name) => format!("--allow-ip-name-lookup={}", word(name)),
        _ => return None,
    })
}

/// An option and its value.
fn option(name: &str, value: impl ToString) -> String {
    format!("{name} {}", word(&value.to_string()))
}

/// `--option value` or `--option=value`, with the value as a shell wants it.
fn grant_word(grant: &str) -> String {
    match grant.split_once(' ') {
        Some((name, value)) => option(name, value),
        None => word(grant),
    }
}

/// A word as a shell wants it.
fn word(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./:=,@%+".contains(char);
    if !text.is_empty() && text.chars().all(plain) { text.into() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_quoted_where_a_shell_would_not_take_them_as_they_are() {
        for (text, expected) in
            [("a/b::/c:ro", "a/b::/c:ro"), ("", "''"), ("two words", "'two words'"), ("it's", "'it'\\''s'")]
        {
            assert_eq!(super::word(text), expected);
        }
        assert_eq!(super::grant_word("--dir HOST::/a b"), "--dir 'HOST::/a b'");
        assert_eq!(super::grant_word("--udp=[::1]:5"), "'--udp=[::1]:5'");
    }
}
