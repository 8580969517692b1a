//! Joins: their conditions, and the columns that `using` and `natural` make one.

use std::rc::Rc;

use polyglot_sql::expressions::{Join, JoinKind};

use super::{
    cell::Derivation,
    evaluate::{Env, Evaluator},
    expression::{Aliases, ExpressionContext},
    key::{Name, key},
    rows::{Lookup, Rows, Value},
    scope::{FromSource, Meaning, QueryScope},
};
use crate::{Unknown, UseKind};

/// Whose value a column of both sides has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum JoinSide {
    Left,
    Right,
    Both,
}

impl<'q> Evaluator<'q> {
    /// Joins another source to those of a scope.
    pub(super) fn join(&mut self, join: &'q Join, scope: &mut QueryScope<'_>, env: &Env) -> Result<(), Unknown> {
        let mut right = self.source(&join.this, scope, env)?;
        if !join.pivots.is_empty() {
            right = vec![self.opaque(&join.this, env)];
            self.opaque(&join.pivots[0], env);
        }
        let names: Vec<Name> = if is_natural(join.kind) {
            let names = common(scope, &right);
            self.joined_by_names(&scope.sources, &right);
            scope.sources.iter_mut().chain(&mut right).for_each(|source| source.natural = true);
            if names.is_none() {
                self.unclear(scope, &mut right);
            }
            names.unwrap_or_default()
        } else {
            join.using.iter().map(Name::from).collect()
        };
        for name in &names {
            self.merge(name, join.kind, scope, &mut right)?;
        }
        let left = scope.sources.len();
        scope.sources.extend(right);
        let windows = std::collections::BTreeMap::new();
        let context = ExpressionContext::new(scope, env, &windows, Aliases::No);
        for condition in join.on.iter().chain(&join.match_condition) {
            let value = self.value(condition, &context)?;
            self.facts().used(&value, UseKind::Join);
        }
        // The other side of a semi join is only seen in its condition.
        match join.kind {
            JoinKind::Semi | JoinKind::Anti | JoinKind::LeftSemi | JoinKind::LeftAnti => scope.sources.truncate(left),
            JoinKind::RightSemi | JoinKind::RightAnti => drop(scope.sources.drain(..left)),
            _ => {}
        }
        Ok(())
    }

    /// Makes one column of those of a name on both sides.
    fn merge(
        &mut self,
        name: &Name,
        kind: JoinKind,
        scope: &mut QueryScope<'_>,
        right: &mut [FromSource],
    ) -> Result<(), Unknown> {
        self.looked_for_on_the_left(name, scope);
        let local = QueryScope { outer: None, ..scope.clone() };
        let left_value = self.meant(&local, name);
        let right_value = self.meant(&QueryScope { sources: right.to_vec(), ..QueryScope::default() }, name);
        for value in [&left_value, &right_value] {
            self.facts().used(value, UseKind::Join);
            self.facts().referenced(value);
        }
        let value = match side(kind) {
            JoinSide::Left => left_value,
            JoinSide::Right => right_value,
            JoinSide::Both => self.of(&[left_value, right_value], Derivation::Transformed)?,
        };
        let key = key(name);
        for source in scope.sources.iter_mut().chain(right) {
            if !matches!(source.rows.find(name), Lookup::Not) {
                source.merged.insert(key.clone());
            }
        }
        match scope.merged.iter_mut().find(|(merged, _)| super::key::key(merged) == key) {
            Some((_, merged)) => *merged = value,
            None => scope.merged.push((name.clone(), value)),
        }
        Ok(())
    }

    fn meant(&mut self, scope: &QueryScope<'_>, name: &str) -> Value {
        match scope.meaning(name) {
            Meaning::Certain(value) => value,
            Meaning::Perhaps(perhaps) => self.perhaps(perhaps, name),
            Meaning::Ambiguous(candidates) => {
                Value::unknown(Unknown::AmbiguousColumn { column: name.to_owned(), candidates })
            }
            Meaning::Nothing => Value::unknown(Unknown::MissingColumn { column: name.to_owned() }),
        }
    }

    /// By which columns a natural join joins cannot be said: nothing of its sides can.
    fn unclear(&mut self, scope: &mut QueryScope<'_>, right: &mut [FromSource]) {
        let construct = "a natural join of inputs whose columns are not all known".to_owned();
        let unknown = Unknown::NotWorkedOut { construct };
        self.facts().unknown.insert(unknown.clone());
        let rows = Rc::new(Rows::unknown(unknown));
        for source in scope.sources.iter_mut().chain(right) {
            source.rows = Rc::clone(&rows);
        }
    }
}

fn is_natural(kind: JoinKind) -> bool {
    matches!(kind, JoinKind::Natural | JoinKind::NaturalLeft | JoinKind::NaturalRight | JoinKind::NaturalFull)
}

fn side(kind: JoinKind) -> JoinSide {
    match kind {
        JoinKind::Right | JoinKind::NaturalRight | JoinKind::AsOfRight | JoinKind::RightSemi | JoinKind::RightAnti => {
            JoinSide::Right
        }
        JoinKind::Full | JoinKind::Outer | JoinKind::NaturalFull => JoinSide::Both,
        _ => JoinSide::Left,
    }
}

/// The names that both sides of a natural join have, in the order of the left one; `None` where it cannot be said.
fn common(scope: &QueryScope<'_>, right: &[FromSource]) -> Option<Vec<Name>> {
    let sources = || scope.sources.iter().chain(right);
    if sources().any(|source| !source.rows.is_closed()) {
        return None;
    }
    let mut names: Vec<Name> = Vec::new();
    for name in scope.sources.iter().flat_map(|source| &source.rows.fields).filter_map(|field| field.name.as_ref()) {
        let key = key(name);
        let taken = names.iter().any(|name| super::key::key(name) == key);
        if !taken && right.iter().any(|source| source.rows.has(&key)) {
            names.push(name.clone());
        }
    }
    Some(names)
}
