//! Chapter 1: a module is bytes.

pub mod dump;
pub mod hand;
pub mod leb128;
pub mod patch;
pub mod sections;
