//! What a check came to, for people and programs.

use std::fmt::Write as _;

use contracts::{
    api::{Evidence, Finding, Level, Report},
    name::PackageName,
};
use serde_json::{Value, json};

use crate::output::{
    Message, Output,
    escape::escape,
    report::counts,
    style::{DIM, ERROR, HEAD, HINT, WARNING, paint},
};

/// The report, and what was compared.
pub(in crate::command) struct Checked {
    pub(super) package_name: PackageName,
    /// In a few words.
    pub(super) baseline: String,
    pub(super) report: Report,
    /// Whether neither side has an interface.
    pub(super) nothing_public: bool,
    /// For the log of the CI service that runs this, if one does.
    pub(super) annotations: Option<String>,
}

impl Checked {
    fn headline(&self) -> String {
        let counts = counts(&self.report);
        let name = paint(HEAD, &self.package_name);
        let update = self.report.required_update;
        format!("{name} against {}: {counts}; required update: {update}", self.baseline)
    }
}

fn shown(finding: &Finding) -> String {
    let (style, level) = match finding.level {
        Level::Error => (ERROR, "error"),
        Level::Warning => (WARNING, "warning"),
        Level::Info => (HINT, "note"),
    };
    let evidence = match finding.evidence {
        Evidence::Declared => "declared",
        Evidence::Catalog => "catalog",
        Evidence::Contract => "contract",
    };
    let rule = paint(style, format_args!("{level}[{}]", escape(&finding.rule)));
    let node = escape(finding.unique_id.as_str());
    let mut text = format!("{rule} {node} {}\n", paint(DIM, format_args!("({evidence})")));
    let _ = writeln!(text, "  {}", escape(&finding.message));
    if finding.level != Level::Info {
        let _ = writeln!(text, "  {}", escape(&finding.remedy));
    }
    text
}

impl Output for Checked {
    fn text(&self) -> String {
        let mut text = self.headline() + "\n";
        for finding in &self.report.findings {
            text.push('\n');
            text.push_str(&shown(finding));
        }
        text
    }

    fn json(&self) -> Value {
        json!(self.report)
    }

    fn messages(&self) -> Vec<Message> {
        let hint = "nothing is public on either side: set `access: public` on models, or name them under `expose:` in weft.yml";
        let hint = self.nothing_public.then(|| Message::Hint(hint.to_owned()));
        hint.into_iter().chain(self.annotations.clone().map(Message::Annotations)).collect()
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.report.has_errors())
    }
}
