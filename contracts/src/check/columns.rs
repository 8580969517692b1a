//! The columns of one node on two sides: which are the same, which went, came or changed their names, and how far the
//! evidence on the two sides lets that be said.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    api::Evidence,
    check::{rename::renames, types::Dialects},
    column_name::folded,
    publication::{Column, InterfaceNode, Origin},
    types::{Comparison, Dialect},
};

/// Two columns that are one.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) old: &'a Column,
    pub(crate) new: &'a Column,
}

/// The columns of a node on two sides.
pub(crate) struct Columns<'a> {
    /// On both sides, by name, in the baseline's order.
    pub(crate) kept: Vec<Pair<'a>>,
    /// Those of the kept whose types both sides say and that are of another type now, by evidence of one kind and of one
    /// adapter; with what became of the type.
    pub(crate) types: Vec<(Pair<'a>, Comparison)>,
    /// Under another name, it seems.
    pub(crate) renamed: Vec<Pair<'a>>,
    /// Gone.
    pub(crate) removed: Vec<&'a Column>,
    /// New.
    pub(crate) added: Vec<&'a Column>,
    /// The weaker of the two sides' evidence; absent where a side tells of no columns.
    pub(crate) evidence: Option<Evidence>,
    /// Whether the two sides' evidence is of one kind, so that spelling, order and types can be compared.
    pub(crate) is_alike: bool,
    /// Whether only the YAML changed: the SQL is the same, and the YAML alone vouches for a side.
    pub(crate) is_documentation: bool,
    /// Whether the types may come from the YAML alone although the names do not, and the SQL is the same.
    are_types_documentation: bool,
    /// What the types on the two sides are written in.
    pub(crate) dialects: Dialects,
    names: OnceCell<[BTreeSet<String>; 2]>,
}

