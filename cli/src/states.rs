//! States of a project that can be compared, and where each of them is read.

pub(crate) mod baseline;
pub(crate) mod deployed;
mod name;
mod readers;
mod ruling;
pub(crate) mod target;
pub(crate) mod upstream;

use std::path::Path;

use semver::Version;
use weft_api::{InputOrigin, InputSide, Report, problem::ProblemCode};
use weft_check::Side;
use weft_dbt::derive::Derived;
use weft_model::name::{EnvironmentName, PackageName};
use weft_odcs::DataContract;
use weft_publication::{Publication, relation::Relations};

pub(crate) use crate::states::name::{ParseStateError, StateName, baseline};
use crate::{
    client::{Client, RegistryUse},
    escape::{self, escape},
    failure::{Result, problem_with_hint},
    git::checkout::{Commit, Meant},
    options::{Artifacts, Environment, Shared},
    output::{places::Derivation, progress::Progress},
    project::{
        config::Config,
        data_contracts,
        dbt::{
            Project,
            current::{Currency, Current},
        },
        interface::{self, DbtFiles, Material},
    },
};

/// A state of a project.
pub(crate) struct State {
    /// The publication of the state.
    pub(crate) publication: Publication,
    /// The relations of its nodes; absent for a version without an environment, because relations belong to
    /// environments.
    relations: Option<Relations>,
    /// Whether the publication's version is its own, and not one that is still to be chosen.
    has_version: bool,
    /// What it was derived from, unless it was published.
    material: Option<Material>,
    /// Where it was read.
    origin: InputOrigin,
    /// The commit that it is of, where that is known.
    commit: Option<String>,
    /// Remarks for the reader of the report, one sentence each.
    pub(crate) remarks: Vec<String>,
    /// The name for messages: `1.4.0 (prod)`. What the user wrote is in backticks, escaped.
    pub(crate) what: String,
}

impl State {
    /// A published state, without relations.
    fn published(publication: Publication, origin: InputOrigin, what: String) -> Self {
        let (relations, material) = (None, None);
        Self { publication, relations, has_version: true, material, origin, commit: None, remarks: Vec::new(), what }
    }

    /// What was derived, its version still to be chosen.
    fn derived(derived: Derived, material: Option<Material>, source: StateSource) -> Self {
        let StateSource { origin, what } = source;
        let Derived { publication, relations, .. } = derived;
        let relations = Some(relations);
        Self { publication, relations, has_version: false, material, origin, commit: None, remarks: Vec::new(), what }
    }

    /// As a side of a check.
    pub(crate) fn side(&self) -> Side<'_> {
        let side = Side::new(&self.publication);
        let side = if self.has_version { side.at_version() } else { side };
        self.relations.as_ref().map_or(side, |relations| side.with_relations(relations))
    }

    /// Adds to a report where one of its sides comes from.
    pub(crate) fn tell(&self, side: InputSide, report: &mut Report) {
        let Some(input) = report.coverage.input_mut(side) else { return };
        input.origin = Some(self.origin.clone());
        input.commit = input.commit.take().or_else(|| self.commit.clone());
        input.remarks.extend(self.remarks.iter().cloned());
        let private = self.material.as_ref().map_or(0, Material::private_tables);
        if side == InputSide::Current && private > 0 {
            let nodes = if private == 1 { "node" } else { "nodes" };
            input.remarks.push(format!("{private} private {nodes} not compared"));
        }
    }

    /// What was derived, and from what.
    pub(crate) fn derivation(&self) -> Derivation<'_> {
        (&self.publication, self.material.as_ref().map(|material| &material.manifest))
    }

    /// What it is together with what another state knows of nodes that are built from the same code, where that is more.
    fn known_from(&self, other: &Publication) -> Result<Option<Derived>> {
        let material = self.material.as_ref().filter(|it| it.learns_from(other, &self.publication));
        material.map(|material| material.derived(&[other])).transpose()
    }

    fn take(&mut self, derived: Option<Derived>) {
        if let Some(Derived { mut publication, relations, .. }) = derived {
            publication.version = self.publication.version.clone();
            (self.publication, self.relations) = (publication, Some(relations));
        }
    }

    /// Holds its columns to the tables as they were in the other state.
    pub(crate) fn apply_tables(&mut self, before: &Publication) {
        if let Some(material) = &self.material {
            material.apply_tables(&mut self.publication, before);
        }
    }

    /// The version that it was published as; `None` of what was not published.
    pub(crate) fn version(&self) -> Option<&Version> {
        match &self.origin {
            InputOrigin::Registry { version, .. } => Some(version),
            _ => None,
        }
    }

    /// The same, meant to be published as a version.
    pub(crate) fn at_version(mut self, version: Version) -> Self {
        self.publication.version = version;
        self.has_version = true;
        self
    }

    /// Refuses to be compared with a state of another project, as far as both say whose they are.
    pub(crate) fn check_same_project(&self, other: &Self) -> Result<()> {
        let names = |state: &Self| {
            let material = state.material.as_ref();
            let manifest = material.and_then(|material| material.manifest.project_name().ok());
            [Some(state.publication.package_name.clone()), manifest]
        };
        let differ = names(self).into_iter().zip(names(other)).find_map(|pair| match pair {
            (Some(one), Some(other)) if one != other => Some((one, other)),
            _ => None,
        });
        let Some((own, others)) = differ else { return Ok(()) };
        Err(problem_with_hint(
            ProblemCode::BaselineOfOther,
            format!("{} is from `{own}`, but {} is from `{others}`", self.what, other.what),
            "compare two states of the same project; --project-dir names its folder",
        ))
    }
}

