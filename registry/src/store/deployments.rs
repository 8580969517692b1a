//! Deployments and their history, for reading.

use std::collections::BTreeMap;

use semver::Version;
use serde_json::{Value, json};
use time::OffsetDateTime;
use weft_api::TablesElsewhere;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};

use crate::store::{either::on_either, error::StoreError, pool::Store, sql, stored::read_back, write::Write};

/// The deployment of a project in an environment, at one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeploymentEntry {
    pub(crate) package_name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) revision: u64,
    pub(crate) version: Version,
    pub(crate) relations_digest: Digest,
    pub(crate) deployed_at: OffsetDateTime,
    /// The reason, if it was forced and left needs unmet.
    pub(crate) forced: Option<String>,
    /// Whether nothing was ever deployed to the environment before; set only by the deployment itself.
    pub(crate) is_first: bool,
    /// What of it uses tables of another environment; told where the deployment is made, and nowhere else.
    pub(crate) tables_elsewhere: Option<TablesElsewhere>,
    /// Where its environment takes the projects from that it lacks; told where the deployment is made, and nowhere else.
    pub(crate) fallback: Vec<EnvironmentName>,
}

/// A revision of the history: a deployment, or a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PastDeploymentEntry {
    /// The version that was taken out where it was.
    pub(crate) deployment: DeploymentEntry,
    /// Whether the project was taken out of the environment.
    pub(crate) removed: bool,
}

/// A version that is or was deployed in an environment, as of its last deployment there.
#[derive(Debug, Clone)]
pub(crate) struct DeployedVersion {
    pub(crate) relations_digest: Digest,
    pub(crate) deployed_at: OffsetDateTime,
    pub(crate) yanked: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct DeploymentRow {
    package_name: String,
    environment: String,
    revision: i64,
    version: String,
    relations_digest: String,
    deployed_at: OffsetDateTime,
    forced: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PastDeploymentRow {
    #[sqlx(flatten)]
    deployment: DeploymentRow,
    removed: bool,
}

#[derive(sqlx::FromRow)]
struct DeployedVersionRow {
    version: String,
    relations_digest: String,
    deployed_at: OffsetDateTime,
    yanked: bool,
}

impl TryFrom<DeploymentRow> for DeploymentEntry {
    type Error = StoreError;
    fn try_from(row: DeploymentRow) -> Result<Self, StoreError> {
        Ok(Self {
            package_name: read_back("a project name", &row.package_name)?,
            environment: read_back("an environment name", &row.environment)?,
            revision: row.revision.unsigned_abs(),
            version: read_back("a version", &row.version)?,
            relations_digest: read_back("a digest", &row.relations_digest)?,
            deployed_at: row.deployed_at,
            forced: row.forced,
            is_first: false,
            tables_elsewhere: None,
            fallback: Vec::new(),
        })
    }
}

impl DeploymentEntry {
    /// The facts of the event about it.
    pub(super) fn facts(&self) -> Value {
        let Self { relations_digest, fallback, .. } = self;
        let mut facts = json!({ "relations_digest": relations_digest });
        if !fallback.is_empty() {
            facts["fallback"] = json!(fallback);
        }
        facts
    }
}

impl Store {
    /// Reads the deployment of a project in an environment; None if there is none.
    pub(crate) async fn deployment(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<DeploymentEntry, StoreError> {
        let row: Option<DeploymentRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYMENT)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .fetch_optional(pool)
            .await)?;
        if let Some(row) = row {
            return row.try_into();
        }
        self.project(package_name).await?;
        Err(StoreError::DeploymentNotFound { package_name: package_name.clone(), environment: environment.clone() })
    }

    /// The deployments of an environment before a revision, newest first, at most `limit`.
    pub(crate) async fn history(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<PastDeploymentEntry>, StoreError> {
        let before = before.and_then(|revision| i64::try_from(revision).ok()).unwrap_or(i64::MAX);
        let rows: Vec<PastDeploymentRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::HISTORY)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        let past = |row: PastDeploymentRow| {
            Ok(PastDeploymentEntry { deployment: row.deployment.try_into()?, removed: row.removed })
        };
        rows.into_iter().map(past).collect()
    }

    /// Every version that is or was deployed in an environment.
    pub(crate) async fn deployed_versions(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<BTreeMap<Version, DeployedVersion>, StoreError> {
        let rows: Vec<DeployedVersionRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYED_VERSIONS)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .fetch_all(pool)
            .await)?;
        rows.into_iter()
            .map(|row| {
                let relations_digest = read_back("a digest", &row.relations_digest)?;
                let version = read_back("a version", &row.version)?;
                let DeployedVersionRow { deployed_at, yanked, .. } = row;
                Ok((version, DeployedVersion { relations_digest, deployed_at, yanked }))
            })
            .collect()
    }

    /// Every environment and project of which something is deployed there; sorted.
    pub(crate) async fn deployed_projects(&self) -> Result<Vec<(EnvironmentName, PackageName)>, StoreError> {
        let rows: Vec<(String, String)> =
            on_either!(self.reads(), |pool| sqlx::query_as(sql::DEPLOYED_PROJECTS).fetch_all(pool).await)?;
        let mut projects = rows
            .iter()
            .map(|(environment, package_name)| {
                Ok((read_back("an environment name", environment)?, read_back("a project name", package_name)?))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        projects.sort_unstable();
        Ok(projects)
    }
}

impl Write {
    /// The deployment in an environment, as this transaction sees it.
    pub(super) async fn deployment(
        &mut self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<Option<DeploymentEntry>, StoreError> {
        let row: Option<DeploymentRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::DEPLOYMENT)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .fetch_optional(connection)
            .await)?;
        row.map(DeploymentEntry::try_from).transpose()
    }

    /// The last revision of a project in an environment, deployed or removed; 0 if it never was.
    pub(super) async fn last_revision(
        &mut self,
        package_name: &PackageName,
        environment: &EnvironmentName,
    ) -> Result<u64, StoreError> {
        let last: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::LAST_REVISION)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .fetch_one(connection)
            .await)?;
        Ok(last.unsigned_abs())
    }

    /// Writes a deployment: as the current one, and into the history.
    pub(super) async fn put_deployment(&mut self, deployment: &DeploymentEntry) -> Result<(), StoreError> {
        for statement in [sql::PUT_DEPLOYMENT, sql::INSERT_HISTORY] {
            self.write_deployment(statement, deployment).await?;
        }
        Ok(())
    }

    /// Removes the current deployment, and writes that into the history.
    pub(super) async fn remove_deployment(&mut self, gone: &DeploymentEntry) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(sql::REMOVE_DEPLOYMENT)
            .bind(gone.package_name.as_str())
            .bind(gone.environment.as_str())
            .execute(connection)
            .await
            .map(drop))?;
        self.write_deployment(sql::INSERT_REMOVAL, gone).await
    }

    async fn write_deployment(
        &mut self,
        statement: &'static str,
        deployment: &DeploymentEntry,
    ) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(statement)
            .bind(deployment.package_name.as_str())
            .bind(deployment.environment.as_str())
            .bind(deployment.revision.cast_signed())
            .bind(deployment.version.to_string())
            .bind(deployment.relations_digest.to_string())
            .bind(deployment.deployed_at)
            .bind(deployment.forced.as_deref())
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
