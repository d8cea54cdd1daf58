//! The canonical ABI of WebAssembly's component model: how values cross between a guest's linear memory and the world
//! outside of it.
//!
//! A core WebAssembly function takes and returns numbers. A component's function takes and returns strings, lists,
//! records and handles. What lies between the two is the *canonical ABI*: rules for *lowering* a value into numbers and
//! bytes that a guest understands, and for *lifting* it out again. This crate is those rules. It knows no engine: a
//! guest is whatever has memory, a `realloc` and a table of handles (the trait [`Guest`]).
//!
//! # How a string crosses
//!
//! Take `greet: func(name: string) -> string`, called by the host with `"Zoë"`. In UTF-8 that is four bytes: `5a 6f c3
//! ab`. The guest's function takes two numbers, a pointer and a length, and returns one: the address of such a pair.
//!
//! 1. **The guest is asked for memory**: its `realloc(0, 0, 1, 4)` is called, since nothing is there yet (0, 0), bytes
//!    need no alignment (1), and there are four. Say that it returns 16.
//! 2. **The answer is checked.** Is it aligned, and do four bytes lie within the memory? A guest that lies traps here.
//! 3. **The bytes are copied** to address 16. The core values are `16` and `4`; with them, the guest's function is called.
//! 4. **The guest works**, and puts its answer somewhere, say `Hi Zoë` at 20, and its address and length at 28: `14 00 00
//!    00` and `07 00 00 00`. It returns 28, since two numbers are more than the one that a result may be.
//! 5. **The pair is read** at 28, which must be a multiple of four within the memory; then the seven bytes at 20, which
//!    must lie in memory too, and be UTF-8.
//! 6. **The guest may free** the result: its `post-return` is called with 28.
//!
//! ```
//! use falkirk_canonical_abi::{
//!     FlatValues, Guest, Heap, LiftContext, LowerContext, Options, Type, TypeEnv, Types, post_return,
//! };
//!
//! let greet = Types::new().func([("name", Type::String)], Some(Type::String))?;
//! let mut guest = Heap::new([0; 16]); // a guest without WebAssembly, which logs calls of its `realloc`
//!
//! // 1 to 3: lower the parameters.
//! let mut values = FlatValues::default();
//! let mut cx = LowerContext::new(&mut guest, Options::default(), TypeEnv::NONE);
//! let count = cx.lower_params(&greet, &("Zoë",), &mut values)?;
//! assert_eq!(values[..count], [16, 4]);
//! assert_eq!(guest.calls, [([0, 0, 1, 4], 16)]);
//! assert_eq!(guest.bytes[16..20], [0x5a, 0x6f, 0xc3, 0xab]);
//!
//! // 4: the guest works.
//! guest.bytes.extend(b"Hi Zo\xc3\xab\0");
//! guest.bytes.extend([20, 0, 0, 0, 7, 0, 0, 0]);
//! let returned = [28];
//!
//! // 5 and 6: lift the result.
//! let mut cx = LiftContext::new(&mut guest, Options::default(), TypeEnv::NONE);
//! let answer: String = cx.lift_result(&greet, &returned)?;
//! post_return(&mut guest, &returned, &mut ())?;
//! assert_eq!(answer, "Hi Zoë");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A guest that keeps its strings in UTF-16, or between two guests that disagree, makes step 1 more of an adventure: how
//! long the string will be is not known before it has been converted. [`Copier`] shows the calls of `realloc`.
//!
//! # A call from component to component
//!
//! The caller has lowered the function (`canon lower`), the callee has lifted it (`canon lift`), and between the two
//! stands whoever uses this crate. Without async, these are the steps:
//!
//! ```
//! use falkirk_canonical_abi::{
//!     CallRules, Copier, FlatValues, Heap, InstanceId, Options, ResourceIndex, ResourceType, Two, Type, TypeEnv,
//!     Types, post_return,
//! };
//!
//! let mut rules = CallRules::default();
//! let (mut caller, mut callee) = (Heap::new([]), Heap::new([]));
//! (caller.instance.id, callee.instance.id) = (rules.add(None), rules.add(None));
//! let (from, to) = (caller.instance.id, callee.instance.id);
//!
//! // size: func(file: borrow<file>) -> u32, where the host implements files. The caller has one, with handle 1.
//! let mut types = Types::new();
//! let file = types.borrow(ResourceIndex(0))?;
//! let size = types.func([("file", file)], Some(Type::U32))?;
//! let resources = [ResourceType { id: 0, implementer: InstanceId::HOST }];
//! let env = TypeEnv::with_resources(&types, &resources);
//! let args = [u64::from(caller.instance.lower_own(resources[0], 42)?)];
//!
//! // 1. May the caller leave, and may the callee be entered?
//! caller.instance.check_may_leave()?;
//! rules.enter(to, Some(from))?;
//! // 2. Parameters go from the caller to the callee. Its task counts what it borrows.
//! let task = callee.instance.begin_task();
//! let mut values = FlatValues::default();
//! let mut pair = Two { source: &mut caller, target: &mut callee };
//! let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), env);
//! copier.task = Some(task);
//! copier.copy_params(&size, &args, &mut values)?;
//! let lends = copier.lends;
//! // 3. The callee's core function runs. It uses the handle, drops it, and returns a number.
//! assert_eq!(callee.instance.resource_rep(resources[0], values[0] as u32)?, 42);
//! callee.instance.resource_drop(resources[0], values[0] as u32)?;
//! let results = [1234];
//! // 4. Whatever was borrowed must be dropped by now. The result goes from the callee to the caller.
//! callee.instance.end_task(task)?;
//! let mut pair = Two { source: &mut callee, target: &mut caller };
//! let mut copier = Copier::new(&mut pair, Options::default(), Options::default(), env);
//! let count = copier.copy_result(&size, &results, size.result_pointer(&args), &mut values)?;
//! assert_eq!(values[..count], [1234]);
//! // 5. The callee may free its result, and the call is over: the caller has its handle back.
//! post_return(&mut callee, &results, &mut ())?;
//! rules.leave(to, Some(from));
//! caller.instance.end_lends(lends);
//! assert_eq!(caller.instance.resource_drop(resources[0], 1)?, Some(42));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! If one of them fails, neither instance is left: it stays entered, so nobody enters it again.
//!
//! # Three users
//!
//! | values | through | for |
//! | --- | --- | --- |
//! | of Rust types | [`ComponentType`], [`Lift`], [`Lower`], and `#[derive]` of these | hosts that know what they call |
//! | of any type | [`Val`], with [WAVE text](wave) | hosts that find out when they run |
//! | that the host never sees | [`Copier`] | calls from one component into another |
//!
//! All three walk the same plan: a [`Layout`] is computed once for a type, by the compiler for Rust types and by
//! [`Types`] for those of a component.
//!
//! ```
//! use falkirk_canonical_abi::{ComponentType, Lift, Lower, Types, flags};
//!
//! #[derive(ComponentType, Lift, Lower)]
//! #[component(record)]
//! struct User {
//!     id: u64,
//!     #[component(name = "display-name")]
//!     title: String,
//!     role: Role,
//!     rights: Rights,
//! }
//!
//! #[derive(ComponentType, Lift, Lower)]
//! #[component(variant)] // or `enum`, where no case carries anything
//! enum Role {
//!     Guest,
//!     Member(u32),
//! }
//!
//! flags! {
//!     Rights {
//!         const READ;
//!         const WRITE;
//!     }
//! }
//!
//! let mut types = Types::new();
//! let user = User::describe(&mut types)?;
//! assert_eq!(
//!     types.display(user).to_string(),
//!     "record { id: u64, display-name: string, role: variant { guest, member(u32) }, rights: flags { read, write } }"
//! );
//! # Ok::<(), falkirk_canonical_abi::TypeError>(())
//! ```
//!
//! # Where the specification's sections are
//!
//! Names and order follow the component model's `CanonicalABI.md` and its `definitions.py`, so that both can be read
//! side by side.
//!
//! | section | here |
//! | --- | --- |
//! | Component Instance State, Table State, Resource State | `resources/` |
//! | Canonical ABI Options | `options.rs`, `guest.rs` |
//! | Lifting and Lowering Context | `context/` |
//! | Despecialization, Alignment, Element Size, Flattening | `types/` |
//! | Loading, Storing | `val/load.rs`, `val/store.rs`; strings in `strings/`; Rust types in `typed/` |
//! | Flat Lifting, Flat Lowering | `val/flat.rs` |
//! | Lifting and Lowering Values | `call/` |
//! | `canon lift` and `canon lower`, without async | `call/` and who uses this crate |
//! | `canon resource.new`, `.rep`, `.drop` | [`InstanceState`] |
//!
//! Lifting one value and lowering it at once is in `copy/`; watching is in `observer.rs`. Streams, futures and tasks that
//! wait are not here yet; [`Entry`] is where their handles will stand.
//!
//! # Whose fault it is
//!
//! A [`Trap`] is a guest's: it broke one of the specification's rules, each of which has a variant. A [`Mismatch`] is the
//! host's: a value or Rust type that is not what the component asks for. Whatever else goes wrong inside a guest while
//! its `realloc` runs passes through as [`Error::Guest`]. No guest can make this crate panic; a panic that says BUG is
//! about a caller that broke what a function asks for, or about us.
//!
//! # In the book
//!
//! [Chapter 12](../../book/ch12-lift-and-lower.html) shows every byte that moves when a string crosses, [chapter
//! 13](../../book/ch13-shapes.html) those of values that are made of parts, and [chapter
//! 14](../../book/ch14-handles.html) what happens to handles. [Chapter 15](../../book/ch15-composition.html) is about
//! calls from component to component. Values as text are in [chapter 11](../../book/ch11-wit.html).

