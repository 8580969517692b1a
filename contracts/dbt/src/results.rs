//! What dbt found, as a run of checks: each result with the node that it is about.

mod found;
mod outcome;
mod rules;
pub mod singular;

use std::collections::{BTreeMap, BTreeSet};

pub use found::{LeftOutCounts, ObservedRun, UnseenResult};
use outcome::{FRESHNESS, built, of_age, outcome};
use weft_api::{
    CheckResult, CheckRun, ContractRule, NodeChecks, Outcome, RanBy,
    health::{BUILD, LONGEST_NAME, check, line},
};
use weft_model::{
    digest::Digest,
    name::{PackageName, UniqueId},
    text::shown,
};
use weft_publication::Publication;

use crate::{
    derive::project::ManifestProject,
    freshness::Freshness,
    manifest::{Manifest, Test},
    results::singular::ReadBySql,
    run_results::{RunResult, RunResults},
};

/// Turns results of dbt into a run of checks: a project, and which nodes others can see.
pub struct ResultsReader<'m> {
    manifest: &'m Manifest,
    publication: &'m Publication,
    project: ManifestProject<'m>,
    read_by_sql: &'m ReadBySql,
}

impl<'m> ResultsReader<'m> {
    /// Of a manifest, what is published of it, the name that the project has in it, and what its singular tests read.
    pub fn new(
        manifest: &'m Manifest,
        publication: &'m Publication,
        name: &'m PackageName,
        read_by_sql: &'m ReadBySql,
    ) -> Self {
        Self { manifest, publication, project: ManifestProject::new(manifest, name), read_by_sql }
    }

    /// What a run of dbt found.
    ///
    /// # Errors
    /// The manifest has none of the nodes in the file.
    pub fn run(&self, results: &RunResults) -> Result<ObservedRun, OtherProject> {
        let mut found = self.nothing_found(RanBy::DbtRun, results.ran_at, results.dbt_version.as_deref());
        for (id, result) in &results.results {
            if id.starts_with("unit_test.") {
                found.left_out.unit_tests += 1;
            } else if let Some(test) = self.manifest.tests.get(id) {
                self.of_test(&mut found, id, test, result);
            } else if let Some((unique_id, _)) = self.manifest.nodes.get_key_value(&**id) {
                if self.project.foreign.contains_key(unique_id) {
                    // A stub, which builds nothing.
                    found.left_out.private += 1;
                } else {
                    self.add(&mut found, id, built(result), [(unique_id, BTreeSet::new())], result.message.as_deref());
                }
            } else if let Some(resource) = self.manifest.resources.get(&**id) {
                // A hook, a saved query: nothing that others read, and of which only a failure is of interest.
                let built = CheckResult { kind: resource.resource_type.to_string(), ..built(result) };
                if matches!(built.outcome, Outcome::Failed | Outcome::Error) {
                    self.add(&mut found, id, built, [], None);
                }
            } else if !self.manifest.exposures.contains_key(&**id) {
                found.left_out.is_unknown(id);
            }
        }
        self.name_others(&mut found.run.nodes);
        is_of_project(&found, results.results.len(), results.results.keys().next().map(AsRef::as_ref))?;
        Ok(found)
    }

    /// How old dbt found the sources. Those that say how old they may be and that dbt leaves out were not checked.
    ///
    /// # Errors
    /// The manifest has none of the nodes in the file.
    pub fn freshness(&self, freshness: &Freshness) -> Result<ObservedRun, OtherProject> {
        let mut found = self.nothing_found(RanBy::DbtFreshness, freshness.ran_at, freshness.dbt_version.as_deref());
        for (id, age) in &freshness.results {
            match self.manifest.resources.get_key_value(&**id) {
                Some((unique_id, _)) => {
                    self.add(&mut found, id, of_age(age), [(unique_id, BTreeSet::new())], age.message.as_deref());
                }
                None => found.left_out.is_unknown(id),
            }
        }
        is_of_project(&found, freshness.results.len(), freshness.results.keys().next().map(AsRef::as_ref))?;
        let meant = self.manifest.resources.iter().filter(|(_, source)| source.has_freshness);
        for (unique_id, _) in meant.filter(|(unique_id, _)| !freshness.results.contains_key(unique_id.as_str())) {
            let reason = Some("dbt leaves it out of sources.json".to_owned());
            let omitted = CheckResult { reason, ..check(FRESHNESS.to_owned(), FRESHNESS, Outcome::NotChecked) };
            self.add(&mut found, unique_id.as_str(), omitted, [(unique_id, BTreeSet::new())], None);
        }
        Ok(found)
    }

