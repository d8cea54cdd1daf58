//! Tests of what only files in memory have; what they have in common with the host's is tested for both.

use super::MemoryFs;
use crate::error::ErrorCode;
use crate::files::{Access, OpenOptions, Opened};

#[test]
fn a_file_lives_while_it_is_open_and_its_room_is_given_back() {
    let files = MemoryFs::with_capacity(16 << 10);
    files.write("a", [1; 8192]).expect("there is room");
    let root = files.root("/", Access::ReadWrite);
    let Ok(Opened::File(file)) = root.open(b"a", OpenOptions { read: true, ..OpenOptions::default() }) else {
        panic!("a file")
    };
    root.unlink(b"a").expect("it is there");
    assert_eq!(file.stat().expect("it is open").size, 8192);
    assert_eq!(files.write("b", [2; 8192]), Err(ErrorCode::Nospc));
    drop(file);
    files.write("b", [2; 8192]).expect("there is room again");
}

#[test]
fn a_hole_takes_no_room() {
    let files = MemoryFs::with_capacity(64 << 10);
    files.write("sparse", "start").expect("there is room");
    let root = files.root("/", Access::ReadWrite);
    let options = OpenOptions { read: true, write: true, ..OpenOptions::default() };
    let Ok(Opened::File(file)) = root.open(b"sparse", options) else { panic!("a file") };
    file.write_at(&[std::io::IoSlice::new(b"end")], 5 << 30).expect("there is room");
    assert_eq!(file.stat().expect("it is open").size, (5 << 30) + 3);
    let mut bytes = [9; 6];
    file.read_at(&mut [std::io::IoSliceMut::new(&mut bytes)], (5 << 30) - 2).expect("it is there");
    assert_eq!(&bytes[..5], b"\0\0end");
}

#[test]
fn no_number_of_empty_files_fills_the_hosts_memory() {
    let files = MemoryFs::with_capacity(64 << 10);
    let made = (0..1000).take_while(|number| files.write(&format!("file{number}"), "").is_ok()).count();
    assert!((64..128).contains(&made), "{made} files");
}
