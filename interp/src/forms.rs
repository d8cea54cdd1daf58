//! Forms: for each instruction the handlers that serve it, one for each place its operands may be in.
//!
//! The letters name operands in order: `s` a slot, `a` the accumulator, `i` an immediate of 32 bits (16 in the denser
//! layouts), `w` a constant in a word of its own. All tables are made at compile time from the types of
//! [`crate::ops`] and [`crate::exec`]; the translator only picks from them.

use crate::exec::branch::{BACKWARD, BrIf, FORWARD, METERED};
use crate::exec::call::Return1;
use crate::exec::memory::{
    F32Load, F64Load, I32Load, I32Load8S, I32Load8U, I32Load16U, Ld, LoadOp, Mem32, Mem64, MemAny, Store, StoreOp,
};
use crate::exec::numeric::{Pick, Put};
use crate::exec::operand::{A, Calc, Calc1, H, I, Nil, Operand, S, Tee, Value, W};
use crate::exec::state::{Handler, handler};
use crate::ops::*;

/// The class of a value: which accumulator holds it, and how many slots it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Integers and references.
    Int,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `v128`, which has no accumulator and takes two slots.
    Vec,
}

/// The type of a scalar operand, which decides how a constant may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// `i32`.
    I32,
    /// `i64` or a reference.
    I64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
}

impl Scalar {
    /// Its class.
    pub const fn class(self) -> Class {
        match self {
            Scalar::I32 | Scalar::I64 => Class::Int,
            Scalar::F32 => Class::F32,
            Scalar::F64 => Class::F64,
        }
    }

    /// The constant as a 32-bit immediate, if it can be one.
    pub fn imm32(self, bits: u64) -> Option<i32> {
        match self {
            Scalar::I32 | Scalar::F32 => Some(bits as u32 as i32),
            Scalar::I64 => i32::try_from(bits as i64).ok(),
            Scalar::F64 => None,
        }
    }

    /// The constant as a 16-bit immediate, if it can be one.
    pub fn imm16(self, bits: u64) -> Option<i16> {
        match self {
            Scalar::I32 => i16::try_from(bits as u32 as i32).ok(),
            Scalar::I64 => i16::try_from(bits as i64).ok(),
            Scalar::F32 | Scalar::F64 => None,
        }
    }
}

/// The scalar type that a Rust type stands for.
pub trait AsScalar: Value {
    /// It.
    const SCALAR: Scalar;
}
impl AsScalar for u32 {
    const SCALAR: Scalar = Scalar::I32;
}
impl AsScalar for u64 {
    const SCALAR: Scalar = Scalar::I64;
}
impl AsScalar for f32 {
    const SCALAR: Scalar = Scalar::F32;
}
impl AsScalar for f64 {
    const SCALAR: Scalar = Scalar::F64;
}

/// Forms of a binary instruction. Layout: `[d a b _]`, `[d a imm32]`, and word 2 for `w`.
pub struct BinForms {
    /// The type of the operands.
    pub operand: Scalar,
    /// The class of the result.
    pub class: Class,
    /// Whether the operands may be exchanged.
    pub commutes: bool,
    /// Its place in the tables of its type, such as [`I32_PAIRS`], if it has one.
    pub group: Option<u8>,
    pub ss: Handler,
    pub sa: Handler,
    pub as_: Handler,
    pub si: Handler,
    pub ai: Handler,
    pub is: Handler,
    pub ia: Handler,
    pub sw: Handler,
    pub aw: Handler,
}

impl BinForms {
    /// The forms of `Op`.
    pub const fn of<Op: BinOp<A: AsScalar, B = <Op as BinOp>::A, R: AsScalar>>(
        commutes: bool,
        group: Option<u8>,
    ) -> BinForms {
        BinForms {
            operand: <Op::A as AsScalar>::SCALAR,
            class: <Op::R as AsScalar>::SCALAR.class(),
            commutes,
            group,
            ss: handler::<Put<Op::R, Calc<Op, S<5>, S<6>>, 2>>,
            sa: handler::<Put<Op::R, Calc<Op, S<5>, A>, 2>>,
            as_: handler::<Put<Op::R, Calc<Op, A, S<6>>, 2>>,
            si: handler::<Put<Op::R, Calc<Op, S<5>, I<6>>, 2>>,
            ai: handler::<Put<Op::R, Calc<Op, A, I<6>>, 2>>,
            is: handler::<Put<Op::R, Calc<Op, I<6>, S<5>>, 2>>,
            ia: handler::<Put<Op::R, Calc<Op, I<6>, A>, 2>>,
            sw: handler::<Put<Op::R, Calc<Op, S<5>, W<2>>, 3>>,
            aw: handler::<Put<Op::R, Calc<Op, A, W<2>>, 3>>,
        }
    }
}

