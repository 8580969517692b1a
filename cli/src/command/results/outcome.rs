//! What was found and recorded, for people and programs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::{Value, json};
use weft_api::{CheckResult, HealthState, NodeChecks, Outcome, RecordedRun, health};
use weft_dbt::results::{ObservedRun, UnseenResult};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::{
    escape::{escape, excerpt, moment},
    output::{
        Message, Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// How many characters of what went wrong are shown.
const WORDS: usize = 100;

/// What was found of a project's nodes.
pub(in crate::command) struct Recorded {
    pub(super) package_name: PackageName,
    pub(super) environment: EnvironmentName,
    pub(super) told: Vec<ResultsFile>,
    /// How many sources define how old they may be, where nobody has looked.
    pub(super) unseen: usize,
    /// How the manifest goes with the work tree.
    pub(super) remarks: Vec<String>,
    /// That the environment's name may be misspelled.
    pub(super) warning: Option<Message>,
    pub(super) dry_run: bool,
}

/// The content of one of dbt's files.
pub(super) struct ResultsFile {
    /// The name of the file.
    pub(super) file: &'static str,
    pub(super) found: ObservedRun,
    /// Absent where there was nothing to record, or it was not to be.
    pub(super) recorded: Option<RecordedRun>,
}

/// A node's results, of all files.
type ProjectResults<'t> = BTreeMap<&'t UniqueId, NodeResults<'t>>;

/// What was found of a node.
#[derive(Default)]
struct NodeResults<'t> {
    results: Vec<(&'t ObservedRun, &'t CheckResult)>,
    /// The checks that it has and that were not made.
    left_out: BTreeSet<&'t str>,
}

impl NodeResults<'_> {
    fn state(&self) -> HealthState {
        match health::state(self.results.iter().map(|(_, result)| *result)) {
            HealthState::Passing if !self.left_out.is_empty() => HealthState::Unknown,
            state => state,
        }
    }
}

impl Recorded {
    fn nodes(&self) -> ProjectResults<'_> {
        let mut nodes = ProjectResults::new();
        let mut checks: BTreeMap<&UniqueId, Vec<&NodeChecks>> = BTreeMap::new();
        for ResultsFile { found, .. } in &self.told {
            for (unique_id, of_node) in &found.run.nodes {
                let node = nodes.entry(unique_id).or_default();
                node.results.extend(of_node.results.iter().map(|result| (found, result)));
                checks.entry(unique_id).or_default().push(of_node);
            }
        }
        for (unique_id, checks) in checks {
            nodes.entry(unique_id).or_default().left_out = health::left_out(checks);
        }
        nodes
    }

    /// What did not pass and belongs to no node that others can see, the most severe first.
    fn elsewhere(&self) -> Vec<&UnseenResult> {
        let mut elsewhere: Vec<_> = self.told.iter().flat_map(|told| &told.found.elsewhere).collect();
        elsewhere.sort_by_key(|it| (it.outcome, &it.unique_id));
        elsewhere
    }

    /// The state of the project by all results, of public nodes or not.
    fn state(&self, nodes: &ProjectResults<'_>) -> HealthState {
        let fails = |it: &&UnseenResult| matches!(it.outcome, Outcome::Failed | Outcome::Error);
        let elsewhere = self.elsewhere();
        let is_left_out = elsewhere.iter().any(|it| it.outcome == Outcome::NotChecked)
            || self.told.iter().any(|told| told.found.left_out.unknown > 0);
        let state = nodes.values().map(NodeResults::state).max_by_key(|state| match state {
            HealthState::Passing => 0,
            HealthState::Unknown => 1,
            HealthState::Failing => 2,
        });
        match state {
            _ if elsewhere.iter().any(fails) => HealthState::Failing,
            Some(HealthState::Passing) if !is_left_out => HealthState::Passing,
            Some(HealthState::Failing) => HealthState::Failing,
            _ => HealthState::Unknown,
        }
    }

    fn recording(&self) -> String {
        let line = |told: &ResultsFile| {
            let ResultsFile { file, found, recorded } = told;
            let at = moment(found.run.ran_at);
            let program = found.run.program.as_deref().map(|program| format!("{}, ", escape(program)));
            let of = format!("{file} ({}{at})", program.unwrap_or_default());
            match recorded {
                Some(run) if run.is_new => format!("Recorded {of} as run {}", run.run),
                Some(run) => format!("{of} was already recorded as run {}", run.run),
                None if self.dry_run => format!("Read {of}; nothing is recorded"),
                None => format!("Nothing to record in {of}"),
            }
        };
        self.told.iter().map(|told| line(told) + "\n").collect()
    }
}

