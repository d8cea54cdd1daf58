//! Guests of both previews that do the same with paths, so that one table of cases is for both. Errors have the names of
//! preview 2.

use falkirk_component::{Component, Handle, Val};
use falkirk_runtime::Engine;
use falkirk_wasi::preview1::{oflags, rights};
use falkirk_wasi::{ErrorCode, WasiCtx};

use super::script::Script;
use super::{Guest, forwarder};

/// The number of a granted directory, and a path from there on.
pub type At<'a> = (usize, &'a [u8]);

/// What was learned: the bytes of a file, the names in a directory, what is known of something. Or an error's name.
pub type Outcome = Result<Vec<u8>, String>;

/// How something is opened: names of preview 2's `open-flags`.
pub type Open<'a> = &'a [&'a str];

/// What a guest does with paths. Whatever it opens, it closes again.
pub trait Paths {
    /// Opens, and looks at what is there.
    fn open(&mut self, at: At<'_>, follow: bool, how: Open<'_>) -> Outcome;
    /// The kind, the size and the time of the last change.
    fn stat(&mut self, at: At<'_>, follow: bool) -> Outcome;
    /// Preview 2's `metadata-hash-at`; preview 1 has none, and does [`Paths::stat`].
    fn hash(&mut self, at: At<'_>, follow: bool) -> Outcome;
    /// Sets both times, to a second after 1970.
    fn set_times(&mut self, at: At<'_>, follow: bool) -> Outcome;
    /// Makes a directory.
    fn create_directory(&mut self, at: At<'_>) -> Outcome;
    /// Removes a directory.
    fn remove_directory(&mut self, at: At<'_>) -> Outcome;
    /// Removes a name.
    fn unlink(&mut self, at: At<'_>) -> Outcome;
    /// Renames.
    fn rename(&mut self, from: At<'_>, to: At<'_>) -> Outcome;
    /// Gives a further name.
    fn link(&mut self, from: At<'_>, to: At<'_>) -> Outcome;
    /// Makes a symbolic link.
    fn symlink(&mut self, target: &[u8], at: At<'_>) -> Outcome;
    /// Where a symbolic link leads.
    fn read_link(&mut self, at: At<'_>) -> Outcome;
    /// The names in a directory, each with a newline. What preview 2 cannot say of a name is `?`.
    fn list(&mut self, at: At<'_>) -> Outcome;
    /// Opens a directory, which becomes the next number.
    fn adopt(&mut self, at: At<'_>);
}

/// Both previews.
pub const PREVIEWS: [&str; 2] = ["preview 1", "preview 2"];

/// What makes guests of a preview.
pub struct Guests {
    engine: Engine,
    component: Option<Component>,
}

impl Guests {
    /// For a preview.
    pub fn of(preview: &str, engine: &Engine) -> Guests {
        let component = (preview == PREVIEWS[1])
            .then(|| Component::new(engine, forwarder::component(12, |_| true)).expect("it is valid"));
        Guests { engine: engine.clone(), component }
    }

    /// A guest, with what it is given. Its directories have numbers from 0 on.
    pub fn guest(&self, context: WasiCtx) -> Box<dyn Paths> {
        let count = context.preopens.len();
        match &self.component {
            None => Box::new(One { guest: Guest::new(&self.engine, context), dirs: (3..3 + count as u32).collect() }),
            Some(component) => {
                let mut script = Script::new(&self.engine, component, context);
                let found = script.call("preopens-get-directories", &[]).expect("no trap").expect("a list");
                let mut dirs = Vec::new();
                handles(&found, &mut dirs);
                Box::new(Two { script, dirs })
            }
        }
    }
}

/// A guest of preview 1.
struct One {
    guest: Guest,
    dirs: Vec<u32>,
}

impl One {
    /// A directory's descriptor, and a path's address and length.
    fn path(&mut self, (dir, path): At<'_>) -> [u64; 3] {
        [self.dirs[dir].into(), self.guest.put(path).into(), path.len() as u64]
    }

    fn call(&mut self, name: &str, arguments: &[u64]) -> Outcome {
        match self.guest.call(name, arguments) {
            "success" => Ok(Vec::new()),
            errno => {
                let code = ErrorCode::ALL.iter().find(|code| code.name() == errno).expect("an errno");
                Err(code.preview2().to_owned())
            }
        }
    }

    fn descriptor(&mut self, at: At<'_>, follow: bool, how: Open<'_>) -> Result<u32, String> {
        let [dir, path, len] = self.path(at);
        let opened = self.guest.allocate(4);
        let flags = how.iter().map(|flag| match *flag {
            "create" => oflags::CREAT,
            "directory" => oflags::DIRECTORY,
            "exclusive" => oflags::EXCL,
            "truncate" => oflags::TRUNC,
            _ => 0,
        });
        let flags = flags.fold(0, |all, flag| all | flag);
        let write = if how.contains(&"write") { rights::FD_WRITE } else { 0 };
        let base = rights::FD_READ | rights::FD_READDIR | write;
        let arguments = [dir, follow.into(), path, len, flags.into(), base, rights::ALL, 0, opened.into()];
        self.call("path_open", &arguments).map(|_| self.guest.number(opened, 4) as u32)
    }

    /// The names in a directory, with one entry after the other.
    fn names(&mut self, fd: u32) -> Outcome {
        let (len, used) = (4096, self.guest.allocate(4));
        let buffer = self.guest.allocate(len);
        let (mut names, mut cookie) = (Vec::new(), 0);
        loop {
            self.call("fd_readdir", &[fd.into(), buffer.into(), len.into(), cookie, used.into()])?;
            let used = self.guest.number(used, 4) as u32;
            let entries = self.guest.get(buffer, used);
            let mut rest = &*entries;
            while let Some((head, after)) = rest.split_at_checked(24) {
                let size = u32::from_le_bytes(head[16..20].try_into().expect("four bytes")) as usize;
                let Some((name, next)) = after.split_at_checked(size) else { break };
                if !matches!(name, b"." | b"..") {
                    names.extend(name.iter().chain(b"\n"));
                }
                cookie = u64::from_le_bytes(head[..8].try_into().expect("eight bytes"));
                rest = next;
            }
            if used < len {
                return Ok(names);
            }
        }
    }
}

impl Paths for One {
    fn open(&mut self, at: At<'_>, follow: bool, how: Open<'_>) -> Outcome {
        self.guest.free_all();
        let fd = self.descriptor(at, follow, how)?;
        let found = match self.guest.read(fd, 64) {
            Ok(bytes) => Ok(bytes),
            Err(_) => self.names(fd),
        };
        assert_eq!(self.guest.call("fd_close", &[fd.into()]), "success");
        found
    }

    fn stat(&mut self, at: At<'_>, follow: bool) -> Outcome {
        self.guest.free_all();
        let [dir, path, len] = self.path(at);
        let stat = self.guest.allocate(64);
        self.call("path_filestat_get", &[dir, follow.into(), path, len, stat.into()])?;
        let kind = ["?", "?", "?", "directory", "file", "?", "?", "link"][self.guest.number(stat + 16, 1) as usize];
        let (size, modified) = (self.guest.number(stat + 32, 8), self.guest.number(stat + 48, 8));
        Ok(format!("{kind} {size} {modified}").into())
    }

    fn hash(&mut self, at: At<'_>, follow: bool) -> Outcome {
        self.stat(at, follow)
    }

    fn set_times(&mut self, at: At<'_>, follow: bool) -> Outcome {
        self.guest.free_all();
        let [dir, path, len] = self.path(at);
        let second = 1_000_000_000;
        self.call("path_filestat_set_times", &[dir, follow.into(), path, len, second, second, 5])
    }

    fn create_directory(&mut self, at: At<'_>) -> Outcome {
        self.guest.free_all();
        let path = self.path(at);
        self.call("path_create_directory", &path)
    }

    fn remove_directory(&mut self, at: At<'_>) -> Outcome {
        self.guest.free_all();
        let path = self.path(at);
        self.call("path_remove_directory", &path)
    }

    fn unlink(&mut self, at: At<'_>) -> Outcome {
        self.guest.free_all();
        let path = self.path(at);
        self.call("path_unlink_file", &path)
    }

    fn rename(&mut self, from: At<'_>, to: At<'_>) -> Outcome {
        self.guest.free_all();
        let (from, to) = (self.path(from), self.path(to));
        self.call("path_rename", &[from, to].concat())
    }

    fn link(&mut self, from: At<'_>, to: At<'_>) -> Outcome {
        self.guest.free_all();
        let ([dir, path, len], [to_dir, to, to_len]) = (self.path(from), self.path(to));
        self.call("path_link", &[dir, 0, path, len, to_dir, to, to_len])
    }

    fn symlink(&mut self, target: &[u8], at: At<'_>) -> Outcome {
        self.guest.free_all();
        let (text, [dir, path, len]) = (self.guest.put(target), self.path(at));
        self.call("path_symlink", &[text.into(), target.len() as u64, dir, path, len])
    }

    fn read_link(&mut self, at: At<'_>) -> Outcome {
        self.guest.free_all();
        let [dir, path, len] = self.path(at);
        let (buffer, used) = (self.guest.allocate(4096), self.guest.allocate(4));
        self.call("path_readlink", &[dir, path, len, buffer.into(), 4096, used.into()])?;
        Ok(self.guest.get(buffer, self.guest.number(used, 4) as u32))
    }

    fn list(&mut self, at: At<'_>) -> Outcome {
        self.guest.free_all();
        let fd = self.descriptor(at, true, &["directory"])?;
        let names = self.names(fd);
        assert_eq!(self.guest.call("fd_close", &[fd.into()]), "success");
        names
    }

    fn adopt(&mut self, at: At<'_>) {
        self.guest.free_all();
        let fd = self.descriptor(at, true, &["directory"]).expect("it can be opened");
        self.dirs.push(fd);
    }
}

/// A guest of preview 2.
struct Two {
    script: Script,
    dirs: Vec<Handle>,
}

impl Two {
    /// Calls a function of `wasi:filesystem/types`, with the directory's handle as its first argument.
    fn call(&mut self, name: &str, dir: Handle, arguments: &[&str]) -> Result<Option<Val>, String> {
        self.script.name("this", dir);
        let arguments: Vec<String> =
            std::iter::once("$this").chain(arguments.iter().copied()).map(str::to_owned).collect();
        match self.script.call(&format!("types-{name}"), &arguments) {
            Ok(Some(Val::Result(Ok(value)))) => Ok(value.map(|value| *value)),
            Ok(Some(Val::Result(Err(Some(code))))) => Err(code.to_string()),
            Ok(found) => Ok(found),
            Err(trap) => panic!("{name}: {trap}"),
        }
    }

    /// Calls a function with a path.
    fn at(&mut self, name: &str, (dir, path): At<'_>, before: &[&str], after: &[&str]) -> Result<Option<Val>, String> {
        let path = text(path);
        let arguments = [before, &[&path], after].concat();
        self.call(name, self.dirs[dir], &arguments)
    }

    fn descriptor(&mut self, at: At<'_>, follow: bool, how: Open<'_>) -> Result<Handle, String> {
        let flags: Vec<&str> = how.iter().copied().filter(|flag| *flag != "write").collect();
        let flags = format!("{{{}}}", flags.join(", "));
        let rights = if how.contains(&"write") { "{read, write}" } else { "{read}" };
        match self.at("descriptor-open-at", at, &[follows(follow)], &[&flags, rights])? {
            Some(Val::Handle(handle)) => Ok(handle),
            other => panic!("{other:?} is no handle"),
        }
    }

    fn names(&mut self, dir: Handle) -> Outcome {
        let Some(Val::Handle(entries)) = self.call("descriptor-read-directory", dir, &[])? else {
            panic!("it gives a handle")
        };
        let mut names = Vec::new();
        loop {
            match self.call("directory-entry-stream-read-directory-entry", entries, &[]) {
                Ok(Some(Val::Option(None))) => break,
                Ok(Some(Val::Option(Some(entry)))) => {
                    let Val::Record(fields) = *entry else { panic!("an entry is a record") };
                    let [_, (_, Val::String(name))] = &fields[..] else { panic!("its second field is a name") };
                    names.extend(name.bytes().chain(*b"\n"));
                }
                Err(code) if code == "illegal-byte-sequence" => names.extend(b"?\n"),
                other => panic!("{other:?} is no entry"),
            }
        }
        self.drop_handle("directory-entry-stream", entries);
        Ok(names)
    }

    fn drop_handle(&mut self, kind: &str, handle: Handle) {
        self.script.name("this", handle);
        self.script.call(&format!("drop-{kind}"), &["$this".to_owned()]).expect("it can be dropped");
    }
}

impl Paths for Two {
    fn open(&mut self, at: At<'_>, follow: bool, how: Open<'_>) -> Outcome {
        let opened = self.descriptor(at, follow, how)?;
        let found = match self.call("descriptor-read", opened, &["64", "0"]) {
            Ok(Some(Val::Tuple(found))) => Ok(bytes(&found[0])),
            _ => self.names(opened),
        };
        self.drop_handle("descriptor", opened);
        found
    }

    fn stat(&mut self, at: At<'_>, follow: bool) -> Outcome {
        let Some(Val::Record(fields)) = self.at("descriptor-stat-at", at, &[follows(follow)], &[])? else {
            panic!("it gives a record")
        };
        let field = |number: usize| fields[number].1.to_string();
        let kind = match &*field(0) {
            "directory" => "directory",
            "regular-file" => "file",
            "symbolic-link" => "link",
            _ => "?",
        };
        let modified: Vec<u64> =
            field(4).split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
        Ok(format!("{kind} {} {}", field(2), modified[0] * 1_000_000_000 + modified[1]).into())
    }

    fn hash(&mut self, at: At<'_>, follow: bool) -> Outcome {
        Ok(self.at("descriptor-metadata-hash-at", at, &[follows(follow)], &[])?.expect("a result").to_string().into())
    }

    fn set_times(&mut self, at: At<'_>, follow: bool) -> Outcome {
        let time = "timestamp({seconds: 1, nanoseconds: 0})";
        self.at("descriptor-set-times-at", at, &[follows(follow)], &[time, time]).map(|_| Vec::new())
    }

    fn create_directory(&mut self, at: At<'_>) -> Outcome {
        self.at("descriptor-create-directory-at", at, &[], &[]).map(|_| Vec::new())
    }

    fn remove_directory(&mut self, at: At<'_>) -> Outcome {
        self.at("descriptor-remove-directory-at", at, &[], &[]).map(|_| Vec::new())
    }

    fn unlink(&mut self, at: At<'_>) -> Outcome {
        self.at("descriptor-unlink-file-at", at, &[], &[]).map(|_| Vec::new())
    }

    fn rename(&mut self, from: At<'_>, to: At<'_>) -> Outcome {
        self.script.name("to", self.dirs[to.0]);
        self.at("descriptor-rename-at", from, &[], &["$to", &text(to.1)]).map(|_| Vec::new())
    }

    fn link(&mut self, from: At<'_>, to: At<'_>) -> Outcome {
        self.script.name("to", self.dirs[to.0]);
        self.at("descriptor-link-at", from, &["{}"], &["$to", &text(to.1)]).map(|_| Vec::new())
    }

    fn symlink(&mut self, target: &[u8], at: At<'_>) -> Outcome {
        self.at("descriptor-symlink-at", at, &[&text(target)], &[]).map(|_| Vec::new())
    }

    fn read_link(&mut self, at: At<'_>) -> Outcome {
        match self.at("descriptor-readlink-at", at, &[], &[])? {
            Some(Val::String(target)) => Ok(target.as_bytes().to_vec()),
            other => panic!("{other:?} is no target"),
        }
    }

    fn list(&mut self, at: At<'_>) -> Outcome {
        let dir = self.descriptor(at, true, &["directory"])?;
        let names = self.names(dir);
        self.drop_handle("descriptor", dir);
        names
    }

    fn adopt(&mut self, at: At<'_>) {
        let dir = self.descriptor(at, true, &["directory"]).expect("it can be opened");
        self.dirs.push(dir);
    }
}

fn follows(follow: bool) -> &'static str {
    if follow { "{symlink-follow}" } else { "{}" }
}

/// A path as WAVE has it, with every letter escaped: whatever it is, it does not end the text.
fn text(path: &[u8]) -> String {
    let path = std::str::from_utf8(path).expect("preview 2 has text only");
    let letters: String = path.chars().map(|letter| format!("\\u{{{:x}}}", u32::from(letter))).collect();
    format!("\"{letters}\"")
}

/// The bytes of a `list<u8>`.
fn bytes(value: &Val) -> Vec<u8> {
    let Val::List(items) = value else { panic!("{value:?} is no list") };
    items.iter().map(|item| if let Val::U8(byte) = item { *byte } else { panic!("{item:?} is no byte") }).collect()
}

/// All handles in a value.
fn handles(value: &Val, found: &mut Vec<Handle>) {
    match value {
        Val::Handle(handle) => found.push(*handle),
        Val::List(items) | Val::Tuple(items) => items.iter().for_each(|item| handles(item, found)),
        _ => {}
    }
}
