//! Registered consumers: readers that are not dbt projects, each in one environment.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};
use time::OffsetDateTime;
use weft_api::{
    EventKind,
    consumer::{ConsumerRead, Registration},
};
use weft_mesh::can_deploy::faults_of_registration;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName},
};

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    mesh::Learned,
    new_event::{Cause, NewEvent},
    pool::Store,
    sql,
    stored::read_back,
    transaction::persist,
    write::Write,
};

/// A registered consumer, as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct ConsumerEntry {
    pub(crate) name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) revision: u64,
    pub(crate) registration: Registration,
    pub(crate) changed_at: OffsetDateTime,
    /// What the registration that it has just replaced read, and it does not.
    pub(crate) forgotten: Vec<ConsumerRead>,
}

/// A consumer that is to be registered.
#[derive(Debug)]
pub(crate) struct PutConsumer {
    pub(crate) name: PackageName,
    pub(crate) environment: EnvironmentName,
    pub(crate) registration: Arc<Registration>,
    /// The registration's canonical JSON.
    pub(crate) document: String,
    /// The digest of the document.
    pub(crate) digest: Digest,
}

#[derive(sqlx::FromRow)]
struct ConsumerRow {
    name: String,
    environment: String,
    revision: i64,
    digest: String,
    document: String,
    changed_at: OffsetDateTime,
}

impl TryFrom<ConsumerRow> for ConsumerEntry {
    type Error = StoreError;
    fn try_from(row: ConsumerRow) -> Result<Self, StoreError> {
        let name: PackageName = read_back("a consumer's name", &row.name)?;
        Ok(Self {
            registration: read_registration(&name, &row.document)?,
            name,
            environment: read_back("an environment name", &row.environment)?,
            revision: row.revision.unsigned_abs(),
            changed_at: row.changed_at,
            forgotten: Vec::new(),
        })
    }
}

/// Reads a registration that the store holds.
pub(super) fn read_registration(name: &PackageName, document: &str) -> Result<Registration, StoreError> {
    serde_json::from_str(document)
        .map_err(|error| StoreError::Corrupt { what: format!("the consumer `{name}`"), reason: error.to_string() })
}

impl Store {
    /// Reads a registered consumer; None if there is none with the name.
    pub(crate) async fn consumer(
        &self,
        environment: &EnvironmentName,
        name: &PackageName,
    ) -> Result<ConsumerEntry, StoreError> {
        let row: Option<ConsumerRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::CONSUMER)
            .bind(environment.as_str())
            .bind(name.as_str())
            .fetch_optional(pool)
            .await)?;
        let (name, environment) = (name.clone(), environment.clone());
        row.ok_or(StoreError::ConsumerNotFound { name, environment })?.try_into()
    }

    /// The consumers of an environment after a name, in the order of their bytes, at most `limit`.
    pub(crate) async fn consumers(
        &self,
        environment: &EnvironmentName,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ConsumerEntry>, StoreError> {
        let rows: Vec<ConsumerRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::CONSUMERS_AFTER)
            .bind(environment.as_str())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Registers a consumer, in the place of what stands under its name; tells whether there was none. The same again
    /// changes nothing.
    ///
    /// # Errors
    /// `InvalidConsumer`.
    pub(crate) async fn put_consumer(
        &self,
        put: &PutConsumer,
        cause: &Cause,
    ) -> Result<(ConsumerEntry, bool), StoreError> {
        let _turn = self.turn(&projects([&*put.registration]), Some(&put.environment)).await?;
        persist(|| self.try_put_consumer(put, cause)).await
    }

    async fn try_put_consumer(&self, put: &PutConsumer, cause: &Cause) -> Result<(ConsumerEntry, bool), StoreError> {
        let (mut write, mut learned) = (self.begin(cause).await?, self.memory.learn());
        let (entry, is_first, is_new) = write.put_consumer(&mut learned, put).await?;
        write.finish_and_keep(is_new, learned).await?;
        Ok((entry, is_first))
    }

    /// Takes a consumer away; gives what stood.
    ///
    /// # Errors
    /// `ConsumerNotFound`.
    pub(crate) async fn remove_consumer(
        &self,
        environment: &EnvironmentName,
        name: &PackageName,
        cause: &Cause,
    ) -> Result<ConsumerEntry, StoreError> {
        let _turn = self.turn(&BTreeSet::new(), Some(environment)).await?;
        persist(|| self.try_remove_consumer(environment, name, cause)).await
    }

    async fn try_remove_consumer(
        &self,
        environment: &EnvironmentName,
        name: &PackageName,
        cause: &Cause,
    ) -> Result<ConsumerEntry, StoreError> {
        let mut write = self.begin(cause).await?;
        let entry = write.remove_consumer(environment, name).await?;
        write.finish(true).await?;
        Ok(entry)
    }
}

/// The projects that registrations read.
fn projects<'r>(registrations: impl IntoIterator<Item = &'r Registration>) -> BTreeSet<PackageName> {
    registrations.into_iter().flat_map(|it| &it.reads).map(|read| read.package_name.clone()).collect()
}

