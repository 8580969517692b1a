//! The store: publications, deployments and their readers, in SQLite or PostgreSQL.
//!
//! One SQL text serves both (`sql`); `on_pool!` and `on_transaction!` write a call once for the two drivers.

mod clock;
mod cycle;
mod deploy;
mod deployments;
mod error;
mod offers;
mod pool;
mod projects;
mod publications;
mod publish;
mod relations;
mod sql;
#[cfg(test)]
mod tests;
mod transaction;

pub(crate) use crate::store::{
    deploy::{Deploy, GivenRelations, Precondition},
    deployments::{DeployedVersion, Deployment},
    projects::{Project, Reading},
    publications::PublicationEntry,
    publish::{Publish, Published},
};
pub use crate::store::{
    error::{StoreError, VersionTaken},
    pool::Store,
};
