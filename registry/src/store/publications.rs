//! Published versions: reading them, and the neighbors of one.

use semver::Version;
use time::OffsetDateTime;
use weft_model::{digest::Digest, name::PackageName, version};
use weft_publication::Publication;

use crate::store::{either::on_either, error::StoreError, pool::Store, sql, stored::read_back, write::Write};

/// A version of a project, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicationEntry {
    pub(crate) version: Version,
    pub(crate) digest: Digest,
    pub(crate) relations_digest: Digest,
    pub(crate) published_at: OffsetDateTime,
    pub(crate) yanked: bool,
}

/// The content of a version.
#[derive(Debug)]
pub(crate) struct StoredDocument {
    pub(crate) digest: Digest,
    /// The document, as canonical JSON.
    pub(crate) text: String,
}

#[derive(sqlx::FromRow)]
struct DocumentRow {
    digest: String,
    document: String,
}

#[derive(sqlx::FromRow)]
struct PublicationRow {
    version: String,
    digest: String,
    relations_digest: String,
    published_at: OffsetDateTime,
    yanked: bool,
}

impl TryFrom<PublicationRow> for PublicationEntry {
    type Error = StoreError;
    fn try_from(row: PublicationRow) -> Result<Self, StoreError> {
        Ok(Self {
            version: read_back("a version", &row.version)?,
            digest: read_back("a digest", &row.digest)?,
            relations_digest: read_back("a digest", &row.relations_digest)?,
            published_at: row.published_at,
            yanked: row.yanked,
        })
    }
}

/// Reads a publication that the store holds.
pub(super) fn read_document(package_name: &PackageName, document: &str) -> Result<Publication, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::Corrupt {
        what: format!("a publication of `{package_name}`"),
        reason: error.to_string(),
    })
}

/// With how many yanked versions a new one is compared.
const WITHDRAWN: usize = 20;

/// The versions that a new one is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NeighborVersions {
    /// The one that it follows; where it follows none, the lowest that it comes before.
    pub(crate) baseline: Option<Version>,
    /// The yanked ones between that and the new one, highest first; at most so many.
    pub(crate) withdrawn: Vec<Version>,
    /// The one that follows it.
    pub(crate) above: Option<Version>,
}

impl NeighborVersions {
    /// Of a new version among those that a project has.
    pub(crate) fn of(entries: &[PublicationEntry], new: &Version) -> Self {
        let versions = |yanked: bool| entries.iter().filter(move |it| it.yanked == yanked).map(|entry| &entry.version);
        let baseline = version::baseline(versions(false), new);
        let follows = baseline.filter(|baseline| baseline.cmp_precedence(new).is_le());
        let withdrawn = version::withdrawn(versions(true), follows, new);
        // What follows none is compared with what comes after it anyway.
        let above = version::above(versions(false), new).filter(|above| baseline != Some(*above));
        Self {
            baseline: baseline.cloned(),
            withdrawn: withdrawn.into_iter().take(WITHDRAWN).cloned().collect(),
            above: above.cloned(),
        }
    }

    /// Of a version that the project has. If it comes before all others, it was published before them: it is compared
    /// with what follows it, and is not a step back.
    pub(crate) fn from_known(entries: &[PublicationEntry], version: &Version) -> Self {
        let neighbours = Self::of(entries, version);
        let is_below = |baseline: &Version| baseline.cmp_precedence(version).is_le();
        if neighbours.baseline.as_ref().is_none_or(is_below) {
            return neighbours;
        }
        let versions = entries.iter().filter(|it| !it.yanked).map(|entry| &entry.version);
        Self { baseline: None, above: version::above(versions, version).cloned(), ..neighbours }
    }
}

impl Store {
    /// Every version of a project, highest first; empty where there is no such project.
    pub(crate) async fn publications(&self, package_name: &PackageName) -> Result<Vec<PublicationEntry>, StoreError> {
        let rows: Vec<PublicationRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::PUBLICATIONS)
            .bind(package_name.as_str())
            .fetch_all(pool)
            .await)?;
        let mut entries = rows.into_iter().map(PublicationEntry::try_from).collect::<Result<Vec<_>, _>>()?;
        entries.sort_unstable_by(|a, b| b.version.cmp(&a.version));
        Ok(entries)
    }

    /// One version of a project.
    pub(crate) async fn publication_entry(
        &self,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<PublicationEntry, StoreError> {
        let row: Option<PublicationRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::PUBLICATION)
            .bind(package_name.as_str())
            .bind(version.to_string())
            .fetch_optional(pool)
            .await)?;
        match row {
            Some(row) => row.try_into(),
            None => Err(self.no_publication(package_name, version).await?),
        }
    }

    /// A version with its content.
    pub(crate) async fn document(
        &self,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<StoredDocument, StoreError> {
        let row: Option<DocumentRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::DOCUMENT)
            .bind(package_name.as_str())
            .bind(version.to_string())
            .fetch_optional(pool)
            .await)?;
        match row {
            Some(row) => Ok(StoredDocument { digest: read_back("a digest", &row.digest)?, text: row.document }),
            None => Err(self.no_publication(package_name, version).await?),
        }
    }

    /// The error for an unknown version, or an unknown project.
    pub(super) async fn no_publication(
        &self,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<StoreError, StoreError> {
        self.project(package_name).await?;
        Ok(StoreError::PublicationNotFound { package_name: package_name.clone(), version: version.clone() })
    }
}

impl Write {
    /// One version of a project, as this transaction sees it.
    pub(super) async fn publication(
        &mut self,
        package_name: &PackageName,
        version: &Version,
    ) -> Result<PublicationEntry, StoreError> {
        let row: Option<PublicationRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::PUBLICATION)
            .bind(package_name.as_str())
            .bind(version.to_string())
            .fetch_optional(connection)
            .await)?;
        let unknown =
            || StoreError::PublicationNotFound { package_name: package_name.clone(), version: version.clone() };
        row.ok_or_else(unknown)?.try_into()
    }

    pub(super) async fn publications(
        &mut self,
        package_name: &PackageName,
    ) -> Result<Vec<PublicationEntry>, StoreError> {
        let rows: Vec<PublicationRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::PUBLICATIONS)
            .bind(package_name.as_str())
            .fetch_all(connection)
            .await)?;
        rows.into_iter().map(PublicationEntry::try_from).collect()
    }
}