/// Forms of a unary instruction. Layout: `[d a _ _]`.
pub struct UnForms {
    /// The type of the operand.
    pub operand: Scalar,
    /// The class of the result.
    pub class: Class,
    pub s: Handler,
    pub a: Handler,
}

impl UnForms {
    /// The forms of `Op`.
    pub const fn of<Op: UnOp<A: AsScalar, R: AsScalar>>() -> UnForms {
        UnForms {
            operand: <Op::A as AsScalar>::SCALAR,
            class: <Op::R as AsScalar>::SCALAR.class(),
            s: handler::<Put<Op::R, Calc1<Op, S<5>>, 2>>,
            a: handler::<Put<Op::R, Calc1<Op, A>, 2>>,
        }
    }
}

/// A conditional branch in each direction. Layout: the offset in `[d a]`'s place, then the operands.
#[derive(Clone, Copy)]
pub struct BrForms {
    /// Forwards, if the condition holds.
    pub forward: Handler,
    /// Forwards, if it does not.
    pub unless: Handler,
    /// Backwards, if it holds.
    pub backward: Handler,
    /// The same, paying fuel.
    pub metered: Handler,
}

impl BrForms {
    /// The forms for the condition `C` in an instruction of `LEN` words.
    pub const fn of<C: Operand<u32>, const LEN: usize>() -> BrForms {
        BrForms {
            forward: handler::<BrIf<C, false, FORWARD, LEN>>,
            unless: handler::<BrIf<C, true, FORWARD, LEN>>,
            backward: handler::<BrIf<C, false, BACKWARD, LEN>>,
            metered: handler::<BrIf<C, false, METERED, LEN>>,
        }
    }
}

/// A comparison: as a value, as the condition of a branch, as the condition of `select`.
pub struct CmpForms {
    /// As a value.
    pub value: BinForms,
    /// `[offset32 a b]`, and word 2 for `w`; immediates have 16 bits.
    pub ss: BrForms,
    pub sa: BrForms,
    pub as_: BrForms,
    pub si: BrForms,
    pub ai: BrForms,
    pub sw: BrForms,
    pub aw: BrForms,
    /// As the condition of `select`, the right operand in a slot or a 16-bit immediate.
    pub select_s: SelectForms,
    pub select_i: SelectForms,
    /// `[offset32 a b][c _ _ _]`: the left operand is `a + b` or `a & b`, `b` and `c` 16-bit immediates. For `i32` only.
    pub sum: Option<BrForms>,
    pub masked: Option<BrForms>,
}

impl CmpForms {
    /// The forms of `Op`.
    pub const fn of<Op: BinOp<A: AsScalar, B = <Op as BinOp>::A, R = u32>>() -> CmpForms {
        CmpForms {
            value: BinForms::of::<Op>(false, None),
            ss: BrForms::of::<Calc<Op, S<6>, S<7>>, 2>(),
            sa: BrForms::of::<Calc<Op, S<6>, A>, 2>(),
            as_: BrForms::of::<Calc<Op, A, S<7>>, 2>(),
            si: BrForms::of::<Calc<Op, S<6>, H<7>>, 2>(),
            ai: BrForms::of::<Calc<Op, A, H<7>>, 2>(),
            sw: BrForms::of::<Calc<Op, S<6>, W<2>>, 3>(),
            aw: BrForms::of::<Calc<Op, A, W<2>>, 3>(),
            select_s: SelectForms::of::<Calc<Op, S<5>, S<6>>>(),
            select_i: SelectForms::of::<Calc<Op, S<5>, H<6>>>(),
            sum: None,
            masked: None,
        }
    }
}

