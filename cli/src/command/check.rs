//! `weft check`.

mod outcome;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::Args;
use contracts::{
    check::{Levels, Side, check},
    manifest::Manifest,
    name::PackageName,
    problem::ProblemCode,
    publication::Publication,
    relation::Relations,
};

use crate::{
    baseline, ci,
    client::Purpose,
    clock,
    command::check::outcome::Checked,
    config::Config,
    dbt::Project,
    failure::{Result, problem, problem_with_hint},
    interface,
    options::{Artifacts, Environment, Shared, outputs::Outputs},
    output::{
        escape,
        progress::Progress,
        report::{Form, Subject},
    },
};

/// Tell what the project's changes break for whoever reads it.
///
/// Compares what dbt wrote last with what is deployed in the environment, or with another manifest. Exits with 1 where a
/// finding is an error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft check\n  weft check --environment staging --format json\n  \
                        weft check --against git:origin/main\n  \
                        weft check --against file:main/manifest.json,main/catalog.json\n  \
                        weft check -o comment.md -o weft.sarif -o gitlab=codequality.json\n\n\
                        `weft explain RULE` tells more of a rule.")]
pub(super) struct Arguments {
    /// What to compare with: `registry`, what is deployed there; `git:REVISION`, parsed anew where the work tree left
    /// it; or `file:MANIFEST[,CATALOG]`
    #[arg(long, value_name = "BASELINE", default_value = "registry")]
    against: Against,

    /// The project's name in the registry, if it is not the manifest's
    #[arg(long = "as", value_name = "NAME")]
    name: Option<PackageName>,

    #[command(flatten)]
    environment: Environment,

    #[command(flatten)]
    artifacts: Artifacts,

    #[command(flatten)]
    outputs: Outputs,
}

/// Where the baseline is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Against {
    /// What is deployed.
    Registry,
    /// Where the work tree left a revision.
    Git(String),
    /// What dbt wrote some other time.
    File { manifest: PathBuf, catalog: Option<PathBuf> },
}

/// A text that names no baseline.
#[derive(Debug, thiserror::Error)]
#[error("a baseline is `registry`, `git:REVISION` or `file:MANIFEST[,CATALOG]`")]
struct ParseAgainstError;

impl FromStr for Against {
    type Err = ParseAgainstError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if let Some(revision) = text.strip_prefix("git:").filter(|revision| !revision.is_empty()) {
            return Ok(Self::Git(revision.to_owned()));
        }
        let file = match text.strip_prefix("file:") {
            None if text == "registry" => return Ok(Self::Registry),
            None | Some("") => return Err(ParseAgainstError),
            Some(file) => file,
        };
        Ok(match file.rsplit_once(',') {
            Some((manifest, catalog)) => Self::File { manifest: manifest.into(), catalog: Some(catalog.into()) },
            None => Self::File { manifest: file.into(), catalog: None },
        })
    }
}

/// What the work tree is compared with.
struct Baseline {
    publication: Publication,
    relations: Relations,
    /// In a few words: `1.4.0 (prod)`.
    what: String,
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared, progress: &Progress) -> Result<Checked> {
    let config = shared.config()?;
    let project = shared.project()?;
    progress.step("reading what dbt wrote");
    let manifest = project.manifest(arguments.artifacts.manifest())?;
    let catalog = project.catalog(arguments.artifacts.catalog())?;
    let path = project.manifest_path(arguments.artifacts.manifest());
    let name = arguments.name.as_ref();
    let current = interface::derived(&config, &project, name, (&manifest, catalog.as_ref()), &path, None)?;
    let package_name = &current.publication.package_name;
    let baseline = match &arguments.against {
        Against::Registry => {
            progress.step("reading what is deployed");
            deployed(arguments, shared, &config, package_name).await?
        }
        Against::Git(revision) => {
            progress.step("parsing the baseline");
            let file = baseline::manifest(&project, revision, config.parse.as_deref()).await?;
            let old = of_same_project(&project, &manifest, &file)?;
            let derived = from_file(arguments, &config, &project, (&old, &file), None)?;
            Baseline { what: format!("`git:{}`", escape::escape(revision)), ..derived }
        }
        Against::File { manifest: file, catalog } => {
            let baseline = of_same_project(&project, &manifest, file)?;
            from_file(arguments, &config, &project, (&baseline, file), catalog.as_deref())?
        }
    };
    let sides = [(&baseline.publication, &baseline.relations), (&current.publication, &current.relations)];
    let [old, new] = sides.map(|(publication, relations)| Side::of(publication).with_relations(relations));
    let report = check(old, new, clock::today(), &Levels::default());
    let nothing_public = baseline.publication.interface.is_empty() && current.publication.interface.is_empty();
    let subject = Subject { package_name: package_name.to_string(), baseline: baseline.what };
    let messages = ci::tell(&report, &subject, arguments.outputs.hold(Form::Gitlab), |name| std::env::var_os(name))?;
    let checked = Checked { subject, report, nothing_public, messages };
    arguments.outputs.write(&checked)?;
    Ok(checked)
}