mod bytes;
mod call;
pub mod checks;
mod context;
mod copy;
pub mod derived;
mod error;
mod guest;
mod heap;
mod observer;
mod options;
mod resources;
mod strings;
mod trap;
mod typed;
mod types;
mod val;
pub mod wave;

pub use call::{FlatValues, post_return};
pub use context::{Budget, LiftContext, LowerContext, MAX_LIST_BYTE_LENGTH, MAX_STRING_BYTE_LENGTH, TypeEnv};
pub use copy::{Copier, Pair, Two};
pub use error::Error;
#[cfg(feature = "derive")]
pub use falkirk_canonical_abi_derive::{ComponentType, Lift, Lower, flags};
pub use guest::Guest;
pub use heap::Heap;
pub use observer::{Crossing, Event, HandleMove, Observer, Part, Recorder};
pub use options::{Options, PtrType, SimpleEncoding, StringEncoding};
pub use resources::{
    CallRules, Entry, InstanceFlags, InstanceId, InstanceState, Lends, Mark, Quota, ResourceHandle, ResourceType,
    Table, TaskId,
};
pub use trap::{Trap, What};
pub use typed::{ComponentType, Lift, Lower};
pub use types::{
    Case, CoreFuncType, CoreType, Defined, DisplayType, Field, FuncType, Kind, Layout, MAX_FLAT_PARAMS,
    MAX_FLAT_RESULTS, Mismatch, Name, Offset, ResourceIndex, Shape, Side, Type, TypeError, Types, discriminant_size,
};
pub use val::{Handle, Val};
