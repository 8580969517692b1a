//! What dbt found, as a run of checks: each result with the node that it is about.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    api::{CheckResult, CheckRun, ContractRule, NodeChecks, Outcome, RanBy},
    artifact::shown,
    digest::Digest,
    freshness::{Freshness, SourceAge},
    health::{
        limits::{LONGEST_NAME, line},
        rules,
    },
    manifest::{Manifest, Test},
    name::{PackageName, UniqueId},
    problem::{Problem, ProblemCode},
    publication::{Publication, derive::project::Project},
    run_results::{RunResult, RunResults},
};

/// The name and kind of the check that dbt's building a node is.
const BUILD: &str = "build";
/// The name and kind of the check how old a source is.
const FRESHNESS: &str = "freshness";
/// What stands for dbt's words of errors: they may tell of SQL, paths and data, which stay at home.
const ERRORS: [&str; 5] = ["Compilation Error", "Database Error", "Dependency Error", "Parsing Error", "Runtime Error"];

/// A run of checks, and what is not told in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// To be sent.
    pub run: CheckRun,
    /// dbt's own words of what went wrong, by node and check. They stay here.
    pub words: BTreeMap<(UniqueId, String), Box<str>>,
    /// What was left out, and why.
    pub left_out: LeftOut,
    /// Whether dbt has written the manifest anew since: tests may be others now.
    pub is_older_than_manifest: bool,
}

/// How many results were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// They are of private nodes, or of others that are not told outside the project.
    pub private: usize,
    /// Unit tests look at no data.
    pub unit_tests: usize,
    /// The manifest does not know what they are of.
    pub unknown: usize,
}

/// A project, and what others are told of it.
pub struct Teller<'m> {
    manifest: &'m Manifest,
    publication: &'m Publication,
    project: Project<'m>,
}

impl<'m> Teller<'m> {
    /// Of a manifest, what is published of it, and the name that the project has in it.
    pub fn of(manifest: &'m Manifest, publication: &'m Publication, name: &'m PackageName) -> Self {
        Self { manifest, publication, project: Project::of(manifest, name) }
    }

    /// What a run of dbt found.
    ///
    /// # Errors
    /// A problem of code `results_of_other`: the manifest knows nothing of what is in the file.
    pub fn run(&self, results: &RunResults) -> Result<Found, Box<Problem>> {
        let mut found = self.nothing_found(RanBy::DbtRun, results.ran_at, results.dbt_version.as_deref());
        for (id, result) in &results.results {
            if id.starts_with("unit_test.") {
                found.left_out.unit_tests += 1;
            } else if let Some(test) = self.manifest.tests.get(id) {
                self.of_test(&mut found, id, test, result);
            } else if let Some((unique_id, _)) = self.manifest.nodes.get_key_value(&**id) {
                let (outcome, reason) = built(result).unwrap_or_else(|| outcome(result));
                let built = CheckResult { reason, ..check(BUILD.to_owned(), BUILD, outcome) };
                self.add(&mut found, [(unique_id, built)], result.message.as_deref());
            } else if !self.manifest.resources.contains_key(&**id) && !self.manifest.exposures.contains_key(&**id) {
                found.left_out.unknown += 1;
            }
        }
        self.name_others(&mut found.run.nodes);
        is_of_project(&found, results.results.len(), results.results.keys().next().map(AsRef::as_ref))?;
        Ok(found)
    }

    /// How old dbt found the sources. Those that say how old they may be and that dbt leaves out were not checked.
    ///
    /// # Errors
    /// A problem of code `results_of_other`: the manifest knows nothing of what is in the file.
    pub fn freshness(&self, freshness: &Freshness) -> Result<Found, Box<Problem>> {
        let mut found = self.nothing_found(RanBy::DbtFreshness, freshness.ran_at, freshness.dbt_version.as_deref());
        for (id, age) in &freshness.results {
            match self.manifest.resources.get_key_value(&**id) {
                Some((unique_id, _)) => self.add(&mut found, [(unique_id, of_age(age))], age.message.as_deref()),
                None => found.left_out.unknown += 1,
            }
        }
        is_of_project(&found, freshness.results.len(), freshness.results.keys().next().map(AsRef::as_ref))?;
        let meant = self.manifest.resources.iter().filter(|(_, source)| source.has_freshness);
        for (unique_id, _) in meant.filter(|(unique_id, _)| !freshness.results.contains_key(unique_id.as_str())) {
            let reason = Some("dbt leaves it out of sources.json".to_owned());
            let omitted = CheckResult { reason, ..check(FRESHNESS.to_owned(), FRESHNESS, Outcome::NotChecked) };
            self.add(&mut found, [(unique_id, omitted)], None);
        }
        Ok(found)
    }

