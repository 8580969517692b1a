//! The walls between the crates, held by cargo's own account of who depends on whom. `deny.toml` says the same to
//! `cargo deny`; this runs wherever the tests do.

#[cfg(test)]
mod walls {
    use std::{collections::BTreeSet, process::Command};

    use serde_json::Value;

    /// The workspace's crates, each with the crates that it names as dependencies (not those of its tests).
    fn dependencies() -> Vec<(String, BTreeSet<String>)> {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
        let packages = metadata["packages"].as_array().unwrap().iter();
        packages
            .map(|package| {
                let named = package["dependencies"].as_array().unwrap().iter();
                (name(package), named.filter(|dependency| dependency["kind"].is_null()).map(name).collect())
            })
            .collect()
    }

    #[track_caller]
    fn only(owner: &str, dependency: &str) {
        among(&[owner], dependency);
    }

    #[track_caller]
    fn among(expected: &[&str], dependency: &str) {
        let owners: Vec<String> =
            dependencies().into_iter().filter(|(_, named)| named.contains(dependency)).map(|(name, _)| name).collect();
        assert_eq!(owners, expected, "{dependency}");
    }

    #[test]
    fn databases_are_seen_by_the_registry_and_where_live_data_is_verified() {
        among(&["registry", "cli"], "sqlx");
    }

    #[test]
    fn git_and_outgoing_http_are_seen_by_the_command_line_alone() {
        only("cli", "git2");
        only("cli", "reqwest");
    }

    #[test]
    fn sql_is_parsed_by_the_domain_alone() {
        only("contracts", "polyglot-sql");
    }

    #[test]
    fn laws_are_seen_by_tests_alone() {
        among(&[], "laws");
    }

    #[test]
    fn the_domain_stands_on_no_other_crate_and_does_no_io() {
        let dependencies = dependencies();
        let named = |crate_name: &str| &dependencies.iter().find(|(name, _)| name == crate_name).unwrap().1;
        for forbidden in ["registry", "cli", "tokio", "axum", "http", "tempfile", "rustix"] {
            assert!(!named("contracts").contains(forbidden), "{forbidden}");
        }
        assert!(!named("registry").contains("cli"));
    }
}
