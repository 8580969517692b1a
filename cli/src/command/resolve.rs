//! `weft resolve`.

mod bind;
mod outcome;
mod standing;

use std::{collections::BTreeMap, fs, str::FromStr};

use clap::Args;
use weft_api::{ResolveRequest, ResolvedPackage, problem::ProblemCode};
use weft_bindings::Upstream;
use weft_mesh::lock::Lock;
use weft_model::{
    name::{EnvironmentName, PackageName, ParseNameError},
    requirement::Requirement,
};

pub(super) use crate::command::resolve::outcome::Resolved;
use crate::command::resolve::{outcome::LockChange, standing::DeployedNow};
use crate::{
    client::{Client, RegistryUse},
    command::resolve::bind::bind,
    failure::{FileError, Result, problem, problem_with_hint},
    options::{Environment, Shared},
    output::progress::Progress,
    project::{
        config::{Binding, Config},
        dbt::Project,
        dot_weft::DotWeft,
        interface::requires,
    },
    states::upstream::UpstreamDocuments,
    system::files,
};

/// The file that says what was resolved, in the project's folder.
const LOCK: &str = "weft.lock";

/// Choose a version of each required project, and make its nodes available to dbt.
///
/// Requirements come from weft.yml, and from the projects in dependencies.yml. Writes weft.lock, which you commit, and
/// the upstream nodes under .weft/, in the form that `binding:` names.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft resolve --write\n  weft resolve --environment staging --fallback staging=prod\n  \
                        weft resolve --locked --offline\n  weft resolve --binding loom"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) environment: Environment,

    /// The form in which upstream nodes reach dbt; default: `binding:` in weft.yml, else package
    #[arg(long, value_enum)]
    pub(super) binding: Option<Binding>,

    /// Use exactly the versions in weft.lock
    #[arg(long, conflicts_with_all = ["latest", "fallback"])]
    pub(super) locked: bool,

    /// Use exactly the versions in weft.lock, from the cache only; no registry is contacted
    #[arg(long, conflicts_with_all = ["latest", "fallback"])]
    pub(super) offline: bool,

    /// Use the highest published version that matches, instead of what is deployed
    #[arg(long)]
    pub(super) latest: bool,

    /// If an upstream project is not deployed in ENVIRONMENT, use OTHER; can be repeated
    #[arg(long, value_name = "ENVIRONMENT=OTHER")]
    pub(super) fallback: Vec<Fallback>,

    /// Write a stub for every upstream node, not only for those that this project refers to (binding package)
    #[arg(long)]
    pub(super) all: bool,

    /// Add the missing lines to packages.yml (binding package) or dbt-loom's configuration (binding loom), and remove the
    /// lines of other bindings
    #[arg(long)]
    pub(super) write: bool,
}

/// `staging=prod`.
#[derive(Debug, Clone)]
pub(super) struct Fallback(EnvironmentName, EnvironmentName);

