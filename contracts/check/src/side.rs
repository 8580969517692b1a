//! One side of a check.

use semver::Version;
use weft_publication::{Publication, relation::Relations};

/// One side of a check.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub(crate) publication: &'a Publication,
    pub(crate) relations: Option<&'a Relations>,
    pub(crate) version: Option<&'a Version>,
}

impl<'a> Side<'a> {
    /// A publication whose version is not chosen yet, without relations.
    pub fn new(publication: &'a Publication) -> Self {
        Self { publication, relations: None, version: None }
    }

    /// Compares the relations of the nodes too.
    #[must_use]
    pub fn with_relations(self, relations: &'a Relations) -> Self {
        Self { relations: Some(relations), ..self }
    }

    /// Treats the publication's version as chosen. If both sides' are, the step between them is checked for its size.
    #[must_use]
    pub fn at_version(self) -> Self {
        Self { version: Some(&self.publication.version), ..self }
    }
}
