//! Service levels on two sides.

use weft_odcs::{ServiceKind, SlaProperty};

use crate::diff::terms::{Terms, level::PromisedLevel};

/// What concerns a node of a service level.
#[derive(Debug, Clone)]
struct ServiceLevel<'a> {
    /// As the contract has it.
    sla: &'a SlaProperty,
    kind: Option<ServiceKind>,
    /// The column that it is about, where it is about one.
    column: Option<String>,
}

/// What became of a service level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceChange {
    pub(crate) property: String,
    pub(crate) column: Option<String>,
    pub(crate) what: WhatOfService,
}

/// What became of it; what was and what is in words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WhatOfService {
    Added(String),
    Removed(String),
    /// Less is promised; whether by more than is tolerated.
    Loosened([String; 2], bool),
    /// It promises more.
    Tightened([String; 2]),
    /// Something else is promised.
    Other([String; 2]),
    /// The same is promised in other words.
    Words,
}

/// A promise that is worse by less than this share of it is a matter of wording.
const TOLERANCE: f64 = 0.1;

/// What is worse of a level: more of it or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worse {
    More,
    Less,
}

/// The direction in which a service level gets worse; `None` if its meaning is unknown.
fn worse(kind: Option<ServiceKind>) -> Option<Worse> {
    use ServiceKind::{
        Availability, EndOfLife, EndOfSupport, Frequency, Freshness, GeneralAvailability, Latency, Retention,
        Throughput, TimeToDetect, TimeToNotify, TimeToRepair,
    };
    Some(match kind? {
        Freshness | Latency | Frequency | TimeToDetect | TimeToNotify | TimeToRepair | GeneralAvailability => {
            Worse::More
        }
        Retention | Availability | Throughput | EndOfSupport | EndOfLife => Worse::Less,
    })
}

/// The service levels that concern a node: those about it or its columns, and those about the contract as a whole.
fn levels(terms: Terms<'_>) -> Vec<ServiceLevel<'_>> {
    let Terms { contract, object, .. } = terms;
    let default = contract.sla_default_element.as_deref();
    let mut found = Vec::new();
    for sla in &contract.sla_properties {
        let about = |column: Option<&str>| ServiceLevel { sla, kind: sla.kind(), column: column.map(str::to_owned) };
        let mut elements = sla.elements(default).peekable();
        if elements.peek().is_none() {
            found.push(about(None));
        }
        for element in elements {
            if element == object.name {
                found.push(about(None));
            } else if let Some(name) = element.strip_prefix(&object.name).and_then(|rest| rest.strip_prefix('.')) {
                let stored = object.property(name).map_or(name, |property| property.stored_name());
                found.push(about(Some(stored)));
            }
        }
    }
    found
}

/// What became of the service levels that concern a node.
pub(super) fn changes(old: Terms<'_>, new: Terms<'_>) -> Vec<ServiceChange> {
    let (gone, mut came) = (levels(old), levels(new));
    let mut changes = Vec::new();
    for old in gone {
        let is_same = |new: &ServiceLevel<'_>| {
            let is_of_kind = old.kind.is_some() && new.kind == old.kind;
            (is_of_kind || new.sla.property.eq_ignore_ascii_case(&old.sla.property)) && new.column == old.column
        };
        let told = |property: String, what| ServiceChange { property, column: old.column.clone(), what };
        let Some(at) = came.iter().position(is_same) else {
            changes.push(told(old.sla.property.clone(), WhatOfService::Removed(old.sla.amount())));
            continue;
        };
        let parts = parts(old.sla, came.remove(at).sla);
        changes.extend(parts.into_iter().map(|(part, what)| {
            let property = &old.sla.property;
            told(part.map_or_else(|| property.clone(), |part| format!("{part} of {property}")), what)
        }));
    }
    changes.extend(came.into_iter().map(|new| ServiceChange {
        property: new.sla.property.clone(),
        column: new.column,
        what: WhatOfService::Added(new.sla.amount()),
    }));
    changes
}

/// What became of the parts of a service level: of how much, which has no name, and of the rest by the standard's names.
fn parts(old: &SlaProperty, new: &SlaProperty) -> Vec<(Option<&'static str>, WhatOfService)> {
    if old == new {
        return Vec::new();
    }
    let texts = |part: fn(&SlaProperty) -> Option<&String>| [old, new].map(|sla| part(sla).map(String::as_str));
    let parts = [
        (None, compared([old, new])),
        (Some("valueExt"), extended(old, new)),
        (Some("schedule"), of_text(texts(|sla| sla.schedule.as_ref()))),
        (Some("scheduler"), of_text(texts(|sla| sla.scheduler.as_ref()))),
    ];
    let told: Vec<_> = parts.into_iter().filter_map(|(part, what)| Some((part, what?))).collect();
    if told.is_empty() || words(old) != words(new) {
        return told.into_iter().chain([(None, WhatOfService::Words)]).collect();
    }
    told
}

/// The description of a service level, without what it promises.
fn words(sla: &SlaProperty) -> SlaProperty {
    SlaProperty {
        id: sla.id.clone(),
        driver: sla.driver.clone(),
        description: sla.description.clone(),
        custom_properties: sla.custom_properties.clone(),
        authoritative_definitions: sla.authoritative_definitions.clone(),
        extra: sla.extra.clone(),
        ..SlaProperty::default()
    }
}

/// What became of a part that has no order.
fn of_text([was, is]: [Option<&str>; 2]) -> Option<WhatOfService> {
    match (was, is) {
        (None, None) => None,
        (Some(was), None) => Some(WhatOfService::Removed(was.to_owned())),
        (None, Some(is)) => Some(WhatOfService::Added(is.to_owned())),
        (Some(was), Some(is)) => (was != is).then(|| WhatOfService::Other([was, is].map(str::to_owned))),
    }
}

/// What became of the second value, in the unit of the first.
fn extended(old: &SlaProperty, new: &SlaProperty) -> Option<WhatOfService> {
    let alone = |sla: &SlaProperty| {
        let value = sla.value_ext.clone()?;
        Some(SlaProperty { value, ..sla.clone() })
    };
    match [alone(old), alone(new)] {
        [None, None] => None,
        [Some(was), None] => Some(WhatOfService::Removed(was.amount())),
        [None, Some(is)] => Some(WhatOfService::Added(is.amount())),
        [Some(was), Some(is)] => compared([&was, &is]),
    }
}

fn compared([old, new]: [&SlaProperty; 2]) -> Option<WhatOfService> {
    let growth = PromisedLevel::from_sla(old).growth(&PromisedLevel::from_sla(new));
    if growth == Some(0.0) {
        return None;
    }
    let texts = [old, new].map(SlaProperty::amount);
    let (Some(growth), Some(worse)) = (growth, worse(old.kind())) else { return Some(WhatOfService::Other(texts)) };
    let is_worse = (growth > 0.0) == (worse == Worse::More);
    Some(if is_worse {
        WhatOfService::Loosened(texts, growth.abs() > TOLERANCE)
    } else {
        WhatOfService::Tightened(texts)
    })
}
