//! All instructions that translation emits, found by the address of their handler.
//!
//! The lists follow [`crate::forms`] and [`crate::translate`]. What is missing in them is shown as its words, which the
//! tests do not accept. What is in them cannot be shown wrong: the text comes from the very type that the handler
//! comes from.

mod numeric;

use std::collections::HashMap;
use std::sync::OnceLock;

use self::numeric::{Ring, Scaled};
use super::instructions::ShownInstr;
use super::names::{Named, operator};
use super::operands::ShownValue;
use super::template::{Field, Form};
use crate::exec::branch::{BACKWARD, Br, BrOnNull, BrTable, CopyBr, CopyTwoBr, FORWARD};
use crate::exec::call::{
    Call, CallImport, CallIndirect, CallRef, Return, Return1, ReturnMany, TailCall, TailCallImport, TailCallIndirect,
    TailCallRef,
};
use crate::exec::data::{
    Global, GlobalSet, Imported, ImportedFunc, MemorySize, NonNull, Own, RefFunc, TableGet, TableSet, TableSize,
};
use crate::exec::memory::{
    self, I32Load, I32Load8U, Ld, LoadOp, Mem32, Mem64, MemAny, Store, StoreOp, for_each_load, for_each_store,
};
use crate::exec::numeric::{AddTwo, CopyTwo, Gather, Move, Put, Zero, ZeroSome};
use crate::exec::operand::{A, Calc, H, I, Nil, S, W};
use crate::exec::rare::{
    DataDrop, ElemDrop, MemoryCopy, MemoryFill, MemoryGrow, MemoryInit, TableCopy, TableFill, TableGrow, TableInit,
    Unreachable,
};
use crate::exec::simd;
use crate::exec::state::{Handler, handler};
use crate::ops::{I32Add, I32Shl};
use crate::vector_ops::for_each_vector_op;

/// The instructions by the address of their handler. Some share one: the compiler makes handlers that do the same the
/// same.
#[derive(Default)]
pub struct Catalogue(HashMap<usize, Vec<&'static Form>>);

/// The catalogue.
pub fn catalogue() -> &'static Catalogue {
    static ALL: OnceLock<Catalogue> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Catalogue::default();
        numeric::scalars(&mut all);
        numeric::groups(&mut all);
        numeric::conditions(&mut all);
        accesses(&mut all);
        movements(&mut all);
        control(&mut all);
        rare(&mut all);
        vectors(&mut all);
        all
    })
}

impl Catalogue {
    /// The length and the first known text of the instruction with this handler.
    pub fn form(&self, handler: u64) -> Option<&'static Form> {
        self.0.get(&(handler as usize))?.first().copied()
    }

    /// The text of the instruction with this handler that names the most of these operators (by their names).
    pub fn best(&self, handler: u64, operators: &[String]) -> Option<&'static Form> {
        let named = |form: &&'static Form| {
            let names = form.text.arguments(Field::Operator).map(operator);
            names.filter(|name| operators.iter().any(|operator| operator == name)).count()
        };
        // The first of several that name as many.
        self.0.get(&(handler as usize))?.iter().copied().rev().max_by_key(named)
    }

    fn put(&mut self, handler: Handler, form: &'static Form) {
        self.0.entry(handler as usize).or_default().push(form);
    }

    fn add<I: ShownInstr>(&mut self) {
        self.put(handler::<I>, const { &I::FORM });
    }
}

macro_rules! add {
    ($all:ident: $($ty:ty;)*) => { $($all.add::<$ty>();)* };
}
use add;

/// The forms of [`crate::forms::LoadForms`].
fn load<L: LoadOp + Named>(all: &mut Catalogue)
where
    L::R: ShownValue,
{
    add! { all:
        Put<L::R, Ld<L, Mem32<6>, S<5>>, 2>;
        Put<L::R, Ld<L, Mem32<6>, A>, 2>;
        Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, S<8>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, A, S<8>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, I<8>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, A, I<8>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Scaled<S<5>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Calc<I32Add, S<5>, Calc<I32Shl, A, H<9>>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Ring<S<8>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Ring<A>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Ld<I32Load, Mem32<8>, S<5>>>, 3>;
        Put<L::R, Ld<L, Mem32<6>, Nil>, 2>;
        Put<L::R, Ld<L, Mem64<6>, S<5>>, 2>;
        Put<L::R, Ld<L, Mem64<6>, A>, 2>;
        Put<L::R, Ld<L, MemAny<u32>, S<5>>, 3>;
        Put<L::R, Ld<L, MemAny<u64>, S<5>>, 3>;
    }
}