    fn nothing_found(&self, ran_by: RanBy, ran_at: time::OffsetDateTime, dbt_version: Option<&str>) -> Found {
        let program = dbt_version.and_then(|version| line(&format!("dbt {version}")));
        let written = self.manifest.metadata.generated_at.as_deref().unwrap_or_default();
        let written = time::OffsetDateTime::parse(written, &time::format_description::well_known::Rfc3339);
        Found {
            run: CheckRun { ran_by, ran_at, program, nodes: BTreeMap::new() },
            words: BTreeMap::new(),
            left_out: LeftOut::default(),
            is_older_than_manifest: written.is_ok_and(|written| written > ran_at),
        }
    }

    fn of_test(&self, found: &mut Found, id: &str, test: &'m Test, result: &RunResult) {
        let (outcome, reason) = outcome(result);
        let kind = match (&test.generic, &test.namespace) {
            (Some(generic), Some(package)) => format!("{package}.{generic}"),
            (Some(generic), None) => generic.to_string(),
            (None, _) => "singular".to_owned(),
        };
        let tested = CheckResult {
            columns: test.column_name.as_deref().and_then(line).into_iter().collect(),
            reason,
            failures: result.failures,
            ..check(check_name(id), line(&kind).as_deref().unwrap_or("test"), outcome)
        };
        // A test may pass although some rows break it, by `error_if`: the contract knows no such leave.
        let is_lenient = outcome == Outcome::Passed && result.failures.is_some_and(|failures| failures > 0);
        let results = self.tested(test).into_iter().map(|node| {
            let rules = if is_lenient { BTreeSet::new() } else { self.rules(node, id, test) };
            (node, CheckResult { rules: rules.into_iter().collect(), ..tested.clone() })
        });
        self.add(found, results, result.message.as_deref());
    }

    fn rules(&self, node: &UniqueId, id: &str, test: &Test) -> BTreeSet<ContractRule> {
        rules::of_test(self.publication, node, test, test_name(id, test))
    }

    /// The nodes that a test is about: the one that it is defined on, else all that it reads.
    fn tested(&self, test: &'m Test) -> BTreeSet<&'m UniqueId> {
        if let Some(node) = self.project.tested_by(test) {
            return [node].into();
        }
        let of_sources = test.file_key_name.as_deref().is_some_and(|place| place.starts_with("sources."));
        let is_source = |read: &&UniqueId| self.manifest.resources.contains_key(*read);
        let reads: BTreeSet<_> = test.depends_on.iter().filter(|read| !of_sources || is_source(read)).collect();
        // A generic test that is of one node, and of which it is not known: to say it of all would be wrong of most.
        if test.generic.is_some() && reads.len() > 1 { BTreeSet::new() } else { reads }
    }

    /// Adds results to those of the nodes that others are told of.
    fn add<'n>(
        &self,
        found: &mut Found,
        results: impl IntoIterator<Item = (&'n UniqueId, CheckResult)>,
        message: Option<&str>,
    ) {
        let told: Vec<_> = results.into_iter().filter(|(node, _)| self.is_told(node)).collect();
        if told.is_empty() {
            found.left_out.private += 1;
        }
        for (node, result) in told {
            if let Some(message) = message.filter(|_| result.outcome != Outcome::Passed) {
                found.words.insert((node.clone(), result.name.clone()), message.into());
            }
            found.run.nodes.entry(node.clone()).or_default().results.push(result);
        }
    }

    fn is_told(&self, node: &UniqueId) -> bool {
        self.publication.interface.contains_key(node) || self.publication.lineage.contains_key(node)
    }

    /// Names the checks that the nodes have and that were not of the run.
    fn name_others(&self, nodes: &mut BTreeMap<UniqueId, NodeChecks>) {
        for (id, test) in &self.manifest.tests {
            for node in self.tested(test) {
                if let Some(checks) = nodes.get_mut(node) {
                    checks.others.insert(check_name(id));
                }
            }
        }
        for (unique_id, checks) in nodes {
            if self.manifest.nodes.contains_key(unique_id) {
                checks.others.insert(BUILD.to_owned());
            }
            for result in &checks.results {
                checks.others.remove(&result.name);
            }
        }
    }
}

fn check(name: String, kind: &str, outcome: Outcome) -> CheckResult {
    CheckResult {
        name,
        kind: kind.to_owned(),
        columns: Vec::new(),
        outcome,
        reason: None,
        failures: None,
        rows: None,
        found: None,
        rules: Vec::new(),
    }
}

/// What a test is known by: its unique id, or the digest of one that is too long for that.
fn check_name(id: &str) -> String {
    let fits = id.len() <= LONGEST_NAME && !id.chars().any(char::is_control);
    if fits { id.to_owned() } else { Digest::of_bytes(id.as_bytes()).to_string() }
}

/// The name of a test, in `test.<package>.<name>`; of a generic one a hash follows.
fn test_name<'t>(id: &'t str, test: &Test) -> &'t str {
    let of_package = id.strip_prefix("test.").and_then(|id| id.strip_prefix(&*test.package_name)?.strip_prefix('.'));
    let name = of_package.unwrap_or(id);
    let is_hash = |hash: &str| hash.len() == 10 && hash.chars().all(|c| c.is_ascii_hexdigit());
    match name.rsplit_once('.') {
        Some((name, hash)) if test.generic.is_some() && is_hash(hash) => name,
        _ => name,
    }
}

