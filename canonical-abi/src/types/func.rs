//! The types of functions, and their core signatures (*Flattening*, `flatten_functype`).

use super::{CoreType, Layout, Name, Type, TypeError, Types};
use crate::options::PtrType;

/// How many core values parameters may take; more go through memory.
pub const MAX_FLAT_PARAMS: usize = 16;

/// How many core values a result may take; more go through memory.
pub const MAX_FLAT_RESULTS: usize = 1;

/// Which side of a call a core function is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// `canon lift`: the function is the guest's, and is called from outside. Results that go through memory are where
    /// it returns an address to.
    Lift,
    /// `canon lower`: the guest calls the function. It brings the address for results that go through memory.
    Lower,
}

/// The type of a core function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CoreFuncType {
    /// The parameters.
    pub params: Vec<CoreType>,
    /// The results, at most one.
    pub results: Vec<CoreType>,
}

/// The type of a component's function, with the layouts of what crosses when it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FuncType {
    names: Box<[Name]>,
    types: Box<[Type]>,
    result: Option<Type>,
    params_tuple: Option<Type>,
    params_layout: Layout,
    result_layout: Layout,
    borrows: bool,
}

impl FuncType {
    /// The names of the parameters.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The types of the parameters.
    pub fn params(&self) -> &[Type] {
        &self.types
    }

    /// The type of the result, if there is one.
    #[inline]
    pub fn result(&self) -> Option<Type> {
        self.result
    }

    /// The parameters as one tuple, as they go through memory; if there are any.
    #[inline]
    pub fn params_tuple(&self) -> Option<Type> {
        self.params_tuple
    }

    /// The layout of all parameters together.
    pub fn params_layout(&self) -> Layout {
        self.params_layout
    }

    /// The layout of the result.
    pub fn result_layout(&self) -> Layout {
        self.result_layout
    }

    /// Whether handles are borrowed for a call, so that it must be counted:
    /// [`begin_task`](crate::InstanceState::begin_task).
    #[inline]
    pub fn borrows(&self) -> bool {
        self.borrows
    }

    /// Whether the parameters are too many core values and go through memory.
    #[inline]
    pub fn params_in_memory(&self) -> bool {
        self.params_layout.flat as usize > MAX_FLAT_PARAMS
    }

    /// Whether the result is too many core values and goes through memory.
    #[inline]
    pub fn result_in_memory(&self) -> bool {
        self.result_layout.flat as usize > MAX_FLAT_RESULTS
    }

    /// The signature of the core function on one side of a call (`flatten_functype`).
    ///
    /// ```
    /// use falkirk_canonical_abi::{CoreType::I32, PtrType, Side, Type, Types};
    ///
    /// // greet: func(name: string) -> string
    /// let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
    /// // The guest's function takes a pointer and a length and returns the address of such a pair.
    /// let lifted = greet.flatten(&Types::new(), PtrType::I32, Side::Lift);
    /// assert_eq!((lifted.params, lifted.results), (vec![I32, I32], vec![I32]));
    /// // A guest that calls it brings the address where the pair is to go.
    /// let lowered = greet.flatten(&Types::new(), PtrType::I32, Side::Lower);
    /// assert_eq!((lowered.params, lowered.results), (vec![I32, I32, I32], vec![]));
    /// # Ok::<(), falkirk_canonical_abi::TypeError>(())
    /// ```
    pub fn flatten(&self, types: &Types, ptr_type: PtrType, side: Side) -> CoreFuncType {
        let pointer = CoreType::pointer(ptr_type);
        let (mut params, mut results) = (Vec::new(), Vec::new());
        if self.params_in_memory() {
            params.push(pointer);
        } else {
            self.types.iter().for_each(|ty| types.flatten_into(*ty, ptr_type, &mut params));
        }
        match (self.result, side) {
            (Some(_), Side::Lift) if self.result_in_memory() => results.push(pointer),
            (Some(_), Side::Lower) if self.result_in_memory() => params.push(pointer),
            (Some(result), _) => types.flatten_into(result, ptr_type, &mut results),
            (None, _) => {}
        }
        CoreFuncType { params, results }
    }
}

impl Types {
    /// The type of a function. Its parameters' and result's types are this table's.
    pub fn func<N: Into<Name>>(
        &mut self,
        params: impl IntoIterator<Item = (N, Type)>,
        result: Option<Type>,
    ) -> Result<FuncType, TypeError> {
        if result.is_some_and(|ty| self.contains_borrow(ty)) {
            return Err(TypeError::BorrowInResult);
        }
        let (names, types): (Vec<Name>, Vec<Type>) = params.into_iter().map(|(name, ty)| (name.into(), ty)).unzip();
        let params_tuple = if types.is_empty() { None } else { Some(self.tuple(types.iter().copied())?) };
        let layout = |ty: Option<Type>| ty.map_or(Layout::NOTHING, |ty| self.layout(ty));
        let (params_layout, result_layout) = (layout(params_tuple), layout(result));
        let borrows = params_tuple.is_some_and(|ty| self.contains_borrow(ty));
        let (names, types) = (names.into(), types.into());
        Ok(FuncType { names, types, result, params_tuple, params_layout, result_layout, borrows })
    }
}
