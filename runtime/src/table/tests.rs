//! Tests of tables as an embedder sees them.

use super::*;
use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::testing::store;
use crate::types::{HeapType, RefType};

fn ty(element: RefType, min: u64, max: Option<u64>) -> TableType {
    TableType { element, min, max, table64: false }
}

#[test]
fn get_set_grow_and_fill() {
    let mut store = store();
    let func = Func::wrap(&mut store, || 7i32);
    let table = Table::new(&mut store, ty(RefType::FUNCREF, 2, Some(10)), Val::FuncRef(None)).unwrap();
    assert_eq!(table.get(&store, 1), Some(Val::FuncRef(None)));
    assert_eq!(table.get(&store, 2), None);
    assert_eq!(table.get(&store, u64::MAX), None);
    table.set(&mut store, 1, func.into()).unwrap();
    assert_eq!(table.grow(&mut store, 3, func.into()).unwrap(), 2);
    assert_eq!(table.ty(&store), ty(RefType::FUNCREF, 5, Some(10)));
    assert_eq!(
        (0..5).map(|at| table.get(&store, at) == Some(func.into())).collect::<Vec<_>>(),
        [false, true, true, true, true]
    );
    table.fill(&mut store, 2, Val::FuncRef(None), 2).unwrap();
    assert_eq!(table.get(&store, 3), Some(Val::FuncRef(None)));
    assert_eq!(table.get(&store, 4), Some(func.into()));
    assert_eq!(table.fill(&mut store, 4, func.into(), 2).unwrap_err().trap(), Some(crate::Trap::TableOutOfBounds));
    let error = table.grow(&mut store, 6, func.into()).unwrap_err();
    assert_eq!(error.to_string(), "table limit exceeded: cannot grow by 6 elements from 5 (its type allows 10)");
    assert_eq!(table.size(&store), 5);
}

#[test]
fn elements_are_of_the_tables_type() {
    let mut store = store();
    let func = Func::wrap(&mut store, || ());
    let reference = ExternRef::new(&mut store, 5u8);
    let table = Table::new(&mut store, ty(RefType::EXTERNREF, 1, None), reference.into()).unwrap();
    assert_eq!(table.get(&store, 0), Some(reference.into()));
    let error = table.set(&mut store, 0, func.into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "element for a table: found a reference to a function (of another type, if a function is wanted), \
         wanted a value of type externref"
    );
    let never_null = RefType { nullable: false, heap: HeapType::Func };
    assert!(Table::new(&mut store, ty(never_null, 1, None), Val::FuncRef(None)).is_err());
    assert!(Table::new(&mut store, ty(never_null, 1, None), func.into()).is_ok());
}

#[test]
fn copies_may_overlap() {
    let mut store = store();
    let values: Vec<Val> = (0..4).map(|it: i32| ExternRef::new(&mut store, it).into()).collect();
    let table = Table::new(&mut store, ty(RefType::EXTERNREF, 4, None), Val::ExternRef(None)).unwrap();
    for (at, value) in values.iter().enumerate() {
        table.set(&mut store, at as u64, *value).unwrap();
    }
    Table::copy(&mut store, &table, 1, &table, 0, 3).unwrap();
    let now: Vec<Val> = (0..4).map(|at| table.get(&store, at).unwrap()).collect();
    assert_eq!(now, [values[0], values[0], values[1], values[2]]);
    assert!(Table::copy(&mut store, &table, 2, &table, 0, 3).is_err());
    let funcs = Table::new(&mut store, ty(RefType::FUNCREF, 4, None), Val::FuncRef(None)).unwrap();
    let error = Table::copy(&mut store, &funcs, 0, &table, 0, 1).unwrap_err();
    assert_eq!(error.to_string(), "cannot copy from a table of externref to one of funcref");
}

#[test]
fn there_is_a_most_to_everything() {
    let mut store = store();
    let most = ty(RefType::FUNCREF, MAX_TABLE_ELEMENTS + 1, None);
    assert_eq!(Table::new(&mut store, most, Val::FuncRef(None)).unwrap_err().limit(), Some(Limit::Table));
    let table = Table::new(&mut store, ty(RefType::FUNCREF, 1, None), Val::FuncRef(None)).unwrap();
    for count in [MAX_TABLE_ELEMENTS, u64::MAX, u64::MAX - 1] {
        assert!(table.grow(&mut store, count, Val::FuncRef(None)).is_err());
    }
    assert!(Table::new(&mut store, ty(RefType::FUNCREF, 2, Some(1)), Val::FuncRef(None)).is_err());
}