/// The forms of [`crate::forms::StoreForms`].
fn store<St: StoreOp + Named>(all: &mut Catalogue)
where
    St::V: ShownValue,
{
    add! { all:
        Store<St, Mem32<6>, S<4>, S<5>, 2>;
        Store<St, Mem32<6>, S<4>, A, 2>;
        Store<St, Mem32<6>, A, S<5>, 2>;
        Store<St, Mem32<6>, S<4>, H<5>, 2>;
        Store<St, Mem32<6>, A, H<5>, 2>;
        Store<St, Mem32<6>, Calc<I32Add, S<4>, S<8>>, S<5>, 3>;
        Store<St, Mem32<6>, Calc<I32Add, S<4>, S<8>>, A, 3>;
        Store<St, Mem32<6>, Calc<I32Add, S<4>, I<8>>, S<5>, 3>;
        Store<St, Mem32<6>, Scaled<S<4>>, S<5>, 3>;
        Store<St, Mem32<6>, Scaled<S<4>>, A, 3>;
        Store<St, Mem32<6>, Ring<S<8>>, S<5>, 3>;
        Store<St, Mem32<6>, Ring<S<8>>, A, 3>;
        Store<St, Mem32<6>, Nil, S<5>, 2>;
        Store<St, Mem32<6>, Nil, A, 2>;
        Store<St, Mem32<6>, Nil, H<5>, 2>;
        Store<St, Mem64<6>, S<4>, S<5>, 2>;
        Store<St, Mem64<6>, S<4>, A, 2>;
        Store<St, MemAny<u32>, S<4>, S<5>, 3>;
        Store<St, MemAny<u64>, S<4>, S<5>, 3>;
    }
}

/// Loads and stores.
fn accesses(all: &mut Catalogue) {
    macro_rules! loads {
        ($($ty:ident $name:literal $mem:ty => |$v:ident| $e:expr, $r:ty;)*) => { $(load::<memory::$ty>(all);)* };
    }
    macro_rules! stores {
        ($($ty:ident $name:literal $v:ty => $mem:ty;)*) => { $(store::<memory::$ty>(all);)* };
    }
    for_each_load!(loads);
    for_each_store!(stores);
}

/// Copies and constants, globals, tables, references.
fn movements(all: &mut Catalogue) {
    add! { all:
        Put<u64, S<5>, 2>;
        Put<u64, A, 2>;
        Put<f32, S<5>, 2>;
        Put<f32, A, 2>;
        Put<f64, S<5>, 2>;
        Put<f64, A, 2>;
        Put<u64, I<6>, 2>;
        Put<f32, I<6>, 2>;
        Put<u64, W<2>, 3>;
        Put<f64, W<2>, 3>;
        CopyTwo;
        AddTwo;
        Gather<2, 2>;
        Gather<3, 2>;
        Gather<4, 3>;
        Gather<5, 3>;
        Gather<6, 3>;
        Gather<7, 3>;
        Move;
        Zero;
        ZeroSome<1>;
        ZeroSome<2>;
        ZeroSome<3>;
        ZeroSome<4>;
        Put<u64, Global<Own>, 2>;
        Put<f32, Global<Own>, 2>;
        Put<f64, Global<Own>, 2>;
        Put<u64, Global<Imported>, 2>;
        Put<f32, Global<Imported>, 2>;
        Put<f64, Global<Imported>, 2>;
        GlobalSet<u64, S<4>, Own>;
        GlobalSet<u64, A, Own>;
        GlobalSet<u64, S<4>, Imported>;
        GlobalSet<u64, A, Imported>;
        Put<u64, TableGet<u32>, 2>;
        Put<u64, TableGet<u64>, 2>;
        TableSet<u32>;
        TableSet<u64>;
        Put<u64, TableSize, 2>;
        Put<u64, MemorySize, 2>;
        Put<u64, RefFunc, 2>;
        Put<u64, ImportedFunc, 2>;
        Put<u64, NonNull, 2>;
    }
}