impl Write {
    async fn put_consumer(
        &mut self,
        learned: &mut Learned<'_>,
        put: &PutConsumer,
    ) -> Result<(ConsumerEntry, bool, bool), StoreError> {
        let PutConsumer { name, environment, registration, document, digest } = put;
        // Rows of projects come before an environment's turn, as in deployments.
        let locked = self.lock_projects(&projects([&**registration])).await?;
        self.take_turn(environment).await?;
        let current = self.consumer(environment, name).await?;
        let is_first = current.is_none();
        let mut forgotten = Vec::new();
        if let Some(row) = current {
            let is_same = row.digest == digest.to_string();
            let current = ConsumerEntry::try_from(row)?;
            if is_same {
                return Ok((current, is_first, false));
            }
            forgotten = registration.missing_reads(&current.registration);
        }
        let now = self.lend().surroundings_in(learned, std::slice::from_ref(environment)).await?;
        let faults = faults_of_registration(registration, name, &now.mesh);
        if !faults.is_empty() {
            let (name, environment) = (name.clone(), environment.clone());
            return Err(StoreError::InvalidConsumer { name, environment, faults });
        }
        let entry = ConsumerEntry {
            name: name.clone(),
            environment: environment.clone(),
            revision: self.last_consumer_revision(environment, name).await? + 1,
            registration: (**registration).clone(),
            changed_at: clock::now(),
            forgotten,
        };
        on_either!(self.lend(), |connection| sqlx::query(sql::PUT_CONSUMER)
            .bind(environment.as_str())
            .bind(name.as_str())
            .bind(entry.revision.cast_signed())
            .bind(digest.to_string())
            .bind(entry.changed_at)
            .execute(connection)
            .await
            .map(drop))?;
        self.keep_consumer(&entry, &digest.to_string(), document, false).await?;
        self.record_consumer(&EventKind::ConsumerRegistered, &locked, &entry);
        Ok((entry, is_first, true))
    }

    async fn remove_consumer(
        &mut self,
        environment: &EnvironmentName,
        name: &PackageName,
    ) -> Result<ConsumerEntry, StoreError> {
        let not_found = || StoreError::ConsumerNotFound { name: name.clone(), environment: environment.clone() };
        let seen = ConsumerEntry::try_from(self.consumer(environment, name).await?.ok_or_else(not_found)?)?;
        let locked = self.lock_projects(&projects([&seen.registration])).await?;
        self.take_turn(environment).await?;
        // Somebody else may have changed it before this turn.
        let row = self.consumer(environment, name).await?.ok_or_else(not_found)?;
        let (digest, document) = (row.digest.clone(), row.document.clone());
        let entry = ConsumerEntry::try_from(row)?;
        let gone = ConsumerEntry { revision: entry.revision + 1, changed_at: clock::now(), ..entry.clone() };
        on_either!(self.lend(), |connection| sqlx::query(sql::REMOVE_CONSUMER)
            .bind(environment.as_str())
            .bind(name.as_str())
            .execute(connection)
            .await
            .map(drop))?;
        self.keep_consumer(&gone, &digest, &document, true).await?;
        self.record_consumer(&EventKind::ConsumerRemoved, &locked, &gone);
        Ok(entry)
    }

    async fn consumer(
        &mut self,
        environment: &EnvironmentName,
        name: &PackageName,
    ) -> Result<Option<ConsumerRow>, StoreError> {
        Ok(on_either!(self.lend(), |connection| sqlx::query_as(sql::CONSUMER)
            .bind(environment.as_str())
            .bind(name.as_str())
            .fetch_optional(connection)
            .await)?)
    }

    async fn last_consumer_revision(
        &mut self,
        environment: &EnvironmentName,
        name: &PackageName,
    ) -> Result<u64, StoreError> {
        let last: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::LAST_CONSUMER_REVISION)
            .bind(environment.as_str())
            .bind(name.as_str())
            .fetch_one(connection)
            .await)?;
        Ok(last.unsigned_abs())
    }

    /// Takes the rows of projects, in the order of their names, and gives the names; those that are not there are passed
    /// by.
    async fn lock_projects(&mut self, names: &BTreeSet<PackageName>) -> Result<Vec<PackageName>, StoreError> {
        let mut locked = Vec::new();
        for package_name in names {
            match self.lock_project(package_name).await {
                Ok(_) => locked.push(package_name.clone()),
                Err(StoreError::ProjectNotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(locked)
    }

    async fn keep_consumer(
        &mut self,
        entry: &ConsumerEntry,
        digest: &str,
        document: &str,
        removed: bool,
    ) -> Result<(), StoreError> {
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_CONSUMER_HISTORY)
            .bind(entry.environment.as_str())
            .bind(entry.name.as_str())
            .bind(entry.revision.cast_signed())
            .bind(digest)
            .bind(document)
            .bind(entry.changed_at)
            .bind(removed)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Records an event for each project that the consumer reads.
    fn record_consumer(&mut self, kind: &EventKind, projects: &[PackageName], entry: &ConsumerEntry) {
        let ConsumerEntry { name, environment, revision, registration, .. } = entry;
        for package_name in projects {
            let reads = registration.reads.iter().filter(|read| read.package_name == *package_name);
            let reads: Vec<Value> = reads.map(|read| json!(read)).collect();
            let facts = json!({
                "name": name, "revision": revision, "kind": registration.kind, "owner": registration.owner,
                "reads": reads,
            });
            self.record(NewEvent::new(kind.clone()).of(package_name).within(environment).what(facts));
        }
    }
}
