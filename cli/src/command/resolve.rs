//! `weft resolve`.

mod arguments;
mod bind;
mod outcome;
mod standing;

use std::{collections::BTreeMap, fs};

use weft_api::{ResolveRequest, ResolvedPackage, problem::ProblemCode};
use weft_bindings::Upstream;
use weft_mesh::lock::Lock;
use weft_model::{name::PackageName, requirement::Requirement};

pub(super) use crate::command::resolve::{arguments::Arguments, outcome::Resolved};
use crate::command::resolve::{outcome::LockChange, standing::DeployedNow};
use crate::{
    client::{Client, RegistryUse},
    command::resolve::bind::bind,
    failure::{FileError, Result, problem, problem_with_hint},
    options::Shared,
    output::progress::Progress,
    project::{config::Config, dbt::Project, dot_weft::DotWeft, interface::requires},
    states::upstream::UpstreamDocuments,
    system::files,
};

/// The file that says what was resolved, in the project's folder.
const LOCK: &str = "weft.lock";

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
        fallback: arguments.fallback.pairs(),
    };
    Ok(Lock::new(requires, client.resolve(&request).await?))
}

/// The project's own name, as far as it is known and a name: it only says who asks.
fn own_name(config: &Config, project: &Project) -> Option<PackageName> {
    config.package_name.clone().or_else(|| project.name.as_ref()?.parse().ok())
}
