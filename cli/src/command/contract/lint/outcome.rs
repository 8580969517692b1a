//! What the lint came to, for people and programs.

use serde_json::{Value, json};
use weft_api::{Coverage, Evidence, Finding, Level, Location, Report, RuleId};
use weft_lint::{self as lint, LintFinding};
use weft_model::{name::UniqueId, version::RequiredUpdate};

use crate::{
    failure::FileError,
    output::{
        Message, Output,
        report::{self, ReportSubject},
    },
};

/// What was found, by file and line.
pub(in crate::command) struct LintOutput {
    pub(super) subject: ReportSubject,
    /// The findings as in every report: the contract and its place are given instead of a node.
    pub(super) report: Report,
    /// As the lint has them.
    found: Vec<(String, LintFinding)>,
    /// How many files are no contracts, or cannot be read at all.
    unreadable: usize,
    /// What the CI service that runs this was given, if one does.
    pub(super) messages: Vec<Message>,
}

impl LintOutput {
    pub(super) fn new(folder: String, files: usize) -> Self {
        Self {
            subject: ReportSubject { folder, contracts: Some(files), ..ReportSubject::default() },
            report: Report {
                required_update: RequiredUpdate::None,
                findings: Vec::new(),
                coverage: Coverage::default(),
            },
            found: Vec::new(),
            unreadable: 0,
            messages: Vec::new(),
        }
    }

    /// Lints a file's text, or notes that there is none.
    pub(super) fn add(&mut self, file: &str, text: Result<String, FileError>) {
        let linted = match text {
            Ok(text) => lint::lint_text(&text),
            Err(error) => lint::without_text(error.source.to_string()),
        };
        self.unreadable += usize::from(!linted.is_readable);
        // A file is known by its name where its contract has none.
        let id = linted.id.filter(|id| !id.trim().is_empty()).unwrap_or_else(|| file.to_owned());
        for finding in linted.findings {
            self.report.findings.push(as_reported(&id, file, &finding));
            self.found.push((file.to_owned(), finding));
        }
    }
}

fn as_reported(id: &str, file: &str, found: &LintFinding) -> Finding {
    Finding {
        rule: RuleId::new(found.rule),
        unique_id: UniqueId::for_contract(id, &found.pointer),
        column: None,
        level: found.level,
        evidence: Evidence::Declared,
        baseline: None,
        current: None,
        message: found.message.clone(),
        remedy: found.remedy.to_string(),
        location: Some(Location { file: file.to_owned(), line: found.line }),
        consumers: Vec::new(),
        waiver: None,
    }
}

impl Output for LintOutput {
    fn text(&self) -> String {
        report::text(&self.report, &self.subject)
    }

    fn json(&self) -> Value {
        let finding = |(file, found): &(String, LintFinding)| {
            let mut finding = json!(found);
            finding["file"] = json!(file);
            finding
        };
        json!({
            "files": self.subject.contracts,
            "unreadable": self.unreadable,
            "findings": self.found.iter().map(finding).collect::<Vec<_>>(),
        })
    }

    fn report(&self) -> Option<(&Report, &ReportSubject)> {
        Some((&self.report, &self.subject))
    }

    fn messages(&self) -> Vec<Message> {
        self.messages.clone()
    }

    fn exit_code(&self) -> u8 {
        match self.unreadable {
            0 => u8::from(self.report.findings.iter().any(|it| it.level == Level::Error)),
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_that_cannot_be_read_tells_by_the_exit_code_and_the_others_are_linted() {
        let mut linted = LintOutput::new(String::new(), 2);
        let fine = "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: '1'\n";
        linted.add("fine.odcs.yaml", Ok(fine.to_owned()));
        assert_eq!(linted.exit_code(), 0);
        linted.add("faulty.odcs.yaml", Ok(fine.replace("'1'", "1")));
        assert_eq!(linted.exit_code(), 1);
        let error = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        linted.add("locked.odcs.yaml", Err(FileError::on(std::path::Path::new("locked"), "read")(error)));
        assert_eq!((linted.exit_code(), linted.report.findings.len()), (2, 2));
        assert_eq!(linted.json()["findings"][1]["file"], "locked.odcs.yaml");
    }
}
