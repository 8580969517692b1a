//! A neighborhood as trees of text.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use weft_api::{ColumnEdge, Lineage, Neighbour};

use crate::{
    escape::escape,
    output::{
        readings::hows,
        style::{DIM, HEAD, paint},
    },
};

/// One of the two ways from the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TreeDirection {
    Up,
    Down,
}

/// A tree that is written.
struct TextTree<'a> {
    lineage: &'a Lineage,
    way: TreeDirection,
    /// For each node the next ones of this way.
    next: Vec<Vec<usize>>,
    expanded: BTreeSet<usize>,
    text: String,
}

/// The node, what it reads, and its readers. The lineage's first node is the one in question.
pub(super) fn text(lineage: &Lineage) -> String {
    let Some(start) = lineage.nodes.first() else { return String::new() };
    let column = lineage.column.as_ref().map_or_else(String::new, |column| format!(", column {}", escape(column)));
    let name = paint(HEAD, format_args!("{}{column}", escape(start.node.unique_id.as_str())));
    let mut text = format!("{name}{} in {}\n", facts(start, None), lineage.environment);
    for (way, heading, none) in
        [(TreeDirection::Up, "Made of", "nothing that is known"), (TreeDirection::Down, "Read by", "nobody")]
    {
        if !is_asked(lineage, way) {
            continue;
        }
        let mut tree =
            TextTree { lineage, way, next: next(lineage, way), expanded: BTreeSet::from([0]), text: String::new() };
        tree.children(0, "");
        let none = if lineage.depth == 0 { "not followed: the depth is 0" } else { none };
        let tree = if tree.text.is_empty() { format!("└─ {none}\n") } else { tree.text };
        let _ = write!(text, "\n{}\n{tree}", paint(HEAD, heading));
    }
    text
}

fn is_asked(lineage: &Lineage, way: TreeDirection) -> bool {
    use weft_api::Direction;
    match way {
        TreeDirection::Up => lineage.direction != Direction::Down,
        TreeDirection::Down => lineage.direction != Direction::Up,
    }
}

/// For each node the next ones of a way, by their positions.
fn next(lineage: &Lineage, way: TreeDirection) -> Vec<Vec<usize>> {
    let mut next = vec![Vec::new(); lineage.nodes.len()];
    for edge in &lineage.edges {
        let (of, by) = (edge.of as usize, edge.by as usize);
        let (from, to) = if way == TreeDirection::Up { (by, of) } else { (of, by) };
        if let (Some(next), true) = (next.get_mut(from), to < lineage.nodes.len()) {
            next.push(to);
        }
    }
    next
}

impl TextTree<'_> {
    /// The nodes below a node, each on its own line. A node is followed where it is nearest to the start, and only
    /// once; so a tree is not deeper than the lineage.
    fn children(&mut self, parent: usize, indent: &str) {
        let children = self.next[parent].clone();
        let hidden = self.hidden(parent);
        let count = children.len();
        for (index, child) in children.into_iter().enumerate() {
            let is_last = index + 1 == count && hidden == 0;
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let (node, of) = (&self.lineage.nodes[child], &self.lineage.nodes[parent]);
            let is_nearest = node.distance.unsigned_abs() == of.distance.unsigned_abs() + 1;
            let is_followed = is_nearest && self.expanded.insert(child);
            let again = if is_followed { "" } else { " (again)" };
            let name = escape(node.node.unique_id.as_str());
            let _ = writeln!(self.text, "{indent}{branch}{name}{}{}", facts(node, Some(of)), paint(DIM, again));
            let below = format!("{indent}{below}");
            let bar = if is_followed && !self.is_end(child) { "│  " } else { "   " };
            for line in self.readings(parent, child) {
                let _ = writeln!(self.text, "{below}{}", paint(DIM, format_args!("{bar}{line}")));
            }
            if is_followed {
                self.children(child, &below);
            }
        }
        if hidden > 0 {
            let _ = writeln!(self.text, "{indent}└─ {}", paint(DIM, format_args!("and {hidden} more")));
        }
    }

    fn is_end(&self, node: usize) -> bool {
        self.next[node].is_empty() && self.hidden(node) == 0
    }

    /// How many nodes that follow are not shown. Along a column only those that it comes to matter, and of these none is
    /// counted node by node.
    fn hidden(&self, node: usize) -> u64 {
        if self.lineage.column.is_some() {
            return 0;
        }
        let node = &self.lineage.nodes[node];
        if self.way == TreeDirection::Up { node.hidden_up } else { node.hidden_down }
    }

    /// The columns that are read between two nodes: `price → unit_price, line_value (transformed)`.
    fn readings(&self, parent: usize, child: usize) -> Vec<String> {
        let (of, by) = if self.way == TreeDirection::Up { (child, parent) } else { (parent, child) };
        let between = |edge: &&ColumnEdge| edge.of as usize == of && edge.by as usize == by;
        lines(self.lineage.columns.iter().filter(between))
    }
}

/// A line for each column and the ways in which it comes into others.
pub(super) fn lines<'e>(edges: impl Iterator<Item = &'e ColumnEdge>) -> Vec<String> {
    // What decides on rows comes into no column, and stands on one line for all its ways.
    let mut into: BTreeMap<(&str, Option<&str>), BTreeSet<_>> = BTreeMap::new();
    for edge in edges {
        into.entry((&edge.column, edge.into.as_deref())).or_default().insert(edge.how);
    }
    let mut lines: BTreeMap<(&str, bool, BTreeSet<_>), Vec<&str>> = BTreeMap::new();
    for ((column, into), how) in into {
        let columns = lines.entry((column, into.is_none(), how)).or_default();
        columns.extend(into);
    }
    let line = |((column, _, how), into): ((&str, bool, BTreeSet<_>), Vec<&str>)| {
        let column_shown = escape(column);
        let how = hows(&how);
        if into.is_empty() || into == [column] {
            return format!("{column_shown} ({how})");
        }
        let into: Vec<_> = into.into_iter().map(escape).collect();
        format!("{column_shown} → {} ({how})", into.join(", "))
    };
    lines.into_iter().map(line).collect()
}

/// What is known of a node beside its name: its project if that differs from its neighbor's, its owner, and why its
/// readings are unknown.
fn facts(node: &Neighbour, neighbour: Option<&Neighbour>) -> String {
    let node = &node.node;
    let mut facts = Vec::new();
    if neighbour.is_none_or(|neighbour| neighbour.node.package_name != node.package_name) {
        facts.push(format!("of {}", node.package_name));
    }
    facts.extend(node.owner.as_deref().map(|owner| format!("owner {}", escape(owner))));
    facts.extend(node.unknown.as_deref().map(|why| format!("columns unknown: {}", escape(why))));
    let facts = facts.join("; ");
    if facts.is_empty() { facts } else { paint(DIM, format_args!(" ({facts})")) }
}

#[cfg(test)]
mod tests;
