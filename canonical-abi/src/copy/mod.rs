//! From one guest straight into another.
//!
//! What the specification describes as lifting out of one component and lowering into another is done here at once, along
//! the type's plan and with no value between: strings are converted from the one encoding to the other, handles go from
//! table to table, lists of numbers are one copy.

mod flat;
mod memory;
mod string;

use crate::context::{Budget, TypeEnv, check_pointer, check_realloc};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Crossing, Event, HandleMove, Observer, Part};
use crate::options::Options;
use crate::resources::{InstanceState, Lends, ResourceType, TaskId};
use crate::trap::{Trap, What};
use crate::types::{FuncType, Layout};

use super::call::FlatValues;

/// Two guests: one that values come from, and one that they go to. They have different memories.
pub trait Pair {
    /// What can go wrong while the target's own code runs.
    type Error;

    /// The memories of the source and of the target.
    fn memories(&mut self) -> (&[u8], &mut [u8]);

    /// The state of the source's instance.
    fn source(&mut self) -> &mut InstanceState;

    /// The state of the target's instance.
    fn target(&mut self) -> &mut InstanceState;

    /// Calls the target's `realloc`; see [`Guest::realloc`].
    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64, Self::Error>;
}

/// Two guests that have nothing to do with each other.
#[derive(Debug)]
pub struct Two<'a, S, T> {
    /// Where values come from.
    pub source: &'a mut S,
    /// Where they go to.
    pub target: &'a mut T,
}

impl<S: Guest, T: Guest> Pair for Two<'_, S, T> {
    type Error = T::Error;

    fn memories(&mut self) -> (&[u8], &mut [u8]) {
        (self.source.memory(), self.target.memory())
    }

    fn source(&mut self) -> &mut InstanceState {
        self.source.instance()
    }

    fn target(&mut self) -> &mut InstanceState {
        self.target.instance()
    }

    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64, T::Error> {
        self.target.realloc(old, old_size, align, new_size)
    }
}

/// Copies values from one guest into another.
///
/// ```
/// use falkirk_canonical_abi::{Copier, FlatValues, Heap, Options, StringEncoding, Two, Type, TypeEnv, Types};
///
/// let mut types = Types::new();
/// let greet = types.func([("name", Type::String)], None)?;
/// let (mut caller, mut callee) = (Heap::new("....Zoë"), Heap::new([0; 8]));
/// let mut pair = Two { source: &mut caller, target: &mut callee };
/// let utf16 = Options { string_encoding: StringEncoding::Utf16, ..Options::default() };
/// let mut copier = Copier::new(&mut pair, Options::default(), utf16, TypeEnv::new(&types));
/// // Four bytes of UTF-8 at 4 become three units of UTF-16 at 8. Eight bytes might have been needed.
/// let mut values = FlatValues::default();
/// let count = copier.copy_params(&greet, &[4, 4], &mut values)?;
/// assert_eq!(values[..count], [8, 3]);
/// assert_eq!(callee.calls, [([0, 0, 2, 8], 8), ([8, 8, 2, 6], 8)]);
/// assert_eq!(callee.bytes[8..14], *b"Z\0o\0\xeb\0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 15.
#[derive(Debug)]
pub struct Copier<'a, P: Pair, O: Observer = ()> {
    /// The guests.
    pub pair: &'a mut P,
    /// The options of the source's function.
    pub source: Options,
    /// The options of the target's function.
    pub target: Options,
    /// The types.
    pub types: TypeEnv<'a>,
    /// The handles that the source has lent so far. Give them to [`InstanceState::end_lends`] when the call has
    /// returned.
    pub lends: Lends,
    /// The call that handles are borrowed for in the target.
    pub task: Option<TaskId>,
    /// What may still be copied.
    pub budget: Budget,
    /// Who watches.
    pub observer: O,
}

impl<'a, P: Pair> Copier<'a, P> {
    /// A copier that nobody watches.
    pub fn new(pair: &'a mut P, source: Options, target: Options, types: TypeEnv<'a>) -> Self {
        Copier::observed(pair, source, target, types, ())
    }
}

impl<'a, P: Pair, O: Observer> Copier<'a, P, O> {
    /// A copier with an observer.
    pub fn observed(pair: &'a mut P, source: Options, target: Options, types: TypeEnv<'a>, observer: O) -> Self {
        let (lends, budget) = (Lends::default(), Budget::default());
        Copier { pair, source, target, types, lends, task: None, budget, observer }
    }

    /// Copies the parameters with which the source calls the target; how many core values they are there.
    pub fn copy_params(
        &mut self,
        func: &FuncType,
        args: &[u64],
        values: &mut FlatValues,
    ) -> Result<usize, Error<P::Error>> {
        self.tell(Event::Begin(Crossing::LiftParams));
        self.tell(Event::Flat { crossing: Crossing::LiftParams, values: args });
        let bases = if func.params_in_memory() {
            let layout = func.params_layout();
            let from = self.check_source(What::Params, layout, args[0])?;
            let shape = layout.shape(self.target.ptr_type);
            let to = self.reallocate(0, 0, shape.align, shape.size.into())?;
            values[0] = to as u64;
            Some((from, to))
        } else {
            None
        };
        let mut end = Layout::NOTHING;
        for (i, ty) in func.params().iter().enumerate() {
            let (offset, next) = end.append(self.types.layout(*ty));
            let flat = end.flat as usize..next.flat as usize;
            self.part(Part::Index(i), |copier| match bases {
                Some((from, to)) => {
                    let (from, to) =
                        (from + offset.get(copier.source.ptr_type), to + offset.get(copier.target.ptr_type));
                    copier.copy_memory(*ty, from, to)
                }
                None => copier.copy_flat(*ty, &args[flat.clone()], &mut values[flat]),
            })?;
            end = next;
        }
        let count = func.flat_params();
        self.tell(Event::Flat { crossing: Crossing::LowerParams, values: &values[..count] });
        Ok(count)
    }

