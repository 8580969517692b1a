//! The columns of one node on two sides: which are the same, which went, came or changed their names, and how far the
//! evidence on the two sides lets that be said.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use weft_api::Evidence;
use weft_model::{
    column_name::{ColumnKey, Folding, cut},
    types::{Dialect, TypeComparison},
};
use weft_publication::{Column, InterfaceNode, Origin, Source};

use crate::diff::{CodeState, types::Dialects};

/// Two columns that are one.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) old: &'a Column,
    pub(crate) new: &'a Column,
}

/// The columns of a node on two sides.
pub(crate) struct ColumnsDiff<'a> {
    /// On both sides, by name, in the baseline's order.
    pub(crate) kept: Vec<Pair<'a>>,
    /// Those of the kept whose types both sides say by evidence of one kind and of one adapter, and that are of another
    /// type now; with what became of the type.
    pub(crate) types: Vec<(Pair<'a>, TypeComparison)>,
    /// Under another name, it seems.
    pub(crate) renamed: Vec<Pair<'a>>,
    /// The columns that are gone.
    pub(crate) removed: Vec<&'a Column>,
    /// The columns that are new.
    pub(crate) added: Vec<&'a Column>,
    /// For a node that may be built from different code, if one side does not know every column: the columns that the
    /// YAML declared and no longer does, that existed if that is known, and do not exist if that is known.
    pub(crate) undeclared: Vec<&'a Column>,
    /// The weaker evidence of the two sides; absent if a side has no columns.
    pub(crate) evidence: Option<Evidence>,
    /// Whether the two sides' evidence is of one kind, so that spelling and order can be compared.
    pub(crate) is_alike: bool,
    /// Whether each side knows every column; a side with only YAML may lack some.
    pub(crate) are_complete: [bool; 2],
    /// Whether only the YAML changed: the code is the same, and the YAML alone vouches for a side.
    pub(crate) is_documentation: bool,
    /// Whether the two sides' evidence cannot be held against each other: on one of them the YAML alone speaks.
    is_mixed: bool,
    /// Whether the code is the same.
    pub(super) code: CodeState,
    nodes: [&'a InterfaceNode; 2],
    /// What the types on the two sides are written in.
    pub(crate) dialects: Dialects,
    calls: DatabaseNames,
    names: OnceCell<[BTreeSet<ColumnKey<'static>>; 2]>,
}

impl<'a> ColumnsDiff<'a> {
    /// Without renames: a column under another name is gone and new.
    pub(super) fn between(
        old: &'a InterfaceNode,
        new: &'a InterfaceNode,
        sources: [&Source; 2],
        code: CodeState,
    ) -> Self {
        let origins = [old.origin(), new.origin()];
        let dialects = Dialects::new(sources.map(|source| source.adapter_type.as_deref()));
        let names = dialects.of_names();
        let calls = DatabaseNames {
            names,
            folding: dialects.folding(),
            tell_quotes: sources.map(|source| source.tells_quotes),
        };
        let (kept, mut removed, mut added) = matched(&old.columns, &new.columns, names, calls);
        let are_complete = origins.map(|origin| origin > Some(Origin::Declared));
        let mut undeclared = Vec::new();
        // The YAML is held against the YAML, and only against that.
        let is_mixed = are_complete != [true; 2] && origins != [Some(Origin::Declared); 2];
        if is_mixed {
            let said = [old, new].map(|node| YamlTypes::by_yaml(node, names));
            removed
                .retain(|column| said[0].has(&column.name) == Some(true) && said[1].has(&column.name) == Some(false));
            added.retain(|column| said[0].has(&column.name) == Some(false) && said[1].has(&column.name) == Some(true));
            // Of other code that tells nothing for sure.
            if !code.is_same_text() {
                undeclared = std::mem::take(&mut removed);
                added.clear();
            }
        }
        let evidence = origins[0].zip(origins[1]).map(|(a, b)| a.min(b).into());
        let mut columns = Self {
            kept,
            types: Vec::new(),
            renamed: Vec::new(),
            removed,
            added,
            undeclared,
            is_mixed,
            evidence,
            is_alike: origins[0] == origins[1] && dialects.are_one(),
            are_complete,
            is_documentation: code.is_same_text() && are_complete != [true; 2],
            code,
            nodes: [old, new],
            dialects,
            calls,
            names: OnceCell::new(),
        };
        columns.types = columns.type_changes();
        columns
    }

    /// The evidence, where there is something to be said of the relation itself and not of its documentation.
    pub(crate) fn real(&self) -> Option<Evidence> {
        self.evidence.filter(|_| !self.is_documentation)
    }

    /// Whether dbt, the warehouse or the SQL vouches for the columns on both sides.
    pub(crate) fn are_vouched(&self) -> bool {
        self.are_complete == [true; 2]
    }

    /// What vouches for the types of a column on the two sides, where both say one: the weaker of it.
    pub(crate) fn evidence_of_types(pair: Pair<'_>) -> Option<Evidence> {
        let origins = pair.old.origin_of_type().zip(pair.new.origin_of_type());
        origins.map(|(old, new)| old.min(new).into())
    }

    /// Whether the types of a column have evidence of the same kind, in the dialect of the same adapter.
    fn has_types_alike(&self, pair: Pair<'_>) -> bool {
        self.dialects.are_one() && pair.old.origin_of_type() == pair.new.origin_of_type()
    }

    /// Whether the types of a column come, or may come, from the YAML alone, and the code is the same.
    fn has_types_documented(&self, pair: Pair<'_>) -> bool {
        // An earlier weft did not keep whose types those of SQL's columns are.
        let may_be_yaml = |column: &Column, node: &InterfaceNode| {
            column.origin == Origin::Sql && (column.type_origin.is_some() || node.declared.is_none())
        };
        self.code.is_same_text() && may_be_yaml(pair.old, self.nodes[0]) && may_be_yaml(pair.new, self.nodes[1])
    }

    /// The types that the YAML said of columns and no longer says, where nothing else says them now.
    pub(crate) fn types_undeclared(&self) -> Vec<(Pair<'a>, &'a str)> {
        let untyped: Vec<_> = self.kept.iter().filter(|pair| pair.new.data_type.is_none()).collect();
        if untyped.is_empty() {
            return Vec::new();
        }
        let said = self.nodes.map(|node| YamlTypes::by_yaml(node, self.dialects.of_names()));
        let lost = untyped.into_iter().filter_map(|pair| {
            let was = said[0].data_type(&pair.old.name)??;
            let is = said[1].data_type(&pair.new.name)?;
            is.is_none().then_some((*pair, was))
        });
        lost.collect()
    }

    fn type_changes(&self) -> Vec<(Pair<'a>, TypeComparison)> {
        let is_known = !self.is_mixed || self.code.is_same_text();
        let kept = self.kept.iter().filter(|_| is_known);
        let changes = kept.filter(|pair| self.has_types_alike(**pair) && !self.has_types_documented(**pair));
        let changes = changes.filter_map(|pair| {
            let (old, new) = (pair.old.data_type.as_deref()?, pair.new.data_type.as_deref()?);
            Some((*pair, self.dialects.compare(old, new)))
        });
        changes.filter(|(_, change)| *change != TypeComparison::Same).collect()
    }

    /// Whether a column's types on the two sides may be two types, and evidence of two kinds does not let it be said.
    pub(crate) fn is_type_unknown(&self, pair: Pair<'_>) -> bool {
        let compared = self.compared_evidence(pair);
        compared.is_some_and(|it| !it.is_same_by_name() && it != TypeComparison::SizeUnknown)
    }

    /// Whether a column's types on the two sides are one but for a size, which a catalog leaves out.
    pub(crate) fn is_size_unknown(&self, pair: Pair<'_>) -> bool {
        self.compared_evidence(pair) == Some(TypeComparison::SizeUnknown)
    }

    /// How the types of a column relate that the two sides know in different ways.
    fn compared_evidence(&self, pair: Pair<'_>) -> Option<TypeComparison> {
        let (old, new) = pair.old.data_type.as_deref().zip(pair.new.data_type.as_deref())?;
        let is_catalogs = [pair.old, pair.new].iter().any(|column| column.origin == Origin::Catalog);
        (!self.has_types_alike(pair)).then(|| self.dialects.compare_evidence(old, new, is_catalogs))
    }

    /// The old and the new name of a kept column in the database, if both are known and the database distinguishes
    /// them.
    pub(crate) fn renamed_in_database(&self, pair: Pair<'a>) -> Option<[Cow<'a, str>; 2]> {
        let [was, is] = self.called(pair)?;
        (was != is).then_some([was, is])
    }

    /// What a kept column was called in the database, and what it is called, where that is known.
    pub(crate) fn called(&self, pair: Pair<'a>) -> Option<[Cow<'a, str>; 2]> {
        let Pair { old, new } = pair;
        // The same SQL gives the same names, whether or not an earlier weft kept their quotes.
        if self.code.is_same_text()
            && [old, new].map(|column| column.origin) == [Origin::Sql; 2]
            && old.name == new.name
        {
            return None;
        }
        let is_declared = [old, new].map(|column| column.origin) == [Origin::Declared; 2];
        self.calls.of(0, old, is_declared).zip(self.calls.of(1, new, is_declared)).map(|(was, is)| [was, is])
    }

    /// Whether a kept column is in quotes now, and its previous name in the database is unknown.
    pub(crate) fn is_newly_quoted(&self, pair: Pair<'a>) -> bool {
        let before_weft_told =
            !self.calls.tell_quotes[0] && pair.old.origin == Origin::Sql && !self.code.is_same_text();
        pair.new.quoted && before_weft_told && self.called(pair).is_none()
    }

    /// Whether a column of the baseline is still there under its name.
    pub(crate) fn still_has(&self, name: &str) -> bool {
        self.names()[0].contains(&ColumnKey::new(name, self.dialects.of_names()))
    }

    /// Whether a current column was there before under its name.
    pub(crate) fn had(&self, name: &str) -> bool {
        self.names()[1].contains(&ColumnKey::new(name, self.dialects.of_names()))
    }

    /// The kept columns' names on the two sides, folded.
    fn names(&self) -> &[BTreeSet<ColumnKey<'static>>; 2] {
        let dialect = self.dialects.of_names();
        let names = |of: fn(&Pair<'a>) -> &'a Column| {
            self.kept.iter().map(|pair| ColumnKey::new(&of(pair).name, dialect).into_owned()).collect()
        };
        self.names.get_or_init(|| [names(|pair| pair.old), names(|pair| pair.new)])
    }
}

/// How it is known what columns are called in the database.
#[derive(Debug, Clone, Copy)]
struct DatabaseNames {
    names: Dialect,
    folding: Option<Folding>,
    /// Whether the names of a side say whether they are in quotes.
    tell_quotes: [bool; 2],
}

impl DatabaseNames {
    /// The name of a side's column in the database; `None` if it is unknown, or if the database does not distinguish
    /// names by case. YAML alone need not write quotes: it is compared only with YAML.
    fn of(self, side: usize, column: &Column, is_declared: bool) -> Option<Cow<'_, str>> {
        let (folding, name) = (self.folding?, cut(&column.name, self.names));
        if column.origin == Origin::Catalog || !folding.distinguishes_names(name) {
            return Some(Cow::Borrowed(name));
        }
        let may_say = column.quoted || column.origin > Origin::Declared || is_declared;
        (self.tell_quotes[side] && may_say).then(|| folding.stored(name, column.quoted))
    }
}

/// What the YAML says of a node's columns, by their names as they are compared; `None` where that was not kept.
struct YamlTypes<'a> {
    columns: Option<BTreeMap<ColumnKey<'a>, Option<&'a str>>>,
    names: Dialect,
}

impl<'a> YamlTypes<'a> {
    fn by_yaml(node: &'a InterfaceNode, names: Dialect) -> Self {
        let beside = node.declared.as_deref();
        let said = |name: &'a str, data_type: &'a Option<String>| (ColumnKey::new(name, names), data_type.as_deref());
        let beside = beside.map(|all| all.iter().map(|it| said(&it.name, &it.data_type)).collect());
        let alone = || {
            let is_yaml = matches!(node.origin(), None | Some(Origin::Declared | Origin::Contract));
            is_yaml.then(|| node.columns.iter().map(|it| said(&it.name, &it.data_type)).collect())
        };
        Self { columns: beside.or_else(alone), names }
    }

    /// Whether it declares a column.
    fn has(&self, name: &str) -> Option<bool> {
        self.columns.as_ref().map(|said| said.contains_key(&ColumnKey::new(name, self.names)))
    }

    /// The type that it declares of a column, if any.
    #[expect(clippy::option_option, reason = "not known, and declared without a type, are two things")]
    fn data_type(&self, name: &str) -> Option<Option<&'a str>> {
        self.columns.as_ref().map(|said| said.get(&ColumnKey::new(name, self.names)).copied().flatten())
    }
}

