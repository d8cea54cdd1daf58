//! Calls that somebody watches: as a person would write them, and what they use.

use std::fmt::Write;
use std::time::Instant;

use super::call::{Call, bytes, u16_at, u32_at, u64_at};
use super::descriptors::Object;
use super::layout::{Version, fdflags, fstflags, lookupflags, oflags, riflags, rights, sdflags};
use super::table::{FUNCTIONS, Function, Kind, PROC_EXIT};
use super::uses;
use crate::context::WasiCtx;
use crate::error::{ErrorCode, Result};

/// How many bytes of a guest's data are shown.
const SHOWN: usize = 32;

/// Runs a function, and tells of it.
#[cold]
pub(super) fn traced(
    call: &mut Call<'_>,
    name: &'static str,
    arguments: &[u64],
    run: impl FnOnce(&mut Call<'_>) -> Result<()>,
) -> Result<()> {
    let function = FUNCTIONS.iter().find(|function| function.name == name).expect("BUG: it was linked from the table");
    let told = call.context.report.traces_calls();
    let inputs = if told { inputs(call, function, arguments) } else { String::new() };
    let uses = uses::of(call, function, arguments);
    let start = Instant::now();
    let result = run(call);
    if told {
        let gave = gave(call, function, arguments, result);
        call.context.report.called(call.version.module(), name, &inputs, &gave, start);
    }
    uses::note(call, uses, result);
    result
}

/// Tells that the guest ends.
pub(super) fn exit(context: &mut WasiCtx, version: Version, status: i32) {
    if context.report.traces_calls() {
        let arguments = format!("{}={status}", PROC_EXIT.params[0].name);
        context.report.called(version.module(), PROC_EXIT.name, &arguments, "the end", Instant::now());
    }
}

/// The arguments that the function reads.
fn inputs(call: &mut Call<'_>, function: &Function, arguments: &[u64]) -> String {
    let mut text = String::new();
    for (at, param) in function.params.iter().enumerate() {
        let next = arguments.get(at + 1).copied().unwrap_or(0) as u32;
        let Some(shown) = input(call, param.kind, arguments[at], next) else { continue };
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{}={shown}", param.name);
    }
    text
}

fn input(call: &mut Call<'_>, kind: Kind, value: u64, next: u32) -> Option<String> {
    let address = value as u32;
    Some(match kind {
        Kind::Length | Kind::ReadVectors | Kind::OutU16 | Kind::OutU32 | Kind::OutU64 => return None,
        Kind::Fd => descriptor(call.context, address),
        Kind::Path => bytes(call.memory, address, next).map_or_else(|_| bad(address), quoted),
        Kind::WriteVectors => vectors(call, address, next, u64::MAX),
        Kind::Pointer => format!("{address:#x}"),
        Kind::Number => address.to_string(),
        Kind::Offset => (value as i64).to_string(),
        Kind::Filesize | Kind::Timestamp => value.to_string(),
        Kind::Whence => named(&["set", "cur", "end"], address),
        Kind::ClockId => named(&["realtime", "monotonic", "process_cputime", "thread_cputime"], address),
        Kind::Rights if value & rights::ALL == rights::ALL => "all".into(),
        Kind::Rights => flags(rights::NAMES, value),
        Kind::FdFlags => flags(fdflags::NAMES, value),
        Kind::OFlags => flags(oflags::NAMES, value),
        Kind::LookupFlags => flags(lookupflags::NAMES, value),
        Kind::FstFlags => flags(fstflags::NAMES, value),
        Kind::RiFlags => flags(riflags::NAMES, value),
        Kind::SdFlags => flags(sdflags::NAMES, value),
    })
}

/// What the function gave: an `errno`, and if it succeeded, what it wrote.
fn gave(call: &mut Call<'_>, function: &Function, arguments: &[u64], result: Result<()>) -> String {
    if let Err(code) = result {
        return format!("{} ({code})", code.name());
    }
    let mut text = String::from("success");
    let count = function.params.iter().position(|param| param.kind == Kind::OutU32);
    for (at, param) in function.params.iter().enumerate() {
        let address = arguments[at] as u32;
        let read = |len| call.bytes(address, len);
        let shown = match param.kind {
            Kind::OutU16 => read(2).map(|bytes| u16_at(bytes, 0).to_string()),
            Kind::OutU32 => read(4).map(|bytes| u32_at(bytes, 0).to_string()),
            Kind::OutU64 => read(8).map(|bytes| u64_at(bytes, 0).to_string()),
            Kind::ReadVectors => {
                let count = count.map_or(Ok(0), |at| call.bytes(arguments[at] as u32, 4).map(|bytes| u32_at(bytes, 0)));
                count.map(|count| vectors(call, address, arguments[at + 1] as u32, u64::from(count)))
            }
            _ => continue,
        };
        let _ = write!(text, ", {}={}", param.name, shown.unwrap_or_else(|_| bad(address)));
    }
    text
}

/// A descriptor, and for a directory that was granted its name.
fn descriptor(context: &mut WasiCtx, fd: u32) -> String {
    match context.descriptors.get(fd, 0).map(|descriptor| &descriptor.object) {
        Ok(Object::Dir(open)) => match &open.preopen {
            Some(name) => format!("{fd}<{name}>"),
            None => fd.to_string(),
        },
        _ => fd.to_string(),
    }
}

/// The first of `most` bytes in a list of buffers.
fn vectors(call: &Call<'_>, address: u32, count: u32, most: u64) -> String {
    let shown = call.bytes(address, count.saturating_mul(8)).and_then(|list| {
        let mut data = Vec::new();
        let mut rest = most;
        for vector in list.chunks_exact(8) {
            let len = u64::from(u32_at(vector, 4)).min(rest);
            rest -= len;
            let part = call.bytes(u32_at(vector, 0), len as u32)?;
            data.extend_from_slice(&part[..part.len().min(SHOWN + 1 - data.len())]);
            if data.len() > SHOWN {
                break;
            }
        }
        Ok(quoted(&data))
    });
    shown.unwrap_or_else(|_: ErrorCode| bad(address))
}

/// Bytes as text, with escapes; the first of them.
fn quoted(bytes: &[u8]) -> String {
    let text = bytes[..bytes.len().min(SHOWN)].escape_ascii();
    let more = if bytes.len() > SHOWN { "..." } else { "" };
    format!("\"{text}\"{more}")
}

/// An address that does not lead into the memory.
fn bad(address: u32) -> String {
    format!("{address:#x} (outside of the memory)")
}

fn named(names: &[&str], value: u32) -> String {
    names.get(value as usize).map_or_else(|| value.to_string(), |name| (*name).into())
}

fn flags(names: &[(u64, &str)], value: u64) -> String {
    let mut set: Vec<String> =
        names.iter().filter(|(bit, _)| value & bit != 0).map(|(_, name)| (*name).to_string()).collect();
    let rest = names.iter().fold(value, |rest, (bit, _)| rest & !bit);
    if rest != 0 || set.is_empty() {
        set.push(format!("{rest:#x}"));
    }
    set.join("|")
}
