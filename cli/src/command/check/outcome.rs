//! What a check came to, for people and programs.

use contracts::api::{RecordedWaiver, Report};
use serde_json::{Value, json};

use crate::output::{
    Message, Output,
    escape::escape,
    report::{self, Subject},
};

/// The report, and what was compared.
pub(in crate::command) struct Checked {
    pub(super) subject: Subject,
    pub(super) report: Report,
    /// Waivers that no longer hold, of findings that are there.
    pub(super) expired: Vec<RecordedWaiver>,
    /// What to do where nothing is public.
    pub(super) to_make_public: &'static str,
    /// What the CI service that runs this was given, if one does.
    pub(super) messages: Vec<Message>,
}

impl Output for Checked {
    fn text(&self) -> String {
        report::text(&self.report, &self.subject)
    }

    fn json(&self) -> Value {
        let mut data = json!(self.report);
        if !self.expired.is_empty() {
            data["expired_waivers"] = json!(self.expired);
        }
        data
    }

    fn report(&self) -> Option<(&Report, &Subject)> {
        Some((&self.report, &self.subject))
    }

    fn messages(&self) -> Vec<Message> {
        let expired = self.expired.iter().map(|waiver| {
            let RecordedWaiver { number, rule, unique_id, until, .. } = waiver;
            let (rule, unique_id) = (escape(rule), escape(unique_id.as_str()));
            Message::Warning(format!("waiver {number} of {rule} on {unique_id} expired on {until} and has no effect"))
        });
        let hint = format!("nothing is public on either side: {}", self.to_make_public);
        let hint = self.report.coverage.nothing_public.then_some(Message::Hint(hint));
        expired.chain(hint).chain(self.messages.clone()).collect()
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.report.has_errors())
    }
}

#[cfg(test)]
mod tests {
    use contracts::{api::Coverage, version::RequiredUpdate};

    use super::*;

    #[test]
    fn a_waiver_that_has_expired_is_told_once_and_among_the_data() {
        let waiver = json!({"number": 3, "rule": "column_removed", "unique_id": "model.shop.orders", "author": "ana",
            "reason": "agreed", "until": "2026-01-31", "created_at": "2026-01-01T00:00:00Z"});
        let checked = Checked {
            subject: Subject::default(),
            report: Report {
                required_update: RequiredUpdate::Major,
                findings: Vec::new(),
                coverage: Coverage::default(),
            },
            expired: vec![serde_json::from_value(waiver.clone()).unwrap()],
            to_make_public: "",
            messages: Vec::new(),
        };
        let said = "waiver 3 of column_removed on model.shop.orders expired on 2026-01-31 and has no effect";
        assert_eq!(checked.messages(), [Message::Warning(said.to_owned())]);
        assert_eq!(checked.json()["expired_waivers"], json!([waiver]));
    }
}
