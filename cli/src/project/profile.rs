//! dbt's `profiles.yml`: where the project's data is, and how one gets in.

mod jinja;
pub(crate) mod targets;

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;
use weft_api::problem::ProblemCode;

use crate::{
    escape::{escape, path},
    failure::{Result, problem_with_hint},
    project::yaml::read_yaml,
};

/// An output of the project's profile.
pub(crate) struct Profile {
    /// The adapter: `postgres`, `duckdb`, ...
    pub(crate) kind: String,
    fields: BTreeMap<String, Value>,
    file: PathBuf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProjectFile {
    profile: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProfileTargets {
    target: Option<String>,
    outputs: BTreeMap<String, BTreeMap<String, Value>>,
}

/// The output that a project's profile leads to, as dbt finds it: `profiles.yml` in `DBT_PROFILES_DIR`, else in the
/// project, else in `~/.dbt`. None where there is no project, no file, or no such profile in it.
pub(crate) fn read(project: &Path, target: Option<&str>) -> Result<Option<Profile>> {
    let Some((name, file, profile)) = find(project, None)? else { return Ok(None) };
    let chosen = match target.map(str::to_owned).or(profile.target) {
        Some(target) => resolved(&target, &file)?,
        None => "default".to_owned(),
    };
    let mut outputs = profile.outputs;
    let fields = outputs.remove(&chosen).ok_or_else(|| {
        let there = outputs.keys().map(|name| escape(name)).collect::<Vec<_>>().join(", ");
        invalid(&file, &format!("the profile {} has no target {}; it has {there}", escape(&name), escape(&chosen)))
    })?;
    let mut profile = Profile { kind: String::new(), fields, file };
    profile.kind = profile.field(&["type"])?.unwrap_or_default();
    Ok(Some(profile))
}

/// A project's profile: its name, its file, and its content. `said` is the profiles folder of a run of dbt, if it had one.
fn find(project: &Path, said: Option<PathBuf>) -> Result<Option<(String, PathBuf, ProfileTargets)>> {
    let named: Option<ProjectFile> = read_yaml(&project.join("dbt_project.yml"))?;
    let Some(name) = named.and_then(|file| file.profile) else { return Ok(None) };
    let said = said.or_else(|| env::var_os("DBT_PROFILES_DIR").filter(|it| !it.is_empty()).map(PathBuf::from));
    let home = || env::home_dir().map(|home| home.join(".dbt"));
    let folders = match said {
        Some(folder) => vec![folder],
        None => [Some(project.to_owned()), home()].into_iter().flatten().collect(),
    };
    let Some(file) = folders.into_iter().map(|folder| folder.join("profiles.yml")).find(|file| file.is_file()) else {
        return Ok(None);
    };
    let mut profiles: BTreeMap<String, Value> = read_yaml(&file)?.unwrap_or_default();
    let Some(profile) = profiles.remove(&name) else { return Ok(None) };
    let profile: ProfileTargets = serde_json::from_value(profile)
        .map_err(|error| invalid(&file, &format!("the profile {} cannot be read: {error}", escape(&name))))?;
    Ok(Some((name, file, profile)))
}

/// The adapter of a project's profile, where the profile can be read.
pub(crate) fn adapter_type(project: &Path) -> Option<String> {
    let profile = read(project, None).ok().flatten()?;
    Some(profile.kind).filter(|kind| !kind.is_empty())
}

impl Profile {
    /// The first of these fields that is there, as text, its variables filled in.
    pub(crate) fn field(&self, names: &[&str]) -> Result<Option<String>> {
        let Some(value) = names.iter().find_map(|name| self.fields.get(*name)) else { return Ok(None) };
        let text = match value {
            Value::Null => return Ok(None),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let text = resolved(&text, &self.file)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// The problem of a field that is needed and not there.
    pub(crate) fn lacks(&self, field: &str) -> Box<weft_api::problem::Problem> {
        invalid(&self.file, &format!("the target has no `{field}`"))
    }
}

fn resolved(text: &str, file: &Path) -> Result<String> {
    jinja::resolve(text, |name| env::var(name).ok()).map_err(|error| invalid(file, &escape(&error.to_string())))
}

fn invalid(file: &Path, what: &str) -> Box<weft_api::problem::Problem> {
    let hint = "fix the profile, or set WEFT_DSN_<SERVER> to the database's URL";
    problem_with_hint(ProblemCode::ProfileInvalid, format!("`{}`: {what}", path(file)), hint)
}
