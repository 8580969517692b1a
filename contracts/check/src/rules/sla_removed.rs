//! Service level removed.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{Diff, terms::WhatOfService},
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "sla_removed",
    title: "Service level removed",
    why: "What readers relied on is no longer promised.",
    example: "retention of `orders` is no longer promised; it was 2 y",
    remedy: "Keep the promise, or inform readers.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let told = kept.service.iter().filter_map(|change| {
            let WhatOfService::Removed(was) = &change.what else { return None };
            let message = format!("{} is no longer promised; it was {was}", change.subject(kept));
            Some(RULE.by_contract(kept.unique_id, message).of_service(change).change(Some(was), None))
        });
        told.collect()
    })
}
