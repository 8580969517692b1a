//! The store: publications, deployments and their readers, policies and waivers, in SQLite or PostgreSQL.
//!
//! One SQL text serves both (`sql`); `on_either!` writes a call once for the two drivers.

mod admission;
mod blocking;
mod checks;
pub(crate) mod clock;
mod consumers;
mod deploy;
mod deployments;
mod either;
mod error;
mod events;
mod feed;
mod file;
mod inherited;
mod last_write;
mod mesh;
mod new_event;
mod offers;
mod policies;
mod pool;
mod precondition;
mod projects;
mod publications;
mod publish;
mod pulse;
mod readiness;
mod refusals;
mod relations;
mod signing;
mod sql;
mod stored;
#[cfg(test)]
mod tests;
mod tokens;
mod transaction;
mod turns;
mod usual;
mod waiting;
mod waivers;
mod watch;
mod write;
mod yank;

pub(crate) use crate::store::{
    admission::ReviewedStep,
    checks::{NodeRunEntry, RecordRun},
    consumers::{ConsumerEntry, PutConsumer},
    deploy::{Deploy, DeploySelection, Undeploy},
    deployments::{DeployedVersion, DeploymentEntry, PastDeploymentEntry},
    events::{EventFilter, EventSpan},
    mesh::Fallback,
    mesh::Surroundings,
    new_event::Cause,
    policies::{PolicyEntry, PolicyPlace, PutPolicy},
    precondition::Precondition,
    projects::{ProjectEntry, ReadingEntry},
    publications::{NeighborVersions, PublicationEntry},
    publish::{Attempt, Publish, StoredPublication, VersionVerdict},
    readiness::StoreSample,
    relations::GivenRelations,
    signing::SigningKey,
    tokens::{NewToken, TokenEntry},
    waivers::{Approval, WaiverEntry},
    yank::Yank,
};
pub use crate::store::{
    error::{StoreError, VersionTaken},
    pool::Store,
};
