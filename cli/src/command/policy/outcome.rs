//! Policies, for people and programs.

use serde_json::{Value, json};
use weft_api::{RuleId, Severity};
use weft_check::policy::{KnownRule, Policy};

use crate::{
    client::policies::PolicyPlace,
    escape::escape,
    output::{
        Message, Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// The policies, or a change of them.
pub(in crate::command) enum PolicyOutput {
    /// In the order in which it counts.
    Shown(Vec<Policy>),
    Said(RuleSetting),
}

/// The severity that a rule has in a place from now on.
pub(in crate::command) struct RuleSetting {
    pub(super) place: PolicyPlace,
    pub(super) rule: KnownRule,
    /// `None`: nothing.
    pub(super) level: Option<Severity>,
    pub(super) policy: Policy,
    pub(super) is_new: bool,
    /// Whether it is for a group that no node belongs to.
    pub(super) is_for_nobody: bool,
}

fn place(policy: &Policy) -> PolicyPlace {
    PolicyPlace { package_name: policy.package_name.clone(), group: policy.group.clone() }
}

/// By rule; of the lines of a rule the last counts.
fn shown(policies: &[Policy]) -> String {
    let said = policies.iter().flat_map(|policy| policy.rules.iter().map(move |(rule, level)| (rule, level, policy)));
    let mut said: Vec<_> = said.collect();
    if said.is_empty() {
        return String::new();
    }
    said.sort_by_key(|(rule, ..)| *rule);
    let row = |(rule, level, policy): &(&RuleId, &Severity, &Policy)| {
        [escape(rule.as_str()), level.to_string(), place(policy).to_string()]
    };
    table(["RULE", "LEVEL", "FOR"], &said.iter().map(row).collect::<Vec<_>>())
}

impl RuleSetting {
    fn text(&self) -> String {
        let Self { place, rule, level, policy, is_new, .. } = self;
        let (rule, revision) = (paint(HEAD, rule), policy.revision);
        match (level, is_new) {
            (Some(level), true) => format!("{rule} is {level} for {place} now (revision {revision})\n"),
            (Some(level), false) => format!("{rule} is {level} for {place} already\n"),
            (None, true) => format!("Removed the level of {rule} for {place} (revision {revision})\n"),
            (None, false) => format!("No level was set for {rule} for {place}\n"),
        }
    }
}

impl Output for PolicyOutput {
    fn text(&self) -> String {
        match self {
            Self::Shown(policies) => shown(policies),
            Self::Said(said) => said.text(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Shown(policies) => json!({ "policies": policies }),
            Self::Said(said) => json!({ "policy": said.policy, "changed": said.is_new }),
        }
    }

    fn messages(&self) -> Vec<Message> {
        match self {
            Self::Shown(policies) if policies.iter().all(|policy| policy.rules.is_empty()) => {
                vec![Message::Hint(
                    "no levels are set: each rule has its default level, which `weft explain RULE` shows".to_owned(),
                )]
            }
            Self::Said(said) if said.is_for_nobody => {
                let text = format!("no node of the latest publication belongs to the {}", said.place);
                vec![Message::Warning(text)]
            }
            _ => Vec::new(),
        }
    }
}
