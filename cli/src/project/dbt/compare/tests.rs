use std::time::SystemTime;

use serde_json::{Value, json};

use super::*;

/// A project in a folder, and a manifest that was made an hour ago.
struct World {
    folder: tempfile::TempDir,
}

const HOUR: std::time::Duration = std::time::Duration::from_hours(1);

fn now() -> SystemTime {
    OffsetDateTime::now_utc().into()
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        world.write("dbt_project.yml", "name: shop\n");
        world.write("models/a.sql", "select 1 as id\n");
        world.write("models/a.yml", "models: []\n");
        world.write("macros/m.sql", "{% macro m() %}1{% endmacro %}\n");
        world.write("seeds/s.csv", "id\n1\n");
        world
    }

    /// Writes a file as it was long before the manifest.
    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(now() - 10 * HOUR).unwrap();
    }

    fn touch(&self, path: &str, when: SystemTime) {
        let file = fs::File::options().write(true).open(self.folder.path().join(path)).unwrap();
        file.set_modified(when).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.folder.path().join(path)).unwrap();
    }

    /// What dbt says of the files as they are at first.
    fn manifest() -> Value {
        let made_at = OffsetDateTime::now_utc() - Duration::HOUR;
        let made_at = made_at.format(&time::format_description::well_known::Rfc3339).unwrap();
        let node = |kind: &str, name: &str, path: &str| {
            json!({"unique_id": format!("{kind}.shop.{name}"), "resource_type": kind, "package_name": "shop", "name": name,
                "original_file_path": path})
        };
        let mut a = node("model", "a", "models/a.sql");
        a["raw_code"] = json!("select 1 as id");
        a["patch_path"] = json!("shop://models/a.yml");
        let mut seed = node("seed", "s", "seeds/s.csv");
        let checksum = weft_model::digest::Digest::hash_bytes(b"id\n1").hex();
        seed["checksum"] = json!({"name": "sha256", "checksum": checksum});
        let mut makro = node("macro", "m", "macros/m.sql");
        makro["macro_sql"] = json!("{% macro m() %}1{% endmacro %}");
        let mut others = node("model", "b", "models/b.sql");
        others["package_name"] = json!("utils");
        json!({
            "metadata": {
                "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "generated_at": made_at,
                "dbt_version": "1.11.16", "project_name": "shop"
            },
            "nodes": {"model.shop.a": a, "seed.shop.s": seed, "model.utils.b": others},
            "macros": {"macro.shop.m": makro}
        })
    }

    fn compare_with(&self, manifest: &Value) -> FilesComparison {
        let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
        let project = Project::read(self.folder.path()).unwrap();
        FilesComparison::new(&project, &manifest, Path::new("nowhere")).unwrap()
    }

    fn compare(&self) -> FilesComparison {
        self.compare_with(&Self::manifest())
    }

    fn commit(&self) {
        let repository =
            git2::Repository::open(self.folder.path()).or_else(|_| git2::Repository::init(self.folder.path())).unwrap();
        crate::git::tests::commit_everything(&repository);
    }
}

fn told(list: &[FileDifference]) -> Vec<String> {
    list.iter().map(|FileDifference { path, what }| format!("{path} {what}")).collect()
}

#[test]
fn files_that_the_manifest_was_made_from_are_no_difference() {
    let world = World::new();
    world.touch("models/a.sql", now());
    world.write("README.md", "new");
    world.write("models/readme.md", "no docs in it");
    world.write("models/.draft.sql", "select 2");
    world.write("macros/notes.sql", "-- {# {% macro n() %} #}");
    world.write("target/compiled/x.sql", "select 3");
    world.write("tests/fixtures/f.sql", "select 4");
    assert_eq!(world.compare(), FilesComparison::default());
}

#[test]
fn a_changed_a_new_and_a_missing_file_are_differences() {
    let world = World::new();
    world.write("models/a.sql", "select 2 as id\n");
    world.write("macros/m.sql", "{% macro m() %}2{% endmacro %}\n");
    world.write("models/deep/new.sql", "select 3");
    world.write("tests/generic/g.sql", "{% test g(model) %}{% endtest %}");
    world.remove("seeds/s.csv");
    world.remove("models/a.yml");
    let told = told(&world.compare().differences);
    assert_eq!(
        told,
        [
            "macros/m.sql has changed",
            "models/a.sql has changed",
            "models/a.yml is gone",
            "models/deep/new.sql is new",
            "seeds/s.csv is gone",
            "tests/generic/g.sql is new"
        ]
    );
}

#[test]
fn what_dbt_is_told_to_ignore_is_not_new() {
    let world = World::new();
    world.write(".dbtignore", "models/drafts/\n");
    world.write("models/drafts/new.sql", "select 3");
    world.write("dbt_project.yml", "name: shop\ntest-paths: checks\nmacro-paths: [macros, '{{ env_var(\"M\") }}']\n");
    world.write("tests/t.sql", "select 4");
    assert_eq!(world.compare(), FilesComparison::default());
}

