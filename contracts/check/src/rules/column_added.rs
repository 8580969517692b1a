//! Column added.

use std::collections::BTreeSet;

use weft_api::{ColumnMove, Readers, Severity};
use weft_model::version::RequiredUpdate;
use weft_publication::Column;

use crate::{
    diff::{Diff, Kept},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "column_added",
    title: "Column added",
    why: "A reader that selects every column, or inserts by position, gets one more. A `union` of stars, `in (select *)` and an enforced contract over `select *` fail with one more column. SQL in which the name becomes ambiguous fails as well.",
    example: "column `discount` is new",
    remedy: "Nothing to do.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let Some(evidence) = kept.columns.real() else { return Vec::new() };
        let found = |column: &Column, message: String| {
            RULE.on(kept.unique_id, message)
                .column(&column.name)
                .evidence(evidence)
                .change(None, Some(column.data_type.as_deref().unwrap_or(&column.name)))
        };
        let mut all = Vec::new();
        let built = kept.columns.kept.iter().filter(|pair| pair.old.is_unbuilt() && !pair.new.is_unbuilt());
        for column in kept.columns.added.iter().copied().chain(built.map(|pair| pair.new)) {
            // Of one that is not known in the table another rule tells, and of one that is never null.
            if !column.is_unbuilt() && kept.promises()[1].never_null(column).is_none() {
                all.push(found(column, format!("column `{}` is new", column.name)).readers(Readers::Star));
            }
            let pushed = pushed(kept, column);
            all.extend(felt(!pushed.is_empty()).map(|(readers, severity, why, remedy)| {
                let found = found(column, format!("column `{}` is new, and {why}", column.name));
                let found = found.severity(severity, RequiredUpdate::Minor).remedy(remedy.to_owned());
                let found = found.readers(readers).only_if_read();
                if readers == Readers::Placing { found.moves(pushed.iter().copied()) } else { found }
            }));
        }
        all
    })
}

/// The baseline's columns that a new one pushes out of their places.
fn pushed<'k>(kept: &'k Kept<'_>, column: &Column) -> Vec<(&'k str, ColumnMove)> {
    let behind = kept.new.columns.iter().skip_while(|other| other.name != column.name).skip(1);
    let behind: BTreeSet<&str> = behind.map(|column| column.name.as_str()).collect();
    let pushed = kept.columns.kept.iter().filter(|pair| behind.contains(pair.new.name.as_str()));
    pushed.map(|pair| (pair.old.name.as_str(), kept.column_move(pair))).collect()
}

/// Whose SQL a new column is felt in, and how.
fn felt(pushes: bool) -> impl Iterator<Item = (Readers, Severity, &'static str, &'static str)> {
    let placed = pushes.then_some((
        Readers::Placing,
        Severity::Error,
        "its readers take columns by position, and the positions change",
        "Add the column after all others, or have the readers name the columns that they use.",
    ));
    let counts = (
        Readers::Counting,
        Severity::Error,
        "the SQL of its readers needs a fixed number of columns (`union`, `in (select *)`): it fails with one more",
        "Have the readers list the columns that they use before the column is added.",
    );
    let lacks = (
        Readers::Fixed,
        Severity::Error,
        "its readers pass every column on, and their enforced contract or `on_schema_change: fail` allows no further column: dbt fails to build them",
        "Before the column is added, have the readers list the columns that they use, or add it to their contracts.",
    );
    let ambiguous = (
        Readers::Ambiguous,
        Severity::Error,
        "its readers use the name without its table: the name becomes ambiguous",
        "Have the readers write the name with its table, or choose another name.",
    );
    let captures = (
        Readers::Capturing,
        Severity::Warning,
        "its readers would read this column instead of the one that the name refers to now",
        "Have the readers write the name with its table, or choose another name.",
    );
    [counts, lacks, ambiguous, captures].into_iter().chain(placed)
}
