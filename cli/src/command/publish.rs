//! `weft publish`.

mod built;
mod made;
mod outcome;

use std::collections::BTreeSet;

use clap::Args;
use semver::Version;
use weft_api::{
    ProjectDetail, PublishRequest,
    problem::{Problem, ProblemCode},
};
use weft_check::{Levels, Side, check};
use weft_dbt::derive::Derived;
use weft_model::{
    digest::{CanonicalError, Digest},
    name::{EnvironmentName, PackageName, Reason},
    version::{self, RequiredUpdate},
};
use weft_publication::{Git, Publication, document};

use crate::{
    client::{Client, Purpose, location::Location, optional},
    command::{
        deploy,
        publish::{
            made::{Combined, Made},
            outcome::Published,
        },
        unused,
    },
    escape,
    failure::{Result, problem, problem_with_hint},
    git,
    named::{self, ParseVersionError},
    options::{Artifacts, Environment, Shared},
    output::{Message, progress::Progress},
    project::dbt::{Project, current::Currency},
    system::clock,
};

/// How often a version that another publisher took first is passed over.
const ATTEMPTS: usize = 8;

/// Publish this project's interface, and deploy it to the environment.
///
/// Reads dbt's artifacts (target/manifest.json, and catalog.json if it exists), weft.yml and git. SQL, macros and private
/// nodes are not sent. If you publish the same content again, it keeps its version.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft publish\n  weft publish --dry-run --format json\n  \
                        weft publish --environment staging\n  weft publish --version 2.0.0 --no-deploy")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// Version to publish; `auto` bumps the latest as the changes require
    #[arg(long, value_name = "auto|VERSION", default_value = "auto", value_parser = choice)]
    version: Choice,

    /// Publish under this name instead of the manifest's
    #[arg(long = "as", value_name = "NAME")]
    name: Option<PackageName>,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    artifacts: Artifacts,

    #[command(flatten)]
    currency: Currency,

    /// Publish without deploying
    #[arg(long)]
    no_deploy: bool,

    /// Deploy even if it breaks readers; the reason is recorded
    #[arg(long, value_name = "REASON", conflicts_with = "no_deploy")]
    force: Option<Reason>,

    /// Publish with uncommitted changes in the project; the publication records it
    #[arg(long)]
    allow_dirty: bool,

    /// The project moved here: transfer its name to this repository and folder
    #[arg(long)]
    moved: bool,

    /// Show what would be published, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Auto,
    Exact(Version),
}

fn choice(input: &str) -> std::result::Result<Choice, ParseVersionError> {
    if input == "auto" { Ok(Choice::Auto) } else { named::version(input).map(Choice::Exact) }
}

/// How many files with changes are listed; the rest is counted.
const LISTED: usize = 10;

/// A version, and how it comes to be that.
#[derive(Debug, Clone)]
struct Chosen {
    version: Version,
    /// The latest version until now, and the update that the changes since ask for.
    since: Option<(Version, RequiredUpdate)>,
}

