//! Which source a column is of.

use super::rows::Value;
use super::{
    key::{Name, key},
    rows::{Lookup, Perhaps, Rows},
};
use std::{collections::BTreeSet, rc::Rc};

/// A table, subquery or function in a `from`.
#[derive(Clone)]
pub(super) struct FromSource {
    pub(super) name: SourceName,
    pub(super) rows: Rc<Rows>,
    /// The relation, where the source is one.
    pub(super) relation: Option<usize>,
    /// The keys of columns that `using` or `natural` made one with another source's.
    pub(super) merged: BTreeSet<Box<str>>,
    /// Whether it is joined by all names that both sides share.
    pub(super) natural: bool,
}

/// What a source is called by.
#[derive(Clone)]
pub(super) enum SourceName {
    /// The source has no name.
    None,
    /// The key of an alias.
    Alias(Box<str>),
    /// The keys of a relation's own name; a reference may omit the outer parts.
    Parts(Vec<Box<str>>),
}

/// What a `from` gives, within what the query around it sees.
#[derive(Clone, Default)]
pub(super) struct QueryScope<'p> {
    pub(super) sources: Vec<FromSource>,
    /// Columns that are one of several sources: their names, in order.
    pub(super) merged: Vec<(Name, Value)>,
    /// The query around a subquery.
    pub(super) outer: Option<&'p QueryScope<'p>>,
}

/// What a name means in a scope.
pub(super) enum Meaning {
    /// This value, for certain.
    Certain(Value),
    /// What the only source that may have it says; it is not certain that it has.
    Perhaps(Perhaps),
    /// Any of these sources' columns.
    Ambiguous(Vec<String>),
    /// Nothing has the name.
    Nothing,
}

impl FromSource {
    pub(super) fn new(name: SourceName, rows: Rc<Rows>) -> Self {
        Self { name, rows, relation: None, merged: BTreeSet::new(), natural: false }
    }

    /// Whether a qualifier, outermost part first, is this source.
    pub(super) fn is_called(&self, qualifier: &[Box<str>]) -> bool {
        match &self.name {
            SourceName::None => false,
            SourceName::Alias(alias) => qualifier.len() == 1 && qualifier[0] == *alias,
            SourceName::Parts(parts) => parts.ends_with(qualifier),
        }
    }

    fn shown(&self) -> String {
        match &self.name {
            SourceName::None => "a source without a name".to_owned(),
            SourceName::Alias(alias) => alias.to_string(),
            SourceName::Parts(parts) => parts.join("."),
        }
    }
}

impl<'p> QueryScope<'p> {
    pub(super) fn within(outer: Option<&'p QueryScope<'p>>) -> Self {
        Self { outer, ..Self::default() }
    }

    /// What the scope's sources grow with.
    pub(super) fn grows(&self) -> Vec<usize> {
        self.sources.iter().flat_map(|source| &source.rows.grows).copied().collect()
    }

    /// This scope and those around it.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |scope| scope.outer)
    }

    /// The sources that a qualifier names, in the innermost scope that has any.
    pub(super) fn called(&self, qualifier: &[Box<str>]) -> Vec<&FromSource> {
        let mut found = self.chain().map(|scope| scope.sources.iter().filter(|source| source.is_called(qualifier)));
        found.find_map(|found| Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty())).unwrap_or_default()
    }

    /// What a name without a qualifier means. Of sources of which one surely has the column, that one is meant: the query
    /// would not run if another had it too.
    pub(super) fn meaning(&self, name: &str) -> Meaning {
        let mut open: Vec<(String, Perhaps)> = Vec::new();
        for scope in self.chain() {
            let mut here: Vec<(String, Value)> = Vec::new();
            let key = key(name);
            if let Some((name, value)) = scope.merged.iter().find(|(merged, _)| super::key::key(merged) == key) {
                here.push((name.to_string(), value.clone()));
            }
            let mut perhaps = Vec::new();
            for source in scope.sources.iter().filter(|source| !source.merged.contains(&key)) {
                match source.rows.find(name) {
                    Lookup::Here(value) => here.push((source.shown(), value)),
                    Lookup::Perhaps(value) => perhaps.push((source.shown(), value)),
                    Lookup::Several => return Meaning::Ambiguous(vec![source.shown()]),
                    Lookup::Not => {}
                }
            }
            match here.len() {
                // An inner source that may have it hides an outer one that has it.
                1 if open.is_empty() => {
                    return here.pop().map_or(Meaning::Nothing, |(_, value)| Meaning::Certain(value));
                }
                0 => open.extend(perhaps),
                _ => {
                    let names = open.into_iter().map(|(name, _)| name).chain(here.into_iter().map(|(name, _)| name));
                    return Meaning::Ambiguous(names.collect());
                }
            }
        }
        match (open.pop(), open.is_empty()) {
            (None, _) => Meaning::Nothing,
            (Some((_, only)), true) => Meaning::Perhaps(only),
            (Some(last), false) => {
                open.push(last);
                Meaning::Ambiguous(open.into_iter().map(|(name, _)| name).collect())
            }
        }
    }
}
