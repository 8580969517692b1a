//! Tokens. A revoked one stays in the table; of a secret only the digest is kept.

use std::collections::BTreeSet;

use serde_json::json;
use time::OffsetDateTime;
use weft_api::EventKind;
use weft_model::name::TokenName;

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    sql,
    stored::read_back,
    transaction::persist,
    write::Write,
};

/// A token that is to be created.
#[derive(Debug, Clone)]
pub(crate) struct NewToken {
    pub(crate) name: TokenName,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub(crate) digest: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) created_by: String,
    /// How long it is valid; for ever if absent.
    pub(crate) lasts: Option<time::Duration>,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenEntry {
    pub(crate) number: u64,
    pub(crate) name: TokenName,
    /// As they were written: a newer weft may know more.
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) created_by: String,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: Option<OffsetDateTime>,
    pub(crate) last_used_at: Option<OffsetDateTime>,
    /// By whom and when it was revoked, if it was.
    pub(crate) revoked: Option<(String, OffsetDateTime)>,
}

impl TokenEntry {
    /// Whether it opens anything at a time.
    pub(crate) fn is_valid(&self, now: OffsetDateTime) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    number: i64,
    name: String,
    scopes: String,
    created_by: String,
    created_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    last_used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    revoked_by: Option<String>,
}

impl TryFrom<TokenRow> for TokenEntry {
    type Error = StoreError;
    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let corrupt = |error: serde_json::Error| StoreError::Corrupt {
            what: format!("the scopes of token {}", row.number),
            reason: error.to_string(),
        };
        Ok(Self {
            scopes: serde_json::from_str(&row.scopes).map_err(corrupt)?,
            number: row.number.unsigned_abs(),
            name: read_back("a token's name", &row.name)?,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked: row.revoked_by.zip(row.revoked_at),
        })
    }
}

impl Store {
    /// The token whose secret has this digest.
    pub(crate) async fn token_by_digest(&self, digest: &str) -> Result<Option<TokenEntry>, StoreError> {
        let row: Option<TokenRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::TOKEN_BY_DIGEST)
            .bind(digest)
            .fetch_optional(pool)
            .await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// A token by its number.
    ///
    /// # Errors
    /// `TokenNotFound`.
    pub(crate) async fn token(&self, number: u64) -> Result<TokenEntry, StoreError> {
        let row: Option<TokenRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::TOKEN)
            .bind(number.cast_signed())
            .fetch_optional(pool)
            .await)?;
        row.ok_or(StoreError::TokenNotFound { number })?.try_into()
    }

    /// The tokens before a number, newest first, at most `limit`; revoked and expired ones too.
    pub(crate) async fn tokens(&self, before: Option<u64>, limit: u32) -> Result<Vec<TokenEntry>, StoreError> {
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let rows: Vec<TokenRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::TOKENS)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Creates a token.
    ///
    /// # Errors
    /// `TokenNameTaken` while a valid token has the name.
    pub(crate) async fn create_token(&self, new: &NewToken, cause: &Cause) -> Result<TokenEntry, StoreError> {
        persist(|| self.try_create_token(new, cause)).await
    }

    async fn try_create_token(&self, new: &NewToken, cause: &Cause) -> Result<TokenEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        let entry = write.create_token(new).await?;
        write.finish(true).await?;
        Ok(entry)
    }

    /// Revokes a token. One that is revoked already stays as it is.
    ///
    /// # Errors
    /// `TokenNotFound`.
    pub(crate) async fn revoke_token(&self, number: u64, by: &str, cause: &Cause) -> Result<TokenEntry, StoreError> {
        persist(|| self.try_revoke_token(number, by, cause)).await
    }

    async fn try_revoke_token(&self, number: u64, by: &str, cause: &Cause) -> Result<TokenEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        let (entry, is_new) = write.revoke_token(number, by).await?;
        write.finish(is_new).await?;
        Ok(entry)
    }

    /// Writes down when a token was last used.
    pub(crate) async fn use_token(&self, number: u64, at: OffsetDateTime) -> Result<(), StoreError> {
        persist(|| self.try_use_token(number, at)).await
    }

    async fn try_use_token(&self, number: u64, at: OffsetDateTime) -> Result<(), StoreError> {
        let mut write = self.begin(&Cause::NONE).await?;
        on_either!(write.lend(), |connection| sqlx::query(sql::USE_TOKEN)
            .bind(number.cast_signed())
            .bind(at)
            .execute(connection)
            .await
            .map(drop))?;
        write.finish(true).await
    }
}

impl Write {
    async fn create_token(&mut self, new: &NewToken) -> Result<TokenEntry, StoreError> {
        self.lock_registry().await?;
        let now = clock::now();
        let taken: Vec<TokenRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::TOKENS_OF_NAME)
            .bind(new.name.as_str())
            .fetch_all(connection)
            .await)?;
        for row in taken {
            let other = TokenEntry::try_from(row)?;
            if other.is_valid(now) {
                return Err(StoreError::TokenNameTaken { name: other.name, number: other.number });
            }
        }
        let last: i64 =
            on_either!(self.lend(), |connection| sqlx::query_scalar(sql::LAST_TOKEN).fetch_one(connection).await)?;
        let number = last + 1;
        let expires_at = new.lasts.map(|lasts| now + lasts);
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_TOKEN)
            .bind(number)
            .bind(new.name.as_str())
            .bind(new.digest.as_str())
            .bind(json!(new.scopes).to_string())
            .bind(new.created_by.as_str())
            .bind(now)
            .bind(expires_at)
            .execute(connection)
            .await
            .map(drop))?;
        let facts = json!({ "number": number, "name": new.name, "scopes": new.scopes });
        self.record(NewEvent::new(EventKind::TokenCreated).what(facts));
        Ok(TokenEntry {
            number: number.unsigned_abs(),
            name: new.name.clone(),
            scopes: new.scopes.clone(),
            created_by: new.created_by.clone(),
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked: None,
        })
    }

    async fn revoke_token(&mut self, number: u64, by: &str) -> Result<(TokenEntry, bool), StoreError> {
        self.lock_registry().await?;
        let key = number.cast_signed();
        let row: Option<TokenRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::TOKEN)
            .bind(key)
            .fetch_optional(connection)
            .await)?;
        let entry = TokenEntry::try_from(row.ok_or(StoreError::TokenNotFound { number })?)?;
        if entry.revoked.is_some() {
            return Ok((entry, false));
        }
        let now = clock::now();
        on_either!(self.lend(), |connection| sqlx::query(sql::REVOKE_TOKEN)
            .bind(key)
            .bind(by)
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        let facts = json!({ "number": number, "name": entry.name });
        self.record(NewEvent::new(EventKind::TokenRevoked).what(facts));
        Ok((TokenEntry { revoked: Some((by.to_owned(), now)), ..entry }, true))
    }
}
