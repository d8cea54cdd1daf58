//! Directories in memory. What is an error, and which, is as on Linux.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Handle;
use super::content::Content;
use super::file::MemoryFile;
use super::node::{Body, Tree};
use super::walk::Found;
use crate::error::{ErrorCode, Result};
use crate::files::dir::{Dir, DirKind, Opened};
use crate::files::file::{File, FileKind};
use crate::files::{Access, DirEntry, FileType, NewTime, OpenOptions, Stat};

/// A directory in memory that is open.
#[derive(Clone, Debug)]
pub struct MemoryDir(pub(super) Handle);

impl MemoryDir {
    fn with<T>(&self, operation: impl FnOnce(&mut Tree, u64) -> Result<T>) -> Result<T> {
        operation(&mut self.0.fs.lock(), self.0.id)
    }

    pub fn open(&self, path: &[u8], options: OpenOptions, access: Access, grant: &Arc<str>) -> Result<Opened> {
        let handle = self.with(|tree, base| {
            let id = open_node(tree, base, path, options)?;
            Ok((tree.node(id).file_type(), Handle::new(self.0.fs.clone(), tree, id)))
        });
        let (file_type, handle) = handle?;
        if file_type == FileType::Directory {
            return Ok(Opened::Dir(Dir::new(DirKind::Memory(MemoryDir(handle)), access, grant.clone())));
        }
        let file = FileKind::Memory(MemoryFile::new(handle, options.append));
        Ok(Opened::File(Arc::new(File::new(file, (access, grant), options.read, options.write || options.append))))
    }

    pub fn create_dir(&self, path: &[u8]) -> Result<()> {
        self.with(|tree, base| {
            let found = free_name(tree.walk_to_name(base, path)?)?;
            let body = Body::Dir { names: BTreeMap::new(), parent: found.parent };
            tree.create(found.parent, found.name, body).map(drop)
        })
    }

    pub fn remove_dir(&self, path: &[u8]) -> Result<()> {
        self.with(|tree, base| {
            let found = tree.walk_to_name(base, path)?;
            if found.name.is_empty() {
                return Err(ErrorCode::Inval);
            }
            if !tree.names(found.node()?)?.is_empty() {
                return Err(ErrorCode::Notempty);
            }
            tree.remove_name(found.parent, &found.name);
            Ok(())
        })
    }

    pub fn unlink(&self, path: &[u8]) -> Result<()> {
        self.with(|tree, base| {
            let found = tree.walk_to_name(base, path)?;
            let node = tree.node(found.node()?);
            if node.file_type() == FileType::Directory {
                return Err(ErrorCode::Isdir);
            }
            if found.slash {
                return Err(ErrorCode::Notdir);
            }
            tree.remove_name(found.parent, &found.name);
            Ok(())
        })
    }

    pub fn rename(&self, path: &[u8], to: &MemoryDir, to_path: &[u8]) -> Result<()> {
        if !Arc::ptr_eq(&self.0.fs.0, &to.0.fs.0) {
            return Err(ErrorCode::Xdev);
        }
        self.with(|tree, base| {
            let from = tree.walk_to_name(base, path)?;
            let to = tree.walk_to_name(to.0.id, to_path)?;
            rename_found(tree, from, to)
        })
    }

    pub fn link(&self, path: &[u8], to: &MemoryDir, to_path: &[u8]) -> Result<()> {
        if !Arc::ptr_eq(&self.0.fs.0, &to.0.fs.0) {
            return Err(ErrorCode::Xdev);
        }
        self.with(|tree, base| {
            let from = tree.walk(base, path, false)?;
            let node = from.node()?;
            let to = free_name(tree.walk_to_name(to.0.id, to_path)?)?;
            if tree.node(node).file_type() == FileType::Directory {
                return Err(ErrorCode::Perm);
            }
            if to.slash {
                return Err(ErrorCode::Noent);
            }
            tree.add_name(to.parent, to.name, node)
        })
    }

    pub fn symlink(&self, target: &[u8], path: &[u8]) -> Result<()> {
        self.with(|tree, base| {
            let found = tree.walk_to_name(base, path)?;
            if found.slash && found.node.is_some_and(|node| tree.node(node).file_type() != FileType::Directory) {
                return Err(ErrorCode::Notdir);
            }
            let found = free_name(found)?;
            if found.slash {
                return Err(ErrorCode::Noent);
            }
            tree.create(found.parent, found.name, Body::Symlink(target.to_vec())).map(drop)
        })
    }

