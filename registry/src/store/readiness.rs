//! Whether the database can do its work, and figures about it.

use std::time::Duration;

use crate::store::{
    clock,
    either::{Either, on_either},
    error::StoreError,
    new_event::Cause,
    pool::{Pool, SqlitePools, Store},
    sql,
};

/// How long a write may take that shows that the database takes writes.
const PATIENCE: Duration = Duration::from_secs(3);
/// Figures about what the registry has.
pub(crate) struct StoreSample {
    pub(crate) projects: i64,
    pub(crate) publications: i64,
    /// How many projects are deployed in each environment.
    pub(crate) deployed: Vec<(String, i64)>,
}

impl Store {
    /// Whether the database can be read and written: it answers, it takes a write, and a SQLite file is the one at its path.
    ///
    /// A database that is busy with the writes of others is ready.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) async fn check_ready(&self) -> Result<(), StoreError> {
        self.check_file()?;
        self.ping().await?;
        if self.last_write.is_fresh() {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, self.try_write()).await {
            Ok(Ok(())) => self.last_write.note(),
            // Others write.
            Ok(Err(error)) if error.is_passing() => {}
            Err(_elapsed) => {}
            Ok(Err(error)) => return Err(error),
        }
        Ok(())
    }

    /// Whether a SQLite file is still the one that was opened.
    pub(super) fn check_file(&self) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), |file| file.check()).map_err(|reason| StoreError::Lost { reason })
    }

    async fn try_write(&self) -> Result<(), StoreError> {
        let mut write = self.begin(&Cause::NONE).await?;
        let now = clock::now();
        on_either!(write.lend(), |connection| sqlx::query(sql::CHECK_WRITE)
            .bind(now)
            .execute(connection)
            .await
            .map(drop))?;
        write.finish(true).await
    }

    /// Figures about what the registry has.
    pub(crate) async fn sample(&self) -> Result<StoreSample, StoreError> {
        let figures = async {
            let (projects, publications) =
                on_either!(self.reads(), |pool| sqlx::query_as::<_, (i64, i64)>(sql::COUNT_PROJECTS)
                    .fetch_one(pool)
                    .await)?;
            let deployed = on_either!(self.reads(), |pool| {
                sqlx::query_as::<_, (String, i64)>(sql::COUNT_DEPLOYED).fetch_all(pool).await
            })?;
            Ok(StoreSample { projects, publications, deployed })
        };
        let away = || Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        tokio::select! {
            figures = tokio::time::timeout(PATIENCE, figures) => figures.unwrap_or_else(|_elapsed| away()),
            () = self.lost_touch() => away(),
        }
    }

    /// How many connections to the database are used, and how many are idle.
    pub(crate) fn connections(&self) -> [u32; 2] {
        let of = |size: u32, idle: usize| {
            let idle = u32::try_from(idle).unwrap_or(u32::MAX);
            [size.saturating_sub(idle), idle]
        };
        match &self.pool {
            Pool::Postgres(pool) => of(pool.size(), pool.num_idle()),
            Either::Sqlite(SqlitePools { readers, writer }) => {
                of(readers.size() + writer.size(), readers.num_idle() + writer.num_idle())
            }
        }
    }
}
