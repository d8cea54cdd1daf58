//! Resources: what a component has handles of.
//!
//! The number in a handle, its representation, is the place of the resource in one table. Some resources are *children*
//! of others: a pollable is one of the stream it was made from, and streams are of their socket. A resource that has
//! children may not be dropped before them, and a guest that tries traps.

use std::sync::LazyLock;

use falkirk_component::{Handle, HostResource};
use falkirk_runtime::{Error, Result};

/// Makes the kinds of resources, and what they are in Rust.
macro_rules! resources {
    ($($Kind:ident = $name:literal $ty:ty;)*) => {
        /// A kind of resource.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            $($Kind,)*
        }

        impl Kind {
            const ALL: &[Kind] = &[$(Kind::$Kind),*];

            /// Its name in the interfaces.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$Kind => $name,)* }
            }
        }

        /// A resource of any kind.
        #[derive(Debug)]
        pub(super) enum Object {
            $($Kind($ty),)*
        }

        $(impl Resource for $ty {
            const KIND: Kind = Kind::$Kind;

            fn into_object(self) -> Object {
                Object::$Kind(self)
            }

            fn of(object: &mut Object) -> Option<&mut $ty> {
                match object {
                    Object::$Kind(found) => Some(found),
                    #[allow(unreachable_patterns, reason = "there may be one kind only")]
                    _ => None,
                }
            }
        })*
    };
}

resources! {
    Error = "error" super::io::Failure;
    Pollable = "pollable" super::io::Pollable;
    Input = "input-stream" super::io::Input;
    Output = "output-stream" super::io::Output;
    TerminalInput = "terminal-input" super::cli::TerminalInput;
    TerminalOutput = "terminal-output" super::cli::TerminalOutput;
    Descriptor = "descriptor" super::filesystem::Descriptor;
    Entries = "directory-entry-stream" super::filesystem::Entries;
    Network = "network" super::sockets::Network;
    Tcp = "tcp-socket" super::sockets::Tcp;
    Udp = "udp-socket" super::sockets::Udp;
    Incoming = "incoming-datagram-stream" super::sockets::Incoming;
    Outgoing = "outgoing-datagram-stream" super::sockets::Outgoing;
    Lookup = "resolve-address-stream" super::sockets::Lookup;
}

/// What can be in the table.
pub(super) trait Resource: Sized {
    const KIND: Kind;

    fn into_object(self) -> Object;

    fn of(object: &mut Object) -> Option<&mut Self>;
}

impl Kind {
    /// The resource type, as linkers know it. It is the same for all linkers, so that stores may be linked by several.
    pub fn resource(self) -> HostResource {
        static TYPES: LazyLock<Vec<HostResource>> =
            LazyLock::new(|| Kind::ALL.iter().map(|_| HostResource::new()).collect());
        TYPES[self as usize]
    }
}

/// The resources of a guest.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    entries: Vec<Option<Entry>>,
    /// Places that are free again.
    free: Vec<u32>,
}

#[derive(Debug)]
struct Entry {
    object: Object,
    /// The resource that may not be dropped before this one.
    parent: Option<u32>,
    /// How many resources may not outlive this one.
    children: u32,
}

/// How many resources a guest may have: most take memory of the host's only, which has no other limit.
const MOST: usize = 1 << 17;

impl Resources {
    /// Adds a resource.
    pub(super) fn add<R: Resource>(&mut self, resource: R) -> Result<Handle> {
        self.insert(resource, None)
    }

    /// Adds a resource that is another's child.
    pub(super) fn add_child<R: Resource>(&mut self, resource: R, parent: Handle) -> Result<Handle> {
        self.entry(parent.rep)?.children += 1;
        self.insert(resource, Some(parent.rep))
    }

    fn insert<R: Resource>(&mut self, resource: R, parent: Option<u32>) -> Result<Handle> {
        let entry = Some(Entry { object: resource.into_object(), parent, children: 0 });
        let place = match self.free.pop() {
            Some(place) => {
                self.entries[place as usize] = entry;
                place
            }
            None if self.entries.len() >= MOST => {
                return Err(Error::msg(format!("the guest has {MOST} resources, and may have no more")));
            }
            None => {
                self.entries.push(entry);
                self.entries.len() as u32 - 1
            }
        };
        Ok(R::KIND.resource().handle(place))
    }

    /// A resource. A component may have lied about the type of a handle when it imported the function that it gives it
    /// to, so that the kind is looked at each time.
    pub(super) fn get<R: Resource>(&mut self, handle: Handle) -> Result<&mut R> {
        let entry = self.entry(handle.rep)?;
        R::of(&mut entry.object).ok_or_else(|| Error::msg(format!("the handle is of no `{}`", R::KIND.name())))
    }

    /// A resource of any kind.
    pub(super) fn object(&mut self, rep: u32) -> Result<&mut Object> {
        self.entry(rep).map(|entry| &mut entry.object)
    }

    /// Does something with each child of a resource.
    pub(super) fn each_child(&mut self, parent: Handle, operation: impl FnMut(&mut Object)) {
        let children = self.entries.iter_mut().flatten().filter(|entry| entry.parent == Some(parent.rep));
        children.map(|entry| &mut entry.object).for_each(operation);
    }

    fn entry(&mut self, rep: u32) -> Result<&mut Entry> {
        let entry = self.entries.get_mut(rep as usize).and_then(Option::as_mut);
        entry.ok_or_else(|| Error::msg("the handle is of a resource that was dropped"))
    }

    /// Drops a resource, whose last handle is gone.
    pub(super) fn drop_handle(&mut self, rep: u32) -> Result<()> {
        let entry = self.entry(rep)?;
        if entry.children > 0 {
            return Err(Error::msg(
                "a resource was dropped before its children, such as a stream before its pollables",
            ));
        }
        let parent = entry.parent;
        self.entries[rep as usize] = None;
        self.free.push(rep);
        if let Some(parent) = parent {
            self.entry(parent)?.children -= 1;
        }
        Ok(())
    }
}
