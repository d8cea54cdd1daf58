//! What computes: numeric instructions by themselves and fused, branches and selections by what they compute.

use super::{Catalogue, add};
use crate::exec::branch::{BACKWARD, BrIf, FORWARD};
use crate::exec::call::Return1;
use crate::exec::memory::{
    F32Load, F32Store, F64Load, F64Store, I32Load, I32Load8S, I32Load8U, I32Load16U, I32Store, I64Load, I64Store, Ld,
    LoadOp, Mem32, Store, StoreOp,
};
use crate::exec::numeric::{Pick, Put};
use crate::exec::operand::{A, Calc, Calc1, H, I, Nil, Operand, S, Tee, W};
use crate::explain::names::Named;
use crate::explain::operands::{Shown, ShownValue};
use crate::ops::*;

/// The forms of [`crate::forms::BinForms`].
fn binary<Op: BinOp<B = <Op as BinOp>::A> + Named>(all: &mut Catalogue)
where
    Op::A: ShownValue,
    Op::R: ShownValue,
{
    add! { all:
        Put<Op::R, Calc<Op, S<5>, S<6>>, 2>;
        Put<Op::R, Calc<Op, S<5>, A>, 2>;
        Put<Op::R, Calc<Op, A, S<6>>, 2>;
        Put<Op::R, Calc<Op, S<5>, I<6>>, 2>;
        Put<Op::R, Calc<Op, A, I<6>>, 2>;
        Put<Op::R, Calc<Op, I<6>, S<5>>, 2>;
        Put<Op::R, Calc<Op, I<6>, A>, 2>;
        Put<Op::R, Calc<Op, S<5>, W<2>>, 3>;
        Put<Op::R, Calc<Op, A, W<2>>, 3>;
    }
}

/// The forms of [`crate::forms::UnForms`].
fn unary<Op: UnOp + Named>(all: &mut Catalogue)
where
    Op::A: ShownValue,
    Op::R: ShownValue,
{
    add! { all: Put<Op::R, Calc1<Op, S<5>>, 2>; Put<Op::R, Calc1<Op, A>, 2>; }
}

