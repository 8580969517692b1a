//! Flags that commands share: one name and one meaning everywhere.

pub(crate) mod outputs;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::Args;
use weft_model::name::{EnvironmentName, PackageName, ParseNameError};

use crate::{
    client::{Client, RegistryUse, location::RegistryLocation},
    failure::Result,
    output::Format,
    project::{config::Config, dbt::Project},
};

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shared {
    /// The registry: https://..., postgres://..., or the path of a SQLite file.
    /// Default: `registry:` in weft.yml, else .weft/registry.db at the repository's root
    #[arg(
        long,
        global = true,
        env = "WEFT_REGISTRY",
        hide_env_values = true,
        value_name = "URL|PATH",
        help_heading = "Shared options"
    )]
    pub(crate) registry: Option<String>,

    /// The dbt project's folder
    #[arg(long, global = true, default_value = ".", value_name = "DIR", help_heading = "Shared options")]
    pub(crate) project_dir: PathBuf,

    /// Output format; markdown to junit apply to reports of findings, mermaid and dot to graphs
    #[arg(long, global = true, value_enum, default_value_t, help_heading = "Shared options")]
    pub(crate) format: Format,
}

impl Shared {
    /// Reads the project's weft.yml.
    pub(crate) fn config(&self) -> Result<Config> {
        Config::read(&self.project_dir)
    }

    /// The project's folder as dbt sees it.
    pub(crate) fn project(&self) -> Result<Project> {
        Project::read(&self.project_dir)
    }

    /// The project that a command is about: as it names one, else as weft.yml or `dbt_project.yml` does.
    pub(crate) fn package_name(&self, named: Option<PackageName>, config: &Config) -> Result<PackageName> {
        let named = named.or_else(|| config.package_name.clone());
        named.map_or_else(|| self.project()?.package_name(), Ok)
    }

    /// The project that is worked in, where weft.yml or `dbt_project.yml` names it.
    pub(crate) fn own_name(&self, config: &Config) -> Option<PackageName> {
        let of_folder = || self.project().ok()?.package_name().ok();
        config.package_name.clone().or_else(of_folder)
    }

    /// Where the registry is.
    pub(crate) fn location(&self, config: &Config) -> Result<RegistryLocation> {
        RegistryLocation::choose(self.registry.as_deref(), config.registry.as_deref(), &self.project_dir)
    }

    /// Opens the registry that the flags or weft.yml name.
    pub(crate) async fn client(&self, config: &Config, purpose: RegistryUse) -> Result<Client> {
        Client::open(&self.location(config)?, purpose).await
    }
}

/// The environment, from a flag or a variable.
#[derive(Debug, Clone, Args)]
pub(crate) struct Environment {
    /// The environment; default: prod
    #[arg(long, env = "WEFT_ENVIRONMENT", hide_env_values = true, value_name = "NAME")]
    pub(crate) environment: Option<GivenName>,
}

/// A name from a flag or variable; an empty variable names none.
#[derive(Debug, Clone)]
pub(crate) struct GivenName(Option<EnvironmentName>);

impl FromStr for GivenName {
    type Err = ParseNameError;
    fn from_str(input: &str) -> std::result::Result<Self, Self::Err> {
        if input.is_empty() { Ok(Self(None)) } else { input.parse().map(Some).map(Self) }
    }
}

impl Environment {
    /// The one that is given, if any.
    pub(crate) fn given(&self) -> Option<&EnvironmentName> {
        self.environment.as_ref()?.0.as_ref()
    }

    /// The one that is given, else `prod`.
    pub(crate) fn or_default(&self) -> EnvironmentName {
        self.given().cloned().unwrap_or_default()
    }
}

/// Where to look for projects that are not deployed in an environment.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Fallbacks {
    /// If an upstream project is not deployed in ENVIRONMENT, use OTHER; can be repeated. A deployment records it for the
    /// environment
    #[arg(long, value_name = "ENVIRONMENT=OTHER")]
    fallback: Vec<Fallback>,
}

impl Fallbacks {
    /// For each environment, the one to use instead.
    pub(crate) fn pairs(&self) -> BTreeMap<EnvironmentName, EnvironmentName> {
        self.fallback.iter().map(|it| (it.0.clone(), it.1.clone())).collect()
    }
}

/// `staging=prod`.
#[derive(Debug, Clone)]
struct Fallback(EnvironmentName, EnvironmentName);

/// The error for a text that is not a fallback.
#[derive(Debug, thiserror::Error)]
enum FallbackError {
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

/// The flags for dbt's manifest and catalog.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Artifacts {
    /// dbt's manifest; default: manifest.json in the project's target folder
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,

    /// dbt's catalog, for the types of columns; default: catalog.json in the target folder, if it exists
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,

    /// Use only data contracts, for a producer without dbt: a file, or a folder
    #[arg(long, value_name = "PATH", conflicts_with_all = ["manifest", "catalog"])]
    pub(crate) contracts: Option<PathBuf>,
}

impl Artifacts {
    /// The manifest that is named, if any.
    pub(crate) fn manifest(&self) -> Option<&Path> {
        self.manifest.as_deref()
    }

    /// The catalog that is named, if any.
    pub(crate) fn catalog(&self) -> Option<&Path> {
        self.catalog.as_deref()
    }
}
