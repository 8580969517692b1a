//! Data contract deprecated.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::{
        Diff,
        terms::{Status, end_of_support},
    },
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "status_deprecated",
    title: "Data contract deprecated",
    why: "Readers have to migrate before the support ends.",
    example: "data contract `orders-contract` is deprecated; its support ends 2027-06-30",
    remedy: "Set the date when support ends (`endOfSupport`) in the contract, and name a replacement.",
    required_update: RequiredUpdate::Minor,
    consumer: Severity::Warning,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [old, Some(new)] = kept.terms else { return Vec::new() };
        let was = old.and_then(|old| Status::from_contract(old.contract));
        let told = (was < Some(Status::Deprecated) && Status::from_contract(new.contract) == Some(Status::Deprecated))
            .then(|| {
                let end = match end_of_support(new.contract) {
                    Some((_, text)) => format!("its support ends {text}"),
                    None => "it has no date for the end of its support".to_owned(),
                };
                let message = format!("{} is deprecated; {end}", kept.contract_name());
                RULE.by_contract(kept.unique_id, message)
                    .change(was.map(|was| was.to_string()).as_deref(), Some("deprecated"))
            });
        told.into_iter().collect()
    })
}
