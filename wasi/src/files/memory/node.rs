//! The nodes of a file system in memory.

use std::collections::{BTreeMap, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

use super::content::Content;
use crate::error::{ErrorCode, Result};
use crate::files::{FileType, NewTime, Stat};

/// The root's number.
pub(super) const ROOT: u64 = 1;

/// What a node counts, beside the bytes of a file: no guest fills the host's memory with empty files.
const NODE_COST: u64 = 512;

/// All nodes of a file system.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: HashMap<u64, Node>,
    next: u64,
    used: u64,
    capacity: u64,
}

/// A file, a directory or a symbolic link.
#[derive(Debug)]
pub(super) struct Node {
    pub body: Body,
    /// How many names it has.
    pub links: u64,
    /// How many handles it has.
    pub opens: u64,
    accessed: u64,
    modified: u64,
    changed: u64,
}

#[derive(Debug)]
pub(super) enum Body {
    File(Content),
    Dir {
        names: BTreeMap<Vec<u8>, u64>,
        /// The directory above. The root's is itself.
        parent: u64,
    },
    Symlink(Vec<u8>),
}

impl Tree {
    pub fn new(capacity: u64) -> Tree {
        let mut tree = Tree { nodes: HashMap::new(), next: ROOT, used: 0, capacity };
        let root = Node::new(Body::Dir { names: BTreeMap::new(), parent: ROOT });
        tree.nodes.insert(ROOT, Node { links: 1, ..root });
        tree.next += 1;
        tree
    }

    pub fn node(&self, id: u64) -> &Node {
        self.nodes.get(&id).expect("BUG: a node that has a name or a handle is there")
    }

    pub fn node_mut(&mut self, id: u64) -> &mut Node {
        self.nodes.get_mut(&id).expect("BUG: a node that has a name or a handle is there")
    }

    /// The names in a directory.
    pub fn names(&self, id: u64) -> Result<&BTreeMap<Vec<u8>, u64>> {
        match &self.node(id).body {
            Body::Dir { names, .. } => Ok(names),
            _ => Err(ErrorCode::Notdir),
        }
    }

    /// The directory above one.
    pub fn parent(&self, id: u64) -> u64 {
        match &self.node(id).body {
            Body::Dir { parent, .. } => *parent,
            _ => panic!("BUG: only directories are asked for what is above them"),
        }
    }

    /// Makes a node under a name in a directory.
    pub fn create(&mut self, parent: u64, name: Vec<u8>, body: Body) -> Result<u64> {
        self.take(NODE_COST)?;
        let id = self.next;
        self.next += 1;
        self.nodes.insert(id, Node::new(body));
        match self.add_name(parent, name, id) {
            Ok(()) => Ok(id),
            Err(error) => {
                self.collect(id);
                Err(error)
            }
        }
    }

    /// Gives a node a name in a directory, which has it not.
    pub fn add_name(&mut self, parent: u64, name: Vec<u8>, id: u64) -> Result<()> {
        if self.node(parent).links == 0 {
            // Somebody has it open, but it has been removed.
            return Err(ErrorCode::Noent);
        }
        self.take(name.len() as u64)?;
        if let Body::Dir { parent: above, .. } = &mut self.node_mut(id).body {
            *above = parent;
        }
        self.node_mut(id).links += 1;
        self.node_mut(id).touch_changed();
        self.change_names(parent).insert(name, id);
        Ok(())
    }

    /// Takes a name from a directory, which has it. The node goes too, if that was the last name and nobody has it open.
    pub fn remove_name(&mut self, parent: u64, name: &[u8]) {
        let id = self.change_names(parent).remove(name).expect("BUG: the name has been looked up");
        self.used -= name.len() as u64;
        self.node_mut(id).links -= 1;
        self.node_mut(id).touch_changed();
        self.collect(id);
    }

    fn change_names(&mut self, id: u64) -> &mut BTreeMap<Vec<u8>, u64> {
        let node = self.node_mut(id);
        node.touch_modified();
        match &mut node.body {
            Body::Dir { names, .. } => names,
            _ => panic!("BUG: names are in directories"),
        }
    }

    /// Removes a node that nobody can reach any more.
    pub fn collect(&mut self, id: u64) {
        let node = self.node(id);
        if node.links == 0 && node.opens == 0 {
            let content = if let Body::File(content) = &node.body { content.used() } else { 0 };
            self.used -= NODE_COST + content;
            self.nodes.remove(&id);
        }
    }

    /// Changes a file's bytes: `needed` of memory more are taken at most.
    pub fn change<T>(&mut self, id: u64, needed: u64, change: impl FnOnce(&mut Content) -> T) -> Result<T> {
        if self.used.checked_add(needed).is_none_or(|used| used > self.capacity) {
            return Err(ErrorCode::Nospc);
        }
        let node = self.node_mut(id);
        node.touch_modified();
        let Body::File(content) = &mut node.body else { panic!("BUG: only files have bytes") };
        let before = content.used();
        let result = change(content);
        let after = content.used();
        self.used = self.used - before + after;
        Ok(result)
    }

    fn take(&mut self, bytes: u64) -> Result<()> {
        if self.used + bytes > self.capacity {
            return Err(ErrorCode::Nospc);
        }
        self.used += bytes;
        Ok(())
    }
}

impl Node {
    fn new(body: Body) -> Node {
        let now = now();
        Node { body, links: 0, opens: 0, accessed: now, modified: now, changed: now }
    }

    pub fn file_type(&self) -> FileType {
        match self.body {
            Body::File(_) => FileType::RegularFile,
            Body::Dir { .. } => FileType::Directory,
            Body::Symlink(_) => FileType::SymbolicLink,
        }
    }

    pub fn stat(&self, id: u64) -> Stat {
        let size = match &self.body {
            Body::File(content) => content.size(),
            Body::Dir { names, .. } => names.len() as u64,
            Body::Symlink(target) => target.len() as u64,
        };
        let Node { links, accessed, modified, changed, .. } = *self;
        Stat { device: 0, inode: id, file_type: self.file_type(), links, size, accessed, modified, changed }
    }

    pub fn set_times(&mut self, accessed: NewTime, modified: NewTime) {
        let now = now();
        for (time, new) in [(&mut self.accessed, accessed), (&mut self.modified, modified)] {
            match new {
                NewTime::Unchanged => {}
                NewTime::Now => *time = now,
                NewTime::At(at) => *time = at,
            }
        }
        self.changed = now;
    }

    fn touch_modified(&mut self) {
        self.modified = now();
        self.changed = self.modified;
    }

    fn touch_changed(&mut self) {
        self.changed = now();
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
