//! Why a document cannot be read.

use std::fmt;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// Where, as a JSON pointer; empty for the document as a whole.
    pub pointer: String,
    /// From 1, where it is known.
    pub line: Option<u32>,
    /// From 1, in characters, where it is known.
    pub column: Option<u32>,
}

/// What can be wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The file is larger than [`crate::LARGEST`].
    #[error("the file has {bytes} bytes; the limit for a contract is {limit}")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// The text is not YAML or JSON, or exceeds the limits on depth, values or aliases.
    #[error("{0}")]
    Syntax(String),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Its root is a list or a text.
    #[error("a contract is a mapping, but this is {0}")]
    NotAMapping(&'static str),
    /// It is of the Data Contract Specification, which came before the standard.
    #[error("this is a Data Contract Specification {version}, not an ODCS document")]
    OlderSpecification {
        /// The version that the document names.
        version: String,
    },
    /// The document has an unknown major version of the standard.
    #[error("`apiVersion` is {version}; weft reads 3.0, 3.1 and 3.2")]
    OtherVersion {
        /// The version that the document names.
        version: String,
    },
    /// It is a document of another kind.
    #[error("`kind` is {kind}, not DataContract")]
    OtherKind {
        /// The kind that the document names.
        kind: String,
    },
    /// What every contract has is not there.
    #[error("`{key}` is missing")]
    Missing {
        /// The missing key.
        key: &'static str,
    },
    /// A value has a type that the standard does not allow.
    #[error("{0}")]
    Shape(String),
}

impl FaultKind {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "Split it into several contracts.",
            Self::Syntax(_) => "Correct the YAML at that place.",
            Self::Empty => "Write `apiVersion`, `kind`, `id`, `version` and `status`, or remove the file.",
            Self::NotAMapping(_) => "Write `apiVersion`, `kind`, `id`, `version` and `status` at the top.",
            Self::OlderSpecification { .. } => {
                "Convert it: `datacontract export odcs datacontract.yaml --output contract.odcs.yaml` (datacontract-cli)."
            }
            Self::OtherVersion { .. } => "Rewrite the contract for 3.2: `apiVersion: v3.2.0`.",
            Self::OtherKind { .. } => "Name only contracts, or correct `kind`.",
            Self::Missing { .. } => "Add it.",
            Self::Shape(_) => "Write a value of that kind. Put a version or number that is meant as text in quotes.",
        }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.kind.fmt(f)
    }
}
