//! Places in a document.

use std::fmt;

use weft_model::pointer::escaped;

/// A place in a document while somebody walks down to it: costs nothing until it is written, as a JSON pointer.
#[derive(Debug, Clone, Copy, Default)]
pub struct At<'a> {
    above: Option<&'a At<'a>>,
    step: Option<PathStep<'a>>,
}

#[derive(Debug, Clone, Copy)]
enum PathStep<'a> {
    Key(&'a str),
    /// A field by the name that it has here: `primary_key`, written `primaryKey`.
    Field(&'a str),
    Item(usize),
}

impl At<'_> {
    /// The place of the document itself.
    pub const ROOT: At<'static> = At { above: None, step: None };
}

impl<'a> At<'a> {
    /// The place of a key below this one.
    #[must_use]
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { above: Some(self), step: Some(PathStep::Key(key)) }
    }

    /// At an entry of a list.
    #[must_use]
    pub fn item(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: Some(PathStep::Item(index)) }
    }

    pub(super) fn field(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), step: Some(PathStep::Field(name)) }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            None => Ok(()),
            Some(PathStep::Key(key)) => write!(f, "/{}", escaped(key)),
            Some(PathStep::Field(name)) => write!(f, "/{}", camel_case(name)),
            Some(PathStep::Item(index)) => write!(f, "/{index}"),
        }
    }
}

/// A field's name as documents write it.
fn camel_case(name: &str) -> String {
    let mut parts = name.trim_start_matches("r#").split('_');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        written.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        written.push_str(letters.as_str());
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_a_json_pointer() {
        assert_eq!(At::ROOT.to_string(), "");
        let schema = At::ROOT.field("schema");
        let object = schema.item(2);
        let of_type = object.field("r#type");
        assert_eq!(of_type.to_string(), "/schema/2/type");
        assert_eq!(object.field("primary_key_position").to_string(), "/schema/2/primaryKeyPosition");
        assert_eq!(object.key("a/b~c").to_string(), "/schema/2/a~1b~0c");
    }
}
