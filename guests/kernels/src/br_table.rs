//! Dispatch: an interpreter inside the interpreter. A stack machine whose `match` becomes one `br_table`.

use core::hint::black_box;

const HALT: u8 = 0;
const PUSH: u8 = 1; /*   PUSH k    push the byte k */
const LOAD: u8 = 2; /*   LOAD v    push variable v */
const STORE: u8 = 3; /*  STORE v   pop into variable v */
const ADD: u8 = 4; /*    a b -> a + b */
const SUB: u8 = 5; /*    a b -> a - b */
const MUL: u8 = 6; /*    a b -> a * b */
const XOR: u8 = 7; /*    a b -> a ^ b */
const AND: u8 = 8; /*    a b -> a & b */
const SHR: u8 = 9; /*    a b -> a >> b */
const LT: u8 = 10; /*    a b -> a < b */
const DUP: u8 = 11; /*   a -> a a */
const SWAP: u8 = 12; /*  a b -> b a */
const JUMP: u8 = 13; /*  JUMP t    go on at t */
const JZ: u8 = 14; /*    JZ t      pop; go on at t if it was 0 */

const N: u8 = 0;
const I: u8 = 1;
const X: u8 = 2;

/// For each `i` below `n`: an odd `x` becomes `3 * x + i`, an even one `(x >> 1) ^ (5 * i - x)`.
#[rustfmt::skip]
const PROGRAM: &[u8] = &[
    /*  0: while i < n */      LOAD, I, LOAD, N, LT, JZ, 50,
    /*  7: if x is odd */      LOAD, X, PUSH, 1, AND, JZ, 24,
    /* 14: 3 * x + i */        LOAD, X, PUSH, 3, MUL, LOAD, I, ADD, JUMP, 39,
    /* 24: else the other */   LOAD, X, DUP, PUSH, 1, SHR, SWAP, LOAD, I, PUSH, 5, MUL, SWAP, SUB, XOR,
    /* 39: x = that; i += 1 */ STORE, X, LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 0,
    /* 50: */                  HALT,
];

/// Runs the loop of the program `n` times.
pub fn run(n: u32) -> u64 {
    let mut variables = [0u64; 4];
    variables[N as usize] = u64::from(n);
    variables[X as usize] = u64::from(n) << 32 | 0x1234_5677;
    execute(black_box(PROGRAM), &mut variables);
    variables[X as usize]
}

fn execute(code: &[u8], variables: &mut [u64; 4]) {
    let mut stack = [0u64; 16];
    let (mut pc, mut depth) = (0, 0usize);
    // The stack is a ring and the variables wrap around, so that no index needs a check.
    macro_rules! push {
        ($value:expr) => {{
            stack[depth % 16] = $value;
            depth += 1;
        }};
    }
    macro_rules! pop {
        () => {{
            depth = depth.wrapping_sub(1);
            stack[depth % 16]
        }};
    }
    macro_rules! binary {
        (|$a:ident, $b:ident| $result:expr) => {{
            let $b = pop!();
            let $a = pop!();
            push!($result);
        }};
    }
    macro_rules! immediate {
        () => {{
            pc += 1;
            code[pc - 1]
        }};
    }
    loop {
        let op = code[pc];
        pc += 1;
        match op {
            HALT => return,
            PUSH => push!(u64::from(immediate!())),
            LOAD => push!(variables[immediate!() as usize % 4]),
            STORE => variables[immediate!() as usize % 4] = pop!(),
            ADD => binary!(|a, b| a.wrapping_add(b)),
            SUB => binary!(|a, b| a.wrapping_sub(b)),
            MUL => binary!(|a, b| a.wrapping_mul(b)),
            XOR => binary!(|a, b| a ^ b),
            AND => binary!(|a, b| a & b),
            SHR => binary!(|a, b| a >> (b % 64)),
            LT => binary!(|a, b| u64::from(a < b)),
            DUP => {
                let a = pop!();
                push!(a);
                push!(a);
            }
            SWAP => {
                let b = pop!();
                let a = pop!();
                push!(b);
                push!(a);
            }
            JUMP => pc = immediate!() as usize,
            JZ => {
                let target = immediate!() as usize;
                if pop!() == 0 {
                    pc = target;
                }
            }
            _ => return,
        }
    }
}

#[test]
fn the_program_does_what_it_says() {
    let n = 1000;
    let mut x = n << 32 | 0x1234_5677;
    for i in 0..n {
        x = if x % 2 == 1 { 3u64.wrapping_mul(x).wrapping_add(i) } else { (x >> 1) ^ (5 * i).wrapping_sub(x) };
    }
    assert_eq!(run(n as u32), x);
}
