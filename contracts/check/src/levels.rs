//! The severities that policies give to findings.

use std::collections::BTreeMap;

use weft_api::{RuleId, Severity};

/// Policies on top of each other, such as the registry's, a project's and a group's. Of those that set a rule the last
/// one counts; without one, the finding has the rule's severity.
///
/// A policy replaces the level of a finding. `off` removes the finding from the report and keeps the update that it
/// requires: the severity of a change is a decision, and whether a reader can break is not.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    layers: Vec<Layer>,
}

#[derive(Debug, Clone)]
struct Layer {
    /// Whether the project itself says it, and not the registry.
    is_own: bool,
    group: Option<String>,
    rules: BTreeMap<RuleId, Severity>,
}

impl Levels {
    /// Adds a policy on top: the severity of each rule, by id, for every node or for those of a group.
    #[must_use]
    pub fn with(mut self, group: Option<&str>, rules: BTreeMap<RuleId, Severity>) -> Self {
        self.layers.push(Layer { is_own: false, group: group.map(str::to_owned), rules });
        self
    }

    /// Adds the project's own rules on top. The gate does not use them.
    #[must_use]
    pub fn with_own(mut self, rules: BTreeMap<RuleId, Severity>) -> Self {
        self.layers.push(Layer { is_own: true, group: None, rules });
        self
    }

    /// The policies of the registry, which the gate uses: without the project's own rules.
    #[must_use]
    pub fn only_registry(&self) -> Self {
        Self { layers: self.layers.iter().filter(|layer| !layer.is_own).cloned().collect() }
    }

    /// The severity of a rule, for a node of the group that `group` finds; `None` if no policy sets it.
    pub fn of<'g>(&self, rule: &str, group: impl Fn() -> Option<&'g str>) -> Option<Severity> {
        let mut layers = self.layers.iter().rev();
        layers.find_map(|layer| {
            let severity = layer.rules.get(rule)?;
            let is_meant = layer.group.is_none() || layer.group.as_deref() == group();
            is_meant.then_some(*severity)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(rule: &'static str, severity: Severity) -> BTreeMap<RuleId, Severity> {
        BTreeMap::from([(RuleId::new(rule), severity)])
    }

    #[test]
    fn the_last_policy_that_speaks_of_a_rule_and_a_node_counts() {
        let levels = Levels::default()
            .with(None, policy("column_removed", Severity::Info))
            .with(Some("finance"), policy("column_removed", Severity::Off))
            .with(None, policy("column_added", Severity::Error));
        assert_eq!(levels.of("column_removed", || None), Some(Severity::Info));
        assert_eq!(levels.of("column_removed", || Some("sales")), Some(Severity::Info));
        assert_eq!(levels.of("column_removed", || Some("finance")), Some(Severity::Off));
        assert_eq!(levels.of("column_added", || Some("finance")), Some(Severity::Error));
        assert_eq!(levels.of("type_changed", || None), None);
    }
}
