//! The one function that all tables go through.

use falkirk_canonical_abi::*;

/// A value as a guest has it: core values, and what they point to.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    pub types: &'a Types,
    pub ty: Type,
    pub flat: &'a [u64],
    pub memory: &'a [u8],
    pub options: Options,
}

/// Every combination of options.
pub fn all_options() -> impl Iterator<Item = Options> {
    let encodings = [StringEncoding::Utf8, StringEncoding::Utf16, StringEncoding::Latin1Utf16];
    let all = encodings.map(|string_encoding| PtrType::ALL.map(|ptr_type| Options { string_encoding, ptr_type }));
    all.into_iter().flatten()
}

/// A guest whose next allocation is at an odd place.
pub fn shifted(shift: usize) -> Heap {
    Heap::new(vec![0xcc; shift])
}

impl Case<'_> {
    fn env(&self) -> TypeEnv<'_> {
        TypeEnv::new(self.types)
    }

    pub fn lift(&self) -> Result<Val, Trap> {
        let mut guest = Heap::new(self.memory);
        let mut cx = LiftContext::new(&mut guest, self.options, self.env());
        Val::lift_flat(&mut cx, self.ty, self.flat)
    }

    /// The value is what is lifted, and stays so on every way out of here.
    pub fn is(&self, expected: &Val) {
        assert_eq!(self.lift().as_ref(), Ok(expected), "lifted from {self:?}");
        for options in all_options() {
            for shift in 0..9 {
                self.lower_and_lift(expected, options, shift);
                self.store_and_load(expected, options, shift);
                self.copy_and_lift(expected, options, shift);
            }
        }
    }

    fn lower_and_lift(&self, value: &Val, options: Options, shift: usize) {
        let mut guest = shifted(shift);
        let mut flat = vec![0; self.flat.len()];
        let mut cx = LowerContext::new(&mut guest, options, self.env());
        value.lower_flat(&mut cx, self.ty, &mut flat).expect("a value is lowered");
        let mut cx = LiftContext::new(&mut guest, options, self.env());
        assert_eq!(Val::lift_flat(&mut cx, self.ty, &flat).as_ref(), Ok(value), "lowered with {options:?}");
    }

    fn store_and_load(&self, value: &Val, options: Options, shift: usize) {
        let shape = self.types.layout(self.ty).shape(options.ptr_type);
        let mut guest = shifted(shift);
        let mut cx = LowerContext::new(&mut guest, options, self.env());
        let at = cx.allocate(shape.align, shape.size.into()).expect("there is memory");
        value.store(&mut cx, self.ty, at).expect("a value is stored");
        let mut cx = LiftContext::new(&mut guest, options, self.env());
        assert_eq!(Val::load(&mut cx, self.ty, at).as_ref(), Ok(value), "stored with {options:?}");
        // From memory to memory, and back.
        let list = [at as u64, 1];
        let mut types = self.types.clone();
        let (ty, expected) = (types.list(self.ty).expect("a type"), Val::List(vec![value.clone()]));
        let case = Case { types: &types, ty, flat: &list, memory: &guest.bytes, options };
        case.copy_and_lift(&expected, self.options, shift);
    }

    /// Copies into another guest and lifts there; and all that guest sees is as if the host had lowered.
    pub fn copy_and_lift(&self, value: &Val, options: Options, shift: usize) {
        let (mut source, mut target) = (Heap::new(self.memory), shifted(shift));
        let mut types = self.types.clone();
        let func = types.func([("value", self.ty)], None).expect("a function type");
        let mut pair = Two { source: &mut source, target: &mut target };
        let mut copier = Copier::new(&mut pair, self.options, options, self.env());
        let mut flat = FlatValues::default();
        let count = copier.copy_params(&func, self.flat, &mut flat).expect("a value is copied");
        let mut cx = LiftContext::new(&mut target, options, self.env());
        let lifted = Val::lift_flat(&mut cx, self.ty, &flat[..count]);
        assert_eq!(lifted.as_ref(), Ok(value), "copied from {:?} to {options:?}", self.options);
        if self.options.string_encoding == StringEncoding::Utf8 {
            let (mut lowered, mut host) = (shifted(shift), FlatValues::default());
            let mut cx = LowerContext::new(&mut lowered, options, self.env());
            // What was lifted has the bits of its NaNs, the expected value need not.
            let value = self.lift().expect("a value is lifted");
            value.lower_flat(&mut cx, self.ty, &mut host[..count]).expect("a value is lowered");
            assert_eq!(target.calls, lowered.calls, "the same calls of realloc");
            assert_eq!((target.bytes, flat), (lowered.bytes, host), "the same bytes, padding included");
        }
    }

    /// The guest traps with this message, whoever lifts.
    pub fn traps(&self, message: &str) {
        assert_eq!(self.lift().expect_err("a trap").to_string(), message, "lifted from {self:?}");
        let mut types = self.types.clone();
        let func = types.func([("value", self.ty)], None).expect("a function type");
        for options in all_options() {
            let (mut source, mut target) = (Heap::new(self.memory), shifted(1));
            let mut pair = Two { source: &mut source, target: &mut target };
            let mut copier = Copier::new(&mut pair, self.options, options, self.env());
            let error = copier.copy_params(&func, self.flat, &mut FlatValues::default()).expect_err("a trap");
            assert_eq!(error.to_string(), message, "copied from {self:?} to {options:?}");
        }
    }
}
