//! Events: what was changed in a registry, who did it and why.

mod kind;
mod sentence;

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName};

pub use crate::event::kind::{EventKind, ParseEventKindError};

/// One change of a registry. An event never changes, and none is missing between two ids.
///
/// Its `Display` is one plain sentence without the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// The number of the event: 1 for the registry's first, then 1 more for each, in the order of their commits.
    pub id: u64,
    /// What happened.
    pub kind: EventKind,
    /// When it happened; RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: OffsetDateTime,
    /// The project; absent if the event is about the registry as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<PackageName>,
    /// The environment, if it happened in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<EnvironmentName>,
    /// The version of the project that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub version: Option<Version>,
    /// Who did it: `admin`, `token:NAME`, or `anonymous` at a registry without tokens. Absent for events that an older
    /// weft recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// How the principal showed who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Authentication>,
    /// The number of the token, if there was one. Names of tokens are used again, numbers are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<u64>,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The id of the request, as in its answer (`X-Request-Id`) and in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The program that sent the request, as it calls itself (`User-Agent`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Further facts, by the kind of the event. It never contains a secret.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub what: Map<String, Value>,
}

/// How a caller showed who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// By the admin token of the registry's operator.
    AdminToken,
    /// By a token of the registry.
    Token,
    /// Not at all: the registry has no admin token and is open.
    Open,
    /// In a way that only a newer weft knows.
    #[serde(other)]
    Other,
}

impl Authentication {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::AdminToken => "admin_token",
            Self::Token => "token",
            Self::Open => "open",
            Self::Other => "other",
        }
    }

    /// From how it is written; `Other` for a word of a newer weft.
    pub fn from_word(word: &str) -> Self {
        [Self::AdminToken, Self::Token, Self::Open].into_iter().find(|it| it.word() == word).unwrap_or(Self::Other)
    }
}
