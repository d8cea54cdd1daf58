//! Numbers for operators, from the tables that also give their semantics.

use crate::exec::memory::{for_each_load, for_each_store};
use crate::exec::{memory, simd};
use crate::ops::{self, for_each_bin_op, for_each_cmp_op, for_each_trapping_bin_op, for_each_un_op};
use crate::vector_ops::for_each_vector_op;

/// A scalar operator.
pub trait Named {
    /// Its number in [`OPERATORS`].
    const NUMBER: usize;
}

/// A vector operator.
pub trait NamedVector {
    /// Its number in [`VECTOR_OPERATORS`].
    const NUMBER: usize;
}

/// Numbers the types of one table from `$start` on.
macro_rules! number {
    ($module:ident, $list:ident, $start:expr, $($ty:ident $name:literal)*) => {
        /// The names of one table.
        const $list: &[&str] = &[$($name),*];
        const _: () = {
            #[allow(clippy::enum_variant_names)]
            enum Position { $($ty),* }
            $(impl Named for $module::$ty {
                const NUMBER: usize = $start + Position::$ty as usize;
            })*
        };
    };
}
macro_rules! bin_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => { number!(ops, BIN, 0, $($ty $name)*); };
}
macro_rules! trapping_bin_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) -> $r:ty = $f:path;)*) => {
        number!(ops, TRAPPING_BIN, BIN.len(), $($ty $name)*);
    };
}
macro_rules! cmp_ops {
    ($($ty:ident $name:literal ($a:ty, $b:ty) = $f:path;)*) => {
        number!(ops, CMP, BIN.len() + TRAPPING_BIN.len(), $($ty $name)*);
    };
}
macro_rules! un_ops {
    ($($ty:ident $name:literal ($a:ty) -> $r:ty = |$x:ident| $e:expr;)*) => {
        number!(ops, UN, BIN.len() + TRAPPING_BIN.len() + CMP.len(), $($ty $name)*);
    };
}
macro_rules! loads {
    ($($ty:ident $name:literal $mem:ty => |$v:ident| $e:expr, $r:ty;)*) => {
        number!(memory, LOADS, BIN.len() + TRAPPING_BIN.len() + CMP.len() + UN.len(), $($ty $name)*);
    };
}
macro_rules! stores {
    ($($ty:ident $name:literal $v:ty => $mem:ty;)*) => {
        number!(memory, STORES, BIN.len() + TRAPPING_BIN.len() + CMP.len() + UN.len() + LOADS.len(), $($ty $name)*);
    };
}
for_each_bin_op!(bin_ops);
for_each_trapping_bin_op!(trapping_bin_ops);
for_each_cmp_op!(cmp_ops);
for_each_un_op!(un_ops);
for_each_load!(loads);
for_each_store!(stores);

/// The names of all scalar operators, by number.
static OPERATORS: [&[&str]; 6] = [BIN, TRAPPING_BIN, CMP, UN, LOADS, STORES];

/// The name of a scalar operator in the text format.
pub fn operator(number: usize) -> &'static str {
    OPERATORS.iter().copied().flatten().nth(number).copied().unwrap_or("?")
}

macro_rules! vector_ops {
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
        vector_ops!(@all $($b $bf)* $($u $uf)* $($t $tf)* $($s $sf)* $($q $qf)* $($p $pf)* $($e $ef)* $($r $rf)*);
    };
    (@all $($ty:ident $name:ident)*) => {
        /// The names of the vector operators, by number, with `_` for the dot.
        static VECTOR_OPERATORS: &[&str] = &[$(stringify!($name)),*];
        const _: () = {
            enum Position { $($ty),* }
            $(impl NamedVector for simd::$ty {
                const NUMBER: usize = Position::$ty as usize;
            })*
        };
    };
}
for_each_vector_op!(vector_ops);

/// The name of a vector operator in the text format.
pub fn vector_operator(number: usize) -> String {
    VECTOR_OPERATORS.get(number).map_or_else(|| "?".into(), |name| name.replacen('_', ".", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_a_byte_and_lead_to_names() {
        assert!(OPERATORS.iter().map(|list| list.len()).sum::<usize>() <= 256 && VECTOR_OPERATORS.len() <= 256);
        assert_eq!(operator(<ops::I32Add as Named>::NUMBER), "i32.add");
        assert_eq!(operator(<ops::I64RemU as Named>::NUMBER), "i64.rem_u");
        assert_eq!(operator(<ops::F64Ge as Named>::NUMBER), "f64.ge");
        assert_eq!(operator(<ops::F64PromoteF32 as Named>::NUMBER), "f64.promote_f32");
        assert_eq!(operator(<memory::I64Load32U as Named>::NUMBER), "i64.load32_u");
        assert_eq!(operator(<memory::F64Store as Named>::NUMBER), "f64.store");
        assert_eq!(vector_operator(<simd::F64x2ReplaceLane as NamedVector>::NUMBER), "f64x2.replace_lane");
    }
}
