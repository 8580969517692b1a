//! What a check came to, for people and programs.

use contracts::api::Report;
use serde_json::{Value, json};

use crate::output::{
    Message, Output,
    report::{self, Subject},
};

/// The report, and what was compared.
pub(in crate::command) struct Checked {
    pub(super) subject: Subject,
    pub(super) report: Report,
    /// Whether neither side has an interface.
    pub(super) nothing_public: bool,
    /// What the CI service that runs this was given, if one does.
    pub(super) messages: Vec<Message>,
}

impl Output for Checked {
    fn text(&self) -> String {
        report::text(&self.report, &self.subject)
    }

    fn json(&self) -> Value {
        json!(self.report)
    }

    fn report(&self) -> Option<(&Report, &Subject)> {
        Some((&self.report, &self.subject))
    }

    fn messages(&self) -> Vec<Message> {
        let hint = "nothing is public on either side: set `access: public` on models, or name them under `expose:` in weft.yml";
        let hint = self.nothing_public.then(|| Message::Hint(hint.to_owned()));
        hint.into_iter().chain(self.messages.clone()).collect()
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.report.has_errors())
    }
}
