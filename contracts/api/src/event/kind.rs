//! The kinds of events.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What an event is about. An answer of a newer registry may have a kind that this weft does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum EventKind {
    /// A version was published.
    Published,
    /// A version was deployed to an environment.
    Deployed,
    /// A project was removed from an environment.
    Undeployed,
    /// A deployment, or a removal, was refused because it would leave needs unmet.
    Refused,
    /// A version was yanked.
    Yanked,
    /// A yank was removed.
    Unyanked,
    /// A finding was approved.
    Waived,
    /// A waiver was revoked.
    WaiverRevoked,
    /// Changes that waivers approve were published.
    WaiversSpent,
    /// The levels of rules were changed.
    PolicyChanged,
    /// A token was created.
    TokenCreated,
    /// A token was revoked.
    TokenRevoked,
    /// A consumer was registered, or its registration was replaced.
    ConsumerRegistered,
    /// A consumer was removed.
    ConsumerRemoved,
    /// Results of checks on the data were recorded.
    Checked,
    /// A kind that only a newer weft knows.
    Other(String),
}

/// Why a text is not a kind of event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a kind of event; kinds are {}", input.escape_debug(), words())]
pub struct ParseEventKindError {
    /// What was given, at most its first 80 characters.
    pub input: String,
}

impl EventKind {
    /// Every kind that this weft knows.
    pub const EVERY: &[Self] = &[
        Self::Published,
        Self::Deployed,
        Self::Undeployed,
        Self::Refused,
        Self::Yanked,
        Self::Unyanked,
        Self::Waived,
        Self::WaiverRevoked,
        Self::WaiversSpent,
        Self::PolicyChanged,
        Self::TokenCreated,
        Self::TokenRevoked,
        Self::ConsumerRegistered,
        Self::ConsumerRemoved,
        Self::Checked,
    ];

    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Published => "published",
            Self::Deployed => "deployed",
            Self::Undeployed => "undeployed",
            Self::Refused => "refused",
            Self::Yanked => "yanked",
            Self::Unyanked => "unyanked",
            Self::Waived => "waived",
            Self::WaiverRevoked => "waiver_revoked",
            Self::WaiversSpent => "waivers_spent",
            Self::PolicyChanged => "policy_changed",
            Self::TokenCreated => "token_created",
            Self::TokenRevoked => "token_revoked",
            Self::ConsumerRegistered => "consumer_registered",
            Self::ConsumerRemoved => "consumer_removed",
            Self::Checked => "checked",
            Self::Other(kind) => kind,
        }
    }

    /// Whether only those who manage tokens see its events.
    pub fn is_of_tokens(&self) -> bool {
        matches!(self, Self::TokenCreated | Self::TokenRevoked)
    }
}

fn words() -> String {
    EventKind::EVERY.iter().map(EventKind::as_str).collect::<Vec<_>>().join(", ")
}

impl FromStr for EventKind {
    type Err = ParseEventKindError;

    /// Reads a kind that this weft knows.
    fn from_str(input: &str) -> Result<Self, ParseEventKindError> {
        let known = Self::EVERY.iter().find(|kind| kind.as_str() == input).cloned();
        known.ok_or_else(|| ParseEventKindError { input: input.chars().take(80).collect() })
    }
}

impl From<String> for EventKind {
    /// Reads a kind of an answer: an unknown one is kept.
    fn from(kind: String) -> Self {
        kind.parse().unwrap_or(Self::Other(kind))
    }
}

impl From<EventKind> for String {
    fn from(kind: EventKind) -> Self {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl utoipa::PartialSchema for EventKind {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let text = utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(format!("The kind of an event; a newer registry may have more: {}", words())))
            .examples([serde_json::json!("deployed")]);
        text.build().into()
    }
}

impl utoipa::ToSchema for EventKind {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_back_as_it_is_written_and_an_unknown_one_is_kept() {
        for kind in EventKind::EVERY {
            assert_eq!(kind.as_str().parse().as_ref(), Ok(kind));
            assert_eq!(serde_json::from_str::<EventKind>(&serde_json::to_string(kind).unwrap()).unwrap(), *kind);
        }
        let newer: EventKind = serde_json::from_str("\"retired\"").unwrap();
        assert_eq!((newer.as_str(), &newer), ("retired", &EventKind::Other("retired".to_owned())));
        let error = "deploy\u{1b}".parse::<EventKind>().unwrap_err().to_string();
        assert!(error.starts_with("`deploy\\u{1b}` is not a kind of event; kinds are published, deployed,"), "{error}");
    }
}
