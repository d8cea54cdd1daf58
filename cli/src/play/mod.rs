//! The playground: a page on this machine where a reader edits a module, runs it, and goes through its steps.
//!
//! | module | what |
//! | --- | --- |
//! | `server` | listens; a thread for each request |
//! | `http` | as much of HTTP as that needs |
//! | `gate` | who may ask |
//! | `routes` | what there is to ask for |
//! | `samples` | modules to start with |
//! | `opened` | the reader's own module to start with |
//! | `text`, `places` | a module's text, and where in it something stands |
//! | `problem` | what goes wrong, with its place |
//! | `order` | what a request orders: a text, a function, arguments |
//! | `guest` | runs guest code on a thread of its own, within limits |
//! | `check`, `run`, `times` | what is done with a program |
//! | `steps`, `recorder`, `access` | a call instruction by instruction, and what it does to memory |

mod access;
mod check;
mod gate;
mod guest;
mod http;
mod opened;
mod order;
mod places;
mod problem;
mod recorder;
mod routes;
mod run;
mod samples;
mod server;
mod steps;
mod text;
mod times;

pub use guest::Limits;
pub use opened::Opened;
pub use server::Server;
