//! Steps from a store's events.

use falkirk_runtime::{Event, FunctionId, Val};

use super::step::{Access, Function, Step, Value, What};

/// Makes steps of a store's events: knows who calls whom, and how deep.
#[derive(Debug, Default)]
pub struct Steps {
    /// The functions that are running, the innermost last.
    pub(super) running: Vec<Function>,
    /// The error of the call that has just failed, with nothing since.
    pub(super) stopped: Option<String>,
    #[cfg(feature = "component-model")]
    pub(super) components: super::calls::Components,
}

impl Steps {
    /// No function is running.
    pub fn new() -> Steps {
        Steps::default()
    }

    /// How many calls are running.
    pub fn depth(&self) -> usize {
        self.running.len()
    }

    /// The event as a step. Instructions only if that is wanted.
    pub fn step<'a>(&mut self, event: Event<'a>, instructions: bool) -> Option<Step<'a>> {
        if !matches!(event, Event::Stopped { .. } | Event::Instruction { .. }) {
            self.stopped = None;
        }
        Some(match event {
            event if self.is_built_in(event) => return None,
            Event::Enter { function, args } => self.call(guest(&function), args),
            Event::HostEnter { module, name, args } => self.call(host(module, name), args),
            Event::Exit { function, results } => self.ret(guest(&function), results),
            Event::HostExit { module, name, results } => self.ret(host(module, name), results),
            Event::HostRead { memory, address, bytes } => {
                self.now(What::Read(Access::new(memory as usize, address, bytes)))
            }
            Event::HostWrite { memory, address, bytes } => {
                self.now(What::Write(Access::new(memory as usize, address, bytes)))
            }
            Event::MemoryGrow { memory, before, after } => {
                self.now(What::Grow { memory: memory as usize, before, after })
            }
            Event::Instruction { .. } if !instructions => return None,
            Event::Instruction { function, offset, text, operands, .. } => {
                let (function, text, operands) = (guest(&function), text.to_owned(), values(operands));
                self.now(What::Instruction { function, offset, text, operands })
            }
            Event::Stopped { error } => return self.stop(error),
            _ => return None,
        })
    }

    /// Whether this is a call of what Falkirk gives the modules of components, which has steps of its own.
    fn is_built_in(&self, event: Event<'_>) -> bool {
        #[cfg(feature = "component-model")]
        if let Event::HostEnter { module, name, .. } | Event::HostExit { module, name, .. } = event {
            return self.components.any() && module == "host" && name.is_empty();
        }
        let _ = event;
        false
    }

    /// A call failed. The calls around it fail of the same, which is told once.
    pub(super) fn stop<'a>(&mut self, error: &str) -> Option<Step<'a>> {
        if self.stopped.as_deref() == Some(error) {
            return None;
        }
        self.running.clear();
        self.stopped = Some(error.to_owned());
        Some(self.now(What::Stopped { error: error.to_owned() }))
    }

    pub(super) fn now<'a>(&self, what: What<'a>) -> Step<'a> {
        Step { depth: self.depth(), path: String::new(), what }
    }

    fn call<'a>(&mut self, function: Function, arguments: &[Val]) -> Step<'a> {
        let caller = self.running.last().cloned();
        let step = self.now(What::Call { caller, function: function.clone(), arguments: values(arguments) });
        self.running.push(function);
        step
    }

    fn ret<'a>(&mut self, function: Function, results: &[Val]) -> Step<'a> {
        self.running.pop();
        self.now(What::Return { caller: self.running.last().cloned(), function, results: values(results) })
    }
}

fn guest(id: &FunctionId<'_>) -> Function {
    let text = |name: Option<&str>| name.map(str::to_owned);
    Function { host: false, module: text(id.module), name: text(id.name), index: Some(id.index) }
}

fn host(module: &str, name: &str) -> Function {
    Function { host: true, module: Some(module.to_owned()), name: Some(name.to_owned()), index: None }
}

fn values(values: &[Val]) -> Vec<Value> {
    values.iter().map(Value::from).collect()
}
