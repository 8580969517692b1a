//! The interface of a project, derived from what dbt wrote as weft.yml says.

use std::{collections::BTreeMap, path::Path};

use contracts::{
    catalog::Catalog,
    manifest::Manifest,
    name::PackageName,
    problem::ProblemCode,
    publication::{
        Git,
        derive::{Derived, Settings, derive},
        select::Selection,
    },
    requirement::Requirement,
    version,
};

use crate::{
    config::Config,
    dbt::{Project, in_file},
    failure::{Result, problem},
};

/// What is derived of a manifest at `path`, and the catalog where there is one, under `name` if that is given, else that
/// of weft.yml or the manifest.
pub(crate) fn derived(
    config: &Config,
    project: &Project,
    name: Option<&PackageName>,
    (manifest, catalog): (&Manifest, Option<&Catalog>),
    path: &Path,
    git: Option<Git>,
) -> Result<Derived> {
    let settings = Settings {
        package_name: name.or(config.package_name.as_ref()).cloned(),
        version: version::FIRST,
        selection: selection(config)?,
        requires: requires(config, project)?,
        git,
        readings: BTreeMap::new(),
    };
    derive(manifest, catalog, &settings).map_err(|problem| match problem.code {
        ProblemCode::SelectionInvalid => problem,
        _ => in_file(*problem, path),
    })
}

/// `expose:` of weft.yml.
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
