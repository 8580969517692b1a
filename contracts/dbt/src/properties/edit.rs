//! Adding to a properties file in place: lines are inserted between the existing lines, and nothing else changes.
//!
//! The places of keys and entries decide where a line is inserted. Reading the result decides whether it worked: it
//! must have the old content and the additions, and nothing more. What fails that (a mapping between braces, an alias
//! that represents the same in two places) is refused, and the file stays as it was.

mod breaks;
mod ending;
mod lines;
mod yaml;

use serde_json::Value;
use weft_odcs::tree::{Spot, Tree};

pub use crate::properties::edit::yaml::Yaml;
use crate::properties::{
    edit::{breaks::is_one_to_all, ending::closed, lines::Lines},
    options,
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

/// An addition to a properties file.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition {
    /// The mapping or list that it goes to, as a JSON pointer.
    pub at: String,
    /// Its key; without one it is an entry of a list.
    pub key: Option<String>,
    /// The value to add.
    pub value: Yaml,
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

/// What a text says, and where.
fn tree(text: &str) -> Option<(Value, Spot)> {
    let tree: Option<Tree> = serde_saphyr::from_str_with_options(text, options()).ok()?;
    Some(tree.map_or((Value::Null, Spot::default()), |Tree { value, spot }| (value, spot)))
}

impl Addition {
    /// Puts it into what a file says; `None` where there is no place for it.
    fn put(&self, document: &mut Value) -> Option<()> {
        let place = document.pointer_mut(&self.at)?;
        match (&self.key, place) {
            (Some(key), Value::Object(map)) => {
                let was = map.insert(key.clone(), self.value.to_value());
                was.is_none_or(|it| it.is_null()).then_some(())
            }
            (None, Value::Array(list)) => {
                list.push(self.value.to_value());
                Some(())
            }
            _ => None,
        }
    }

    /// As somebody would write it.
    pub fn shown(&self) -> String {
        let mut lines = Vec::new();
        match &self.key {
            Some(key) => Yaml::map([(key.as_str(), self.value.clone())]).write(0, 2, &mut lines),
            None => Yaml::List(vec![self.value.clone()]).write(0, 2, &mut lines),
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests;
