//! Parameters and results out of a guest: `lift_flat_values`.

use super::{params_in_memory, result_in_memory};
use crate::context::{LiftContext, check_pointer};
use crate::observer::{Crossing, Event, Observer, Part};
use crate::trap::{Trap, What};
use crate::typed::Lift;
use crate::types::{FuncType, Layout, Type};
use crate::val::Val;

impl<O: Observer> LiftContext<'_, O> {
    /// Lifts the parameters with which a guest calls a function. `P` is a tuple that matches them.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LiftContext, Options, Type, TypeEnv, Types};
    ///
    /// let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
    /// let mut guest = Heap::new(b"....Dan");
    /// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    /// let (name,): (String,) = cx.lift_params(&greet, &[4, 3, 64])?;
    /// assert_eq!(name, "Dan");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lift_params<P: Lift>(&mut self, func: &FuncType, values: &[u64]) -> Result<P, Trap> {
        self.crossed(Crossing::LiftParams, values);
        let ty = func.params_tuple().unwrap_or(Type::Bool);
        if params_in_memory(P::LAYOUT.flat) {
            let at = self.check_values(What::Params, P::LAYOUT, values[0])?;
            return P::load(self, ty, at);
        }
        P::lift_flat(self, ty, &values[..P::LAYOUT.flat as usize])
    }

    /// Lifts the result that a guest's function returned; `R` is `()` if it has none.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LiftContext, Options, Type, TypeEnv, Types};
    ///
    /// let mut types = Types::new();
    /// let pair = types.tuple([Type::U8, Type::U32])?;
    /// let func = types.func([] as [(&str, Type); 0], Some(pair))?;
    /// // Two core values are one too many, so the guest returns where they are: a byte, padding, four bytes.
    /// let mut guest = Heap::new([0, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0x78, 0x56, 0x34, 0x12]);
    /// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    /// assert_eq!(cx.lift_result::<(u8, u32)>(&func, &[4])?, (7, 0x1234_5678));
    /// let trap = cx.lift_result::<(u8, u32)>(&func, &[6]).unwrap_err();
    /// assert_eq!(trap.to_string(), "the pointer to the result is 0x6, wanted a multiple of 4");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lift_result<R: Lift>(&mut self, func: &FuncType, values: &[u64]) -> Result<R, Trap> {
        self.crossed(Crossing::LiftResult, values);
        let ty = func.result().unwrap_or(Type::Bool);
        if result_in_memory(R::LAYOUT.flat) {
            let at = self.check_values(What::Result, R::LAYOUT, values[0])?;
            return R::load(self, ty, at);
        }
        R::lift_flat(self, ty, &values[..R::LAYOUT.flat as usize])
    }

    /// Lifts the parameters with which a guest calls a function, whatever they are.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Heap, LiftContext, Options, Type, TypeEnv, Types, Val};
    ///
    /// let mut types = Types::new();
    /// let maybe = types.option(Type::S8)?;
    /// let func = types.func([("a", maybe), ("b", Type::F32)], None)?;
    /// let mut guest = Heap::new([]);
    /// let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::new(&types));
    /// // The case, its payload, and the bits of the float.
    /// let vals = cx.lift_params_vals(&func, &[1, 0xffff_ffff, 0x3fc0_0000])?;
    /// assert_eq!(vals, [Val::option(Some(Val::S8(-1))), Val::F32(1.5)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lift_params_vals(&mut self, func: &FuncType, values: &[u64]) -> Result<Vec<Val>, Trap> {
        self.crossed(Crossing::LiftParams, values);
        let (mut vals, mut end) = (Vec::with_capacity(func.params().len()), Layout::NOTHING);
        let base = match func.params_in_memory() {
            true => Some(self.check_values(What::Params, func.params_layout(), values[0])?),
            false => None,
        };
        for (i, ty) in func.params().iter().enumerate() {
            let flat = end.flat as usize;
            let (offset, next) = end.append(self.types.layout(*ty));
            let val = match base {
                Some(base) => self.part(Part::Index(i), |cx| Val::load(cx, *ty, cx.at(base, offset))),
                None => self.part(Part::Index(i), |cx| Val::lift_flat(cx, *ty, &values[flat..next.flat as usize])),
            };
            vals.push(val?);
            end = next;
        }
        Ok(vals)
    }

    /// Lifts the result that a guest's function returned, if it has one.
    pub fn lift_result_val(&mut self, func: &FuncType, values: &[u64]) -> Result<Option<Val>, Trap> {
        self.crossed(Crossing::LiftResult, values);
        let Some(ty) = func.result() else { return Ok(None) };
        if func.result_in_memory() {
            let at = self.check_values(What::Result, func.result_layout(), values[0])?;
            return Val::load(self, ty, at).map(Some);
        }
        Val::lift_flat(self, ty, values).map(Some)
    }

    /// The address of values that go through memory, once it is known that they lie there.
    #[inline]
    fn check_values(&mut self, what: What, layout: Layout, ptr: u64) -> Result<usize, Trap> {
        let shape = layout.shape(self.ptr_type());
        check_pointer(what, self.flat_pointer(ptr), shape.size.into(), shape.align, self.memory.len())
    }

    #[inline]
    fn crossed(&mut self, crossing: Crossing, values: &[u64]) {
        if O::ENABLED {
            self.observer.event(Event::Begin(crossing));
            self.observer.event(Event::Flat { crossing, values });
        }
    }
}
