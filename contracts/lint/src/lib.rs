//! What is wrong with a contract, or questionable: all of it at once, with lines.
//!
//! First the document is held to the standard's own shape, by a JSON Schema for each of its versions; then, where it can
//! be read at all, to sense, by [`RULES`].
//!
//! The shape is written in Rust (`schema`), one part of the standard each; `message` turns what a validator says of it
//! into a sentence.
//!
//! # What it never does
//!
//! It changes no contract, knows no dbt, and looks at no table. How serious a finding is does not depend on a policy.
//!
//! # Where to begin
//!
//! [`lint_text`] is the way through. A rule is one file below `rules`: begin with a short one, such as `name_doubled`.

mod elements;
mod foreign;
mod rule;
mod rules;
mod schema;
mod sense;
mod server_types;

use std::{borrow::Cow, collections::BTreeSet};

use serde::Serialize;
use serde_json::Value;
use weft_model::finding::Level;
use weft_odcs::{Document, Fault, FaultKind};

pub(crate) use crate::rule::Found;
pub use crate::rules::{RULES, Rule, rule};
use crate::sense::Sense;

/// One thing that is wrong with a contract, or questionable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The rule's id.
    pub rule: &'static str,
    /// The severity.
    pub level: Level,
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// Where in the file, from 1.
    pub line: Option<u32>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub remedy: Cow<'static, str>,
}

/// What the lint has to say of a file.
#[derive(Debug, Clone)]
pub struct Linted {
    /// The contract's id, where it can be read so far.
    pub id: Option<String>,
    /// The findings, by line.
    pub findings: Vec<LintFinding>,
    /// Whether it is a document at all; if not, the one finding says why.
    pub is_readable: bool,
}

/// All findings on a file's text.
pub fn lint_text(text: &str) -> Linted {
    match Document::parse(text) {
        Ok(document) => {
            let id = document.value().get("id").and_then(Value::as_str).map(str::to_owned);
            Linted { id, findings: lint(&document), is_readable: true }
        }
        Err(Fault { kind, pointer, line, column: _ }) => unreadable(pointer, line, kind.to_string(), kind.remedy()),
    }
}

/// What there is to say of a file whose text nobody could get at, for a reason.
pub fn without_text(why: String) -> Linted {
    unreadable(String::new(), None, why, "Check the path and its permissions.")
}

fn unreadable(pointer: String, line: Option<u32>, message: String, remedy: &'static str) -> Linted {
    let rule = &rules::document_unreadable::RULE;
    let finding = LintFinding { rule: rule.id, level: rule.level, pointer, line, message, remedy: remedy.into() };
    Linted { id: None, findings: vec![finding], is_readable: false }
}

/// All findings on a document, by line; of several rules on one place, what the schema says comes alone.
pub fn lint(document: &Document) -> Vec<LintFinding> {
    let mut found = schema::check(document);
    match document.contract() {
        Ok(contract) => {
            let spoken: BTreeSet<String> = found.iter().map(|it| it.pointer.clone()).collect();
            let sense = Sense::new(&contract, document);
            let told = RULES.iter().flat_map(|rule| (rule.find)(&sense));
            found.extend(told.filter(|it| !spoken.contains(&it.pointer)));
        }
        // The schema has said so already, unless it is more tolerant.
        Err(fault) if found.is_empty() => {
            let message = match &fault.kind {
                FaultKind::Missing { key } => format!("`{key}` is empty"),
                kind => kind.to_string(),
            };
            found.push(rules::schema_violation::RULE.on(fault.pointer, message).remedy(fault.kind.remedy()));
        }
        Err(_) => {}
    }
    let found = found.into_iter().map(|it| with_word_of_here(it, document));
    let mut findings: Vec<_> = found.map(|it| placed(it, document)).collect();
    findings.sort_by(|a, b| (a.line, &a.pointer, a.rule, &a.message).cmp(&(b.line, &b.pointer, b.rule, &b.message)));
    findings
}

/// Adds the standard's word to a finding about a word of a different format.
fn with_word_of_here(found: Found, document: &Document) -> Found {
    let remedy = match found.rule.id {
        "unknown_key" => foreign::for_key(&found.pointer).map(Cow::Borrowed),
        "schema_violation" if found.pointer.ends_with("/logicalType") => {
            let value = document.value().pointer(&found.pointer);
            value.and_then(|it| foreign::for_logical_type(it, document.minor_version().unwrap_or(2))).map(Cow::Owned)
        }
        _ => None,
    };
    match remedy {
        Some(remedy) => found.remedy(remedy),
        None => found,
    }
}

fn placed(found: Found, document: &Document) -> LintFinding {
    let Found { rule, level, pointer, message, remedy } = found;
    LintFinding { rule: rule.id, level, line: document.line_of(&pointer), pointer, message, remedy }
}
