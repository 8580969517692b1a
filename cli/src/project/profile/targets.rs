//! Where the targets of a profile put what dbt builds.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::project::profile::find;

/// The targets of a project's profile.
pub(crate) struct Targets {
    /// `profiles.yml`.
    pub(crate) file: PathBuf,
    /// The target that dbt takes where none is named; absent where the file leaves that to the environment.
    pub(crate) default: Option<String>,
    /// Where each puts what dbt builds.
    pub(crate) places: BTreeMap<String, Place>,
}

/// The database and schema of a target; absent where the file does not say them, or leaves them to the environment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) database: Option<String>,
    pub(crate) schema: Option<String>,
}

/// The targets of a project's profile, as dbt finds it; `folder` is the one that a run of dbt was given. `None` where there
/// is no file, no such profile in it, or where it cannot be read.
pub(crate) fn targets(project: &Path, folder: Option<PathBuf>) -> Option<Targets> {
    let (_, file, profile) = find(project, folder).ok()??;
    let default = match profile.target {
        Some(target) => plain(&Value::String(target)),
        None => Some("default".to_owned()),
    };
    let places = profile.outputs.iter().map(|(name, fields)| (name.clone(), place(fields)));
    Some(Targets { file, default, places: places.collect() })
}

fn place(fields: &BTreeMap<String, Value>) -> Place {
    let field = |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).and_then(plain);
    let database: &[&str] = match field(&["type"]).as_deref() {
        Some("duckdb") => {
            let database = field(&["database"]).or_else(|| file_name(&field(&["path"])?));
            return Place { database, schema: field(&["schema"]) };
        }
        Some("postgres" | "redshift" | "materialize") => &["dbname", "database"],
        Some("snowflake") => &["database"],
        Some("bigquery") => &["project", "database"],
        Some("databricks") => &["catalog"],
        _ => &[],
    };
    Place { database: field(database), schema: field(&["schema", "dataset"]) }
}

/// The name that DuckDB gives a database in a file; `None` where it is in no file.
fn file_name(path: &str) -> Option<String> {
    let stem = Path::new(path).file_stem()?.to_str()?;
    (!path.contains(':')).then(|| stem.to_owned())
}

/// A text without Jinja.
fn plain(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    (!text.contains("{{") && !text.contains("{%")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_known_as_far_as_it_is_written_plainly() {
        let place = |fields: Value| {
            let Place { database, schema } = place(&serde_json::from_value(fields).unwrap());
            [database, schema].map(Option::unwrap_or_default).join(".")
        };
        for (fields, expected) in [
            (json!({"type": "duckdb", "path": "/data/shop.duckdb", "schema": "s"}), "shop.s"),
            (json!({"type": "duckdb", "path": "md:shop", "schema": "s"}), ".s"),
            (json!({"type": "postgres", "dbname": "d", "schema": "{{ env_var('S') }}"}), "d."),
            (json!({"type": "bigquery", "project": "p", "dataset": "d"}), "p.d"),
            (json!({"type": "snowflake", "database": "{{ env_var('D') }}", "schema": "s"}), ".s"),
            (json!({"type": "sqlite"}), "."),
        ] {
            assert_eq!(place(fields.clone()), expected, "{fields}");
        }
    }
}
