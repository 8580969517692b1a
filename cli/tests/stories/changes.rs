//! Changes of one project and what becomes of its readers: approvals, versions between versions, names that stay.

#[path = "changes/waivers.rs"]
mod waivers;

use serde_json::{Map, Value, json};

use crate::stories::world::{Run, World, fixture};

/// A model of a project, as dbt writes it.
#[derive(Clone, Default)]
struct Model {
    name: &'static str,
    version: Option<u32>,
    latest: Option<u32>,
    /// Its name in the project's schema; the model's name if there is none.
    alias: Option<&'static str>,
    /// Integers, but for `name:type`.
    columns: &'static [&'static str],
    /// The node or source that it reads, with the SQL.
    reads: Option<(&'static str, &'static str)>,
}

impl Model {
    fn of(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, ..Self::default() }
    }

    fn id(&self, project: &str) -> String {
        let version = self.version.map(|version| format!(".v{version}")).unwrap_or_default();
        format!("model.{project}.{}{version}", self.name)
    }

    fn node(&self, project: &str, materialized: &str) -> Value {
        let Self { name, version, latest, alias, columns, reads } = self;
        let typed = columns.iter().map(|it| it.split_once(':').unwrap_or((it, "integer")));
        let columns: Map<_, _> =
            typed.map(|(name, data_type)| (name.to_owned(), json!({ "name": name, "data_type": data_type }))).collect();
        let alias = alias.unwrap_or(name);
        let mut node = json!({
            "unique_id": self.id(project), "name": name, "resource_type": "model", "package_name": project,
            "database": "mesh", "schema": project, "alias": alias,
            "relation_name": format!("\"mesh\".\"{project}\".\"{alias}\""), "access": "public",
            "config": { "access": "public", "materialized": materialized, "contract": { "enforced": true } },
            "contract": { "enforced": true }, "columns": columns, "language": "sql",
            "depends_on": { "nodes": reads.iter().map(|(read, _)| read).collect::<Vec<_>>() },
            "checksum": { "name": "sha256", "checksum": format!("{:?}", self.columns) },
        });
        if let (Some(version), Some(latest)) = (version, latest) {
            node["version"] = json!(version);
            node["latest_version"] = json!(latest);
        }
        if let Some((_, sql)) = reads {
            node["compiled"] = json!(true);
            node["compiled_code"] = json!(sql);
        }
        node
    }
}

struct Mesh(World);

impl Mesh {
    fn empty() -> Self {
        Self(World::with(&fixture("producers")))
    }

