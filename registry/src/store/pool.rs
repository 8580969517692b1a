//! Opening the store.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::store::{
    either::{Either, Reads, on_either},
    error::StoreError,
    feed::Feed,
    file::DatabaseFile,
    last_write::LastWrite,
    mesh::Memory,
    pulse::{self, Pulse},
    sql,
    turns::Turns,
};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The table in which migrations are written down.
const MIGRATIONS: &str = "_sqlx_migrations";
/// How long a SQLite writer waits for one of another process.
const BUSY: Duration = Duration::from_secs(15);
/// How long a request waits for a connection of the pool.
const ACQUIRE: Duration = Duration::from_secs(20);
/// How long the database may take to give a sign of life.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the opening of a fresh SQLite file is tried while other processes open it too.
const OPENING_ATTEMPTS: u32 = 50;
const READERS: u32 = 4;
const CONNECTIONS: u32 = 20;

/// The registry's database. Clones share its connections, and what is kept in memory of it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) pool: Pool,
    pub(super) memory: Arc<Memory>,
    /// The file of a SQLite database.
    pub(super) file: Option<Arc<DatabaseFile>>,
    pub(super) last_write: Arc<LastWrite>,
    /// Who waits for new events.
    pub(super) feed: Arc<Feed>,
    /// For PostgreSQL, which may go away.
    pub(super) pulse: Option<Arc<Pulse>>,
    pub(super) turns: Arc<Turns>,
}

/// The two databases.
pub(super) type Pool = Either<SqlitePools, PgPool>;

/// SQLite has one writer at a time anyway: a pool of one connection is the fair queue for it.
#[derive(Debug, Clone)]
pub(super) struct SqlitePools {
    pub(super) readers: SqlitePool,
    pub(super) writer: SqlitePool,
}

impl Store {
    /// Opens a database and brings its tables up to date: `postgres://...`, `postgresql://...`, else the path of a
    /// SQLite file, which is made with its folder where it is not there. Several processes may do so at once.
    ///
    /// # Errors
    /// The database cannot be reached, or is not one that this weft can use.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (pool, file, pulse) = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let (pool, pulse) = open_postgres(url).await?;
            (Pool::Postgres(pool), None, Some(Arc::new(pulse)))
        } else {
            let pool = Pool::Sqlite(open_sqlite(Path::new(url)).await?);
            let file = DatabaseFile::new(Path::new(url).to_owned());
            let refuse = |error: std::io::Error| StoreError::Open { url: url.to_owned(), reason: error.to_string() };
            (pool, Some(Arc::new(file.map_err(refuse)?)), None)
        };
        let (memory, last_write, turns) = <(Arc<Memory>, Arc<LastWrite>, Arc<Turns>)>::default();
        let store = Self { pool, memory, file, last_write, feed: Arc::default(), pulse, turns };
        store.take_over_events().await?;
        Ok(store)
    }

    /// The pool, for single reads.
    pub(super) fn reads(&self) -> Reads<'_> {
        match &self.pool {
            Pool::Sqlite(pools) => Reads::Sqlite(&pools.readers),
            Pool::Postgres(pool) => Reads::Postgres(pool),
        }
    }

    /// Asks the database for a sign of life, and does not wait long for it.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let answer =
            async { on_either!(self.reads(), |pool| sqlx::query_scalar::<_, i64>(sql::PING).fetch_one(pool).await) };
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(answer) => Ok(answer.map(drop)?),
            Err(_elapsed) => Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)),
        }
    }
}

async fn open_postgres(url: &str) -> Result<(PgPool, Pulse), StoreError> {
    // The URL may hold a password, so what is told of it is its scheme only.
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Open { url: "postgres://...".to_owned(), reason: error.to_string() })?;
    // The pool would try for as long as a request may wait, and keep the reason to itself.
    // What cannot be closed is dropped.
    let _ = pulse::connect(&options).await?.close().await;
    let pooled = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE);
    // sqlx's sweep of idle connections may spin for ever (its issue 3645); each connection is tested before it is used.
    let pooled = pooled.idle_timeout(None).max_lifetime(None);
    let pool = pooled.connect_with(options.clone()).await?;
    MIGRATOR.run(&pool).await.map_err(migration)?;
    Ok((pool, Pulse::new(options)))
}

async fn open_sqlite(path: &Path) -> Result<SqlitePools, StoreError> {
    let refuse = |reason: String| StoreError::Open { url: path.display().to_string(), reason };
    if path.as_os_str().is_empty() {
        return Err(refuse("the path is empty".to_owned()));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| refuse(error.to_string()))?;
    }
    refuse_foreign(path).await?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // PostgreSQL's name for the order of bytes, so that one ORDER BY serves both.
        .collation("C", Ord::cmp);
    let mut attempt = 0;
    let writer = loop {
        attempt += 1;
        match migrated_writer(options.clone()).await {
            Ok(writer) => break writer,
            Err(error) if error.is_passing() && attempt < OPENING_ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(StoreError::Unavailable(error) | StoreError::Failed(error)) => return Err(refuse(error.to_string())),
            Err(error) => return Err(error),
        }
    };
    let readers = sqlite_pool(READERS).connect_lazy_with(options);
    Ok(SqlitePools { readers, writer })
}

/// Refuses a file with a different program's tables before anything is changed in it. A file that cannot be read is
/// reported when it is opened.
async fn refuse_foreign(path: &Path) -> Result<(), StoreError> {
    if !std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY);
    let Ok(mut connection) = options.connect().await else { return Ok(()) };
    let tables: Vec<String> =
        sqlx::query_scalar(sql::SQLITE_TABLES).fetch_all(&mut connection).await.unwrap_or_default();
    // What cannot be closed is dropped.
    let _ = connection.close().await;
    match tables.first() {
        Some(table) if !tables.iter().any(|table| table == MIGRATIONS) => {
            Err(StoreError::Foreign { url: path.display().to_string(), table: table.clone() })
        }
        _ => Ok(()),
    }
}

/// A connection to a file does not go stale, so it is not tried out before each use.
fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    let pooled = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE);
    // Connections to a file do not grow old, and sqlx's sweep of idle ones may spin for ever (its issue 3645).
    pooled.test_before_acquire(false).idle_timeout(None).max_lifetime(None)
}

/// Whether a connection that comes back to the pool can begin the next transaction.
///
/// Where the disk is full, SQLite itself rolls a transaction back. A rollback then fails, and the driver counts the
/// transaction as open for ever.
async fn is_of_use(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // A transaction that is dropped is rolled back before this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// A pool of one connection to a file whose tables are up to date.
async fn migrated_writer(options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let pool = sqlite_pool(1).after_release(|connection, _| Box::pin(is_of_use(connection)));
    let pool = pool.connect_with(options).await?;
    let newest = MIGRATOR.iter().map(|migration| migration.version).max();
    // No such table is as good as no answer: then the file is fresh.
    let applied: Option<i64> = sqlx::query_scalar(sql::NEWEST_MIGRATION).fetch_one(&pool).await.ok().flatten();
    if applied == newest {
        // Only compares. A reader need not wait for a writer of another process.
        MIGRATOR.run(&pool).await.map_err(migration)?;
        return Ok(pool);
    }
    // Inside one immediate transaction: whoever comes second finds it done.
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATOR.run_direct(None, &mut *transaction, false).await.map_err(migration)?;
    transaction.commit().await?;
    Ok(pool)
}

fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => StoreError::from(error),
        MigrateError::VersionMissing(schema) => StoreError::Newer { schema },
        other => StoreError::Migrate(other),
    }
}
