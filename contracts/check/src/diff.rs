//! Two publications laid side by side.

mod code;
pub(crate) mod columns;
pub(crate) mod constraints;
mod counting;
pub(crate) mod found;
mod kept;
pub(crate) mod keys;
mod literals;
pub(crate) mod quality;
mod rename;
pub(crate) mod rule;
pub(crate) mod sensitivity;
pub(crate) mod standing;
pub(crate) mod step;
mod successor;
pub(crate) mod terms;
pub(crate) mod types;

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, format_description::well_known::Iso8601};
use weft_model::name::UniqueId;
use weft_publication::{InterfaceNode, Publication};

use crate::{
    Side,
    diff::{
        columns::ColumnsDiff,
        rename::settle_renames,
        successor::{Successors, successors},
        terms::TermsByNode,
    },
};

pub(crate) use crate::diff::{code::CodeState, kept::Kept, successor::same_version};

/// What the rules look at.
pub(crate) struct Diff<'a> {
    /// The baseline side.
    pub(crate) baseline: Side<'a>,
    /// The current side.
    pub(crate) current: Side<'a>,
    today: Date,
    kept: Vec<Kept<'a>>,
    /// The current nodes that a `ref()` without version means, by name.
    latest: BTreeMap<&'a str, (&'a UniqueId, &'a InterfaceNode)>,
    successors: Successors<'a>,
    /// The new nodes among them.
    succeeding: BTreeSet<&'a UniqueId>,
    /// The nodes that a ref finds under another id now, and those ids.
    versioned: BTreeMap<&'a UniqueId, &'a UniqueId>,
    /// The nodes whose relation belongs to a node with a different name now.
    in_place: BTreeSet<&'a UniqueId>,
    /// Whether a side has fingerprints: then a node without one has code that does not determine what it is.
    keeps_fingerprints: bool,
}

impl<'a> Diff<'a> {
    pub(super) fn between(baseline: Side<'a>, current: Side<'a>, today: Date) -> Self {
        let keeps_fingerprints = [baseline, current].iter().any(|side| !side.publication.lineage.is_empty());
        let mut diff = Self {
            baseline,
            current,
            today,
            keeps_fingerprints,
            kept: Vec::new(),
            latest: BTreeMap::new(),
            successors: Successors::new(),
            succeeding: BTreeSet::new(),
            versioned: BTreeMap::new(),
            in_place: BTreeSet::new(),
        };
        let terms = [baseline, current].map(|side| terms::by_node(side.publication));
        let pairs = baseline.publication.interface.iter().filter_map(|(unique_id, old)| {
            let (new_id, new) = current.publication.found_by_ref(unique_id)?;
            Some(diff.pair((unique_id, old), (new_id, new), &terms))
        });
        diff.kept = pairs.collect();
        let renamed = diff.kept.iter().filter(|kept| kept.unique_id != kept.new_id);
        diff.versioned = renamed.map(|kept| (kept.unique_id, kept.new_id)).collect();
        for (unique_id, node) in &current.publication.interface {
            if node.version.is_some() && node.is_latest() {
                diff.latest.entry(&node.name).or_insert((unique_id, node));
            }
        }
        let gone = diff.removed().filter(|(unique_id, node)| {
            !diff.is_internal(unique_id) && !diff.is_past_deprecation(node) && !diff.latest.contains_key(&*node.name)
        });
        diff.successors = successors([baseline, current], gone.collect(), diff.added().collect());
        diff.succeeding = diff.successors.values().map(|(unique_id, _)| *unique_id).collect();
        diff.succeeding.extend(diff.versioned.values().copied());
        let in_place = diff.successors.iter().filter(|(old, (new, _))| diff.is_in_place(old, new));
        let in_place = in_place.filter_map(|(old_id, new)| {
            Some(diff.pair((*old_id, baseline.publication.interface.get(*old_id)?), *new, &terms))
        });
        let in_place: Vec<_> = in_place.collect();
        diff.in_place = in_place.iter().map(|kept| kept.unique_id).collect();
        diff.kept.extend(in_place);
        diff
    }