/// The error for a text that is not a fallback.
#[derive(Debug, thiserror::Error)]
pub(super) enum FallbackError {
    /// No `=` in it.
    #[error("write it as ENVIRONMENT=OTHER, such as staging=prod")]
    Shape,
    /// A part of it is not a name.
    #[error(transparent)]
    Name(#[from] ParseNameError),
}

impl FromStr for Fallback {
    type Err = FallbackError;
    fn from_str(input: &str) -> std::result::Result<Self, Self::Err> {
        let (environment, other) = input.split_once('=').ok_or(FallbackError::Shape)?;
        Ok(Self(environment.parse()?, other.parse()?))
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<Resolved> {
    let config = shared.config()?;
    let project = shared.project()?;
    let requires = requires(&config, &project)?;
    let client = if arguments.offline || requires.is_empty() {
        None
    } else {
        Some(shared.client(&config, RegistryUse::Read).await?)
    };
    progress.step("resolving");
    let is_standing = arguments.locked || arguments.offline;
    let (lock, unknown_keys) = if is_standing {
        standing_lock(arguments, &config, &project, &requires)?
    } else {
        (fresh_lock(arguments, &config, &project, requires, client.as_ref()).await?, Vec::new())
    };
    let dot_weft = DotWeft::hold(&project.dir)?;
    let direct: Vec<&ResolvedPackage> = lock.packages.iter().filter(|package| package.direct).collect();
    let documents = UpstreamDocuments::new(&dot_weft, client.as_ref(), project.quotes_names()?);
    let mut upstreams: Vec<Upstream> = Vec::with_capacity(direct.len());
    for package in &direct {
        progress.step(&format!("fetching {} {}", package.package_name, package.version));
        upstreams.push(documents.upstream(package).await?);
    }
    progress.step("writing .weft");
    let binding = arguments.binding.unwrap_or(config.binding);
    let bound = bind(binding, &upstreams, &project, &dot_weft, arguments)?;
    let text = lock.to_text().map_err(|error| problem(ProblemCode::LockInvalid, error.to_string()))?;
    // Last, so that a lock never names what is not there.
    let path = project.dir.join(LOCK);
    let was_there = path.exists();
    let written = match (!is_standing && files::write(&path, &text)?, was_there) {
        (false, _) => LockChange::Same,
        (true, true) => LockChange::Updated,
        (true, false) => LockChange::New,
    };
    documents.prune(&direct)?;
    let mut now = Vec::new();
    for package in lock.packages.iter().filter(|_| is_standing) {
        let mut fetched = direct.iter().zip(&upstreams);
        let upstream = fetched.find(|(direct, _)| direct.package_name == package.package_name);
        now.push(DeployedNow::of(package, upstream.map(|(_, upstream)| upstream), client.as_ref()).await);
    }
    Ok(Resolved { lock, now, unknown_keys, binding, bound, written })
}

/// What weft.lock names, if it answers what is asked, and its keys that this weft does not know.
fn standing_lock(
    arguments: &Arguments,
    config: &Config,
    project: &Project,
    requires: &BTreeMap<PackageName, Requirement>,
) -> Result<(Lock, Vec<String>)> {
    let path = project.dir.join(LOCK);
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => problem(ProblemCode::LockOutdated, format!("there is no `{LOCK}`")),
        _ => FileError::on(&path, "read")(error).into(),
    })?;
    let (lock, unknown_keys) =
        Lock::parse(&text).map_err(|error| problem(ProblemCode::LockInvalid, format!("`{LOCK}`: {error}")))?;
    let asked = arguments.environment.given().unwrap_or(&lock.environment);
    lock.answers(own_name(config, project).as_ref(), requires, asked).map_err(|outdated| {
        problem_with_hint(
            ProblemCode::LockOutdated,
            format!("`{LOCK}`: {outdated}"),
            "run `weft resolve` without --locked or --offline, and commit the lock",
        )
    })?;
    Ok((lock, unknown_keys))
}

/// What the registry chooses. Without requirements there is nothing to ask.
async fn fresh_lock(
    arguments: &Arguments,
    config: &Config,
    project: &Project,
    requires: BTreeMap<PackageName, Requirement>,
    client: Option<&Client>,
) -> Result<Lock> {
    let environment = arguments.environment.or_default();
    let Some(client) = client else {
        return Ok(Lock { version: weft_mesh::lock::FORMAT, environment, requires, packages: Vec::new() });
    };
    let request = ResolveRequest {
        package_name: own_name(config, project),
        requires: requires.clone(),
        environment,
        latest: arguments.latest,
        fallback: arguments.fallback.iter().map(|it| (it.0.clone(), it.1.clone())).collect(),
    };
    Ok(Lock::new(requires, client.resolve(&request).await?))
}

/// The project's own name, as far as it is known and a name: it only says who asks.
fn own_name(config: &Config, project: &Project) -> Option<PackageName> {
    config.package_name.clone().or_else(|| project.name.as_ref()?.parse().ok())
}