impl CmpForms {
    const fn of_i32<Op: BinOp<A = u32, B = u32, R = u32>>() -> CmpForms {
        CmpForms {
            sum: Some(BrForms::of::<Calc<Op, Calc<I32Add, S<6>, H<7>>, H<8>>, 3>()),
            masked: Some(BrForms::of::<Calc<Op, Calc<I32And, S<6>, H<7>>, H<8>>, 3>()),
            ..CmpForms::of::<Op>()
        }
    }
}

/// `select` by some condition. Layout: `[d a b _][x y]`, where the condition is made from `a` and `b`, and `x` and `y`
/// are slots or immediates of 32 bits (in the names `s` and `i`; integers only).
#[derive(Clone, Copy)]
pub struct SelectForms {
    pub ss: Handler,
    pub si: Handler,
    pub is: Handler,
    pub ii: Handler,
    pub sa: Handler,
    pub ia: Handler,
    pub as_: Handler,
    pub ai: Handler,
    pub f32: Handler,
    pub f64: Handler,
}

impl SelectForms {
    /// The forms for the condition `C`.
    pub const fn of<C: Operand<u32>>() -> SelectForms {
        SelectForms {
            ss: handler::<Put<u64, Pick<C, S<8>, S<10>>, 3>>,
            si: handler::<Put<u64, Pick<C, S<8>, I<10>>, 3>>,
            is: handler::<Put<u64, Pick<C, I<8>, S<10>>, 3>>,
            ii: handler::<Put<u64, Pick<C, I<8>, I<10>>, 3>>,
            sa: handler::<Put<u64, Pick<C, S<8>, A>, 3>>,
            ia: handler::<Put<u64, Pick<C, I<8>, A>, 3>>,
            as_: handler::<Put<u64, Pick<C, A, S<10>>, 3>>,
            ai: handler::<Put<u64, Pick<C, A, I<10>>, 3>>,
            f32: handler::<Put<f32, Pick<C, S<8>, S<10>>, 3>>,
            f64: handler::<Put<f64, Pick<C, S<8>, S<10>>, 3>>,
        }
    }
}

/// `select` by a plain `i32` in slot `a`.
pub static SELECT: SelectForms = SelectForms::of::<S<5>>();
/// `select` by the accumulator.
pub static SELECT_A: SelectForms = SelectForms::of::<A>();
/// `select` by `a & b` of `i32`, `b` a 16-bit immediate.
pub static SELECT_MASKED: SelectForms = SelectForms::of::<Calc<I32And, S<5>, H<6>>>();
/// `select` by `a & b` of `i64`, `b` a 16-bit immediate.
pub static SELECT_MASKED_I64: SelectForms = SelectForms::of::<Calc<I64Ne, Calc<I64And, S<5>, H<6>>, Nil>>();

/// An integer comparison of a sum, as the condition of a branch that also writes the sum: the end of a counting loop.
/// Layout: `[offset32 d a][imm32 b _]`, `b` a slot or a 16-bit immediate.
#[derive(Clone, Copy)]
pub struct StepForms {
    pub s: BrForms,
    pub i: BrForms,
}

impl StepForms {
    const fn of<Add: BinOp, Op: BinOp<A = Add::R, R = u32>>() -> StepForms
    where
        S<7>: Operand<Add::A>,
        I<8>: Operand<Add::B>,
        S<10>: Operand<Op::B>,
        H<10>: Operand<Op::B>,
    {
        StepForms {
            s: BrForms::of::<Calc<Op, Tee<Calc<Add, S<7>, I<8>>, 6>, S<10>>, 3>(),
            i: BrForms::of::<Calc<Op, Tee<Calc<Add, S<7>, I<8>>, 6>, H<10>>, 3>(),
        }
    }
}

/// A comparison of what a load finds, as the condition of a branch. Layout: `[offset32 a b][offset32 of the load _ _]`.
#[derive(Clone, Copy)]
pub struct LoadTestForms {
    pub s: BrForms,
    pub i: BrForms,
    /// The load is at `a + b`, the comparison with a 16-bit immediate: `[offset32 a b][offset32 of the load, imm16 _]`.
    pub sum: BrForms,
}