/// Lets each of two states, the earlier one first, take from the other what it knows of nodes with the same code, so
/// that a run of dbt that did less on one side does not look like a change. The later one is checked against the tables
/// of the earlier.
pub(crate) fn share_knowledge(one: &mut State, other: &mut State) -> Result<()> {
    let (of_one, of_other) = (one.known_from(&other.publication)?, other.known_from(&one.publication)?);
    one.take(of_one);
    other.take(of_other);
    other.apply_tables(&one.publication);
    Ok(())
}

/// Where a state is read, and what it is called in a few words.
struct StateSource {
    origin: InputOrigin,
    what: String,
}

/// Reads states of one project.
pub(crate) struct States<'a> {
    shared: &'a Shared,
    progress: &'a Progress,
    config: Config,
    project: Project,
    /// What the registry knows the project as, where that is known.
    package_name: Option<PackageName>,
    /// Where what is deployed is meant, if no environment is named.
    environment: EnvironmentName,
    client: Option<Client>,
    /// Whether the project is one of contracts, and none of dbt's.
    are_contracts_alone: bool,
}

impl<'a> States<'a> {
    /// Of the project in the folder that is given.
    pub(crate) fn new(shared: &'a Shared, environment: &Environment, progress: &'a Progress) -> Result<Self> {
        let (config, project) = (shared.config()?, shared.project()?);
        let (package_name, environment) = (config.package_name.clone(), environment.or_default());
        Ok(Self {
            shared,
            progress,
            config,
            project,
            package_name,
            environment,
            client: None,
            are_contracts_alone: false,
        })
    }

    /// Treats the project as one with that name, independent of its files.
    pub(crate) fn with_project_name(mut self, name: Option<&PackageName>) -> Self {
        self.config.package_name = name.cloned().or(self.config.package_name);
        self.package_name.clone_from(&self.config.package_name);
        self
    }

    /// Looks up the project under that name in the registry, independent of the folder.
    pub(crate) fn in_registry_as(mut self, name: Option<&PackageName>) -> Self {
        self.package_name = name.cloned().or(self.package_name);
        self
    }

    /// The state of a name.
    pub(crate) async fn read(&mut self, name: &StateName, meant: Meant, currency: Currency) -> Result<State> {
        match name {
            StateName::WorkTree => self.work_tree(&Artifacts::default(), currency).await,
            StateName::Deployed(environment) => self.deployed(environment.as_ref()).await,
            StateName::Published { package_name, version } => self.published(package_name.as_ref(), version).await,
            StateName::Git(revision) => self.committed(revision, meant).await,
            StateName::File { manifest, catalog } => self.file(manifest, catalog.as_deref()),
        }
    }

    /// What dbt wrote last, or the files that are named. What is read of the registry later is of this project, unless
    /// another is named.
    pub(crate) async fn work_tree(&mut self, artifacts: &Artifacts, currency: Currency) -> Result<State> {
        if let Some(path) = &artifacts.contracts {
            self.progress.step("reading the contracts");
            self.are_contracts_alone = true;
            let contracts = data_contracts::below(path)?;
            let state = self.of_contracts(
                contracts,
                StateSource { origin: InputOrigin::WorkTree, what: "the contracts".to_owned() },
            )?;
            self.package_name.get_or_insert_with(|| state.publication.package_name.clone());
            return Ok(state);
        }
        self.progress.step("reading dbt's artifacts");
        let read = self.project.current(&self.config, artifacts.manifest(), currency, self.progress).await?;
        let Current { manifest, path, remarks, .. } = read;
        let catalog = self.project.catalog(artifacts.catalog())?;
        let contracts = data_contracts::of_project(&self.config, &self.project)?;
        let source = StateSource { origin: InputOrigin::WorkTree, what: "the work tree".to_owned() };
        let state = self.derived(DbtFiles { manifest, catalog, path }, contracts, source)?;
        let state = State { remarks, ..state };
        self.package_name.get_or_insert_with(|| state.publication.package_name.clone());
        Ok(state)
    }

