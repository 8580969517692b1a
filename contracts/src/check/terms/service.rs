//! Service levels on two sides.

use crate::{
    check::{
        diff::Kept,
        terms::{Terms, level::Level},
    },
    odcs::ServiceKind,
};

/// What concerns a node of a service level.
#[derive(Debug, Clone, PartialEq)]
struct ServiceLevel {
    /// `freshness`, `retention`, ... as the contract writes it.
    property: String,
    kind: Option<ServiceKind>,
    /// The column that it is about, where it is about one.
    column: Option<String>,
    level: Level,
    /// As the contract writes it: `24 h`.
    text: String,
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
    /// More is promised.
    Tightened([String; 2]),
    /// Something else is promised.
    Other([String; 2]),
}

/// A promise that is worse by less than this share of it is a matter of wording.
const TOLERANCE: f64 = 0.1;

/// What is worse of a level: more of it or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worse {
    More,
    Less,
}

/// What is worse of a service level; `None` of those whose meaning is not known.
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
fn levels(terms: Terms<'_>) -> Vec<ServiceLevel> {
    let Terms { contract, object, .. } = terms;
    let default = contract.sla_default_element.as_deref();
    let mut found = Vec::new();
    for sla in &contract.sla_properties {
        let about = |column: Option<&str>| ServiceLevel {
            property: sla.property.clone(),
            kind: sla.kind(),
            column: column.map(str::to_owned),
            level: Level::of(sla),
            text: sla.amount(),
        };
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
        let is_same = |new: &ServiceLevel| {
            let is_of_kind = old.kind.is_some() && new.kind == old.kind;
            (is_of_kind || new.property.eq_ignore_ascii_case(&old.property)) && new.column == old.column
        };
        let what = match came.iter().position(is_same) {
            None => Some(WhatOfService::Removed(old.text.clone())),
            Some(at) => compared(&old, &came.remove(at)),
        };
        changes.extend(what.map(|what| ServiceChange { property: old.property, column: old.column, what }));
    }
    changes.extend(came.into_iter().map(|new| ServiceChange {
        property: new.property,
        column: new.column,
        what: WhatOfService::Added(new.text),
    }));
    changes
}

fn compared(old: &ServiceLevel, new: &ServiceLevel) -> Option<WhatOfService> {
    let growth = old.level.growth(&new.level);
    if growth == Some(0.0) {
        return None;
    }
    let texts = [old.text.clone(), new.text.clone()];
    let (Some(growth), Some(worse)) = (growth, worse(old.kind)) else { return Some(WhatOfService::Other(texts)) };
    let is_worse = (growth > 0.0) == (worse == Worse::More);
    Some(if is_worse {
        WhatOfService::Loosened(texts, growth.abs() > TOLERANCE)
    } else {
        WhatOfService::Tightened(texts)
    })
}

impl ServiceChange {
    /// What it is a level of: freshness of a column, retention of a node.
    pub(crate) fn subject(&self, kept: &Kept<'_>) -> String {
        format!("{} of {}", self.property, kept.place(self.column.as_deref()))
    }
}
