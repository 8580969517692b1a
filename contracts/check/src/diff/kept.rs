//! A node that both sides have, with its parts laid side by side.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use weft_api::ColumnMove;
use weft_model::{name::UniqueId, types::Dialect};
use weft_publication::{Column, InterfaceNode};

use crate::diff::{
    CodeState,
    columns::{ColumnsDiff, Pair},
    constraints::{self, ConstraintChange},
    keys::Promises,
    quality::{self, QualityChange},
    terms::{self, ServiceChange, Terms},
};

/// A node that is on both sides.
pub(crate) struct Kept<'a> {
    /// As the baseline, and so its readers, know it.
    pub(crate) unique_id: &'a UniqueId,
    /// As the current side knows it: another id where it has versions now, or another name in the same relation.
    pub(crate) new_id: &'a UniqueId,
    pub(crate) old: &'a InterfaceNode,
    pub(crate) new: &'a InterfaceNode,
    pub(crate) code: CodeState,
    pub(crate) columns: ColumnsDiff<'a>,
    /// The constraints that went or changed, but for keys and nulls.
    pub(crate) constraints: Vec<ConstraintChange<'a>>,
    /// The tests and promises that came, went or changed, but for keys and nulls.
    pub(crate) quality: Vec<QualityChange<'a>>,
    /// The service levels that came, went or changed.
    pub(crate) service: Vec<ServiceChange>,
    /// What data contracts say of it on the two sides.
    pub(crate) terms: [Option<Terms<'a>>; 2],
    promises: OnceCell<[Promises; 2]>,
    places: OnceCell<[ColumnPlaces<'a>; 2]>,
}

/// Where the columns are that the table of one side has.
struct ColumnPlaces<'a> {
    by_name: BTreeMap<&'a str, u32>,
    /// How many columns there are: the place of one that the table does not have.
    end: u32,
}

impl<'a> ColumnPlaces<'a> {
    fn new(node: &'a InterfaceNode) -> Self {
        let mut places = Self { by_name: BTreeMap::new(), end: 0 };
        for column in node.columns.iter().filter(|column| !column.is_unbuilt()) {
            places.by_name.entry(column.name.as_str()).or_insert(places.end);
            places.end = places.end.saturating_add(1);
        }
        places
    }

    fn of(&self, column: &Column) -> u32 {
        self.by_name.get(column.name.as_str()).copied().unwrap_or(self.end)
    }
}

impl<'a> Kept<'a> {
    pub(super) fn new(
        (unique_id, new_id): (&'a UniqueId, &'a UniqueId),
        (old, new): (&'a InterfaceNode, &'a InterfaceNode),
        code: CodeState,
        columns: ColumnsDiff<'a>,
        terms: [Option<Terms<'a>>; 2],
    ) -> Self {
        let constraints = constraints::changes(old, new, columns.dialects.of_names());
        let mut quality = quality::changes(&columns, old, new);
        let mut service = Vec::new();
        if let [Some(was), Some(is)] = terms {
            quality.extend(terms::quality_changes(was, is));
            service = terms::service_changes(was, is);
        }
        let mut kept = Self {
            unique_id,
            new_id,
            old,
            new,
            code,
            columns,
            constraints,
            quality,
            service,
            terms,
            promises: OnceCell::new(),
            places: OnceCell::new(),
        };
        if kept.quality.iter().any(terms::is_of_key) {
            let shown = kept.shown_of_keys();
            kept.quality.retain(|change| !terms::is_of_key(change) || !shown);
        }
        kept
    }

    /// Whether the node itself shows that its promises of keys or nulls changed.
    fn shown_of_keys(&self) -> bool {
        let [was, is] = self.promises();
        let nulls = |pair: &Pair<'_>| was.never_null(pair.old).is_some() != is.never_null(pair.new).is_some();
        was.keys.keys().ne(is.keys.keys()) || self.columns.kept.iter().any(nulls)
    }

    /// What the node promises of keys and nulls on the two sides.
    pub(crate) fn promises(&self) -> &[Promises; 2] {
        self.promises.get_or_init(|| [self.old, self.new].map(|node| Promises::from_node(node, self.dialect())))
    }

    /// The first position at which the kept columns differ: the old column there, and the new one.
    pub(crate) fn first_moved(&self) -> Option<(&'a str, &'a str)> {
        let old: Vec<_> = self.columns.kept.iter().map(|pair| pair.new.name.as_str()).collect();
        let stayed: BTreeSet<_> = old.iter().copied().collect();
        let new = self.new.columns.iter().map(|column| column.name.as_str()).filter(|name| stayed.contains(name));
        old.into_iter().zip(new).find(|(old, new)| old != new)
    }

    /// Of the columns that are there on both sides, those of the baseline that are not in their places among these.
    pub(crate) fn moved(&self) -> impl Iterator<Item = (&'a str, ColumnMove)> {
        let stayed: BTreeSet<_> = self.columns.kept.iter().map(|pair| pair.new.name.as_str()).collect();
        let new = self.new.columns.iter().map(|column| column.name.as_str()).filter(move |name| stayed.contains(name));
        let pairs = self.columns.kept.iter().zip(new).filter(|(pair, now)| pair.new.name != *now);
        pairs.map(|(pair, _)| (pair.old.name.as_str(), self.column_move(pair)))
    }

    /// Where a column is that is there on both sides, among those that the table has.
    pub(crate) fn column_move(&self, pair: &Pair<'_>) -> ColumnMove {
        let [was, is] = self.places.get_or_init(|| [self.old, self.new].map(ColumnPlaces::new));
        ColumnMove { from: was.of(pair.old), to: is.of(pair.new) }
    }

    /// The data contract that spoke of it, else the one that does, as a message names it.
    pub(crate) fn contract_name(&self) -> String {
        let terms = self.terms[0].or(self.terms[1]);
        terms.map_or_else(String::new, |terms| format!("data contract `{}`", terms.contract.title()))
    }

    /// The node, or one of its columns, as a message names it.
    pub(crate) fn place(&self, column: Option<&str>) -> String {
        column.map_or_else(|| format!("`{}`", self.old.name), |column| format!("column `{column}`"))
    }

    /// The dialect in which the names of its columns are compared.
    pub(crate) fn dialect(&self) -> Dialect {
        self.columns.dialects.of_names()
    }
}

impl ServiceChange {
    /// What it is a level of: freshness of a column, retention of a node.
    pub(crate) fn subject(&self, kept: &Kept<'_>) -> String {
        format!("{} of {}", self.property, kept.place(self.column.as_deref()))
    }
}
