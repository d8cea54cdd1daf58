//! Operations and what they give: the same on the host and in memory.

use std::io::{IoSlice, IoSliceMut, SeekFrom};
use std::sync::Arc;

use super::{Access, Dir, File, FileType, MemoryFs, NewTime, OpenOptions, Opened};
use crate::error::{ErrorCode, Result};
use crate::streams::Wait;

const READ: OpenOptions = OpenOptions {
    read: true,
    write: false,
    append: false,
    create: false,
    exclusive: false,
    truncate: false,
    directory: false,
    follow: true,
    nonblock: false,
    data_sync: false,
    sync: false,
};
const WRITE: OpenOptions = OpenOptions { write: true, ..READ };
const CREATE: OpenOptions = OpenOptions { create: true, ..WRITE };
const EXCLUSIVE: OpenOptions = OpenOptions { exclusive: true, ..CREATE };

/// Runs a test with an empty directory of the host, then with one in memory.
fn on_both(test: impl Fn(&Dir)) {
    let host = tempfile::tempdir().expect("a temporary directory");
    test(&Dir::open_host(host.path(), "/", Access::ReadWrite).expect("it is there"));
    test(&MemoryFs::new().root("/", Access::ReadWrite));
}

fn open(dir: &Dir, path: &str, options: OpenOptions) -> Result<Arc<File>> {
    match dir.open(path.as_bytes(), options)? {
        Opened::File(file) => Ok(file),
        Opened::Dir(_) => Err(ErrorCode::Isdir),
    }
}

fn put(dir: &Dir, path: &str, bytes: &str) {
    let file = open(dir, path, CREATE).expect("it can be made");
    assert_eq!(file.write(&[IoSlice::new(bytes.as_bytes())], Wait::Yes), Ok(bytes.len()));
}

fn get(dir: &Dir, path: &str) -> Result<String> {
    let file = open(dir, path, READ)?;
    let mut bytes = [0; 100];
    let count = file.read(&mut [IoSliceMut::new(&mut bytes)], Wait::Yes)?;
    Ok(String::from_utf8_lossy(&bytes[..count]).into_owned())
}

/// `d/inner`, `full/file`, `f`, and links: `to-f`, `to-d`, `dangling`, `loop`, `up` (which leads out).
fn populate(dir: &Dir) {
    dir.create_dir(b"d").expect("it can be made");
    dir.create_dir(b"d/inner").expect("it can be made");
    dir.create_dir(b"full").expect("it can be made");
    put(dir, "full/file", "in full");
    put(dir, "f", "hello");
    let links =
        [("f", "to-f"), ("d", "to-d"), ("nowhere", "dangling"), ("loop", "loop"), ("..", "up"), ("d/../../x", "up2")];
    for (target, path) in links {
        dir.symlink(target.as_bytes(), path.as_bytes()).expect("it can be made");
    }
}

type Operation = fn(&Dir) -> Result<()>;

