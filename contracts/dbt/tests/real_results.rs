//! The results of real runs of dbt are read, and attributed to the nodes of their manifest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;

use std::fs;

use weft_api::{Outcome, health::faults};
use weft_dbt::{
    artifact::ArtifactFault,
    derive::{DeriveSettings, Readings, derive},
    manifest::Manifest,
    results::{ResultsReader, singular::ReadBySql},
    run_results::RunResults,
    select::Selection,
};
use weft_model::version;

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn the_results_of_a_real_run_are_told_of_the_nodes_of_its_manifest() {
        let data = material::data();
        let folder = data.join("artifacts/jaffle_shop_duckdb");
        let read = |name: &str| material::content(&folder.join(name));
        let manifest = Manifest::read(&read("manifest.json")).unwrap();
        let settings = DeriveSettings {
            package_name: None,
            version: version::FIRST,
            selection: Selection::default(),
            requires: std::collections::BTreeMap::new(),
            git: None,
            readings: Readings::default(),
        };
        let publication = derive(&manifest, None, &settings).unwrap().publication;
        let name = manifest.project_name().unwrap();
        let nothing = ReadBySql::new();
        let teller = ResultsReader::new(&manifest, &publication, &name, &nothing);
        for (file, results, kind) in [("run_results.test.json", 20, "test"), ("run_results.run.json", 8, "build")] {
            let found = teller.run(&RunResults::read(&read(file)).unwrap()).unwrap();
            assert_eq!((found.left_out.private, found.left_out.unknown), (0, 0), "{file}");
            assert_eq!(faults(&found.run), [], "{file}");
            let told: Vec<_> = found.run.nodes.values().flat_map(|checks| &checks.results).collect();
            assert_eq!(told.len(), results, "{file}");
            assert!(told.iter().all(|result| result.outcome == Outcome::Passed), "{file}");
            assert!(told.iter().all(|result| (result.kind == "build") == (kind == "build")), "{file}");
            for (node, checks) in &found.run.nodes {
                assert!(
                    checks.others.is_disjoint(&checks.results.iter().map(|it| it.name.clone()).collect()),
                    "{node}"
                );
                assert_eq!(checks.others.contains("build"), kind == "test", "{node}");
            }
        }
    }

    #[test]
    #[ignore = "needs ../shared/data"]
    fn every_file_of_results_at_hand_is_read_or_refused_with_a_reason() {
        let data = material::data();
        let files = material::files(&data.join("artifacts"), &["json"]);
        let results = files.iter().filter(|path| path.to_string_lossy().contains("run_results"));
        let mut read = 0;
        for path in results {
            match RunResults::read(&fs::read(path).unwrap()) {
                Ok(results) => {
                    assert!(!results.results.is_empty(), "{}", path.display());
                    read += 1;
                }
                // `dbt docs generate` writes the file, too, and has looked at no data.
                Err(error) => {
                    let generate = ArtifactFault::OtherCommand { command: "generate".to_owned() };
                    assert_eq!(error.fault, generate, "{}: {error}", path.display());
                }
            }
        }
        assert!(read >= 3, "{read}");
        for path in files.iter().filter(|path| !path.to_string_lossy().contains("run_results")) {
            let error = RunResults::read(&fs::read(path).unwrap()).unwrap_err();
            assert!(matches!(error.fault, ArtifactFault::Other { .. }), "{}: {error}", path.display());
        }
    }
}
