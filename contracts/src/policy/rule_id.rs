//! Ids of rules and words for how grave they are, as people write them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    api::Severity,
    check::rules::{RULES, rule},
};

/// How alike a word that is not known and one that is meant must be.
const ALIKE: f64 = 0.7;

/// The id of a rule of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(into = "String")]
#[schema(value_type = String, example = "column_removed")]
pub struct RuleId(&'static str);

/// A text that is no rule's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a rule; {}", input.escape_debug(), meant(*near, "`weft explain` lists every one"))]
pub struct UnknownRule {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// The rule that may be meant.
    pub near: Option<&'static str>,
}

/// A text that is no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a level; {}", input.escape_debug(), meant(*near, "levels are error, warning, info and off"))]
pub struct UnknownLevel {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// The level that may be meant.
    pub near: Option<&'static str>,
}

impl RuleId {
    /// The id as text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for RuleId {
    type Err = UnknownRule;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownRule { input: short(input), near: near(input, RULES.iter().map(|rule| rule.id)) };
        rule(input).map(|rule| Self(rule.id)).ok_or_else(unknown)
    }
}

/// By hand: serde's derive takes the `'static` inside for one of the input's.
impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0.to_owned()
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Severity {
    type Err = UnknownLevel;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        match input {
            "error" => Ok(Self::Error),
            "warning" => Ok(Self::Warning),
            "info" => Ok(Self::Info),
            "off" => Ok(Self::Off),
            _ => Err(UnknownLevel {
                input: short(input),
                near: near(input, ["error", "warning", "info", "off"].into_iter()),
            }),
        }
    }
}

fn short(input: &str) -> String {
    input.chars().take(80).collect()
}

fn meant(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

/// The likest of the words that are known, if one is like what was given at all.
fn near(input: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let input = short(input).to_lowercase();
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(&input, word);
    // The start of a word is meant to be the word.
    let likeness = |word: &str| if input.len() > 2 && word.starts_with(&input) { 1.0 } else { likeness(word) };
    let alike = known.map(|word| (likeness(word), word)).filter(|(likeness, _)| *likeness >= ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_back() {
        for rule in RULES {
            assert_eq!(rule.id.parse::<RuleId>().unwrap().as_str(), rule.id);
        }
    }

    #[test]
    fn a_misspelt_rule_is_told_the_likest_and_anything_else_is_not() {
        let near = |input: &str| input.parse::<RuleId>().unwrap_err().near;
        assert_eq!(near("colum_removed"), Some("column_removed"));
        assert_eq!(near("Column_Removed"), Some("column_removed"));
        for other in ["", "x", "everything", &"x".repeat(10_000)] {
            assert_eq!(near(other), None, "{other}");
        }
        let error = "colum_removed".parse::<RuleId>().unwrap_err().to_string();
        assert_eq!(error, "`colum_removed` is not a rule; did you mean `column_removed`?");
    }

    #[test]
    fn every_level_is_read_back_and_a_misspelt_one_told_the_likest() {
        for level in [Severity::Off, Severity::Info, Severity::Warning, Severity::Error] {
            assert_eq!(level.to_string().parse::<Severity>().unwrap(), level);
        }
        let near = |input: &str| input.parse::<Severity>().unwrap_err().near;
        assert_eq!((near("warn"), near("Error"), near("fatal")), (Some("warning"), Some("error"), None));
    }
}
