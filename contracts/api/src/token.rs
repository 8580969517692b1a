//! Tokens: who may do what at a registry.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use weft_model::{name::TokenName, scope::Scope};

/// `POST /v1/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The token's name. No other valid token may have it.
    pub name: TokenName,
    /// The scopes of the token, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    pub scopes: BTreeSet<Scope>,
    /// For how many days it is valid, 1 to 3650; absent: without an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3650)]
    pub days: Option<u32>,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Token {
    /// The number of the token: 1 for the registry's first, then 1 more for each.
    pub number: u64,
    /// The token's name.
    pub name: TokenName,
    /// The scopes of the token. Unknown scopes are kept as they are.
    pub scopes: BTreeSet<String>,
    /// Who created it: `admin`, or `token:NAME`.
    pub created_by: String,
    /// RFC 3339, UTC.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: OffsetDateTime,
    /// From when on it is not valid; RFC 3339, UTC. Absent if it has no end.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last used, to about an hour; RFC 3339, UTC. Absent if it never was.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked; RFC 3339, UTC.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<OffsetDateTime>,
    /// Who revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<String>,
    /// Whether it is valid now: neither revoked nor expired.
    pub is_valid: bool,
}

/// The answer to `POST /v1/tokens`.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CreatedToken {
    /// The token, as in the list.
    #[serde(flatten)]
    pub token: Token,
    /// The secret that a client sends. The registry stores only its SHA-256 and shows the secret only here.
    pub secret: String,
}

impl std::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedToken").field("token", &self.token).finish_non_exhaustive()
    }
}
