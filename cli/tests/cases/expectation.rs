//! What is right of a case, and how what weft said compares with it.

use std::collections::BTreeMap;

use regex::RegexBuilder;
use serde::Deserialize;

/// What the output of a case's script must and must not contain. Patterns are regular expressions; in them `.` does not
/// match a line break, and `^` and `$` are those of a line.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    /// What it must say, in this order.
    #[serde(default)]
    says: Vec<String>,
    /// What it must say somewhere.
    #[serde(default)]
    has: Vec<String>,
    /// What it must nowhere say.
    #[serde(default)]
    lacks: Vec<String>,
    /// Why an answer other than the case's own is right, or why there is none so far. This answer is then expected.
    #[serde(default)]
    reason: Option<String>,
}

/// How a case ended.
pub(crate) struct Verdict<'e> {
    expectation: &'e Expectation,
    output: String,
    missing: Vec<&'e str>,
    unwanted: Vec<&'e str>,
}

/// The expectations, by the names of their cases.
pub(crate) fn expectations() -> BTreeMap<String, Expectation> {
    let text = include_str!("expected.yml");
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("cases/expected.yml: {error}"))
}

/// Where a pattern is found in a text: its start and end.
fn find(pattern: &str, text: &str) -> Option<(usize, usize)> {
    let pattern = RegexBuilder::new(pattern).multi_line(true).build().unwrap_or_else(|error| panic!("{error}"));
    pattern.find(text).map(|found| (found.start(), found.end()))
}

impl Expectation {
    /// Compares an output.
    pub(crate) fn verdict(&self, output: &str) -> Verdict<'_> {
        let mut missing = Vec::new();
        let mut rest = output;
        for pattern in &self.says {
            match find(pattern, rest) {
                Some((_, end)) => rest = &rest[end..],
                None => missing.push(pattern.as_str()),
            }
        }
        missing.extend(self.has.iter().map(String::as_str).filter(|pattern| find(pattern, output).is_none()));
        let unwanted =
            self.lacks.iter().map(String::as_str).filter(|pattern| find(pattern, output).is_some()).collect();
        assert!(!self.says.is_empty() || !self.has.is_empty(), "an expectation expects something");
        Verdict { expectation: self, output: output.to_owned(), missing, unwanted }
    }
}

impl Verdict<'_> {
    /// The case's row in the table.
    pub(crate) fn row(&self) -> String {
        let is_right = self.missing.is_empty() && self.unwanted.is_empty();
        match &self.expectation.reason {
            _ if !is_right => "WRONG".to_owned(),
            Some(reason) => format!("differs: {reason}"),
            None => "as expected".to_owned(),
        }
    }

    /// What is wrong, with the output of the first fault.
    pub(crate) fn faults(&self) -> impl Iterator<Item = String> {
        let missing = self.missing.iter().map(|pattern| format!("does not say `{pattern}`"));
        let unwanted = self.unwanted.iter().map(|pattern| format!("says `{pattern}`"));
        let faults: Vec<String> = missing.chain(unwanted).collect();
        (!faults.is_empty()).then(|| format!("{}\n{}", faults.join("; "), self.output)).into_iter()
    }
}
