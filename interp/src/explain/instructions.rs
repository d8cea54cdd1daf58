//! The text of instructions.

use super::names::{Named, NamedVector};
use super::operands::{PlaceText, Shown, ShownValue, nested, vector};
use super::template::{Field, Form, Template};
use crate::exec::branch::{Br, BrIf, BrOnNull, BrTable, CopyBr, CopyTwoBr};
use crate::exec::call::{
    Call, CallImport, CallIndirect, CallRef, Return, Return1, ReturnMany, TailCall, TailCallImport, TailCallIndirect,
    TailCallRef,
};
use crate::exec::data::{Cell, GlobalSet, TableSet};
use crate::exec::memory::{Place, Store, StoreOp};
use crate::exec::numeric::{AddTwo, CopyTwo, Gather, Move, Put, Zero, ZeroSome};
use crate::exec::operand::{Operand, S, Value};
use crate::exec::rare::{
    DataDrop, ElemDrop, MemoryCopy, MemoryFill, MemoryGrow, MemoryInit, TableCopy, TableFill, TableGrow, TableInit,
    Unreachable,
};
use crate::exec::simd;
use crate::exec::state::Instr;
use crate::vector_ops::for_each_vector_op;

/// An instruction that can be shown.
pub trait ShownInstr: Instr {
    /// Its length and text.
    const FORM: Form;
}

const fn form(words: usize, text: Template) -> Form {
    Form { words, text }
}

/// A slot that is assigned.
const fn set(at: usize) -> Template {
    Template::of_field(Field::Slot, at).text(" = ")
}

/// One slot set to another.
const fn copied(to: usize, from: usize) -> Template {
    set(to).field(Field::Slot, from)
}

/// The branch whose offset stands at halfword 4.
const fn goto() -> Template {
    Template::of("goto ").field(Field::Target, 4)
}

impl<T: ShownValue, X: Shown<T> + Operand<T>, const LEN: usize> ShownInstr for Put<T, X, LEN> {
    const FORM: Form = form(LEN, set(4).then(X::TEXT));
}
impl ShownInstr for CopyTwo {
    const FORM: Form = form(2, copied(6, 7).text("; ").then(copied(4, 5)));
}
impl ShownInstr for AddTwo {
    const FORM: Form = form(3, added(8).text("; ").then(added(4)));
}
/// The addition of a constant whose operands start at this halfword.
const fn added(at: usize) -> Template {
    set(at)
        .field(Field::Operator, <crate::ops::I32Add as Named>::NUMBER)
        .text(" ")
        .field(Field::Slot, at + 1)
        .text(", ")
        .field(Field::Int32, at + 2)
}
impl<const N: usize, const LEN: usize> ShownInstr for Gather<N, LEN> {
    const FORM: Form = {
        let mut text = match N {
            2 => Template::of_field(Field::TwoSlots, 4),
            3 => Template::of_field(Field::ThreeSlots, 4),
            _ => Template::of_field(Field::Slot, 4).text(" .."),
        };
        text = text.text(" = ");
        let mut position = 0;
        while position < N {
            text = text.text(if position == 0 { "" } else { ", " }).field(Field::Slot, 5 + position);
            position += 1;
        }
        form(LEN, text)
    };
}
impl ShownInstr for Move {
    const FORM: Form = form(2, Template::of_field(Field::Slot, 4).text(" .. = ").field(Field::Slots, 5));
}
impl ShownInstr for Zero {
    const FORM: Form = form(2, Template::of_field(Field::Slots, 4).text(" = 0"));
}
impl<const N: usize> ShownInstr for ZeroSome<N> {
    const FORM: Form = Zero::FORM;
}

