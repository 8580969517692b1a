//! How grave policies say that findings are.

use std::collections::BTreeMap;

use weft_api::Severity;

/// Policies laid over each other, such as the registry's, a project's and a group's. Of those that say something of a
/// rule the last counts; where none does, the finding is as grave as its rule has it.
///
/// A policy's word replaces a finding's own level. `off` takes the finding out of the report, and leaves the update that
/// it asks for: how grave a change is may be decided, whether a reader can break may not.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    layers: Vec<Layer>,
}

#[derive(Debug, Clone)]
struct Layer {
    /// Whether the project itself says it, and not the registry.
    is_own: bool,
    group: Option<String>,
    rules: BTreeMap<String, Severity>,
}

impl Levels {
    /// Lays a policy over what is said so far: how grave each rule is, by id, for every node or for those of a group.
    #[must_use]
    pub fn with(mut self, group: Option<&str>, rules: BTreeMap<String, Severity>) -> Self {
        self.layers.push(Layer { is_own: false, group: group.map(str::to_owned), rules });
        self
    }

    /// Lays what the project itself says over what is said so far. The gate does not hear it.
    #[must_use]
    pub fn with_own(mut self, rules: BTreeMap<String, Severity>) -> Self {
        self.layers.push(Layer { is_own: true, group: None, rules });
        self
    }

    /// What the registry says, by which the gate refuses: without the project's own word.
    #[must_use]
    pub fn of_registry(&self) -> Self {
        Self { layers: self.layers.iter().filter(|layer| !layer.is_own).cloned().collect() }
    }

    /// What is said of a rule, for a node of the group that `group` finds; `None` where nobody has an opinion.
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

    fn policy(rule: &str, severity: Severity) -> BTreeMap<String, Severity> {
        BTreeMap::from([(rule.to_owned(), severity)])
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
