//! What new columns of its inputs, or the same ones in another order, do to a query.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::relation_name::RelationName;

/// Where a query depends on which columns its inputs do *not* have, and on their places. `R` is how inputs are called.
///
/// Only inputs that are taken by `select *`, or whose names are looked up without a qualifier, are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryGrowth<R = RelationName> {
    /// A new column of these becomes a column of the query.
    pub passed_on: BTreeSet<R>,
    /// The query counts columns of these, and takes them by their places, as `union` and `in (select *)` do: it does not run
    /// with a new one.
    pub counted: BTreeSet<R>,
    /// The query takes these columns by their places: in other places they are mixed up.
    pub placed: BTreeMap<R, BTreeSet<Box<str>>>,
    /// The query finds these columns only on their side of a place, as a list behind an alias names the first columns and no
    /// others: how many columns are before the place. Within a side they may move.
    pub bounded: BTreeMap<R, BTreeMap<Box<str>, BTreeSet<u32>>>,
    /// The query does not run with a new column of such a name: the name would mean two columns.
    pub ambiguous: BTreeMap<R, BTreeSet<Box<str>>>,
    /// Names with which a new column would be read instead of what the name means now.
    pub captured: BTreeMap<R, BTreeSet<Box<str>>>,
}

impl<R> Default for QueryGrowth<R> {
    fn default() -> Self {
        Self {
            passed_on: BTreeSet::new(),
            counted: BTreeSet::new(),
            placed: BTreeMap::new(),
            bounded: BTreeMap::new(),
            ambiguous: BTreeMap::new(),
            captured: BTreeMap::new(),
        }
    }
}

impl<R: Ord> QueryGrowth<R> {
    /// The same with its inputs called otherwise. Inputs that get one name become one.
    ///
    /// # Errors
    /// The first that `call` gives.
    pub fn called<S: Ord, E>(self, mut call: impl FnMut(R) -> Result<S, E>) -> Result<QueryGrowth<S>, E> {
        let Self { passed_on, counted, placed, bounded, ambiguous, captured } = self;
        let mut named = |names: BTreeMap<R, BTreeSet<Box<str>>>| {
            let mut found: BTreeMap<S, BTreeSet<Box<str>>> = BTreeMap::new();
            for (relation, names) in names {
                found.entry(call(relation)?).or_default().extend(names);
            }
            Ok(found)
        };
        let (placed, ambiguous, captured) = (named(placed)?, named(ambiguous)?, named(captured)?);
        let mut bounds: BTreeMap<S, BTreeMap<Box<str>, BTreeSet<u32>>> = BTreeMap::new();
        for (relation, columns) in bounded {
            let found = bounds.entry(call(relation)?).or_default();
            for (column, places) in columns {
                found.entry(column).or_default().extend(places);
            }
        }
        let mut all = |relations: BTreeSet<R>| relations.into_iter().map(&mut call).collect::<Result<_, E>>();
        let (passed_on, counted) = (all(passed_on)?, all(counted)?);
        Ok(QueryGrowth { passed_on, counted, placed, bounded: bounds, ambiguous, captured })
    }
}