    pub fn read_link(&self, path: &[u8]) -> Result<Vec<u8>> {
        self.with(|tree, base| match &tree.node(tree.walk(base, path, false)?.node()?).body {
            Body::Symlink(target) => Ok(target.clone()),
            _ => Err(ErrorCode::Inval),
        })
    }

    pub fn stat(&self, path: &[u8], follow: bool) -> Result<Stat> {
        self.with(|tree, base| {
            let id = tree.walk(base, path, follow)?.node()?;
            Ok(tree.node(id).stat(id))
        })
    }

    pub fn stat_self(&self) -> Result<Stat> {
        self.with(|tree, id| Ok(tree.node(id).stat(id)))
    }

    pub fn set_times(&self, path: &[u8], follow: bool, accessed: NewTime, modified: NewTime) -> Result<()> {
        self.with(|tree, base| {
            let id = tree.walk(base, path, follow)?.node()?;
            tree.node_mut(id).set_times(accessed, modified);
            Ok(())
        })
    }

    pub fn set_times_self(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        self.with(|tree, id| {
            tree.node_mut(id).set_times(accessed, modified);
            Ok(())
        })
    }

    pub fn entries(&self) -> Result<Vec<DirEntry>> {
        self.with(|tree, id| {
            let entries = tree.names(id)?.iter().map(|(name, &inode)| DirEntry {
                name: name.clone(),
                inode,
                file_type: tree.node(inode).file_type(),
            });
            Ok(entries.collect())
        })
    }

    /// Memory is its own device.
    pub fn sync(&self) -> Result<()> {
        Ok(())
    }

    pub fn is_same(&self, other: &MemoryDir) -> bool {
        self.0.is_same(&other.0)
    }
}

/// The node to be opened, made or emptied as the options say.
fn open_node(tree: &mut Tree, base: u64, path: &[u8], options: OpenOptions) -> Result<u64> {
    if options.create && path.ends_with(b"/") {
        // Nothing that is a directory can be made so; where the path leads to is looked at first.
        tree.walk_to_name(base, path)?;
        return Err(ErrorCode::Isdir);
    }
    let follow = options.follow && !(options.create && options.exclusive);
    let found = tree.walk(base, path, follow)?;
    let Some(id) = found.node else {
        return match options {
            OpenOptions { create: false, .. } => Err(ErrorCode::Noent),
            _ => tree.create(found.parent, found.name, Body::File(Content::default())),
        };
    };
    if options.create && options.exclusive {
        return Err(ErrorCode::Exist);
    }
    match tree.node(id).file_type() {
        FileType::Directory if options.changes() => return Err(ErrorCode::Isdir),
        FileType::Directory => return Ok(id),
        _ if options.directory => return Err(ErrorCode::Notdir),
        FileType::SymbolicLink => return Err(ErrorCode::Loop),
        _ => {}
    }
    if options.truncate {
        tree.change(id, 0, |content| content.resize(0))?;
    }
    Ok(id)
}

/// A name that is to be given, and so must be free.
fn free_name(found: Found) -> Result<Found> {
    if found.node.is_some() { Err(ErrorCode::Exist) } else { Ok(found) }
}

fn rename_found(tree: &mut Tree, from: Found, to: Found) -> Result<()> {
    let id = from.node()?;
    if from.name.is_empty() || to.name.is_empty() {
        return Err(ErrorCode::Busy);
    }
    let is_dir = |id| tree.node(id).file_type() == FileType::Directory;
    if !is_dir(id) && (from.slash || to.slash) {
        return Err(ErrorCode::Notdir);
    }
    if is_dir(id) && is_within(tree, to.parent, id) {
        return Err(ErrorCode::Inval);
    }
    match to.node {
        Some(there) if there == id => return Ok(()),
        Some(there) => {
            match (is_dir(id), is_dir(there)) {
                (true, false) => return Err(ErrorCode::Notdir),
                (false, true) => return Err(ErrorCode::Isdir),
                (true, true) if !tree.names(there)?.is_empty() => return Err(ErrorCode::Notempty),
                _ => {}
            }
            tree.remove_name(to.parent, &to.name);
        }
        None => {}
    }
    // The new name comes first: a node without names would go.
    tree.add_name(to.parent, to.name, id)?;
    tree.remove_name(from.parent, &from.name);
    Ok(())
}

/// Whether a directory is another, or below it.
fn is_within(tree: &Tree, mut dir: u64, above: u64) -> bool {
    loop {
        let parent = tree.parent(dir);
        match () {
            () if dir == above => return true,
            () if parent == dir => return false,
            () => dir = parent,
        }
    }
}
