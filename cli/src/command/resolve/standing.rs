//! What a lock holds beside what is deployed now.

use std::fmt;

use semver::Version;
use serde_json::{Value, json};
use weft_api::{ResolvedPackage, problem::Problem};
use weft_bindings::Upstream;
use weft_model::name::{EnvironmentName, UniqueId};
use weft_publication::relation::Relation;

use crate::{client::Client, escape::escape, failure::Result};

/// The maximum number of moved nodes that are named.
const NAMED: usize = 3;

/// What is known of a package that a lock holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DeployedNow {
    /// It was locked as it was published, wherever it is deployed.
    Published,
    /// The registry was not asked.
    NotAsked,
    /// It could not be found out, and why.
    NotTold(String),
    /// It is deployed there as the lock holds it.
    Same(EnvironmentName),
    /// Nothing of it is deployed there any more.
    Gone(EnvironmentName),
    /// Another version is, or the same with other relations.
    Other {
        environment: EnvironmentName,
        version: Version,
        /// The nodes with a different relation now: the one in the lock, and the current one.
        moved: Vec<(UniqueId, String, Option<String>)>,
    },
}

impl DeployedNow {
    /// Asks for the deployed version of a package, and for the relations of the nodes that are given to dbt.
    pub(super) async fn of(package: &ResolvedPackage, upstream: Option<&Upstream>, client: Option<&Client>) -> Self {
        let Some(environment) = package.environment.clone() else { return Self::Published };
        let Some(client) = client else { return Self::NotAsked };
        // The lock is enough to go on with, so that a registry that cannot be asked is no error.
        Self::ask(package, environment, upstream, client)
            .await
            .unwrap_or_else(|problem: Box<Problem>| Self::NotTold(problem.detail))
    }

    async fn ask(
        package: &ResolvedPackage,
        environment: EnvironmentName,
        upstream: Option<&Upstream>,
        client: &Client,
    ) -> Result<Self> {
        let ResolvedPackage { package_name, version, relations_digest, .. } = package;
        let detail = client.project(package_name).await?;
        let Some(deployment) = detail.summary.deployed_in(&environment) else {
            return Ok(Self::Gone(environment));
        };
        if deployment.version == *version && deployment.relations_digest == *relations_digest {
            return Ok(Self::Same(environment));
        }
        let mut moved = Vec::new();
        if let Some(upstream) = upstream.filter(|_| deployment.relations_digest != *relations_digest) {
            let now = client.relations(package_name, deployment.relations_digest).await?;
            let public = upstream.relations.iter().filter(|(id, _)| upstream.publication.interface.contains_key(*id));
            for (unique_id, locked) in public {
                let is = now.get(unique_id);
                if is.is_none_or(|is| place(is) != place(locked)) {
                    moved.push((unique_id.clone(), place(locked), is.map(place)));
                }
            }
        }
        Ok(Self::Other { environment, version: deployment.version.clone(), moved })
    }

    /// What is to be warned of, if anything is.
    pub(super) fn warning(&self, package: &ResolvedPackage) -> Option<String> {
        let ResolvedPackage { package_name, version, .. } = package;
        let held = format!("weft.lock has `{package_name}` {version}");
        match self {
            Self::Published | Self::NotAsked | Self::Same(_) => None,
            Self::NotTold(why) => Some(format!("{held}; weft could not read what is deployed now: {}", escape(why))),
            Self::Gone(environment) => Some(format!(
                "{held}, but `{package_name}` is no longer deployed in {environment}: its tables may be gone"
            )),
            Self::Other { environment, version: now, moved } => {
                let deployed = if now == version {
                    format!("{held} from an earlier deployment in {environment}")
                } else {
                    format!("{held}, but {now} is now deployed in {environment}")
                };
                let line = |(unique_id, was, is): &(UniqueId, String, Option<String>)| {
                    let is = is.as_ref().map_or_else(|| "nowhere".to_owned(), |is| format!("in {}", escape(is)));
                    format!("\n  `{}` is now {is}; the lock has {}", escape(unique_id.as_str()), escape(was))
                };
                let lines: String = moved.iter().take(NAMED).map(line).collect();
                let more = moved.len().saturating_sub(NAMED);
                let more = if more > 0 { format!("\n  and {more} more nodes have moved") } else { String::new() };
                Some(format!("{deployed}{lines}{more}"))
            }
        }
    }

    pub(super) fn json(&self, package: &ResolvedPackage) -> Value {
        let name = &package.package_name;
        match self {
            Self::Published | Self::NotAsked => json!({ "package_name": name, "deployed": null, "asked": false }),
            Self::NotTold(why) => json!({ "package_name": name, "deployed": null, "asked": false, "why": why }),
            Self::Gone(environment) => {
                json!({ "package_name": name, "deployed": null, "asked": true, "environment": environment })
            }
            Self::Same(environment) => json!({
                "package_name": name, "deployed": package.version, "asked": true, "environment": environment, "moved": [],
            }),
            Self::Other { environment, version, moved } => {
                let moved: Vec<_> = moved
                    .iter()
                    .map(|(unique_id, was, is)| json!({ "unique_id": unique_id, "locked": was, "deployed": is }))
                    .collect();
                json!({
                    "package_name": name, "deployed": version, "asked": true, "environment": environment, "moved": moved,
                })
            }
        }
    }
}

impl fmt::Display for DeployedNow {
    /// Where the lock has a package from, and what is there now: of what is not deployed it does not say that it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published => f.write_str("locked as published"),
            Self::NotAsked | Self::NotTold(_) => f.write_str("locked"),
            Self::Same(environment) => write!(f, "locked, and deployed in {environment}"),
            Self::Gone(environment) => write!(f, "locked, and no longer deployed in {environment}"),
            Self::Other { environment, version, .. } => write!(f, "locked; {environment} has {version} now"),
        }
    }
}

/// The relation of a node, for a message.
fn place(relation: &Relation) -> String {
    let Relation { database, schema, identifier, relation_name, .. } = relation;
    let parts = database.iter().chain([schema, identifier]).map(String::as_str).collect::<Vec<_>>().join(".");
    relation_name.clone().unwrap_or(parts)
}