    /// Copies the result that the source returned to the target, which had called it; how many core values it is there.
    /// `pointer` is what [`FuncType::result_pointer`] found among the target's arguments.
    ///
    /// ```
    /// use falkirk_canonical_abi::{Copier, FlatValues, Heap, Options, Two, Type, TypeEnv, Types};
    ///
    /// let mut types = Types::new();
    /// let bytes = types.list(Type::U8)?;
    /// let read = types.func([] as [(&str, Type); 0], Some(bytes))?;
    /// // The callee returned 4, where it has an address and a length. The caller wants such a pair at 0.
    /// let (mut callee, mut caller) = (Heap::new(b"\x01\x02\x03\0\0\0\0\0\x03\0\0\0"), Heap::new([0xff; 8]));
    /// let mut pair = Two { source: &mut callee, target: &mut caller };
    /// let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), TypeEnv::new(&types));
    /// let count = copier.copy_result(&read, &[4], read.result_pointer(&[0]), &mut FlatValues::default())?;
    /// assert_eq!(count, 0);
    /// assert_eq!(caller.calls, [([0, 0, 1, 3], 8)]);
    /// assert_eq!(caller.bytes, *b"\x08\0\0\0\x03\0\0\0\x01\x02\x03");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn copy_result(
        &mut self,
        func: &FuncType,
        results: &[u64],
        pointer: Option<u64>,
        values: &mut FlatValues,
    ) -> Result<usize, Error<P::Error>> {
        self.tell(Event::Begin(Crossing::LiftResult));
        self.tell(Event::Flat { crossing: Crossing::LiftResult, values: results });
        let count = match func.result() {
            None => 0,
            Some(ty) if func.result_in_memory() => {
                let from = self.check_source(What::Result, func.result_layout(), results[0])?;
                let to = self.check_target(func.result_layout(), pointer)?;
                self.copy_memory(ty, from, to)?;
                0
            }
            Some(ty) => {
                self.copy_flat(ty, &results[..1], &mut values[..1])?;
                1
            }
        };
        self.tell(Event::Flat { crossing: Crossing::LowerResult, values: &values[..count] });
        Ok(count)
    }

    /// The address of values in the source's memory, once it is known that they lie there.
    fn check_source(&mut self, what: What, layout: Layout, ptr: u64) -> Result<usize, Trap> {
        let shape = layout.shape(self.source.ptr_type);
        let memory = self.pair.memories().0.len();
        check_pointer(what, self.source.ptr_type.truncate(ptr), shape.size.into(), shape.align, memory)
    }

    /// Where the target wants a result, once it is known that there is room.
    fn check_target(&mut self, layout: Layout, pointer: Option<u64>) -> Result<usize, Trap> {
        let ptr = pointer.expect("BUG: a result goes through memory, but nobody says where");
        let shape = layout.shape(self.target.ptr_type);
        let memory = self.pair.memories().1.len();
        check_pointer(What::Result, self.target.ptr_type.truncate(ptr), shape.size.into(), shape.align, memory)
    }

    /// Calls the target's `realloc`, during which it may not call out, and checks what it returns.
    fn reallocate(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<usize, Error<P::Error>> {
        self.pair.target().flags.set_may_leave(false);
        let result = self.pair.realloc(old, old_size, align, new_size).map_err(Error::Guest)?;
        self.pair.target().flags.set_may_leave(true);
        self.tell(Event::Realloc { old, old_size, align, new_size, result });
        let memory = self.pair.memories().1.len();
        Ok(check_realloc(result, new_size, align, memory)?)
    }

    /// Moves an owned handle from table to table; its index in the target's.
    fn move_own(&mut self, resource: ResourceType, index: u32) -> Result<u32, Trap> {
        let rep = self.pair.source().lift_own(resource, index)?;
        self.tell(Event::Handle { movement: HandleMove::LiftOwn, index, resource, rep });
        let index = self.pair.target().lower_own(resource, rep)?;
        self.tell(Event::Handle { movement: HandleMove::LowerOwn, index, resource, rep });
        Ok(index)
    }

    /// Lends a handle; its index in the target's table.
    fn lend(&mut self, resource: ResourceType, index: u32) -> Result<u32, Trap> {
        let task = self.task.expect("BUG: a handle is borrowed, but for no call");
        let rep = self.pair.source().lift_borrow(resource, index, &mut self.lends)?;
        self.tell(Event::Handle { movement: HandleMove::LiftBorrow, index, resource, rep });
        let index = self.pair.target().lower_borrow(resource, rep, task)?;
        self.tell(Event::Handle { movement: HandleMove::LowerBorrow, index, resource, rep });
        Ok(index)
    }

    /// Copies part of a value.
    fn part<T>(&mut self, part: Part<'_>, copy: impl FnOnce(&mut Self) -> T) -> T {
        self.tell(Event::Enter(part));
        let value = copy(self);
        self.tell(Event::Leave);
        value
    }

    #[inline]
    fn tell(&mut self, event: Event<'_>) {
        if O::ENABLED {
            self.observer.event(event);
        }
    }
}
