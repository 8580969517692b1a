//! Queries, and the CTEs that they see.
//!
//! Each CTE is evaluated once, as its own model, and its readers use its columns. So the cost of a chain of CTEs is
//! linear in its text.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Cte, Expression, Identifier, Select, With},
};
use weft_model::types::Dialect;

use super::{
    account::TextNames,
    branch::{first_branch, is_set_operation},
    cells::Cells,
    facts::Facts,
    key::key,
    rows::{Field, Rows},
    scope::QueryScope,
};
use crate::{Query, Unknown};

/// Works out a query.
pub(super) struct Evaluator<'q> {
    pub(super) query: Query<'q>,
    pub(super) cells: Cells,
    facts: Vec<Facts>,
    /// Whose facts are gathered now.
    at: usize,
    /// The columns in the text that were looked at.
    pub(super) visited: HashSet<*const Expression>,
    /// A set operation that the parser took for an operand, until the select that it belongs to ends.
    pub(super) lost: Option<&'q Expression>,
    /// The keys of names that are in quotes somewhere in the text.
    pub(super) quoted: BTreeSet<Box<str>>,
    /// The queries that are asked only whether they give rows, and not for their columns.
    pub(super) asked_for_rows: HashSet<*const Select>,
    /// Whether the star that is worked out now is of such a query.
    pub(super) is_star_unread: bool,
    steps: u64,
    limit: u64,
}

/// The CTEs that are seen, innermost first.
#[derive(Clone, Default)]
pub(super) struct Env(Option<Rc<CteEntry>>);

struct CteEntry {
    key: Box<str>,
    rows: Rc<Rows>,
    facts: usize,
    outer: Env,
}

impl Env {
    pub(super) fn find(&self, key: &str) -> Option<(Rc<Rows>, usize)> {
        let mut entries = std::iter::successors(self.0.as_deref(), |entry| entry.outer.0.as_deref());
        entries.find(|entry| *entry.key == *key).map(|entry| (Rc::clone(&entry.rows), entry.facts))
    }

    fn with(&self, name: &Identifier, rows: Rc<Rows>, facts: usize) -> Self {
        Self(Some(Rc::new(CteEntry { key: key(&name.name), rows, facts, outer: self.clone() })))
    }
}

impl<'q> Evaluator<'q> {
    pub(super) fn new(query: Query<'q>, limit: u64, quoted: BTreeSet<Box<str>>) -> Self {
        Self {
            query,
            cells: Cells::default(),
            facts: vec![Facts::default()],
            at: 0,
            visited: HashSet::new(),
            lost: None,
            quoted,
            asked_for_rows: HashSet::new(),
            is_star_unread: false,
            steps: 0,
            limit,
        }
    }

    /// The cells and all facts; the first are those of the query itself.
    pub(super) fn into_facts(self) -> (Cells, Vec<Facts>) {
        (self.cells, self.facts)
    }

    /// The facts of the current query body.
    pub(super) fn facts(&mut self) -> &mut Facts {
        &mut self.facts[self.at]
    }

