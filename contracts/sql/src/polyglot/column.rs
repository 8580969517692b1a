//! Columns: what a name in an expression means.

use std::rc::Rc;

use polyglot_sql::expressions::{Column, Expression, Identifier};
use weft_model::types::Dialect;

use super::{
    cell::Derivation,
    evaluate::Evaluator,
    expression::{Aliases, ExpressionContext},
    key::key,
    rows::{Field, Lookup, Perhaps, Rows, Value},
    scope::{FromSource, Meaning},
    word::{Word, is_pseudo, word},
};
use crate::Unknown;

impl<'q> Evaluator<'q> {
    /// What a name refers to, with the columns that the text names by it: a column, a member of one, an element.
    pub(super) fn reference(
        &mut self,
        expression: &'q Expression,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let value = self.resolved(expression, context)?;
        self.facts().referenced(&value);
        Ok(value)
    }

    /// What a reference means, before it is noted: of `a.b[1].c` only the whole path is named, and not all of `a`.
    fn resolved(&mut self, expression: &'q Expression, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        match expression {
            Expression::Column(column) => {
                self.visited.insert(std::ptr::from_ref(expression));
                self.column(column, context)
            }
            Expression::Identifier(name) => self.unqualified(name, context),
            Expression::Dot(_) => self.dotted(expression, context),
            Expression::Subscript(subscript) => {
                let array = self.resolved(&subscript.this, context)?;
                let index = self.value(&subscript.index, context)?;
                self.element(array, index)
            }
            Expression::Paren(paren) => self.resolved(&paren.this, context),
            other => self.value(other, context),
        }
    }

    /// What a column reference means.
    fn column(&mut self, column: &Column, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        let name = &column.name;
        if name.name.starts_with(['$', '#']) && !name.quoted {
            return Ok(self.not_worked_out("a column by its position"));
        }
        match &column.table {
            None => self.unqualified(name, context),
            Some(qualifier) => self.qualified(qualifier, name, context),
        }
    }

    fn qualified(
        &mut self,
        qualifier: &Identifier,
        name: &Identifier,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let shown = || format!("{}.{}", qualifier.name, name.name);
        // A qualifier may hold its own points: BigQuery's paths in backticks.
        let parts: Vec<_> = qualifier.name.split('.').map(key).collect();
        match *context.scope.called(&parts) {
            [] if context.bound.contains(&parts[0]) => Ok(Value::default()),
            [] if self.has_members() => {
                let row = self.unqualified(qualifier, context)?;
                if matches!(row.unknown.as_deref(), Some(Unknown::MissingColumn { .. })) {
                    return Ok(Value::unknown(Unknown::MissingColumn { column: shown() }));
                }
                self.member(&row, name)
            }
            [] => Ok(Value::unknown(Unknown::MissingColumn { column: shown() })),
            [source] => Ok(self.of_source(source, name, shown)),
            _ => Ok(Value::unknown(Unknown::AmbiguousColumn {
                column: shown(),
                candidates: vec![qualifier.name.clone()],
            })),
        }
    }

    pub(super) fn of_source(&mut self, source: &FromSource, name: &Identifier, shown: impl Fn() -> String) -> Value {
        match source.rows.find(&name.name) {
            Lookup::Here(value) => value,
            Lookup::Perhaps(_) if is_pseudo(&name.name, self.query.dialect) => Value::default(),
            Lookup::Perhaps(perhaps) => self.perhaps(perhaps, &name.name),
            Lookup::Several => Value::unknown(Unknown::AmbiguousColumn { column: shown(), candidates: Vec::new() }),
            Lookup::Not if self.word(name) == Word::Call || is_pseudo(&name.name, self.query.dialect) => {
                Value::default()
            }
            Lookup::Not if source.relation.is_some() => self.missing(source, name, shown()),
            Lookup::Not => Value::unknown(Unknown::MissingColumn { column: shown() }),
        }
    }

    /// A column that a relation certainly lacks: the text names it anyway.
    fn missing(&mut self, source: &FromSource, name: &Identifier, shown: String) -> Value {
        if let Some(relation) = source.relation {
            let cell = self.cells.cell(relation, &name.name);
            self.facts().referenced.insert(cell);
        }
        Value::unknown(Unknown::MissingColumn { column: shown })
    }

    /// What the only source that may have a column gives for it.
    pub(super) fn perhaps(&mut self, perhaps: Perhaps, name: &str) -> Value {
        match perhaps {
            Perhaps::Relation(relation) => Value::cell(self.cells.cell(relation, name), None),
            Perhaps::Value(value) => value,
        }
    }

    /// What a name without a qualifier means.
    pub(super) fn unqualified(
        &mut self,
        name: &Identifier,
        context: &ExpressionContext<'_, 'q>,
    ) -> Result<Value, Unknown> {
        let key = key(&name.name);
        let word = self.word(name);
        if context.bound.contains(&key) || word == Word::Call {
            return Ok(Value::default());
        }
        let (lateral, alias) = match context.aliases {
            Aliases::No => (true, None),
            Aliases::Lateral(fields) => (true, named(fields, &key)),
            Aliases::Outputs(fields) => (false, named(fields, &key)),
        };
        let row = context.scope.called(std::slice::from_ref(&key)).first().copied();
        let meaning = context.scope.meaning(&name.name);
        self.in_sight(&name.name, context, matches!(meaning, Meaning::Nothing));
        let alias_first = !lateral && self.query.dialect == Dialect::BigQuery;
        Ok(match (meaning, alias) {
            (Meaning::Nothing | Meaning::Perhaps(_), None) if word == Word::ColumnOrCall && row.is_none() => {
                Value::default()
            }
            (_, Some(alias)) if alias_first => alias,
            (Meaning::Certain(value), _) => value,
            (Meaning::Nothing, Some(alias)) => alias,
            (_, Some(alias)) if !lateral => alias,
            (Meaning::Nothing, None) => match row {
                Some(source) => {
                    let (fields, rest) = self.all_of(source);
                    let rows = Rc::new(Rows::new(fields, rest).growing(source.rows.grows.clone()));
                    self.whole(&rows)?
                }
                None if is_pseudo(&name.name, self.query.dialect) => Value::default(),
                None => match &*context.scope.sources {
                    [only] if context.scope.outer.is_none() => self.missing(only, name, name.name.clone()),
                    _ => Value::unknown(Unknown::MissingColumn { column: name.name.clone() }),
                },
            },
            (Meaning::Perhaps(_), None) if is_pseudo(&name.name, self.query.dialect) => Value::default(),
            (Meaning::Perhaps(perhaps), None) if row.is_none() || !self.has_rows() => self.perhaps(perhaps, &name.name),
            (Meaning::Perhaps(perhaps), Some(alias)) => match self.perhaps(perhaps, &name.name) {
                value if value.is_same(&alias) => value,
                _ => ambiguous(name, vec!["the source".to_owned(), "the select list".to_owned()]),
            },
            (Meaning::Perhaps(_), None) => ambiguous(name, vec!["its column".to_owned(), "the row".to_owned()]),
            (Meaning::Ambiguous(candidates), _) => ambiguous(name, candidates),
        })
    }

    /// Names with points: a schema before a table, or members of a column. The longest prefix that is a source counts.
    fn dotted(&mut self, expression: &'q Expression, context: &ExpressionContext<'_, 'q>) -> Result<Value, Unknown> {
        let mut fields = Vec::new();
        let mut base = expression;
        while let Expression::Dot(dot) = base {
            fields.push(&dot.field);
            base = &dot.this;
        }
        fields.reverse();
        let Expression::Column(column) = base else {
            let mut value = self.resolved(base, context)?;
            for field in fields {
                value = self.member(&value, field)?;
            }
            return Ok(value);
        };
        self.visited.insert(std::ptr::from_ref(base));
        let names: Vec<&Identifier> = column.table.iter().chain([&column.name]).chain(fields).collect();
        let keys: Vec<_> = names.iter().map(|name| key(&name.name)).collect();
        let is_source = |length: &usize| !context.scope.called(&keys[..*length]).is_empty();
        let (mut value, members) = match (2..names.len()).rev().find(is_source) {
            Some(length) => {
                let sources = context.scope.called(&keys[..length]);
                let shown = || keys[..=length].join(".");
                let value = match *sources {
                    [source] => self.of_source(source, names[length], shown),
                    _ => ambiguous(names[length], vec![keys[..length].join(".")]),
                };
                (value, &names[length + 1..])
            }
            None => (self.column(column, context)?, &names[1 + usize::from(column.table.is_some())..]),
        };
        for member in members {
            value = self.member(&value, member)?;
        }
        Ok(value)
    }

    /// A member of a row or struct.
    fn member(&mut self, value: &Value, name: &Identifier) -> Result<Value, Unknown> {
        match (value.row.as_ref().map(|row: &Rc<Rows>| row.find(&name.name)), value.column) {
            (Some(Lookup::Here(member)), _) => self.of(&[member], Derivation::Transformed),
            (Some(Lookup::Perhaps(perhaps)), _) => {
                let member = self.perhaps(perhaps, &name.name);
                self.of(&[member], Derivation::Transformed)
            }
            (_, Some(column)) => {
                // Where the column's name is given to a place, its member is found by that place, too.
                self.by_place(value.placed.iter().copied());
                let member = Value::member(self.cells.member(column, &name.name));
                Ok(Value { place: value.place.clone(), ..member })
            }
            _ => self.of(std::slice::from_ref(value), Derivation::Transformed),
        }
    }

    /// Whether `a.b` may be the member `b` of a column `a`.
    fn has_members(&self) -> bool {
        !matches!(self.query.dialect, Dialect::Postgres | Dialect::Materialize | Dialect::Snowflake)
    }

    /// Whether a source's name may refer to its row.
    fn has_rows(&self) -> bool {
        !matches!(self.query.dialect, Dialect::Snowflake | Dialect::Trino | Dialect::Teradata)
    }

    /// What an unquoted name is to the engine.
    pub(super) fn word(&self, name: &Identifier) -> Word {
        if name.quoted { Word::Name } else { word(&key(&name.name), self.query.dialect) }
    }
}

fn ambiguous(name: &Identifier, candidates: Vec<String>) -> Value {
    Value::unknown(Unknown::AmbiguousColumn { column: name.name.clone(), candidates })
}

/// The select list's column of that name, the last of several.
fn named(fields: &[Field], wanted: &str) -> Option<Value> {
    let named = |field: &&Field| field.name.as_deref().is_some_and(|name| *key(name) == *wanted);
    fields.iter().rev().find(named).map(|field| field.value.clone())
}