#[test]
fn operations_fail_alike() {
    use ErrorCode::*;
    let cases: &[(&str, Operation, Result<()>)] = &[
        ("open file", |d| open(d, "f", READ).map(drop), Ok(())),
        ("open nothing", |d| open(d, "x", READ).map(drop), Err(Noent)),
        ("open empty", |d| open(d, "", READ).map(drop), Err(Noent)),
        ("open with NUL", |d| open(d, "f\0", READ).map(drop), Err(Inval)),
        ("open absolute", |d| open(d, "/f", READ).map(drop), Err(Escape)),
        ("open ..", |d| d.open(b"..", READ).map(drop), Err(Escape)),
        ("open d/../..", |d| d.open(b"d/../..", READ).map(drop), Err(Escape)),
        ("open through nothing", |d| open(d, "x/../f", READ).map(drop), Err(Noent)),
        ("open through file", |d| open(d, "f/x", READ).map(drop), Err(Notdir)),
        ("open file/", |d| open(d, "f/", READ).map(drop), Err(Notdir)),
        ("open file/.", |d| open(d, "f/.", READ).map(drop), Err(Notdir)),
        ("open d/../f", |d| open(d, "d/../f", READ).map(drop), Ok(())),
        ("open link", |d| open(d, "to-f", READ).map(drop), Ok(())),
        ("open link itself", |d| open(d, "to-f", OpenOptions { follow: false, ..READ }).map(drop), Err(Loop)),
        ("open dangling", |d| open(d, "dangling", READ).map(drop), Err(Noent)),
        ("open loop", |d| open(d, "loop", READ).map(drop), Err(Loop)),
        ("open link out", |d| open(d, "up/x", READ).map(drop), Err(Escape)),
        ("open link out later", |d| open(d, "up2", READ).map(drop), Err(Escape)),
        ("create existing", |d| open(d, "f", CREATE).map(drop), Ok(())),
        ("create existing only new", |d| open(d, "f", EXCLUSIVE).map(drop), Err(Exist)),
        ("create at link only new", |d| open(d, "dangling", EXCLUSIVE).map(drop), Err(Exist)),
        ("create in nothing", |d| open(d, "x/y", CREATE).map(drop), Err(Noent)),
        ("create with slash", |d| open(d, "x/", CREATE).map(drop), Err(Isdir)),
        ("create long", |d| open(d, &"x".repeat(256), CREATE).map(drop), Err(Nametoolong)),
        ("create long path", |d| open(d, &"d/../".repeat(1000), CREATE).map(drop), Err(Nametoolong)),
        ("open directory", |d| d.open(b"d", READ).map(drop), Ok(())),
        ("write directory", |d| d.open(b"d", WRITE).map(drop), Err(Isdir)),
        ("file as directory", |d| d.open(b"f", OpenOptions { directory: true, ..READ }).map(drop), Err(Notdir)),
        ("mkdir", |d| d.create_dir(b"new"), Ok(())),
        ("mkdir/", |d| d.create_dir(b"new/"), Ok(())),
        ("mkdir existing", |d| d.create_dir(b"d"), Err(Exist)),
        ("mkdir at file", |d| d.create_dir(b"f"), Err(Exist)),
        ("mkdir in nothing", |d| d.create_dir(b"x/y"), Err(Noent)),
        ("rmdir", |d| d.remove_dir(b"d/inner"), Ok(())),
        ("rmdir/", |d| d.remove_dir(b"d/inner/"), Ok(())),
        ("rmdir full", |d| d.remove_dir(b"full"), Err(Notempty)),
        ("rmdir file", |d| d.remove_dir(b"f"), Err(Notdir)),
        ("rmdir link", |d| d.remove_dir(b"to-d"), Err(Notdir)),
        ("rmdir nothing", |d| d.remove_dir(b"x"), Err(Noent)),
        ("unlink", |d| d.unlink(b"f"), Ok(())),
        ("unlink link", |d| d.unlink(b"to-d"), Ok(())),
        ("unlink file/", |d| d.unlink(b"f/"), Err(Notdir)),
        ("unlink directory", |d| d.unlink(b"d"), Err(Isdir)),
        ("unlink nothing", |d| d.unlink(b"x"), Err(Noent)),
        ("unlink outside", |d| d.unlink(b"../x"), Err(Escape)),
        ("rename", |d| d.rename(b"f", d, b"d/g"), Ok(())),
        ("rename over file", |d| d.rename(b"f", d, b"full/file"), Ok(())),
        ("rename onto itself", |d| d.rename(b"f", d, b"f"), Ok(())),
        ("rename directory over empty", |d| d.rename(b"full", d, b"d/inner"), Ok(())),
        ("rename directory over full", |d| d.rename(b"d", d, b"full"), Err(Notempty)),
        ("rename directory over file", |d| d.rename(b"d", d, b"f"), Err(Notdir)),
        ("rename file over directory", |d| d.rename(b"f", d, b"d"), Err(Isdir)),
        ("rename into itself", |d| d.rename(b"d", d, b"d/inner/d"), Err(Inval)),
        ("rename nothing", |d| d.rename(b"x", d, b"y"), Err(Noent)),
        ("rename out", |d| d.rename(b"f", d, b"../f"), Err(Escape)),
        ("link", |d| d.link(b"f", d, b"d/g"), Ok(())),
        ("link over", |d| d.link(b"f", d, b"full/file"), Err(Exist)),
        ("link directory", |d| d.link(b"d", d, b"e"), Err(Perm)),
        ("link nothing", |d| d.link(b"x", d, b"y"), Err(Noent)),
        ("symlink existing", |d| d.symlink(b"f", b"d"), Err(Exist)),
        ("symlink absolute", |d| d.symlink(b"/etc/passwd", b"x"), Err(Escape)),
        ("symlink in nothing", |d| d.symlink(b"f", b"x/y"), Err(Noent)),
        ("symlink with slash", |d| d.symlink(b"f", b"x/"), Err(Noent)),
        ("readlink of file", |d| d.read_link(b"f").map(drop), Err(Inval)),
        ("readlink of nothing", |d| d.read_link(b"x").map(drop), Err(Noent)),
        ("stat through link", |d| d.stat(b"dangling", true).map(drop), Err(Noent)),
        ("stat of link", |d| d.stat(b"dangling", false).map(drop), Ok(())),
        ("stat outside", |d| d.stat(b"..", true).map(drop), Err(Escape)),
    ];
    for (name, operation, expected) in cases {
        on_both(|dir| {
            populate(dir);
            assert_eq!(operation(dir), *expected, "{name} {dir:?}");
        });
    }
}