    /// A node beside what it is on the current side.
    fn pair(
        &self,
        (unique_id, old): (&'a UniqueId, &'a InterfaceNode),
        (new_id, new): (&'a UniqueId, &'a InterfaceNode),
        terms: &[TermsByNode<'a>; 2],
    ) -> Kept<'a> {
        let code = if unique_id == new_id {
            CodeState::between(
                unique_id,
                [self.baseline.publication, self.current.publication],
                self.keeps_fingerprints,
            )
        } else {
            CodeState::by_text(old, new)
        };
        let terms = [terms[0].get(unique_id).copied(), terms[1].get(new_id).copied()];
        Kept::new((unique_id, new_id), (old, new), code, self.columns(old, new, code), terms)
    }

    /// Whether two nodes have the same relation, each on its side.
    fn is_in_place(&self, old: &UniqueId, new: &UniqueId) -> bool {
        let name = |side: Side<'_>, unique_id| {
            side.relations?.get(unique_id)?.name(side.publication.source.adapter_type.as_deref())
        };
        name(self.baseline, old).is_some_and(|was| Some(was) == name(self.current, new))
    }

    /// The nodes on both sides.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Kept<'a>> {
        self.kept.iter()
    }

    /// The nodes that only the baseline has, and that no ref finds any more.
    pub(crate) fn removed(&self) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode)> {
        let gone = only(self.baseline.publication, self.current.publication);
        gone.filter(|(unique_id, _)| !self.versioned.contains_key(unique_id))
    }

    /// Whether a node with a different name has the relation of a removed node now.
    pub(crate) fn stays_in_place(&self, unique_id: &UniqueId) -> bool {
        self.in_place.contains(unique_id)
    }

    /// The nodes that only the current side has.
    pub(crate) fn added(&self) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode)> {
        only(self.current.publication, self.baseline.publication)
    }

    /// The new node that replaces a removed one, under a different name or in a different package.
    pub(crate) fn successor(&self, unique_id: &UniqueId) -> Option<(&'a UniqueId, &'a InterfaceNode)> {
        self.successors.get(unique_id).copied()
    }

    /// Whether a current node replaces a removed one.
    pub(crate) fn is_successor(&self, unique_id: &UniqueId) -> bool {
        self.succeeding.contains(unique_id)
    }

    /// The columns of two nodes laid side by side.
    pub(crate) fn columns(&self, old: &'a InterfaceNode, new: &'a InterfaceNode, code: CodeState) -> ColumnsDiff<'a> {
        let sources = [self.baseline, self.current].map(|side| &side.publication.source);
        let mut columns = ColumnsDiff::between(old, new, sources, code);
        settle_renames(&mut columns, &old.columns, &new.columns);
        columns
    }

    /// What the current side's SQL lets unknown of a node, in a word.
    pub(crate) fn unknown(&self, unique_id: &UniqueId) -> Option<&'a str> {
        self.current.publication.lineage.get(unique_id)?.unknown.as_deref()
    }

    /// Whether a removed node is still in the project, for the project itself.
    pub(crate) fn is_internal(&self, unique_id: &UniqueId) -> bool {
        self.current.publication.lineage.contains_key(unique_id)
    }

    /// Whether the deprecation date of a node has come.
    pub(crate) fn is_past_deprecation(&self, node: &InterfaceNode) -> bool {
        day(node).is_some_and(|day| day <= self.today)
    }

    /// Whether a day has come.
    pub(crate) fn is_past(&self, day: Date) -> bool {
        day <= self.today
    }

    /// The current node of a name that a `ref()` without version means.
    pub(crate) fn latest(&self, name: &str) -> Option<(&'a UniqueId, &'a InterfaceNode)> {
        self.latest.get(name).copied()
    }

    /// The current relation of each node beside the baseline's, where both are known.
    pub(crate) fn relations(&self) -> BTreeMap<&'a UniqueId, [&'a weft_publication::relation::Relation; 2]> {
        let (Some(old), Some(new)) = (self.baseline.relations, self.current.relations) else { return BTreeMap::new() };
        self.kept
            .iter()
            .filter_map(|kept| Some((kept.unique_id, [old.get(kept.unique_id)?, new.get(kept.new_id)?])))
            .collect()
    }
}

fn only<'a>(
    of: &'a Publication,
    not_of: &'a Publication,
) -> impl Iterator<Item = (&'a UniqueId, &'a InterfaceNode)> + use<'a> {
    of.interface.iter().filter(|(unique_id, _)| !not_of.interface.contains_key(*unique_id))
}

/// The deprecation date of a node, if it is a valid day.
pub(crate) fn day(node: &InterfaceNode) -> Option<Date> {
    Date::parse(node.deprecation_date.as_deref()?, &Iso8601::DATE).ok()
}
