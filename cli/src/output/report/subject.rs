//! What a report is about.

use weft_api::{Finding, Location};

use crate::output::places::PROJECT_FILE;

/// What a report is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReportSubject {
    /// The project's name.
    pub(crate) package_name: String,
    /// What it was compared with, in few words; backticks around what the user named, escaped for a terminal.
    pub(crate) baseline: String,
    /// What was compared with that, in the same manner, where it is not the work tree that is checked.
    pub(crate) current: Option<String>,
    /// The project's folder below the root of its repository, `/` between the parts.
    pub(crate) folder: String,
    /// How many contracts were linted, where they are what it is about, and nothing was compared.
    pub(crate) contracts: Option<usize>,
}

impl ReportSubject {
    /// A place in the project as CI services want it: from the root of the repository.
    pub(super) fn path(&self, file: &str) -> String {
        if self.folder.is_empty() || file.starts_with('/') {
            file.to_owned()
        } else {
            format!("{}/{file}", self.folder)
        }
    }
}

/// The place of a finding from the root of the repository, for forms that want one: the project itself where nothing
/// nearer is known.
pub(super) fn location(finding: &Finding, subject: &ReportSubject) -> Location {
    let (file, line) = match &finding.location {
        Some(at) => (at.file.as_str(), at.line),
        None => (PROJECT_FILE, None),
    };
    Location { file: subject.path(file), line }
}
