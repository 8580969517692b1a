//! How the state of a project is named on the command line.

use std::{path::PathBuf, str::FromStr};

use semver::Version;
use weft_model::name::{EnvironmentName, PackageName, ParseNameError};

use crate::named::{self, ParseVersionError};

/// The name of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StateName {
    /// What dbt wrote last.
    WorkTree,
    /// What is deployed there; in the environment that is asked for, where none is named.
    Deployed(Option<EnvironmentName>),
    /// A published version.
    Published { package_name: Option<PackageName>, version: Version },
    /// A revision of the project's repository.
    Git(String),
    /// What dbt wrote some other time.
    File { manifest: PathBuf, catalog: Option<PathBuf> },
}

/// A text that names no state.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParseStateError {
    #[error("name a version (1.2.0, NAME@1.2.0), `registry`, env:NAME, git:REVISION, file:MANIFEST[,CATALOG], or `.`")]
    Unknown,
    #[error("the work tree cannot be its own baseline: name another state")]
    WorkTree,
    #[error(transparent)]
    Name(#[from] ParseNameError),
    #[error(transparent)]
    Version(#[from] ParseVersionError),
}

impl ParseStateError {
    /// What is wrong with a name in it.
    pub(crate) fn name(&self) -> Option<&ParseNameError> {
        if let Self::Name(error) = self { Some(error) } else { None }
    }

    /// What is wrong with a version in it.
    pub(crate) fn version(&self) -> Option<&ParseVersionError> {
        if let Self::Version(error) = self { Some(error) } else { None }
    }
}

impl StateName {
    /// The project, where it is named too.
    pub(crate) fn package_name(&self) -> Option<&PackageName> {
        match self {
            Self::Published { package_name, .. } => package_name.as_ref(),
            _ => None,
        }
    }

    /// Whether the registry has it, and nobody else.
    pub(crate) fn comes_from_registry(&self) -> bool {
        matches!(self, Self::Deployed(_) | Self::Published { .. })
    }
}

/// Reads a state that the work tree can be compared with.
pub(crate) fn baseline(text: &str) -> Result<StateName, ParseStateError> {
    match text.parse()? {
        StateName::WorkTree => Err(ParseStateError::WorkTree),
        name => Ok(name),
    }
}

impl FromStr for StateName {
    type Err = ParseStateError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((_, "")) => Err(ParseStateError::Unknown),
            Some(("git", revision)) => Ok(Self::Git(revision.to_owned())),
            Some(("env", environment)) => Ok(Self::Deployed(Some(environment.parse()?))),
            Some(("file", files)) => Ok(match files.rsplit_once(',') {
                Some((manifest, catalog)) => Self::File { manifest: manifest.into(), catalog: Some(catalog.into()) },
                None => Self::File { manifest: files.into(), catalog: None },
            }),
            Some(_) => Err(ParseStateError::Unknown),
            None if text == "." => Ok(Self::WorkTree),
            None if text == "registry" => Ok(Self::Deployed(None)),
            None => published(text),
        }
    }
}

fn published(text: &str) -> Result<StateName, ParseStateError> {
    let (package_name, version) = match text.split_once('@') {
        Some((name, version)) => (Some(name.parse()?), version),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => (None, text),
        None => return Err(ParseStateError::Unknown),
    };
    Ok(StateName::Published { package_name, version: named::version(version)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> StateName {
        text.parse().unwrap()
    }

    #[test]
    fn each_kind_of_state_has_its_name() {
        assert_eq!(read("."), StateName::WorkTree);
        assert_eq!(read("registry"), StateName::Deployed(None));
        assert_eq!(read("env:staging"), StateName::Deployed(Some("staging".parse().unwrap())));
        assert_eq!(read("git:origin/main"), StateName::Git("origin/main".to_owned()));
        assert_eq!(read("git:HEAD:x"), StateName::Git("HEAD:x".to_owned()));
        let version = Version::new(1, 2, 0);
        assert_eq!(read("1.2.0"), StateName::Published { package_name: None, version: version.clone() });
        let package_name = Some("shop".parse().unwrap());
        assert_eq!(read("shop@1.2.0"), StateName::Published { package_name, version });
    }

    #[test]
    fn a_file_is_a_manifest_with_or_without_its_catalog() {
        let file = |manifest: &str, catalog: Option<&str>| StateName::File {
            manifest: manifest.into(),
            catalog: catalog.map(PathBuf::from),
        };
        assert_eq!(read("file:a/m.json"), file("a/m.json", None));
        assert_eq!(read("file:m.json,c.json"), file("m.json", Some("c.json")));
        assert_eq!(read("file:C:\\m.json"), file("C:\\m.json", None));
    }

    #[test]
    fn a_baseline_is_any_state_but_the_work_tree() {
        assert_eq!(baseline("registry").unwrap(), StateName::Deployed(None));
        assert!(matches!(baseline("."), Err(ParseStateError::WorkTree)));
    }

    #[test]
    fn what_names_no_state_is_refused_for_what_is_wrong_with_it() {
        for text in ["", "main", "git:", "file:", "env:", "https://x", "m.json"] {
            assert!(matches!(text.parse::<StateName>(), Err(ParseStateError::Unknown)), "{text}");
        }
        for text in ["1.2", "1", "shop@", "shop@1", "1.0.0@2.0.0 "] {
            assert!(!matches!(text.parse::<StateName>(), Ok(_) | Err(ParseStateError::Unknown)), "{text}");
        }
        assert!(matches!("sh-op@1.0.0".parse::<StateName>(), Err(ParseStateError::Name(_))));
        assert!(matches!("env:../x".parse::<StateName>(), Err(ParseStateError::Name(_))));
    }
}
