//! `fd_readdir`: a directory's entries, as many as fit into a buffer.
//!
//! A cookie is the number of the entry that comes next. The directory is listed when the guest begins at 0, and kept:
//! a guest that reads on finds each entry once, whatever changes in between, and a large directory is not listed again
//! for every buffer.

use super::call::Call;
use super::descriptors::OpenDir;
use super::layout::{filetype, rights};
use crate::error::Result;
use crate::files::FileType;

/// How many bytes a `dirent` has before its name.
const HEAD: usize = 24;

pub(super) fn fd_readdir(call: &mut Call<'_>, fd: u32, buffer: u32, len: u32, cookie: u64, used: u32) -> Result<()> {
    call.check(buffer, len)?;
    call.check(used, 4)?;
    let open = call.context.descriptors.dir(fd, rights::FD_READDIR)?;
    if cookie == 0 || open.listing.is_none() {
        open.listing = Some(open.dir.entries()?);
    }
    let target = &mut call.memory[buffer as usize..][..len as usize];
    let filled = fill(open, target, cookie)?;
    call.write_u32(used, filled as u32)
}

/// Writes entries from a cookie on until the buffer is full, the last one in part; says how many bytes were written.
fn fill(open: &OpenDir, mut target: &mut [u8], cookie: u64) -> Result<usize> {
    let space = target.len();
    let listing = open.listing.as_deref().expect("BUG: the directory has just been listed");
    let mut number = cookie;
    while !target.is_empty() {
        // What is above a directory is nobody's business: its number is 0.
        let (name, inode, file_type) = match number {
            0 => (b".".as_slice(), open.dir.stat_self()?.inode, FileType::Directory),
            1 => (b"..".as_slice(), 0, FileType::Directory),
            _ => match usize::try_from(number - 2).ok().and_then(|at| listing.get(at)) {
                Some(entry) => (&*entry.name, entry.inode, entry.file_type),
                None => break,
            },
        };
        number += 1;
        let mut head = [0; HEAD];
        head[0..8].copy_from_slice(&number.to_le_bytes());
        head[8..16].copy_from_slice(&inode.to_le_bytes());
        head[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
        head[20] = filetype(file_type);
        target = put(put(target, &head), name);
    }
    Ok(space - target.len())
}

/// Writes as much as fits, and gives what is left of the buffer.
fn put<'a>(target: &'a mut [u8], bytes: &[u8]) -> &'a mut [u8] {
    let (part, rest) = target.split_at_mut(bytes.len().min(target.len()));
    part.copy_from_slice(&bytes[..part.len()]);
    rest
}
