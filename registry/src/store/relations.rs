//! Relations, content-addressed within their project.

use std::sync::Arc;

use weft_model::{digest::Digest, name::PackageName};
use weft_publication::relation::Relations;

use crate::store::{
    either::{Connected, on_either},
    error::StoreError,
    pool::Store,
    sql,
    write::Write,
};

/// Relations that are to be kept.
#[derive(Debug)]
pub(crate) struct GivenRelations {
    pub(crate) relations: Arc<Relations>,
    /// Their canonical JSON.
    pub(crate) document: String,
    /// Of the document.
    pub(crate) digest: Digest,
}

/// Reads relations that the store holds.
pub(super) fn read_relations(package_name: &PackageName, document: &str) -> Result<Relations, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::Corrupt {
        what: format!("relations of `{package_name}`"),
        reason: error.to_string(),
    })
}

impl Store {
    /// The relations of a digest: canonical JSON.
    pub(crate) async fn relations(&self, package_name: &PackageName, digest: &Digest) -> Result<String, StoreError> {
        let document: Option<String> = on_either!(self.reads(), |pool| sqlx::query_scalar(sql::RELATIONS)
            .bind(package_name.as_str())
            .bind(digest.to_string())
            .fetch_optional(pool)
            .await)?;
        if let Some(document) = document {
            return Ok(document);
        }
        self.project(package_name).await?;
        Err(StoreError::RelationsNotFound { package_name: package_name.clone(), digest: *digest })
    }
}

impl Connected<'_> {
    /// The relations of a digest, which are there.
    pub(super) async fn relations(
        &mut self,
        package_name: &PackageName,
        digest: &Digest,
    ) -> Result<Relations, StoreError> {
        let document: String = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::RELATIONS)
            .bind(package_name.as_str())
            .bind(digest.to_string())
            .fetch_one(connection)
            .await)?;
        read_relations(package_name, &document)
    }
}

impl Write {
    /// Keeps relations; they may be there already.
    pub(super) async fn put_relations(
        &mut self,
        package_name: &PackageName,
        digest: &Digest,
        document: &str,
    ) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_RELATIONS)
            .bind(package_name.as_str())
            .bind(digest.to_string())
            .bind(document)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
