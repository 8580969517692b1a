//! Data contract retired.

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
    id: "status_retired",
    title: "Data contract retired",
    why: "Nothing is promised any more, and the data may be removed at any time.",
    example: "data contract `orders-contract` is retired, and its support ends 2027-06-30",
    remedy: "Keep the contract until the announced day, and until nobody reads the data.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    Rule::on_each(diff, |kept| {
        let [Some(old), Some(new)] = kept.terms else { return Vec::new() };
        let was = Status::from_contract(old.contract);
        if was == Some(Status::Retired) || Status::from_contract(new.contract) != Some(Status::Retired) {
            return Vec::new();
        }
        let end = end_of_support(new.contract).or(end_of_support(old.contract));
        let (said, is_due) = match end {
            Some((day, text)) if diff.is_past(day) => (format!("its support ended {text}"), true),
            Some((_, text)) => (format!("and its support ends {text}"), false),
            None => ("and it never had a date for the end of its support".to_owned(), false),
        };
        let message = format!("{} is retired, {said}", kept.contract_name());
        let found = RULE.by_contract(kept.unique_id, message);
        let found = found.change(was.map(|was| was.to_string()).as_deref(), Some("retired"));
        vec![if is_due { found.severity(Severity::Warning, RequiredUpdate::Major) } else { found }]
    })
}