impl LoadTestForms {
    const fn of<L: LoadOp<R = u32>, Op: BinOp<A = u32, B = u32, R = u32>>() -> LoadTestForms {
        LoadTestForms {
            s: BrForms::of::<Calc<Op, Ld<L, Mem32<8>, S<6>>, S<7>>, 3>(),
            i: BrForms::of::<Calc<Op, Ld<L, Mem32<8>, S<6>>, H<7>>, 3>(),
            sum: BrForms::of::<Calc<Op, Ld<L, Mem32<8>, Calc<I32Add, S<6>, S<7>>>, H<10>>, 3>(),
        }
    }
}

/// Forms of a load from memory 0 (with 32-bit addresses, unless said otherwise). Layout: `[d a offset32]`.
pub struct LoadForms {
    /// The class of the result.
    pub class: Class,
    /// The type of the result.
    pub result: Scalar,
    pub s: Handler,
    pub a: Handler,
    /// At `a + b`: `[d a offset32][b _ _ _]`.
    pub ss: Handler,
    pub as_: Handler,
    /// At `a + imm32`: `[d a offset32][imm32 _ _]`.
    pub si: Handler,
    pub ai: Handler,
    /// At `a + (b << imm16)`: `[d a offset32][b imm16 _ _]`.
    pub scaled: Handler,
    pub scaled_a: Handler,
    /// At `base + ((a & mask) << shift)`: `[d _ offset32][a mask shift base]`.
    pub ring: Handler,
    pub ring_a: Handler,
    /// At what `i32.load` finds at `a`: `[d a offset32][inner offset32 _ _]`.
    pub indirect: Handler,
    /// At the offset alone: `[d _ offset32]`.
    pub fixed: Handler,
    /// With 64-bit addresses.
    pub wide_s: Handler,
    pub wide_a: Handler,
    /// From any memory, with 32-bit and with 64-bit addresses.
    pub any: Handler,
    pub any_wide: Handler,
    /// As the producer for other instructions.
    pub group: LoadGroup,
}

/// Which loads have fused forms with the instructions that use their result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadGroup {
    /// None.
    Plain,
    /// `i32.load`, 0; `i32.load8_u`, 1; `i32.load16_u`, 2; `i32.load8_s`, 3.
    I32(u8),
    /// `i64.load`.
    I64,
    /// `f32.load`.
    F32,
    /// `f64.load`.
    F64,
}

/// The address `base + ((a & mask) << shift)`, in word 2: `[a mask shift base]`.
type Ring<X> = Calc<I32Add, Calc<I32Shl, Calc<I32And, X, H<9>>, H<10>>, S<11>>;
type Scaled<X> = Calc<I32Add, X, Calc<I32Shl, S<8>, H<9>>>;

impl LoadForms {
    /// The forms of `L`.
    pub const fn of<L: LoadOp<R: AsScalar>>(group: LoadGroup) -> LoadForms {
        LoadForms {
            class: <L::R as AsScalar>::SCALAR.class(),
            result: <L::R as AsScalar>::SCALAR,
            s: handler::<Put<L::R, Ld<L, Mem32<6>, S<5>>, 2>>,
            a: handler::<Put<L::R, Ld<L, Mem32<6>, A>, 2>>,
            ss: handler::<Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, S<8>>>, 3>>,
            as_: handler::<Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, A, S<8>>>, 3>>,
            si: handler::<Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, I<8>>>, 3>>,
            ai: handler::<Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, A, I<8>>>, 3>>,
            scaled: handler::<Put<L::R, Ld<L, Mem32<6>, Scaled<S<5>>>, 3>>,
            scaled_a: handler::<Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, Calc<I32Shl, A, H<9>>>>, 3>>,
            ring: handler::<Put<L::R, Ld<L, Mem32<6>, Ring<S<8>>>, 3>>,
            ring_a: handler::<Put<L::R, Ld<L, Mem32<6>, Ring<A>>, 3>>,
            indirect: handler::<Put<L::R, Ld<L, Mem32<6>, Ld<I32Load, Mem32<8>, S<5>>>, 3>>,
            fixed: handler::<Put<L::R, Ld<L, Mem32<6>, Nil>, 2>>,
            wide_s: handler::<Put<L::R, Ld<L, Mem64<6>, S<5>>, 2>>,
            wide_a: handler::<Put<L::R, Ld<L, Mem64<6>, A>, 2>>,
            any: handler::<Put<L::R, Ld<L, MemAny<u32>, S<5>>, 3>>,
            any_wide: handler::<Put<L::R, Ld<L, MemAny<u64>, S<5>>, 3>>,
            group,
        }
    }
}

