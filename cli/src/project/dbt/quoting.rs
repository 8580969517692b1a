//! Whether the project's dbt writes names of relations between quotes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use weft_bindings::is_quoted_by;

use crate::{
    failure::Result,
    project::{dbt::Project, profile, yaml::read_yaml},
};

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProjectFile {
    quoting: Option<BTreeMap<String, Value>>,
}

impl Project {
    /// Whether every part of a name is in quotes: as `quoting:` in `dbt_project.yml` says, else as the adapter of the
    /// project's profile does. `None` if neither says.
    pub(crate) fn quotes_names(&self) -> Result<Option<bool>> {
        let file: ProjectFile = read_yaml(&self.dir.join("dbt_project.yml"))?.unwrap_or_default();
        let said = file.quoting.unwrap_or_default();
        let parts = [&["database", "project"][..], &["schema", "dataset"], &["identifier"]];
        let said =
            parts.map(|keys| keys.iter().find_map(|key| said.get(*key)).map(|value| value == &Value::Bool(true)));
        if said.contains(&Some(false)) {
            return Ok(Some(false));
        }
        if said.iter().all(Option::is_some) {
            return Ok(Some(true));
        }
        Ok(profile::adapter_type(&self.dir).map(|adapter_type| is_quoted_by(Some(&adapter_type))))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn quoting_is_the_projects_or_its_adapters() {
        let folder = tempfile::tempdir().unwrap();
        let quotes = |project: &str, adapter: &str| {
            fs::write(folder.path().join("dbt_project.yml"), format!("name: a\nprofile: p\n{project}")).unwrap();
            let profile = format!("p:\n  target: d\n  outputs:\n    d: {{type: {adapter}}}\n");
            fs::write(folder.path().join("profiles.yml"), profile).unwrap();
            Project::read(folder.path()).unwrap().quotes_names().unwrap()
        };
        assert_eq!(quotes("", "duckdb"), Some(true));
        assert_eq!(quotes("", "snowflake"), Some(false));
        assert_eq!(quotes("quoting: {identifier: false}", "duckdb"), Some(false));
        assert_eq!(quotes("quoting: {identifier: \"{{ var('q') }}\"}", "duckdb"), Some(false));
        assert_eq!(quotes("quoting: {database: true, schema: true, identifier: true}", "snowflake"), Some(true));
        fs::remove_file(folder.path().join("profiles.yml")).unwrap();
        assert_eq!(Project::read(folder.path()).unwrap().quotes_names().unwrap(), Some(true));
    }
}
