//! Ids of rules that this weft has, as requests and files write them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use weft_model::{
    finding::RuleId,
    near::{meant, near, short},
};

use crate::rules::{RULES, rule};

/// The id of a rule of the check.
// Requests and files take no other. Answers may name rules of a newer weft: they have a `RuleId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(into = "String")]
#[schema(as = RuleId, value_type = String, example = "column_removed")]
pub struct KnownRule(&'static str);

/// The error for a text that is not a rule's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a rule; {}", input.escape_debug(), meant(*near, "`weft explain` lists every one"))]
pub struct UnknownRule {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// The rule that may be meant.
    pub near: Option<&'static str>,
}

impl KnownRule {
    /// The id as text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for KnownRule {
    type Err = UnknownRule;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownRule { input: short(input), near: near(input, RULES.iter().map(|rule| rule.id)) };
        rule(input).map(|rule| Self(rule.id)).ok_or_else(unknown)
    }
}

/// By hand: serde's derive takes the `'static` inside for one of the input's.
impl<'de> Deserialize<'de> for KnownRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl From<KnownRule> for RuleId {
    fn from(rule: KnownRule) -> Self {
        Self::new(rule.0)
    }
}

impl From<KnownRule> for String {
    fn from(id: KnownRule) -> Self {
        id.0.to_owned()
    }
}

impl fmt::Display for KnownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_back() {
        for rule in RULES {
            assert_eq!(rule.id.parse::<KnownRule>().unwrap().as_str(), rule.id);
        }
    }

    #[test]
    fn a_misspelt_rule_is_told_the_likest_and_anything_else_is_not() {
        let near = |input: &str| input.parse::<KnownRule>().unwrap_err().near;
        assert_eq!(near("colum_removed"), Some("column_removed"));
        assert_eq!(near("Column_Removed"), Some("column_removed"));
        for other in ["", "x", "everything", &"x".repeat(10_000)] {
            assert_eq!(near(other), None, "{other}");
        }
        let error = "colum_removed".parse::<KnownRule>().unwrap_err().to_string();
        assert_eq!(error, "`colum_removed` is not a rule; did you mean `column_removed`?");
    }
}