/// Forms of a store to memory 0. Layout: `[a v offset32]`, `v` a slot or a 16-bit immediate.
pub struct StoreForms {
    /// The type of the value.
    pub operand: Scalar,
    /// Whether it stores the whole value.
    pub full: bool,
    pub ss: Handler,
    pub sa: Handler,
    pub as_: Handler,
    pub si: Handler,
    pub ai: Handler,
    /// At `a + b`: `[a v offset32][b _ _ _]`.
    pub sum_s: Handler,
    pub sum_a: Handler,
    /// At `a + imm32`: `[a v offset32][imm32 _ _]`.
    pub sum_i: Handler,
    /// At `a + (b << imm16)`: `[a v offset32][b imm16 _ _]`.
    pub scaled_s: Handler,
    pub scaled_a: Handler,
    /// At `base + ((a & mask) << shift)`: `[_ v offset32][a mask shift base]`.
    pub ring_s: Handler,
    pub ring_a: Handler,
    /// At the offset alone: `[_ v offset32]`.
    pub fixed_s: Handler,
    pub fixed_a: Handler,
    pub fixed_i: Handler,
    /// With 64-bit addresses.
    pub wide_ss: Handler,
    pub wide_sa: Handler,
    /// To any memory, with 32-bit and with 64-bit addresses.
    pub any: Handler,
    pub any_wide: Handler,
}

impl StoreForms {
    /// The forms of `St`.
    pub const fn of<St: StoreOp<V: AsScalar>>() -> StoreForms {
        StoreForms {
            operand: <St::V as AsScalar>::SCALAR,
            full: St::SIZE == size_of::<St::V>() as u64,
            ss: handler::<Store<St, Mem32<6>, S<4>, S<5>, 2>>,
            sa: handler::<Store<St, Mem32<6>, S<4>, A, 2>>,
            as_: handler::<Store<St, Mem32<6>, A, S<5>, 2>>,
            si: handler::<Store<St, Mem32<6>, S<4>, H<5>, 2>>,
            ai: handler::<Store<St, Mem32<6>, A, H<5>, 2>>,
            sum_s: handler::<Store<St, Mem32<6>, Calc<I32Add, S<4>, S<8>>, S<5>, 3>>,
            sum_a: handler::<Store<St, Mem32<6>, Calc<I32Add, S<4>, S<8>>, A, 3>>,
            sum_i: handler::<Store<St, Mem32<6>, Calc<I32Add, S<4>, I<8>>, S<5>, 3>>,
            scaled_s: handler::<Store<St, Mem32<6>, Scaled<S<4>>, S<5>, 3>>,
            scaled_a: handler::<Store<St, Mem32<6>, Scaled<S<4>>, A, 3>>,
            ring_s: handler::<Store<St, Mem32<6>, Ring<S<8>>, S<5>, 3>>,
            ring_a: handler::<Store<St, Mem32<6>, Ring<S<8>>, A, 3>>,
            fixed_s: handler::<Store<St, Mem32<6>, Nil, S<5>, 2>>,
            fixed_a: handler::<Store<St, Mem32<6>, Nil, A, 2>>,
            fixed_i: handler::<Store<St, Mem32<6>, Nil, H<5>, 2>>,
            wide_ss: handler::<Store<St, Mem64<6>, S<4>, S<5>, 2>>,
            wide_sa: handler::<Store<St, Mem64<6>, S<4>, A, 2>>,
            any: handler::<Store<St, MemAny<u32>, S<4>, S<5>, 3>>,
            any_wide: handler::<Store<St, MemAny<u64>, S<4>, S<5>, 3>>,
        }
    }
}

