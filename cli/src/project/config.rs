//! `weft.yml`: what a project says of itself to weft.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::Deserialize;
use serde_saphyr::Spanned;
use weft_api::{
    Severity,
    problem::{FieldError, Problem, ProblemCode},
};
use weft_check::policy::{KnownRule, UnknownRule};
use weft_model::{finding::UnknownLevel, name::PackageName, pointer::pointer, requirement::Requirement};

use crate::{
    failure::{FileError, Result, problem, problem_at},
    project::yaml::yaml_fault,
};

/// The file's name, in the project's folder.
pub(crate) const FILE: &str = "weft.yml";

/// The form in which upstream nodes reach a dbt engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Binding {
    /// A generated dbt package for each upstream project, under `.weft/packages`.
    #[default]
    Package,
    /// Slim manifests for dbt-loom, under `.weft/loom`.
    Loom,
    /// Publication files for dbt Fusion, under `.weft/publications`.
    Fusion,
}

/// The content of `weft.yml`; an absent file is the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Config {
    /// Where the registry is, as written.
    pub(crate) registry: Option<String>,
    /// Publishes under this name instead of the manifest's.
    pub(crate) package_name: Option<PackageName>,
    /// What the project asks of others.
    pub(crate) requires: BTreeMap<PackageName, Requirement>,
    /// What is published, as selectors.
    pub(crate) expose: Vec<String>,
    /// How upstream nodes reach dbt.
    pub(crate) binding: Binding,
    /// What makes the manifest of a baseline from git, for the shell; `dbt compile`, or `dbt parse` where that fails, unless
    /// given.
    pub(crate) parse: Option<String>,
    /// How grave the project has rules; what the registry says of them counts more.
    pub(crate) rules: BTreeMap<KnownRule, Severity>,
    /// What compiles the project for `--compile`, for the shell; `dbt compile` unless given.
    pub(crate) compile: Option<String>,
    /// The files and folders of its data contracts; those found by their ending unless given.
    pub(crate) contracts: Vec<PathBuf>,
    /// The roles as which it reads in the warehouse.
    pub(crate) roles: BTreeSet<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ConfigDocument {
    registry: Option<String>,
    package_name: Option<Spanned<String>>,
    requires: Option<BTreeMap<String, Spanned<String>>>,
    expose: Option<Vec<String>>,
    binding: Option<Binding>,
    parse: Option<String>,
    rules: Option<BTreeMap<String, Spanned<Option<String>>>>,
    compile: Option<String>,
    contracts: Option<Vec<PathBuf>>,
    roles: Option<BTreeSet<String>>,
}

impl Config {
    /// Reads the project's `weft.yml`.
    ///
    /// # Errors
    /// The line of what is not understood: `config_invalid`, `invalid_name` or `invalid_requirement`.
    pub(crate) fn read(project_dir: &Path) -> Result<Self> {
        let path = project_dir.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.is_symlink() => Ok(Self::default()),
            Err(error) => Err(FileError::on(&path, "read")(error).into()),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        // A file of comments only is an empty one.
        let document: Option<ConfigDocument> = serde_saphyr::from_str(text).map_err(|error| {
            let message = yaml_fault(&error);
            problem(ProblemCode::ConfigInvalid, format!("`{FILE}` is not valid: {message}"))
        })?;
        let document = document.unwrap_or_default();
        let package_name = document.package_name.map(|name| parse_at("/package_name", &name, ProblemCode::InvalidName));
        let mut requires = BTreeMap::new();
        for (name, requirement) in document.requires.unwrap_or_default() {
            let pointer = pointer(&["requires", &name]);
            let upstream: PackageName = name.parse().map_err(|error: weft_model::name::ParseNameError| {
                refuse(&pointer, line(&requirement), ProblemCode::InvalidName, &error)
            })?;
            requires.insert(upstream, parse_at(&pointer, &requirement, ProblemCode::InvalidRequirement)?);
        }
        Ok(Self {
            registry: document.registry,
            package_name: package_name.transpose()?,
            requires,
            expose: document.expose.unwrap_or_default(),
            binding: document.binding.unwrap_or_default(),
            parse: document.parse,
            rules: rules(document.rules.unwrap_or_default())?,
            compile: document.compile,
            contracts: document.contracts.unwrap_or_default(),
            roles: document.roles.unwrap_or_default(),
        })
    }
}

