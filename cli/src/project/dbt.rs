//! What dbt has of a project: its files and the places of its artifacts.

pub(crate) mod compare;
pub(crate) mod current;
pub(crate) mod list;
pub(crate) mod listed;
pub(crate) mod loom;
mod packages;
mod quoting;
pub(crate) mod sources;

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use weft_api::problem::{Problem, ProblemCode};
use weft_dbt::{artifact::ArtifactError, catalog::Catalog, manifest::Manifest};
use weft_model::name::PackageName;

use crate::{
    escape,
    failure::{FileError, Result, explained, problem, problem_with_hint},
    project::yaml::read_yaml,
};

/// A dbt project's folder.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The project's folder, as it was given.
    pub(crate) dir: PathBuf,
    /// `name:` of `dbt_project.yml`, if the file is there.
    pub(crate) name: Option<String>,
    /// Where dbt writes, below `dir` unless absolute.
    pub(crate) target: PathBuf,
    /// Where dbt installs packages, below `dir` unless absolute.
    pub(crate) packages_install_path: PathBuf,
    /// Where dbt looks for what is written by hand.
    pub(crate) folders: Folders,
}

/// The folders that dbt reads of a project, by what is in them.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    pub(crate) models: Vec<String>,
    pub(crate) seeds: Vec<String>,
    pub(crate) snapshots: Vec<String>,
    pub(crate) tests: Vec<String>,
    pub(crate) macros: Vec<String>,
    pub(crate) analyses: Vec<String>,
    pub(crate) functions: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct ProjectFile {
    name: Option<String>,
    model_paths: Option<Paths>,
    seed_paths: Option<Paths>,
    snapshot_paths: Option<Paths>,
    test_paths: Option<Paths>,
    macro_paths: Option<Paths>,
    analysis_paths: Option<Paths>,
    function_paths: Option<Paths>,
    target_path: Option<String>,
    packages_install_path: Option<String>,
}

/// dbt takes one path for a list of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
    Other(serde::de::IgnoredAny),
}

impl Paths {
    /// The paths; those that only Jinja knows are left out.
    fn or(given: Option<Self>, default: &str) -> Vec<String> {
        let paths = match given {
            Some(Self::One(path)) => vec![path],
            Some(Self::Many(paths)) => paths,
            Some(Self::Other(_)) | None => vec![default.to_owned()],
        };
        paths.into_iter().filter(|path| !path.is_empty() && !path.contains("{{")).collect()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DependenciesFile {
    projects: Option<Vec<DependencyProject>>,
}

#[derive(Deserialize)]
struct DependencyProject {
    name: String,
}

impl Project {
    /// Reads `dbt_project.yml`; a folder without one is still a project, because its artifacts may be elsewhere.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        if !dir.is_dir() {
            return Err(problem_with_hint(
                ProblemCode::FileUnreadable,
                format!("`{}` is not a folder", escape::path(dir)),
                "name the dbt project's folder with --project-dir",
            ));
        }
        let file: ProjectFile = read_yaml(&dir.join("dbt_project.yml"))?.unwrap_or_default();
        let target = std::env::var("DBT_TARGET_PATH").ok().filter(|path| !path.is_empty());
        let plain = |path: Option<String>| path.filter(|path| !path.is_empty() && !path.contains("{{"));
        Ok(Self {
            dir: dir.to_owned(),
            name: file.name,
            target: target.or(plain(file.target_path)).unwrap_or_else(|| "target".to_owned()).into(),
            packages_install_path: plain(file.packages_install_path)
                .unwrap_or_else(|| "dbt_packages".to_owned())
                .into(),
            folders: Folders {
                models: Paths::or(file.model_paths, "models"),
                seeds: Paths::or(file.seed_paths, "seeds"),
                snapshots: Paths::or(file.snapshot_paths, "snapshots"),
                tests: Paths::or(file.test_paths, "tests"),
                macros: Paths::or(file.macro_paths, "macros"),
                analyses: Paths::or(file.analysis_paths, "analyses"),
                functions: Paths::or(file.function_paths, "functions"),
            },
        })
    }

