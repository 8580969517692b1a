//! Projects: their list, and the row that a project's writers lock.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use time::OffsetDateTime;
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::store::{
    clock,
    deployments::{DeploymentEntry, DeploymentRow},
    either::on_either,
    error::StoreError,
    pool::Store,
    sql,
    stored::read_back,
    write::Write,
};

/// A row of the list of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectEntry {
    pub(crate) package_name: PackageName,
    pub(crate) origin: Option<String>,
    pub(crate) latest: Option<Version>,
    pub(crate) publications: u64,
    pub(crate) deployments: Vec<DeploymentEntry>,
    pub(crate) reads: BTreeSet<PackageName>,
}

/// A node of another project that reads a project's node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadingEntry {
    pub(crate) package_name: PackageName,
    pub(crate) version: Version,
    pub(crate) environment: EnvironmentName,
    pub(crate) reader: UniqueId,
    pub(crate) unique_id: UniqueId,
}

/// A project whose row this transaction holds.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) origin: Option<String>,
    pub(super) latest: Option<Version>,
}

#[derive(sqlx::FromRow)]
struct ProjectRow {
    package_name: String,
    origin: Option<String>,
    publications: i64,
    latest: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LockedRow {
    origin: Option<String>,
    latest: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ReadsRow {
    package_name: String,
    upstream: String,
}

#[derive(sqlx::FromRow)]
struct ReadingRow {
    package_name: String,
    version: String,
    environment: String,
    reader: String,
    unique_id: String,
}

/// The higher of two versions, a release before any pre-release.
pub(super) fn better_latest(latest: Option<Version>, version: Version) -> Option<Version> {
    let rank = |version: &Version| (version.pre.is_empty(), version.clone());
    latest.into_iter().chain([version]).max_by_key(rank)
}

impl Store {
    /// When a project was first published.
    ///
    /// # Errors
    /// `ProjectNotFound`.
    pub(crate) async fn project_created_at(&self, package_name: &PackageName) -> Result<OffsetDateTime, StoreError> {
        let created_at: Option<OffsetDateTime> =
            on_either!(self.reads(), |pool| sqlx::query_scalar(sql::PROJECT_CREATED)
                .bind(package_name.as_str())
                .fetch_optional(pool)
                .await)?;
        created_at.ok_or_else(|| StoreError::ProjectNotFound { package_name: package_name.clone() })
    }

    /// A project by its name.
    pub(crate) async fn project(&self, package_name: &PackageName) -> Result<ProjectEntry, StoreError> {
        let name = package_name.as_str();
        let row: Option<ProjectRow> =
            on_either!(self.reads(), |pool| sqlx::query_as(sql::PROJECT).bind(name).fetch_optional(pool).await)?;
        let row = row.ok_or_else(|| StoreError::ProjectNotFound { package_name: package_name.clone() })?;
        let deployments: Vec<DeploymentRow> =
            on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYMENTS).bind(name).fetch_all(pool).await)?;
        let reads: Vec<ReadsRow> =
            on_either!(self.reads(), |pool| sqlx::query_as(sql::READS).bind(name).fetch_all(pool).await)?;
        assemble(vec![row], deployments, reads)?
            .pop()
            .ok_or_else(|| StoreError::ProjectNotFound { package_name: package_name.clone() })
    }

    /// The projects after a name, in the order of their bytes, at most `limit`.
    pub(crate) async fn projects(&self, after: &str, limit: u32) -> Result<Vec<ProjectEntry>, StoreError> {
        let limit = i64::from(limit);
        let rows: Vec<ProjectRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::PROJECTS_AFTER)
            .bind(after)
            .bind(limit)
            .fetch_all(pool)
            .await)?;
        let deployments: Vec<DeploymentRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYMENTS_AFTER)
            .bind(after)
            .bind(limit)
            .fetch_all(pool)
            .await)?;
        let reads: Vec<ReadsRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::READS_AFTER)
            .bind(after)
            .bind(limit)
            .fetch_all(pool)
            .await)?;
        assemble(rows, deployments, reads)
    }

    /// Those of some projects of which nothing is published.
    pub(crate) async fn unpublished(
        &self,
        names: impl IntoIterator<Item = &PackageName>,
    ) -> Result<BTreeSet<PackageName>, StoreError> {
        self.check_file()?;
        let mut unpublished = BTreeSet::new();
        for package_name in names {
            let row: Option<ProjectRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::PROJECT)
                .bind(package_name.as_str())
                .fetch_optional(pool)
                .await)?;
            if row.is_none() {
                unpublished.insert(package_name.clone());
            }
        }
        Ok(unpublished)
    }

    /// Who reads a project, by the deployed publications of others: the first `limit` by project, environment, reader and
    /// node in the order of their bytes, and how many there are in all.
    pub(crate) async fn readings_of(
        &self,
        package_name: &PackageName,
        limit: u32,
    ) -> Result<(Vec<ReadingEntry>, u64), StoreError> {
        let name = package_name.as_str();
        let rows: Vec<ReadingRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::READERS)
            .bind(name)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        let mut total = rows.len() as u64;
        if rows.len() >= limit as usize {
            let counted: i64 = on_either!(self.reads(), |pool| sqlx::query_scalar(sql::COUNT_READERS)
                .bind(name)
                .fetch_one(pool)
                .await)?;
            total = total.max(counted.unsigned_abs());
        }
        Ok((rows.into_iter().map(ReadingEntry::try_from).collect::<Result<_, _>>()?, total))
    }
}

