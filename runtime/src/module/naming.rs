//! What the things of a module are called in texts about its code.

/// Gives names. The engines that show their code ask whoever wants to see it.
pub trait Naming {
    /// The name of a local of the function, parameters included.
    fn local(&self, index: u32) -> String;
    /// The name of a function.
    fn function(&self, index: u32) -> String;
    /// The name of a global.
    fn global(&self, index: u32) -> String;
    /// The name of a table.
    fn table(&self, index: u32) -> String;
    /// The name of a memory.
    fn memory(&self, index: u32) -> String;
    /// The name of a function type.
    fn function_type(&self, index: u32) -> String;
}
