//! Preview 1.
mod descriptors;
pub(crate) use descriptors::Descriptors;
