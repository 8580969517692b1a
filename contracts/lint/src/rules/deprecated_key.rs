//! Deprecated key.

use weft_model::finding::Level;
use weft_odcs::{At, Team};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "deprecated_key",
    title: "Deprecated key",
    why: "The next major version of the standard removes it, and some tools already ignore it.",
    example: "`slaDefaultElement` is deprecated since ODCS 3.1",
    remedy: "Use the replacement.",
    level: Level::Info,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    if sense.minor == 0 {
        return Vec::new();
    }
    let contract = sense.contract;
    let is_list = matches!(contract.team, Some(Team::Members(_)));
    let of_contract = [
        ("dataProduct", contract.data_product.is_some(), "Write it in the descriptor of the data product instead."),
        ("slaDefaultElement", contract.sla_default_element.is_some(), "Give each service level its own `element`."),
        ("team", is_list, "Write `team: {name: ..., members: [...]}`."),
    ];
    let of_contract = of_contract.into_iter().filter(|(_, is_there, _)| *is_there);
    let mut found: Vec<_> = of_contract
        .map(|(key, _, remedy)| {
            let what = if key == "team" { "a list as `team`".to_owned() } else { format!("`{key}`") };
            RULE.on(At::ROOT.key(key), format!("{what} is deprecated since ODCS 3.1")).remedy(remedy)
        })
        .collect();
    sense.quality(|at, _, quality| {
        if quality.rule.is_some() {
            let told = RULE.on(at.key("rule"), "`rule` is deprecated since ODCS 3.1");
            found.push(told.remedy("Name a `metric` of the standard, or make it a custom rule."));
        }
    });
    found
}
