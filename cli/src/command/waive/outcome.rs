//! Waivers, for people and programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use time::Date;
use weft_check::policy::RecordedWaiver;
use weft_model::name::PackageName;

use crate::{
    escape::{escape, excerpt},
    output::{
        Message, Output,
        style::{HEAD, paint},
        table::table,
    },
};

/// The maximum number of approved changes that are listed.
const CHANGES: usize = 10;
/// How many characters of a reason are listed.
const REASON: usize = 60;

/// What was recorded, taken back or listed.
pub(in crate::command) enum WaiveOutput {
    Recorded { package_name: PackageName, waiver: RecordedWaiver },
    Revoked { package_name: PackageName, waiver: RecordedWaiver },
    Listed { package_name: PackageName, waivers: Vec<RecordedWaiver>, today: Date },
}

/// The rule, the node, and the column where one is meant.
fn about(waiver: &RecordedWaiver) -> String {
    let column = waiver.column.as_ref().map(|column| format!(", column {}", escape(column)));
    format!("{} on {}{}", escape(waiver.rule.as_str()), escape(waiver.unique_id.as_str()), column.unwrap_or_default())
}

fn state(waiver: &RecordedWaiver, today: Date) -> String {
    match &waiver.revoked {
        Some(revoked) => format!("revoked by {}", escape(&revoked.author)),
        None if waiver.spent.is_some() => {
            let version = waiver.spent.as_ref().map(|spent| spent.version.to_string());
            format!("used by {}", version.unwrap_or_default())
        }
        None if waiver.until.date() < today => "expired".to_owned(),
        None => "holds".to_owned(),
    }
}

fn listed(waivers: &[RecordedWaiver], today: Date) -> String {
    let row = |waiver: &RecordedWaiver| {
        [
            waiver.number.to_string(),
            about(waiver),
            waiver.until.to_string(),
            state(waiver, today),
            escape(&waiver.author),
            excerpt(&waiver.reason, REASON),
        ]
    };
    let rows: Vec<_> = waivers.iter().map(row).collect();
    table(["NUMBER", "WAIVED", "UNTIL", "STATE", "AUTHOR", "REASON"], &rows)
}

impl Output for WaiveOutput {
    fn text(&self) -> String {
        match self {
            Self::Recorded { waiver, .. } => {
                let about = paint(HEAD, about(waiver));
                let RecordedWaiver { number, until, author, reason, .. } = waiver;
                let (author, reason) = (escape(author), escape(reason));
                let mut text = format!("Waived {about} until {until} (waiver {number})\n  by {author}: {reason}\n");
                let changes = waiver.changes.as_deref().unwrap_or_default();
                for change in changes.iter().take(CHANGES) {
                    let _ = writeln!(text, "  approved: {}", escape(&change.message));
                }
                if changes.len() > CHANGES {
                    let _ = writeln!(text, "  and {} more", changes.len() - CHANGES);
                }
                text
            }
            Self::Revoked { waiver, .. } => {
                format!("Revoked waiver {}: {}\n", waiver.number, paint(HEAD, about(waiver)))
            }
            Self::Listed { waivers, .. } if waivers.is_empty() => String::new(),
            Self::Listed { waivers, today, .. } => listed(waivers, *today),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Recorded { package_name, waiver } | Self::Revoked { package_name, waiver } => {
                json!({ "package_name": package_name, "waiver": waiver })
            }
            Self::Listed { package_name, waivers, .. } => json!({ "package_name": package_name, "waivers": waivers }),
        }
    }

    fn messages(&self) -> Vec<Message> {
        match self {
            Self::Listed { package_name, waivers, .. } if waivers.is_empty() => {
                vec![Message::Hint(format!("{package_name} has no waivers; `weft waive RULE NODE` records one"))]
            }
            _ => Vec::new(),
        }
    }
}
