//! Handles, as `test_handles` of the reference interpreter moves them, and what a hostile guest does with them.

use super::*;

const HOST: ResourceType = ResourceType { id: 0, implementer: InstanceId::HOST };
const OURS: ResourceType = ResourceType { id: 1, implementer: InstanceId(7) };

fn message<T: std::fmt::Debug>(result: Result<T, Trap>) -> String {
    result.expect_err("a trap").to_string()
}

#[test]
fn handles_move_as_in_the_reference() {
    let mut instance = InstanceState::new(InstanceId(7));
    let task = instance.begin_task();
    let (h1, h2) = (instance.lower_own(HOST, 42).unwrap(), instance.lower_own(HOST, 43).unwrap());
    let h3 = instance.lower_borrow(HOST, 44, task).unwrap();
    // The guest implements this one, so it gets the representation.
    assert_eq!(instance.lower_borrow(OURS, 13, task), Ok(13));
    assert_eq!((h1, h2, h3), (1, 2, 3));

    let mut lends = Lends::default();
    assert_eq!(instance.lift_borrow(HOST, h1, &mut lends), Ok(42));
    assert_eq!(instance.lift_borrow(HOST, h3, &mut lends), Ok(44));
    let h4 = instance.lower_own(HOST, 45).unwrap();
    assert_eq!(
        message(instance.resource_drop(HOST, h1)),
        "handle 1 is lent to 1 calls, wanted it back from all of them"
    );
    instance.end_lends(lends);

    assert_eq!(instance.resource_drop(HOST, h1), Ok(Some(42)));
    assert_eq!(instance.resource_new(HOST, 46), Ok(h1), "the free index is used again");
    assert_eq!(instance.resource_drop(HOST, h3), Ok(None));
    assert_eq!(instance.end_task(task), Ok(()));

    let lifted: Vec<u32> = [h1, h2, h4].map(|index| instance.lift_own(HOST, index).unwrap()).into();
    assert_eq!(lifted, [46, 43, 45]);
    assert!(instance.handles.is_empty());
}

#[test]
fn forged_handles_trap() {
    let mut instance = InstanceState::new(InstanceId(7));
    for index in [0, 1, 17, u32::MAX] {
        assert_eq!(message(instance.resource_rep(HOST, index)), format!("there is no handle {index}"));
        assert_eq!(message(instance.resource_drop(HOST, index)), format!("there is no handle {index}"));
        assert_eq!(message(instance.lift_own(HOST, index)), format!("there is no handle {index}"));
    }
    let index = instance.lower_own(HOST, 1).unwrap();
    let wrong = "handle 1 is of another resource type than wanted";
    assert_eq!(message(instance.resource_rep(OURS, index)), wrong);
    assert_eq!(message(instance.lift_own(OURS, index)), wrong);
    assert_eq!(message(instance.resource_drop(OURS, index)), wrong);
    assert_eq!(message(instance.lift_borrow(OURS, index, &mut Lends::default())), wrong);
    assert_eq!(instance.resource_rep(HOST, index), Ok(1), "the handle is as it was");
}

#[test]
fn handles_die_once() {
    let mut instance = InstanceState::new(InstanceId(7));
    let index = instance.lower_own(HOST, 1).unwrap();
    assert_eq!(instance.lift_own(HOST, index), Ok(1));
    assert_eq!(message(instance.lift_own(HOST, index)), "there is no handle 1");
    assert_eq!(message(instance.resource_drop(HOST, index)), "there is no handle 1");
}

#[test]
fn lent_handles_stay_and_borrowed_ones_go() {
    let mut instance = InstanceState::new(InstanceId(7));
    let index = instance.lower_own(HOST, 1).unwrap();
    let (mut first, mut second) = (Lends::default(), Lends::default());
    instance.lift_borrow(HOST, index, &mut first).unwrap();
    instance.lift_borrow(HOST, index, &mut second).unwrap();
    assert_eq!(message(instance.lift_own(HOST, index)), "handle 1 is lent to 2 calls, wanted it back from all of them");
    instance.end_lends(first);
    instance.end_lends(second);
    assert_eq!(instance.lift_own(HOST, index), Ok(1));

    let task = instance.begin_task();
    let index = instance.lower_borrow(HOST, 5, task).unwrap();
    assert_eq!(message(instance.lift_own(HOST, index)), "handle 1 is borrowed, wanted an owned one");
    assert_eq!(message(instance.end_task(task)), "a call returned with 1 borrowed handles, wanted all of them dropped");
}

#[test]
fn nobody_leaves_from_where_it_is_not_allowed() {
    let mut instance = InstanceState::new(InstanceId(7));
    instance.flags.set_may_leave(false);
    let message_of = "a component called out from where it may not leave";
    assert_eq!(message(instance.resource_new(OURS, 1)), message_of);
    assert_eq!(message(instance.resource_drop(OURS, 1)), message_of);
}

#[test]
fn a_component_that_runs_is_not_entered() {
    let mut rules = CallRules::default();
    let root = rules.add(None);
    let (left, right) = (rules.add(Some(root)), rules.add(Some(root)));
    let other = rules.add(None);
    rules.enter(left, None).unwrap();
    assert_eq!(message(rules.enter(left, None)), "a component was called while it may not be entered");
    assert!(!rules.may_enter(right, None), "its parent is running");
    assert!(!rules.may_enter(right, Some(other)), "nor from another tree");
    rules.enter(right, Some(left)).unwrap();
    assert!(!rules.may_enter(left, Some(right)));
    assert!(rules.may_enter(root, Some(right)), "a child calls its parent");
    rules.enter(other, Some(right)).unwrap();
    assert!(!rules.may_enter(root, Some(other)));
    rules.leave(other, Some(right));
    rules.leave(right, Some(left));
    rules.leave(left, None);
    assert!(rules.may_enter(right, None));
}
