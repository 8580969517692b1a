//! `weft publish`.

mod arguments;
mod built;
mod made;
mod outcome;
mod version;

use semver::Version;
use weft_api::{ProjectDetail, PublishOutcome, PublishRequest, PublishResponse, problem::ProblemCode};
use weft_dbt::derive::Derived;
use weft_model::{digest::Digest, name::EnvironmentName};
use weft_publication::{Git, Publication, relation::Relations};

pub(super) use crate::command::publish::arguments::Arguments;
use crate::{
    client::{Client, RegistryUse, location::RegistryLocation},
    command::{
        deploy,
        publish::{
            built::{BuiltColumns, listed},
            made::{Combined, Made},
            outcome::PublishOutput,
            version::{Losses, NextVersion, Standing, VersionChoice, choose, digest, not_canonical},
        },
        unused, yanked,
    },
    escape,
    failure::{Result, problem_with_hint},
    git,
    options::Shared,
    output::{Message, progress::Progress},
    project::dbt::Project,
};

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<PublishOutput> {
    let config = shared.config()?;
    let location = shared.location(&config)?;
    let project = shared.project()?;
    let git = work_tree(arguments, &project, &location)?;
    let is_known_by_git = git.as_ref().is_some_and(|git| git.remote.is_some() || git.first_commit.is_some());
    progress.step("reading dbt's artifacts");
    let folder = if is_known_by_git { None } else { folder_name(&project.dir) };
    let mut read = Some(Made::read(arguments, &config, &project, git.clone(), progress).await?);
    progress.step(&format!("publishing to {location}"));
    let purpose = if arguments.dry_run { RegistryUse::Read } else { RegistryUse::Write };
    let client = Client::open(&location, purpose).await?;
    let mut losses = Losses::default();
    loop {
        // What was read is given away to be sent, for it may be large. Another attempt is rare.
        let made = match read.take() {
            Some(made) => made,
            None => Made::read(arguments, &config, &project, git.clone(), progress).await?,
        };
        let standing = Standing::read(&client, &made.publication().package_name, &arguments.version).await?;
        if standing.is_none() {
            refuse_empty(arguments, made.publication())?;
        }
        let earlier = made.earlier(&client, arguments, standing.as_ref()).await?;
        let Combined { derived, built, remarks } = made.after(&earlier)?;
        let Derived { mut publication, relations, notes } = derived;
        publication.source.folder.clone_from(&folder);
        let chosen = choose(&arguments.version, &publication, &earlier, standing.as_ref(), &losses)?;
        let request = request(arguments, publication, relations, &chosen, standing.as_ref().map(|it| &it.project))?;
        let unbuilt = match built.filter(|_| request.deploy_to.is_some() && arguments.force.is_none()) {
            Some(built) => held(&built?)?,
            None => Vec::new(),
        };
        drop(earlier);
        match client.publish(&request, arguments.dry_run).await {
            Ok(response) => {
                let environment = (!arguments.no_deploy).then(|| arguments.environment.or_default());
                let dry_run = arguments.dry_run;
                let mut remarks: Vec<_> = remarks.into_iter().map(Message::Warning).chain(unbuilt).collect();
                remarks.extend(afterwards(&client, arguments, environment.as_ref(), &response).await?);
                let registry = location;
                let output =
                    PublishOutput { request, response, chosen, environment, notes, remarks, registry, dry_run };
                return Ok(output);
            }
            Err(problem)
                if arguments.version == VersionChoice::Auto && losses.learn_from(&problem, chosen.version.clone()) => {}
            Err(problem) => return Err(problem),
        }
    }
}