#[test]
fn properties_are_accused_by_their_time_and_git_decides() {
    let world = World::new();
    world.touch("models/a.yml", now());
    assert_eq!(told(&world.compare().doubts), ["models/a.yml is newer than the manifest"], "no git to ask");
    world.write("models/a.yml", "models: [{name: a, columns: [{name: id}]}]\n");
    world.touch("models/a.yml", now());
    assert_eq!(told(&world.compare().differences), ["models/a.yml differs from the manifest for `a`"]);
    world.write("models/a.yml", "models: []\n");
    // The commits here are of 1970, long before the manifest.
    world.commit();
    world.write("models/a.yml", "models: [{name: a}]\n");
    world.touch("models/a.yml", now());
    world.write("dbt_project.yml", "name: shop\nvars: {}\n");
    world.touch("dbt_project.yml", now());
    let compared = world.compare();
    let all: Vec<_> = compared.differences.iter().chain(&compared.doubts).map(|it| it.path.as_str()).collect();
    assert_eq!(all, ["dbt_project.yml", "models/a.yml"], "whichever moment git has kept of the commit");
    world.touch("models/a.yml", now() - 10 * HOUR);
    world.touch("dbt_project.yml", now() - 10 * HOUR);
    // Written just now, with an earlier time: where systems tell that, it is a doubt.
    assert!(world.compare().differences.is_empty(), "dbt has read what is older than the manifest");
}

#[cfg(unix)]
#[test]
fn properties_that_were_put_there_with_an_earlier_time_are_read_all_the_same() {
    let world = World::new();
    world.write("models/a.yml", "models: [{name: a, columns: [{name: id}]}]\n");
    world.touch("models/a.yml", now() - 10 * HOUR);
    assert_eq!(told(&world.compare().differences), ["models/a.yml differs from the manifest for `a`"]);
}

#[test]
fn files_of_an_installed_package_are_compared_but_for_those_that_weft_writes() {
    let world = World::new();
    let mut manifest = World::manifest();
    for (name, text) in
        [("cents", "{% macro cents() %}1{% endmacro %}"), ("euros", "{% macro euros() %}2{% endmacro %}")]
    {
        let id = format!("macro.lib.{name}");
        manifest["macros"][&id] = json!({"unique_id": id, "resource_type": "macro", "package_name": "lib", "name": name,
            "original_file_path": format!("macros/{name}.sql"), "macro_sql": text});
    }
    assert_eq!(world.compare_with(&manifest), FilesComparison::default(), "it is not installed here");
    world.write("dbt_packages/lib/macros/cents.sql", "{% macro cents() %}1{% endmacro %}\n");
    world.write("dbt_packages/lib/macros/euros.sql", "{% macro euros() %}2{% endmacro %}\n");
    assert_eq!(world.compare_with(&manifest), FilesComparison::default());
    world.write("dbt_packages/lib/macros/cents.sql", "{% macro cents() %}100{% endmacro %}\n");
    world.remove("dbt_packages/lib/macros/euros.sql");
    let told = told(&world.compare_with(&manifest).differences);
    assert_eq!(told, ["dbt_packages/lib/macros/cents.sql has changed", "dbt_packages/lib/macros/euros.sql is gone"]);
    world.write("dbt_packages/lib/macros/weft_interface.sql", "");
    assert_eq!(world.compare_with(&manifest), FilesComparison::default());
}

#[test]
fn a_clock_that_jumps_makes_doubts_and_no_differences() {
    let world = World::new();
    world.touch("models/a.yml", now() + 10 * HOUR);
    assert_eq!(told(&world.compare().doubts), ["models/a.yml says that it was changed in the future"]);
    let mut manifest = World::manifest();
    manifest["metadata"]["generated_at"] = json!("2999-01-01T00:00:00Z");
    let doubts = told(&world.compare_with(&manifest).doubts);
    assert!(doubts.iter().all(|doubt| doubt.contains("does not say when it was made")), "{doubts:?}");
}

#[test]
fn a_manifest_without_its_project_is_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let world = World { folder };
    world.write("dbt_project.yml", "name: shop\n");
    assert!(world.compare().is_impossible);
    world.write("models/other.sql", "select 1");
    assert!(!world.compare().is_impossible);
    assert!(told(&world.compare().differences).contains(&"models/other.sql is new".to_owned()));
}

#[test]
fn another_place_where_the_manifest_was_made_is_told() {
    let world = World::new();
    let mut manifest = World::manifest();
    manifest["nodes"]["seed.shop.s"]["root_path"] = json!("/builds/shop");
    assert_eq!(world.compare_with(&manifest).made_in.as_deref(), Some("/builds/shop"));
    manifest["nodes"]["seed.shop.s"]["root_path"] = json!(world.folder.path());
    assert_eq!(world.compare_with(&manifest).made_in, None);
}

#[cfg(unix)]
#[test]
fn files_that_are_links_or_have_names_of_no_text_do_not_matter() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::new();
    let name = std::ffi::OsStr::from_bytes(b"models/\xff.sql");
    fs::write(world.folder.path().join(name), "select 1").unwrap();
    world.write("elsewhere/b.sql", "select 1");
    std::os::unix::fs::symlink("../elsewhere/b.sql", world.folder.path().join("models/b.sql")).unwrap();
    std::os::unix::fs::symlink("..", world.folder.path().join("models/circle")).unwrap();
    assert_eq!(world.compare(), FilesComparison::default());
    // A link that the manifest names is read as the file that it leads to.
    world.remove("models/a.sql");
    std::os::unix::fs::symlink("../elsewhere/b.sql", world.folder.path().join("models/a.sql")).unwrap();
    assert_eq!(told(&world.compare().differences), ["models/a.sql has changed"]);
}

mod elsewhere;
