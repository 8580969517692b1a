//! The GitHub Action, as far as can be without GitHub: its steps are read from `action.yml` and run by bash, in the
//! surroundings that a runner gives them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{
    harness::{Said, run},
    pull_request::PullRequest,
};

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    default: String,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    name: String,
    shell: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    run: String,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

impl Action {
    fn read() -> Self {
        serde_saphyr::from_str(&fs::read_to_string(repository().join("action.yml")).unwrap()).unwrap()
    }

    /// What a runner inserts for an expression; a step's script contains none, so that no input becomes code.
    fn value(&self, expression: &str, inputs: &[(&str, &str)]) -> String {
        let Some(name) = expression.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")) else {
            return expression.to_owned();
        };
        if name == "github.action_path" {
            return repository().display().to_string();
        }
        if name == "github.token" {
            return String::new();
        }
        let input = name.strip_prefix("inputs.").unwrap_or_else(|| panic!("what is {name}?"));
        let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| (*value).to_owned());
        given.unwrap_or_else(|| self.inputs[input].default.clone())
    }

    /// Runs the steps one after another in the repository's root, until one fails.
    fn run(&self, branch: &PullRequest, inputs: &[(&str, &str)]) -> (Said, String) {
        let summary = branch.mesh.root().join("summary.md");
        let mut last = None;
        for step in &self.runs.steps {
            assert_eq!(step.shell, "bash", "{}", step.name);
            assert!(!step.run.contains("${{"), "{}: an input in a script is code", step.name);
            let mut command = Command::new("bash");
            command
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.run])
                .current_dir(branch.mesh.root().join("projects"))
                .envs(step.env.iter().map(|(name, value)| (name, self.value(value, inputs))))
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_STEP_SUMMARY", &summary)
                .env("NO_COLOR", "1");
            let said = run(branch.in_reach_of_dbt(&mut command));
            let failed = said.code != 0;
            last = Some(said);
            if failed {
                break;
            }
        }
        (last.unwrap(), fs::read_to_string(summary).unwrap_or_default())
    }
}

const YAML: &str = "models/marts/marts.yml";

/// A branch that gives a column another name.
fn renaming() -> PullRequest {
    PullRequest::new(|mesh| {
        let replace = |path: &str, from: &str, to: &str| {
            mesh.write("inventory", path, &mesh.read("inventory", path).replacen(from, to, 1));
        };
        replace("models/marts/products.sql", "as price\n", "as unit_price\n");
        replace(YAML, "- name: price\n", "- name: unit_price\n");
        replace(YAML, "expression: price > 0", "expression: unit_price > 0");
        replace("contracts/products.odcs.yaml", "- name: price\n", "- name: unit_price\n");
    })
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_action_annotates_the_line_that_breaks_readers_and_fails_the_job() {
    let (action, branch) = (Action::read(), renaming());
    assert_eq!(action.runs.using, "composite");
    let inputs =
        [("project-dir", "inventory"), ("against", "git:main"), ("output", "weft.sarif\njunit=out/tests.xml\n")];
    let (said, summary) = action.run(&branch, &inputs);
    assert_eq!(said.code, 1, "{said}");
    let line = branch.line(YAML, "- name: products", "- name: unit_price");
    let annotation =
        format!("::error title=column_renamed model.inventory.products.price,file=inventory/{YAML},line={line}::");
    assert!(said.stderr.lines().any(|it| it.starts_with(&annotation)), "no {annotation} in {said}");
    assert!(summary.contains("needs a **major** version") && summary.contains("unit_price"), "{summary}");
    let sarif = fs::read_to_string(branch.mesh.root().join("projects/weft.sarif")).unwrap();
    assert!(sarif.contains(&format!("\"uri\": \"inventory/{YAML}\"")), "{sarif}");
    assert!(branch.mesh.root().join("projects/out/tests.xml").is_file());
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_action_passes_where_nothing_breaks_and_says_what_it_wants_where_it_cannot_run() {
    let (action, branch) = (Action::read(), renaming());
    let same = format!("file:{}", branch.mesh.project("inventory").join("target/manifest.json").display());
    let (said, summary) = action.run(&branch, &[("project-dir", "inventory"), ("against", &same)]);
    assert_eq!(said.code, 0, "{said}");
    assert!(summary.contains("nothing found"), "{summary}");
    let (said, _) = action.run(&branch, &[("project-dir", "inventory"), ("against", "git:$(touch pwned)")]);
    assert_eq!(said.code, 2, "{said}");
    assert!(!branch.mesh.root().join("projects/pwned").exists(), "an input is no code");
}