/// What there is to say of the environment of a dry run, and of a version that was yanked and deployed anyway.
async fn afterwards(
    client: &Client,
    arguments: &Arguments,
    environment: Option<&EnvironmentName>,
    response: &PublishResponse,
) -> Result<Vec<Message>> {
    let PublishResponse { package_name, version, outcome, .. } = response;
    let mut remarks = Vec::new();
    if let Some(environment) = environment.filter(|_| arguments.dry_run) {
        remarks.extend(unused::warning(client, environment, Some(package_name)).await?);
    }
    // Without a reason, the registry refuses a yanked version.
    if arguments.force.is_some() && *outcome == PublishOutcome::Unchanged {
        remarks.extend(yanked::warnings(client, [(package_name, version)]).await?);
    }
    Ok(remarks)
}

/// Refuses contracts that describe nothing, for a project that is not published yet.
fn refuse_empty(arguments: &Arguments, publication: &Publication) -> Result<()> {
    if arguments.artifacts.contracts.is_none() || !publication.interface.is_empty() {
        return Ok(());
    }
    Err(problem_with_hint(
        ProblemCode::InvalidContract,
        "the contracts have no object in their `schema`, so there is nothing to publish",
        "name an object and its properties under `schema:`",
    ))
}

/// What is sent: the publication under its version, and where it is deployed.
fn request(
    arguments: &Arguments,
    mut publication: Publication,
    relations: Relations,
    chosen: &NextVersion,
    standing: Option<&ProjectDetail>,
) -> Result<PublishRequest> {
    let relations_digest = Digest::hash(&relations).map_err(|error| not_canonical(&error))?;
    let digest = digest(&publication)?;
    publication.version = chosen.version.clone();
    Ok(PublishRequest {
        publication,
        digest: Some(digest),
        relations,
        deploy_to: deploy_to(arguments, standing, &chosen.version, relations_digest),
        moved: arguments.moved,
        force: deploy::force(arguments.force.as_ref()),
        fallback: arguments.fallback.pairs(),
    })
}

/// Refuses what its last run did not build; else what there is to say of it.
fn held(built: &BuiltColumns) -> Result<Vec<Message>> {
    built.hold()?;
    Ok(built.messages())
}

/// What git says; a dirty tree is refused unless it is allowed, or nothing is published anyway.
fn work_tree(arguments: &Arguments, project: &Project, location: &RegistryLocation) -> Result<Option<Git>> {
    let database: Vec<_> = location.file().into_iter().flat_map(database_files).collect();
    let Some(git::GitState { git, changed }) = git::state(&project.dir, &database)? else { return Ok(None) };
    if git.dirty && !arguments.allow_dirty && !arguments.dry_run {
        let changed: Vec<_> = changed.iter().map(|path| escape::escape(path)).collect();
        return Err(problem_with_hint(
            ProblemCode::DirtyWorkTree,
            format!("`{}` has uncommitted changes:\n{}", escape::path(&project.dir), listed(&changed, "\n")),
            "commit them, or publish with --allow-dirty, which the publication records",
        ));
    }
    Ok(Some(git))
}

/// The name of a folder, without its path: a path would reveal something of the machine.
fn folder_name(folder: &std::path::Path) -> Option<String> {
    let name = folder.canonicalize().ok()?.file_name()?.to_string_lossy().into_owned();
    // What a terminal or a log must not get, the registry does not take.
    Some(name.chars().filter(|c| !c.is_control()).collect())
}

/// SQLite's files: the database and what lies beside it while it is open.
fn database_files(path: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    ["", "-wal", "-shm"].into_iter().map(move |ending| format!("{}{ending}", path.display()).into())
}

/// Where to deploy: nowhere if it was not requested, or if this version is deployed there already with these relations.
fn deploy_to(
    arguments: &Arguments,
    standing: Option<&ProjectDetail>,
    version: &Version,
    relations_digest: Digest,
) -> Option<EnvironmentName> {
    let environment = arguments.environment.or_default();
    let stands = standing
        .and_then(|project| project.summary.deployed_in(&environment))
        .is_some_and(|it| it.version == *version && it.relations_digest == relations_digest);
    // A fallback that is named is to be recorded.
    let stands = stands && arguments.fallback.pairs().is_empty();
    (!arguments.no_deploy && !stands).then_some(environment)
}