/// Branches without a condition or by a table, calls, returns.
fn control(all: &mut Catalogue) {
    add! { all:
        Br<FORWARD>;
        Br<BACKWARD>;
        CopyBr;
        CopyTwoBr;
        BrTable<S<5>, 2>;
        BrTable<A, 2>;
        BrTable<Calc<I32Add, A, I<8>>, 3>;
        BrTable<Calc<I32Add, S<5>, I<8>>, 3>;
        BrTable<Calc<I32Add, Ld<I32Load8U, Mem32<10>, Calc<I32Add, S<4>, S<5>>>, I<8>>, 3>;
        BrOnNull<false>;
        BrOnNull<true>;
        Call<false>;
        CallImport<false>;
        CallIndirect<u32, S<6>, false>;
        CallIndirect<u32, A, false>;
        CallIndirect<u64, S<6>, false>;
        CallRef<false>;
        TailCall<false>;
        TailCallImport<false>;
        TailCallIndirect<u32, S<6>, false>;
        TailCallIndirect<u64, S<6>, false>;
        TailCallRef<false>;
        Return;
        ReturnMany;
        Return1<u64, A>;
        Return1<f32, A>;
        Return1<f64, A>;
        Return1<u64, S<5>>;
        Return1<f32, S<5>>;
        Return1<f64, S<5>>;
        Return1<f32, I<6>>;
        Return1<u64, I<6>>;
        Return1<f64, W<2>>;
        Return1<u64, W<2>>;
        Return1<u32, S<5>>;
    }
}

/// The instructions of [`crate::exec::rare`].
fn rare(all: &mut Catalogue) {
    add! { all:
        Unreachable;
        MemoryGrow;
        MemoryCopy;
        MemoryFill;
        MemoryInit;
        DataDrop;
        TableGrow;
        TableCopy;
        TableFill;
        TableInit;
        ElemDrop;
    }
}

/// Vector instructions.
fn vectors(all: &mut Catalogue) {
    macro_rules! operators {
        (
            binary { $($b:ident $bf:ident,)* }
            unary { $($u:ident $uf:ident,)* }
            ternary { $($t:ident $tf:ident,)* }
            shift { $($s:ident $sf:ident,)* }
            test { $($q:ident $qf:ident,)* }
            splat { $($p:ident $pf:ident $pt:ty,)* }
            extract { $($e:ident $ef:ident $et:ty,)* }
            replace { $($r:ident $rf:ident $rt:ty,)* }
        ) => {
            $(all.add::<simd::Compute<simd::$b>>();)*
            $(all.add::<simd::Compute<simd::$u>>();)*
            $(all.add::<simd::Compute<simd::$t>>();)*
            $(all.add::<simd::Compute<simd::$s>>();)*
            $(all.add::<simd::Compute<simd::$p>>();)*
            $(all.add::<simd::Compute<simd::$r>>();)*
            $(all.add::<Put<u32, simd::$q, 2>>();)*
            $(all.add::<Put<$et, simd::$e, 2>>();)*
        };
    }
    for_each_vector_op!(operators);
    macro_rules! loads {
        ($($load:ident)*) => {$(
            add! { all:
                simd::Load<simd::$load, Mem32<6>, S<5>, 2>;
                simd::Load<simd::$load, Mem32<6>, A, 2>;
                simd::Load<simd::$load, MemAny<u32>, S<5>, 3>;
                simd::Load<simd::$load, MemAny<u64>, S<5>, 3>;
            }
        )*};
    }
    loads! {
        V128Load V128Load8x8S V128Load8x8U V128Load16x4S V128Load16x4U V128Load32x2S V128Load32x2U
        V128Load8Splat V128Load16Splat V128Load32Splat V128Load64Splat V128Load32Zero V128Load64Zero
    }
    macro_rules! lanes {
        ($($lane:ty)*) => {$(
            add! { all:
                simd::LoadLane<$lane, MemAny<u32>>;
                simd::LoadLane<$lane, MemAny<u64>>;
                simd::StoreLane<$lane, MemAny<u32>>;
                simd::StoreLane<$lane, MemAny<u64>>;
            }
        )*};
    }
    lanes! { u8 u16 u32 u64 }
    add! { all:
        simd::Compute<simd::Copy>;
        simd::Compute<simd::Select>;
        simd::Compute<simd::Const>;
        simd::Compute<simd::Shuffle>;
        simd::GlobalGet<Own>;
        simd::GlobalGet<Imported>;
        simd::GlobalSet<Own>;
        simd::GlobalSet<Imported>;
        simd::Store<Mem32<6>, S<4>, 2>;
        simd::Store<MemAny<u32>, S<4>, 3>;
        simd::Store<MemAny<u64>, S<4>, 3>;
    }
}
