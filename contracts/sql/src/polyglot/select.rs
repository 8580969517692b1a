//! One `select`: its list, and what its clauses use.

use std::rc::Rc;

use polyglot_sql::{
    expressions::{Expression, Identifier, Literal, OrderBy, Select},
    traversal::contains_aggregate,
};
use weft_model::types::Dialect;

use super::{
    cell::PlacedCell,
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext, windows},
    growing::{SelectPart, parts_of_star, pushes},
    key::{Name, key},
    name::{implied, may_be_several},
    rows::{Field, Gives, Rest, Rows, Value},
    scope::{FromSource, QueryScope, SourceName},
    star::members,
};
use crate::{Unknown, UseKind};

impl<'q> Evaluator<'q> {
    pub(super) fn select(
        &mut self,
        select: &'q Select,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Rows, Unknown> {
        let around = self.lost.take();
        let env = self.with(select.with.as_ref(), outer, env)?;
        let mut scope = QueryScope::within(outer);
        self.from(select, &mut scope, &env)?;
        let windows = windows(select);
        let context = ExpressionContext::new(&scope, &env, &windows, Aliases::No);
        let rows = self.list(select, &context)?;
        self.clauses(select, &context, &rows)?;
        if select.distinct {
            self.compared_whole(&rows);
        }
        self.doubtful(&rows);
        let lost = std::mem::replace(&mut self.lost, around);
        let rows = match select.kind.as_deref() {
            None => rows,
            Some("STRUCT") => {
                let value = self.whole(&Rc::new(rows))?;
                Rows::new(vec![Field { name: None, value }], Vec::new())
            }
            Some(kind) => {
                let construct = format!("`select as {}`", kind.to_lowercase());
                Rows::unknown(Unknown::NotWorkedOut { construct })
            }
        };
        match lost {
            Some(union) => self.set_operation(union, Some(rows), outer, &env),
            None => Ok(rows),
        }
    }

    /// Notes what is unknown of a select's columns. What `select *` of unknown columns gives is looked up later, by
    /// name.
    fn doubtful(&mut self, rows: &Rows) {
        let of_fields = rows.fields.iter().filter_map(|field| field.value.unknown.as_deref());
        let of_rest = rows.rest.iter().filter_map(|rest| match &rest.gives {
            Gives::Unknown(unknown, _) => Some(&**unknown),
            Gives::PartOf(value) => value.unknown.as_deref(),
            Gives::Relation(_) => None,
        });
        let doubts = of_fields.chain(of_rest).filter(|unknown| !matches!(unknown, Unknown::OpenStar { .. })).cloned();
        let doubts: Vec<_> = doubts.collect();
        self.facts().unknown.extend(doubts);
    }

    /// The columns of a select list.
    fn list(&mut self, select: &'q Select, context: &ExpressionContext<'_, 'q>) -> Result<Rows, Unknown> {
        let mut fields: Vec<Field> = Vec::new();
        let mut rest = Vec::new();
        let (mut parts, mut grows, mut pushed) = (Vec::new(), Vec::new(), false);
        for item in &select.expressions {
            let item = bare(item);
            let aliases = if self.has_lateral_aliases() { Aliases::Lateral(&fields) } else { Aliases::No };
            let context = ExpressionContext { aliases, ..context.clone() };
            let given = match item {
                Expression::Star(star) => {
                    let is_unread = self.asked_for_rows.contains(&std::ptr::from_ref(select));
                    let around = std::mem::replace(&mut self.is_star_unread, is_unread);
                    let given = self.star(star, &context);
                    self.is_star_unread = around;
                    given?
                }
                Expression::Dot(dot) if dot.field.name == "*" => members(&self.value(&dot.this, &context)?),
                Expression::Alias(alias) if !alias.column_aliases.is_empty() => {
                    let value = self.value(&alias.this, &context)?;
                    Rows::named(&alias.column_aliases, &value)
                }
                Expression::Function(call) if self.chooses_columns(call) => {
                    self.chosen_columns(&call.args, &context)?
                }
                item if may_be_several(item, self.query.dialect) => {
                    let value = self.value(item, &context)?;
                    Rows::new(Vec::new(), vec![Rest::new(Gives::PartOf(value))])
                }
                item => {
                    let value = self.value(item, &context)?;
                    let name = match item {
                        Expression::Alias(alias) => Some(Name::from(&alias.alias)),
                        other => match misplaced_alias(other) {
                            Some(alias) => Some(Name::from(alias)),
                            None => implied(other, self.query.dialect),
                        },
                    };
                    Rows::new(vec![Field { name, value }], Vec::new())
                }
            };
            self.spend(given.fields.len() as u64)?;
            let of_star = if let Expression::Star(star) = item { parts_of_star(star, context.scope) } else { None };
            parts.extend(of_star.unwrap_or_else(|| vec![SelectPart::new(&given)]));
            pushed |= given.pushes;
            fields.extend(given.fields);
            rest.extend(given.rest);
            grows.extend(given.grows);
        }
        self.beside(&parts);
        let mut rows = Rows::new(fields, rest).growing(grows).pushing(pushed || pushes(&parts));
        if let Some(excluded) = &select.exclude {
            rows = self.excluding(rows, excluded);
        }
        Ok(rows)
    }

