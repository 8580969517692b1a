//! Lineage over the syntax tree of polyglot-sql's parser, which reads all our dialects. This module resolves what names
//! mean in it.
//!
//! The crate has its own lineage. We do not use it: it costs a third more to build, is exponential in chains of CTEs,
//! and does not say what it is certain of.

mod account;
mod alias_list;
mod bound;
mod branch;
mod cell;
mod cells;
mod chosen_columns;
mod column;
mod evaluate;
mod expression;
mod facts;
mod from;
mod function;
mod growing;
mod growth;
mod guard;
mod join;
mod key;
mod limits;
mod mentioned;
mod name;
mod pivot;
mod pivot_statement;
mod row;
mod rows;
mod scope;
mod select;
mod set_operation;
mod star;
mod table_function;
mod tokens;
mod types;
mod word;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use weft_model::relation_name::RelationName;

pub use limits::ReadLimits;

use super::{Query, QueryReading, SqlReader, Unknown};

/// How much stack a reading may take, in bytes: what the deepest tree within the limits needs in a debug build, doubled.
pub(super) const STACK: usize = 128 << 20;

/// The reader by polyglot-sql's parser.
#[derive(Debug, Clone, Copy, Default)]
pub struct Polyglot {
    /// What a query may cost.
    pub limits: ReadLimits,
}

impl SqlReader for Polyglot {
    fn read(&self, query: &Query<'_>) -> Result<QueryReading, Unknown> {
        // A tree is dropped as deep as it was built: all of it happens on the large stack.
        let read = || catch_unwind(AssertUnwindSafe(|| read(query, self.limits)));
        stacker::maybe_grow(STACK / 2, STACK, read).unwrap_or(Err(Unknown::BrokeDown))
    }

    fn relations(&self, query: &Query<'_>) -> BTreeSet<RelationName> {
        mentioned::relations(query, self.limits)
    }
}

fn read(query: &Query<'_>, limits: ReadLimits) -> Result<QueryReading, Unknown> {
    let (text, mut names) = guard::parse(query, limits)?;
    let mut evaluator = evaluate::Evaluator::new(*query, limits.steps, names.take_quoted());
    let rows = evaluator.query(&text, None, &evaluate::Env::default())?;
    evaluator.check_against_text(&text, names);
    let (cells, facts) = evaluator.into_facts();
    Ok(facts::reading(&cells, &facts, &rows))
}

#[cfg(test)]
mod tests;
