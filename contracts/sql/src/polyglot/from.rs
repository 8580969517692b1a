//! What a `from` reads.

use std::rc::Rc;

use polyglot_sql::{
    ExpressionWalk as _,
    expressions::{Expression, Identifier, JoinedTable, Select, Subquery, TableRef, Values},
};
use weft_model::{relation_name::RelationName, types::Dialect};

use super::{
    cell::Derivation,
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext},
    key::{Name, key},
    rows::{Field, Rows, Value},
    scope::{FromSource, QueryScope, SourceName},
};
use crate::{Unknown, UseKind};

impl<'q> Evaluator<'q> {
    /// Brings a select's sources into its scope, each seeing those before it.
    pub(super) fn from(&mut self, select: &'q Select, scope: &mut QueryScope<'_>, env: &Env) -> Result<(), Unknown> {
        for expression in select.from.iter().flat_map(|from| &from.expressions) {
            let sources = self.source(expression, scope, env)?;
            scope.sources.extend(sources);
        }
        for join in &select.joins {
            self.join(join, scope, env)?;
        }
        for view in &select.lateral_views {
            let source = self.lateral_view(view, scope, env)?;
            scope.sources.push(source);
        }
        Ok(())
    }

    /// The sources of one part of a `from`: several only for joins in parentheses.
    pub(super) fn source(
        &mut self,
        expression: &'q Expression,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<Vec<FromSource>, Unknown> {
        self.spend(1)?;
        let source = match expression {
            Expression::Table(table) => self.table(table, scope, env)?,
            Expression::Subquery(subquery) => self.derived(subquery, scope, env)?,
            Expression::Paren(paren) => return self.source(&paren.this, scope, env),
            Expression::Annotated(annotated) => return self.source(&annotated.this, scope, env),
            Expression::JoinedTable(joined) => return self.joined_table(joined, scope, env),
            Expression::Values(values) => {
                let rows = self.values(values, Some(scope), env)?;
                let rows = self.renamed(rows, &values.column_aliases);
                FromSource::new(alias(values.alias.as_ref()), Rc::new(rows))
            }
            Expression::Alias(aliased) => match &aliased.this {
                Expression::Function(_) | Expression::Unnest(_) => {
                    self.table_function(&aliased.this, Some(&aliased.alias), &aliased.column_aliases, scope, env)?
                }
                inner => {
                    let source = self.source(inner, scope, env)?;
                    self.called(source, Some(&aliased.alias), &aliased.column_aliases)
                }
            },
            Expression::Function(_) | Expression::Unnest(_) => {
                self.table_function(expression, None, &[], scope, env)?
            }
            Expression::Lateral(lateral) => self.lateral(lateral, scope, env)?,
            Expression::Tuple(tuple) => match &*tuple.expressions {
                // `f(..) as x(a int, b text)`
                [function @ Expression::Function(_), Expression::TableAlias(listed)] => {
                    self.recordset(function, listed, scope, env)?
                }
                _ => self.opaque(expression, env),
            },
            Expression::Pivot(pivot) => self.pivot(expression, pivot, scope, env)?,
            Expression::Unpivot(unpivot) => self.unpivot(expression, unpivot, scope, env)?,
            _ => self.opaque(expression, env),
        };
        Ok(vec![source])
    }

    fn table(&mut self, table: &'q TableRef, scope: &QueryScope<'_>, env: &Env) -> Result<FromSource, Unknown> {
        let parts: Vec<&Identifier> =
            [&table.catalog, &table.schema].into_iter().flatten().chain([&table.name]).collect();
        if table.identifier_func.is_some() {
            let name = table.alias.as_ref().map_or(SourceName::None, |name| alias(Some(name)));
            return Ok(self.unreadable("a table whose name is computed", name));
        }
        self.named_table(&parts, table.alias.as_ref(), &table.column_aliases, scope, env)
    }

