//! Adding to a properties file in place: lines are inserted between the existing lines, and nothing else changes.
//!
//! The places of keys and entries decide where a line is inserted. Reading the result decides whether it worked: it
//! must have the old content and the additions, and nothing more. What fails that (a mapping between braces, an alias
//! that represents the same in two places) is refused, and the file stays as it was.

mod addition;
mod breaks;
mod ending;
mod lines;
mod yaml;

use serde_json::Value;
use weft_odcs::tree::Spot;

pub use crate::properties::edit::{addition::Addition, yaml::Yaml};
use crate::properties::{
    edit::{breaks::is_one_to_all, ending::closed, lines::Lines},
    tree,
};

/// A properties file, as text and as what it says.
#[derive(Debug, Clone)]
pub struct Editable {
    text: String,
    /// The text to add to, where it has to be another one before anything can come behind it.
    closed: Option<String>,
    value: Value,
    spot: Spot,
}

impl Editable {
    /// Reads a text as a properties file; `None` if it is not YAML, or not a mapping.
    pub fn read(text: &str) -> Option<Self> {
        let (mut value, mut spot) = tree(text)?;
        // A block that ends with the file ends without a line's end, as dbt's readers take it.
        let closed =
            closed(text).filter(|closed| tree(closed).is_some_and(|(it, _)| ending::differs_by_it(&value, &it)));
        if let Some(closed) = &closed {
            (value, spot) = tree(closed)?;
        }
        matches!(value, Value::Object(_)).then(|| Self { text: text.to_owned(), closed, value, spot })
    }

    /// The current text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The content of the file.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The line of a place, from 1; of what is nearest above where it is not there.
    pub fn line_of(&self, pointer: &str) -> u32 {
        self.spot.find(pointer).0
    }

    /// Makes the additions, and gives back those that cannot be made.
    pub fn add(&mut self, additions: Vec<Addition>) -> Vec<Addition> {
        if additions.is_empty() {
            return additions;
        }
        if let Some(edited) = self.with(&additions) {
            *self = edited;
            return Vec::new();
        }
        // One of them is in the way of the others.
        let mut refused = Vec::new();
        for addition in additions {
            match self.with(std::slice::from_ref(&addition)) {
                Some(edited) => *self = edited,
                None => refused.push(addition),
            }
        }
        refused
    }

    /// The file with additions, if it then says just that much more.
    fn with(&self, additions: &[Addition]) -> Option<Self> {
        let mut wanted = self.value.clone();
        for addition in additions {
            addition.put(&mut wanted)?;
        }
        let text = self.closed.as_ref().unwrap_or(&self.text);
        // Blank lines belong to whatever comes next, or to a block that keeps them.
        [false, true].into_iter().find_map(|is_kept| {
            let text = Lines::new(text, is_kept).with(&self.value, &self.spot, additions)?;
            Self::read(&text).filter(|edited| edited.value == wanted && is_one_to_all(&text, &wanted))
        })
    }
}

#[cfg(test)]
mod tests;
