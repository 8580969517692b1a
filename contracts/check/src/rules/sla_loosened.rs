//! Service level loosened.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, terms::WhatOfService},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "sla_loosened",
    title: "Service level loosened",
    why: "Readers plan with what was promised: reports start too early, archives are missing.",
    example: "freshness of column `ordered_at` changed from 24 h to 48 h",
    remedy: "Keep the promise for a while, and tell readers when it ends.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.service.iter().filter_map(|change| {
            let (texts, severity) = match &change.what {
                WhatOfService::Loosened(texts, true) => (texts, None),
                // A little, or what cannot be compared.
                WhatOfService::Loosened(texts, false) | WhatOfService::Other(texts) => (texts, Some(Severity::Warning)),
                _ => return None,
            };
            let [was, is] = texts;
            let message = format!("{} changed from {was} to {is}", change.subject(kept));
            let found = RULE.by_contract(kept.unique_id, message).of_service(change).change(Some(was), Some(is));
            Some(match severity {
                Some(severity) => found.severity(severity, RequiredUpdate::Minor),
                None => found,
            })
        });
        told.collect()
    })
}