/// Columns with the same name: as the database stores it if both sides know that, else as it is written; a name that
/// differs by case only if there is no exact match.
fn matched<'a>(
    old: &'a [Column],
    new: &'a [Column],
    dialect: Dialect,
    calls: DatabaseNames,
) -> (Vec<Pair<'a>>, Vec<&'a Column>, Vec<&'a Column>) {
    let written = |column: &'a Column| (&column.name, column.quoted);
    if old.iter().map(written).eq(new.iter().map(written)) {
        return (old.iter().zip(new).map(|(old, new)| Pair { old, new }).collect(), Vec::new(), Vec::new());
    }
    let stored = new.iter().enumerate().filter_map(|(i, column)| Some((calls.of(1, column, false)?, i)));
    let by_stored: BTreeMap<Cow<'_, str>, usize> = stored.collect();
    let find_stored = |column: &'a Column| by_stored.get(&calls.of(0, column, false)?).copied();
    let mut to: Vec<Option<usize>> = old.iter().map(find_stored).collect();
    let mut taken = BTreeSet::new();
    for to in &mut to {
        *to = to.filter(|index| taken.insert(*index));
    }
    let by_name: BTreeMap<&str, usize> = new.iter().enumerate().map(|(i, column)| (column.name.as_str(), i)).collect();
    for (column, to) in old.iter().zip(&mut to).filter(|(_, to)| to.is_none()) {
        *to = by_name.get(column.name.as_str()).copied().filter(|index| taken.insert(*index));
    }
    let mut by_folded: BTreeMap<ColumnKey<'_>, usize> = BTreeMap::new();
    for (index, column) in new.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
        by_folded.entry(ColumnKey::new(&column.name, dialect)).or_insert(index);
    }
    for (column, to) in old.iter().zip(&mut to).filter(|(_, to)| to.is_none()) {
        *to = by_folded.get(&ColumnKey::new(&column.name, dialect)).copied().filter(|index| taken.insert(*index));
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