    /// Writes a project into a folder.
    fn write(&self, folder: &str, project: &str, models: &[Model], stubs: &[Model]) {
        let own = models.iter().map(|model| (model.id(project), model.node(project, "table")));
        let stubs = stubs.iter().map(|model| (model.id("up"), model.node("up", "weft_interface")));
        let source = json!({ "source.down.raw.m": { "unique_id": "source.down.raw.m", "name": "m", "source_name": "raw",
            "resource_type": "source", "package_name": "down", "database": "mesh", "schema": "up", "identifier": "m",
            "relation_name": "\"mesh\".\"up\".\"m\"", "columns": {} } });
        let manifest = json!({
            "metadata": { "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                "dbt_version": "1.11.16", "project_name": project, "adapter_type": "postgres" },
            "nodes": own.chain(stubs).collect::<Map<_, _>>(), "sources": if project == "down" { source } else { json!({}) },
            "macros": {}, "docs": {}, "exposures": {}, "metrics": {}, "groups": {}, "selectors": {}, "disabled": {},
            "parent_map": {}, "child_map": {}
        });
        let path = self.path(folder);
        std::fs::create_dir_all(path.join("target")).unwrap();
        std::fs::write(path.join("dbt_project.yml"), format!("name: {project}\nversion: 1.0.0\n")).unwrap();
        std::fs::write(path.join("target/manifest.json"), manifest.to_string()).unwrap();
    }

    /// Each state of a project has a folder of the same name, for the name of a project belongs to that.
    fn path(&self, folder: &str) -> std::path::PathBuf {
        self.0.path(folder).join("project")
    }

    fn up(&self, folder: &str, models: &[Model]) {
        self.write(folder, "up", models, &[]);
    }

    fn run(&self, folder: &str, arguments: &[&str]) -> Run {
        let mut command = self.0.command(&format!("{folder}/project"), "");
        let output = command.args(arguments).args(["--registry", "../../mesh.db"]).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn done(&self, folder: &str, arguments: &[&str]) -> Run {
        let run = self.run(folder, arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run
    }

    fn refused(&self, folder: &str, arguments: &[&str]) -> Run {
        let run = self.run(folder, arguments);
        assert_eq!(run.code, 1, "{run:?}");
        run
    }

    fn waive(&self, folder: &str, rule: &str, node: &str) -> Run {
        let why = ["--reason", "approved as it is here", "--until", "2099-01-01", "--author", "A <a@example.com>"];
        self.run(folder, &[&["waive", rule, node], &why[..]].concat())
    }
}

#[test]
fn a_version_below_another_holds_nothing_that_the_other_lacks() {
    let mesh = Mesh::empty();
    mesh.up("a", &[Model::of("m", &["a"])]);
    mesh.up("ab", &[Model::of("m", &["a", "b"])]);
    mesh.up("az", &[Model::of("m", &["a", "z"])]);
    mesh.done("a", &["publish", "--no-deploy", "--version", "1.0.0"]);
    mesh.done("ab", &["publish", "--no-deploy", "--version", "1.2.0"]);
    let refused = mesh.refused("az", &["publish", "--no-deploy", "--version", "1.1.0"]);
    let said = "1.1.0 would come before 1.2.0, which is published and would be too small after it";
    assert!(refused.stderr.contains(said), "{refused:?}");
    assert!(refused.stderr.contains("column `z` is"), "{refused:?}");
    mesh.done("ab", &["publish", "--no-deploy", "--version", "1.1.0"]);
    mesh.done("az", &["publish", "--no-deploy", "--version", "2.0.0"]);
    let pre = mesh.done("az", &["publish", "--no-deploy", "--version", "1.1.5-rc.1"]);
    assert!(pre.stderr.contains("warning: 1.1.5-rc.1 would come before 1.2.0"), "{pre:?}");
    // What was refused can be approved from the refusal.
    let refused = mesh.refused("az", &["publish", "--no-deploy", "--version", "1.1.1", "--format", "json"]).stdout;
    std::fs::write(mesh.path("az").join("refused.json"), refused).unwrap();
    let why = ["--reason", "seen", "--until", "2099-01-01", "--author", "a", "--report", "refused.json"];
    mesh.done("az", &[&["waive", "version_not_bumped", "project.up"], &why[..]].concat());
    mesh.done("az", &["publish", "--no-deploy", "--version", "1.1.1"]);
    mesh.refused("az", &["publish", "--no-deploy", "--version", "1.1.2"]);
}

#[test]
fn a_patch_after_a_yanked_version_is_told_what_it_takes_and_refused_where_that_is_deployed() {
    let mesh = Mesh::empty();
    mesh.up("a", &[Model::of("m", &["a"])]);
    mesh.up("bc", &[Model::of("m", &["b", "c"])]);
    mesh.up("b", &[Model::of("m", &["b"])]);
    mesh.done("a", &["publish", "--no-deploy", "--version", "1.0.0"]);
    mesh.done("bc", &["publish", "--no-deploy", "--version", "2.0.0"]);
    mesh.done("bc", &["yank", "up", "2.0.0"]);
    let warned = mesh.done("b", &["publish", "--no-deploy", "--version", "2.0.1"]);
    assert!(warned.stdout.starts_with("Published up 2.0.1 (new; too small, see the warning)"), "{warned:?}");
    let said = "2.0.1 after 2.0.0 is too small: the changes require a major update, 3.0.0 or later (2.0.0 is yanked, and \
                may still be in locks)";
    assert!(warned.stderr.contains(said), "{warned:?}");
    mesh.done("bc", &["deploy", "2.0.0"]);
    mesh.done("b", &["yank", "up", "2.0.1"]);
    let refused = mesh.refused("b", &["publish", "--no-deploy", "--version", "2.0.2"]);
    assert!(refused.stderr.contains("2.0.0 is yanked"), "{refused:?}");
}

/// A model that reads `m` of `up`, by ref or by source.
fn reader(read: &'static str) -> Model {
    Model { reads: Some((read, "select a from \"mesh\".\"up\".\"m\"")), ..Model::of("x", &["a"]) }
}

#[test]
fn versions_introduced_beside_a_name_break_nobody_who_refs_it() {
    let mesh = Mesh::empty();
    let version = |version, latest, alias, columns| Model {
        version: Some(version),
        latest: Some(latest),
        alias,
        ..Model::of("m", columns)
    };
    let one = Model::of("m", &["a", "b"]);
    mesh.up("v1", std::slice::from_ref(&one));
    mesh.up("v2", &[version(1, 1, Some("m"), &["a", "b"]), version(2, 1, Some("m_v2"), &["b"])]);
    mesh.up("moved", &[version(1, 2, Some("m"), &["a", "b"]), version(2, 2, Some("m_v2"), &["b"])]);
    mesh.up("less", &[version(1, 1, Some("m"), &["b"]), version(2, 1, Some("m_v2"), &["b"])]);
    mesh.write("down", "down", &[reader("model.up.m")], &[one]);
    mesh.done("v1", &["publish"]);
    mesh.done("down", &["publish"]);
    // Straight to a latest version that lacks what is read: that is the break that it was.
    let broken = mesh.refused("moved", &["check"]);
    assert!(broken.stdout.contains("error[column_removed] model.up.m "), "{broken:?}");
    assert!(broken.stdout.contains("model.down.x"), "{broken:?}");
    mesh.refused("moved", &["publish"]);
    let found = mesh.done("v2", &["check"]);
    assert!(found.stdout.contains("required update: minor"), "{found:?}");
    assert!(
        found.stdout.contains("`m` now has versions: a ref without a version means v1 (`model.up.m.v1`)"),
        "{found:?}"
    );
    assert!(!found.stdout.contains("[model_added] model.up.m.v1"), "{found:?}");
    let published = mesh.done("v2", &["publish"]);
    assert!(published.stdout.contains("Published up 1.1.0"), "{published:?}");
    // The reader goes on being known, though its publication names the node without versions.
    let readers = mesh.done("v2", &["consumers", "model.up.m.v1", "--format", "json"]).stdout;
    assert!(readers.contains("model.down.x"), "{readers}");
    let broken = mesh.refused("less", &["check"]);
    assert!(broken.stdout.contains("model.down.x"), "{broken:?}");
    mesh.refused("less", &["publish"]);
}

#[test]
fn a_model_renamed_with_its_relation_kept_breaks_those_who_ref_it_and_not_those_who_read_the_table() {
    let mesh = Mesh::empty();
    let renamed = |columns| Model { alias: Some("m"), ..Model::of("m2", columns) };
    mesh.up("v1", &[Model::of("m", &["a", "b"])]);
    mesh.up("v2", &[renamed(&["a", "b"])]);
    mesh.up("less", &[renamed(&["b"])]);
    mesh.write("down", "down", &[reader("source.down.raw.m")], &[]);
    mesh.done("v1", &["publish"]);
    mesh.done("down", &["publish"]);
    let found = mesh.refused("v2", &["check"]);
    assert!(found.stdout.contains("error[model_renamed] model.up.m"), "{found:?}");
    assert!(!found.stdout.contains("read by"), "{found:?}");
    let less = mesh.refused("less", &["check"]);
    assert!(less.stdout.contains("error[column_removed] model.up.m"), "{less:?}");
    assert!(less.stdout.contains("read by down"), "{less:?}");
    mesh.refused("less", &["publish"]);
    let published = mesh.done("v2", &["publish"]);
    assert!(published.stdout.contains("Published up 2.0.0"), "{published:?}");
    mesh.write("down", "down", &[reader("model.up.m2")], &[renamed(&["a", "b"])]);
    mesh.done("down", &["publish"]);
    mesh.up("v3", &[Model { alias: Some("m"), ..Model::of("m3", &["a", "b"]) }]);
    let by_ref = mesh.refused("v3", &["check"]);
    assert!(by_ref.stdout.contains("read by down"), "{by_ref:?}");
    mesh.refused("v3", &["publish"]);
}

#[test]
fn a_consumer_that_is_registered_again_is_told_what_it_no_longer_reads() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["a", "b"])]);
    mesh.done("v1", &["publish"]);
    let add = |reads: &[&str]| {
        let words = ["consumers", "add", "dash", "--kind", "dashboard", "--owner", "X", "--reads"];
        mesh.done("v1", &[&words[..], reads].concat())
    };
    assert_eq!(add(&["up.m.a"]).stderr, "");
    let again = add(&["up.m.b"]);
    assert!(again.stderr.contains("warning: dash in prod no longer reads a of model.up.m"), "{again:?}");
    assert_eq!(add(&["up.m.b"]).stderr, "", "the same again forgets nothing");
    assert_eq!(add(&["up.m.a", "up.m.b"]).stderr, "");
    assert!(add(&["up.m.a"]).stderr.contains("no longer reads b of model.up.m"));
}

