//! Lists of buffers in a guest's memory (`iovec`, `ciovec`): an address and a length each, of 32 bits.

use std::io::{IoSlice, IoSliceMut};

use super::call::{bytes, u32_at};
use crate::error::{ErrorCode, Result};

/// How many buffers one operation uses at most, as on Linux. With more, less is read or written than was asked for,
/// which any guest must expect.
const MOST: u32 = 1024;

/// How many bytes are read at once into buffers that overlap.
const BOUNCE: usize = 64 * 1024;

/// Calls `operation` with the buffers, to be read from.
#[inline]
pub(super) fn gather<T>(
    memory: &[u8],
    address: u32,
    count: u32,
    operation: impl FnOnce(&[IoSlice<'_>]) -> Result<T>,
) -> Result<T> {
    if count == 1 {
        let vector = bytes(memory, address, 8)?;
        let buffer = bytes(memory, u32_at(vector, 0), u32_at(vector, 4))?;
        return operation(&[IoSlice::new(buffer)]);
    }
    let mut buffers = Vec::new();
    let mut total = 0_u32;
    for (start, len) in vectors(memory, address, count)? {
        let buffer = IoSlice::new(bytes(memory, start, len)?);
        // The guest learns how many bytes it were in 32 bits.
        let Some(sum) = total.checked_add(len) else { break };
        total = sum;
        buffers.push(buffer);
    }
    operation(&buffers)
}

/// Calls `operation` with the buffers, to be written to. It says how many bytes it has written.
#[inline]
pub(super) fn scatter(
    memory: &mut [u8],
    address: u32,
    count: u32,
    operation: impl FnOnce(&mut [IoSliceMut<'_>]) -> Result<usize>,
) -> Result<usize> {
    if count == 1 {
        let vector = bytes(memory, address, 8)?;
        let (start, len) = (u32_at(vector, 0) as usize, u32_at(vector, 4) as usize);
        let buffer = memory.get_mut(start..start.saturating_add(len)).ok_or(ErrorCode::Fault)?;
        return operation(&mut [IoSliceMut::new(buffer)]);
    }
    let list: Vec<(u32, u32)> = vectors(memory, address, count)?.collect();
    for &(start, len) in &list {
        bytes(memory, start, len)?;
    }
    match ascending(memory, &list) {
        Some(mut buffers) => operation(&mut buffers),
        None => bounce(memory, &list, operation),
    }
}

/// The buffers as slices of the memory, if each lies behind the one before.
fn ascending<'a>(mut memory: &'a mut [u8], list: &[(u32, u32)]) -> Option<Vec<IoSliceMut<'a>>> {
    let mut buffers = Vec::with_capacity(list.len());
    let mut at = 0;
    for &(start, len) in list {
        let gap = (start as usize).checked_sub(at)?;
        let (buffer, rest) = memory.split_at_mut(gap).1.split_at_mut(len as usize);
        buffers.push(IoSliceMut::new(buffer));
        memory = rest;
        at = start as usize + len as usize;
    }
    Some(buffers)
}

/// Reads to a buffer of ours, and copies from there: the guest's may overlap.
fn bounce(
    memory: &mut [u8],
    list: &[(u32, u32)],
    operation: impl FnOnce(&mut [IoSliceMut<'_>]) -> Result<usize>,
) -> Result<usize> {
    let wanted = list.iter().fold(0_usize, |sum, &(_, len)| sum.saturating_add(len as usize));
    let mut buffer = vec![0; wanted.min(BOUNCE)];
    let read = operation(&mut [IoSliceMut::new(&mut buffer)])?;
    let mut rest = &buffer[..read];
    for &(start, len) in list {
        let (part, next) = rest.split_at(rest.len().min(len as usize));
        memory[start as usize..][..part.len()].copy_from_slice(part);
        rest = next;
    }
    Ok(read)
}

/// The addresses and lengths in a list.
fn vectors(memory: &[u8], address: u32, count: u32) -> Result<impl Iterator<Item = (u32, u32)>> {
    bytes(memory, address, count.checked_mul(8).ok_or(ErrorCode::Fault)?)?;
    let list = bytes(memory, address, count.min(MOST) * 8)?;
    Ok(list.chunks_exact(8).map(|vector| (u32_at(vector, 0), u32_at(vector, 4))))
}

#[cfg(test)]
mod tests {
    use super::{gather, scatter};

    /// A memory of 64 bytes whose first bytes are this list.
    fn memory(list: &[(u32, u32)]) -> Vec<u8> {
        let mut memory: Vec<u8> =
            list.iter().flat_map(|&(start, len)| [start, len]).flat_map(u32::to_le_bytes).collect();
        memory.resize(64, 0);
        memory
    }

    fn read(list: &[(u32, u32)], input: &[u8]) -> Option<String> {
        let mut memory = memory(list);
        let mut input = input;
        let read = scatter(&mut memory, 0, list.len() as u32, |buffers| {
            Ok(std::io::Read::read_vectored(&mut input, buffers).expect("a slice can be read"))
        });
        read.ok().map(|_| String::from_utf8_lossy(&memory[40..50]).replace('\0', "."))
    }

    #[test]
    fn buffers_are_filled_in_their_order_wherever_they_are() {
        assert_eq!(read(&[(40, 4)], b"abcdefgh").as_deref(), Some("abcd......"));
        assert_eq!(read(&[(40, 2), (43, 3)], b"abcdefgh").as_deref(), Some("ab.cde...."));
        assert_eq!(read(&[(45, 2), (40, 3)], b"abcdefgh").as_deref(), Some("cde..ab..."));
        assert_eq!(read(&[(40, 4), (42, 4)], b"abcdefgh").as_deref(), Some("abefgh...."));
        assert_eq!(read(&[(40, 4), (42, 0), (44, 2)], b"abcde").as_deref(), Some("abcde....."));
        assert_eq!(read(&[(40, 4), (62, 3)], b"abcde"), None);
        assert_eq!(read(&[(u32::MAX, 4), (40, 3)], b"abcde"), None);
    }

    #[test]
    fn overlapping_buffers_can_be_written_from() {
        let mut bytes = memory(&[(40, 3), (41, 2), (40, 0)]);
        bytes[40..43].copy_from_slice(b"abc");
        let all = gather(&bytes, 0, 3, |buffers| Ok(buffers.iter().map(|buffer| buffer.to_vec()).collect::<Vec<_>>()));
        assert_eq!(all, Ok(vec![b"abc".to_vec(), b"bc".to_vec(), Vec::new()]));
    }
}
