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