#[test]
fn a_lock_says_what_it_holds_and_what_is_deployed_now() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["a"])]);
    mesh.up("v2", &[Model { alias: Some("m_new"), ..Model::of("m", &["a", "b"]) }]);
    mesh.write("fin", "fin", &[], &[]);
    std::fs::create_dir_all(mesh.path("fin").join("models")).unwrap();
    std::fs::write(mesh.path("fin").join("models/x.sql"), "select * from {{ ref('up', 'm') }}\n").unwrap();
    std::fs::write(mesh.path("fin").join("weft.yml"), "requires:\n  up: '*'\n").unwrap();
    mesh.done("v1", &["publish"]);
    assert!(mesh.done("fin", &["resolve"]).stdout.contains("up 1.0.0  deployed in prod, 1 node"));
    let same = mesh.done("fin", &["resolve", "--locked"]);
    assert!(same.stdout.contains("up 1.0.0  locked, and deployed in prod, 1 node"), "{same:?}");
    mesh.done("v2", &["publish", "--force", "the lock is what is tried"]);
    let other = mesh.done("fin", &["resolve", "--locked"]);
    assert!(other.stdout.contains("up 1.0.0  locked; prod has 1.1.0 now, 1 node"), "{other:?}");
    assert!(!other.stdout.contains("deployed in prod"), "{other:?}");
    let said = "warning: weft.lock has `up` 1.0.0, but 1.1.0 is now deployed in prod\n  `model.up.m` is now in \
                \"mesh\".\"up\".\"m_new\"; the lock has \"mesh\".\"up\".\"m\"";
    assert!(other.stderr.contains(said), "{other:?}");
    let offline = mesh.done("fin", &["resolve", "--locked", "--offline"]);
    assert!(offline.stdout.contains("up 1.0.0  locked, 1 node"), "{offline:?}");
    mesh.done("v2", &["undeploy", "up", "--force", "tried too"]);
    let gone = mesh.done("fin", &["resolve", "--locked"]);
    assert!(gone.stderr.contains("`up` is no longer deployed in prod"), "{gone:?}");
    let path = mesh.path("fin").join("weft.lock");
    let lock = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, lock.replace("\"direct\": true", "\"direct\": false")).unwrap();
    let edited = mesh.run("fin", &["resolve", "--locked"]);
    assert_eq!(edited.code, 2, "{edited:?}");
    assert!(edited.stderr.contains("it has `direct: false` for `up`, which is required directly"), "{edited:?}");
}

#[test]
fn a_reader_in_staging_of_what_is_deployed_in_prod_alone_is_named_by_the_gate_of_prod() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["a", "b"])]);
    mesh.up("v2", &[Model::of("m", &["b"])]);
    mesh.write("down", "down", &[reader("source.down.raw.m")], &[]);
    mesh.done("v1", &["publish"]);
    mesh.done("down", &["publish", "--environment", "staging"]);
    let found = mesh.refused("v2", &["check"]);
    assert!(found.stdout.contains("read by down 1.0.0"), "{found:?}");
    mesh.done("v2", &["publish", "--no-deploy"]);
    let asked = mesh.refused("v2", &["can-deploy"]);
    let said = "`model.down.x` of `down` 1.0.0 in `staging` reads the column `a`";
    assert!(asked.stdout.contains(said), "{asked:?}");
    assert!(mesh.refused("v2", &["deploy", "2.0.0"]).stderr.contains(said));
    // Deployed beside its reader it still has the table of prod, and a change there reaches that reader.
    mesh.done("v1", &["deploy", "1.0.0", "--environment", "staging"]);
    assert!(mesh.refused("v2", &["deploy", "2.0.0"]).stderr.contains(said));
}