/// Two binary instructions as one, the first the left operand of the second (or, where the single letter comes first,
/// the right one). Layout: `[d a b c]`; `b` and `c` may be 16-bit immediates; `w` is in word 2.
#[derive(Clone, Copy)]
pub struct PairForms {
    pub ss_s: Handler,
    pub si_s: Handler,
    pub as_s: Handler,
    pub ai_s: Handler,
    pub ss_i: Handler,
    pub si_i: Handler,
    pub as_i: Handler,
    pub ai_i: Handler,
    pub ss_w: Handler,
    pub as_w: Handler,
    pub s_ss: Handler,
    pub s_si: Handler,
    pub s_as: Handler,
    pub s_ai: Handler,
    pub ss_a: Handler,
    pub si_a: Handler,
    pub a_ss: Handler,
    pub a_si: Handler,
}

impl PairForms {
    const fn of<T: AsScalar, P: BinOp<A = T, B = T, R = T>, C: BinOp<A = T, B = T, R = T>>() -> PairForms {
        PairForms {
            ss_s: handler::<Put<T, Calc<C, Calc<P, S<5>, S<6>>, S<7>>, 2>>,
            si_s: handler::<Put<T, Calc<C, Calc<P, S<5>, H<6>>, S<7>>, 2>>,
            as_s: handler::<Put<T, Calc<C, Calc<P, A, S<6>>, S<7>>, 2>>,
            ai_s: handler::<Put<T, Calc<C, Calc<P, A, H<6>>, S<7>>, 2>>,
            ss_i: handler::<Put<T, Calc<C, Calc<P, S<5>, S<6>>, H<7>>, 2>>,
            si_i: handler::<Put<T, Calc<C, Calc<P, S<5>, H<6>>, H<7>>, 2>>,
            as_i: handler::<Put<T, Calc<C, Calc<P, A, S<6>>, H<7>>, 2>>,
            ai_i: handler::<Put<T, Calc<C, Calc<P, A, H<6>>, H<7>>, 2>>,
            ss_w: handler::<Put<T, Calc<C, Calc<P, S<5>, S<6>>, W<2>>, 3>>,
            as_w: handler::<Put<T, Calc<C, Calc<P, A, S<6>>, W<2>>, 3>>,
            s_ss: handler::<Put<T, Calc<C, S<7>, Calc<P, S<5>, S<6>>>, 2>>,
            s_si: handler::<Put<T, Calc<C, S<7>, Calc<P, S<5>, H<6>>>, 2>>,
            s_as: handler::<Put<T, Calc<C, S<7>, Calc<P, A, S<6>>>, 2>>,
            s_ai: handler::<Put<T, Calc<C, S<7>, Calc<P, A, H<6>>>, 2>>,
            ss_a: handler::<Put<T, Calc<C, Calc<P, S<5>, S<6>>, A>, 2>>,
            si_a: handler::<Put<T, Calc<C, Calc<P, S<5>, H<6>>, A>, 2>>,
            a_ss: handler::<Put<T, Calc<C, A, Calc<P, S<5>, S<6>>>, 2>>,
            a_si: handler::<Put<T, Calc<C, A, Calc<P, S<5>, H<6>>>, 2>>,
        }
    }
}

/// A binary instruction with an operand from memory, or with its result to the caller or to memory.
#[derive(Clone, Copy)]
pub struct EdgeForms {
    /// The left operand is loaded: `[d a offset32][b _ _ _]` or `[d a offset32][imm32 _ _]`.
    pub load_s: Handler,
    pub load_a: Handler,
    pub load_i: Handler,
    /// The same with the other operand in word 2 as a whole.
    pub load_w: Handler,
    /// The right operand is loaded.
    pub s_load: Handler,
    pub a_load: Handler,
    /// The result is returned: `[header a b _]`.
    pub return_ss: Handler,
    pub return_sa: Handler,
    pub return_as: Handler,
    /// The result is stored: `[a _ offset32][x y _ _]`, `y` a slot or a 16-bit immediate.
    pub store_ss: Handler,
    pub store_si: Handler,
    pub store_as: Handler,
    /// The left operand is loaded and the result stored: `[a _ offset32][x y offset32]`.
    pub update_s: Handler,
    pub update_i: Handler,
}