impl<const MODE: u8> ShownInstr for Br<MODE> {
    const FORM: Form = form(2, goto());
}
impl ShownInstr for CopyBr {
    const FORM: Form = form(2, copied(6, 7).text("; ").then(goto()));
}
impl ShownInstr for CopyTwoBr {
    const FORM: Form = form(3, copied(6, 7).text("; ").then(copied(8, 9)).text("; ").then(goto()));
}
impl<C, const NOT: bool, const MODE: u8, const LEN: usize> ShownInstr for BrIf<C, NOT, MODE, LEN>
where
    C: Shown<u32> + Operand<u32>,
{
    const FORM: Form = form(LEN, goto().text(if NOT { " unless " } else { " if " }).then(C::TEXT));
}
impl<X: Shown<u32> + Operand<u32>, const AT: usize> ShownInstr for BrTable<X, AT> {
    const FORM: Form =
        form(AT, Template::of("goto by ").then(nested::<u32, X>()).text(": ").field(Field::WordTargets, AT));
}
impl<const NOT: bool> ShownInstr for BrOnNull<NOT> {
    const FORM: Form =
        form(2, goto().text(" if ").field(Field::Slot, 6).text(if NOT { " is not null" } else { " is null" }));
}

/// Where the arguments of a call stand.
const fn frame(call: Template) -> Template {
    call.text(", frame at ").field(Field::Slot, 4)
}
/// The function that an indirect call finds.
const fn element<Addr, X: Shown<Addr>>() -> Template {
    Template::of_field(Field::Table, 10).text("[").then(X::TEXT).text("] : ").field(Field::Type, 8)
}
impl ShownInstr for Call<false> {
    const FORM: Form = form(2, frame(Template::of("call ").field(Field::Function, 6)));
}
impl ShownInstr for CallImport<false> {
    const FORM: Form = form(2, frame(Template::of("call import ").field(Field::Import, 6)));
}
impl<Addr: Value, X: Shown<Addr> + Operand<Addr>> ShownInstr for CallIndirect<Addr, X, false> {
    const FORM: Form = form(3, frame(Template::of("call_indirect ").then(element::<Addr, X>())));
}
impl ShownInstr for CallRef<false> {
    const FORM: Form = form(2, frame(Template::of("call_ref ").field(Field::Slot, 6)));
}
impl ShownInstr for TailCall<false> {
    const FORM: Form =
        form(3, Template::of("return_call ").field(Field::Function, 6).text(", arguments at ").field(Field::Slot, 4));
}
impl ShownInstr for TailCallImport<false> {
    const FORM: Form = form(
        3,
        Template::of("return_call import ").field(Field::Import, 6).text(", arguments at ").field(Field::Slot, 4),
    );
}
impl<Addr: Value, X: Shown<Addr> + Operand<Addr>> ShownInstr for TailCallIndirect<Addr, X, false> {
    const FORM: Form = form(
        4,
        Template::of("return_call_indirect ").then(element::<Addr, X>()).text(", arguments at ").field(Field::Slot, 4),
    );
}
impl ShownInstr for TailCallRef<false> {
    const FORM: Form =
        form(3, Template::of("return_call_ref ").field(Field::Slot, 6).text(", arguments at ").field(Field::Slot, 4));
}
impl ShownInstr for Return {
    const FORM: Form = form(2, Template::of("return"));
}
impl<T: ShownValue, X: Shown<T> + Operand<T>> ShownInstr for Return1<T, X> {
    const FORM: Form = form(2 + X::WORDS, Template::of("return ").then(X::TEXT));
}
impl ShownInstr for ReturnMany {
    const FORM: Form = form(2, Template::of("return ").field(Field::Slots, 5));
}

impl<T: ShownValue, X: Shown<T> + Operand<T>, C: Cell> ShownInstr for GlobalSet<T, X, C> {
    const FORM: Form = form(2, Template::of("global.set ").field(Field::Global, 6).text(" = ").then(X::TEXT));
}
impl<Addr: Value> ShownInstr for TableSet<Addr> {
    const FORM: Form = form(
        2,
        Template::of("table.set ")
            .field(Field::Table, 6)
            .text("[")
            .field(Field::Slot, 4)
            .text("] = ")
            .field(Field::Slot, 5),
    );
}