/// What became of a node, and why where that has to be said.
fn outcome(result: &RunResult) -> (Outcome, Option<String>) {
    match &*result.status {
        "pass" => (Outcome::Passed, None),
        "fail" => (Outcome::Failed, None),
        "warn" => (Outcome::Warned, None),
        "error" | "runtime error" => (Outcome::Error, Some(error(result.message.as_deref()))),
        "partial success" => (Outcome::Error, Some("some of its batches could not be built".to_owned())),
        "skipped" => (Outcome::NotChecked, Some("dbt skipped it: what it stands on failed".to_owned())),
        other => (Outcome::NotChecked, line(&format!("dbt says `{}`", shown(other)))),
    }
}

/// That a node was built. Of a test the same word says only that dbt compiled it.
fn built(result: &RunResult) -> Option<(Outcome, Option<String>)> {
    (&*result.status == "success").then_some((Outcome::Passed, None))
}

fn error(message: Option<&str>) -> String {
    let begins = |error: &&str| message.is_some_and(|message| message.trim_start().starts_with(*error));
    ERRORS.into_iter().find(begins).unwrap_or("dbt could not do it").to_owned()
}

fn of_age(source: &SourceAge) -> CheckResult {
    let (outcome, reason) = match &*source.status {
        "pass" => (Outcome::Passed, None),
        "warn" => (Outcome::Warned, None),
        "error" => (Outcome::Failed, None),
        "runtime error" => (Outcome::Error, Some(error(source.message.as_deref()))),
        other => (Outcome::NotChecked, line(&format!("dbt says `{}`", shown(other)))),
    };
    let found = source.age.map(|seconds| format!("{} old", duration(seconds)));
    CheckResult { reason, found, ..check(FRESHNESS.to_owned(), FRESHNESS, outcome) }
}

/// `3 days`, `5 hours`, `40 minutes`, in the largest unit of which there are two.
fn duration(seconds: u64) -> String {
    let units = [(86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds")];
    let (length, unit) = units.into_iter().find(|(length, _)| seconds >= 2 * length).unwrap_or((1, "seconds"));
    format!("{} {unit}", seconds / length)
}

/// Results of which the manifest knows none are those of another project.
fn is_of_project(found: &Found, results: usize, first: Option<&str>) -> Result<(), Box<Problem>> {
    if results == 0 || found.left_out.unknown < results {
        return Ok(());
    }
    let first = first.map(shown).unwrap_or_default();
    let more = if results > 1 { format!(" and {} more", results - 1) } else { String::new() };
    let detail = format!("the manifest knows nothing of what the results are of: `{first}`{more}");
    Err(Box::new(Problem::new(ProblemCode::ResultsOfOther, detail)))
}
