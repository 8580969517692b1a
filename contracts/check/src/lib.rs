//! The check: what of the changes between two publications a reader can feel, and the update that they ask for.
//!
//! It runs in one direction: `diff` lays two publications beside each other, [`rules`] look at that, [`check()`] collects
//! what they find, and [`policy`] says how serious that is and what is approved.
//!
//! # What it never does
//!
//! It reads no manifest, no SQL and no table: two publications are all that it knows. No policy changes the update that a
//! change requires. It does not decide whether something may be deployed (`weft-mesh`).
//!
//! # Where to begin
//!
//! A rule is one file below `rules`: begin with a short one, such as `access_reduced`, then read `diff` for what rules
//! have at hand, and [`Checked`] for how they are run.

mod coverage;
pub(crate) mod diff;
mod hidden;
mod levels;
mod page;
pub mod policy;
mod reporting;
pub mod rules;
mod side;
mod upstream;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use time::Date;
use weft_api::{Consumer, Coverage, Finding, Level, Readers, Report, Severity, TouchedNode};
use weft_model::{name::UniqueId, types::Dialect, version::RequiredUpdate};
use weft_publication::{InterfaceNode, Publication, document::digest};

pub use crate::{
    diff::found::TAKING_RULES,
    levels::Levels,
    page::rules_page,
    side::Side,
    upstream::{UNBUILT_RULE, unbuilt_reads},
};
use crate::{
    diff::{Diff, found::RuleFinding, standing::CurrentSide, step::VersionStep},
    rules::{Find, Rule, of_every_rule, rule},
};

/// The rule of unknown columns. A policy of it sets the severity, for the columns of a node and for those that readers read.
pub const UNKNOWN_RULE: &str = "columns_unknown";

/// Compares two publications of a project by every rule. `today` decides whether a deprecation date has come; `levels`
/// decide the severities.
pub fn check(baseline: Side<'_>, current: Side<'_>, today: Date, levels: &Levels) -> Report {
    Checked::between(baseline, current, today).report(levels, None)
}

/// What every rule found, before it is known who reads what of it and what policies say.
pub struct Checked {
    /// Of the current side's types.
    dialect: Dialect,
    required_update: RequiredUpdate,
    found: Vec<RuleFinding>,
    coverage: Coverage,
    /// The nodes that others may read on a side.
    nodes: BTreeSet<UniqueId>,
    /// The groups that a node belonged to and belongs to, where it belongs to any.
    groups: BTreeMap<UniqueId, [Option<String>; 2]>,
}

impl Checked {
    /// Compares two publications of a project by every rule. `today` decides whether a deprecation date has come.
    pub fn between(baseline: Side<'_>, current: Side<'_>, today: Date) -> Self {
        let diff = Diff::between(baseline, current, today);
        let standing = CurrentSide::new(current.publication);
        let mut found = of_every_rule(|find| match find {
            Find::Change(find) => find(&diff),
            Find::State(find) | Find::Drift(find) => find(&standing),
            Find::Version(_) => Vec::new(),
        });
        let asked = found.iter().map(|found| found.required_update).max().unwrap_or(RequiredUpdate::None);
        let is_same = asked == RequiredUpdate::None && is_same(baseline.publication, current.publication);
        let required_update = if is_same { RequiredUpdate::None } else { asked.max(RequiredUpdate::Patch) };
        // A node that others read only by its table is not in the interface. Its findings require no update.
        found.extend(hidden::found([baseline, current], today));
        if let Some(step) = VersionStep::between(baseline, current, required_update) {
            found.extend(of_every_rule(|find| if let Find::Version(find) = find { find(&step) } else { Vec::new() }));
        }
        let groups = groups([baseline, current]);
        let dialect = current.publication.dialect();
        let coverage = coverage::of(&diff);
        let nodes = [baseline, current].iter().flat_map(|side| side.publication.interface.keys()).cloned().collect();
        Self { dialect, required_update, found, coverage, nodes, groups }
    }

    /// The nodes and columns of the findings that concern readers: what to ask the registry before the report.
    pub fn touched(&self) -> BTreeSet<TouchedNode> {
        self.found.iter().flat_map(RuleFinding::touched).filter(|touched| touched.readers != Readers::None).collect()
    }

    /// Every node that others may read, as a whole: also asked, so that the report says how well its readers are known.
    pub fn nodes(&self) -> impl Iterator<Item = TouchedNode> {
        let whole = |unique_id: &UniqueId| TouchedNode {
            unique_id: unique_id.clone(),
            column: None,
            readers: Readers::All,
            moved: None,
        };
        self.nodes.iter().map(whole)
    }

