//! The gate as a person meets it: projects that need each other, environments that nobody has used, readers by sources.

use serde_json::{Value, json};

use crate::stories::world::{Run, World, fixture};

/// A manifest of a project with one public model, and what else it has.
fn manifest(name: &str, columns: &[&str], more: &Value) -> Value {
    let id = format!("model.{name}.{name}_model");
    let columns: serde_json::Map<_, _> = columns
        .iter()
        .map(|column| ((*column).to_owned(), json!({ "name": column, "data_type": "integer" })))
        .collect();
    let model = json!({ "unique_id": id, "name": format!("{name}_model"), "resource_type": "model", "package_name": name,
        "database": "mesh", "schema": name, "alias": "model", "relation_name": format!("\"mesh\".\"{name}\".\"model\""),
        "access": "public", "config": { "access": "public", "materialized": "table", "contract": { "enforced": true } },
        "contract": { "enforced": true }, "columns": columns, "language": "sql",
        "depends_on": { "nodes": more["sources"].as_object().map(|it| it.keys().collect::<Vec<_>>()).unwrap_or_default() },
        "checksum": { "name": "sha256", "checksum": format!("{name}{}", columns.len()) } });
    let mut manifest = json!({
        "metadata": { "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.16",
            "project_name": name, "adapter_type": "postgres" },
        "nodes": { id: model }, "sources": {}, "macros": {}, "docs": {}, "exposures": {}, "metrics": {}, "groups": {},
        "selectors": {}, "disabled": {}, "parent_map": {}, "child_map": {}
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        manifest[key] = value.clone();
    }
    manifest
}

struct Mesh(World);

impl Mesh {
    fn empty() -> Self {
        Self(World::with(&fixture("producers")))
    }

    /// Writes a project again.
    #[expect(clippy::needless_pass_by_value, reason = "callers write it in place")]
    fn write(&self, name: &str, columns: &[&str], requires: &[(&str, &str)], more: Value) {
        let folder = self.0.path(name);
        std::fs::create_dir_all(folder.join("target")).unwrap();
        let lines: Vec<_> = requires.iter().map(|(name, asked)| format!("  {name}: \"{asked}\"\n")).collect();
        let requires = lines.concat();
        let config = if requires.is_empty() { "{}\n".to_owned() } else { format!("requires:\n{requires}") };
        std::fs::write(folder.join("weft.yml"), config).unwrap();
        std::fs::write(folder.join("dbt_project.yml"), format!("name: {name}\nversion: 1.0.0\n")).unwrap();
        std::fs::write(folder.join("target/manifest.json"), manifest(name, columns, &more).to_string()).unwrap();
    }

    fn run(&self, project: &str, arguments: &str) -> Run {
        self.0.run(project, &format!("{arguments} --registry ../mesh.db"))
    }

    fn done(&self, project: &str, arguments: &str) -> String {
        let run = self.run(project, arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout
    }
}

#[test]
fn projects_that_need_each_other_are_published_and_then_deployed_together() {
    let mesh = Mesh::empty();
    mesh.write("a", &["id"], &[("b", "^1")], json!({}));
    mesh.write("b", &["id"], &[("a", "^1")], json!({}));
    let refused = mesh.run("a", "publish");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("`a` 1.0.0 requires `b` ^1, which would not be deployed there"), "{refused:?}");
    let published = mesh.run("a", "publish --no-deploy");
    assert_eq!(published.code, 0, "{published:?}");
    let warning = "warning: `b` is not published to this registry, but this project requires it (^1)";
    assert!(published.stderr.contains(warning), "{published:?}");
    assert!(!mesh.run("b", "publish --no-deploy").stderr.contains("warning"), "a is published");
    assert_eq!(mesh.run("a", "deploy 1.0.0").code, 1);
    assert_eq!(mesh.run("a", "can-deploy a@1.0.0").code, 1);
    let asked = mesh.done("a", "can-deploy a@1.0.0 b@1.0.0");
    assert!(asked.starts_with("a 1.0.0 and b 1.0.0 can be deployed to prod\n"), "{asked}");
    assert_eq!(
        mesh.done("a", "deploy a@1.0.0 b@1.0.0"),
        "Deployed a 1.0.0 to prod (revision 1)\nDeployed b 1.0.0 to prod (revision 1)\n"
    );
    for (arguments, said) in [
        ("deploy a@1.0.0 a@1.0.0", "`a` is named twice"),
        ("deploy a@1.0.0 b", "`b` has no version"),
        ("deploy a b 1.0.0", "unexpected argument `1.0.0`"),
        ("deploy a@x b@1.0.0", "is not a version"),
        ("deploy a@1.0.0 b@1.0.0 --manifest target/manifest.json", "relations of one project"),
        ("can-deploy a@1.0.0 --version 1.0.0", "--version needs exactly one project"),
        ("can-deploy a a", "`a` is named twice"),
        ("can-deploy a@", "is not a version"),
    ] {
        let run = mesh.run("a", arguments);
        assert_eq!(run.code, 2, "{arguments}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments}: {run:?}");
    }
}

#[test]
fn an_environment_that_nobody_has_used_is_no_yes_and_its_first_deployment_says_so() {
    let mesh = Mesh::empty();
    mesh.write("a", &["id"], &[], json!({}));
    mesh.done("a", "publish");
    let asked = mesh.run("a", "can-deploy --environment porduction");
    assert_eq!(asked.code, 1, "{asked:?}");
    assert!(asked.stdout.contains("nothing was ever deployed to porduction; there is prod"), "{asked:?}");
    assert!(asked.stderr.contains("hint: check the name"), "{asked:?}");
    let warning = "warning: nothing is deployed to porduction, only to prod: check the spelling of its name";
    for asked in ["publish --dry-run --environment porduction", "graph --environment porduction"] {
        let told = mesh.run("a", asked);
        assert!(told.stderr.contains(warning), "{told:?}");
    }
    let deployed = mesh.done("a", "deploy 1.0.0 --environment staging");
    assert_eq!(deployed, "Deployed a 1.0.0 to staging (revision 1; nothing was deployed to this environment before)\n");
    assert_eq!(mesh.run("a", "can-deploy --environment staging").code, 0);
}

/// A source over the relation of the model of `a`.
fn source_over_a() -> Value {
    let id = "source.b.raw.model";
    json!({ "sources": { id: { "unique_id": id, "name": "model", "source_name": "raw", "resource_type": "source",
        "package_name": "b", "database": "mesh", "schema": "a", "identifier": "model",
        "relation_name": "\"mesh\".\"a\".\"model\"", "columns": {} } } })
}

#[test]
fn readers_by_source_are_listed_shown_and_stand_in_the_way_of_a_column_that_goes() {
    let mesh = Mesh::empty();
    mesh.write("a", &["id", "price"], &[], json!({}));
    mesh.write("b", &["id"], &[], source_over_a());
    mesh.done("a", "publish");
    mesh.done("b", "publish");
    let listed = mesh.done("a", "list");
    let reads: Vec<_> = listed.lines().map(|line| line.split_whitespace().last().unwrap_or_default()).collect();
    assert_eq!(reads, ["READS", "-", "a"], "{listed}");
    let shown = mesh.done("a", "show a");
    assert!(shown.contains("b 1.0.0") && shown.contains("model.b.b_model"), "{shown}");
    mesh.write("a", &["id"], &[], json!({}));
    assert_eq!(mesh.run("a", "check").code, 1);
    mesh.done("a", "publish --no-deploy");
    let asked = mesh.run("a", "can-deploy");
    assert_eq!(asked.code, 1, "{asked:?}");
    let said = "model.b.b_model` of `b` 1.0.0 reads unknown columns of `model.a.a_model`, and `a` 2.0.0 has no \
                `price`";
    assert!(asked.stdout.contains(said), "{asked:?}");
    assert_eq!(mesh.run("a", "deploy 2.0.0").code, 1);
    mesh.write("a", &["id", "price", "colour"], &[], json!({}));
    mesh.done("a", "publish");
}

#[test]
fn a_yanked_version_is_deployed_with_a_warning_alone_or_in_a_step() {
    let mesh = Mesh::empty();
    for name in ["a", "b"] {
        mesh.write(name, &["id"], &[], json!({}));
        mesh.done(name, "publish --no-deploy");
    }
    mesh.done("a", "yank a 1.0.0");
    for asked in ["can-deploy a@1.0.0 b@1.0.0", "deploy a@1.0.0 b@1.0.0", "deploy a@1.0.0"] {
        let told = mesh.run("a", asked);
        assert_eq!(told.code, 0, "{told:?}");
        assert!(told.stderr.contains("warning: a 1.0.0 is yanked"), "{told:?}");
        assert!(!told.stderr.contains("b 1.0.0 is yanked"), "{told:?}");
    }
}