/// The numeric instructions by themselves.
pub fn scalars(all: &mut Catalogue) {
    macro_rules! bins {
        ($($ty:ident $name:literal ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => { $(binary::<$ty>(all);)* };
    }
    macro_rules! cmps {
        ($($ty:ident $name:literal ($a:ty, $b:ty) = $f:path;)*) => { $(binary::<$ty>(all);)* };
    }
    macro_rules! uns {
        ($($ty:ident $name:literal ($a:ty) -> $r:ty = |$x:ident| $e:expr;)*) => { $(unary::<$ty>(all);)* };
    }
    for_each_bin_op!(bins);
    for_each_trapping_bin_op!(bins);
    for_each_cmp_op!(cmps);
    for_each_un_op!(uns);
}

/// The forms of [`crate::forms::PairForms`].
fn pair<T: ShownValue, P: BinOp<A = T, B = T, R = T> + Named, C: BinOp<A = T, B = T, R = T> + Named>(
    all: &mut Catalogue,
) {
    add! { all:
        Put<T, Calc<C, Calc<P, S<5>, S<6>>, S<7>>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, H<6>>, S<7>>, 2>;
        Put<T, Calc<C, Calc<P, A, S<6>>, S<7>>, 2>;
        Put<T, Calc<C, Calc<P, A, H<6>>, S<7>>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, S<6>>, H<7>>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, H<6>>, H<7>>, 2>;
        Put<T, Calc<C, Calc<P, A, S<6>>, H<7>>, 2>;
        Put<T, Calc<C, Calc<P, A, H<6>>, H<7>>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, S<6>>, W<2>>, 3>;
        Put<T, Calc<C, Calc<P, A, S<6>>, W<2>>, 3>;
        Put<T, Calc<C, S<7>, Calc<P, S<5>, S<6>>>, 2>;
        Put<T, Calc<C, S<7>, Calc<P, S<5>, H<6>>>, 2>;
        Put<T, Calc<C, S<7>, Calc<P, A, S<6>>>, 2>;
        Put<T, Calc<C, S<7>, Calc<P, A, H<6>>>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, S<6>>, A>, 2>;
        Put<T, Calc<C, Calc<P, S<5>, H<6>>, A>, 2>;
        Put<T, Calc<C, A, Calc<P, S<5>, S<6>>>, 2>;
        Put<T, Calc<C, A, Calc<P, S<5>, H<6>>>, 2>;
    }
}

/// The forms of [`crate::forms::EdgeForms`].
fn edge<T, Op, L, St>(all: &mut Catalogue)
where
    T: ShownValue,
    Op: BinOp<A = T, B = T, R = T> + Named,
    L: LoadOp<R = T> + Named,
    St: StoreOp<V = T> + Named,
{
    add! { all:
        Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, S<8>>, 3>;
        Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, A>, 3>;
        Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, I<8>>, 3>;
        Put<T, Calc<Op, Ld<L, Mem32<6>, S<5>>, W<2>>, 3>;
        Put<T, Calc<Op, S<8>, Ld<L, Mem32<6>, S<5>>>, 3>;
        Put<T, Calc<Op, A, Ld<L, Mem32<6>, S<5>>>, 3>;
        Return1<T, Calc<Op, S<5>, S<6>>>;
        Return1<T, Calc<Op, S<5>, A>>;
        Return1<T, Calc<Op, A, S<6>>>;
        Store<St, Mem32<6>, S<4>, Calc<Op, S<8>, S<9>>, 3>;
        Store<St, Mem32<6>, S<4>, Calc<Op, S<8>, H<9>>, 3>;
        Store<St, Mem32<6>, S<4>, Calc<Op, A, S<9>>, 3>;
        Store<St, Mem32<6>, S<4>, Calc<Op, Ld<L, Mem32<10>, S<8>>, S<9>>, 3>;
        Store<St, Mem32<6>, S<4>, Calc<Op, Ld<L, Mem32<10>, S<8>>, H<9>>, 3>;
    }
}

/// The instructions of a type that fuse with one another, and with loads, stores and returns.
macro_rules! group {
    ($all:ident, $t:ty, $load:ty, $store:ty, $ops:tt: $($op:ident)*) => {
        $(group!(@row $all, $t, $op, $ops);)*
        $(edge::<$t, $op, $load, $store>($all);)*
    };
    (@row $all:ident, $t:ty, $p:ident, [$($c:ident)*]) => { $(pair::<$t, $p, $c>($all);)* };
}
pub fn groups(all: &mut Catalogue) {
    group!(all, u32, I32Load, I32Store,
        [I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl]:
        I32Add I32Sub I32Mul I32And I32Or I32Xor I32Shl I32ShrS I32ShrU I32Rotl);
    group!(all, u64, I64Load, I64Store,
        [I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl]:
        I64Add I64Sub I64Mul I64And I64Or I64Xor I64Shl I64ShrS I64ShrU I64Rotl);
    group!(all, f32, F32Load, F32Store, [F32Add F32Sub F32Mul F32Div]: F32Add F32Sub F32Mul F32Div);
    group!(all, f64, F64Load, F64Store, [F64Add F64Sub F64Mul F64Div]: F64Add F64Sub F64Mul F64Div);
    add! { all:
        Put<u32, Ring<S<8>>, 3>;
        Put<u32, Ring<A>, 3>;
        Put<f32, Calc<F32Add, Calc<F32Mul, Ld<F32Load, Mem32<6>, S<5>>, S<8>>, S<9>>, 3>;
        Put<f32, Calc<F32Add, Calc<F32Mul, Ld<F32Load, Mem32<6>, S<5>>, A>, S<9>>, 3>;
        Put<f64, Calc<F64Add, Calc<F64Mul, Ld<F64Load, Mem32<6>, S<5>>, S<8>>, S<9>>, 3>;
        Put<f64, Calc<F64Add, Calc<F64Mul, Ld<F64Load, Mem32<6>, S<5>>, A>, S<9>>, 3>;
    }
}

/// The addresses that loads and stores compute, as in [`crate::forms`].
pub type Ring<X> = Calc<I32Add, Calc<I32Shl, Calc<I32And, X, H<9>>, H<10>>, S<11>>;
/// As above.
pub type Scaled<X> = Calc<I32Add, X, Calc<I32Shl, S<8>, H<9>>>;

/// The forms of [`crate::forms::BrForms`], without those that pay fuel and those that branch if a condition does not hold.
fn branch<C: Shown<u32> + Operand<u32>, const LEN: usize>(all: &mut Catalogue) {
    add! { all:
        BrIf<C, false, FORWARD, LEN>;
        BrIf<C, false, BACKWARD, LEN>;
    }
}

/// Those too. Comparisons of integers have none: they are turned round. It matters, because an optimised build has one
/// handler for *if not equal* and *unless equal*, and no longer tells which of them was meant.
fn branch_unless<C: Shown<u32> + Operand<u32>, const LEN: usize>(all: &mut Catalogue) {
    branch::<C, LEN>(all);
    add! { all: BrIf<C, true, FORWARD, LEN>; }
}

/// The forms of [`crate::forms::SelectForms`].
fn select<C: Shown<u32> + Operand<u32>>(all: &mut Catalogue) {
    add! { all:
        Put<u64, Pick<C, S<8>, S<10>>, 3>;
        Put<u64, Pick<C, S<8>, I<10>>, 3>;
        Put<u64, Pick<C, I<8>, S<10>>, 3>;
        Put<u64, Pick<C, I<8>, I<10>>, 3>;
        Put<u64, Pick<C, S<8>, A>, 3>;
        Put<u64, Pick<C, I<8>, A>, 3>;
        Put<u64, Pick<C, A, S<10>>, 3>;
        Put<u64, Pick<C, A, I<10>>, 3>;
        Put<f32, Pick<C, S<8>, S<10>>, 3>;
        Put<f64, Pick<C, S<8>, S<10>>, 3>;
    }
}

/// The forms of [`crate::forms::CmpForms`], but those of the comparison as a value.
fn comparison<Op: BinOp<B = <Op as BinOp>::A, R = u32> + Named>(all: &mut Catalogue)
where
    Op::A: ShownValue,
{
    branch::<Calc<Op, S<6>, S<7>>, 2>(all);
    branch::<Calc<Op, S<6>, A>, 2>(all);
    branch::<Calc<Op, A, S<7>>, 2>(all);
    branch::<Calc<Op, S<6>, H<7>>, 2>(all);
    branch::<Calc<Op, A, H<7>>, 2>(all);
    branch::<Calc<Op, S<6>, W<2>>, 3>(all);
    branch::<Calc<Op, A, W<2>>, 3>(all);
    select::<Calc<Op, S<5>, S<6>>>(all);
    select::<Calc<Op, S<5>, H<6>>>(all);
}

/// The branches of [`crate::forms::CmpForms`] if a comparison of floats does not hold, which is no comparison itself: of NaN,
/// none holds.
fn comparison_unless<Op: BinOp<B = <Op as BinOp>::A, R = u32> + Named>(all: &mut Catalogue)
where
    Op::A: ShownValue,
{
    add! { all:
        BrIf<Calc<Op, S<6>, S<7>>, true, FORWARD, 2>;
        BrIf<Calc<Op, S<6>, A>, true, FORWARD, 2>;
        BrIf<Calc<Op, A, S<7>>, true, FORWARD, 2>;
        BrIf<Calc<Op, S<6>, H<7>>, true, FORWARD, 2>;
        BrIf<Calc<Op, A, H<7>>, true, FORWARD, 2>;
        BrIf<Calc<Op, S<6>, W<2>>, true, FORWARD, 3>;
        BrIf<Calc<Op, A, W<2>>, true, FORWARD, 3>;
    }
}

/// What only comparisons of `i32` have.
fn comparison_i32<Op: BinOp<A = u32, B = u32, R = u32> + Named>(all: &mut Catalogue) {
    comparison::<Op>(all);
    branch::<Calc<Op, Calc<I32Add, S<6>, H<7>>, H<8>>, 3>(all);
    branch::<Calc<Op, Calc<I32And, S<6>, H<7>>, H<8>>, 3>(all);
    step::<I32Add, Op>(all);
    load_test::<I32Load, Op>(all);
    load_test::<I32Load8U, Op>(all);
    load_test::<I32Load16U, Op>(all);
    load_test::<I32Load8S, Op>(all);
}

/// What only comparisons of `i64` have.
fn comparison_i64<Op: BinOp<A = u64, B = u64, R = u32> + Named>(all: &mut Catalogue) {
    comparison::<Op>(all);
    step::<I64Add, Op>(all);
}

/// The forms of [`crate::forms::StepForms`].
fn step<Add: BinOp<B = <Add as BinOp>::A, R = <Add as BinOp>::A> + Named, Op>(all: &mut Catalogue)
where
    Add::A: ShownValue,
    Op: BinOp<A = Add::A, B = Add::A, R = u32> + Named,
{
    branch::<Calc<Op, Tee<Calc<Add, S<7>, I<8>>, 6>, S<10>>, 3>(all);
    branch::<Calc<Op, Tee<Calc<Add, S<7>, I<8>>, 6>, H<10>>, 3>(all);
}

/// The forms of [`crate::forms::LoadTestForms`].
fn load_test<L: LoadOp<R = u32> + Named, Op: BinOp<A = u32, B = u32, R = u32> + Named>(all: &mut Catalogue) {
    branch::<Calc<Op, Ld<L, Mem32<8>, S<6>>, S<7>>, 3>(all);
    branch::<Calc<Op, Ld<L, Mem32<8>, S<6>>, H<7>>, 3>(all);
    branch::<Calc<Op, Ld<L, Mem32<8>, Calc<I32Add, S<6>, S<7>>>, H<10>>, 3>(all);
}

/// Branches and selections by what some instruction computes.
pub fn conditions(all: &mut Catalogue) {
    macro_rules! comparisons {
        ($of:ident: $($op:ident)*) => { $($of::<$op>(all);)* };
    }
    comparisons!(comparison_i32: I32Eq I32Ne I32LtS I32LtU I32GtS I32GtU I32LeS I32LeU I32GeS I32GeU);
    comparisons!(comparison_i64: I64Eq I64Ne I64LtS I64LtU I64GtS I64GtU I64LeS I64LeU I64GeS I64GeU);
    comparisons!(comparison: F32Eq F32Ne F32Lt F32Gt F32Le F32Ge F64Eq F64Ne F64Lt F64Gt F64Le F64Ge);
    comparisons!(comparison_unless: F32Lt F32Gt F32Le F32Ge F64Lt F64Gt F64Le F64Ge);
    branch_unless::<S<6>, 2>(all);
    branch_unless::<A, 2>(all);
    branch_unless::<Tee<Calc<I32Add, S<7>, I<8>>, 6>, 3>(all);
    branch_unless::<Calc<I32And, S<6>, S<7>>, 2>(all);
    branch_unless::<Calc<I32And, S<6>, H<7>>, 2>(all);
    branch_unless::<Calc<I32And, A, H<7>>, 2>(all);
    select::<S<5>>(all);
    select::<A>(all);
    select::<Calc<I32And, S<5>, H<6>>>(all);
    select::<Calc<I64Ne, Calc<I64And, S<5>, H<6>>, Nil>>(all);
}
