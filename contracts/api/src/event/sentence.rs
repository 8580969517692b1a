//! An event as a sentence.

use std::fmt;

use serde_json::Value;

use crate::event::{Event, EventKind};

impl Event {
    /// Who did it, as a sentence says it: a token by its name.
    fn who(&self) -> &str {
        let principal = self.principal.as_deref().unwrap_or("somebody");
        principal.strip_prefix("token:").unwrap_or(principal)
    }

    /// A fact that is a text.
    fn text(&self, fact: &str) -> Option<&str> {
        self.what.get(fact).and_then(Value::as_str)
    }

    fn number(&self, fact: &str) -> u64 {
        self.what.get(fact).and_then(Value::as_u64).unwrap_or_default()
    }

    fn project(&self) -> &str {
        self.package_name.as_ref().map_or("a project", |name| name.as_str())
    }

    fn environment(&self) -> &str {
        self.environment.as_ref().map_or("an environment", |name| name.as_str())
    }

    /// The project and the version, where there is one.
    fn subject(&self) -> String {
        let version = self.version.as_ref().map(|version| format!(" {version}"));
        format!("{}{}", self.project(), version.unwrap_or_default())
    }

    /// The deployment, as what was done.
    fn deployed(&self) -> String {
        let replaced = self.text("replaces").and_then(|version| version.parse::<semver::Version>().ok());
        match (&self.version, replaced) {
            (Some(version), Some(replaced)) if version.cmp_precedence(&replaced).is_lt() => {
                format!("rolled {} back from {replaced} to {version} in {}", self.project(), self.environment())
            }
            _ => format!("deployed {} to {}", self.subject(), self.environment()),
        }
    }

    fn refused(&self) -> String {
        let tried = match self.text("tried") {
            Some("undeploy") => format!("tried to remove {} from {}", self.project(), self.environment()),
            _ => format!("tried to deploy {} to {}", self.subject(), self.environment()),
        };
        let unmet = self.number("unmet_total") + self.number("clashes_total");
        format!("{tried}; the registry refused ({unmet} unmet {})", if unmet == 1 { "need" } else { "needs" })
    }

    fn waived(&self) -> String {
        let fact = |name: &str| self.text(name).unwrap_or("unknown");
        let column = self.text("column").map(|column| format!(", column {column},")).unwrap_or_default();
        format!("waived {} on {}{column} until {}", fact("rule"), fact("unique_id"), fact("until"))
    }

    fn policy(&self) -> String {
        match (&self.package_name, self.text("group")) {
            (None, _) => "changed the policy for every project".to_owned(),
            (Some(name), None) => format!("changed the policy for {name}"),
            (Some(name), Some(group)) => format!("changed the policy for group {group} of {name}"),
        }
    }

    fn checked(&self) -> String {
        let (run, failing, nodes) = (self.number("run"), self.number("failing_total"), self.number("nodes"));
        let place = (self.project(), self.environment());
        format!("recorded run {run} of checks of {} in {}: {failing} of {nodes} nodes fail", place.0, place.1)
    }

    fn spent(&self) -> String {
        let numbers = self.what.get("numbers").and_then(Value::as_array).into_iter().flatten();
        let numbers: Vec<String> = numbers.map(Value::to_string).collect();
        let waivers = if numbers.len() == 1 { "waiver" } else { "waivers" };
        format!("published {} with what {waivers} {} approved", self.subject(), numbers.join(", "))
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.text("name").unwrap_or("unknown");
        let done = match &self.kind {
            EventKind::Published => format!("published {}", self.subject()),
            EventKind::Deployed => self.deployed(),
            EventKind::Undeployed => format!("removed {} from {}", self.subject(), self.environment()),
            EventKind::Refused => self.refused(),
            EventKind::Yanked => format!("yanked {}", self.subject()),
            EventKind::Unyanked => format!("removed the yank of {}", self.subject()),
            EventKind::Waived => self.waived(),
            EventKind::WaiverRevoked => format!("revoked waiver {} of {}", self.number("number"), self.project()),
            EventKind::WaiversSpent => self.spent(),
            EventKind::PolicyChanged => self.policy(),
            EventKind::TokenCreated => format!("created the token {name}"),
            EventKind::TokenRevoked => format!("revoked the token {name}"),
            EventKind::ConsumerRegistered => {
                format!("registered the consumer {name} of {} in {}", self.project(), self.environment())
            }
            EventKind::ConsumerRemoved => {
                format!("removed the consumer {name} of {} from {}", self.project(), self.environment())
            }
            EventKind::Checked => self.checked(),
            EventKind::Other(kind) => format!("did `{kind}`"),
        };
        write!(f, "{} {done}", self.who())?;
        match &self.reason {
            Some(reason) if self.what.get("forced") == Some(&Value::Bool(true)) => write!(f, ", forced: {reason}"),
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sentence(mut event: Value) -> String {
        event["id"] = json!(1);
        event["occurred_at"] = json!("2026-11-28T13:40:00Z");
        serde_json::from_value::<Event>(event).unwrap().to_string()
    }

    #[test]
    fn an_event_is_one_plain_sentence() {
        for (event, expected) in [
            (
                json!({"kind": "deployed", "package_name": "inventory", "version": "1.4.0", "environment": "prod",
                       "principal": "token:ci-inventory", "what": {"replaces": "1.3.0"}}),
                "ci-inventory deployed inventory 1.4.0 to prod",
            ),
            (
                json!({"kind": "deployed", "package_name": "inventory", "version": "1.4.0", "environment": "prod",
                       "principal": "admin", "reason": "it was wrong", "what": {"replaces": "1.10.0", "forced": true}}),
                "admin rolled inventory back from 1.10.0 to 1.4.0 in prod, forced: it was wrong",
            ),
            (
                json!({"kind": "refused", "package_name": "shop", "environment": "prod", "principal": "anonymous",
                       "what": {"tried": "undeploy", "unmet_total": 2}}),
                "anonymous tried to remove shop from prod; the registry refused (2 unmet needs)",
            ),
            (
                json!({"kind": "waived", "package_name": "shop", "principal": "token:ana", "reason": "agreed",
                       "what": {"rule": "column_removed", "unique_id": "model.shop.a", "column": "b", "until": "2027-01-31"}}),
                "ana waived column_removed on model.shop.a, column b, until 2027-01-31: agreed",
            ),
            (json!({"kind": "policy_changed", "principal": "admin"}), "admin changed the policy for every project"),
            (
                json!({"kind": "waivers_spent", "package_name": "shop", "version": "2.0.0", "what": {"numbers": [1, 3]}}),
                "somebody published shop 2.0.0 with what waivers 1, 3 approved",
            ),
            (
                json!({"kind": "checked", "package_name": "shop", "environment": "prod", "principal": "token:ci",
                       "what": {"run": 3, "nodes": 4, "failing_total": 1}}),
                "ci recorded run 3 of checks of shop in prod: 1 of 4 nodes fail",
            ),
            (json!({"kind": "retired", "principal": "admin"}), "admin did `retired`"),
        ] {
            assert_eq!(sentence(event), expected);
        }
    }

    #[test]
    fn every_kind_has_a_sentence_without_any_fact() {
        for kind in EventKind::EVERY {
            assert!(sentence(json!({"kind": kind})).starts_with("somebody "), "{kind}");
        }
    }
}