/// What is deployed in the environment.
async fn deployed(
    arguments: &Arguments,
    shared: &Shared,
    config: &Config,
    package_name: &PackageName,
) -> Result<Baseline> {
    let client = shared.client(config, Purpose::Read).await?;
    let environment = arguments.environment.or_default();
    let standing = client.project(package_name).await?;
    let mut deployments = standing.summary.deployments.into_iter();
    let Some(deployment) = deployments.find(|deployment| deployment.environment == environment) else {
        return Err(problem_with_hint(
            ProblemCode::DeploymentNotFound,
            format!("`{package_name}` is not deployed in `{environment}`"),
            "name another with --environment, or compare with a file: --against file:MANIFEST",
        ));
    };
    let publication = client.publication(package_name, &deployment.version).await?;
    let relations = client.relations(package_name, deployment.relations_digest).await?;
    Ok(Baseline { publication, relations, what: format!("{} ({environment})", deployment.version) })
}

/// What a manifest says, derived with the same settings as the current side.
fn from_file(
    arguments: &Arguments,
    config: &Config,
    project: &Project,
    (manifest, path): (&Manifest, &Path),
    catalog: Option<&Path>,
) -> Result<Baseline> {
    let catalog = match catalog {
        Some(path) => project.catalog(Some(path))?,
        None => None,
    };
    let name = arguments.name.as_ref();
    let derived = interface::derived(config, project, name, (manifest, catalog.as_ref()), path, None)?;
    Ok(Baseline {
        publication: derived.publication,
        relations: derived.relations,
        what: format!("`{}`", escape::path(path)),
    })
}

/// Reads the baseline's manifest, if it is of the project that the current one is of, as far as both say.
fn of_same_project(project: &Project, current: &Manifest, path: &Path) -> Result<Manifest> {
    let baseline = project.manifest(Some(path)).map_err(|mut problem| {
        if problem.code == ProblemCode::ManifestNotFound {
            problem.hint = Some("name a manifest after `file:`".to_owned());
        }
        problem
    })?;
    match (baseline.project_name(), current.project_name()) {
        (Ok(other), Ok(own)) if other != own => Err(problem(
            ProblemCode::BaselineOfOther,
            format!("`{}` is a manifest of `{other}`, and this project is `{own}`", escape::path(path)),
        )),
        _ => Ok(baseline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_the_registrys_or_a_file_with_or_without_its_catalog() {
        let file = |manifest: &str, catalog: Option<&str>| Against::File {
            manifest: manifest.into(),
            catalog: catalog.map(PathBuf::from),
        };
        assert_eq!("registry".parse::<Against>().unwrap(), Against::Registry);
        assert_eq!("file:a/m.json".parse::<Against>().unwrap(), file("a/m.json", None));
        assert_eq!("file:m.json,c.json".parse::<Against>().unwrap(), file("m.json", Some("c.json")));
        assert_eq!("git:origin/main".parse::<Against>().unwrap(), Against::Git("origin/main".to_owned()));
        for bad in ["", "file:", "git:", "m.json"] {
            assert!(bad.parse::<Against>().is_err(), "{bad}");
        }
    }
}
