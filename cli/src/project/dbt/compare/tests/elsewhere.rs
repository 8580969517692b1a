//! What a manifest was made from beside the project's own files: the profile, and packages that are links.

use super::*;

const PROFILE: &str = "shop: {target: prod, outputs: {prod: {type: duckdb, path: db.duckdb, schema: s}, \
                       dev: {type: duckdb, path: db.duckdb, schema: dev}}}\n";

/// A manifest of a run with a target, whose model is in the schema `s` of the database `db`.
fn built(world: &World, target: Option<&str>) -> Value {
    world.write("dbt_project.yml", "name: shop\nprofile: shop\n");
    world.write("profiles.yml", PROFILE);
    let mut manifest = World::manifest();
    manifest["metadata"]["invocation_id"] = json!("one");
    let model = &mut manifest["nodes"]["model.shop.a"];
    (model["database"], model["schema"], model["alias"]) = (json!("db"), json!("s"), json!("a"));
    model["relation_name"] = json!("\"db\".\"s\".\"a\"");
    model["config"] = json!({});
    let args = json!({"which": "build", "target": target, "profiles_dir": ".", "invocation_command": "dbt build"});
    let results = json!({"metadata": {"invocation_id": "one"}, "args": args, "results": []});
    world.write("target/run_results.json", results.to_string());
    manifest
}

fn compare(world: &World, manifest: &Value) -> FilesComparison {
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let project = Project::read(world.folder.path()).unwrap();
    FilesComparison::new(&project, &manifest, &world.folder.path().join("target/manifest.json")).unwrap()
}

/// The profile with another text, written now.
fn with_profile(world: &World, from: &str, to: &str) {
    world.write("profiles.yml", PROFILE.replacen(from, to, 1));
    world.touch("profiles.yml", now());
}

#[test]
fn another_schema_or_database_of_the_target_is_a_difference() {
    let world = World::new();
    let manifest = built(&world, None);
    assert_eq!(compare(&world, &manifest), FilesComparison::default());
    for (from, to, what, is, was) in [
        ("schema: s", "schema: s2", "schema", "s2", "s"),
        ("path: db.duckdb", "path: other.duckdb", "database", "other", "db"),
    ] {
        with_profile(&world, from, to);
        let told = told(&compare(&world, &manifest).differences);
        let said =
            format!("profiles.yml is newer than the manifest: the {what} of target `prod` is `{is}`, and was `{was}`");
        assert_eq!(told, [said]);
    }
    world.touch("profiles.yml", now() - 10 * HOUR);
    assert!(compare(&world, &manifest).differences.len() <= usize::from(cfg!(unix)), "only its place is newer");
}

#[test]
fn a_profile_that_says_the_same_or_leaves_it_to_the_environment_is_no_difference() {
    let world = World::new();
    let manifest = built(&world, None);
    for (from, to) in [
        ("schema: dev", "schema: dev2"),
        ("type: duckdb", "threads: 4, type: duckdb"),
        ("schema: s", "schema: \"{{ env_var('S') }}\""),
        ("target: prod", "target: \"{{ env_var('T') }}\""),
        ("shop:", "other:"),
    ] {
        with_profile(&world, from, to);
        assert_eq!(compare(&world, &manifest), FilesComparison::default(), "{to}");
    }
}

#[test]
fn the_target_that_dbt_was_given_counts_and_without_one_all_do() {
    let world = World::new();
    let mut manifest = built(&world, Some("dev"));
    manifest["nodes"]["model.shop.a"]["schema"] = json!("dev");
    with_profile(&world, "schema: s", "schema: s2");
    assert_eq!(compare(&world, &manifest), FilesComparison::default());
    with_profile(&world, "schema: dev", "schema: dev2");
    assert_eq!(told(&compare(&world, &manifest).differences).len(), 1);
    // Of another run: any target may be the one.
    manifest["metadata"]["invocation_id"] = json!("two");
    with_profile(&world, "schema: s", "schema: dev");
    assert_eq!(compare(&world, &manifest).differences, []);
}