impl Chosen {
    fn free(version: Version) -> Self {
        Self { version, since: None }
    }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<Published> {
    let config = shared.config()?;
    let location = shared.location(&config)?;
    let project = shared.project()?;
    let git = work_tree(arguments, &project, &location)?;
    let is_known_by_git = git.as_ref().is_some_and(|git| git.remote.is_some() || git.first_commit.is_some());
    progress.step("reading dbt's artifacts");
    let folder = if is_known_by_git { None } else { folder_name(&project.dir) };
    let mut read = Some(Made::read(arguments, &config, &project, git.clone(), progress).await?);
    progress.step(&format!("publishing to {location}"));
    let purpose = if arguments.dry_run { Purpose::Read } else { Purpose::Write };
    let client = Client::open(&location, purpose).await?;
    let mut losses = Losses::default();
    loop {
        // What was read is given away to be sent, for it may be large. Another attempt is rare.
        let made = match read.take() {
            Some(made) => made,
            None => Made::read(arguments, &config, &project, git.clone(), progress).await?,
        };
        let standing = optional(client.project(&made.publication().package_name).await)?;
        if standing.is_none() && arguments.artifacts.contracts.is_some() && made.publication().interface.is_empty() {
            return Err(problem_with_hint(
                ProblemCode::InvalidContract,
                "the contracts have no object in their `schema`, so there is nothing to publish",
                "name an object and its properties under `schema:`",
            ));
        }
        let earlier = made.earlier(&client, arguments, standing.as_ref()).await?;
        let Combined { derived, built, remarks } = made.after(&earlier)?;
        let Derived { mut publication, relations, notes } = derived;
        publication.source.folder.clone_from(&folder);
        let chosen = choose(arguments, &publication, &earlier, standing.as_ref(), &losses)?;
        let relations_digest = Digest::of(&relations).map_err(|error| not_canonical(&error))?;
        let digest = digest(&publication)?;
        publication.version = chosen.version.clone();
        let request = PublishRequest {
            publication,
            digest: Some(digest),
            relations,
            deploy_to: deploy_to(arguments, standing.as_ref(), &chosen.version, relations_digest),
            moved: arguments.moved,
            force: deploy::force(arguments.force.as_ref()),
        };
        let mut unbuilt = Vec::new();
        if let Some(built) = built.filter(|_| request.deploy_to.is_some() && arguments.force.is_none()) {
            let built = built?;
            built.hold()?;
            unbuilt = built.messages();
        }
        drop(earlier);
        match client.publish(&request, arguments.dry_run).await {
            Ok(response) => {
                let environment = (!arguments.no_deploy).then(|| arguments.environment.or_default());
                let dry_run = arguments.dry_run;
                let mut remarks: Vec<_> = remarks.into_iter().map(Message::Warning).chain(unbuilt).collect();
                if let Some(environment) = environment.as_ref().filter(|_| dry_run) {
                    let package_name = &request.publication.package_name;
                    remarks.extend(unused::warning(&client, environment, Some(package_name)).await?);
                }
                return Ok(Published {
                    request,
                    response,
                    chosen,
                    environment,
                    notes,
                    remarks,
                    registry: location,
                    dry_run,
                });
            }
            Err(problem) => {
                if arguments.version != Choice::Auto || !losses.are_learnt_from(&problem, chosen.version) {
                    return Err(problem);
                }
            }
        }
    }
}

/// What those who published meanwhile make of the choice of a version.
#[derive(Debug, Default)]
struct Losses {
    attempts: usize,
    /// Versions that others took first.
    taken: BTreeSet<Version>,
    /// What the registry says is enough.
    at_least: Option<Version>,
}

impl Losses {
    /// Whether another version may do better.
    fn are_learnt_from(&mut self, problem: &Problem, tried: Version) -> bool {
        self.attempts += 1;
        match (problem.code, &problem.check) {
            (ProblemCode::VersionExists, _) => drop(self.taken.insert(tried)),
            (ProblemCode::VersionTooSmall, Some(check)) => self.at_least = Some(check.enough.clone()),
            _ => return false,
        }
        self.attempts < ATTEMPTS
    }

