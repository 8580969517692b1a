//! The checks of an object, from the contract's promises and the engine's catalog.

mod keys;
mod library;
mod limits;
mod quality;
mod service;
mod values;

use weft_api::{CheckKind, CheckOutcome};
use weft_model::types;
use weft_odcs::SchemaProperty;

use crate::{
    Subject,
    check::{Check, Work},
    live::Live,
    types as type_check,
};

/// The names that the standard's examples, and others, use for UTC; it is the default zone.
const UTC: [&str; 5] = ["UTC", "Etc/UTC", "GMT", "Z", "Zulu"];

/// All checks of an object but for its relationships, in the contract's order.
pub fn plan<'c>(subject: &Subject<'c>) -> Vec<Check<'c>> {
    let mut checks = vec![existence(subject)];
    for property in &subject.object.properties {
        checks.extend(of_property(subject, property));
    }
    checks.extend(keys::primary(subject));
    checks.extend(quality::of_object(subject));
    checks.extend(service::levels(subject));
    for check in checks.iter_mut().skip(1) {
        subject.skip_if_missing(check);
    }
    checks
}

fn existence<'c>(subject: &Subject<'c>) -> Check<'c> {
    let expectation = format!("{} is there", subject.object.stored_name());
    let outcome = if subject.table.is_some() { CheckOutcome::Passed } else { CheckOutcome::Failed };
    let found = subject.table.map_or_else(|| "no such table".to_owned(), |table| table.relation(subject.engine));
    Check::known(CheckKind::TableExists, &[], expectation, outcome).finding(found)
}

fn of_property<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Vec<Check<'c>> {
    let name = property.name.as_str();
    let column = subject.table.and_then(|table| table.column(property.stored_name()));
    let outcome = if column.is_some() { CheckOutcome::Passed } else { CheckOutcome::Failed };
    let stored = property.stored_name();
    let there = if stored == name { "is there".to_owned() } else { format!("is there as {stored}") };
    let mut checks = vec![Check::known(CheckKind::ColumnExists, &[name], there, outcome)];
    checks.extend(column.and_then(|column| type_check::check(subject, property, &column.data_type)));
    checks.extend(values::required(subject, property));
    checks.extend(keys::unique(subject, property));
    checks.extend(values::allowed(subject, property));
    checks.extend(limits::of(subject, property));
    checks.extend(quality::of_property(subject, property));
    let holds = [!property.properties.is_empty(), property.items.is_some(), property.map.is_some()];
    if holds.contains(&true) {
        let reason = "weft checks columns, not what is inside them";
        checks.push(Check::skipped(CheckKind::Limit, &[name], "its content".to_owned(), reason));
    }
    checks
}

impl<'c> Subject<'c> {
    /// The table, as the engine writes it, with the alias `t` left out.
    pub(super) fn relation(&self) -> String {
        match self.table {
            Some(table) => table.relation(self.engine),
            None => self.engine.identifier(self.object.stored_name()),
        }
    }

    /// A property's column; under the contract's name for it where it is not there.
    pub(super) fn live(&self, property: &SchemaProperty) -> Live {
        let column = self.table.and_then(|table| table.column(property.stored_name()));
        let name = column.map_or(property.stored_name(), |column| column.name.as_str());
        let data_type = column.and_then(|column| types::parse(&column.data_type, self.engine.dialect()));
        let zone = property.logical_type_options.as_ref().and_then(|options| options.default_timezone.as_deref());
        let zone = zone.map(str::trim).filter(|zone| !zone.is_empty() && !UTC.contains(zone));
        let zone = zone.map(|zone| self.engine.literal(zone));
        Live { sql: format!("t.{}", self.engine.identifier(name)), data_type, zone }
    }

    /// The aggregate that counts the rows which break a check.
    pub(super) fn counting(&self, mut check: Check<'c>) -> Check<'c> {
        let condition = check.offenders.as_deref().unwrap_or("false");
        check.work = Work::Aggregate(self.engine.counted(condition));
        check
    }

    /// Leaves a check out if its table or one of its columns does not exist: that is already reported.
    pub(super) fn skip_if_missing(&self, check: &mut Check<'c>) {
        if matches!(check.kind, CheckKind::TableExists | CheckKind::ColumnExists) && self.table.is_some()
            || matches!(check.work, Work::Known { outcome: CheckOutcome::NotChecked, .. })
        {
            return;
        }
        let Some(table) = self.table else {
            check.skip("the table is missing");
            return;
        };
        let is_there = |name: &String| {
            let property = self.object.property(name);
            property.is_none_or(|property| table.column(property.stored_name()).is_some())
        };
        if let Some(missing) = check.properties.iter().find(|name| !is_there(name)) {
            check.skip(&format!("the column {missing} is missing"));
        }
    }
}