#[test]
fn files_are_read_written_and_moved_about_in() {
    on_both(|dir| {
        let file = open(dir, "f", CREATE).expect("it can be made");
        assert_eq!(file.write(&[IoSlice::new(b"hello "), IoSlice::new(b"world")], Wait::Yes), Ok(11));
        assert_eq!(file.write_at(&[IoSlice::new(b"W")], 6), Ok(1));
        assert_eq!(file.seek(SeekFrom::Current(-5)), Ok(6));
        let (mut one, mut two) = ([0; 2], [0; 10]);
        assert_eq!(file.read(&mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)], Wait::No), Ok(5));
        assert_eq!((&one, &two[..3]), (b"Wo", b"rld".as_slice()));
        assert_eq!(file.seek(SeekFrom::End(-100)), Err(ErrorCode::Inval));
        assert_eq!(file.seek(SeekFrom::Start(1)), Ok(1));
        file.set_append(true).expect("it can be");
        assert_eq!(file.write(&[IoSlice::new(b"!")], Wait::Yes), Ok(1));
        assert_eq!(file.write_at(&[IoSlice::new(b"H")], 0), Ok(1));
        assert_eq!(get(dir, "f").as_deref(), Ok("Hello World!"));
        file.set_size(5).expect("it can be");
        assert_eq!(file.append(&[IoSlice::new(b"?")]), Ok(1));
        assert_eq!(get(dir, "f").as_deref(), Ok("Hello?"));
        file.allocate(0, 100).expect("there is room");
        assert_eq!(file.stat().expect("it is open").size, 100);
    });
}

#[test]
fn times_types_and_names_are_kept() {
    on_both(|dir| {
        populate(dir);
        dir.set_times(b"f", true, NewTime::At(1_500_000_000), NewTime::At(2_000_000_007)).expect("it is there");
        dir.link(b"f", dir, b"\xff\xfe").expect("names are bytes");
        let stat = dir.stat(b"\xff\xfe", true).expect("it is there");
        assert_eq!((stat.accessed, stat.modified, stat.links), (1_500_000_000, 2_000_000_007, 2));
        assert_eq!((stat.file_type, stat.size), (FileType::RegularFile, 5));
        let mut entries: Vec<_> =
            dir.entries().expect("it is open").into_iter().map(|e| (e.name, e.file_type)).collect();
        entries.sort_by(|one, two| one.0.cmp(&two.0));
        assert_eq!(entries[0], (b"d".to_vec(), FileType::Directory));
        assert_eq!(entries[1], (b"dangling".to_vec(), FileType::SymbolicLink));
        assert_eq!(entries.last(), Some(&(b"\xff\xfe".to_vec(), FileType::RegularFile)));
        assert_eq!(entries.len(), 10);
    });
}

#[test]
fn what_was_granted_for_reading_does_not_change() {
    let host = tempfile::tempdir().expect("a temporary directory");
    let files = MemoryFs::new();
    populate(&Dir::open_host(host.path(), "/", Access::ReadWrite).expect("it is there"));
    populate(&files.root("/", Access::ReadWrite));
    let dirs =
        [Dir::open_host(host.path(), "/", Access::ReadOnly).expect("it is there"), files.root("/", Access::ReadOnly)];
    let changes: &[Operation] = &[
        |d| open(d, "f", WRITE).map(drop),
        |d| open(d, "f", OpenOptions { truncate: true, ..READ }).map(drop),
        |d| open(d, "f", OpenOptions { append: true, ..READ }).map(drop),
        |d| open(d, "new", OpenOptions { create: true, ..READ }).map(drop),
        |d| open(d, "f", READ)?.set_times(NewTime::Now, NewTime::Now),
        |d| open(d, "f", READ)?.set_size(0),
        |d| open(d, "f", READ)?.allocate(0, 1),
        |d| d.set_times(b"f", true, NewTime::Now, NewTime::Now),
        |d| d.set_times_self(NewTime::Now, NewTime::Now),
        |d| d.create_dir(b"new"),
        |d| d.remove_dir(b"d/inner"),
        |d| d.unlink(b"f"),
        |d| d.rename(b"f", d, b"g"),
        |d| d.link(b"f", d, b"g"),
        |d| d.symlink(b"f", b"g"),
        |d| match d.open(b"d", READ)? {
            Opened::Dir(inner) => inner.create_dir(b"new"),
            Opened::File(_) => Ok(()),
        },
    ];
    for dir in &dirs {
        for (number, change) in changes.iter().enumerate() {
            assert_eq!(change(dir), Err(ErrorCode::ReadOnlyGrant), "change {number} in {dir:?}");
        }
        assert_eq!(get(dir, "f").as_deref(), Ok("hello"));
    }
}