    /// The version, or the next that may do.
    fn pass_by(&self, version: Version, update: RequiredUpdate) -> Version {
        let mut version = self.at_least.clone().map_or(version.clone(), |least| least.max(version));
        while self.taken.contains(&version) {
            version = version::next(&version, update);
        }
        version
    }
}

/// What git says; a dirty tree is refused unless it is allowed, or nothing is published anyway.
fn work_tree(arguments: &Arguments, project: &Project, location: &Location) -> Result<Option<Git>> {
    let database: Vec<_> = location.file().into_iter().flat_map(database_files).collect();
    let Some(git::State { git, changed }) = git::state(&project.dir, &database)? else { return Ok(None) };
    if git.dirty && !arguments.allow_dirty && !arguments.dry_run {
        let listed: Vec<_> = changed.iter().take(LISTED).map(|path| format!("\n{}", escape::escape(path))).collect();
        let more = changed.len().saturating_sub(LISTED);
        let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
        return Err(problem_with_hint(
            ProblemCode::DirtyWorkTree,
            format!("`{}` has uncommitted changes:{}{more}", escape::path(&project.dir), listed.concat()),
            "commit them, or publish with --allow-dirty, which the publication records",
        ));
    }
    Ok(Some(git))
}

/// The name of a folder, wherever it is: a path would tell of the machine.
fn folder_name(folder: &std::path::Path) -> Option<String> {
    let name = folder.canonicalize().ok()?.file_name()?.to_string_lossy().into_owned();
    // What a terminal or a log must not get, the registry does not take.
    Some(name.chars().filter(|c| !c.is_control()).collect())
}

/// SQLite's files: the database and what lies beside it while it is open.
fn database_files(path: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    ["", "-wal", "-shm"].into_iter().map(move |ending| format!("{}{ending}", path.display()).into())
}

/// The version to publish under: the given one, or the next that is not `taken`.
fn choose(
    arguments: &Arguments,
    current: &Publication,
    earlier: &[Publication],
    standing: Option<&ProjectDetail>,
    losses: &Losses,
) -> Result<Chosen> {
    if let Choice::Exact(version) = &arguments.version {
        return Ok(Chosen::free(version.clone()));
    }
    let Some(latest) = standing.and_then(|project| project.summary.latest.clone()) else {
        return Ok(Chosen::free(losses.pass_by(version::FIRST, RequiredUpdate::Patch)));
    };
    let Some(baseline) = earlier.first() else { return Ok(Chosen::free(latest)) };
    if digest(baseline)? == digest(current)? {
        return Ok(Chosen::free(latest));
    }
    let report = check(Side::of(baseline), Side::of(current), clock::today(), &Levels::default());
    let update = report.required_update.max(RequiredUpdate::Patch);
    let version = losses.pass_by(version::next(&latest, update), update);
    Ok(Chosen { version, since: Some((latest, update)) })
}

/// Where to deploy: nowhere if that is not wanted, or this version stands there already with these relations.
fn deploy_to(
    arguments: &Arguments,
    standing: Option<&ProjectDetail>,
    version: &Version,
    relations_digest: Digest,
) -> Option<EnvironmentName> {
    let environment = arguments.environment.or_default();
    let stands = standing.into_iter().flat_map(|project| &project.summary.deployments).any(|deployment| {
        deployment.environment == environment
            && deployment.version == *version
            && deployment.relations_digest == relations_digest
    });
    (!arguments.no_deploy && !stands).then_some(environment)
}

fn digest(publication: &Publication) -> Result<Digest> {
    document::digest(publication).map_err(|error| not_canonical(&error))
}

fn not_canonical(error: &CanonicalError) -> Box<Problem> {
    problem(ProblemCode::InvalidPublication, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_another_took_is_passed_over() {
        let mut losses = Losses::default();
        for version in [Version::new(1, 1, 0), Version::new(1, 2, 0)] {
            assert!(losses.are_learnt_from(&Problem::new(ProblemCode::VersionExists, "taken"), version));
        }
        assert_eq!(losses.pass_by(Version::new(1, 1, 0), RequiredUpdate::Minor), Version::new(1, 3, 0));
        assert_eq!(losses.pass_by(Version::new(1, 0, 1), RequiredUpdate::Patch), Version::new(1, 0, 1));
    }

    #[test]
    fn what_the_registry_says_is_enough_is_taken_and_another_problem_is_final() {
        let check = serde_json::json!({"baseline": "1.0.0", "required_update": "major", "enough": "2.0.0",
            "findings": [], "findings_total": 0});
        let check = Some(Box::new(serde_json::from_value(check).unwrap()));
        let too_small = Problem { check, ..Problem::new(ProblemCode::VersionTooSmall, "too small") };
        let mut losses = Losses::default();
        assert!(losses.are_learnt_from(&too_small, Version::new(1, 1, 0)));
        assert_eq!(losses.pass_by(Version::new(1, 1, 0), RequiredUpdate::Minor), Version::new(2, 0, 0));
        assert_eq!(losses.pass_by(Version::new(3, 0, 0), RequiredUpdate::Minor), Version::new(3, 0, 0));
        assert!(!losses.are_learnt_from(&Problem::new(ProblemCode::NodeCycle, "cycle"), Version::new(1, 1, 0)));
        while losses.are_learnt_from(&too_small, Version::new(1, 1, 0)) {}
        assert_eq!(losses.attempts, ATTEMPTS);
    }
}
