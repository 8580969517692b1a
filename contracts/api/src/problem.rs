//! Problems: what can go wrong, each with a stable code that the service, the command line and `weft explain` share.
//! On the wire they are RFC 9457 `application/problem+json`.

mod codes;
mod conflicts;

use serde::{Deserialize, Serialize};
pub use weft_model::field_error::FieldError;

pub use crate::problem::codes::{EVERY, ProblemCode, ProblemFacts};
use crate::{Clash, Unmet, VersionCheck};

/// An RFC 9457 problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
// The service's document has a problem in each of its answers that are errors; it names once what may be in one.
pub struct Problem {
    /// `urn:weft:problem:` followed by the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code. `weft explain CODE` describes it.
    pub code: ProblemCode,
    /// The title of the code; always the same for a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened in this case.
    pub detail: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Each fault, with its place in the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What problems of some codes have beside that.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extensions: Extensions,
    /// The id of the request in the service's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// The facts that problems of some codes have: members of the document's top, as extensions are by RFC 9457 (section 3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Extensions {
    /// The conflicts of a resolution that cannot be, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub conflicts: Vec<crate::Conflict>,
    /// If the version is too small for its changes: the check of the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<VersionCheck>, no_recursion)]
    pub check: Option<Box<VersionCheck>>,
    /// The needs that are met now and that a refused deployment would leave unmet; the first 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub unmet: Vec<Unmet>,
    /// The nodes that a refused deployment would place in the relations of other projects' nodes; the first 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub clashes: Vec<Clash>,
}

impl Problem {
    /// A problem of a code with this time's sentence; the rest comes from the code.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        let facts = code.facts();
        Self {
            kind: format!("urn:weft:problem:{}", facts.id),
            code,
            title: facts.title.to_owned(),
            status: facts.status,
            detail: detail.into(),
            hint: None,
            errors: Vec::new(),
            extensions: Extensions::default(),
            request_id: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same with further facts.
    #[must_use]
    pub fn with_extensions(self, extensions: Extensions) -> Self {
        Self { extensions, ..self }
    }

    /// The same with the faults and their places.
    #[must_use]
    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }
}
