//! `select *`, and what it leaves out, renames or replaces.

use std::{collections::BTreeSet, rc::Rc};

use polyglot_sql::expressions::{Expression, Identifier, Star};
use weft_model::types::Dialect;

use super::{
    evaluate::Evaluator,
    expression::ExpressionContext,
    key::key,
    rows::{Field, Gives, Lookup, Rest, Rows, Value},
    scope::{FromSource, Meaning, QueryScope},
};
use crate::Unknown;

impl<'q> Evaluator<'q> {
    /// The columns of a star.
    pub(super) fn star(&mut self, star: &'q Star, context: &ExpressionContext<'_, 'q>) -> Result<Rows, Unknown> {
        let (mut fields, mut rest) = match &star.table {
            None => self.all(context.scope),
            Some(table) => self.all_called(&table.name, context),
        };
        let grows = match &star.table {
            None => context.scope.grows(),
            Some(table) => grows_of(&table.name, context),
        };
        if let Some(except) = &star.except {
            let names: Vec<&str> = except.iter().map(|name| name.name.as_str()).collect();
            self.left_out(&mut fields, &mut rest, &names);
        }
        for replaced in star.replace.iter().flatten() {
            let value = self.value(&replaced.this, context)?;
            self.listed(&fields, &rest, &replaced.alias.name);
            set(&mut fields, &mut rest, &replaced.alias.name, &replaced.alias, value);
        }
        for (before, after) in star.rename.iter().flatten() {
            let value = self.listed(&fields, &rest, &before.name);
            set(&mut fields, &mut rest, &before.name, after, value);
        }
        self.spend(fields.len() as u64)?;
        let pushes = context.scope.sources.iter().any(|source| source.rows.pushes);
        Ok(Rows::new(fields, rest).growing(grows).pushing(pushes))
    }

    /// Everything that a scope gives, source by source; the columns of `using` once: before all others, or where the
    /// first source has them (DuckDB).
    pub(super) fn all(&mut self, scope: &QueryScope<'_>) -> (Vec<Field>, Vec<Rest>) {
        let merged = scope.merged.iter().map(|(name, value)| Field { name: Some(name.clone()), value: value.clone() });
        let merged: Vec<_> = merged.collect();
        let in_place =
            self.query.dialect == Dialect::DuckDb && scope.sources.iter().all(|source| source.rows.is_closed());
        let mut fields = if in_place { Vec::new() } else { merged.clone() };
        let mut given = BTreeSet::new();
        let mut rest = Vec::new();
        for source in &scope.sources {
            let (own, mut open) = self.all_of(source);
            for field in own {
                let name = field.name.as_deref().map(key).filter(|name| source.merged.contains(name));
                match name {
                    None => fields.push(field),
                    Some(name) if in_place && given.insert(name.clone()) => {
                        let of_all =
                            merged.iter().find(|merged| merged.name.as_deref().map(key).as_ref() == Some(&name));
                        fields.push(of_all.cloned().unwrap_or(field));
                    }
                    Some(_) => {}
                }
            }
            for open in &mut open {
                *open = open.without(&source.merged);
            }
            rest.extend(open);
        }
        (fields, rest)
    }

    /// Everything that a scope gives, as the columns of one source.
    pub(super) fn everything(&mut self, scope: &QueryScope<'_>) -> Rc<Rows> {
        let (fields, rest) = self.all(scope);
        let pushes = scope.grows().len() > 1 || scope.sources.iter().any(|source| source.rows.pushes);
        Rc::new(Rows::new(fields, rest).growing(scope.grows()).pushing(pushes))
    }

    /// Everything that a source gives, or a column that is a row.
    fn all_called(&mut self, name: &str, context: &ExpressionContext<'_, 'q>) -> (Vec<Field>, Vec<Rest>) {
        let keys: Vec<_> = name.split('.').map(key).collect();
        match *context.scope.called(&keys) {
            [source] => self.all_of(source),
            [] => opened(members(&row(name, context))),
            _ => {
                let (column, candidates) = (format!("{name}.*"), vec![name.to_owned()]);
                opened(Rows::unknown(Unknown::AmbiguousColumn { column, candidates }))
            }
        }
    }

    pub(super) fn all_of(&mut self, source: &FromSource) -> (Vec<Field>, Vec<Rest>) {
        if let Some(relation) = source.relation {
            self.facts().stars.insert(relation);
        }
        if !self.is_star_unread {
            for field in &source.rows.fields {
                self.by_place(field.value.placed.iter().copied());
            }
        }
        (source.rows.fields.clone(), source.rows.rest.clone())
    }

