//! Parameters and results into a guest: `lower_flat_values`.

use super::{FlatValues, params_in_memory, result_in_memory};
use crate::context::{LowerContext, check_pointer};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Crossing, Event, Observer, Part};
use crate::trap::{Trap, What};
use crate::typed::Lower;
use crate::types::{FuncType, Layout, Mismatch, Type};
use crate::val::Val;

impl<G: Guest, O: Observer> LowerContext<'_, G, O> {
    /// Lowers the parameters with which a guest's function is called; how many core values they are. `params` is a
    /// tuple that matches them.
    ///
    /// ```
    /// use falkirk_canonical_abi::{FlatValues, Heap, LowerContext, Options, Type, TypeEnv, Types};
    ///
    /// let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
    /// let mut guest = Heap::new([0; 16]);
    /// let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    /// let mut values = FlatValues::default();
    /// let count = cx.lower_params(&greet, &("Dan",), &mut values)?;
    /// assert_eq!(values[..count], [16, 3]);
    /// assert_eq!(guest.calls, [([0, 0, 1, 3], 16)]); // realloc(0, 0, 1, 3) returned 16
    /// assert_eq!(guest.bytes[16..], *b"Dan");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lower_params<P: Lower>(
        &mut self,
        func: &FuncType,
        params: &P,
        values: &mut FlatValues,
    ) -> Result<usize, Error<G::Error>> {
        self.begin(Crossing::LowerParams);
        let ty = func.params_tuple().unwrap_or(Type::Bool);
        let count = if params_in_memory(P::LAYOUT.flat) {
            let at = self.allocate_values(P::LAYOUT)?;
            params.store(self, ty, at)?;
            values[0] = at as u64;
            1
        } else {
            params.lower_flat(self, ty, &mut values[..P::LAYOUT.flat as usize])?;
            P::LAYOUT.flat as usize
        };
        self.crossed(Crossing::LowerParams, &values[..count]);
        Ok(count)
    }

    /// Lowers the result of a function that a guest has called; how many core values it is. `pointer` is what
    /// [`FuncType::result_pointer`] found among the arguments.
    ///
    /// ```
    /// use falkirk_canonical_abi::{FlatValues, Heap, LowerContext, Options, Type, TypeEnv, Types};
    ///
    /// let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
    /// let mut guest = Heap::new(*b"Dan.....\0\0\0\0\0\0\0\0");
    /// // The guest called with a string at 0 of 3 bytes, and wants the result at 8.
    /// let pointer = greet.result_pointer(&[0, 3, 8]);
    /// let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
    /// let count = cx.lower_result(&greet, &"Hi", pointer, &mut FlatValues::default())?;
    /// assert_eq!(count, 0);
    /// assert_eq!(guest.calls, [([0, 0, 1, 2], 16)]);
    /// assert_eq!(guest.bytes[8..], *b"\x10\0\0\0\x02\0\0\0Hi"); // an address, a length; and the string
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn lower_result<R: Lower>(
        &mut self,
        func: &FuncType,
        result: &R,
        pointer: Option<u64>,
        values: &mut FlatValues,
    ) -> Result<usize, Error<G::Error>> {
        self.begin(Crossing::LowerResult);
        let ty = func.result().unwrap_or(Type::Bool);
        let count = if result_in_memory(R::LAYOUT.flat) {
            let at = self.check_result(R::LAYOUT, pointer)?;
            result.store(self, ty, at)?;
            0
        } else {
            result.lower_flat(self, ty, &mut values[..R::LAYOUT.flat as usize])?;
            R::LAYOUT.flat as usize
        };
        self.crossed(Crossing::LowerResult, &values[..count]);
        Ok(count)
    }

    /// Lowers the parameters with which a guest's function is called, whatever they are; how many core values they are.
    pub fn lower_params_vals(
        &mut self,
        func: &FuncType,
        params: &[Val],
        values: &mut FlatValues,
    ) -> Result<usize, Error<G::Error>> {
        if params.len() != func.params().len() {
            let wanted = format!("{} arguments", func.params().len());
            return Err(Mismatch::new(format_args!("{} arguments", params.len()), wanted).into());
        }
        self.begin(Crossing::LowerParams);
        let base = if func.params_in_memory() { Some(self.allocate_values(func.params_layout())?) } else { None };
        let mut end = Layout::NOTHING;
        for (i, (val, ty)) in params.iter().zip(func.params()).enumerate() {
            let flat = end.flat as usize;
            let (offset, next) = end.append(self.types.layout(*ty));
            match base {
                Some(base) => self.part(Part::Index(i), |cx| val.store(cx, *ty, cx.at(base, offset)))?,
                None => {
                    self.part(Part::Index(i), |cx| val.lower_flat(cx, *ty, &mut values[flat..next.flat as usize]))?
                }
            }
            end = next;
        }
        if let Some(base) = base {
            values[0] = base as u64;
        }
        let count = func.flat_params();
        self.crossed(Crossing::LowerParams, &values[..count]);
        Ok(count)
    }

    /// Lowers the result of a function that a guest has called, whatever it is; how many core values it is.
    pub fn lower_result_val(
        &mut self,
        func: &FuncType,
        result: Option<&Val>,
        pointer: Option<u64>,
        values: &mut FlatValues,
    ) -> Result<usize, Error<G::Error>> {
        self.begin(Crossing::LowerResult);
        let count = match (result, func.result()) {
            (None, None) => 0,
            (Some(val), Some(ty)) if func.result_in_memory() => {
                let at = self.check_result(func.result_layout(), pointer)?;
                val.store(self, ty, at)?;
                0
            }
            (Some(val), Some(ty)) => {
                val.lower_flat(self, ty, &mut values[..1])?;
                1
            }
            (Some(val), None) => return Err(Mismatch::new(val.sort(), "no result").into()),
            (None, Some(ty)) => return Err(Mismatch::new("no result", self.types.types().display(ty)).into()),
        };
        self.crossed(Crossing::LowerResult, &values[..count]);
        Ok(count)
    }

    /// New memory for values that go through it.
    #[inline]
    fn allocate_values(&mut self, layout: Layout) -> Result<usize, Error<G::Error>> {
        let shape = layout.shape(self.ptr_type());
        self.allocate(shape.align, shape.size.into())
    }

    /// Where a guest wants a result, once it is known that there is room.
    #[inline]
    fn check_result(&mut self, layout: Layout, pointer: Option<u64>) -> Result<usize, Trap> {
        let ptr = pointer.expect("BUG: a result goes through memory, but nobody says where");
        let (shape, ptr_type) = (layout.shape(self.ptr_type()), self.ptr_type());
        let memory = self.guest.memory().len();
        check_pointer(What::Result, ptr_type.truncate(ptr), shape.size.into(), shape.align, memory)
    }

    #[inline]
    fn begin(&mut self, crossing: Crossing) {
        if O::ENABLED {
            self.observer.event(Event::Begin(crossing));
        }
    }

    #[inline]
    fn crossed(&mut self, crossing: Crossing, values: &[u64]) {
        if O::ENABLED {
            self.observer.event(Event::Flat { crossing, values });
        }
    }
}
