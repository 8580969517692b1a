//! DuckDB's own forms: `pivot t on .. using .. group by ..` and `unpivot t on .. into name n value v`.

use std::rc::Rc;

use polyglot_sql::expressions::{Expression, Identifier, Pivot};

use super::{
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext},
    from::alias,
    key::key,
    pivot::{column_keys, plain_column},
    rows::{Field, Rows, Value},
    scope::{FromSource, QueryScope},
    star::without,
};
use crate::Unknown;

/// A column that an `unpivot` lists: its key, and its value.
type UnpivotColumn = (Box<str>, Value);

impl<'q> Evaluator<'q> {
    /// A `pivot` or `unpivot` that is a query by itself.
    pub(super) fn turned(
        &mut self,
        query: &'q Expression,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Rows, Unknown> {
        let with = if let Expression::Pivot(pivot) = query { pivot.with.as_ref() } else { None };
        let env = self.with(with, outer, env)?;
        let mut scope = QueryScope::within(outer);
        scope.sources = self.source(query, &mut scope, &env)?;
        let (fields, rest) = self.all(&scope);
        Ok(Rows::new(fields, rest).growing(scope.grows()))
    }

    pub(super) fn pivot_statement(
        &mut self,
        expression: &'q Expression,
        pivot: &'q Pivot,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let mut inner = QueryScope::within(scope.outer);
        inner.sources = self.turned_table(&pivot.this, scope, env)?;
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(&inner, env, &windows, Aliases::No);
        let rows = if pivot.unpivot {
            self.unpivoted(pivot, &context)?
        } else {
            Some(self.pivoted(&pivot.expressions, &pivot.using, pivot.group.as_deref(), &context)?)
        };
        let Some(rows) = rows else { return Ok(self.opaque(expression, env)) };
        let rows = self.renamed(rows, &pivot.alias_columns);
        Ok(FromSource::new(alias(pivot.alias.as_ref()), Rc::new(rows)))
    }

    /// The table that is turned. The parser takes its name for a column's.
    fn turned_table(
        &mut self,
        table: &'q Expression,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<Vec<FromSource>, Unknown> {
        let Some(parts) = path(table) else { return self.source(table, scope, env) };
        self.pass_over(std::slice::from_ref(table));
        Ok(vec![self.named_table(&parts, None, &[], scope, env)?])
    }

    fn unpivoted(&mut self, pivot: &'q Pivot, context: &ExpressionContext<'_, 'q>) -> Result<Option<Rows>, Unknown> {
        let Some((name, values)) = names(pivot) else { return Ok(None) };
        let mut taken = Vec::new();
        let mut made: Vec<Option<Value>> = vec![None; values.len()];
        for listed in &pivot.expressions {
            let Some(columns) = self.listed_columns(listed, context)? else { return Ok(None) };
            for (place, (key, value)) in columns.into_iter().enumerate() {
                taken.push(key);
                let place = place % made.len();
                made[place] = Some(made[place].as_ref().map_or_else(|| value.clone(), |before| before.either(&value)));
            }
        }
        let (mut fields, mut rest) = self.all(context.scope);
        without(&mut fields, &mut rest, &taken);
        self.own_beside(&context.scope.grows(), values.iter().copied().chain([name]));
        fields.push(Field { name: Some(name.into()), value: Value::default() });
        for (name, value) in values.into_iter().zip(made) {
            fields.push(Field { name: Some(name.into()), value: value.unwrap_or_default() });
        }
        Ok(Some(Rows::new(fields, rest).growing(context.scope.grows())))
    }

    /// The columns that an item of an `unpivot` lists; `None` if they are unknown.
    fn listed_columns(
        &mut self,
        listed: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Option<Vec<UnpivotColumn>>, Unknown> {
        let star = match listed {
            Expression::Star(star) => Some(star),
            Expression::Function(call) if call.name.eq_ignore_ascii_case("columns") => match &*call.args {
                [Expression::Star(star)] => Some(star),
                _ => return Ok(None),
            },
            _ => None,
        };
        if let Some(star) = star {
            let rows = self.star(star, context)?;
            let named = |field: &Field| Some((key(field.name.as_deref()?), field.value.clone()));
            return Ok(if rows.is_closed() { rows.fields.iter().map(named).collect() } else { None });
        }
        let columns: Option<Vec<&Expression>> = match listed {
            Expression::Tuple(tuple) => tuple.expressions.iter().map(plain_column).collect(),
            Expression::Alias(alias) if matches!(alias.this, Expression::Tuple(_)) => {
                return self.listed_columns(&alias.this, context);
            }
            listed => plain_column(listed).map(|column| vec![column]),
        };
        let Some(columns) = columns else { return Ok(None) };
        let mut found = Vec::new();
        for column in columns {
            let value = self.value(column, context)?;
            found.extend(column_keys(column).into_iter().map(|key| (key, value.clone())));
        }
        Ok(Some(found))
    }
}

/// The parts of a name that the parser has read as a column, or a member of one.
fn path(expression: &Expression) -> Option<Vec<&Identifier>> {
    match expression {
        Expression::Column(column) => Some(column.table.iter().chain([&column.name]).collect()),
        Expression::Identifier(name) => Some(vec![name]),
        Expression::Dot(dot) => {
            let mut parts = path(&dot.this)?;
            parts.push(&dot.field);
            Some(parts)
        }
        _ => None,
    }
}

/// The names of an `unpivot`'s own columns: of the names, and of the values.
fn names(pivot: &Pivot) -> Option<(&str, Vec<&str>)> {
    match pivot.into.as_deref() {
        None => Some(("name", vec!["value"])),
        Some(Expression::UnpivotColumns(columns)) => {
            let values: Option<Vec<&str>> = columns.expressions.iter().map(word).collect();
            Some((word(&columns.this)?, values.filter(|values| !values.is_empty())?))
        }
        Some(_) => None,
    }
}

fn word(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Var(var) => Some(&var.this),
        Expression::Identifier(name) => Some(&name.name),
        Expression::Column(column) if column.table.is_none() => Some(&column.name.name),
        _ => None,
    }
}
