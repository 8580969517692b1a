//! What a check came to, for people and programs.

use serde_json::{Value, json};
use weft_api::Report;
use weft_check::policy::{Lapse, RecordedWaiver};

use crate::{
    escape::escape,
    output::{
        Message, Output,
        report::{self, ReportSubject},
    },
};

/// The report, and what was compared.
pub(in crate::command) struct CheckOutput {
    pub(super) subject: ReportSubject,
    pub(super) report: Report,
    /// Waivers that do not cover findings that they are about, and why.
    pub(super) lapsed: Vec<(RecordedWaiver, Lapse)>,
    /// What to do where nothing is public.
    pub(super) to_make_public: &'static str,
    /// What the CI service that runs this was given, if one does.
    pub(super) messages: Vec<Message>,
}

/// Why a waiver has no effect on a finding that it is about.
fn said(waiver: &RecordedWaiver, why: Lapse) -> String {
    let RecordedWaiver { number, rule, unique_id, until, spent, changes, .. } = waiver;
    let waiver = format!("waiver {number} of {} on {}", escape(rule.as_str()), escape(unique_id.as_str()));
    match why {
        Lapse::Expired => format!("{waiver} expired on {until} and has no effect"),
        Lapse::Spent => {
            let version = spent.as_ref().map(|spent| spent.version.to_string()).unwrap_or_default();
            format!("{waiver} was used when {version} was published and has no effect: approve the change again")
        }
        Lapse::OtherChange => {
            let approved = changes.as_deref().unwrap_or_default();
            let first = approved.first().map(|change| escape(&change.message)).unwrap_or_default();
            let more = if approved.len() > 1 { format!(" and {} more", approved.len() - 1) } else { String::new() };
            format!("{waiver} approves another change and has no effect: {first}{more}")
        }
    }
}

impl Output for CheckOutput {
    fn text(&self) -> String {
        report::text(&self.report, &self.subject)
    }

    fn json(&self) -> Value {
        let mut data = json!(self.report);
        for (key, lapse) in [
            ("expired_waivers", Lapse::Expired),
            ("spent_waivers", Lapse::Spent),
            ("waivers_of_other_changes", Lapse::OtherChange),
        ] {
            let of_it: Vec<_> = self.lapsed.iter().filter(|(_, why)| *why == lapse).map(|(waiver, _)| waiver).collect();
            if !of_it.is_empty() {
                data[key] = json!(of_it);
            }
        }
        data
    }

    fn report(&self) -> Option<(&Report, &ReportSubject)> {
        Some((&self.report, &self.subject))
    }

    fn messages(&self) -> Vec<Message> {
        let lapsed = self.lapsed.iter().map(|(waiver, why)| Message::Warning(said(waiver, *why)));
        let hint = format!("no node is public on either side: {}", self.to_make_public);
        let hint = self.report.checked_nothing().then_some(Message::Hint(hint));
        lapsed.chain(hint).chain(self.messages.clone()).collect()
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.report.has_errors())
    }
}

#[cfg(test)]
mod tests {
    use weft_api::Coverage;
    use weft_model::version::RequiredUpdate;

    use super::*;

    #[test]
    fn a_waiver_that_has_expired_is_told_once_and_among_the_data() {
        let waiver = json!({"number": 3, "rule": "column_removed", "unique_id": "model.shop.orders", "author": "ana",
            "reason": "agreed", "until": "2026-01-31", "created_at": "2026-01-01T00:00:00Z"});
        let checked = CheckOutput {
            subject: ReportSubject::default(),
            report: Report {
                required_update: RequiredUpdate::Major,
                findings: Vec::new(),
                coverage: Coverage::default(),
            },
            lapsed: vec![(serde_json::from_value(waiver.clone()).unwrap(), Lapse::Expired)],
            to_make_public: "",
            messages: Vec::new(),
        };
        let said = "waiver 3 of column_removed on model.shop.orders expired on 2026-01-31 and has no effect";
        assert_eq!(checked.messages(), [Message::Warning(said.to_owned())]);
        assert_eq!(checked.json()["expired_waivers"], json!([waiver]));
    }
}