    async fn deployed(&mut self, environment: Option<&EnvironmentName>) -> Result<State> {
        self.progress.step("reading what is deployed");
        let package_name = self.package_name()?;
        let environment = environment.unwrap_or(&self.environment).clone();
        let client = self.client().await?;
        let standing = client.project(&package_name).await?;
        let Some(deployment) = standing.summary.deployed_in(&environment) else {
            return Err(problem_with_hint(
                ProblemCode::DeploymentNotFound,
                format!("`{package_name}` is not deployed in `{environment}`"),
                "`weft show` lists its environments; you can also compare with a manifest: file:MANIFEST",
            ));
        };
        let publication = client.publication(&package_name, &deployment.version).await?;
        let relations = client.relations(&package_name, deployment.relations_digest).await?;
        let what = format!("{} ({environment})", deployment.version);
        let origin = InputOrigin::Registry { version: deployment.version.clone(), environment: Some(environment) };
        Ok(State { relations: Some(relations), ..State::published(publication, origin, what) })
    }

    async fn published(&mut self, package_name: Option<&PackageName>, version: &Version) -> Result<State> {
        self.progress.step("reading what is published");
        let package_name = package_name.cloned().map_or_else(|| self.package_name(), Ok)?;
        let publication = self.client().await?.publication(&package_name, version).await?;
        let origin = InputOrigin::Registry { version: version.clone(), environment: None };
        Ok(State::published(publication, origin, version.to_string()))
    }

    async fn committed(&self, revision: &str, meant: Meant) -> Result<State> {
        self.progress.step("compiling the baseline");
        let what = format!("`git:{}`", escape(revision));
        let origin = InputOrigin::Git { revision: revision.to_owned() };
        let commit = Commit::find(&self.project.dir, revision, meant)?;
        let contracts = data_contracts::at_commit(&self.config, &commit)?;
        if self.are_contracts_alone {
            let state = self.of_contracts(contracts, StateSource { origin, what })?;
            return Ok(State { commit: Some(commit.id()), ..state });
        }
        let made = baseline::manifest(&self.project, &commit, self.config.parse.as_deref()).await?;
        let manifest = self.project.manifest(Some(&made.manifest))?;
        let what = if manifest.lacks_sql() { format!("{what} (parsed only)") } else { what };
        let written = DbtFiles { manifest, catalog: None, path: made.manifest };
        let state = self.derived(written, contracts, StateSource { origin, what })?;
        Ok(State { commit: Some(commit.id()), remarks: made.remark.into_iter().collect(), ..state })
    }

    fn file(&self, path: &Path, catalog: Option<&Path>) -> Result<State> {
        let what = format!("`{}`", escape::path(path));
        let origin = InputOrigin::File { path: path.display().to_string() };
        if self.are_contracts_alone {
            return self.of_contracts(data_contracts::below(path)?, StateSource { origin, what });
        }
        let manifest = self.project.manifest(Some(path)).map_err(|mut problem| {
            if problem.code == ProblemCode::ManifestNotFound {
                problem.hint = Some("name a manifest after `file:`".to_owned());
            }
            problem
        })?;
        let catalog = catalog.and_then(|path| self.project.catalog(Some(path)).transpose()).transpose()?;
        // A manifest tells of no contracts: those of the work tree are taken for both sides.
        let contracts = data_contracts::of_project(&self.config, &self.project)?;
        self.derived(DbtFiles { manifest, catalog, path: path.to_owned() }, contracts, StateSource { origin, what })
    }

    fn of_contracts(&self, contracts: Vec<DataContract>, source: StateSource) -> Result<State> {
        let derived = interface::of_contracts(&self.config, None, &self.environment, None, contracts)?;
        Ok(State::derived(derived, None, source))
    }

    fn derived(&self, written: DbtFiles, contracts: Vec<DataContract>, source: StateSource) -> Result<State> {
        let material = Material::new(&self.config, &self.project, None, written, None, contracts)?;
        let derived = material.derived(&[])?;
        Ok(State::derived(derived, Some(material), source))
    }

    fn package_name(&self) -> Result<PackageName> {
        self.package_name.clone().map_or_else(|| self.project.package_name(), Ok)
    }

    async fn client(&mut self) -> Result<&Client> {
        let client = match self.client.take() {
            Some(client) => client,
            None => self.shared.client(&self.config, RegistryUse::Read).await?,
        };
        Ok(self.client.insert(client))
    }
}