#[test]
fn a_project_that_names_its_schemas_itself_is_in_doubt_about_another_target() {
    let world = World::new();
    let mut manifest = built(&world, None);
    let text = "{% macro generate_schema_name(custom_schema_name, node) %}s{% endmacro %}";
    let id = "macro.shop.generate_schema_name";
    manifest["macros"][id] = json!({"unique_id": id, "resource_type": "macro", "package_name": "shop",
        "name": "generate_schema_name", "original_file_path": "macros/g.sql", "macro_sql": text});
    world.write("macros/g.sql", text);
    with_profile(&world, "schema: s", "schema: s2");
    let compared = compare(&world, &manifest);
    assert_eq!((told(&compared.differences).len(), told(&compared.doubts).len()), (0, 1), "{compared:?}");
}

#[cfg(unix)]
#[test]
fn a_package_that_is_a_link_is_compared_with_its_new_files_and_its_hooks() {
    let world = World::new();
    let mut manifest = World::manifest();
    let id = "macro.lib.cents";
    manifest["macros"][id] = json!({"unique_id": id, "resource_type": "macro", "package_name": "lib", "name": "cents",
        "original_file_path": "macros/cents.sql", "macro_sql": "{% macro cents() %}1{% endmacro %}"});
    let hook = "alter table a drop column id";
    let operation = "operation.lib.lib-on-run-end-0";
    manifest["nodes"][operation] = json!({"unique_id": operation, "resource_type": "operation", "package_name": "lib",
        "name": "lib-on-run-end-0", "original_file_path": "./dbt_project.yml", "raw_code": hook});
    let lib = tempfile::tempdir_in(world.folder.path()).unwrap();
    let name = lib.path().file_name().unwrap().to_str().unwrap().to_owned();
    let (file, with_hook) = (format!("{name}/dbt_project.yml"), format!("name: lib\non-run-end: [{hook}]\n"));
    world.write(&file, &with_hook);
    world.write(&format!("{name}/macros/cents.sql"), "{% macro cents() %}1{% endmacro %}");
    world.write(&format!("{name}/models/m.yml"), "models: []\n");
    fs::create_dir(world.folder.path().join("dbt_packages")).unwrap();
    std::os::unix::fs::symlink(lib.path(), world.folder.path().join("dbt_packages/lib")).unwrap();
    let late = |manifest: &mut Value| {
        let now = OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc3339).unwrap();
        manifest["metadata"]["generated_at"] = json!(now);
        // Times of files come from a clock that is a little behind.
        std::thread::sleep(std::time::Duration::from_millis(1100));
    };
    late(&mut manifest);
    assert_eq!(world.compare_with(&manifest), FilesComparison::default(), "dbt read them as they are");
    for other in ["name: lib\n", "name: lib\non-run-end: [select 1]\n", "name: lib\non-run-end: [one, two]\n"] {
        fs::write(world.folder.path().join(&file), other).unwrap();
        let told = told(&world.compare_with(&manifest).differences);
        assert_eq!(told, ["dbt_packages/lib/dbt_project.yml differs from the manifest for `on-run-end`"], "{other}");
    }
    fs::write(world.folder.path().join(&file), with_hook + "vars: {a: 1}\n").unwrap();
    world.write(&format!("{name}/macros/new.sql"), "{% macro duckdb__cents() %}2{% endmacro %}");
    let compared = world.compare_with(&manifest);
    assert_eq!(told(&compared.differences), ["dbt_packages/lib/macros/new.sql is new"]);
    assert_eq!(told(&compared.doubts), ["dbt_packages/lib/dbt_project.yml is newer than the manifest"]);
}

#[test]
fn hooks_of_the_project_are_compared_where_its_file_is_newer() {
    let world = World::new();
    world.write("dbt_project.yml", "name: shop\non-run-start: 'select {{ 1 }}'\n");
    world.touch("dbt_project.yml", now());
    assert_eq!(told(&world.compare().differences), ["dbt_project.yml differs from the manifest for `on-run-start`"]);
}
