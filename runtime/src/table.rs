//! Tables (specification, section 4.2.7, "Table Instances").
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes elements, and the copies of base and length that instances have. The
//! elements are valid for `len` slots and change only while the store is borrowed exclusively; the copies live as long
//! as the store.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use crate::error::{Error, Limit, Result};
use crate::limits::MAX_TABLE_ELEMENTS;
use crate::memory::Buffer;
use crate::store::{AsContext, AsContextMut, StoreId, StoreInner};
use crate::types::{TableType, ValType};
use crate::value::Val;
use crate::vm::{VmTable, table_copy, table_fill};

/// A table of a store.
///
/// [The book](crate#in-the-book) explains it in chapter 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    store: StoreId,
    index: u32,
}

/// A table as its store keeps it.
#[derive(Debug)]
pub(crate) struct TableEntity {
    ty: TableType,
    /// The elements, and room for more.
    elements: Buffer,
    len: usize,
    /// The instances' copies of base and length.
    copies: Vec<NonNull<VmTable>>,
}

impl Table {
    /// A table with `ty.min` elements, all of them `init`.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Usage`](crate::ErrorKind::Usage): the type is not valid, or `init` is not of its element type;
    /// - [`Limit::Table`], [`Limit::Instances`]: the limiter refuses, or there is no room.
    pub fn new(mut store: impl AsContextMut, ty: TableType, init: Val) -> Result<Table> {
        if let Some(max) = ty.max.filter(|&max| max < ty.min) {
            return Err(Error::usage(format!("table type with a maximum of {max} below the minimum, {}", ty.min)));
        }
        let inner = store.as_context_mut().into_inner();
        let init = to_slot(inner, ty, init)?;
        let index = inner.new_table(ty, init)?;
        Ok(Table { store: inner.id, index })
    }

    /// The type, with the present size as the minimum.
    pub fn ty(&self, store: impl AsContext) -> TableType {
        self.entity(store.as_context().inner()).present_type()
    }

    /// How many elements there are.
    pub fn size(&self, store: impl AsContext) -> u64 {
        self.entity(store.as_context().inner()).len as u64
    }

    /// Element `index`, or `None` past the end.
    pub fn get(&self, store: impl AsContext, index: u64) -> Option<Val> {
        let inner = store.as_context().inner();
        let table = self.entity(inner);
        let index = usize::try_from(index).ok().filter(|&index| index < table.len)?;
        // SAFETY: the index is below the length, and the element is of the table's type.
        Some(unsafe { Val::from_ref_slot(table.ty.element, table.vm().base.add(index).read(), inner.id) })
    }

    /// Sets element `index`.
    ///
    /// # Errors
    ///
    /// [`Trap::TableOutOfBounds`](crate::Trap::TableOutOfBounds), or [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the value is not of the element
    /// type.
    pub fn set(&self, store: impl AsContextMut, index: u64, value: Val) -> Result<()> {
        self.fill(store, index, value, 1)
    }

    /// Grows by `count` elements, all of them `init`; gives the size before.
    ///
    /// # Errors
    ///
    /// [`Limit::Table`]: the type or the limiter does not allow this, or there is no room. Also the limiter's own error,
    /// and [`ErrorKind::Usage`](crate::ErrorKind::Usage) if `init` is not of the element type.
    pub fn grow(&self, mut store: impl AsContextMut, count: u64, init: Val) -> Result<u64> {
        let inner = store.as_context_mut().into_inner();
        let before = self.entity(inner).present_type();
        let init = to_slot(inner, before, init)?;
        inner.grow_table(self.index, count, init)?.ok_or_else(|| {
            let max = before.max.map_or(String::new(), |max| format!(" (its type allows {max})"));
            Error::limit_reached(Limit::Table, format!("cannot grow by {count} elements from {}{max}", before.min))
        })
    }

    /// Sets `count` elements from `at` on (section 4.6.7, `table.fill`).
    ///
    /// # Errors
    ///
    /// As for [`Table::set`]. Then nothing was set.
    pub fn fill(&self, mut store: impl AsContextMut, at: u64, value: Val, count: u64) -> Result<()> {
        let inner = store.as_context_mut().into_inner();
        let table = self.entity(inner);
        let value = to_slot(inner, table.ty, value)?;
        // SAFETY: the table lives, and the store is borrowed exclusively.
        Ok(unsafe { table_fill(table.vm(), at, value, count) }?)
    }

    /// Copies `count` elements of `from`, starting at `source`, to `to`, starting at `at` (section 4.6.7, `table.copy`).
    ///
    /// # Errors
    ///
    /// [`Trap::TableOutOfBounds`](crate::Trap::TableOutOfBounds), or [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the element types do not fit. Then
    /// nothing was copied.
    pub fn copy(
        mut store: impl AsContextMut,
        to: &Table,
        at: u64,
        from: &Table,
        source: u64,
        count: u64,
    ) -> Result<()> {
        let inner = store.as_context_mut().into_inner();
        let (to, from) = (to.entity(inner), from.entity(inner));
        if !from.ty.element.matches(to.ty.element) {
            let message = format!("cannot copy from a table of {} to one of {}", from.ty.element, to.ty.element);
            return Err(Error::usage(message));
        }
        // SAFETY: both tables live, and the store is borrowed exclusively.
        Ok(unsafe { table_copy(to.vm(), from.vm(), at, source, count) }?)
    }