/// `rules:`; a rule without a level is one without an opinion.
fn rules(said: BTreeMap<String, Spanned<Option<String>>>) -> Result<BTreeMap<KnownRule, Severity>> {
    let mut rules = BTreeMap::new();
    for (rule, level) in said {
        let refuse = |error: &dyn std::error::Error| {
            refuse(&pointer(&["rules", &rule]), line(&level), ProblemCode::ConfigInvalid, error)
        };
        let rule: KnownRule = rule.parse().map_err(|error: UnknownRule| refuse(&error))?;
        if let Some(level) = &level.value {
            rules.insert(rule, level.parse().map_err(|error: UnknownLevel| refuse(&error))?);
        }
    }
    Ok(rules)
}

fn parse_at<T: FromStr<Err: std::error::Error>>(pointer: &str, text: &Spanned<String>, code: ProblemCode) -> Result<T> {
    text.value.parse().map_err(|error| refuse(pointer, line(text), code, &error))
}

fn line<T>(value: &Spanned<T>) -> u64 {
    value.referenced.line()
}

fn refuse(pointer: &str, line: u64, code: ProblemCode, error: &dyn std::error::Error) -> Box<Problem> {
    let fault = FieldError { pointer: pointer.to_owned(), message: error.to_string() };
    problem_at(code, format!("`{FILE}` line {line} is not valid"), vec![fault])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Box<Problem> {
        Config::parse(text).unwrap_err()
    }

    #[test]
    fn every_key_is_read() {
        let text = "
registry: ../mesh.db
package_name: shop
requires:
  inventory: ^1.2
  sales: '>=2, <4'
  older: 1.10
expose: ['tag:mart']
binding: loom
rules: {column_removed: warning, column_added: off, type_changed: }
";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.registry.as_deref(), Some("../mesh.db"));
        assert_eq!(config.package_name.unwrap().as_str(), "shop");
        assert_eq!(config.requires["sales"].to_string(), ">=2, <4");
        assert_eq!(config.requires["older"].to_string(), "^1.10");
        assert_eq!(config.expose, ["tag:mart"]);
        assert_eq!(config.binding, Binding::Loom);
        let rules: Vec<_> = config.rules.iter().map(|(rule, level)| format!("{rule} {level}")).collect();
        assert_eq!(rules, ["column_added off", "column_removed warning"]);
    }

    #[test]
    fn a_rule_or_level_that_there_is_not_has_its_line_and_what_may_be_meant() {
        let fault = |rule: &str| {
            let problem = refused(&format!("rules:\n  column_added: off\n  {rule}\n"));
            assert_eq!(
                (problem.code, &*problem.detail),
                (ProblemCode::ConfigInvalid, "`weft.yml` line 3 is not valid")
            );
            let [fault] = &problem.errors[..] else { panic!("{problem:?}") };
            format!("{}: {}", fault.pointer, fault.message)
        };
        assert_eq!(
            fault("colum_removed: error"),
            "/rules/colum_removed: `colum_removed` is not a rule; did you mean `column_removed`?"
        );
        assert_eq!(
            fault("column_removed: warn"),
            "/rules/column_removed: `warn` is not a level; did you mean `warning`?"
        );
        assert_eq!(
            fault("column_removed: true"),
            "/rules/column_removed: `true` is not a level; levels are error, warning, info and off"
        );
    }

    #[test]
    fn an_empty_file_or_key_is_the_default() {
        for text in ["", "# nothing\n", "requires:\n", "---\n"] {
            assert_eq!(Config::parse(text).unwrap(), Config::default(), "{text:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let problem = refused("requires: {}\nregisty: x\n");
        assert_eq!(problem.code, ProblemCode::ConfigInvalid);
        assert!(problem.detail.contains("registy") && problem.detail.contains("line 2"), "{}", problem.detail);
    }

    #[test]
    fn what_is_no_yaml_is_refused_with_its_line() {
        let problem = refused("requires:\n  a: [\n");
        assert_eq!(problem.code, ProblemCode::ConfigInvalid);
        assert!(problem.detail.contains("line"), "{}", problem.detail);
    }

    #[test]
    fn a_bad_requirement_and_a_bad_name_have_line_and_pointer() {
        let problem = refused("requires:\n  inventory: latest\n");
        assert_eq!(problem.code, ProblemCode::InvalidRequirement);
        assert_eq!(
            (problem.detail.as_str(), problem.errors[0].pointer.as_str()),
            ("`weft.yml` line 2 is not valid", "/requires/inventory")
        );
        assert_eq!(refused("requires:\n  in-ventory: '*'\n").code, ProblemCode::InvalidName);
        assert_eq!(refused("package_name: ../x\n").code, ProblemCode::InvalidName);
        assert_eq!(refused("requires:\n  ../~x: '*'\n").errors[0].pointer, "/requires/..~1~0x");
    }
}
