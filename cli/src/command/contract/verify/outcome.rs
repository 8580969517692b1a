//! What a verification came to, for people and programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use weft_api::{CheckOutcome, RecordedRun, Verification, VerifiedCheck, VerifiedObject, problem::Problem};

use crate::{
    command::contract::verify::{
        junit,
        words::{found, key, promise},
    },
    escape::escape,
    output::{
        Message, Output,
        report::ReportFormat,
        style::{DIM, ERROR, HEAD, WARNING, paint},
    },
};

/// The contracts that were verified, and the databases that were not there.
#[derive(Debug, Default)]
pub(super) struct Verified {
    pub(super) contracts: Vec<Verification>,
    /// Where the credentials for each database come from.
    pub(super) told_by: Vec<String>,
    pub(super) unreachable: Vec<Problem>,
    /// What the registry made of it, where it was recorded.
    pub(super) recorded: Option<RecordedRun>,
}

impl Verified {
    fn count(&self, outcome: CheckOutcome) -> usize {
        self.contracts.iter().map(|contract| contract.count(outcome)).sum()
    }

    /// `30 passed, 2 failed, 1 not checked`.
    fn summary(&self) -> String {
        let counts = [CheckOutcome::Passed, CheckOutcome::Failed, CheckOutcome::Error, CheckOutcome::NotChecked];
        let words = counts.into_iter().filter_map(|outcome| match (self.count(outcome), outcome) {
            (0, CheckOutcome::Failed | CheckOutcome::Error | CheckOutcome::NotChecked) => None,
            (count, CheckOutcome::Passed) => Some(format!("{count} passed")),
            (count, CheckOutcome::Failed) => Some(format!("{count} failed")),
            (1, CheckOutcome::Error) => Some("1 error".to_owned()),
            (count, CheckOutcome::Error) => Some(format!("{count} errors")),
            (count, CheckOutcome::NotChecked) => Some(format!("{count} not checked")),
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Output for Verified {
    fn text(&self) -> String {
        let mut text = String::new();
        for (contract, told_by) in self.contracts.iter().zip(&self.told_by) {
            let Verification { contract: id, version, server, engine, objects } = contract;
            let on = server.as_ref().map_or_else(|| engine.clone(), |server| format!("{}, {engine}", escape(server)));
            let head = format!("{} {}", escape(id), escape(version));
            let _ = writeln!(text, "{} on {on} ({})\n", paint(HEAD, head), escape(told_by));
            for object in objects {
                of_object(&mut text, object);
            }
        }
        text = text + &self.summary() + "\n";
        if let Some(RecordedRun { package_name, environment, run, is_new, .. }) = &self.recorded {
            let word = if *is_new { "Recorded" } else { "Recorded already" };
            let _ = writeln!(text, "{word} as run {run} of {package_name} in {environment}");
        }
        text
    }

    fn json(&self) -> Value {
        json!({ "contracts": self.contracts, "told_by": self.told_by, "unreachable": self.unreachable,
            "recorded": self.recorded })
    }

    fn form(&self, form: ReportFormat) -> Option<String> {
        (form == ReportFormat::Junit).then(|| junit::render(&self.contracts, &self.unreachable))
    }

    fn messages(&self) -> Vec<Message> {
        self.unreachable.iter().map(|problem| Message::Warning(problem.detail.clone())).collect()
    }

    fn exit_code(&self) -> u8 {
        match self.unreachable.first() {
            Some(problem) => problem.code.facts().exit_code,
            None => u8::from(self.count(CheckOutcome::Failed) + self.count(CheckOutcome::Error) > 0),
        }
    }
}

fn of_object(text: &mut String, object: &VerifiedObject) {
    let relation = object.relation.as_deref().unwrap_or("no table");
    let rows = match object.rows {
        Some(1) => ", 1 row".to_owned(),
        Some(rows) => format!(", {rows} rows"),
        None => String::new(),
    };
    let _ = writeln!(text, "{}  {}", paint(HEAD, escape(&object.object)), paint(DIM, escape(relation) + &rows));
    let is_shown = |check: &&VerifiedCheck| check.outcome != CheckOutcome::Passed || check.reason.is_some();
    let shown = object.checks.iter().filter(is_shown);
    for check in shown {
        let word = match check.outcome {
            CheckOutcome::Failed => paint(ERROR, "failed"),
            CheckOutcome::Error => paint(WARNING, "error"),
            CheckOutcome::NotChecked => paint(DIM, "not checked"),
            CheckOutcome::Passed => paint(DIM, "passed"),
        };
        let _ = writeln!(text, "  {word}  {}: {}", promise(check), found(check));
        let keys: Vec<_> = check.samples.iter().map(key).collect();
        if !keys.is_empty() {
            let _ = writeln!(text, "    {}", keys.join("; "));
        }
    }
    let _ = writeln!(text, "  {} passed\n", object.count(CheckOutcome::Passed));
}