    /// The source that a name in a `from` refers to: a CTE, an array in a row further left, a relation.
    pub(super) fn named_table(
        &mut self,
        parts: &[&'q Identifier],
        called: Option<&'q Identifier>,
        columns: &[Identifier],
        scope: &QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let keys: Vec<_> = parts.iter().flat_map(|part| part.name.split('.')).map(key).collect();
        let name = called.map_or(SourceName::Parts(keys.clone()), |name| SourceName::Alias(key(&name.name)));
        if let ([_], Some((rows, facts))) = (&*keys, env.find(&keys[0])) {
            self.facts().reads.insert(facts);
            let rows = self.aliased(rows, columns);
            return Ok(FromSource::new(name, rows));
        }
        // BigQuery and Redshift join a row's own array by naming it: `from orders o, o.items i`.
        let nests = matches!(self.query.dialect, Dialect::BigQuery | Dialect::Redshift);
        if nests && keys.len() > 1 && !scope.called(&keys[..1]).is_empty() {
            return self.array_of_row(parts, called, scope);
        }
        let relation =
            RelationName::from_sql(parts.iter().map(|part| (part.name.as_str(), part.quoted)), self.query.dialect);
        let (number, rows) = self.cells.relation(relation, self.query.inputs);
        self.facts().relations.insert(number);
        let rows = self.aliased(rows, columns);
        Ok(FromSource { relation: Some(number), ..FromSource::new(name, rows) })
    }

    /// Rows under the names of an alias's list.
    fn aliased(&mut self, rows: Rc<Rows>, names: &[Identifier]) -> Rc<Rows> {
        if names.is_empty() {
            return rows;
        }
        Rc::new(self.renamed(rows.again(), names))
    }

    fn derived(
        &mut self,
        subquery: &'q Subquery,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<FromSource, Unknown> {
        let inner = &subquery.this;
        if matches!(inner, Expression::Table(_) | Expression::JoinedTable(_) | Expression::Pivot(_)) {
            let sources = self.source(inner, scope, env)?;
            return Ok(self.called(sources, subquery.alias.as_ref(), &subquery.column_aliases));
        }
        let outer = if subquery.lateral { Some(&*scope) } else { scope.outer };
        let mut rows = self.query(inner, outer, env)?;
        if let Some(order) = &subquery.order_by {
            rows = self.ordered_rows(rows, order, env)?;
        }
        let rows = self.renamed(rows, &subquery.column_aliases);
        Ok(FromSource::new(alias(subquery.alias.as_ref()), Rc::new(rows)))
    }

    /// Sources as one, under another name.
    fn called(&mut self, sources: Vec<FromSource>, name: Option<&Identifier>, columns: &[Identifier]) -> FromSource {
        match (<[FromSource; 1]>::try_from(sources), name) {
            (Ok([mut only]), name) => {
                if name.is_some() {
                    only.name = alias(name);
                }
                only.rows = self.aliased(only.rows, columns);
                only
            }
            (Err(sources), name) => {
                let rows = self.everything(&QueryScope { sources, ..QueryScope::default() });
                let rows = self.aliased(rows, columns);
                FromSource::new(alias(name), rows)
            }
        }
    }

    fn joined_table(
        &mut self,
        joined: &'q JoinedTable,
        scope: &mut QueryScope<'_>,
        env: &Env,
    ) -> Result<Vec<FromSource>, Unknown> {
        let mut inner = QueryScope::within(scope.outer);
        inner.sources = self.source(&joined.left, &mut inner, env)?;
        for join in &joined.joins {
            self.join(join, &mut inner, env)?;
        }
        for view in &joined.lateral_views {
            let source = self.lateral_view(view, &inner, env)?;
            inner.sources.push(source);
        }
        if joined.alias.is_some() {
            let rows = self.everything(&inner);
            return Ok(vec![FromSource::new(alias(joined.alias.as_ref()), rows)]);
        }
        scope.merged.extend(inner.merged);
        Ok(inner.sources)
    }

    /// The rows of a `values` list, column by column.
    pub(super) fn values(
        &mut self,
        values: &'q Values,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Rows, Unknown> {
        let nothing = QueryScope::within(outer);
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(&nothing, env, &windows, Aliases::No);
        let mut fields: Vec<Field> = Vec::new();
        for (row, tuple) in values.expressions.iter().enumerate() {
            for (place, expression) in tuple.expressions.iter().enumerate() {
                let value = self.value(expression, &context)?;
                let value = self.of(&[value], Derivation::Transformed)?;
                match fields.get_mut(place) {
                    Some(field) => field.value = field.value.either(&value),
                    None if row == 0 => fields.push(Field { name: self.default_name(place), value }),
                    None => {}
                }
            }
        }
        Ok(Rows::new(fields, Vec::new()))
    }

    /// What an engine calls the columns of `values` that no alias names.
    fn default_name(&self, place: usize) -> Option<Name> {
        let name = match self.query.dialect {
            Dialect::Postgres | Dialect::Redshift | Dialect::Materialize | Dialect::Snowflake => {
                format!("column{}", place + 1)
            }
            Dialect::DuckDb => format!("col{place}"),
            Dialect::Spark => format!("col{}", place + 1),
            Dialect::Trino => format!("_col{place}"),
            Dialect::BigQuery | Dialect::Teradata | Dialect::Generic => return None,
        };
        Some(Name::from(&*name))
    }

    /// A source that is not evaluated, with every relation in it.
    pub(super) fn opaque(&mut self, expression: &'q Expression, env: &Env) -> FromSource {
        for part in expression.dfs() {
            match part {
                Expression::Table(table) => match env.find(&key(&table.name.name)) {
                    Some((_, facts)) if table.schema.is_none() => drop(self.facts().reads.insert(facts)),
                    _ => {
                        let parts = [&table.catalog, &table.schema].into_iter().flatten().chain([&table.name]);
                        let parts = parts.map(|part| (part.name.as_str(), part.quoted));
                        let relation = RelationName::from_sql(parts, self.query.dialect);
                        let (number, _) = self.cells.relation(relation, self.query.inputs);
                        self.facts().relations.insert(number);
                    }
                },
                Expression::Column(_) => drop(self.visited.insert(std::ptr::from_ref(part))),
                _ => {}
            }
        }
        self.unreadable(&format!("`{}` in a `from`", expression.variant_name()), SourceName::None)
    }

    /// A source of which nothing is known; that it is read is noted as unknown.
    pub(super) fn unreadable(&mut self, construct: &str, name: SourceName) -> FromSource {
        let unknown = Unknown::NotWorkedOut { construct: construct.to_owned() };
        self.facts().unknown.insert(unknown.clone());
        FromSource::new(name, Rc::new(Rows::unknown(unknown)))
    }

    /// Notes that rows are multiplied by what a function makes of a value.
    pub(super) fn multiplied(&mut self, by: &Value) {
        self.facts().used(by, UseKind::Join);
    }
}

/// A source's name by its alias.
pub(super) fn alias(name: Option<&Identifier>) -> SourceName {
    name.map_or(SourceName::None, |name| SourceName::Alias(key(&name.name)))
}
