//! Steps from what a store's components tell: who calls whom, and what crosses.

use std::collections::{BTreeMap, BTreeSet};

use falkirk_canonical_abi::{self as abi, Crossing, InstanceId, Part};
use falkirk_component::trace::{Call, Event, Guest};

use super::component::{Move, Tables, steps_of};
use super::flat::flat_parts;
use super::step::{Function, Party, Step, What};

/// What is known of a store's components.
#[derive(Debug, Default)]
pub(super) struct Components {
    /// What the next component is called that is instantiated in no other.
    pub next: Option<String>,
    /// What the instances are called, by number.
    instances: Vec<String>,
    /// The names that instances have.
    taken: BTreeSet<String>,
    /// Whose the memories are, by number.
    memories: BTreeMap<usize, String>,
    tables: Tables,
    /// Whether parameters cross, or a result.
    result: bool,
    /// The part of a value that is crossing.
    path: Vec<String>,
}

impl Components {
    /// Whether there are any.
    pub fn any(&self) -> bool {
        !self.instances.is_empty()
    }

    /// What the memories are called, by number.
    pub fn memories(&self) -> Vec<String> {
        let count = self.memories.keys().last().map_or(0, |last| last + 1);
        let name = |number| self.memories.get(&number).cloned().unwrap_or_else(|| format!("memory {number}"));
        (0..count).map(name).collect()
    }

    /// A new instance.
    pub fn instance(&mut self, instance: InstanceId, parent: Option<InstanceId>, name: Option<&str>) {
        let number = instance.0 as usize;
        let given = if parent.is_none() { self.next.take() } else { None };
        let name = given
            .or_else(|| name.map(|name| name.trim_end_matches(".wasm").to_owned()))
            .unwrap_or_else(|| format!("instance {number}"));
        let name = if self.taken.contains(&name) { format!("{name} (instance {number})") } else { name };
        self.taken.insert(name.clone());
        while self.instances.len() < number {
            self.instances.push(format!("instance {}", self.instances.len()));
        }
        self.instances.push(name);
    }

    /// Who takes part in a call; the host if nobody.
    pub fn party(&mut self, guest: Option<Guest>) -> Party {
        let Some(guest) = guest else { return Party { name: "the host".to_owned(), instance: None, memory: None } };
        let (instance, memory) = (guest.instance.0 as usize, guest.memory.map(|memory| memory as usize));
        let name = self.instances.get(instance).cloned().unwrap_or_else(|| format!("instance {instance}"));
        if let Some(number) = memory.filter(|number| !self.memories.contains_key(number)) {
            let taken: BTreeSet<&String> = self.memories.values().collect();
            let name = if taken.contains(&name) { format!("{name} (memory {number})") } else { name.clone() };
            self.memories.insert(number, name);
        }
        Party { name, instance: Some(instance), memory }
    }

    /// What the canonical ABI does for a call.
    pub fn abi<'a>(&mut self, call: Call<'_>, event: abi::Event<'a>) -> Option<What<'a>> {
        match event {
            abi::Event::Begin(crossing) => {
                self.result = matches!(crossing, Crossing::LiftResult | Crossing::LowerResult);
                self.path.clear();
                return Some(What::Begin(crossing));
            }
            abi::Event::Flat { crossing, values } => {
                let parts = flat_parts(call, crossing);
                let values = values[..values.len().min(parts.len())].to_vec();
                return Some(What::Flat { crossing, values, parts });
            }
            abi::Event::Enter(part) => {
                let name = self.part(call, part);
                self.path.push(name);
                return None;
            }
            abi::Event::Leave => {
                self.path.pop();
                return None;
            }
            abi::Event::Handle { movement, index, resource, rep } if movement == abi::HandleMove::EndLend => {
                let table = call.caller.map_or(0, |guest| guest.instance.0 as usize);
                return Some(self.tables.moved(table, Move { movement, index, resource, rep }));
            }
            _ => {}
        }
        let (source, target) = match self.result {
            true => (call.callee, call.caller),
            false => (call.caller, call.callee),
        };
        let memory = |guest: Option<Guest>| guest.and_then(|guest| guest.memory).unwrap_or_default() as usize;
        let table = |guest: Option<Guest>| guest.map_or(0, |guest| guest.instance.0 as usize);
        let memories = (memory(source), memory(target));
        steps_of(event, memories, (table(source), table(target)), &mut self.tables)
    }

    /// What a guest did to a handle of its own accord.
    pub fn handle(&mut self, instance: InstanceId, moved: Move) -> What<'static> {
        self.tables.moved(instance.0 as usize, moved)
    }

    /// The part of a value that is crossing, for those steps that are about one.
    pub fn path(&self, what: &What<'_>) -> String {
        use abi::HandleMove as M;
        match what {
            What::Handle { movement: M::EndLend | M::New | M::Rep | M::Drop, .. } => String::new(),
            What::Load(_) | What::Store(_) | What::Copy { .. } | What::Realloc { .. } | What::Handle { .. } => {
                let result = if self.result { "result" } else { "" };
                format!("{result}{}", self.path.concat())
            }
            _ => String::new(),
        }
    }

    /// The text of a part: parameters go by their names.
    fn part(&self, call: Call<'_>, part: Part<'_>) -> String {
        match part {
            Part::Index(index) if self.path.is_empty() && !self.result => {
                call.ty.names().get(index).map_or_else(|| part.to_string(), |name| name.to_string())
            }
            part => part.to_string(),
        }
    }
}

/// Who calls core functions for components: `canon lift` and what the canonical ABI needs.
fn falkirk() -> Function {
    Function { host: true, module: None, name: Some("Falkirk".to_owned()), index: None }
}

impl super::Steps {
    /// What the next component is called that is instantiated in no other: its file, say.
    pub fn name_next(&mut self, name: impl Into<String>) {
        self.components.next = Some(name.into());
    }

    /// What the components' instances are called, by number.
    pub fn instances(&self) -> &[String] {
        &self.components.instances
    }

    /// Whose the memories of components are, by number.
    pub fn memories(&self) -> Vec<String> {
        self.components.memories()
    }

    /// Whose a memory is, if it is known as that of a component.
    pub fn memory(&self, number: usize) -> Option<&str> {
        self.components.memories.get(&number).map(String::as_str)
    }

    /// What a store's components tell, as a step.
    pub fn component<'a>(&mut self, event: Event<'a>) -> Option<Step<'a>> {
        let what = match event {
            Event::Instance { instance, parent, name } => {
                self.components.instance(instance, parent, name);
                return None;
            }
            Event::Call(call) => {
                let entered = self.entered(call);
                let step = self.now(entered);
                self.running.push(falkirk());
                self.stopped = None;
                return Some(step);
            }
            Event::Return(call) => {
                self.running.pop();
                let (caller, callee) = (self.components.party(call.caller), self.components.party(call.callee));
                What::Leave { function: call.name.to_owned(), caller, callee }
            }
            Event::Failed(error) => return self.stop(&error.to_string()),
            Event::Abi(call, event) => self.components.abi(call, event)?,
            Event::Handle { instance, movement, index, resource, rep } => {
                self.components.handle(instance, Move { movement, index, resource, rep })
            }
            _ => return None,
        };
        let path = self.components.path(&what);
        Some(Step { path, ..self.now(what) })
    }

    fn entered(&mut self, call: Call<'_>) -> What<'static> {
        What::Enter {
            function: call.name.to_owned(),
            signature: call.signature().to_string(),
            caller: self.components.party(call.caller),
            callee: self.components.party(call.callee),
        }
    }
}
