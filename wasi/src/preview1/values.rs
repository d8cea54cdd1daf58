//! What a guest only asks for: arguments, variables, the time, random bytes. And how it ends.

use super::call::Call;
use crate::clocks::Clocks;
use crate::error::{ErrorCode, Result};
use crate::report::Given;

pub(super) fn args_get(call: &mut Call<'_>, argv: u32, buffer: u32) -> Result<()> {
    call.context.require(Given::Args)?;
    let args: Vec<String> = call.context.args.clone();
    write_strings(call, &args, argv, buffer)
}

pub(super) fn args_sizes_get(call: &mut Call<'_>, argc: u32, size: u32) -> Result<()> {
    call.context.require(Given::Args)?;
    let args = &call.context.args;
    let (count, bytes) = (args.len(), args.iter().map(|arg| arg.len() + 1).sum::<usize>());
    write_sizes(call, (argc, count), (size, bytes))
}

pub(super) fn environ_get(call: &mut Call<'_>, environ: u32, buffer: u32) -> Result<()> {
    call.context.require(Given::Env)?;
    let variables: Vec<String> = call.context.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    write_strings(call, &variables, environ, buffer)
}

pub(super) fn environ_sizes_get(call: &mut Call<'_>, count: u32, size: u32) -> Result<()> {
    call.context.require(Given::Env)?;
    let env = &call.context.env;
    let bytes = env.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
    write_sizes(call, (count, env.len()), (size, bytes))
}

/// Writes strings, each with a NUL at its end, and where each of them begins.
fn write_strings(call: &mut Call<'_>, strings: &[String], mut pointers: u32, mut buffer: u32) -> Result<()> {
    for string in strings {
        call.write_u32(pointers, buffer)?;
        call.write(buffer, string.as_bytes())?;
        let end = buffer.checked_add(string.len() as u32).ok_or(ErrorCode::Fault)?;
        call.write(end, &[0])?;
        buffer = end.checked_add(1).ok_or(ErrorCode::Fault)?;
        pointers = pointers.checked_add(4).ok_or(ErrorCode::Fault)?;
    }
    Ok(())
}

fn write_sizes(call: &mut Call<'_>, (at, count): (u32, usize), (size_at, size): (u32, usize)) -> Result<()> {
    let number = |number| u32::try_from(number).map_err(|_| ErrorCode::Overflow);
    call.write_u32(at, number(count)?)?;
    call.write_u32(size_at, number(size)?)
}

pub(super) fn clock_res_get(call: &mut Call<'_>, id: u32, resolution: u32) -> Result<()> {
    call.context.require(Given::Clocks)?;
    clock(&call.context.clocks, id)?;
    let nanoseconds = call.context.clocks.resolution();
    call.write_u64(resolution, nanoseconds)
}

pub(super) fn clock_time_get(call: &mut Call<'_>, id: u32, _precision: u64, time: u32) -> Result<()> {
    call.context.require(Given::Clocks)?;
    let now = clock(&call.context.clocks, id)?;
    call.write_u64(time, now)
}

/// What a clock shows.
#[inline]
fn clock(clocks: &Clocks, id: u32) -> Result<u64> {
    match id {
        0 => Ok(clocks.wall()),
        1 => Ok(clocks.monotonic()),
        2 => Ok(clocks.process_time()),
        3 => Ok(clocks.thread_time()),
        _ => Err(ErrorCode::Inval),
    }
}

pub(super) fn random_get(call: &mut Call<'_>, buffer: u32, len: u32) -> Result<()> {
    call.context.require(Given::Random)?;
    call.check(buffer, len)?;
    let target = &mut call.memory[buffer as usize..][..len as usize];
    call.context.random.fill(target)
}

/// Signals were never part of WASI, but this was.
pub(super) fn proc_raise(_call: &mut Call<'_>, _signal: u32) -> Result<()> {
    Err(ErrorCode::Notsup)
}

pub(super) fn sched_yield(_call: &mut Call<'_>) -> Result<()> {
    std::thread::yield_now();
    Ok(())
}