    /// Rows without the columns that a list names.
    pub(super) fn excluding(&mut self, rows: Rows, names: &'q [Expression]) -> Rows {
        let mut listed: Vec<&str> = Vec::new();
        for name in names {
            match name {
                Expression::Column(column) => {
                    self.visited.insert(std::ptr::from_ref(name));
                    listed.push(&column.name.name);
                }
                Expression::Identifier(identifier) => listed.push(&identifier.name),
                _ => {
                    let value = self.not_worked_out("what `exclude` leaves out");
                    return Rows::new(Vec::new(), vec![Rest::new(Gives::PartOf(value))]);
                }
            }
        }
        let (grows, pushes) = (rows.grows.clone(), rows.pushes);
        let (mut fields, mut rest) = opened(rows);
        self.left_out(&mut fields, &mut rest, &listed);
        Rows::new(fields, rest).growing(grows).pushing(pushes)
    }

    /// Leaves out the columns of a list, which the text thereby names.
    fn left_out(&mut self, fields: &mut Vec<Field>, rest: &mut [Rest], names: &[&str]) {
        for name in names {
            self.listed(fields, rest, name);
        }
        let keys: Vec<_> = names.iter().map(|name| key(name)).collect();
        without(fields, rest, &keys);
    }

    /// The column of a star that a list names: all of them where several sources have it.
    pub(super) fn listed(&mut self, fields: &[Field], rest: &[Rest], name: &str) -> Value {
        let wanted = key(name);
        let has_it = |field: &&Field| field.name.as_deref().is_some_and(|name| key(name) == wanted);
        let mut found: Vec<Value> = fields.iter().filter(has_it).map(|field| field.value.clone()).collect();
        if found.is_empty() {
            found.push(match Rows::new(Vec::new(), rest.to_vec()).find(name) {
                Lookup::Perhaps(perhaps) => self.perhaps(perhaps, name),
                Lookup::Several => {
                    let relations = rest.iter().flat_map(|rest| rest.relations(&self.cells));
                    let candidates = relations.map(|relation| self.cells.name(relation).to_string()).collect();
                    Value::unknown(Unknown::AmbiguousColumn { column: name.to_owned(), candidates })
                }
                Lookup::Here(_) | Lookup::Not => Value::unknown(Unknown::MissingColumn { column: name.to_owned() }),
            });
        }
        for value in &found {
            self.facts().referenced(value);
        }
        found.swap_remove(0)
    }
}

/// What the source of a name grows with.
fn grows_of(name: &str, context: &ExpressionContext<'_, '_>) -> Vec<usize> {
    let keys: Vec<_> = name.split('.').map(key).collect();
    context.scope.called(&keys).iter().flat_map(|source| &source.rows.grows).copied().collect()
}

/// A column that is a row, by its name.
fn row(name: &str, context: &ExpressionContext<'_, '_>) -> Value {
    match context.scope.meaning(name) {
        Meaning::Certain(value) => value,
        _ => Value::unknown(Unknown::MissingColumn { column: format!("{name}.*") }),
    }
}

/// The members of a row.
pub(super) fn members(value: &Value) -> Rows {
    let construct = || "`.*` of a value whose members are unknown".to_owned();
    match (&value.row, &value.unknown) {
        (Some(rows), _) => rows.again(),
        (None, Some(unknown)) => Rows::unknown(Unknown::clone(unknown)),
        (None, None) => Rows::unknown(Unknown::NotWorkedOut { construct: construct() }),
    }
}

fn opened(rows: Rows) -> (Vec<Field>, Vec<Rest>) {
    (rows.fields, rows.rest)
}

/// Removes columns by name.
pub(super) fn without(fields: &mut Vec<Field>, rest: &mut [Rest], keys: &[Box<str>]) {
    fields.retain(|field| !field.name.as_deref().is_some_and(|name| keys.contains(&key(name))));
    for rest in rest {
        *rest = rest.without(keys);
    }
}

/// Gives a column another name and value; one of unknown place is added.
fn set(fields: &mut Vec<Field>, rest: &mut [Rest], before: &str, after: &Identifier, value: Value) {
    let wanted = key(before);
    let field = Field { name: Some(after.into()), value };
    match fields.iter_mut().find(|field| field.name.as_deref().is_some_and(|name| key(name) == wanted)) {
        Some(found) => *found = field,
        None => fields.push(field),
    }
    for rest in rest {
        *rest = rest.without([&wanted]);
    }
}
