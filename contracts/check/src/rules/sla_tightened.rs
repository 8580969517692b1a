//! Service level tightened or new.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, terms::WhatOfService},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "sla_tightened",
    title: "Service level tightened or new",
    why: "Readers get more than before; the producer has to deliver it.",
    example: "freshness of column `ordered_at` changed from 24 h to 12 h",
    remedy: "Check that the promise can be kept.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Info,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.service.iter().filter_map(|change| {
            let subject = change.subject(kept);
            let (message, was, is) = match &change.what {
                WhatOfService::Added(is) => (format!("{subject} is now promised: {is}"), None, is),
                WhatOfService::Tightened([was, is]) => {
                    (format!("{subject} changed from {was} to {is}"), Some(was.as_str()), is)
                }
                _ => return None,
            };
            Some(RULE.by_contract(kept.unique_id, message).of_service(change).change(was, Some(is)))
        });
        told.collect()
    })
}
