//! Service levels that data can tell: how fresh it is, and how long it is kept.

use std::ptr;

use crate::{
    api::CheckKind,
    odcs::{
        SchemaProperty, ServiceKind, SlaProperty,
        period::{DAY, Period},
    },
    types::DataType,
    verify::{
        age::Age,
        check::{Check, Hold, Work},
        plan::Subject,
        reference,
    },
};

/// The service levels whose element is of this object. Those that lead to no object are told with the contract's first.
pub(super) fn levels<'c>(subject: &Subject<'c>) -> Vec<Check<'c>> {
    let default = subject.contract.sla_default_element.as_deref();
    let is_first = subject.contract.schema.first().is_some_and(|first| ptr::eq(first, subject.object));
    let mut checks = Vec::new();
    for sla in &subject.contract.sla_properties {
        let mut elements = sla.elements(default).peekable();
        if elements.peek().is_none() && is_first {
            checks.push(unread(sla, "the service level names no column"));
        }
        for element in elements {
            match reference::of_element(subject.contract, element) {
                Some((object, property)) if ptr::eq(object, subject.object) => {
                    checks.push(level(subject, sla, property));
                }
                None if is_first => checks.push(unread(sla, &format!("the contract has no {element}"))),
                _ => {}
            }
        }
    }
    checks
}

fn level<'c>(subject: &Subject<'c>, sla: &'c SlaProperty, property: Option<&'c SchemaProperty>) -> Check<'c> {
    let of_newest = match sla.kind() {
        Some(ServiceKind::Freshness | ServiceKind::Latency) => true,
        // What is older than it is kept for was not deleted. That it is kept so long, young data cannot show.
        Some(ServiceKind::Retention) => false,
        _ => return unread(sla, "weft measures freshness, latency and retention"),
    };
    let Some(property) = property else { return unread(sla, "the service level names no column") };
    let Some(at_most) = Period::of(sla).map(Period::at_most) else {
        return unread(sla, "its value and unit are no period");
    };
    let live = subject.live(property);
    let (kind, which, extreme) = if of_newest {
        (CheckKind::Freshness, "newest", format!("max({})", live.sql))
    } else {
        (CheckKind::Retention, "oldest", format!("min({})", live.sql))
    };
    let expectation = format!("{}: the {which} at most {} old", sla.property, sla.amount());
    if !matches!(live.data_type, None | Some(DataType::Date | DataType::Timestamp { .. })) {
        return Check::skipped(kind, &[&property.name], expectation, "the column holds no day or time");
    }
    let within = if live.data_type == Some(DataType::Date) { u64::from(DAY) } else { 0 };
    let cutoff = subject.now.saturating_sub(i64::try_from(at_most + within).unwrap_or(i64::MAX));
    let condition = format!("{} < {cutoff}", subject.engine.epoch(&live.sql));
    let mut check = Check::of_rows(kind, &property.name, expectation, condition);
    check.offenders = check.offenders.filter(|_| !of_newest);
    check.work = Work::Aggregate(subject.engine.epoch(&extreme));
    check.hold = Hold::Age(Age { of_newest, at_most, now: subject.now, within });
    check
}

fn unread<'c>(sla: &'c SlaProperty, reason: &str) -> Check<'c> {
    Check::skipped(CheckKind::ServiceLevel, &[], format!("{} {}", sla.property, sla.amount()), reason)
}
