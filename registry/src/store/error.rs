//! What can go wrong in the store.

use semver::Version;
use weft_api::problem::FieldError;
use weft_mesh::can_deploy::Refusal;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, TokenName, UniqueId},
    text::quoted,
};
use weft_publication::relation::RelationFault;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL or path of the database cannot be understood or its folder not made.
    #[error("the database `{url}` cannot be opened: {reason}")]
    Open {
        /// As given, without a password.
        url: String,
        /// What the system or driver says.
        reason: String,
    },
    /// A file that another program keeps its tables in.
    #[error("the database `{url}` belongs to another program: it has the table `{}`", table.escape_debug())]
    Foreign {
        /// The URL of the database.
        url: String,
        /// One of its tables.
        table: String,
    },
    /// The database was brought up to date by a newer weft, or migrated by another program.
    #[error("a newer weft created the database: it has migration {schema}, which this weft does not know")]
    Newer {
        /// The number of the unknown migration.
        schema: i64,
    },
    /// The database is not one of this registry's.
    #[error("the database is not one that this weft can use: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// No connection, no answer in time, or locked for too long.
    #[error("the database does not answer: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A statement failed for another reason.
    #[error("the database refused a statement: {0}")]
    Failed(#[source] sqlx::Error),
    /// The file of a SQLite database is no longer what was opened: what is written now is lost.
    #[error("the database is lost: {reason}")]
    Lost {
        /// What became of the file.
        reason: String,
    },
    /// What is stored cannot be read back.
    #[error("{what} cannot be read back: {reason}")]
    Corrupt {
        /// Which row or document.
        what: String,
        /// What its parser says.
        reason: String,
    },
    /// Nothing is published under the name.
    #[error("no project is published as `{package_name}`")]
    ProjectNotFound {
        /// The name that is taken.
        package_name: PackageName,
    },
    /// The project has no such version.
    #[error("`{package_name}` has no publication {version}")]
    PublicationNotFound {
        /// The project's name.
        package_name: PackageName,
        /// The version asked for.
        version: Version,
    },
    /// Nothing of the project is deployed there.
    #[error("`{package_name}` is not deployed in `{environment}`")]
    DeploymentNotFound {
        /// The project's name.
        package_name: PackageName,
        /// The environment asked for.
        environment: EnvironmentName,
    },
    /// The project has no relations of this digest.
    #[error("`{package_name}` has no relations {digest}")]
    RelationsNotFound {
        /// The project's name.
        package_name: PackageName,
        /// The digest asked for.
        digest: Digest,
    },
    /// The version exists already, with different content.
    #[error(transparent)]
    VersionExists(Box<VersionTaken>),
    /// The version exists already, with this content, and is yanked.
    #[error(
        "`{package_name}` {version} is already published with this content, but it is yanked: its owner has withdrawn it, and new resolutions skip it"
    )]
    VersionYanked {
        /// The project's name.
        package_name: PackageName,
        /// The version.
        version: Version,
    },
    /// The name belongs to another origin.
    #[error("`{package_name}` belongs to `{owner}`; this publication comes from `{origin}`")]
    NameTaken {
        /// The name that is taken.
        package_name: PackageName,
        /// The origin that it belongs to.
        owner: String,
        /// The origin of the publication.
        origin: String,
    },
    /// The deployment is not the one that the writer had seen.
    #[error("the deployment of `{package_name}` in `{environment}` is {}", revision_in_words(*current))]
    DeploymentChanged {
        /// The project's name.
        package_name: PackageName,
        /// The environment.
        environment: EnvironmentName,
        /// The current revision.
        current: Option<u64>,
    },
    /// The policy is not the one that the writer had seen.
    #[error("the policy is {}", revision_in_words(*current))]
    PolicyChanged {
        /// The current revision.
        current: Option<u64>,
    },
    /// The project has no waiver of this number.
    #[error("`{package_name}` has no waiver {number}")]
    WaiverNotFound {
        /// The project's name.
        package_name: PackageName,
        /// The number asked for.
        number: u64,
    },
    /// The registry has no token of this number.
    #[error("the registry has no token {number}")]
    TokenNotFound {
        /// The number asked for.
        number: u64,
    },
    /// A valid token has the name.
    #[error("token {number} has the name `{name}` already")]
    TokenNameTaken {
        /// The name.
        name: TokenName,
        /// The token that has it.
        number: u64,
    },
    /// Relations of a node that the version does not offer, or names that are none.
    #[error(transparent)]
    RelationFault(#[from] RelationFault),
    /// The deployment would leave needs unmet that are met now, or write to the relations of other projects.
    #[error(transparent)]
    DeploymentRefused(Box<Refusal>),
    /// The project has no such node in what was looked at.
    #[error("`{package_name}` {version} has no node `{unique_id}`")]
    NodeNotFound {
        /// The project's name.
        package_name: PackageName,
        /// The version that was looked at.
        version: Version,
        /// The node asked for.
        unique_id: UniqueId,
    },
    /// Nothing is registered there under the name.
    #[error("no consumer `{name}` is registered in `{environment}`")]
    ConsumerNotFound {
        /// The name of the consumer.
        name: PackageName,
        /// The environment.
        environment: EnvironmentName,
    },
    /// A consumer reads what is not there.
    #[error("the consumer `{name}` cannot be registered in `{environment}`: {}", faults_in_words(faults))]
    InvalidConsumer {
        /// The name of the consumer.
        name: PackageName,
        /// The environment.
        environment: EnvironmentName,
        /// Each with its place in the registration.
        faults: Vec<FieldError>,
    },
    /// Work beside the threads that serve requests was not finished.
    #[error("a task ended early: {0}")]
    Aside(String),
    /// A node would read itself through other projects.
    #[error("in `{environment}`, {}", cycle_in_words(path))]
    NodeCycle {
        /// The environment.
        environment: EnvironmentName,
        /// Each node reads the next, and the last reads the first.
        path: Vec<(PackageName, UniqueId)>,
    },
}

