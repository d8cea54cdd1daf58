//! Large pages for memory that is about to be written from end to end.
//!
//! A process gets memory page by page, when it is first touched, and each page of 4 KB costs a fault. Linux can give 2 MB
//! at once where a program says that it wants that (`madvise`, where the system's setting is neither `always` nor
//! `never`). It is said only of large pages that will be written in full, so that no more memory is used than without.
//!
//! # Safety
//!
//! This module allows `unsafe`: it calls `madvise`, with advice that changes nothing of what memory holds.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Read};

/// The size of a large page, as most systems have it. With another size, there is less to gain and nothing to lose.
const LARGE: usize = 2 << 20;

/// How much room for a file is made at once.
const MOST: usize = 1 << 30;

/// Says that these bytes are about to be written, all of them.
pub fn expect_filled(start: *mut u8, len: usize) {
    let first = start.addr().next_multiple_of(LARGE);
    let end = start.addr().saturating_add(len) & !(LARGE - 1);
    if first < end {
        advise(start.with_addr(first), end - first);
    }
}

/// Reads a file whole.
///
/// # Errors
///
/// The system's.
pub fn read_file(mut file: &File) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    // What is told of a file's size need not be true, and is not needed: the vector grows.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(MOST));
    let room = bytes.spare_capacity_mut();
    expect_filled(room.as_mut_ptr().cast(), room.len());
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(target_os = "linux")]
fn advise(start: *mut u8, len: usize) {
    // SAFETY: this advice changes no byte and no access right, whoever owns the addresses; where nothing is mapped, it
    // fails. That it does is no trouble: the pages are small then.
    let _ = unsafe { rustix::mm::madvise(start.cast(), len, rustix::mm::Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *mut u8, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stay_what_they_are() {
        for len in [0, 1, 4096, LARGE - 1, LARGE, 5 * LARGE + 3] {
            let mut bytes: Vec<u8> = (0..len).map(|at| at as u8).collect();
            expect_filled(bytes.as_mut_ptr(), bytes.len());
            assert!(bytes.iter().enumerate().all(|(at, byte)| *byte == at as u8), "{len}");
        }
    }

    #[test]
    fn files_are_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for len in [0, 1, LARGE - 1, 2 * LARGE + 5] {
            let bytes: Vec<u8> = (0..len).map(|at| (at / 7) as u8).collect();
            std::fs::write(&path, &bytes).unwrap();
            assert!(read_file(&File::open(&path).unwrap()).unwrap() == bytes, "{len}");
        }
        assert!(read_file(&File::open(folder.path()).unwrap()).is_err(), "a folder");
        // Its size is told to be 0.
        #[cfg(target_os = "linux")]
        assert!(!read_file(&File::open("/proc/self/status").unwrap()).unwrap().is_empty());
    }
}
