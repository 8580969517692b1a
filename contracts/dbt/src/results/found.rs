//! The results of a run of dbt: what is recorded in the registry, and what is not.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::{CheckRun, Outcome};
use weft_model::name::UniqueId;

/// A run of checks, and the results that are not part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedRun {
    /// The run to send.
    pub run: CheckRun,
    /// dbt's own words of what went wrong, by node and check. They stay here.
    pub words: BTreeMap<(UniqueId, String), Box<str>>,
    /// What was left out, and why.
    pub left_out: LeftOutCounts,
    /// The results that belong to no node that others can see, and did not pass. They are not sent.
    pub elsewhere: Vec<UnseenResult>,
    /// Whether dbt has written the manifest after the run: the tests may have changed.
    pub is_older_than_manifest: bool,
}

/// A result that belongs to no node that others can see.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UnseenResult {
    /// dbt's id of the test, or of what was to be built.
    pub unique_id: Box<str>,
    /// `not_null`, `singular`, `build`, ...
    pub kind: String,
    /// The outcome of the check.
    pub outcome: Outcome,
    /// The reason, if it is not just that the data is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How many rows broke it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    /// The private nodes that it is about; empty where it is not known to be about any.
    pub nodes: BTreeSet<UniqueId>,
}

/// How many results were left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct LeftOutCounts {
    /// The results of private nodes, or of others that others cannot see.
    pub private: usize,
    /// Unit tests look at no data.
    pub unit_tests: usize,
    /// The manifest does not know what they are of.
    pub unknown: usize,
    /// The first of those.
    pub unknown_ids: Vec<Box<str>>,
}

/// How many of those that the manifest does not know are named.
const NAMED: usize = 5;

impl LeftOutCounts {
    /// Counts a result that the manifest does not know.
    pub(super) fn is_unknown(&mut self, id: &str) {
        self.unknown += 1;
        if self.unknown_ids.len() < NAMED {
            self.unknown_ids.push(id.into());
        }
    }
}