fn assemble(
    rows: Vec<ProjectRow>,
    deployments: Vec<DeploymentRow>,
    reads: Vec<ReadsRow>,
) -> Result<Vec<ProjectEntry>, StoreError> {
    let mut deployed: BTreeMap<PackageName, Vec<DeploymentEntry>> = BTreeMap::new();
    for row in deployments {
        let deployment = DeploymentEntry::try_from(row)?;
        deployed.entry(deployment.package_name.clone()).or_default().push(deployment);
    }
    let mut read: BTreeMap<String, BTreeSet<PackageName>> = BTreeMap::new();
    for row in reads {
        read.entry(row.package_name).or_default().insert(read_back("a project name", &row.upstream)?);
    }
    rows.into_iter()
        .map(|row| {
            let package_name: PackageName = read_back("a project name", &row.package_name)?;
            let mut deployments = deployed.remove(&package_name).unwrap_or_default();
            deployments.sort_unstable_by(|a, b| a.environment.cmp(&b.environment));
            Ok(ProjectEntry {
                reads: read.remove(&row.package_name).unwrap_or_default(),
                latest: row.latest.map(|latest| read_back("a version", &latest)).transpose()?,
                origin: row.origin,
                publications: row.publications.unsigned_abs(),
                package_name,
                deployments,
            })
        })
        .collect()
}

impl TryFrom<ReadingRow> for ReadingEntry {
    type Error = StoreError;
    fn try_from(row: ReadingRow) -> Result<Self, StoreError> {
        Ok(Self {
            package_name: read_back("a project name", &row.package_name)?,
            version: read_back("a version", &row.version)?,
            environment: read_back("an environment name", &row.environment)?,
            reader: read_back("a unique_id", &row.reader)?,
            unique_id: read_back("a unique_id", &row.unique_id)?,
        })
    }
}

impl TryFrom<LockedRow> for Locked {
    type Error = StoreError;
    fn try_from(row: LockedRow) -> Result<Self, StoreError> {
        let latest = row.latest.map(|latest| read_back("a version", &latest)).transpose()?;
        Ok(Self { origin: row.origin, latest })
    }
}

impl Write {
    /// Takes a project's row, making it where it is not there.
    pub(super) async fn touch_project(&mut self, package_name: &PackageName) -> Result<Locked, StoreError> {
        let row: LockedRow = on_either!(self.lend(), |connection| sqlx::query_as(sql::TOUCH_PROJECT)
            .bind(package_name.as_str())
            .bind(clock::now())
            .fetch_one(connection)
            .await)?;
        row.try_into()
    }

    /// Takes the row of a project that is there.
    pub(super) async fn lock_project(&mut self, package_name: &PackageName) -> Result<Locked, StoreError> {
        let row: Option<LockedRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::LOCK_PROJECT)
            .bind(package_name.as_str())
            .fetch_optional(connection)
            .await)?;
        row.ok_or_else(|| StoreError::ProjectNotFound { package_name: package_name.clone() })?.try_into()
    }

    pub(super) async fn set_origin(&mut self, package_name: &PackageName, origin: &str) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(sql::SET_ORIGIN)
            .bind(package_name.as_str())
            .bind(origin)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Writes down the latest version, and how many versions have come.
    pub(super) async fn set_latest(
        &mut self,
        package_name: &PackageName,
        latest: Option<&Version>,
        added: i64,
    ) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(sql::SET_LATEST)
            .bind(package_name.as_str())
            .bind(latest.map(Version::to_string))
            .bind(added)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_is_the_highest_release_and_a_pre_release_only_where_there_is_nothing_else() {
        let latest = |versions: &[&str]| {
            versions.iter().map(|version| version.parse().unwrap()).fold(None, better_latest).map(|v| v.to_string())
        };
        assert_eq!(latest(&["1.2.0", "1.10.0", "2.0.0-rc.1"]).as_deref(), Some("1.10.0"));
        assert_eq!(latest(&["1.0.0-rc.2", "1.0.0-rc.10"]).as_deref(), Some("1.0.0-rc.10"));
        assert_eq!(latest(&[]), None);
    }
}
