//! The keys that sign the URLs of tarballs. They are the database's, so that every replica has the same, and no token signs
//! anything.

use crate::store::{
    clock, either::on_either, error::StoreError, new_event::Cause, pool::Store, sql, transaction::persist, write::Write,
};

/// A key, by its number.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct SigningKey {
    pub(crate) number: i64,
    pub(crate) secret: String,
}

impl Store {
    /// All keys, the one that signs first. Where there is none yet, `first` becomes it.
    pub(crate) async fn signing_keys(&self, first: &str) -> Result<Vec<SigningKey>, StoreError> {
        let keys = self.known_signing_keys().await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        persist(|| self.try_add_signing_key(first)).await?;
        self.known_signing_keys().await
    }

    async fn known_signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        Ok(on_either!(self.reads(), |pool| sqlx::query_as(sql::SIGNING_KEYS).fetch_all(pool).await)?)
    }

    async fn try_add_signing_key(&self, secret: &str) -> Result<(), StoreError> {
        let mut write = self.begin(&Cause::NONE).await?;
        let is_new = write.add_signing_key(secret).await?;
        write.finish(is_new).await
    }
}

impl Write {
    /// Adds the first key, unless another replica was faster.
    async fn add_signing_key(&mut self, secret: &str) -> Result<bool, StoreError> {
        self.lock_registry().await?;
        let keys: Vec<SigningKey> =
            on_either!(self.lend(), |connection| sqlx::query_as(sql::SIGNING_KEYS).fetch_all(connection).await)?;
        if !keys.is_empty() {
            return Ok(false);
        }
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_SIGNING_KEY)
            .bind(1_i64)
            .bind(secret)
            .bind(clock::now())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(true)
    }
}