impl<St, P, X, V, const LEN: usize> ShownInstr for Store<St, P, X, V, LEN>
where
    St: StoreOp + Named,
    P: Place + PlaceText<X>,
    X: Shown<P::Address> + Operand<P::Address>,
    V: Shown<St::V> + Operand<St::V>,
{
    const FORM: Form =
        form(LEN, Template::of_field(Field::Operator, St::NUMBER).text(" ").then(P::TEXT).text(" = ").then(V::TEXT));
}

/// Instructions whose operands stand in a row from the slot at halfword 4 on.
macro_rules! rows {
    ($($name:ident $words:literal $text:expr;)*) => {$(
        impl ShownInstr for $name {
            const FORM: Form = form($words, $text);
        }
    )*};
}
/// The text of a bulk instruction: its name, what it names at halfwords 6 and 8, its three operands.
const fn bulk(name: &str, first: Field, second: Option<Field>) -> Template {
    let text = bulk_name(Template::of(name).text(" "), first, 6);
    let text = match second {
        Some(field) => bulk_name(text, field, 8),
        None => text,
    };
    text.field(Field::ThreeSlots, 4)
}
const fn bulk_name(text: Template, field: Field, at: usize) -> Template {
    let text = text.field(field, at);
    match field {
        // They bring their own space along, since memory 0 goes without saying.
        Field::Memory | Field::MemoryIndex => text,
        _ => text.text(", "),
    }
}
rows! {
    Unreachable 1 Template::of("unreachable");
    MemoryGrow 2 set(4).text("memory.grow ").field(Field::MemoryIndex, 6).field(Field::Slot, 4);
    MemoryCopy 3 bulk("memory.copy", Field::Memory, Some(Field::Memory));
    MemoryFill 2 bulk("memory.fill", Field::Memory, None);
    MemoryInit 3 bulk("memory.init", Field::MemoryIndex, Some(Field::Fixed));
    DataDrop 2 Template::of("data.drop ").field(Field::Fixed, 6);
    TableGrow 2 set(4).text("table.grow ").field(Field::TableIndex, 6).text(", ").field(Field::TwoSlots, 4);
    TableCopy 3 bulk("table.copy", Field::Table, Some(Field::Table));
    TableFill 2 bulk("table.fill", Field::Table, None);
    TableInit 3 bulk("table.init", Field::TableIndex, Some(Field::Fixed));
    ElemDrop 2 Template::of("elem.drop ").field(Field::Fixed, 6);
}

/// The text of what yields a vector.
pub trait ShownVector {
    /// What stands behind the equals sign.
    const TEXT: Template;
}
macro_rules! vectors {
    (
        binary { $($b:ident $bf:ident,)* }
        unary { $($u:ident $uf:ident,)* }
        ternary { $($t:ident $tf:ident,)* }
        shift { $($s:ident $sf:ident,)* }
        test $q:tt
        splat { $($p:ident $pf:ident $pt:ty,)* }
        extract $e:tt
        replace { $($r:ident $rf:ident $rt:ty,)* }
    ) => {
        $(vectors!(@one $b .text(", ").field(Field::Slot, 6));)*
        $(vectors!(@one $u);)*
        $(vectors!(@one $t .text(", ").field(Field::Slot, 6).text(", ").field(Field::Slot, 7));)*
        $(vectors!(@one $s .text(", ").field(Field::Slot, 6));)*
        $(vectors!(@one $p);)*
        $(vectors!(@one $r .text(", lane ").field(Field::Number, 7).text(", ").field(Field::Slot, 6));)*
    };
    (@one $ty:ident $($rest:tt)*) => {
        impl ShownVector for simd::$ty {
            const TEXT: Template = vector(<simd::$ty as NamedVector>::NUMBER)$($rest)*;
        }
    };
}
for_each_vector_op!(vectors);
impl ShownVector for simd::Copy {
    const TEXT: Template = Template::of_field(Field::Slot, 5);
}
impl ShownVector for simd::Select {
    const TEXT: Template =
        Template::of("select ").field(Field::Slot, 5).text(", ").field(Field::Slot, 6).text(", ").field(Field::Slot, 7);
}
impl ShownVector for simd::Const {
    const TEXT: Template = Template::of("v128.const ").field(Field::WordV128, 2);
}
impl ShownVector for simd::Shuffle {
    const TEXT: Template = Template::of("i8x16.shuffle ")
        .field(Field::WordLanes, 2)
        .text(", ")
        .field(Field::Slot, 5)
        .text(", ")
        .field(Field::Slot, 6);
}
impl<Op: simd::VectorOp + ShownVector> ShownInstr for simd::Compute<Op> {
    const FORM: Form = form(Op::LEN, set(4).then(Op::TEXT));
}
impl<C: Cell> ShownInstr for simd::GlobalGet<C> {
    const FORM: Form = form(2, set(4).text("global.get ").field(Field::Global, 6));
}
impl<C: Cell> ShownInstr for simd::GlobalSet<C> {
    const FORM: Form = form(2, Template::of("global.set ").field(Field::Global, 6).text(" = ").field(Field::Slot, 4));
}