    pub(crate) fn from_index(store: StoreId, index: u32) -> Table {
        Table { store, index }
    }

    /// The number of this table in its store, which must be the one with this id.
    pub(crate) fn index(&self, store: StoreId) -> u32 {
        self.store.check(store, "table");
        self.index
    }

    fn entity<'a>(&self, store: &'a StoreInner) -> &'a TableEntity {
        &store.tables[self.index(store.id) as usize]
    }
}

/// What stands in a slot for an element of such a table.
fn to_slot(store: &StoreInner, ty: TableType, value: Val) -> Result<u64> {
    value.to_ref_slot(ty.element, store).ok_or_else(|| {
        let wanted = ValType::Ref(ty.element);
        Error::usage(format!("element for a table: found {}, wanted a value of type {wanted}", value.describe()))
    })
}

impl TableEntity {
    /// The base and length.
    pub fn vm(&self) -> VmTable {
        VmTable { base: self.elements.base().as_ptr().cast(), len: self.len }
    }

    /// The type, with the present size as the minimum.
    pub fn present_type(&self) -> TableType {
        TableType { min: self.len as u64, ..self.ty }
    }

    /// Lets an instance have a copy of base and length, which is kept up to date.
    ///
    /// # Safety
    ///
    /// The copy lives as long as this table, and can be written.
    pub unsafe fn mirror(&mut self, copy: NonNull<VmTable>) {
        // SAFETY: the caller's promise.
        unsafe { copy.write(self.vm()) };
        self.copies.push(copy);
    }

    /// Grows to `len` elements, the new ones `init`; tells whether there was room.
    fn grow(&mut self, len: usize, init: u64) -> bool {
        let capacity = self.elements.len() / size_of::<u64>();
        if len > capacity {
            // Room for half as much again makes many small steps cheap.
            let roomy = len.max(capacity + capacity / 2);
            let Some(elements) = Buffer::new(roomy * size_of::<u64>()) else { return false };
            // SAFETY: both are valid for the present length, and the new buffer is not the old one.
            unsafe { elements.base().cast::<u64>().copy_from_nonoverlapping(self.elements.base().cast(), self.len) };
            self.elements = elements;
        }
        let before = std::mem::replace(&mut self.len, len);
        if init != 0 {
            // SAFETY: the buffer has room for `len` elements.
            unsafe { std::slice::from_raw_parts_mut(self.vm().base, len)[before..].fill(init) };
        }
        for copy in &self.copies {
            // SAFETY: whoever gave the copy promised that it lives and can be written.
            unsafe { copy.write(self.vm()) };
        }
        true
    }
}

impl StoreInner {
    /// Makes a table of a valid type, its elements `init`; gives its number.
    pub fn new_table(&mut self, ty: TableType, init: u64) -> Result<u32> {
        self.check_count("tables", self.tables.len(), |limiter| limiter.tables())?;
        let too_large =
            || Error::limit_reached(Limit::Table, format!("there is no room for a table of {} elements", ty.min));
        let len = usize::try_from(ty.min).ok().filter(|_| ty.min <= MAX_TABLE_ELEMENTS).ok_or_else(too_large)?;
        if !self.limiter().map_or(Ok(true), |limiter| limiter.table_growing(0, len, maximum(ty)))? {
            let details = format!("the store's limiter refuses a table of {len} elements");
            return Err(Error::limit_reached(Limit::Table, details));
        }
        let elements = Buffer::new(len * size_of::<u64>()).ok_or_else(too_large)?;
        let mut table = TableEntity { ty, elements, len: 0, copies: Vec::new() };
        table.grow(len, init);
        self.tables.push(table);
        Ok(self.tables.len() as u32 - 1)
    }

    /// Grows a table by so many elements, the new ones `init`; gives the elements before, or `None` if that is not
    /// possible.
    ///
    /// # Errors
    ///
    /// The limiter's own.
    pub fn grow_table(&mut self, index: u32, count: u64, init: u64) -> Result<Option<u64>> {
        let table = &self.tables[index as usize];
        let (ty, current) = (table.ty, table.len);
        let wanted = (current as u64).checked_add(count);
        let Some(desired) = wanted.and_then(|wanted| usize::try_from(wanted).ok()) else { return Ok(None) };
        if count == 0 {
            return Ok(Some(current as u64));
        }
        let allowed =
            self.limiter().map_or(Ok(true), |limiter| limiter.table_growing(current, desired, maximum(ty)))?;
        let most = ty.max.unwrap_or(u64::MAX).min(MAX_TABLE_ELEMENTS);
        let grown = allowed && desired as u64 <= most && self.tables[index as usize].grow(desired, init);
        Ok(grown.then_some(current as u64))
    }
}

/// The type's maximum.
fn maximum(ty: TableType) -> Option<usize> {
    ty.max.map(|max| usize::try_from(max).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests;
