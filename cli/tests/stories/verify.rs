//! Contracts verified against live data.

mod across;
mod duckdb;
mod hostile;
mod planted;
mod postgres;
mod profiles;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::stories::world::{Run, weft};

/// A folder with contracts in it.
pub(super) struct Contracts(tempfile::TempDir);

impl Contracts {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self(folder)
    }

    pub(super) fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    /// `weft contract verify` in the folder.
    pub(super) fn verify(&self, arguments: &str, variables: &[(&str, &str)]) -> Run {
        let mut command = weft();
        for dbt in ["DBT_PROFILES_DIR", "VIRTUAL_ENV"] {
            command.env_remove(dbt);
        }
        command.env("HOME", self.path()).current_dir(self.path()).args(["contract", "verify"]);
        command.args(arguments.split_whitespace()).envs(variables.iter().copied());
        let output = command.output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same as JSON: what became of each check, by object, kind, properties and rule.
    pub(super) fn results(&self, arguments: &str, variables: &[(&str, &str)]) -> Results {
        let run = self.verify(&format!("{arguments} --format json"), variables);
        let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        let mut checks = BTreeMap::new();
        for contract in document["data"]["contracts"].as_array().unwrap_or_else(|| panic!("{run:?}")) {
            for object in contract["objects"].as_array().unwrap() {
                for check in object["checks"].as_array().unwrap() {
                    let properties = check["properties"].as_array().into_iter().flatten();
                    let properties: Vec<_> = properties.map(|it| it.as_str().unwrap()).collect();
                    let parts = [
                        object["object"].as_str().unwrap().to_owned(),
                        check["check"].as_str().unwrap().to_owned(),
                        properties.join("+"),
                        check["rule"].as_str().unwrap_or_default().to_owned(),
                    ];
                    let name = parts.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(" ");
                    let name = if checks.contains_key(&name) { format!("{name} (2)") } else { name };
                    assert!(checks.insert(name, check.clone()).is_none());
                }
            }
        }
        Results { run, checks }
    }
}

/// What became of checks.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) run: Run,
    checks: BTreeMap<String, Value>,
}

impl Results {
    /// One check.
    #[track_caller]
    pub(super) fn of(&self, name: &str) -> &Value {
        self.checks.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.checks.keys()))
    }

    /// The names of the checks that came to this.
    pub(super) fn that(&self, outcome: &str) -> Vec<&str> {
        self.checks.iter().filter(|(_, check)| check["outcome"] == outcome).map(|(name, _)| name.as_str()).collect()
    }

    /// A check failed on so many rows, with these keys.
    #[track_caller]
    pub(super) fn assert_broken(&self, name: &str, count: u64, keys: &[&str]) {
        let check = self.of(name);
        assert_eq!(check["outcome"], "failed", "{name}: {check}");
        assert_eq!(check["count"], count, "{name}: {check}");
        let part = |part: &Value| part["value"].as_str().unwrap_or("null").to_owned();
        let key = |key: &Value| key.as_array().unwrap().iter().map(part).collect::<Vec<_>>().join("/");
        let found: Vec<String> = check["samples"].as_array().into_iter().flatten().map(key).collect();
        assert_eq!(found, keys, "{name}: {check}");
    }
}
