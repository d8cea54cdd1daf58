//! `poll_oneoff`: waiting for clocks and descriptors at once.

use super::call::{Call, bytes, u16_at, u32_at, u64_at};
use super::descriptors::Object;
use super::layout::{Version, rights};
use crate::clocks::Clocks;
use crate::error::{ErrorCode, Result};
use crate::poll::{Interest, Pollable, Readiness};
use crate::report::Given;

/// `eventtype`.
const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;

/// How many bytes an `event` has.
const EVENT: u32 = 32;

/// `subclockflags`: the timeout is a point in time.
const ABSTIME: u16 = 1;

/// `eventrwflags`: the other end has been closed.
const HANGUP: u16 = 1;

/// What a guest waits for.
struct Subscription {
    userdata: u64,
    event_type: u8,
    /// The descriptor, if it is one.
    fd: u32,
    /// What to wait for; an error is there at once.
    pollable: Result<Pollable>,
}

pub(super) fn poll_oneoff(call: &mut Call<'_>, list: u32, events: u32, count: u32, nevents: u32) -> Result<()> {
    if count == 0 {
        return Err(ErrorCode::Inval);
    }
    call.check(events, count.checked_mul(EVENT).ok_or(ErrorCode::Fault)?)?;
    call.check(nevents, 4)?;
    let subscriptions = subscriptions(call, list, count)?;
    // What cannot be waited for is reported at once.
    let pollables: Vec<Pollable> =
        subscriptions.iter().map(|subscription| subscription.pollable.clone().unwrap_or(Pollable::Ready)).collect();
    let found = call.context.poll(&pollables)?;
    let mut written = 0;
    for (subscription, readiness) in subscriptions.iter().zip(found).filter(|(_, readiness)| readiness.ready) {
        let event = event(call, subscription, readiness);
        call.write(events + written * EVENT, &event)?;
        written += 1;
    }
    call.write_u32(nevents, written)
}

fn subscriptions(call: &mut Call<'_>, list: u32, count: u32) -> Result<Vec<Subscription>> {
    let size = match call.version {
        Version::Snapshot1 => 48,
        Version::Unstable => 56,
    };
    let (list, version) = (bytes(call.memory, list, count.checked_mul(size).ok_or(ErrorCode::Fault)?)?, call.version);
    let context = &mut *call.context;
    let mut subscription = |bytes: &[u8]| {
        let event_type = bytes[8];
        let fd = u32_at(bytes, 16);
        let pollable = match event_type {
            CLOCK => context.require(Given::Clocks).and_then(|()| deadline(&context.clocks, version, bytes)),
            FD_READ | FD_WRITE => {
                let interest = if event_type == FD_READ { Interest::Read } else { Interest::Write };
                let descriptor = context.descriptors.get(fd, rights::POLL_FD_READWRITE);
                descriptor.and_then(|descriptor| descriptor.pollable(interest))
            }
            _ => return Err(ErrorCode::Inval),
        };
        Ok(Subscription { userdata: u64_at(bytes, 0), event_type, fd, pollable })
    };
    list.chunks_exact(size as usize).map(&mut subscription).collect()
}

/// The point of the monotonic clock at which a subscription to a clock is due.
fn deadline(clocks: &Clocks, version: Version, bytes: &[u8]) -> Result<Pollable> {
    // The older interface has another number of the guest's in front.
    let bytes = &bytes[if version == Version::Unstable { 24 } else { 16 }..];
    let (id, timeout, flags) = (u32_at(bytes, 0), u64_at(bytes, 8), u16_at(bytes, 24));
    if flags & !ABSTIME != 0 {
        return Err(ErrorCode::Inval);
    }
    let now = match id {
        0 => clocks.wall(),
        1 => clocks.monotonic(),
        2 | 3 => return Err(ErrorCode::Notsup),
        _ => return Err(ErrorCode::Inval),
    };
    let remaining = if flags & ABSTIME != 0 { timeout.saturating_sub(now) } else { timeout };
    Ok(Pollable::Deadline(clocks.monotonic().saturating_add(remaining)))
}

fn event(call: &mut Call<'_>, subscription: &Subscription, readiness: Readiness) -> [u8; EVENT as usize] {
    let mut event = [0; EVENT as usize];
    event[0..8].copy_from_slice(&subscription.userdata.to_le_bytes());
    event[10] = subscription.event_type;
    if let Err(code) = subscription.pollable {
        event[8..10].copy_from_slice(&code.errno().to_le_bytes());
    } else if subscription.event_type != CLOCK {
        let bytes = available(call, subscription);
        let flags = if readiness.hangup { HANGUP } else { 0 };
        event[16..24].copy_from_slice(&bytes.to_le_bytes());
        event[24..26].copy_from_slice(&flags.to_le_bytes());
    }
    event
}

/// How many bytes can be read or written at once, as far as that is known; at least one where there may be some.
fn available(call: &mut Call<'_>, subscription: &Subscription) -> u64 {
    let Ok(descriptor) = call.context.descriptors.get(subscription.fd, 0) else { return 0 };
    match (&descriptor.object, subscription.event_type) {
        (Object::Input(stream), FD_READ) => stream.available(),
        (Object::Socket(handle), FD_READ) => handle.available(),
        (Object::Listener(_), _) => 1,
        (Object::File(file), FD_READ) => file.available(),
        (Object::Output(stream), _) => stream.room().unwrap_or(0) as u64,
        _ => 1,
    }
}
