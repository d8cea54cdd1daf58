//! Random moves of handles, against a model that is a map.

use std::collections::HashMap;

use falkirk_canonical_abi::*;
use proptest::prelude::*;

/// What a guest or host does.
#[derive(Clone, Debug)]
enum Move {
    New(usize),
    Borrow(usize),
    Rep(usize, u32),
    Drop(usize, u32),
    Give(usize, u32),
    Lend(usize, u32),
    EndLends,
}

fn moves() -> impl Strategy<Value = Move> {
    let (resource, index) = (0..2_usize, 0..8_u32);
    prop_oneof![
        resource.clone().prop_map(Move::New),
        resource.clone().prop_map(Move::Borrow),
        (resource.clone(), index.clone()).prop_map(|(resource, index)| Move::Rep(resource, index)),
        (resource.clone(), index.clone()).prop_map(|(resource, index)| Move::Drop(resource, index)),
        (resource.clone(), index.clone()).prop_map(|(resource, index)| Move::Give(resource, index)),
        (resource, index).prop_map(|(resource, index)| Move::Lend(resource, index)),
        Just(Move::EndLends),
    ]
}

/// A handle, as the model has it.
#[derive(Clone, Copy, Debug)]
struct Known {
    resource: usize,
    rep: u32,
    owned: bool,
    lends: u32,
}

/// The handle at an index, or the trap that the model expects.
fn find(model: &HashMap<u32, Known>, resource: usize, index: u32) -> Result<Known, Trap> {
    let known = *model.get(&index).ok_or(Trap::UnknownHandle { index })?;
    if known.resource == resource { Ok(known) } else { Err(Trap::WrongResource { index }) }
}

fn unlent(index: u32, known: Known) -> Result<Known, Trap> {
    if known.lends == 0 { Ok(known) } else { Err(Trap::HandleLent { index, lends: known.lends }) }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn handles_are_where_a_model_has_them(moves in prop::collection::vec(moves(), 0..64)) {
        let resources = [0, 1].map(|id| ResourceType { id, implementer: InstanceId::HOST });
        let mut instance = InstanceState::new(InstanceId(9));
        let task = instance.begin_task();
        let mut model: HashMap<u32, Known> = HashMap::new();
        let (mut lends, mut lent) = (Lends::default(), Vec::new());
        for (rep, step) in (100..).zip(moves) {
            match step {
                Move::New(resource) => {
                    let index = instance.resource_new(resources[resource], rep).expect("there is room");
                    let known = Known { resource, rep, owned: true, lends: 0 };
                    prop_assert!(index != 0 && model.insert(index, known).is_none());
                }
                Move::Borrow(resource) => {
                    let index = instance.lower_borrow(resources[resource], rep, task).expect("there is room");
                    let known = Known { resource, rep, owned: false, lends: 0 };
                    prop_assert!(index != 0 && model.insert(index, known).is_none());
                }
                Move::Rep(resource, index) => {
                    let expected = find(&model, resource, index).map(|known| known.rep);
                    prop_assert_eq!(instance.resource_rep(resources[resource], index), expected);
                }
                Move::Drop(resource, index) => {
                    let expected = find(&model, resource, index).and_then(|known| unlent(index, known));
                    let dropped = instance.resource_drop(resources[resource], index);
                    prop_assert_eq!(dropped, expected.map(|known| known.owned.then_some(known.rep)));
                    if dropped.is_ok() {
                        model.remove(&index);
                    }
                }
                Move::Give(resource, index) => {
                    let expected = find(&model, resource, index).and_then(|known| unlent(index, known));
                    let expected = expected
                        .and_then(|known| if known.owned { Ok(known.rep) } else { Err(Trap::NotOwned { index }) });
                    prop_assert_eq!(instance.lift_own(resources[resource], index), expected);
                    if expected.is_ok() {
                        model.remove(&index);
                    }
                }
                Move::Lend(resource, index) => {
                    let expected = find(&model, resource, index).map(|known| known.rep);
                    prop_assert_eq!(instance.lift_borrow(resources[resource], index, &mut lends), expected);
                    if expected.is_ok() {
                        model.get_mut(&index).expect("it is there").lends += 1;
                        lent.push(index);
                    }
                }
                Move::EndLends => {
                    instance.end_lends(std::mem::take(&mut lends));
                    for index in lent.drain(..) {
                        model.get_mut(&index).expect("what is lent stays").lends -= 1;
                    }
                }
            }
            prop_assert_eq!(instance.handles.len(), model.len());
        }
        let borrowed = model.values().filter(|known| !known.owned).count() as u32;
        let expected = if borrowed == 0 { Ok(()) } else { Err(Trap::BorrowsRemain { count: borrowed }) };
        prop_assert_eq!(instance.end_task(task), expected);
    }
}
