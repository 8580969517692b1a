//! The interface of a project, derived from what dbt wrote as weft.yml says.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use weft_api::problem::ProblemCode;
use weft_dbt::{
    catalog::Catalog,
    derive::{
        self, DeriveNote, DeriveSettings, Derived, OfContracts, TableKnowledge, apply_tables, attach, derive,
        derive_after, may_carry_over, may_lag, readings,
    },
    manifest::{Manifest, Node},
    run_results::RunResults,
    select::Selection,
};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    requirement::Requirement,
    version,
};
use weft_odcs::DataContract;
use weft_publication::{Access, Git, Publication};
use weft_sql::Polyglot;

use crate::{
    failure::{FileError, Result, explained, problem, problem_with_hint},
    project::{
        config::Config,
        dbt::{Project, in_file},
        seeds,
    },
};

/// What dbt wrote of a project, and where its manifest is.
pub(crate) struct DbtFiles {
    pub(crate) manifest: Manifest,
    pub(crate) catalog: Option<Catalog>,
    pub(crate) path: PathBuf,
}

/// dbt's files, for one derivation; the caller keeps the manifest.
#[derive(Clone, Copy)]
pub(crate) struct DbtInputs<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) catalog: Option<&'a Catalog>,
    pub(crate) path: &'a Path,
}

impl DbtFiles {
    fn lend(&self) -> DbtInputs<'_> {
        DbtInputs { manifest: &self.manifest, catalog: self.catalog.as_ref(), path: &self.path }
    }
}

/// What a publication is derived from.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) manifest: Manifest,
    catalog: Option<Catalog>,
    path: PathBuf,
    /// What became of its nodes in dbt's last run, once it has been asked for; absent where there is no such file.
    run: OnceLock<Result<Option<RunResults>>>,
    settings: DeriveSettings,
    /// The roles as which the project reads in the warehouse.
    roles: BTreeSet<String>,
    contracts: Vec<DataContract>,
}

impl Material {
    /// The manifest that dbt wrote.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether a catalog that is not older than the manifest shows a node's table or view.
    pub(crate) fn is_in_catalog(&self, unique_id: &UniqueId) -> bool {
        let catalog = self.catalog.as_ref().filter(|catalog| !catalog.is_older_than(&self.manifest));
        catalog.is_some_and(|catalog| !catalog.columns(unique_id.as_str()).is_empty())
    }

