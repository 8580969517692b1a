//! Columns for which the SQL of a side gives a literal, and those of which one side alone says the type.

use weft_model::types::{self, LiteralKind};
use weft_publication::{Column, Origin};

use crate::diff::columns::{ColumnsDiff, Pair};

impl<'a> ColumnsDiff<'a> {
    /// The columns that certainly were of one kind and are of another, because the SQL of a side gives a literal. The exact
    /// types are unknown.
    pub(crate) fn literals_changed(&self) -> Vec<(Pair<'a>, [LiteralKind; 2])> {
        let kind = |column: &Column, dialect| {
            let typed = || types::parse(column.data_type.as_deref()?, dialect);
            let of_type = || LiteralKind::from_type(&typed().filter(|_| column.origin_of_type() == Some(Origin::Sql))?);
            column.literal.or_else(of_type)
        };
        let dialect = self.dialects.of_names();
        let is_told = |pair: &Pair<'_>| self.types.iter().any(|(told, _)| told.old.name == pair.old.name);
        let pairs = self.kept.iter().filter(|pair| pair.old.literal.is_some() || pair.new.literal.is_some());
        let changed = pairs.filter(|pair| self.dialects.are_one() && !is_told(pair)).filter_map(|pair| {
            let kinds = [kind(pair.old, dialect)?, kind(pair.new, dialect)?];
            // A boolean is a number in some engines.
            let is_certain =
                pair.old.literal.is_some() && pair.new.literal.is_some() || !kinds.contains(&LiteralKind::Boolean);
            (kinds[0] != kinds[1] && is_certain).then_some((*pair, kinds))
        });
        changed.collect()
    }

    /// The columns of which one side alone says the type, although every column is known on both and the code may be
    /// another.
    pub(crate) fn types_on_one_side(&self) -> Vec<Pair<'a>> {
        if !self.are_vouched() || self.code.is_same_text() {
            return Vec::new();
        }
        let changed = self.literals_changed();
        let is_told = |pair: &Pair<'_>| changed.iter().any(|(told, _)| told.old.name == pair.old.name);
        let one_side =
            |pair: &&Pair<'a>| pair.old.data_type.is_some() != pair.new.data_type.is_some() && !is_told(pair);
        let mut found: Vec<_> = self.kept.iter().filter(one_side).copied().collect();
        if !found.is_empty() {
            let undeclared = self.types_undeclared();
            found.retain(|pair| undeclared.iter().all(|(told, _)| told.old.name != pair.old.name));
        }
        found
    }
}
