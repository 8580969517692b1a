//! An addition to a properties file.

use serde_json::Value;

use crate::properties::edit::yaml::Yaml;

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

impl Addition {
    /// Adds the value to a file's document. `None` if the document has no mapping or list at that place, or has another value
    /// there.
    pub(super) fn put(&self, document: &mut Value) -> Option<()> {
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