    /// What became of nodes in dbt's last run, by `run_results.json` beside the manifest; `None` where there is no such
    /// file.
    ///
    /// # Errors
    /// The file cannot be read, or is not what dbt writes.
    pub(crate) fn run(&self) -> Result<Option<&RunResults>> {
        let path = self.path.with_file_name("run_results.json");
        let read = || match std::fs::read(&path) {
            Ok(bytes) => RunResults::read_any(&bytes).map(Some).map_err(|error| in_file(explained(&error), &path)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FileError::on(&path, "read")(error).into()),
        };
        self.run.get_or_init(read).as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// The same, where that run built tables and views.
    pub(crate) fn build(&self) -> Option<&RunResults> {
        self.run().ok().flatten().filter(|run| run.builds())
    }

    /// How many private nodes have a table or view. Nothing of them is published, so their readers are unknown.
    pub(crate) fn private_tables(&self) -> usize {
        let own = self.manifest.project_name().ok();
        let is_own = |node: &Node| own.as_ref().is_none_or(|own| own.as_str() == &*node.package_name);
        let is_private = |node: &&Node| node.access == Some(Access::Private) && node.relation_name.is_some();
        self.manifest.nodes.values().filter(is_private).filter(|node| is_own(node)).count()
    }

    /// Holds what was derived of it to the tables, as they were built by an earlier publication, or other state of the
    /// project.
    pub(crate) fn apply_tables(&self, publication: &mut Publication, before: &Publication) -> Vec<DeriveNote> {
        if !may_lag(publication, &self.manifest) {
            return Vec::new();
        }
        let tables = TableKnowledge { before, results: self.build() };
        apply_tables(publication, &self.manifest, self.catalog.as_ref(), tables)
    }

    /// What dbt wrote, under `name` if that is given, else that of weft.yml or the manifest.
    pub(crate) fn new(
        config: &Config,
        project: &Project,
        name: Option<&PackageName>,
        written: DbtFiles,
        git: Option<Git>,
        contracts: Vec<DataContract>,
    ) -> Result<Self> {
        let settings = settings(config, project, name, written.lend(), git)?;
        let DbtFiles { manifest, catalog, path } = written;
        let (run, roles) = (OnceLock::new(), config.roles.clone());
        Ok(Self { manifest, catalog, path, run, settings, roles, contracts })
    }

    /// Whether an earlier publication adds something to what is derived: columns and readings that this run of dbt does
    /// not know, or that a node changed after an older catalog was made.
    pub(crate) fn learns_from(&self, earlier: &Publication, derived: &Publication) -> bool {
        let has_older_catalog = self.catalog.as_ref().is_some_and(|catalog| catalog.is_older_than(&self.manifest));
        has_older_catalog || may_carry_over(earlier, derived)
    }

    /// The derived publication; what it does not know is carried over from earlier publications, or other ones of the
    /// project.
    pub(crate) fn derived(&self, earlier: &[&Publication]) -> Result<Derived> {
        let derived = derive_after(earlier, &self.manifest, self.catalog.as_ref(), &self.settings);
        let mut derived = derived.map_err(|error| in_file(explained(&error), &self.path))?;
        derived.publication.roles.clone_from(&self.roles);
        attach(&mut derived, self.contracts.clone()).map_err(|error| explained(&error))?;
        Ok(derived)
    }
}

/// What is derived of what dbt wrote, under `name` if that is given, else that of weft.yml or the manifest.
pub(crate) fn derived(
    config: &Config,
    project: &Project,
    name: Option<&PackageName>,
    written: DbtInputs<'_>,
    contracts: Vec<DataContract>,
) -> Result<Derived> {
    let settings = settings(config, project, name, written, None)?;
    let derived = derive(written.manifest, written.catalog, &settings);
    let mut derived = derived.map_err(|error| in_file(explained(&error), written.path))?;
    attach(&mut derived, contracts).map_err(|error| explained(&error))?;
    Ok(derived)
}

fn settings(
    config: &Config,
    project: &Project,
    name: Option<&PackageName>,
    written: DbtInputs<'_>,
    git: Option<Git>,
) -> Result<DeriveSettings> {
    let DbtInputs { manifest, catalog, .. } = written;
    let name = name.or(config.package_name.as_ref());
    let seeds = seeds::read(&project.dir, manifest);
    let readings = readings(manifest, catalog, &seeds, name, &Polyglot::default(), threads());
    Ok(DeriveSettings {
        package_name: name.cloned(),
        version: version::FIRST,
        selection: selection(config)?,
        requires: requires(config, project)?,
        git,
        readings,
    })
}

/// What contracts alone say of a producer without dbt, under `name` if that is given, else that of weft.yml.
pub(crate) fn of_contracts(
    config: &Config,
    name: Option<&PackageName>,
    environment: &EnvironmentName,
    git: Option<Git>,
    contracts: Vec<DataContract>,
) -> Result<Derived> {
    let Some(package_name) = name.or(config.package_name.as_ref()).cloned() else {
        return Err(problem_with_hint(
            ProblemCode::ProjectNameMissing,
            "contracts do not name the project that they are published as",
            "name it with --as NAME, or with `package_name:` in weft.yml",
        ));
    };
    let settings = OfContracts { package_name, version: version::FIRST, git, environment: environment.clone() };
    derive::of_contracts(contracts, settings).map_err(|error| explained(&error))
}

/// What to do where nothing is public. A manifest before v9 (dbt 1.5) knows no access, so that nothing can be said there.
pub(crate) fn to_make_public(publication: &Publication) -> &'static str {
    match publication.source.manifest_version {
        Some(version) if version < 9 => "list what to publish under `expose:` in weft.yml",
        _ => "set `access: public` on models, or list them under `expose:` in weft.yml",
    }
}

/// How many threads read SQL: one for each core.
fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Parses `expose:` of weft.yml.
fn selection(config: &Config) -> Result<Selection> {
    Selection::parse(&config.expose)
        .map_err(|error| problem(ProblemCode::SelectionInvalid, format!("`expose:` in `weft.yml`: {error}")))
}

/// `requires:` of weft.yml, and the projects of dependencies.yml with any version where weft.yml names none.
pub(crate) fn requires(config: &Config, project: &Project) -> Result<BTreeMap<PackageName, Requirement>> {
    let mut requires: BTreeMap<_, _> =
        project.dependencies()?.into_iter().map(|name| (name, Requirement::any())).collect();
    requires.extend(config.requires.clone());
    Ok(requires)
}
