//! The text of operands.

use super::names::{Named, NamedVector};
use super::template::{Field, Template};
use crate::exec::data::{Cell, Global, ImportedFunc, MemorySize, NonNull, RefFunc, TableGet, TableSize};
use crate::exec::memory::{Ld, Mem32, Mem64, MemAny, Place};
use crate::exec::numeric::Pick;
use crate::exec::operand::{A, Calc, Calc1, H, I, Nil, S, Tee, Value, W};
use crate::exec::simd;
use crate::ops::{BinOp, UnOp};
use crate::vector_ops::for_each_vector_op;

/// An operand that yields a `T`, as text.
pub trait Shown<T> {
    /// Its text.
    const TEXT: Template;
    /// Whether it is put together from others, and so takes parentheses inside another.
    const COMPOUND: bool = false;
    /// Whether it is the zero that is written nowhere.
    const ABSENT: bool = false;
    /// How many words it takes behind the instruction's first two.
    const WORDS: usize = 0;
}

/// An operand inside another.
pub const fn nested<T, X: Shown<T>>() -> Template {
    if X::COMPOUND { Template::of("(").then(X::TEXT).text(")") } else { X::TEXT }
}

/// How constants of a type, and its accumulator, are shown.
pub trait ShownValue: Value {
    /// A 32-bit immediate.
    const IMMEDIATE: Field;
    /// A word.
    const WORD: Field;
    /// The accumulator.
    const ACCUMULATOR: &'static str;
}
impl ShownValue for u32 {
    const IMMEDIATE: Field = Field::Int32;
    const WORD: Field = Field::WordInt;
    const ACCUMULATOR: &'static str = "acc";
}
impl ShownValue for u64 {
    const IMMEDIATE: Field = Field::Int32;
    const WORD: Field = Field::WordInt;
    const ACCUMULATOR: &'static str = "acc";
}
impl ShownValue for f32 {
    const IMMEDIATE: Field = Field::F32;
    const WORD: Field = Field::WordInt;
    const ACCUMULATOR: &'static str = "acc.f32";
}
impl ShownValue for f64 {
    const IMMEDIATE: Field = Field::Int32;
    const WORD: Field = Field::WordF64;
    const ACCUMULATOR: &'static str = "acc.f64";
}

impl<T: ShownValue, const AT: usize> Shown<T> for S<AT> {
    const TEXT: Template = Template::of_field(Field::Slot, AT);
}
impl<T: ShownValue> Shown<T> for A {
    const TEXT: Template = Template::of(T::ACCUMULATOR);
}
impl<T: ShownValue, const AT: usize> Shown<T> for I<AT> {
    const TEXT: Template = Template::of_field(T::IMMEDIATE, AT);
}
impl<T: ShownValue, const AT: usize> Shown<T> for H<AT> {
    const TEXT: Template = Template::of_field(Field::Int16, AT);
}
impl<T: ShownValue, const K: usize> Shown<T> for W<K> {
    const TEXT: Template = Template::of_field(T::WORD, K);
    const WORDS: usize = 1;
}
impl<T: ShownValue> Shown<T> for Nil {
    const TEXT: Template = Template::of("0");
    const ABSENT: bool = true;
}

impl<Op: BinOp + Named, X: Shown<Op::A>, Y: Shown<Op::B>> Shown<Op::R> for Calc<Op, X, Y> {
    const TEXT: Template = Template::of_field(Field::Operator, Op::NUMBER)
        .text(" ")
        .then(nested::<Op::A, X>())
        .text(", ")
        .then(nested::<Op::B, Y>());
    const COMPOUND: bool = true;
}
impl<Op: UnOp + Named, X: Shown<Op::A>> Shown<Op::R> for Calc1<Op, X> {
    const TEXT: Template = Template::of_field(Field::Operator, Op::NUMBER).text(" ").then(nested::<Op::A, X>());
    const COMPOUND: bool = true;
}
impl<T: ShownValue, X: Shown<T>, const D: usize> Shown<T> for Tee<X, D> {
    const TEXT: Template = Template::of_field(Field::Slot, D).text(" = ").then(X::TEXT);
    const COMPOUND: bool = true;
}
impl<T: ShownValue, C: Shown<u32>, X: Shown<T>, Y: Shown<T>> Shown<T> for Pick<C, X, Y> {
    const TEXT: Template = Template::of("select ")
        .then(nested::<T, X>())
        .text(", ")
        .then(nested::<T, Y>())
        .text(", ")
        .then(nested::<u32, C>());
    const COMPOUND: bool = true;
}