impl EdgeForms {
    const fn of<T: AsScalar, Op: BinOp<A = T, B = T, R = T>, L: LoadOp<R = T>, St: StoreOp<V = T>>() -> EdgeForms {
        EdgeForms {
            load_s: handler::<Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, S<8>>, 3>>,
            load_a: handler::<Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, A>, 3>>,
            load_i: handler::<Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, I<8>>, 3>>,
            load_w: handler::<Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, W<2>>, 3>>,
            s_load: handler::<Put<T, Calc<Op, S<8>, Ld<L, Mem32<6>, S<5>>>, 3>>,
            a_load: handler::<Put<T, Calc<Op, A, Ld<L, Mem32<6>, S<5>>>, 3>>,
            return_ss: handler::<Return1<T, Calc<Op, S<5>, S<6>>>>,
            return_sa: handler::<Return1<T, Calc<Op, S<5>, A>>>,
            return_as: handler::<Return1<T, Calc<Op, A, S<6>>>>,
            store_ss: handler::<Store<St, Mem32<6>, S<4>, Calc<Op, S<8>, S<9>>, 3>>,
            store_si: handler::<Store<St, Mem32<6>, S<4>, Calc<Op, S<8>, H<9>>, 3>>,
            store_as: handler::<Store<St, Mem32<6>, S<4>, Calc<Op, A, S<9>>, 3>>,
            update_s: handler::<Store<St, Mem32<6>, S<4>, Calc<Op, Ld<L, Mem32<10>, S<8>>, S<9>>, 3>>,
            update_i: handler::<Store<St, Mem32<6>, S<4>, Calc<Op, Ld<L, Mem32<10>, S<8>>, H<9>>, 3>>,
        }
    }
}

macro_rules! group {
    ($pairs:ident, $edges:ident, $t:ty, $load:ty, $store:ty, $count:literal, $all:tt: $($op:ident)*) => {
        /// What each instruction of this type, as a producer, makes with each as its consumer.
        pub static $pairs: [[PairForms; $count]; $count] = [$(group!(@row $t, $op, $all)),*];
        /// What each instruction of this type makes with a load, a store or a return.
        pub static $edges: [EdgeForms; $count] = [$(EdgeForms::of::<$t, $op, $load, $store>()),*];
    };
    (@row $t:ty, $p:ident, [$($c:ident)*]) => { [$(PairForms::of::<$t, $p, $c>()),*] };
}

group!(I32_PAIRS, I32_EDGES, u32, I32Load, crate::exec::memory::I32Store, 10,
    [I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl]:
    I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl);
group!(I64_PAIRS, I64_EDGES, u64, crate::exec::memory::I64Load, crate::exec::memory::I64Store, 10,
    [I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl]:
    I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl);
group!(F32_PAIRS, F32_EDGES, f32, crate::exec::memory::F32Load, crate::exec::memory::F32Store, 4,
    [F32Add F32Sub F32Mul F32Div]: F32Add F32Sub F32Mul F32Div);
group!(F64_PAIRS, F64_EDGES, f64, crate::exec::memory::F64Load, crate::exec::memory::F64Store, 4,
    [F64Add F64Sub F64Mul F64Div]: F64Add F64Sub F64Mul F64Div);

/// The forms for each comparison of a type, in the order that [`I32_CMPS`] and [`F32_CMPS`] have.
macro_rules! by_comparison {
    (i32 $make:tt) => { by_comparison!(@ $make I32Eq I32Ne I32LtS I32LtU I32GtS I32GtU I32LeS I32LeU I32GeS I32GeU) };
    (i64 $make:tt) => { by_comparison!(@ $make I64Eq I64Ne I64LtS I64LtU I64GtS I64GtU I64LeS I64LeU I64GeS I64GeU) };
    (f32 $make:tt) => { by_comparison!(@ $make F32Eq F32Ne F32Lt F32Gt F32Le F32Ge) };
    (f64 $make:tt) => { by_comparison!(@ $make F64Eq F64Ne F64Lt F64Gt F64Le F64Ge) };
    (@ $make:tt $($op:ident)*) => { [$(by_comparison!(@one $make $op)),*] };
    (@one (CmpForms) $op:ident) => { CmpForms::of::<$op>() };
    (@one (CmpFormsI32) $op:ident) => { CmpForms::of_i32::<$op>() };
    (@one (StepForms $add:ident) $op:ident) => { StepForms::of::<$add, $op>() };
    (@one (LoadTestForms $load:ident) $op:ident) => { LoadTestForms::of::<$load, $op>() };
}

