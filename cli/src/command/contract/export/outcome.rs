//! What `weft contract export` shows.

use std::{fmt::Write as _, path::PathBuf};

use serde_json::{Value, json};
use weft_odcs::DataContract;

use crate::{
    escape,
    output::{Message, Output},
};

/// The contracts that were written.
pub(in crate::command::contract) struct Exported {
    pub(super) documents: Vec<ExportedContract>,
    pub(super) messages: Vec<Message>,
}

/// A contract, and the file that it was written to.
pub(super) struct ExportedContract {
    pub(super) file: Option<PathBuf>,
    pub(super) text: String,
    pub(super) contract: DataContract,
}

impl Output for Exported {
    /// The contract itself, or the files. A contract goes out as it is: escaped, it would be another one. YAML writes
    /// control characters as escapes by itself.
    fn text(&self) -> String {
        let mut text = String::new();
        for document in &self.documents {
            let _ = match &document.file {
                Some(file) => writeln!(text, "wrote {}", escape::path(file)),
                None => write!(text, "{}", document.text),
            };
        }
        text
    }

    fn json(&self) -> Value {
        let each = |document: &ExportedContract| json!({"file": document.file.as_ref().map(|file| file.display().to_string()), "contract": document.contract});
        json!({"contracts": self.documents.iter().map(each).collect::<Vec<_>>()})
    }

    fn messages(&self) -> Vec<Message> {
        self.messages.clone()
    }
}
