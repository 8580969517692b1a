//! The store: publications, deployments and their readers, policies and waivers, in SQLite or PostgreSQL.
//!
//! One SQL text serves both (`sql`); `on_pool!` and `on_transaction!` write a call once for the two drivers.

pub(crate) mod clock;
mod cycle;
mod deploy;
mod deployments;
mod error;
mod offers;
mod policies;
mod pool;
mod precondition;
mod projects;
mod publications;
mod publish;
mod relations;
mod sql;
#[cfg(test)]
mod tests;
mod transaction;
mod waivers;

pub(crate) use crate::store::{
    deploy::{Deploy, GivenRelations},
    deployments::{DeployedVersion, Deployment},
    policies::{PolicyEntry, PolicyPlace, PutPolicy},
    precondition::Precondition,
    projects::{Project, Reading},
    publications::{PublicationEntry, baseline},
    publish::{Attempt, Publish, Published, Verdict},
    waivers::{Approval, WaiverEntry},
};
pub use crate::store::{
    error::{StoreError, VersionTaken},
    pool::Store,
};
