//! What `weft contract import` shows.

use std::fmt::Write as _;

use serde_json::{Value, json};
use similar::TextDiff;
use weft_dbt::contracts::import::ByHand;
use weft_odcs::{DataContract, SchemaObject};

use crate::{
    command::contract::import::files::FileChange,
    escape::escape,
    output::{Message, Output},
};

/// The result of an import.
pub(in crate::command::contract) struct ImportOutput {
    pub(super) changes: Vec<FileChange>,
    pub(super) notes: Vec<ImportNote>,
    /// Whether dbt does not enforce a contract that is active.
    pub(super) is_unenforced: bool,
    pub(super) is_written: bool,
}

/// Something about an object of a contract that was not put into a file.
pub(super) struct ImportNote {
    about: String,
    message: String,
    by_hand: Option<(String, ByHand)>,
}

impl ImportNote {
    pub(super) fn on(contract: &DataContract, object: &SchemaObject, message: String) -> Self {
        Self { about: format!("{}#{}", contract.title(), object.name), message, by_hand: None }
    }

    pub(super) fn by_hand(contract: &DataContract, object: &SchemaObject, file: &str, lines: ByHand) -> Self {
        let message = format!("add by hand at {file}:{}, as {}", lines.line, lines.why);
        Self { by_hand: Some((file.to_owned(), lines)), ..Self::on(contract, object, message) }
    }

    fn text(&self) -> String {
        let mut text = format!("{}: {}", escape(&self.about), escape(&self.message));
        for line in self.by_hand.iter().flat_map(|(_, it)| it.lines.lines()) {
            let _ = write!(text, "\n    {}", escape(line));
        }
        text
    }

    fn json(&self) -> Value {
        let by_hand = self.by_hand.as_ref().map(|(file, it)| json!({"file": file, "line": it.line, "lines": it.lines}));
        json!({"about": self.about, "message": self.message, "by_hand": by_hand})
    }
}

impl FileChange {
    fn diff(&self) -> String {
        let before = self.before.as_deref().unwrap_or_default();
        let from = if self.before.is_some() { format!("a/{}", self.file) } else { "/dev/null".to_owned() };
        TextDiff::from_lines(before, &self.after).unified_diff().header(&from, &format!("b/{}", self.file)).to_string()
    }
}

impl Output for ImportOutput {
    fn text(&self) -> String {
        let mut text = String::new();
        for change in &self.changes {
            if self.is_written {
                let _ = writeln!(text, "wrote {}", escape(&change.file));
            } else {
                for line in change.diff().lines() {
                    let _ = writeln!(text, "{}", escape(line));
                }
            }
        }
        if self.changes.is_empty() { "nothing to add\n".to_owned() } else { text }
    }

    fn json(&self) -> Value {
        let change = |it: &FileChange| json!({"file": it.file, "is_new": it.before.is_none(), "diff": it.diff()});
        json!({
            "written": self.is_written,
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(ImportNote::json).collect::<Vec<_>>(),
        })
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<_> = self.notes.iter().map(|it| Message::Warning(it.text())).collect();
        if !self.changes.is_empty() {
            let hint = match (self.is_written, self.is_unenforced) {
                (false, _) => "nothing has changed yet; add --write to change the files",
                (true, false) => "run `dbt parse`, then `dbt build`: dbt now enforces the contracts",
                (true, true) => {
                    "run `dbt parse`, then `dbt build`: dbt runs the tests that were added; it does not enforce every contract yet"
                }
            };
            messages.push(Message::Hint(hint.to_owned()));
        }
        messages
    }
}
