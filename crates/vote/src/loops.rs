//! Loops in who gives to whom: Tarjan's algorithm for strongly connected components.

use std::collections::{BTreeMap, BTreeSet};

/// Nodes from which links lead to each other, group by group; a group comes after those that its links lead to. Links to
/// what has none itself are left out.
pub(crate) fn groups<N: Copy + Ord>(links: &BTreeMap<N, Vec<N>>) -> Vec<Vec<N>> {
    let mut search = Search { links, seen: BTreeMap::new(), open: Vec::new(), groups: Vec::new() };
    links.keys().for_each(|start| search.from(*start));
    search.groups
}

/// Links inside a group: those from which one can come back.
pub(crate) fn within<N: Copy + Ord>(links: &BTreeMap<N, Vec<N>>, groups: &[Vec<N>]) -> BTreeSet<(N, N)> {
    let group: BTreeMap<N, usize> =
        groups.iter().enumerate().flat_map(|(n, group)| group.iter().map(move |node| (*node, n))).collect();
    let inside = |(from, to): &(N, N)| group.get(from) == group.get(to);
    links.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to))).filter(inside).collect()
}

struct Search<'a, N> {
    links: &'a BTreeMap<N, Vec<N>>,
    /// For each node seen the first one, in the order of seeing, that is known to be reached from it; nothing once its
    /// group is complete.
    seen: BTreeMap<N, Option<usize>>,
    /// Those seen whose group is not complete.
    open: Vec<N>,
    groups: Vec<Vec<N>>,
}

impl<N: Copy + Ord> Search<'_, N> {
    fn from(&mut self, start: N) {
        // Our own stack: a chain may be as long as the roll. A node, when it was seen, how many of its links are done.
        let mut stack: Vec<(N, usize, usize)> = Vec::new();
        self.enter(start, &mut stack);
        while let Some((node, index, done)) = stack.pop() {
            if let Some(to) = self.links.get(&node).and_then(|to| to.get(done)) {
                stack.push((node, index, done + 1));
                if !self.enter(*to, &mut stack) {
                    self.reach(&node, self.seen.get(to).copied().flatten());
                }
                continue;
            }
            let low = self.seen.get(&node).copied().flatten();
            if low == Some(index) {
                let from = self.open.iter().rposition(|open| *open == node).unwrap_or_default();
                let group = self.open.split_off(from);
                self.seen.extend(group.iter().map(|node| (*node, None)));
                self.groups.push(group);
            }
            if let Some((before, ..)) = stack.last() {
                self.reach(before, low.filter(|low| *low < index));
            }
        }
    }

    /// Begins with a node, unless it was seen before or has no links.
    fn enter(&mut self, node: N, stack: &mut Vec<(N, usize, usize)>) -> bool {
        let new = self.links.contains_key(&node) && !self.seen.contains_key(&node);
        if new {
            stack.push((node, self.seen.len(), 0));
            self.seen.insert(node, Some(self.seen.len()));
            self.open.push(node);
        }
        new
    }

    /// A node reaches what was seen at `low`.
    fn reach(&mut self, node: &N, low: Option<usize>) {
        if let (Some(Some(own)), Some(low)) = (self.seen.get_mut(node), low) {
            *own = low.min(*own);
        }
    }
}