/// A state as a word.
fn word(state: HealthState) -> &'static str {
    match state {
        HealthState::Failing => "failing",
        HealthState::Unknown => "unknown",
        HealthState::Passing => "passing",
    }
}

/// Node by node how many checks came to what, those that fail first.
fn summary(nodes: &ProjectResults<'_>) -> String {
    let mut rows: Vec<_> = nodes.iter().map(|(unique_id, node)| (node.state(), unique_id, node)).collect();
    rows.sort_by_key(|(state, unique_id, _)| (*state, **unique_id));
    let row = |(state, unique_id, node): &(HealthState, &&UniqueId, &NodeResults<'_>)| {
        let count = |outcome| {
            let made = node.results.iter().filter(|(_, result)| result.outcome == outcome).count();
            match made + if outcome == Outcome::NotChecked { node.left_out.len() } else { 0 } {
                0 => "-".to_owned(),
                count => count.to_string(),
            }
        };
        let counts =
            [Outcome::Failed, Outcome::Error, Outcome::Warned, Outcome::NotChecked, Outcome::Passed].map(count);
        let [failed, error, warned, not_checked, passed] = counts;
        [escape(unique_id.as_str()), word(*state).to_owned(), failed, error, warned, not_checked, passed]
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    table(["NODE", "HEALTH", "FAILED", "ERROR", "WARNED", "NOT CHECKED", "PASSED"], &rows)
}

/// What did not pass and is of no public node.
fn of_no_public_node(elsewhere: &[&UnseenResult]) -> String {
    if elsewhere.is_empty() {
        return String::new();
    }
    let row = |it: &&UnseenResult| {
        let about = match it.nodes.iter().map(|node| escape(node.as_str())).collect::<Vec<_>>() {
            nodes if nodes.is_empty() => "unknown".to_owned(),
            nodes => nodes.join(", "),
        };
        [
            escape(&it.unique_id),
            escape(&it.kind),
            it.outcome.words().to_owned(),
            it.failures.map_or_else(|| "-".to_owned(), |failures| failures.to_string()),
            about,
            it.reason.as_deref().map_or_else(|| "-".to_owned(), |reason| excerpt(reason, WORDS)),
        ]
    };
    let rows: Vec<_> = elsewhere.iter().map(row).collect();
    "\n".to_owned() + &table(["OF NO PUBLIC NODE", "CHECK", "OUTCOME", "ROWS", "ABOUT", "WHY"], &rows)
}

/// The checks that did not pass, the gravest first; empty where there are none.
fn details(nodes: &ProjectResults<'_>) -> String {
    let each = nodes.iter().flat_map(|(unique_id, node)| node.results.iter().map(move |it| (*unique_id, *it)));
    let mut faulty: Vec<_> = each.filter(|(_, (_, result))| result.outcome != Outcome::Passed).collect();
    if faulty.is_empty() {
        return String::new();
    }
    faulty.sort_by_key(|(unique_id, (_, result))| (result.outcome, *unique_id, &result.name));
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let row = |(unique_id, (found, result)): &(&UniqueId, (&ObservedRun, &CheckResult))| {
        let rules: Vec<_> = result.rules.iter().map(|it| escape(&format!("{} of {}", it.rule, it.contract))).collect();
        [
            escape(unique_id.as_str()),
            escape(called(result)),
            or_dash(escape(&result.columns.join(", "))),
            result.outcome.words().to_owned(),
            result.failures.map_or_else(|| "-".to_owned(), |failures| failures.to_string()),
            or_dash(rules.join(", ")),
            or_dash(why(unique_id, found, result)),
        ]
    };
    let rows: Vec<_> = faulty.iter().map(row).collect();
    "\n".to_owned() + &table(["NODE", "CHECK", "COLUMN", "OUTCOME", "ROWS", "PROMISED BY", "WHY"], &rows)
}

/// What a check is called: by what it checks, or by its own name where it is one of a kind.
fn called(result: &CheckResult) -> &str {
    let of_package = || result.name.strip_prefix("test.").and_then(|name| name.split_once('.'));
    match (&*result.kind, of_package()) {
        ("singular", Some((_, name))) => name,
        (kind, _) => kind,
    }
}

/// What was measured, else why nothing was: in dbt's own words where there are some.
fn why(unique_id: &UniqueId, found: &ObservedRun, result: &CheckResult) -> String {
    let words = || found.words.get(&(unique_id.clone(), result.name.clone()));
    match (&result.found, result.outcome) {
        (Some(found), _) => excerpt(found, WORDS),
        (None, Outcome::Error) if words().is_some() => {
            let words = words().map(|words| words.split_whitespace().collect::<Vec<_>>().join(" "));
            excerpt(&words.unwrap_or_default(), WORDS)
        }
        (None, _) => excerpt(result.reason.as_deref().unwrap_or_default(), WORDS),
    }
}

impl Output for Recorded {
    fn text(&self) -> String {
        let nodes = self.nodes();
        let elsewhere = self.elsewhere();
        let failing = nodes.values().filter(|node| node.state() == HealthState::Failing).count();
        let name = paint(HEAD, &self.package_name);
        let state = word(self.state(&nodes));
        let mut text = format!("{name} in {}: {state}, {failing} of {} nodes fail", self.environment, nodes.len());
        match elsewhere.iter().filter(|it| matches!(it.outcome, Outcome::Failed | Outcome::Error)).count() {
            0 => text.push('\n'),
            1 => text.push_str(", and 1 check of no public node\n"),
            many => _ = writeln!(text, ", and {many} checks of no public node"),
        }
        if !nodes.is_empty() {
            let _ = write!(text, "\n{}{}", summary(&nodes), details(&nodes));
        }
        text.push_str(&of_no_public_node(&elsewhere));
        if !(nodes.is_empty() && elsewhere.is_empty()) {
            text.push('\n');
        }
        text + &self.recording()
    }

    fn json(&self) -> Value {
        let runs = self.told.iter().map(|ResultsFile { file, found, recorded }| {
            json!({
                "file": file,
                "found": found.run,
                "left_out": found.left_out,
                "of_no_public_node": found.elsewhere,
                "is_older_than_manifest": found.is_older_than_manifest,
                "recorded": recorded,
            })
        });
        json!({
            "package_name": self.package_name,
            "environment": self.environment,
            "state": self.state(&self.nodes()),
            "dry_run": self.dry_run,
            "runs": runs.collect::<Vec<_>>(),
        })
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<_> = self.remarks.iter().cloned().map(Message::Warning).collect();
        messages.extend(self.warning.clone());
        for ResultsFile { file, found, .. } in &self.told {
            if found.is_older_than_manifest {
                let warning = format!("{file} is older than the manifest: what it describes may have changed since");
                messages.push(Message::Warning(warning));
            }
            let left_out = &found.left_out;
            if left_out.unknown > 0 {
                let named: Vec<_> = left_out.unknown_ids.iter().map(|id| format!("`{}`", escape(id))).collect();
                let more = if left_out.unknown > named.len() { ", ..." } else { "" };
                messages.push(Message::Warning(format!(
                    "{file} has {} result{} for nodes that the manifest does not have ({}{more}): the files are from different states of the project, so the results may be outdated; run `dbt build`, then `weft results`",
                    left_out.unknown,
                    if left_out.unknown == 1 { "" } else { "s" },
                    named.join(", ")
                )));
            }
            let counts = [
                (left_out.private, "of nodes that are not public"),
                (left_out.unit_tests, "of unit tests, which do not look at data"),
            ];
            let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
            let told: Vec<_> = told.collect();
            if !told.is_empty() {
                messages.push(Message::Note(format!("Left out of {file}: {}", told.join(", "))));
            }
        }
        if self.unseen > 0 {
            let sources = if self.unseen == 1 { "source defines how old it" } else { "sources define how old they" };
            let hint = format!(
                "{} {sources} may be, but there is no sources.json; `dbt source freshness` writes it",
                self.unseen
            );
            messages.push(Message::Hint(hint));
        }
        messages
    }
}