/// A version that exists already, with different content.
#[derive(Debug, thiserror::Error)]
#[error("`{package_name}` {version} is published with digest {published}; this content has digest {offered}")]
pub struct VersionTaken {
    /// The project's name.
    pub package_name: PackageName,
    /// The version.
    pub version: Version,
    /// The digest of the published content.
    pub published: Digest,
    /// Of the content that came.
    pub offered: Digest,
}

fn revision_in_words(current: Option<u64>) -> String {
    current.map_or_else(|| "not there".to_owned(), |revision| format!("at revision {revision}"))
}

fn faults_in_words(faults: &[FieldError]) -> String {
    match faults {
        [] => "it is not valid".to_owned(),
        [one] => one.message.clone(),
        [first, others @ ..] => format!("{}, and {} more", first.message, others.len()),
    }
}

fn cycle_in_words(path: &[(PackageName, UniqueId)]) -> String {
    let around = path.iter().chain(path.first());
    quoted(around.map(|(_, unique_id)| unique_id), " reads ")
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            _ if is_locked(&error) || is_down(&error) => Self::Unavailable(error),
            _ => Self::Failed(error),
        }
    }
}

impl StoreError {
    /// Whether the same transaction may well succeed when it is run again.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(error) | Self::Failed(error) if is_locked(error))
    }
}

/// SQLite: busy or locked; PostgreSQL: serialization failure or deadlock.
fn is_locked(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    let Some(code) = error.code() else { return false };
    match code.parse::<u32>() {
        // SQLite's extended codes hold the primary one in their low byte. PostgreSQL's 40001 ends in 65.
        Ok(extended) if code.len() < 5 => matches!(extended & 0xff, 5 | 6),
        _ => matches!(code.as_ref(), "40001" | "40P01" | "55P03"),
    }
}

/// PostgreSQL: connection exceptions, insufficient resources, operator intervention, only reading; SQLite: only reading, full
/// disk, I/O error.
fn is_down(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.code().is_some_and(|code| match code.len() {
        5 => ["08", "53", "57", "25006"].iter().any(|class| code.starts_with(class)),
        _ => code.parse::<u32>().is_ok_and(|extended| matches!(extended & 0xff, 8 | 10 | 13 | 14)),
    })
}
