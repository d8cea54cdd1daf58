//! From a path to a node. The walk remembers the directories it came through, and `..` goes back along them: there is no
//! way above the one where it began.

use std::collections::VecDeque;

use super::node::{Body, Tree};
use crate::error::{ErrorCode, Result};
use crate::files::FileType;
use crate::files::dir::LONGEST_PATH;

/// What Linux allows.
const MOST_LINKS: usize = 40;
const LONGEST_NAME: usize = 255;

/// What a path names.
#[derive(Debug)]
pub(super) struct Found {
    /// The directory that has the name.
    pub parent: u64,
    /// The name in it; empty if the path ends with `.` or `..`, which names a directory without saying where it is.
    pub name: Vec<u8>,
    /// The node, if there is one.
    pub node: Option<u64>,
    /// Whether the path ends with a slash, and so wants a directory.
    pub slash: bool,
}

impl Found {
    pub fn node(&self) -> Result<u64> {
        self.node.ok_or(ErrorCode::Noent)
    }
}

impl Tree {
    /// Follows a path from a directory. With `follow`, a symbolic link at the end is followed too. All but the last name
    /// must be there.
    pub fn walk(&self, base: u64, path: &[u8], follow: bool) -> Result<Found> {
        let mut slash = path.ends_with(b"/");
        let mut rest = VecDeque::new();
        prepend(&mut rest, path)?;
        let mut way = vec![base];
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            let top = *way.last().expect("BUG: the walk ends before it leaves its base");
            let names = self.names(top)?;
            match &*name {
                b"." => continue,
                b".." => {
                    way.pop();
                    if way.is_empty() {
                        return Err(ErrorCode::Escape);
                    }
                    continue;
                }
                name if name.len() > LONGEST_NAME => return Err(ErrorCode::Nametoolong),
                _ => {}
            }
            let last = rest.is_empty();
            let Some(&node) = names.get(&name) else {
                let found = Found { parent: top, name, node: None, slash };
                return if last { Ok(found) } else { Err(ErrorCode::Noent) };
            };
            if let Body::Symlink(target) = &self.node(node).body
                && (!last || follow || slash)
            {
                links += 1;
                if links > MOST_LINKS {
                    return Err(ErrorCode::Loop);
                }
                slash |= last && target.ends_with(b"/");
                prepend(&mut rest, target)?;
                continue;
            }
            if last {
                if slash && self.node(node).file_type() != FileType::Directory {
                    return Err(ErrorCode::Notdir);
                }
                return Ok(Found { parent: top, name, node: Some(node), slash });
            }
            way.push(node);
        }
        let node = way.pop();
        let parent = way.pop().unwrap_or(base);
        Ok(Found { parent, name: Vec::new(), node, slash })
    }

    /// Follows a path whose last name is to be changed: what it names, not what that points to.
    pub fn walk_to_name(&self, base: u64, path: &[u8]) -> Result<Found> {
        let end = path.iter().rposition(|&byte| byte != b'/').map_or(0, |at| at + 1);
        if end == 0 {
            return Err(ErrorCode::Escape);
        }
        let found = self.walk(base, &path[..end], false)?;
        Ok(Found { slash: end < path.len(), ..found })
    }
}

/// Puts the names of a path before those that are still to be followed.
fn prepend(rest: &mut VecDeque<Vec<u8>>, path: &[u8]) -> Result<()> {
    if path.starts_with(b"/") {
        return Err(ErrorCode::Escape);
    }
    if path.len() > LONGEST_PATH {
        return Err(ErrorCode::Nametoolong);
    }
    for name in path.split(|&byte| byte == b'/').rev().filter(|name| !name.is_empty()) {
        rest.push_front(name.to_vec());
    }
    Ok(())
}