/// The name of a vector load, or of a load or store of a lane.
pub trait VectorAccess {
    /// It.
    const NAME: &'static str;
    /// For lanes: the name of the store.
    const STORE: &'static str = "";
}
macro_rules! accesses {
    ($($ty:ty, $name:literal $(, $store:literal)?;)*) => {$(
        impl VectorAccess for $ty {
            const NAME: &'static str = $name;
            $(const STORE: &'static str = $store;)?
        }
    )*};
}
accesses! {
    simd::V128Load, "v128.load";
    simd::V128Load8x8S, "v128.load8x8_s";
    simd::V128Load8x8U, "v128.load8x8_u";
    simd::V128Load16x4S, "v128.load16x4_s";
    simd::V128Load16x4U, "v128.load16x4_u";
    simd::V128Load32x2S, "v128.load32x2_s";
    simd::V128Load32x2U, "v128.load32x2_u";
    simd::V128Load8Splat, "v128.load8_splat";
    simd::V128Load16Splat, "v128.load16_splat";
    simd::V128Load32Splat, "v128.load32_splat";
    simd::V128Load64Splat, "v128.load64_splat";
    simd::V128Load32Zero, "v128.load32_zero";
    simd::V128Load64Zero, "v128.load64_zero";
    u8, "v128.load8_lane", "v128.store8_lane";
    u16, "v128.load16_lane", "v128.store16_lane";
    u32, "v128.load32_lane", "v128.store32_lane";
    u64, "v128.load64_lane", "v128.store64_lane";
}

impl<L, P, X, const LEN: usize> ShownInstr for simd::Load<L, P, X, LEN>
where
    L: simd::VectorLoad + VectorAccess,
    P: Place + PlaceText<X>,
    X: Shown<P::Address> + Operand<P::Address>,
{
    const FORM: Form = form(LEN, set(4).text(L::NAME).text(" ").then(P::TEXT));
}
impl<P, X, const LEN: usize> ShownInstr for simd::Store<P, X, LEN>
where
    P: Place + PlaceText<X>,
    X: Shown<P::Address> + Operand<P::Address>,
{
    const FORM: Form = form(LEN, Template::of("v128.store ").then(P::TEXT).text(" = ").field(Field::Slot, 5));
}
/// The vector and the lane of an access to one.
const fn lane() -> Template {
    Template::of_field(Field::Slot, 12).text(", lane ").field(Field::Number, 13)
}
impl<L: simd::Lane + VectorAccess, P: Place + PlaceText<S<5>>> ShownInstr for simd::LoadLane<L, P> {
    const FORM: Form = form(4, set(4).text(L::NAME).text(" ").then(P::TEXT).text(", ").then(lane()));
}
impl<L: simd::Lane + VectorAccess, P: Place + PlaceText<S<5>>> ShownInstr for simd::StoreLane<L, P> {
    const FORM: Form = form(4, Template::of(L::STORE).text(" ").then(P::TEXT).text(" = ").then(lane()));
}
