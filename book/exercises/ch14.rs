//! Chapter 14: resources and handle tables. What the third exercise makes is run by the chapter's own command.

use falkirk::component::abi::Table;

use crate::components::instantiate;

// ANCHOR: after
#[test]
fn who_has_trapped_is_not_entered_again() {
    let (mut store, instance) = instantiate("book/modules/ch13/lies.wat");
    let mut call = |function: &str, number: u32| {
        let function = instance.get_func(function).expect("the export");
        let mut results = [false.into()];
        function.call(&mut store, &[number.into()], &mut results).map_err(|error| error.to_string())
    };
    assert_eq!(call("which-lamps", 5), Ok(()));
    assert_eq!(call("which-direction", 2), Err("trap: a discriminant is 2, wanted one of 2 cases".to_owned()));
    assert_eq!(call("which-lamps", 5), Err("trap: a component was called while it may not be entered".to_owned()));
}
// ANCHOR_END: after

// ANCHOR: indices
#[test]
fn the_index_that_became_free_last_is_used_first() {
    let mut table = Table::new();
    let first: Vec<u32> = ["a", "b", "c"].into_iter().map(|boat| table.add(boat).expect("there is room")).collect();
    assert_eq!(first, [1, 2, 3]);
    assert_eq!((table.remove(1), table.remove(3)), (Ok("a"), Ok("c")));
    let then: Vec<u32> = ["d", "e", "f"].into_iter().map(|boat| table.add(boat).expect("there is room")).collect();
    assert_eq!(then, [3, 1, 4]);
}
// ANCHOR_END: indices

// ANCHOR: generations
/// A table whose handles are never used twice: the lower half of a handle is an index, the upper half says how often
/// that index has been used before.
#[derive(Default)]
struct Generations<T> {
    slots: Vec<(u32, Option<T>)>,
}

impl<T> Generations<T> {
    fn add(&mut self, entry: T) -> u32 {
        // After so many uses an index is not used any more.
        let free = self.slots.iter().position(|(used, entry)| entry.is_none() && *used < 0xffff);
        let index = free.unwrap_or(self.slots.len());
        assert!(index <= 0xffff, "the table is full");
        if index == self.slots.len() {
            self.slots.push((0, None));
        }
        let (used, slot) = &mut self.slots[index];
        *slot = Some(entry);
        *used << 16 | index as u32
    }

    fn get(&self, handle: u32) -> Option<&T> {
        let (used, entry) = self.slots.get(handle as usize & 0xffff)?;
        entry.as_ref().filter(|_| *used == handle >> 16)
    }

    fn remove(&mut self, handle: u32) -> Option<T> {
        self.get(handle)?;
        let (used, entry) = &mut self.slots[handle as usize & 0xffff];
        *used += 1;
        entry.take()
    }
}

#[test]
fn an_old_handle_is_no_handle() {
    let mut boats = Generations::default();
    let old = boats.add("boat 7");
    assert_eq!(boats.remove(old), Some("boat 7"));
    let new = boats.add("boat 8");
    assert_eq!((old & 0xffff, boats.get(old)), (new & 0xffff, None));
    assert_eq!(boats.get(new), Some(&"boat 8"));
}
// ANCHOR_END: generations
