//! What new columns of the inputs do to the query, noted while it is worked out.

use weft_model::types::Dialect;

use super::{
    cell::PlacedCell,
    evaluate::Evaluator,
    expression::ExpressionContext,
    growing::{Growing, SelectPart},
    key::key,
    rows::{Lookup, Rows},
    scope::{FromSource, QueryScope},
};

impl Evaluator<'_> {
    fn growing(&mut self) -> &mut Growing {
        &mut self.facts().growing
    }

    /// Notes what new columns of the sources in sight would do to a name without a qualifier. `is_alias` where it means a
    /// column of the select list, or a row.
    pub(super) fn in_sight(&mut self, name: &str, context: &ExpressionContext<'_, '_>, is_alias: bool) {
        let scope = context.scope;
        if !is_alias && scope.outer.is_none() && scope.sources.len() < 2 {
            return;
        }
        let wanted = key(name);
        for scope in scope.chain() {
            for hidden in scope.sources.iter().filter_map(|source| source.rows.hidden.get(&wanted)) {
                self.by_place(hidden.iter().copied());
            }
            let owner = if is_alias { None } else { owner(scope, name, &wanted) };
            for (place, source) in scope.sources.iter().enumerate().filter(|(_, source)| !source.rows.grows.is_empty())
            {
                match owner {
                    None => self.growing().captured(&source.rows.grows, name),
                    Some(owner) if owner != Some(place) && !source.merged.contains(&wanted) => {
                        let is_natural = source.natural && owner.is_none_or(|owner| scope.sources[owner].natural);
                        if is_natural {
                            self.growing().captured(&source.rows.grows, name);
                        } else {
                            self.growing().ambiguous(&source.rows.grows, name);
                        }
                    }
                    Some(_) => {}
                }
            }
            if owner.is_some() {
                return;
            }
        }
    }

    /// Notes that a name of `using` is looked for on the left side.
    pub(super) fn looked_for_on_the_left(&mut self, name: &str, scope: &QueryScope<'_>) {
        let wanted = key(name);
        let owner = owner(scope, name, &wanted).flatten();
        for (place, source) in scope.sources.iter().enumerate() {
            if owner != Some(place) && !source.merged.contains(&wanted) {
                self.growing().ambiguous(&source.rows.grows, name);
            }
        }
    }

    /// Notes that a natural join joins by all names that its sides share.
    pub(super) fn joined_by_names(&mut self, left: &[FromSource], right: &[FromSource]) {
        for (growing, other) in [(left, right), (right, left)] {
            let names = other.iter().flat_map(|source| &source.rows.fields).filter_map(|field| field.name.as_deref());
            let names = names.map(Into::into);
            let names: Vec<Box<str>> = names.collect();
            for source in growing {
                for name in &names {
                    self.growing().captured(&source.rows.grows, name);
                }
            }
        }
    }

    /// Notes that a query gives columns these names itself, next to the columns of inputs that may grow.
    pub(super) fn own_beside<'n>(&mut self, grows: &[usize], own: impl Iterator<Item = &'n str>) {
        let names = own.map(Into::into).collect();
        self.beside(&[
            SelectPart { grows: grows.to_vec(), names: Vec::new() },
            SelectPart { grows: Vec::new(), names },
        ]);
    }

    /// Notes that columns are listed beside others: a new one may have a name that is taken.
    pub(super) fn beside(&mut self, parts: &[SelectPart]) {
        for (place, growing) in parts.iter().enumerate().filter(|(_, part)| !part.grows.is_empty()) {
            let others = parts.iter().enumerate().filter(|(other, _)| *other != place);
            for name in others.flat_map(|(_, part)| &part.names) {
                // DuckDB gives the second of two columns another name.
                if self.query.dialect == Dialect::DuckDb {
                    self.growing().captured(&growing.grows, name);
                } else {
                    self.growing().ambiguous(&growing.grows, name);
                }
            }
        }
    }

    /// Notes that the number of columns counts.
    pub(super) fn counted(&mut self, relations: &[usize]) {
        self.growing().counted.extend(relations);
    }

    /// Notes that columns are taken by their places.
    pub(super) fn by_place(&mut self, columns: impl IntoIterator<Item = PlacedCell>) {
        self.growing().placed.extend(columns);
    }

    /// Notes that two branches are laid upon each other, column by column. Those that grow on both sides do no harm.
    pub(super) fn upon_each_other(&mut self, left: &Rows, right: &Rows) {
        let mut left_alone = left.grows.clone();
        let mut right_alone = Vec::new();
        for relation in &right.grows {
            match left_alone.iter().position(|other| other == relation) {
                Some(place) => drop(left_alone.remove(place)),
                None => right_alone.push(*relation),
            }
        }
        for alone in [left_alone, right_alone] {
            self.counted(&alone);
        }
    }
}

/// The owner of a column name in a scope: `None` if nothing has it, `Some(None)` if it is merged from several.
#[expect(clippy::option_option, reason = "no source, and several, are two things")]
fn owner(scope: &QueryScope<'_>, name: &str, wanted: &str) -> Option<Option<usize>> {
    if scope.merged.iter().any(|(merged, _)| *key(merged) == *wanted) {
        return Some(None);
    }
    let mut perhaps = None;
    for (place, source) in scope.sources.iter().enumerate() {
        match source.rows.find(name) {
            Lookup::Here(_) | Lookup::Several => return Some(Some(place)),
            Lookup::Perhaps(_) => perhaps = Some(Some(place)),
            Lookup::Not => {}
        }
    }
    perhaps
}
