//! Events, for people and programs.

use serde_json::{Value, json};
use time::UtcOffset;
use weft_api::Event;

use crate::{
    escape::escape,
    output::{
        Message, Output,
        style::{DIM, paint},
    },
};

/// The events, oldest first.
pub(in crate::command) struct LogOutput {
    pub(in crate::command) events: Vec<Event>,
}

/// An event as one line: when, then what as a sentence.
pub(super) fn line(event: &Event) -> String {
    let moment = event.occurred_at.to_offset(UtcOffset::UTC);
    let when = format!("{} {:02}:{:02}", moment.date(), moment.hour(), moment.minute());
    format!("{}  {}", paint(DIM, when), escape(&event.to_string()))
}

impl Output for LogOutput {
    fn text(&self) -> String {
        self.events.iter().map(|event| line(event) + "\n").collect()
    }

    fn json(&self) -> Value {
        json!({ "events": self.events })
    }

    fn messages(&self) -> Vec<Message> {
        if !self.events.is_empty() {
            return Vec::new();
        }
        vec![Message::Hint(
            "no event matches; `weft log` without arguments shows the newest events of all projects".into(),
        )]
    }
}
