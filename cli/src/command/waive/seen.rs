//! The changes that the approver has seen.

use std::{fs, path::Path};

use serde::Deserialize;
use serde_json::Value;
use weft_api::{Finding, problem::ProblemCode};
use weft_check::policy::{ApprovedChange, KnownRule};
use weft_model::name::{PackageName, UniqueId};

use crate::{
    command::{
        check::{CheckSides, examine},
        waive::arguments::Arguments,
    },
    escape::{self, escape},
    failure::{FileError, Result, problem_with_hint},
    options::Shared,
    output::progress::Progress,
    states::States,
};

/// What a waiver is about.
#[derive(Clone, Copy)]
pub(super) struct WaiverTarget<'a> {
    pub(super) rule: &'a KnownRule,
    pub(super) unique_id: &'a UniqueId,
    /// Absent: the node and all its columns.
    pub(super) column: Option<&'a str>,
}

/// What the check finds now.
pub(super) async fn by_check(
    arguments: &Arguments,
    shared: &Shared,
    package_name: &PackageName,
    progress: &Progress,
) -> Result<Vec<Finding>> {
    let Arguments { environment, artifacts, currency, against, version, .. } = arguments;
    let mut states = States::new(shared, environment, progress)?.with_project_name(Some(package_name));
    let comparison = CheckSides { artifacts, currency: *currency, against, version: version.as_ref() };
    match examine(&mut states, comparison).await {
        Ok(examined) => Ok(examined.report.findings),
        Err(mut problem) if problem.code == ProblemCode::ManifestNotFound && artifacts.manifest().is_none() => {
            let hint = problem.hint.take().unwrap_or_else(|| problem.code.facts().remedy.to_owned());
            problem.hint = Some(format!("{hint}\nor name the report that shows the finding: --report FILE"));
            Err(problem)
        }
        Err(problem) => Err(problem),
    }
}

/// What `--format json` writes: of a check, or of a publication that was refused.
#[derive(Deserialize)]
struct CheckDocument {
    data: Option<WithFindings>,
    error: Option<Refused>,
}

#[derive(Deserialize)]
struct WithFindings {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Refused {
    check: Option<WithFindings>,
}

/// What a report shows.
pub(super) fn in_report(path: &Path) -> Result<Vec<Finding>> {
    let text = fs::read_to_string(path).map_err(FileError::on(path, "read"))?;
    let written = serde_json::from_str::<Value>(&text).and_then(serde_json::from_value::<CheckDocument>);
    let findings = written.ok().and_then(|it| it.data.or(it.error.and_then(|error| error.check)));
    findings.map(|it| it.findings).ok_or_else(|| {
        problem_with_hint(
            ProblemCode::InvalidWaiver,
            format!("`{}` is not a report of a check", escape::path(path)),
            "write one with `weft check --format json`",
        )
    })
}

/// The changes that are approved: those of the findings about the waiver's node or column.
pub(super) fn changes(about: WaiverTarget<'_>, findings: &[Finding]) -> Result<Vec<ApprovedChange>> {
    let WaiverTarget { rule, unique_id, column } = about;
    let of_rule = |it: &&Finding| it.rule == rule.as_str() && it.unique_id == *unique_id;
    let is_seen = |it: &&Finding| of_rule(it) && (column.is_none() || it.column.as_deref() == column);
    let seen: Vec<ApprovedChange> = findings.iter().filter(is_seen).map(ApprovedChange::from_finding).collect();
    if !seen.is_empty() {
        return Ok(seen);
    }
    let column = column.map(|column| format!(", column `{}`", escape(column))).unwrap_or_default();
    let detail = format!(
        "the check does not find {rule} on `{}`{column}, so there is nothing to approve",
        escape(unique_id.as_str())
    );
    let others: Vec<String> = findings.iter().filter(|it| it.unique_id == *unique_id).map(named).collect();
    let hint = if others.is_empty() {
        "`weft check` shows the findings; use the same --against, --environment, --manifest and --version here"
            .to_owned()
    } else {
        format!("on that node, it finds {}", others.join(", "))
    };
    Err(problem_with_hint(ProblemCode::InvalidWaiver, detail, hint))
}

fn named(finding: &Finding) -> String {
    let column = finding.column.as_ref().map(|column| format!(" of `{}`", escape(column))).unwrap_or_default();
    format!("{}{column}", escape(finding.rule.as_str()))
}
