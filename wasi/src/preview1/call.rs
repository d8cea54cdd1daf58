//! A call of a guest: its memory, and what it was given.

use super::layout::Version;
use crate::context::WasiCtx;
use crate::error::{ErrorCode, Result};

/// What a function of preview 1 works on. The memory is the guest's own bytes: nothing is copied on the way.
pub(super) struct Call<'a> {
    pub memory: &'a mut [u8],
    pub context: &'a mut WasiCtx,
    pub version: Version,
}

impl Call<'_> {
    /// The `len` bytes at `address`.
    pub fn bytes(&self, address: u32, len: u32) -> Result<&[u8]> {
        bytes(self.memory, address, len)
    }

    /// Whether `len` bytes can be written at `address`: asked before something is done that could not be undone.
    pub fn check(&self, address: u32, len: u32) -> Result<()> {
        self.bytes(address, len).map(drop)
    }

    /// Writes bytes at `address`.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        let start = address as usize;
        let target = self.memory.get_mut(start..start.saturating_add(bytes.len())).ok_or(ErrorCode::Fault)?;
        target.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes a number of 32 bits.
    pub fn write_u32(&mut self, address: u32, value: u32) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// Writes a number of 64 bits.
    pub fn write_u64(&mut self, address: u32, value: u64) -> Result<()> {
        self.write(address, &value.to_le_bytes())
    }

    /// Notes why an operation with a path below a granted directory was denied, if that is what happened.
    pub fn note<T>(
        &mut self,
        result: Result<T>,
        path: (u32, u32),
        grant: impl FnOnce(&mut WasiCtx) -> String,
    ) -> Result<T> {
        if let Err(code @ (ErrorCode::Escape | ErrorCode::ReadOnlyGrant)) = result {
            let path = String::from_utf8_lossy(self.bytes(path.0, path.1)?).into_owned();
            let directory = grant(self.context);
            self.context.report.path_denied(code, &path, &directory);
        }
        result
    }
}

/// The `len` bytes at `address` of a guest's memory.
pub(super) fn bytes(memory: &[u8], address: u32, len: u32) -> Result<&[u8]> {
    let start = address as usize;
    memory.get(start..start.saturating_add(len as usize)).ok_or(ErrorCode::Fault)
}

/// The number of 16 bits at `offset` of a structure.
pub(super) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(array(bytes, offset))
}

/// The number of 32 bits at `offset` of a structure.
pub(super) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(array(bytes, offset))
}

/// The number of 64 bits at `offset` of a structure.
pub(super) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(array(bytes, offset))
}

fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    bytes[offset..offset + N].try_into().expect("BUG: the slice has as many bytes as the array")
}