impl<'a> Columns<'a> {
    pub(crate) fn between(old: &'a InterfaceNode, new: &'a InterfaceNode, adapters: [Option<&'a str>; 2]) -> Self {
        let origins = [origin(&old.columns), origin(&new.columns)];
        let dialects = Dialects::new(adapters);
        let (kept, removed, added) = matched(&old.columns, &new.columns, dialects.of_names());
        let complete = origins.map(|origin| origin > Some(Origin::Declared));
        let both_declared = origins == [Some(Origin::Declared); 2];
        // A list that may lack columns does not tell that one is gone, nor, as a baseline, that one is new.
        let removed = if complete[1] || both_declared { removed } else { Vec::new() };
        let added = if complete[0] || both_declared { added } else { Vec::new() };
        let evidence = origins[0].zip(origins[1]).map(|(a, b)| evidence(a.min(b)));
        let same_sql = old.checksum.is_some() && old.checksum == new.checksum;
        let mut columns = Self {
            kept,
            types: Vec::new(),
            renamed: Vec::new(),
            removed,
            added,
            evidence,
            is_alike: origins[0] == origins[1] && dialects.are_one(),
            is_documentation: same_sql && complete != [true; 2],
            are_types_documentation: same_sql && origins == [Some(Origin::Sql); 2],
            dialects,
            names: OnceCell::new(),
        };
        columns.types = columns.type_changes();
        columns.renamed = renames(&columns, &old.columns, &new.columns);
        let (from, to): (BTreeSet<_>, BTreeSet<_>) =
            columns.renamed.iter().map(|pair| (pair.old.name.as_str(), pair.new.name.as_str())).unzip();
        columns.removed.retain(|column| !from.contains(column.name.as_str()));
        columns.added.retain(|column| !to.contains(column.name.as_str()));
        columns
    }

    /// The evidence, where there is something to be said of the relation itself and not of its documentation.
    pub(crate) fn real(&self) -> Option<Evidence> {
        self.evidence.filter(|_| !self.is_documentation)
    }

    /// Whether dbt or the warehouse vouches for the columns on both sides.
    pub(crate) fn are_vouched(&self) -> bool {
        self.evidence > Some(Evidence::Declared)
    }

    fn type_changes(&self) -> Vec<(Pair<'a>, Comparison)> {
        let is_alike = self.is_alike && !self.are_types_documentation;
        let changes = self.kept.iter().filter(|_| is_alike);
        let changes = changes.filter_map(|pair| {
            let (old, new) = (pair.old.data_type.as_deref()?, pair.new.data_type.as_deref()?);
            Some((*pair, self.dialects.compare(old, new)))
        });
        changes.filter(|(_, change)| *change != Comparison::Same).collect()
    }

    /// Whether a column's types on the two sides may be two types, and evidence of two kinds does not let it be said.
    pub(crate) fn is_type_unknown(&self, pair: Pair<'_>) -> bool {
        let types = pair.old.data_type.as_deref().zip(pair.new.data_type.as_deref());
        let is_catalogs = [pair.old, pair.new].iter().any(|column| column.origin == Origin::Catalog);
        types.is_some_and(|(old, new)| !self.is_alike && !self.dialects.are_same(old, new, is_catalogs))
    }

    /// Whether a column of the baseline is still there under its name.
    pub(crate) fn still_has(&self, name: &str) -> bool {
        self.names()[0].contains(&*folded(name, self.dialects.of_names()))
    }

    /// Whether a current column was there before under its name.
    pub(crate) fn had(&self, name: &str) -> bool {
        self.names()[1].contains(&*folded(name, self.dialects.of_names()))
    }

    /// The kept columns' names on the two sides, folded.
    fn names(&self) -> &[BTreeSet<String>; 2] {
        let dialect = self.dialects.of_names();
        let names = |of: fn(&Pair<'a>) -> &'a Column| {
            self.kept.iter().map(|pair| folded(&of(pair).name, dialect).into_owned()).collect()
        };
        self.names.get_or_init(|| [names(|pair| pair.old), names(|pair| pair.new)])
    }
}

/// The weakest origin of any column.
fn origin(columns: &[Column]) -> Option<Origin> {
    columns.iter().map(|column| column.origin).min()
}

fn evidence(origin: Origin) -> Evidence {
    match origin {
        Origin::Declared => Evidence::Declared,
        Origin::Sql => Evidence::Sql,
        Origin::Catalog => Evidence::Catalog,
        Origin::Contract => Evidence::Contract,
    }
}

/// Columns of the same name; of one that differs by case only where nothing has the very name.
fn matched<'a>(
    old: &'a [Column],
    new: &'a [Column],
    dialect: Dialect,
) -> (Vec<Pair<'a>>, Vec<&'a Column>, Vec<&'a Column>) {
    if old.iter().map(|column| &column.name).eq(new.iter().map(|column| &column.name)) {
        return (old.iter().zip(new).map(|(old, new)| Pair { old, new }).collect(), Vec::new(), Vec::new());
    }
    let by_name: BTreeMap<&str, usize> = new.iter().enumerate().map(|(i, column)| (column.name.as_str(), i)).collect();
    let mut to: Vec<Option<usize>> = old.iter().map(|column| by_name.get(column.name.as_str()).copied()).collect();
    let mut taken: BTreeSet<usize> = to.iter().flatten().copied().collect();
    let mut by_folded: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for (index, column) in new.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
        by_folded.entry(folded(&column.name, dialect)).or_insert(index);
    }
    for (column, to) in old.iter().zip(&mut to).filter(|(_, to)| to.is_none()) {
        *to = by_folded.get(&folded(&column.name, dialect)).copied().filter(|index| taken.insert(*index));
    }
    let mut kept = Vec::new();
    let mut removed = Vec::new();
    for (column, to) in old.iter().zip(to) {
        match to.and_then(|index| new.get(index)) {
            Some(found) => kept.push(Pair { old: column, new: found }),
            None => removed.push(column),
        }
    }
    let added = new.iter().enumerate().filter(|(index, _)| !taken.contains(index)).map(|(_, column)| column).collect();
    (kept, removed, added)
}
