//! Which component may be entered when (*Component Instance State*, `may_enter`).

use super::InstanceFlags;
use crate::trap::Trap;

/// The number of an instance of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceId(pub u32);

impl InstanceId {
    /// Stands for the host where a resource's implementer is named.
    pub const HOST: InstanceId = InstanceId(u32::MAX);
}

/// One instance of a component, among all that can call each other.
#[derive(Debug)]
struct Node {
    parent: Option<InstanceId>,
    depth: u32,
    flags: InstanceFlags,
}

/// The instances of a store, and which of them are running.
///
/// Who enters an instance enters all of its parents too, up to one that the caller lies in itself: a child may call into
/// its parent, and siblings into each other, but nobody comes back into a component from outside while it runs.
///
/// ```
/// use falkirk_canonical_abi::CallRules;
///
/// let mut rules = CallRules::default();
/// let parent = rules.add(None);
/// let child = rules.add(Some(parent));
/// rules.enter(parent, None)?;
/// rules.enter(child, Some(parent))?;
/// rules.enter(parent, Some(child))?; // nothing new is entered
/// rules.leave(parent, Some(child));
/// assert!(rules.enter(child, None).is_err());
/// # Ok::<(), falkirk_canonical_abi::Trap>(())
/// ```
#[derive(Debug, Default)]
pub struct CallRules {
    nodes: Vec<Node>,
}

impl CallRules {
    /// A new instance, which lies in another one, if not on its own.
    pub fn add(&mut self, parent: Option<InstanceId>) -> InstanceId {
        let depth = parent.map_or(0, |parent| self.node(parent).depth + 1);
        self.nodes.push(Node { parent, depth, flags: InstanceFlags::default() });
        InstanceId(self.nodes.len() as u32 - 1)
    }

    /// What an instance may do now.
    pub fn flags(&self, instance: InstanceId) -> &InstanceFlags {
        &self.node(instance).flags
    }

    /// Whether a call of one instance's into another enters that one alone: not their parents, and not nothing.
    pub fn enters_alone(&self, callee: InstanceId, caller: InstanceId) -> bool {
        let mut entering = self.entering(callee, Some(caller));
        entering.next() == Some(callee) && entering.next().is_none()
    }

    /// Whether an instance may be called by another, or by the host.
    #[inline]
    pub fn may_enter(&self, callee: InstanceId, caller: Option<InstanceId>) -> bool {
        self.entering(callee, caller).all(|instance| self.node(instance).flags.may_enter())
    }

    /// An instance is called. Traps if it may not be.
    #[inline]
    pub fn enter(&mut self, callee: InstanceId, caller: Option<InstanceId>) -> Result<(), Trap> {
        if !self.may_enter(callee, caller) {
            return Err(Trap::MayNotEnter);
        }
        self.set(callee, caller, false);
        Ok(())
    }

    /// The call that [`enter`](Self::enter) allowed has returned. After a trap, nobody leaves: the instance stays as it
    /// was, and is never entered again.
    #[inline]
    pub fn leave(&mut self, callee: InstanceId, caller: Option<InstanceId>) {
        self.set(callee, caller, true);
    }

    #[inline]
    fn set(&mut self, callee: InstanceId, caller: Option<InstanceId>, may_enter: bool) {
        let end = self.common(callee, caller);
        let mut next = Some(callee);
        while let Some(instance) = next.filter(|instance| Some(*instance) != end) {
            let node = self.node(instance);
            assert_ne!(node.flags.may_enter(), may_enter, "BUG: an instance is entered or left twice");
            node.flags.set_may_enter(may_enter);
            next = node.parent;
        }
    }

    /// The instance and its parents, but for those that the caller lies in or is.
    #[inline]
    fn entering(&self, callee: InstanceId, caller: Option<InstanceId>) -> impl Iterator<Item = InstanceId> {
        let end = self.common(callee, caller);
        let parents = std::iter::successors(Some(callee), |instance| self.node(*instance).parent);
        parents.take_while(move |instance| Some(*instance) != end)
    }

    /// The innermost instance that both lie in or are.
    #[inline]
    fn common(&self, callee: InstanceId, caller: Option<InstanceId>) -> Option<InstanceId> {
        let (mut a, mut b) = (callee, caller?);
        while a != b {
            if self.node(a).depth >= self.node(b).depth {
                a = self.node(a).parent?;
            } else {
                b = self.node(b).parent?;
            }
        }
        Some(a)
    }

    #[inline]
    fn node(&self, instance: InstanceId) -> &Node {
        &self.nodes[instance.0 as usize]
    }
}