/// The place of an access: the memory, unless it is memory 0, then the address and the constant offset in brackets.
pub trait PlaceText<X> {
    /// It.
    const TEXT: Template;
}
impl<X: Shown<u32>, const OFF: usize> PlaceText<X> for Mem32<OFF> {
    const TEXT: Template = if X::ABSENT {
        Template::of("[").field(Field::Fixed, OFF).text("]")
    } else {
        Template::of("[").then(X::TEXT).field(Field::Offset, OFF).text("]")
    };
}
impl<X: Shown<u64>, const OFF: usize> PlaceText<X> for Mem64<OFF> {
    const TEXT: Template = Template::of("[").then(X::TEXT).field(Field::Offset, OFF).text("]");
}
impl<Addr: Value, X: Shown<Addr>> PlaceText<X> for MemAny<Addr> {
    const TEXT: Template =
        Template::of_field(Field::Memory, 6).text("[").then(X::TEXT).field(Field::WordOffset, 2).text("]");
}

impl<L: crate::exec::memory::LoadOp + Named, P: Place + PlaceText<X>, X: Shown<P::Address>> Shown<L::R>
    for Ld<L, P, X>
{
    const TEXT: Template = Template::of_field(Field::Operator, L::NUMBER).text(" ").then(P::TEXT);
    const COMPOUND: bool = true;
}

impl<T: ShownValue, C: Cell> Shown<T> for Global<C> {
    const TEXT: Template = Template::of("global.get ").field(Field::Global, 6);
    const COMPOUND: bool = true;
}
impl<Addr: ShownValue> Shown<u64> for TableGet<Addr> {
    const TEXT: Template = Template::of("table.get ").field(Field::Table, 6).text("[").field(Field::Slot, 5).text("]");
    const COMPOUND: bool = true;
}
impl Shown<u64> for TableSize {
    const TEXT: Template = Template::of("table.size ").field(Field::Table, 6);
    const COMPOUND: bool = true;
}
impl Shown<u64> for MemorySize {
    const TEXT: Template = Template::of("memory.size ").field(Field::Memory, 6);
    const COMPOUND: bool = true;
}
impl Shown<u64> for RefFunc {
    const TEXT: Template = Template::of("ref.func ").field(Field::Reference, 6);
    const COMPOUND: bool = true;
}
impl Shown<u64> for ImportedFunc {
    const TEXT: Template = Template::of("ref.func ").field(Field::Import, 6);
    const COMPOUND: bool = true;
}
impl Shown<u64> for NonNull {
    const TEXT: Template = Template::of("ref.as_non_null ").field(Field::Slot, 5);
    const COMPOUND: bool = true;
}

macro_rules! vector_operands {
    (
        binary $b:tt unary $u:tt ternary $t:tt shift $s:tt
        test { $($q:ident $qf:ident,)* }
        splat $p:tt
        extract { $($e:ident $ef:ident $et:ty,)* }
        replace $r:tt
    ) => {
        $(impl Shown<u32> for simd::$q {
            const TEXT: Template = vector(<simd::$q as NamedVector>::NUMBER);
            const COMPOUND: bool = true;
        })*
        $(impl Shown<$et> for simd::$e {
            const TEXT: Template =
                vector(<simd::$e as NamedVector>::NUMBER).text(", lane ").field(Field::Number, 6);
            const COMPOUND: bool = true;
        })*
    };
}
for_each_vector_op!(vector_operands);

/// A vector operator with its first operand.
pub const fn vector(number: usize) -> Template {
    Template::of_field(Field::VectorOperator, number).text(" ").field(Field::Slot, 5)
}