    /// What of the changes is an error for somebody who reads what is touched: each finding for one reader alone.
    pub fn breaking(self, levels: &Levels, consumers: &BTreeMap<TouchedNode, Vec<Consumer>>) -> Report {
        let Self { dialect, required_update, found, groups, coverage, .. } = self;
        let mut breaking = Vec::new();
        for found in found {
            let said = said(levels, &found, &groups);
            let known = found.consumers(consumers);
            let is_broken = |reader: &Consumer| is_refused(&found, [reader], said, dialect);
            let broken: Vec<Consumer> = known.into_iter().filter(is_broken).collect();
            breaking.extend(broken.into_iter().map(|consumer| found.clone().at(Level::Error, vec![consumer])));
        }
        Report { required_update, findings: breaking, coverage }
    }

    /// The report, at the levels that policies say, with those who read what is touched; `None` where no registry was
    /// asked who that is.
    pub fn report(self, levels: &Levels, consumers: Option<&BTreeMap<TouchedNode, Vec<Consumer>>>) -> Report {
        let Self { dialect, required_update, found, mut coverage, groups, .. } = self;
        coverage.readers = consumers.map(coverage::readers);
        let of_registry = levels.only_registry();
        let told = found.into_iter().filter_map(|found| {
            let readers = consumers.map(|known| found.consumers(known));
            // Whom the gate lets pass, because the registry says so of columns that are not known, breaks nothing.
            let tolerates = tolerates(&of_registry, &found, &groups);
            let broken = readers.as_ref().map(|readers| {
                let readers = readers.iter().filter(|reader| !tolerates || reader.columns.is_some());
                readers.cloned().collect::<Vec<_>>()
            });
            // What the gate refuses for a reader, the project's own policy makes no quieter: the gate does not hear it.
            let direct = broken.iter().flatten().filter(|reader| reader.through.is_empty());
            let is_refused = is_refused(&found, direct, said(&of_registry, &found, &groups), dialect);
            let level = found.level(said(levels, &found, &groups), broken.as_deref(), dialect);
            let level = if is_refused { Some(Level::Error) } else { level };
            Some(found.at(level?, readers.unwrap_or_default()))
        });
        let findings = told.collect();
        let mut report = Report { required_update, findings, coverage };
        sort(&mut report);
        report
    }
}

/// Whether a finding is an error for one of some readers alone, by what the registry says of it: the gate refuses that.
fn is_refused<'r>(
    found: &RuleFinding,
    readers: impl IntoIterator<Item = &'r Consumer>,
    said: Option<Severity>,
    dialect: Dialect,
) -> bool {
    let is_error = |reader| found.level(said, Some(std::slice::from_ref(reader)), dialect) == Some(Level::Error);
    rule(found.rule).is_some_and(Rule::is_about_a_change) && readers.into_iter().any(is_error)
}

/// Whether the registry tolerates it of a finding that somebody may read the column that it takes away.
fn tolerates(of_registry: &Levels, found: &RuleFinding, groups: &BTreeMap<UniqueId, [Option<String>; 2]>) -> bool {
    let group = || groups.get(&found.unique_id).and_then(|[was, is]| is.as_deref().or(was.as_deref()));
    found.takes_a_column() && of_registry.of(UNKNOWN_RULE, group).is_some_and(|severity| severity < Severity::Error)
}

/// The groups of each node on the two sides.
fn groups(sides: [Side<'_>; 2]) -> BTreeMap<UniqueId, [Option<String>; 2]> {
    let mut groups: BTreeMap<UniqueId, [Option<String>; 2]> = BTreeMap::new();
    let [was, is] = sides.map(|side| &side.publication.interface);
    for unique_id in was.keys().chain(is.keys()) {
        let group = |node: Option<&InterfaceNode>| node.and_then(|node| node.group.clone());
        let of = match (was.get(unique_id), is.get(unique_id)) {
            (Some(old), Some(new)) => [group(Some(old)), group(Some(new))],
            // It is of one side's group alone.
            (one, other) => [group(one.or(other)), group(one.or(other))],
        };
        groups.insert(unique_id.clone(), of);
    }
    groups
}

/// What policies say of a finding. Where a node changes its group, the stricter of the two counts: no change leaves the
/// policy that holds for it by leaving the group.
fn said(levels: &Levels, found: &RuleFinding, groups: &BTreeMap<UniqueId, [Option<String>; 2]>) -> Option<Severity> {
    let [was, is] = groups.get(&found.unique_id).map_or([None, None], |groups| groups.each_ref().map(Option::as_deref));
    let before = levels.of(found.rule, || was);
    if was == is {
        return before;
    }
    match (before, levels.of(found.rule, || is)) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(found.severity).max(other.unwrap_or(found.severity))),
    }
}

/// Whether two publications have one content.
fn is_same(baseline: &Publication, current: &Publication) -> bool {
    matches!((digest(baseline), digest(current)), (Ok(a), Ok(b)) if a == b)
}

/// Puts the findings of a report in order.
pub fn sort(report: &mut Report) {
    report.findings.sort_by(|a, b| key(a).cmp(&key(b)));
}

/// What findings are sorted by.
fn key(finding: &Finding) -> impl Ord + '_ {
    let Finding { level, unique_id, column, rule, message, .. } = finding;
    (Reverse(level), unique_id, column, rule, message)
}

#[cfg(test)]
mod tests;