/// Counting loops on `i32`, by comparison (in the order of [`I32_CMPS`]).
pub static I32_STEPS: [StepForms; 10] = by_comparison!(i32 (StepForms I32Add));
/// Counting loops on `i64`.
pub static I64_STEPS: [StepForms; 10] = by_comparison!(i64 (StepForms I64Add));
/// Comparisons of loaded values, by load (in the order of [`LoadGroup::I32`]) and comparison.
pub static LOAD_TESTS: [[LoadTestForms; 10]; 4] = [
    by_comparison!(i32 (LoadTestForms I32Load)),
    by_comparison!(i32 (LoadTestForms I32Load8U)),
    by_comparison!(i32 (LoadTestForms I32Load16U)),
    by_comparison!(i32 (LoadTestForms I32Load8S)),
];

/// `base + ((a & mask) << shift)` as a value: `[d _ _ _][a mask shift base]`, `a` in a slot.
pub static RING: Handler = handler::<Put<u32, Ring<S<8>>, 3>>;
/// The same with `a` in the accumulator.
pub static RING_A: Handler = handler::<Put<u32, Ring<A>, 3>>;

/// A loaded float times a float, plus a float: `[d a offset32][b c _ _]`, `b` in a slot.
pub static F32_LOAD_MUL_ADD: Handler =
    handler::<Put<f32, Calc<F32Add, Calc<F32Mul, Ld<F32Load, Mem32<6>, S<5>>, S<8>>, S<9>>, 3>>;
/// The same with `b` in the accumulator.
pub static F32_LOAD_MUL_ADD_A: Handler =
    handler::<Put<f32, Calc<F32Add, Calc<F32Mul, Ld<F32Load, Mem32<6>, S<5>>, A>, S<9>>, 3>>;
/// The same for `f64`.
pub static F64_LOAD_MUL_ADD: Handler =
    handler::<Put<f64, Calc<F64Add, Calc<F64Mul, Ld<F64Load, Mem32<6>, S<5>>, S<8>>, S<9>>, 3>>;
/// The same for `f64` with `b` in the accumulator.
pub static F64_LOAD_MUL_ADD_A: Handler =
    handler::<Put<f64, Calc<F64Add, Calc<F64Mul, Ld<F64Load, Mem32<6>, S<5>>, A>, S<9>>, 3>>;

/// Branches on a plain `i32`: in a slot `[offset32 a _]`, in the accumulator.
pub static TEST_S: BrForms = BrForms::of::<S<6>, 2>();
/// The same in the accumulator.
pub static TEST_A: BrForms = BrForms::of::<A, 2>();
/// Branches on a sum that is also written: `[offset32 d a][imm32 _ _]`.
pub static TEST_STEP: BrForms = BrForms::of::<Tee<Calc<I32Add, S<7>, I<8>>, 6>, 3>();
/// Branches on `a & b`: `[offset32 a b]`, `b` a slot, a 16-bit immediate.
pub static TEST_AND_S: BrForms = BrForms::of::<Calc<I32And, S<6>, S<7>>, 2>();
/// The same with an immediate.
pub static TEST_AND_I: BrForms = BrForms::of::<Calc<I32And, S<6>, H<7>>, 2>();
/// The same with the accumulator and an immediate.
pub static TEST_AND_AI: BrForms = BrForms::of::<Calc<I32And, A, H<7>>, 2>();

/// The comparisons of `i32`.
pub static I32_CMPS: [CmpForms; 10] = by_comparison!(i32(CmpFormsI32));
/// The comparisons of `i64`.
pub static I64_CMPS: [CmpForms; 10] = by_comparison!(i64(CmpForms));
/// The comparisons of `f32`.
pub static F32_CMPS: [CmpForms; 6] = by_comparison!(f32(CmpForms));
/// The comparisons of `f64`.
pub static F64_CMPS: [CmpForms; 6] = by_comparison!(f64(CmpForms));
