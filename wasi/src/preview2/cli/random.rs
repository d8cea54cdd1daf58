//! `wasi:random`: random bytes. Those that need not be secure are none the less.

use falkirk_runtime::Error;

use super::demand;
use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::table::interface;
use crate::report::Given;

interface! {
    /// Random bytes that are fit for keys.
    SecureRandom = "wasi:random/random" {
        /// Gives so many bytes.
        "get-random-bytes" = bytes(len: u64) -> Vec<u8>;
        /// Gives a number.
        "get-random-u64" = number() -> u64;
    }
}

interface! {
    /// Random bytes that need not be fit for keys.
    InsecureRandom = "wasi:random/insecure" {
        /// Gives so many bytes.
        "get-insecure-random-bytes" = bytes(len: u64) -> Vec<u8>;
        /// Gives a number.
        "get-insecure-random-u64" = number() -> u64;
    }
}

interface! {
    /// What hash tables are to be seeded with.
    InsecureSeed = "wasi:random/insecure-seed" {
        /// Gives two numbers.
        "insecure-seed" = insecure_seed() -> (u64, u64);
    }
}

/// How many bytes are given at once. The interface has no way to say that it were too many.
const MOST: u64 = 64 << 20;

fn bytes(cx: &mut WasiCtx, len: u64) -> Result<Vec<u8>> {
    if len > MOST {
        return Err(Error::msg(format!("the guest asks for {len} random bytes at once, and may for {MOST}")));
    }
    let mut bytes = vec![0; len as usize];
    fill(cx, &mut bytes)?;
    Ok(bytes)
}

fn number(cx: &mut WasiCtx) -> Result<u64> {
    let mut bytes = [0; 8];
    fill(cx, &mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn insecure_seed(cx: &mut WasiCtx) -> Result<(u64, u64)> {
    Ok((number(cx)?, number(cx)?))
}

fn fill(cx: &mut WasiCtx, buffer: &mut [u8]) -> Result<()> {
    demand(cx, Given::Random)?;
    cx.random.fill(buffer).map_err(|code| Error::msg(format!("there are no random bytes: {code}")))
}