    fn nothing_found(&self, ran_by: RanBy, ran_at: time::OffsetDateTime, dbt_version: Option<&str>) -> ObservedRun {
        let program = dbt_version.and_then(|version| line(&format!("dbt {version}")));
        let written = self.manifest.metadata.generated_at.as_deref().unwrap_or_default();
        let written = time::OffsetDateTime::parse(written, &time::format_description::well_known::Rfc3339);
        ObservedRun {
            run: CheckRun { ran_by, ran_at, program, nodes: BTreeMap::new() },
            words: BTreeMap::new(),
            left_out: LeftOutCounts::default(),
            elsewhere: Vec::new(),
            is_older_than_manifest: written.is_ok_and(|written| written > ran_at),
        }
    }

    fn of_test(&self, found: &mut ObservedRun, id: &str, test: &'m Test, result: &RunResult) {
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
        let nodes = self
            .tested(id, test)
            .into_iter()
            .map(|node| (node, if is_lenient { BTreeSet::new() } else { self.rules(node, id, test) }));
        self.add(found, id, tested, nodes.collect::<Vec<_>>(), result.message.as_deref());
    }

    fn rules(&self, node: &UniqueId, id: &str, test: &Test) -> BTreeSet<ContractRule> {
        rules::of_test(self.publication, node, test, test_name(id, test))
    }

    /// The nodes that a test is about: the one that it is defined on, else all that it reads, by `ref()` or by its SQL.
    fn tested(&self, id: &str, test: &'m Test) -> BTreeSet<&'m UniqueId> {
        let by_sql = self.read_by_sql.get(id).filter(|_| test.generic.is_none()).into_iter().flatten();
        let by_sql: BTreeSet<_> = by_sql.collect();
        if by_sql.is_empty()
            && let Some(node) = self.project.tested_by(test)
        {
            return [node].into();
        }
        let of_sources = test.file_key_name.as_deref().is_some_and(|place| place.starts_with("sources."));
        let is_source = |read: &&UniqueId| self.manifest.resources.contains_key(*read);
        let reads: BTreeSet<_> =
            test.depends_on.iter().chain(by_sql).filter(|read| !of_sources || is_source(read)).collect();
        // A generic test that is of one node, and of which it is not known: to say it of all would be wrong of most.
        if test.generic.is_some() && reads.len() > 1 { BTreeSet::new() } else { reads }
    }

    /// Adds a result to those of the nodes that it checks, as far as others can see them, each with the promises that
    /// it covers there.
    fn add<'n>(
        &self,
        found: &mut ObservedRun,
        id: &str,
        result: CheckResult,
        nodes: impl IntoIterator<Item = (&'n UniqueId, BTreeSet<ContractRule>)>,
        message: Option<&str>,
    ) {
        let (told, private): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|(node, _)| self.is_told(node));
        if told.is_empty() {
            found.left_out.private += 1;
            if result.outcome != Outcome::Passed {
                let CheckResult { kind, outcome, reason, failures, .. } = result;
                let nodes = private.into_iter().map(|(node, _)| node.clone()).collect();
                found.elsewhere.push(UnseenResult { unique_id: id.into(), kind, outcome, reason, failures, nodes });
            }
            return;
        }
        for (node, rules) in told {
            if let Some(message) = message.filter(|_| result.outcome != Outcome::Passed) {
                found.words.insert((node.clone(), result.name.clone()), message.into());
            }
            let result = CheckResult { rules: rules.into_iter().collect(), ..result.clone() };
            found.run.nodes.entry(node.clone()).or_default().results.push(result);
        }
    }

    fn is_told(&self, node: &UniqueId) -> bool {
        self.publication.interface.contains_key(node) || self.publication.lineage.contains_key(node)
    }

    /// Names the checks that the nodes have and that were not of the run.
    fn name_others(&self, nodes: &mut BTreeMap<UniqueId, NodeChecks>) {
        for (id, test) in &self.manifest.tests {
            for node in self.tested(id, test) {
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

/// The name of a test: its unique id, or the digest of an id that is too long.
fn check_name(id: &str) -> String {
    let fits = id.len() <= LONGEST_NAME && !id.chars().any(char::is_control);
    if fits { id.to_owned() } else { Digest::hash_bytes(id.as_bytes()).to_string() }
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

/// Results of nodes of which the manifest has none: they are of another project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the manifest has none of the nodes in the results: `{}`{}", shown(first), and_more(results - 1))]
pub struct OtherProject {
    /// The first node in the results.
    pub first: Box<str>,
    /// How many there are.
    pub results: usize,
}

fn and_more(more: usize) -> String {
    if more > 0 { format!(" and {more} more") } else { String::new() }
}

fn is_of_project(found: &ObservedRun, results: usize, first: Option<&str>) -> Result<(), OtherProject> {
    match first {
        Some(first) if found.left_out.unknown >= results => Err(OtherProject { first: first.into(), results }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
