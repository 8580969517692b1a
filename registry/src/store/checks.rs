//! What checks found in an environment, run by run.

use serde_json::{Value, json};
use time::OffsetDateTime;
use weft_api::EventKind;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, UniqueId},
};

use crate::store::{
    clock,
    either::on_either,
    error::StoreError,
    new_event::{Cause, NewEvent},
    pool::Store,
    sql,
    transaction::persist,
    write::Write,
};

/// How many runs of each node and program are kept: a quarter of a year of daily runs, four days of hourly ones, and few
/// enough to be read at once.
const KEPT: i64 = 100;

/// A run that is to be recorded.
#[derive(Debug)]
pub(crate) struct RecordRun {
    pub(crate) package_name: PackageName,
    pub(crate) environment: EnvironmentName,
    /// Of all that the run says.
    pub(crate) digest: Digest,
    pub(crate) ran_by: &'static str,
    /// When the run was made, in whole microseconds.
    pub(crate) ran_at: OffsetDateTime,
    pub(crate) program: Option<String>,
    /// JSON: a list of `unique_id` and `document`, a text that is JSON itself.
    pub(crate) nodes: String,
    /// The content of the event about the run.
    pub(crate) told: Value,
}

/// A recorded run.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct CheckRunRow {
    number: i64,
    recorded_at: OffsetDateTime,
}

/// A recorded run, without its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckRunEntry {
    pub(crate) number: u64,
    pub(crate) recorded_at: OffsetDateTime,
}

#[derive(sqlx::FromRow)]
struct NodeRunRow {
    number: i64,
    ran_by: String,
    ran_at: OffsetDateTime,
    program: Option<String>,
    document: String,
}

/// The results of a run for a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeRunEntry {
    pub(crate) number: u64,
    pub(crate) ran_by: String,
    pub(crate) ran_at: OffsetDateTime,
    pub(crate) program: Option<String>,
    /// JSON, as it was given.
    pub(crate) document: String,
}

impl From<CheckRunRow> for CheckRunEntry {
    fn from(CheckRunRow { number, recorded_at }: CheckRunRow) -> Self {
        Self { number: number.unsigned_abs(), recorded_at }
    }
}

impl From<NodeRunRow> for NodeRunEntry {
    fn from(row: NodeRunRow) -> Self {
        let NodeRunRow { number, ran_by, ran_at, program, document } = row;
        Self { number: number.unsigned_abs(), ran_by, ran_at, program, document }
    }
}

impl Store {
    /// The runs that looked at a node in an environment, the last recorded first; at most a hundred of each program.
    pub(crate) async fn node_runs(
        &self,
        package_name: &PackageName,
        environment: &EnvironmentName,
        unique_id: &UniqueId,
    ) -> Result<Vec<NodeRunEntry>, StoreError> {
        let rows: Vec<NodeRunRow> = on_either!(self.reads(), |pool| sqlx::query_as(sql::NODE_RUNS)
            .bind(package_name.as_str())
            .bind(environment.as_str())
            .bind(unique_id.as_str())
            .fetch_all(pool)
            .await)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Records a run; tells whether it is new. The same one again changes nothing.
    ///
    /// # Errors
    /// `ProjectNotFound`.
    pub(crate) async fn record_run(&self, run: &RecordRun, cause: &Cause) -> Result<(CheckRunEntry, bool), StoreError> {
        persist(|| self.try_record_run(run, cause)).await
    }

    async fn try_record_run(&self, run: &RecordRun, cause: &Cause) -> Result<(CheckRunEntry, bool), StoreError> {
        let mut write = self.begin(cause).await?;
        let (entry, is_new) = write.record_run(run).await?;
        write.finish(is_new).await?;
        Ok((entry, is_new))
    }
}

impl Write {
    async fn record_run(&mut self, run: &RecordRun) -> Result<(CheckRunEntry, bool), StoreError> {
        self.lock_project(&run.package_name).await?;
        let (name, environment, digest) = (run.package_name.as_str(), run.environment.as_str(), run.digest.to_string());
        let same: Option<CheckRunRow> = on_either!(self.lend(), |connection| sqlx::query_as(sql::SAME_CHECK_RUN)
            .bind(name)
            .bind(environment)
            .bind(digest.as_str())
            .fetch_optional(connection)
            .await)?;
        if let Some(same) = same {
            return Ok((same.into(), false));
        }
        let last: i64 = on_either!(self.lend(), |connection| sqlx::query_scalar(sql::LAST_CHECK_RUN)
            .bind(name)
            .bind(environment)
            .fetch_one(connection)
            .await)?;
        let row = CheckRunRow { number: last + 1, recorded_at: clock::now() };
        on_either!(self.lend(), |connection| sqlx::query(sql::INSERT_CHECK_RUN)
            .bind(name)
            .bind(environment)
            .bind(row.number)
            .bind(digest)
            .bind(run.ran_by)
            .bind(run.ran_at)
            .bind(run.program.as_deref())
            .bind(row.recorded_at)
            .execute(connection)
            .await
            .map(drop))?;
        self.insert_node_runs(run, row.number).await?;
        let event = NewEvent::new(EventKind::Checked).of(&run.package_name).within(&run.environment);
        self.record(event.what(run.told.clone()).what(json!({ "run": row.number })));
        Ok((row.into(), true))
    }

    /// All nodes in one statement; the two databases unfold JSON each in their own way. The oldest runs make room.
    async fn insert_node_runs(&mut self, run: &RecordRun, number: i64) -> Result<(), StoreError> {
        let statement = self.text_of(sql::INSERT_NODE_RUNS_SQLITE, sql::INSERT_NODE_RUNS_POSTGRES);
        let (name, environment) = (run.package_name.as_str(), run.environment.as_str());
        on_either!(self.lend(), |connection| sqlx::query(statement)
            .bind(name)
            .bind(environment)
            .bind(run.ran_by)
            .bind(number)
            .bind(run.nodes.as_str())
            .execute(connection)
            .await
            .map(drop))?;
        on_either!(self.lend(), |connection| sqlx::query(sql::PRUNE_NODE_RUNS)
            .bind(name)
            .bind(environment)
            .bind(run.ran_by)
            .bind(KEPT)
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }
}