    /// The name that `dbt_project.yml` gives.
    pub(crate) fn package_name(&self) -> Result<PackageName> {
        let name = self.name.as_ref().ok_or_else(|| {
            problem_with_hint(
                ProblemCode::ProjectNameMissing,
                "no dbt_project.yml names the project",
                "name the project, or its folder with --project-dir",
            )
        })?;
        name.parse().map_err(|error| problem(ProblemCode::InvalidName, format!("in `dbt_project.yml`: {error}")))
    }

    /// The projects that `dependencies.yml` names.
    pub(crate) fn dependencies(&self) -> Result<BTreeSet<PackageName>> {
        let path = self.dir.join("dependencies.yml");
        let file: DependenciesFile = read_yaml(&path)?.unwrap_or_default();
        let parse = |project: DependencyProject| {
            project
                .name
                .parse()
                .map_err(|error| problem(ProblemCode::InvalidName, format!("in `{}`: {error}", escape::path(&path))))
        };
        file.projects.unwrap_or_default().into_iter().map(parse).collect()
    }

    /// Where the manifest is: the file that is named, else where dbt writes it.
    pub(crate) fn manifest_path(&self, given: Option<&Path>) -> PathBuf {
        given.map_or_else(|| self.dir.join(&self.target).join("manifest.json"), Path::to_owned)
    }

    /// Reads the manifest: the file that is named, else what dbt wrote last.
    pub(crate) fn manifest(&self, given: Option<&Path>) -> Result<Manifest> {
        let path = self.manifest_path(given);
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => problem_with_hint(
                ProblemCode::ManifestNotFound,
                format!("there is no manifest at `{}`", escape::path(&path)),
                "run `dbt build` or `dbt compile` there first, or name the file with --manifest",
            ),
            _ => FileError::on(&path, "read")(error).into(),
        })?;
        Manifest::read(&bytes).map_err(|error| in_file(explained(&error), &path))
    }

    /// Reads the catalog: the file that is named, else `catalog.json` beside the manifest where there is one.
    pub(crate) fn catalog(&self, given: Option<&Path>) -> Result<Option<Catalog>> {
        let path = given.map_or_else(|| self.dir.join(&self.target).join("catalog.json"), Path::to_owned);
        match std::fs::read(&path) {
            Ok(bytes) => Catalog::read(&bytes).map(Some).map_err(|error| in_file(explained(&error), &path)),
            Err(error) if error.kind() == ErrorKind::NotFound && given.is_none() => Ok(None),
            Err(error) => Err(FileError::on(&path, "read")(error).into()),
        }
    }

    /// Reads what dbt found: the file that is named, else what dbt wrote last; `None` where it wrote none.
    pub(crate) fn results<T>(
        &self,
        given: Option<&Path>,
        name: &str,
        read: impl FnOnce(&[u8]) -> std::result::Result<T, ArtifactError>,
    ) -> Result<Option<T>> {
        let path = given.map_or_else(|| self.dir.join(&self.target).join(name), Path::to_owned);
        match std::fs::read(&path) {
            Ok(bytes) => read(&bytes).map(Some).map_err(|error| in_file(explained(&error), &path)),
            Err(error) if error.kind() == ErrorKind::NotFound && given.is_none() => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(problem(ProblemCode::ResultsNotFound, format!("there are no results at `{}`", escape::path(&path))))
            }
            Err(error) => Err(FileError::on(&path, "read")(error).into()),
        }
    }
}

/// The same problem, told of a file.
pub(crate) fn in_file(mut problem: Box<Problem>, path: &Path) -> Box<Problem> {
    problem.detail = format!("`{}`: {}", escape::path(path), problem.detail);
    problem
}