    /// Notes what a select's clauses use.
    fn clauses(&mut self, select: &'q Select, context: &ExpressionContext<'_, 'q>, rows: &Rows) -> Result<(), Unknown> {
        let lateral = if self.has_lateral_aliases() { Aliases::Lateral(&rows.fields) } else { Aliases::No };
        let before = ExpressionContext { aliases: lateral, ..context.clone() };
        let after = ExpressionContext { aliases: Aliases::Outputs(&rows.fields), ..context.clone() };
        let filters = [select.where_clause.as_ref().map(|clause| &clause.this), select.prewhere.as_ref()];
        let connect = select.connect.iter().flat_map(|connect| [Some(&connect.connect), connect.start.as_ref()]);
        for filter in filters.into_iter().chain(connect).flatten() {
            self.using(filter, &before, UseKind::Filter)?;
        }
        if let Some(group) = &select.group_by {
            for expression in &group.expressions {
                self.grouped(expression, &after, rows)?;
            }
            if group.all == Some(true) {
                for item in select.expressions.iter().filter(|item| !contains_aggregate(item)) {
                    self.using(item, &after, UseKind::Group)?;
                }
            }
        }
        let having = select.having.as_ref().map(|clause| &clause.this);
        let qualify = select.qualify.as_ref().map(|clause| &clause.this);
        for filter in having.into_iter().chain(qualify) {
            self.using(filter, &after, UseKind::Filter)?;
        }
        for window in select.windows.iter().flatten() {
            self.window(&window.spec, &after)?;
        }
        for expression in select.distinct_on.iter().chain(&select.limit_by).flatten() {
            self.grouped(expression, &after, rows)?;
        }
        let sorted = select.order_by.iter().flat_map(|order| &order.expressions);
        let sorted = sorted.chain(select.sort_by.iter().flat_map(|order| &order.expressions));
        let sorted = sorted.chain(select.cluster_by.iter().flat_map(|order| &order.expressions));
        let sorted = sorted.map(|ordered| &ordered.this);
        for expression in sorted.chain(select.distribute_by.iter().flat_map(|by| &by.expressions)) {
            self.ordered_by(expression, &after, rows)?;
        }
        let counts =
            [select.limit.as_ref().map(|limit| &limit.this), select.offset.as_ref().map(|offset| &offset.this)];
        for count in counts.into_iter().flatten() {
            self.using(count, &after, UseKind::Filter)?;
        }
        Ok(())
    }

    fn using(
        &mut self,
        expression: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
        kind: UseKind,
    ) -> Result<(), Unknown> {
        let value = self.value(expression, context)?;
        self.facts().used(&value, kind);
        Ok(())
    }

    /// Notes what is grouped by: a column of the list by its place, or an expression.
    fn grouped(&mut self, by: &'q Expression, context: &ExpressionContext<'_, 'q>, rows: &Rows) -> Result<(), Unknown> {
        let within: Vec<&Expression> = match by {
            Expression::Paren(paren) => vec![&paren.this],
            Expression::Tuple(tuple) => tuple.expressions.iter().collect(),
            Expression::Rollup(rollup) => rollup.expressions.iter().collect(),
            Expression::Cube(cube) => cube.expressions.iter().collect(),
            Expression::GroupingSets(sets) => sets.expressions.iter().collect(),
            Expression::Function(function)
                if ["rollup", "cube", "grouping sets"].contains(&&*function.name.to_lowercase()) =>
            {
                function.args.iter().collect()
            }
            Expression::Literal(_) => {
                let value = self.placed(by, rows);
                self.facts().referenced(&value);
                self.grouped_by_place(by, rows);
                self.facts().used(&value, UseKind::Group);
                return Ok(());
            }
            _ => return self.using(by, context, UseKind::Group),
        };
        for by in within {
            self.grouped(by, context, rows)?;
        }
        Ok(())
    }

