//! `union`, `intersect` and `except`.

use std::{collections::BTreeSet, rc::Rc};

use polyglot_sql::expressions::Expression;

use super::{
    branch::operation,
    evaluate::{Env, Evaluator},
    key::{Name, key},
    rows::{Field, Gives, Rest, Rows, Value},
    scope::QueryScope,
};
use crate::{Unknown, UseKind};

impl<'q> Evaluator<'q> {
    /// The rows of a set operation; `first` is its first branch if that was evaluated already.
    pub(super) fn set_operation(
        &mut self,
        expression: &'q Expression,
        first: Option<Rows>,
        outer: Option<&QueryScope<'_>>,
        env: &Env,
    ) -> Result<Rows, Unknown> {
        let mut operations = Vec::new();
        let mut branch = expression;
        while let Some(operation) = operation(branch) {
            branch = operation.left;
            operations.push(operation);
        }
        let mut env = env.clone();
        for operation in &operations {
            env = self.with(operation.with, outer, &env)?;
        }
        let mut rows = match first {
            Some(rows) => rows,
            None => self.query(branch, outer, &env)?,
        };
        for operation in operations.into_iter().rev() {
            let right = self.query(operation.right, outer, &env)?;
            self.spend(right.fields.iter().map(|field| 1 + field.value.cells.len() as u64).sum())?;
            if operation.is_distinct {
                self.compared_whole(&rows);
                self.compared_whole(&right);
            }
            let grows = if operation.by_name {
                rows.grows.iter().chain(&right.grows).copied().collect()
            } else {
                self.upon_each_other(&rows, &right);
                rows.grows.clone()
            };
            rows = if operation.compares {
                self.compared(rows, &right)
            } else if operation.by_name {
                self.united_by_name(&rows, &right)
            } else {
                self.united(&rows, &right)
            }
            .growing(grows);
            if let Some(order) = operation.order {
                rows = self.ordered_rows(rows, order, &env)?;
            }
        }
        Ok(rows)
    }

    /// Notes that rows are compared by all their columns, which `select *` may have given.
    pub(super) fn compared_whole(&mut self, rows: &Rows) {
        for field in &rows.fields {
            self.facts().referenced(&field.value);
        }
    }

    fn compared(&mut self, left: Rows, right: &Rows) -> Rows {
        for field in &right.fields {
            self.facts().used(&field.value, UseKind::Filter);
        }
        for rest in &right.rest {
            let unknown = rest.unknown(&self.cells);
            self.facts().unknown.insert(unknown);
        }
        left
    }

    /// Column by column, under the names of the left side.
    fn united(&self, left: &Rows, right: &Rows) -> Rows {
        match (left.is_closed(), right.is_closed()) {
            (true, true) if left.fields.len() == right.fields.len() => {
                let pairs = left.fields.iter().zip(&right.fields);
                let united =
                    pairs.map(|(one, other)| Field { name: one.name.clone(), value: one.value.either(&other.value) });
                Rows::new(united.collect(), Vec::new())
            }
            (true, true) => {
                let construct = "a set operation of branches with different numbers of columns".to_owned();
                Rows::named(names(left), &Value::unknown(Unknown::NotWorkedOut { construct }))
            }
            // Which column of an open branch belongs to which name is not known.
            (true, false) => Rows::named(names(left), &Value::unknown(self.open(left, right).0)),
            (false, _) => {
                let (unknown, relations) = self.open(left, right);
                Rows::new(Vec::new(), vec![Rest::new(Gives::Unknown(Rc::new(unknown), relations))])
            }
        }
    }

    fn united_by_name(&self, left: &Rows, right: &Rows) -> Rows {
        if !left.is_closed() || !right.is_closed() {
            let (unknown, relations) = self.open(left, right);
            return Rows::new(Vec::new(), vec![Rest::new(Gives::Unknown(Rc::new(unknown), relations))]);
        }
        let mut fields = left.fields.clone();
        for field in &right.fields {
            let place = field.name.as_deref().and_then(|name| left.places(&key(name)).first());
            match place {
                Some(&place) => fields[place].value = fields[place].value.either(&field.value),
                None => fields.push(field.clone()),
            }
        }
        Rows::new(fields, Vec::new())
    }

    /// Why the columns of open branches are unknown, and the relations that they come from.
    fn open(&self, left: &Rows, right: &Rows) -> (Unknown, BTreeSet<usize>) {
        let rest: Vec<&Rest> = left.rest.iter().chain(&right.rest).collect();
        let relations: BTreeSet<usize> = rest.iter().flat_map(|rest| rest.relations(&self.cells)).collect();
        let told =
            rest.iter().map(|rest| rest.unknown(&self.cells)).find(|told| !matches!(told, Unknown::OpenStar { .. }));
        let names = || relations.iter().map(|&number| self.cells.name(number).to_string()).collect();
        (told.unwrap_or_else(|| Unknown::OpenStar { relations: names() }), relations)
    }
}

/// The names of columns; those that the engine makes up are empty.
fn names(rows: &Rows) -> impl Iterator<Item = Name> {
    rows.fields.iter().map(|field| field.name.clone().unwrap_or_else(|| Name::from("")))
}
