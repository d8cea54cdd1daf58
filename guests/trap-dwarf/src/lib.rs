//! `run` asks for an order that is not in the list, and the index out of bounds, a panic, ends in a trap three calls
//! down. The module carries DWARF, so a backtrace can name this file and the lines.
#![no_std]

use core::hint::black_box;

/// Prices in pence.
static PRICES: [u32; 4] = [250, 120, 999, 40];

#[unsafe(no_mangle)]
pub extern "C" fn run() -> u32 {
    total_of_orders(black_box(&[1, 3, 7]))
}

#[inline(never)]
fn total_of_orders(orders: &[usize]) -> u32 {
    let mut total = 0;
    for &order in orders {
        total += price_with_tax(order);
    }
    total
}

#[inline(never)]
fn price_with_tax(order: usize) -> u32 {
    let price = price_of(order);
    price + price / 5
}

#[inline(never)]
fn price_of(order: usize) -> u32 {
    PRICES[order]
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