    /// Notes what is ordered by: a column of the list by its place or name, or an expression.
    fn ordered_by(
        &mut self,
        by: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
        rows: &Rows,
    ) -> Result<(), Unknown> {
        match by {
            Expression::Literal(_) => {
                let value = self.placed(by, rows);
                self.facts().referenced(&value);
                self.facts().used(&value, UseKind::Order);
            }
            Expression::Var(var) if var.this.eq_ignore_ascii_case("all") => {
                for field in &rows.fields {
                    self.facts().used(&field.value, UseKind::Order);
                }
            }
            Expression::Column(column) if column.table.is_none() && rows.has(&key(&column.name.name)) => {
                self.visited.insert(std::ptr::from_ref(by));
                for &place in rows.places(&key(&column.name.name)) {
                    let value = &rows.fields[place].value;
                    // A star may have brought it, so that no other place of the text names it.
                    self.facts().referenced(value);
                    self.facts().used(value, UseKind::Order);
                }
            }
            _ => self.using(by, context, UseKind::Order)?,
        }
        Ok(())
    }

    /// Notes that a column of a star is in the place that a number means.
    fn grouped_by_place(&mut self, number: &Expression, rows: &Rows) {
        let field = place(number).filter(|_| !rows.grows.is_empty()).and_then(|place| rows.fields.get(place));
        if let Some(field) = field {
            self.by_place(field.value.cells.keys().map(|&cell| PlacedCell { cell, boundary: None }));
        }
    }

    /// The column of the list that a number means.
    fn placed(&self, number: &Expression, rows: &Rows) -> Value {
        let Some(place) = place(number) else { return Value::default() };
        match (rows.rest.first(), rows.fields.get(place)) {
            (Some(rest), _) => Value::unknown(rest.unknown(&self.cells)),
            (None, Some(field)) => field.value.clone(),
            (None, None) => Value::default(),
        }
    }

    /// Rows that are ordered by their own columns.
    pub(super) fn ordered_rows(&mut self, rows: Rows, order: &'q OrderBy, env: &Env) -> Result<Rows, Unknown> {
        let rows = Rc::new(rows);
        let source = FromSource::new(SourceName::None, Rc::clone(&rows));
        let scope = QueryScope { sources: vec![source], ..QueryScope::default() };
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(&scope, env, &windows, Aliases::No);
        for ordered in &order.expressions {
            self.ordered_by(&ordered.this, &context, &rows)?;
        }
        drop(context);
        drop(scope);
        Ok(Rc::try_unwrap(rows).unwrap_or_else(|rows| rows.again()))
    }

    /// Whether a name of the select list may be used further right in it.
    fn has_lateral_aliases(&self) -> bool {
        !matches!(self.query.dialect, Dialect::Postgres | Dialect::Materialize | Dialect::BigQuery | Dialect::Trino)
    }
}

/// The place that a number means, from 0.
fn place(number: &Expression) -> Option<usize> {
    let Expression::Literal(literal) = number else { return None };
    let Literal::Number(number) = &**literal else { return None };
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// The alias of an item that the parser gave to its last operand: of `(a, b) = (x, y) as same`.
fn misplaced_alias(item: &Expression) -> Option<&Identifier> {
    let mut last = item;
    loop {
        last = match last {
            Expression::Alias(alias) => return Some(&alias.alias),
            Expression::And(parts)
            | Expression::Or(parts)
            | Expression::Eq(parts)
            | Expression::Neq(parts)
            | Expression::NullSafeEq(parts)
            | Expression::Lt(parts)
            | Expression::Lte(parts)
            | Expression::Gt(parts)
            | Expression::Gte(parts) => &parts.right,
            Expression::Like(parts) | Expression::ILike(parts) => &parts.right,
            Expression::Not(parts) => &parts.this,
            Expression::Annotated(annotated) => &annotated.this,
            _ => return None,
        };
    }
}

/// An expression without the comments around it.
fn bare(expression: &Expression) -> &Expression {
    let mut bare = expression;
    while let Expression::Annotated(annotated) = bare {
        bare = &annotated.this;
    }
    bare
}