    /// Counts work; an error once the limit is reached.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Unknown> {
        self.steps += steps;
        if self.steps > self.limit { Err(Unknown::TooComplex { limit: self.limit }) } else { Ok(()) }
    }

    /// What a query gives. `outer` is what a correlated one sees beside its own sources.
    pub(super) fn query(
        &mut self,
        query: &'q Expression,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Rows, Unknown> {
        self.spend(1)?;
        match query {
            Expression::Select(select) => self.select(select, outer, env),
            Expression::Union(_) | Expression::Intersect(_) | Expression::Except(_) => {
                self.set_operation(query, None, outer, env)
            }
            Expression::Subquery(subquery) => {
                let rows = self.query(&subquery.this, outer, env)?;
                if let Some(order) = &subquery.order_by {
                    return self.ordered_rows(rows, order, env);
                }
                Ok(rows)
            }
            Expression::Paren(paren) => self.query(&paren.this, outer, env),
            Expression::Annotated(annotated) => self.query(&annotated.this, outer, env),
            Expression::LockingStatement(locking) => self.query(&locking.expression, outer, env),
            Expression::Values(values) => self.values(values, outer, env),
            Expression::Pivot(_) | Expression::Unpivot(_) => self.turned(query, outer, env),
            Expression::PipeOperator(_) => {
                Err(Unknown::NotWorkedOut { construct: format!("`{}` as a statement", query.variant_name()) })
            }
            other => Err(Unknown::NotASelect { found: other.variant_name().replace('_', " ") }),
        }
    }

    /// The CTEs that a query sees with its `with`.
    pub(super) fn with(
        &mut self,
        with: Option<&'q With>,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Env, Unknown> {
        let mut env = env.clone();
        let Some(with) = with else { return Ok(env) };
        if with.recursive {
            // Each sees all; of those that stand further down nothing is known yet.
            for cte in &with.ctes {
                let construct = format!("the recursion of CTE `{}`", cte.alias.name);
                env = env.with(&cte.alias, Rc::new(Rows::unknown(Unknown::NotWorkedOut { construct })), 0);
            }
        }
        for cte in &with.ctes {
            let facts = self.facts.len();
            self.facts.push(Facts::default());
            let before = std::mem::replace(&mut self.at, facts);
            let rows = if self.is_recursive(with, cte) {
                self.recursive(cte, outer, &env, facts)
            } else {
                let rows = self.query(&cte.this, outer, &env);
                rows.map(|rows| self.named_cte(rows, &cte.columns))
            };
            self.at = before;
            env = env.with(&cte.alias, Rc::new(rows?), facts);
        }
        Ok(env)
    }

    /// Whether a CTE reads itself. Snowflake needs no `recursive` for that.
    fn is_recursive(&self, with: &With, cte: &Cte) -> bool {
        let may = with.recursive || self.query.dialect == Dialect::Snowflake;
        let name = key(&cte.alias.name);
        let is_itself = |expression: &Expression| match expression {
            Expression::Table(table) => table.schema.is_none() && key(&table.name.name) == name,
            _ => false,
        };
        may && is_set_operation(&cte.this) && cte.this.contains(is_itself)
    }

    /// A CTE that reads itself: from the columns of its first branch on, until its columns are made of nothing new.
    fn recursive(
        &mut self,
        cte: &'q Cte,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
        facts: usize,
    ) -> Result<Rows, Unknown> {
        let first = self.query(first_branch(&cte.this), outer, env)?;
        let mut rows = Rc::new(self.named_cte(first, &cte.columns));
        loop {
            let seen = env.with(&cte.alias, Rc::clone(&rows), facts);
            let next = self.query(&cte.this, outer, &seen)?;
            let next = self.named_cte(next, &cte.columns);
            let same = |(one, other): (&Field, &Field)| one.value.cells == other.value.cells;
            if next.fields.len() == rows.fields.len() && next.fields.iter().zip(&rows.fields).all(same) {
                return Ok(next);
            }
            rows = Rc::new(next);
        }
    }

    /// Marks the names in these expressions as evaluated: they are not columns.
    pub(super) fn pass_over(&mut self, expressions: &'q [Expression]) {
        for expression in expressions {
            let columns = expression.dfs().filter(|part| matches!(part, Expression::Column(_)));
            self.visited.extend(columns.map(std::ptr::from_ref));
        }
    }

    /// Notes the names that are in the text and were never evaluated: their meaning is unknown.
    pub(super) fn check_against_text(&mut self, text: &'q Expression, names: TextNames) {
        let overlooked = text.dfs().filter(|part| !self.visited.contains(&std::ptr::from_ref(*part))).filter_map(
            |part| match part {
                Expression::Column(column) => Some(Box::from(column.name.name.as_str())),
                _ => None,
            },
        );
        let overlooked: BTreeSet<Box<str>> = overlooked.chain(names.lost(text, &self.cells)).collect();
        for column in overlooked {
            let construct = format!("what column `{column}` is for");
            self.facts[0].unknown.insert(Unknown::NotWorkedOut { construct });
        }
    }
}
