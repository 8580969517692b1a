//! What was found and recorded, for people and programs.

use std::{collections::BTreeMap, fmt::Write as _};

use contracts::{
    api::{CheckResult, HealthState, Outcome, RecordedRun},
    health::{self, dbt::Found},
    name::{EnvironmentName, PackageName, UniqueId},
};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::output::{
    Message, Output,
    escape::{escape, excerpt, moment},
    style::{HEAD, paint},
    table::table,
};

/// How many characters of what went wrong are shown.
const WORDS: usize = 100;

/// What was found of a project's nodes.
pub(in crate::command) struct Recorded {
    pub(super) package_name: PackageName,
    pub(super) environment: EnvironmentName,
    pub(super) told: Vec<Told>,
    /// How many sources say how old they may be, where nobody has looked.
    pub(super) unseen: usize,
    pub(super) dry_run: bool,
}

/// What one of dbt's files tells.
pub(super) struct Told {
    /// Its name.
    pub(super) file: &'static str,
    pub(super) found: Found,
    /// Absent where there was nothing to record, or it was not to be.
    pub(super) recorded: Option<RecordedRun>,
}

/// A node's results, of all files.
type Nodes<'t> = BTreeMap<&'t UniqueId, Vec<(&'t Found, &'t CheckResult)>>;

impl Recorded {
    fn nodes(&self) -> Nodes<'_> {
        let mut nodes = Nodes::new();
        for Told { found, .. } in &self.told {
            for (unique_id, checks) in &found.run.nodes {
                nodes.entry(unique_id).or_default().extend(checks.results.iter().map(|result| (found, result)));
            }
        }
        nodes
    }

    fn recording(&self) -> String {
        let line = |told: &Told| {
            let Told { file, found, recorded } = told;
            let at = moment(&found.run.ran_at.format(&Rfc3339).unwrap_or_default());
            let program = found.run.program.as_deref().map(|program| format!("{}, ", escape(program)));
            let of = format!("{file} ({}{at})", program.unwrap_or_default());
            match recorded {
                Some(run) if run.is_new => format!("Recorded {of} as run {}", run.run),
                Some(run) => format!("{of} was recorded already, as run {}", run.run),
                None if self.dry_run => format!("Read {of}; nothing is recorded"),
                None => format!("Nothing to record in {of}"),
            }
        };
        self.told.iter().map(|told| line(told) + "\n").collect()
    }
}

fn state(results: &[(&Found, &CheckResult)]) -> HealthState {
    health::state(results.iter().map(|(_, result)| result.outcome))
}

/// Node by node how many checks came to what, those that fail first.
fn summary(nodes: &Nodes<'_>) -> String {
    let mut rows: Vec<_> = nodes.iter().map(|(unique_id, results)| (state(results), unique_id, results)).collect();
    rows.sort_by_key(|(state, unique_id, _)| (*state, **unique_id));
    let row = |(state, unique_id, results): &(HealthState, &&UniqueId, &Vec<(&Found, &CheckResult)>)| {
        let count = |outcome| match results.iter().filter(|(_, result)| result.outcome == outcome).count() {
            0 => "-".to_owned(),
            count => count.to_string(),
        };
        let state = match state {
            HealthState::Failing => "failing",
            HealthState::Unknown => "unknown",
            HealthState::Passing => "passing",
        };
        let counts =
            [Outcome::Failed, Outcome::Error, Outcome::Warned, Outcome::NotChecked, Outcome::Passed].map(count);
        let [failed, error, warned, not_checked, passed] = counts;
        [escape(unique_id.as_str()), state.to_owned(), failed, error, warned, not_checked, passed]
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    table(["NODE", "HEALTH", "FAILED", "ERROR", "WARNED", "NOT CHECKED", "PASSED"], &rows)
}

/// The checks that did not pass, the gravest first; empty where there are none.
fn details(nodes: &Nodes<'_>) -> String {
    let each = nodes.iter().flat_map(|(unique_id, results)| results.iter().map(move |it| (*unique_id, *it)));
    let mut faulty: Vec<_> = each.filter(|(_, (_, result))| result.outcome != Outcome::Passed).collect();
    if faulty.is_empty() {
        return String::new();
    }
    faulty.sort_by_key(|(unique_id, (_, result))| (result.outcome, *unique_id, &result.name));
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let row = |(unique_id, (found, result)): &(&UniqueId, (&Found, &CheckResult))| {
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
fn why(unique_id: &UniqueId, found: &Found, result: &CheckResult) -> String {
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
        let failing = nodes.values().filter(|results| state(results) == HealthState::Failing).count();
        let name = paint(HEAD, &self.package_name);
        let mut text = format!("{name} in {}: {failing} of {} nodes fail\n", self.environment, nodes.len());
        if !nodes.is_empty() {
            let _ = write!(text, "\n{}{}\n", summary(&nodes), details(&nodes));
        }
        text + &self.recording()
    }

    fn json(&self) -> Value {
        let runs = self.told.iter().map(|Told { file, found, recorded }| {
            json!({
                "file": file,
                "found": found.run,
                "left_out": found.left_out,
                "is_older_than_manifest": found.is_older_than_manifest,
                "recorded": recorded,
            })
        });
        json!({
            "package_name": self.package_name,
            "environment": self.environment,
            "dry_run": self.dry_run,
            "runs": runs.collect::<Vec<_>>(),
        })
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        for Told { file, found, .. } in &self.told {
            if found.is_older_than_manifest {
                let warning = format!("{file} is older than the manifest: what it tells of may have changed since");
                messages.push(Message::Warning(warning));
            }
            let left_out = found.left_out;
            let counts = [
                (left_out.private, "of nodes that others are not told of"),
                (left_out.unit_tests, "of unit tests, which look at no data"),
                (left_out.unknown, "of what the manifest does not know"),
            ];
            let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
            let told: Vec<_> = told.collect();
            if !told.is_empty() {
                messages.push(Message::Note(format!("Left out of {file}: {}", told.join(", "))));
            }
        }
        if self.unseen > 0 {
            let sources = if self.unseen == 1 { "source says how old it" } else { "sources say how old they" };
            let hint = format!(
                "{} {sources} may be, and there is no sources.json; `dbt source freshness` writes it",
                self.unseen
            );
            messages.push(Message::Hint(hint));
        }
        messages
    }
}
