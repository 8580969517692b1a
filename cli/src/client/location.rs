//! Where the registry is: a server, a SQLite file or a PostgreSQL database.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use reqwest::Url;
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    escape::{self, escape},
    failure::{Result, problem_with_hint},
    git,
};

/// Whether a command may make a registry that does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RegistryUse {
    /// Only reads: a registry file that does not exist counts as an empty registry and is not made.
    Read,
    /// Writes: makes the file where it is not there.
    Write,
}

/// A registry that requests can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistryLocation {
    /// A server, by HTTP.
    Server(Url),
    /// A SQLite file; the registry runs in process.
    File(PathBuf),
    /// A PostgreSQL database, as its URL; the registry runs in process.
    Postgres(String),
}

/// What cannot be a registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LocationError {
    /// A URL that does not parse.
    #[error("`{url}` is not a URL: {reason}")]
    NotAUrl {
        /// The URL, as given, escaped.
        url: String,
        /// What the parser says.
        reason: String,
    },
    /// A scheme that nothing here speaks.
    #[error("weft cannot reach a registry with `{scheme}://`")]
    Scheme {
        /// The scheme, as given, escaped.
        scheme: String,
    },
    /// User or password in the URL of a server.
    #[error("the registry's URL contains credentials")]
    Credentials,
}

impl From<LocationError> for Box<Problem> {
    fn from(error: LocationError) -> Self {
        let hint = match error {
            LocationError::Credentials => "put the token into WEFT_TOKEN, and remove it from the URL",
            _ => "name a registry as `https://weft.example.com`, as `postgres://...`, or as the path of a SQLite file",
        };
        problem_with_hint(ProblemCode::Usage, error.to_string(), hint)
    }
}

impl RegistryLocation {
    /// The registry to use: what a flag or the environment gives, else what weft.yml says, else the file
    /// `.weft/registry.db` at the root of the git work tree that holds the project, or in the project outside of one.
    /// Paths in weft.yml are relative to the project, others to the current folder.
    pub(crate) fn choose(given: Option<&str>, configured: Option<&str>, project_dir: &Path) -> Result<Self> {
        match (given.filter(|text| !text.is_empty()), configured) {
            (Some(text), _) => Ok(Self::parse(text, Path::new(""))?),
            (None, Some(text)) => Ok(Self::parse(text, project_dir)?),
            (None, None) => Ok(Self::File(default_file(project_dir))),
        }
    }

    fn parse(text: &str, base: &Path) -> std::result::Result<Self, LocationError> {
        match text.split_once("://") {
            Some(("http" | "https", _)) => server(text),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some((scheme, _)) => Err(LocationError::Scheme { scheme: escape(scheme) }),
            None => Ok(Self::File(base.join(text))),
        }
    }

    /// The SQLite file, where it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) | Self::Postgres(_) => None,
        }
    }
}

impl fmt::Display for RegistryLocation {
    /// The location without its secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(url) => f.write_str(url.as_str().trim_end_matches('/')),
            Self::File(path) => f.write_str(&escape::path(path)),
            Self::Postgres(url) => f.write_str(&escape(&without_password(url))),
        }
    }
}

fn server(text: &str) -> std::result::Result<RegistryLocation, LocationError> {
    let url =
        Url::parse(text).map_err(|error| LocationError::NotAUrl { url: escape(text), reason: error.to_string() })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LocationError::Credentials);
    }
    Ok(RegistryLocation::Server(url))
}

fn without_password(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) => {
            let _ = parsed.set_password(None);
            parsed.set_query(None);
            parsed.to_string()
        }
        Err(_) => "postgres://...".to_owned(),
    }
}

fn default_file(project_dir: &Path) -> PathBuf {
    let root = git::work_tree_root(project_dir).unwrap_or_else(|| project_dir.to_owned());
    root.join(".weft").join("registry.db")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(given: Option<&str>, configured: Option<&str>, project_dir: &Path) -> String {
        RegistryLocation::choose(given, configured, project_dir).unwrap().to_string()
    }

    #[test]
    fn a_flag_wins_over_weft_yml_and_that_over_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        assert_eq!(choose(Some("http://a/"), Some("http://b"), dir), "http://a");
        assert_eq!(choose(None, Some("http://b"), dir), "http://b");
        assert_eq!(choose(Some(""), Some("http://b"), dir), "http://b", "an empty variable is none");
        assert_eq!(choose(None, None, dir), dir.join(".weft/registry.db").display().to_string());
    }

    #[test]
    fn a_path_in_weft_yml_is_relative_to_the_project_and_one_given_to_the_current_folder() {
        assert_eq!(choose(None, Some("../mesh.db"), Path::new("dbt")), "dbt/../mesh.db");
        assert_eq!(choose(Some("mesh.db"), None, Path::new("dbt")), "mesh.db");
    }

    #[test]
    fn the_default_file_lies_at_the_root_of_the_work_tree() {
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init(folder.path()).unwrap();
        let project = folder.path().join("dbt/sales");
        std::fs::create_dir_all(&project).unwrap();
        let chosen = RegistryLocation::choose(None, None, &project).unwrap();
        let expected = folder.path().canonicalize().unwrap().join(".weft/registry.db");
        assert_eq!(chosen.file(), Some(expected.as_path()));
    }

    #[test]
    fn credentials_in_a_url_are_refused_without_being_shown() {
        let problem = RegistryLocation::choose(Some("https://me:s3cret@host"), None, Path::new(".")).unwrap_err();
        assert!(!format!("{problem:?}").contains("s3cret"));
        assert!(problem.hint.unwrap().contains("WEFT_TOKEN"));
    }

    #[test]
    fn the_password_of_a_database_is_not_shown() {
        let shown = choose(Some("postgres://weft:s3cret@db/weft?sslpassword=x"), None, Path::new("."));
        assert_eq!(shown, "postgres://weft@db/weft");
    }

    #[test]
    fn other_schemes_are_refused() {
        assert!(RegistryLocation::choose(Some("ftp://host"), None, Path::new(".")).is_err());
        assert!(RegistryLocation::choose(Some("http://"), None, Path::new(".")).is_err());
    }
}
