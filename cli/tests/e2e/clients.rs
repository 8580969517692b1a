//! Clients that others generate from the OpenAPI document.

use std::{path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::harness::{Server, run, skipped};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A program of `.venv-client`, where that is installed.
fn program(name: &str) -> Option<PathBuf> {
    Some(PathBuf::from(REPOSITORY).join(".venv-client/bin").join(name)).filter(|path| path.exists())
}

#[test]
#[ignore = "needs openapi-python-client"]
fn a_generated_python_client_gets_answers_and_problems() {
    let (Some(generator), Some(python)) = (program("openapi-python-client"), program("python")) else {
        return skipped("a_generated_python_client_gets_answers_and_problems", "`make engines` installs the generator");
    };
    let folder = TempDir::new().unwrap();
    let generated = run(Command::new(generator)
        .args(["generate", "--path", concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/weft.v1.json"), "--config"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/python-client.yml"))
        .args(["--meta", "none", "--output-path"])
        .arg(folder.path().join("weft_registry_client"))
        .env("PATH", format!("{REPOSITORY}/.venv-client/bin:{}", std::env::var("PATH").unwrap())))
    .ok();
    let said = generated.all().to_lowercase();
    assert!(!said.contains("warning") && !said.contains("unable") && !said.contains("cannot"), "{generated}");
    let database = folder.path().join("weft.db");
    let server = Server::start(database.to_str().unwrap());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/client.py");
    let called = run(Command::new(python).arg(script).arg(&server.url).env("PYTHONPATH", folder.path())).ok();
    assert_eq!(
        called.stdout,
        "refused: [('sales', 'column'), ('sales', 'requirement')]\nproblems: project_not_found invalid_request\n",
        "{called}"
    );
}

#[test]
#[ignore = "needs npm"]
fn the_document_is_valid_and_typescript_gets_its_types_without_a_warning() {
    let program = |name: &str| PathBuf::from(REPOSITORY).join(".venv-npm/node_modules/.bin").join(name);
    let (redocly, typescript) = (program("redocly"), program("openapi-typescript"));
    if !redocly.exists() || !typescript.exists() {
        let test = "the_document_is_valid_and_typescript_gets_its_types_without_a_warning";
        return skipped(test, "`make engines` installs the packages of npm");
    }
    let folder = TempDir::new().unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/weft.v1.json");
    let lint = run(Command::new(redocly)
        .args(["lint", document, "--format", "json"])
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .current_dir(folder.path()))
    .ok();
    assert_eq!(lint.json()["totals"], serde_json::json!({"errors": 0, "warnings": 0, "ignored": 0}), "{lint}");
    let types = folder.path().join("weft.d.ts");
    let said = run(Command::new(typescript).arg(document).arg("-o").arg(&types).current_dir(folder.path())).ok();
    assert!(!said.all().to_lowercase().contains("warn"), "{said}");
    assert!(std::fs::read_to_string(types).unwrap().contains("Unmet: "), "{said}");
}
