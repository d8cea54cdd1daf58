//! `wasi:clocks`: what the time is.

use falkirk_canonical_abi::{ComponentType, Lift, Lower};
use falkirk_component::Handle;

use super::demand;
use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::io::Pollable;
use crate::preview2::show::show_in_kebab_case;
use crate::preview2::table::interface;
use crate::report::Given;

/// A point in time since 1970.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(in crate::preview2) struct Datetime {
    pub seconds: u64,
    pub nanoseconds: u32,
}

/// A time zone at some time.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
struct TimezoneDisplay {
    utc_offset: i32,
    name: String,
    in_daylight_saving_time: bool,
}

show_in_kebab_case!(Datetime, TimezoneDisplay);

/// How many nanoseconds a second has.
const SECOND: u64 = 1_000_000_000;

impl Datetime {
    /// From nanoseconds since 1970.
    pub fn new(nanoseconds: u64) -> Datetime {
        Datetime { seconds: nanoseconds / SECOND, nanoseconds: (nanoseconds % SECOND) as u32 }
    }

    /// Nanoseconds since 1970, if it is not too far off.
    pub fn total(self) -> Option<u64> {
        self.seconds.checked_mul(SECOND)?.checked_add(self.nanoseconds.into())
    }
}

interface! {
    /// A clock that never goes back.
    MonotonicClock = "wasi:clocks/monotonic-clock" {
        /// Gives what it shows, in nanoseconds.
        "now" = now() -> u64;
        /// Gives its resolution.
        "resolution" = resolution() -> u64;
        /// Gives a pollable: the clock shows this.
        "subscribe-instant" = subscribe_instant(when: u64) -> Handle;
        /// Gives a pollable: so much time has passed.
        "subscribe-duration" = subscribe_duration(when: u64) -> Handle;
    }
}

interface! {
    /// The time of day.
    WallClock = "wasi:clocks/wall-clock" {
        /// Gives the time.
        "now" = wall_now() -> Datetime;
        /// Gives its resolution.
        "resolution" = wall_resolution() -> Datetime;
    }
}

interface! {
    /// The time zone, which is always UTC: guests learn nothing of where they are.
    Timezone = "wasi:clocks/timezone" {
        /// Gives the time zone's name, and its distance from UTC.
        "display" = display(when: Datetime) -> TimezoneDisplay;
        /// Gives its distance from UTC.
        "utc-offset" = utc_offset(when: Datetime) -> i32;
    }
}

fn now(cx: &mut WasiCtx) -> Result<u64> {
    demand(cx, Given::Clocks)?;
    Ok(cx.clocks.monotonic())
}

fn resolution(cx: &mut WasiCtx) -> Result<u64> {
    demand(cx, Given::Clocks)?;
    Ok(cx.clocks.resolution())
}

fn subscribe_instant(cx: &mut WasiCtx, when: u64) -> Result<Handle> {
    demand(cx, Given::Clocks)?;
    cx.resources.add(Pollable::Deadline(when))
}

fn subscribe_duration(cx: &mut WasiCtx, when: u64) -> Result<Handle> {
    let deadline = cx.clocks.monotonic().saturating_add(when);
    subscribe_instant(cx, deadline)
}

fn wall_now(cx: &mut WasiCtx) -> Result<Datetime> {
    demand(cx, Given::Clocks)?;
    Ok(Datetime::new(cx.clocks.wall()))
}

fn wall_resolution(cx: &mut WasiCtx) -> Result<Datetime> {
    Ok(Datetime::new(resolution(cx)?))
}

fn display(_: &mut WasiCtx, _: Datetime) -> Result<TimezoneDisplay> {
    Ok(TimezoneDisplay { utc_offset: 0, name: "UTC".into(), in_daylight_saving_time: false })
}

fn utc_offset(_: &mut WasiCtx, _: Datetime) -> Result<i32> {
    Ok(0)
}
