use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use weft_api::{Coverage, Evidence, Level};
use weft_dbt::{
    derive::{DeriveSettings, derive},
    select::Selection,
};
use weft_model::version::{FIRST, RequiredUpdate};

use super::*;

const YAML: &str = "\
models:
  - name: orders
    columns:
      - name: order_id
      - name: unit_price
  - name: stock
    columns:
      - name: quantity
    versions:
      - v: 2
";

/// A project with its files, and what dbt said of it before and now.
struct World {
    folder: tempfile::TempDir,
    before: (Manifest, Publication),
    now: (Manifest, Publication),
}

fn model(name: &str, more: &Value) -> (String, Value) {
    let id = more.get("unique_id").map_or_else(|| format!("model.shop.{name}"), |id| id.as_str().unwrap().to_owned());
    let mut node = json!({
        "resource_type": "model", "package_name": "shop", "name": name, "access": "public", "schema": "main",
        "original_file_path": format!("models/{name}.sql"), "patch_path": "shop://models/shop.yml",
    });
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (id, node)
}

fn columns(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), json!({ "name": name }))).collect::<serde_json::Map<_, _>>().into()
}

fn read(nodes: &[(String, Value)]) -> (Manifest, Publication) {
    let nodes: serde_json::Map<String, Value> = nodes.iter().cloned().collect();
    let metadata = json!({
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop",
    });
    let document = json!({ "metadata": metadata, "nodes": nodes });
    let manifest = Manifest::read(document.to_string().as_bytes()).unwrap();
    let settings = DeriveSettings {
        package_name: None,
        version: FIRST,
        selection: Selection::parse(&[]).unwrap(),
        requires: [].into(),
        git: None,
        readings: weft_dbt::derive::Readings::default(),
    };
    let publication = derive(&manifest, None, &settings).unwrap().publication;
    (manifest, publication)
}

impl World {
    fn new(before: &[(String, Value)], now: &[(String, Value)]) -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), before: read(before), now: read(now) };
        world.write("models/shop.yml", YAML);
        world.write(PROJECT_FILE, "name: shop");
        world
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The place of a finding, against a baseline that was parsed.
    fn place(&self, finding: Finding) -> String {
        self.place_against(Some(&self.before.0), finding)
    }

    fn place_against(&self, baseline: Option<&Manifest>, finding: Finding) -> String {
        let mut report =
            Report { required_update: RequiredUpdate::None, findings: vec![finding], coverage: Coverage::default() };
        locate(&mut report, self.folder.path(), (&self.before.1, baseline), (&self.now.1, Some(&self.now.0)));
        match report.findings.remove(0).location {
            Some(Location { file, line: Some(line) }) => format!("{file}:{line}"),
            Some(Location { file, line: None }) => file,
            None => "nowhere".to_owned(),
        }
    }
}

fn finding(rule: &str, unique_id: &str, column: Option<&str>, current: Option<&str>) -> Finding {
    Finding {
        rule: rule.to_owned().into(),
        unique_id: unique_id.parse().unwrap(),
        column: column.map(str::to_owned),
        level: Level::Error,
        evidence: Evidence::Contract,
        baseline: None,
        current: current.map(str::to_owned),
        message: String::new(),
        remedy: String::new(),
        location: None,
        consumers: Vec::new(),
        waiver: None,
    }
}

fn of_model(unique_id: &str) -> Finding {
    finding("model_removed", unique_id, None, None)
}

fn orders() -> (String, Value) {
    model("orders", &json!({ "columns": columns(&["order_id", "unit_price"]) }))
}

#[test]
fn a_column_is_at_its_line_and_a_renamed_one_at_that_of_its_new_name() {
    let world = World::new(&[orders()], &[orders()]);
    let of_column = |rule, column, current| world.place(finding(rule, "model.shop.orders", Some(column), current));
    assert_eq!(of_column("type_changed", "ORDER_ID", Some("unit_price")), "models/shop.yml:4");
    assert_eq!(of_column("enum_narrowed", "unit_price", None), "models/shop.yml:5");
    assert_eq!(of_column("column_renamed", "price", Some("unit_price")), "models/shop.yml:5");
    assert!(weft_check::rules::rule("column_renamed").is_some(), "the rule is called so");
}

#[test]
fn a_column_that_is_gone_and_a_model_are_at_the_models_line() {
    let world = World::new(&[orders()], &[orders()]);
    let gone = finding("column_removed", "model.shop.orders", Some("discount"), None);
    assert_eq!(world.place(gone), "models/shop.yml:2");
    assert_eq!(world.place(of_model("model.shop.orders")), "models/shop.yml:2");
}

#[test]
fn a_column_that_the_version_leaves_out_is_not_at_the_models_line_for_it() {
    let stock = model("stock", &json!({ "unique_id": "model.shop.stock.v2", "version": 2, "latest_version": 2 }));
    let world = World::new(&[], &[stock]);
    let gone = finding("column_removed", "model.shop.stock.v2", Some("quantity"), None);
    assert_eq!(world.place(gone), "models/shop.yml:10");
}

#[test]
fn a_model_without_yaml_is_at_the_start_of_its_own_file() {
    let bare = model("bare", &json!({ "patch_path": null, "original_file_path": "models\\mart\\bare.sql" }));
    let world = World::new(&[], &[bare]);
    assert_eq!(world.place(of_model("model.shop.bare")), "models/mart/bare.sql:1");
}

#[test]
fn yaml_that_cannot_be_understood_or_is_not_there_is_a_file_without_a_line() {
    let world = World::new(&[], &[orders()]);
    world.write("models/shop.yml", "models:\n{% for x in y %}\n");
    assert_eq!(world.place(of_model("model.shop.orders")), "models/shop.yml");
    fs::remove_file(world.path("models/shop.yml")).unwrap();
    assert_eq!(world.place(of_model("model.shop.orders")), "models/shop.yml");
}

#[test]
fn a_snapshot_that_yaml_defines_is_at_its_line_there() {
    let snapshot = model(
        "history",
        &json!({
            "unique_id": "snapshot.shop.history", "resource_type": "snapshot", "patch_path": null,
            "original_file_path": "snapshots/history.yml", "config": { "access": "public" },
        }),
    );
    let world = World::new(&[], &[snapshot]);
    world.write("snapshots/history.yml", "snapshots:\n\n  - name: history\n    relation: ref('orders')\n");
    assert_eq!(world.place(of_model("snapshot.shop.history")), "snapshots/history.yml:3");
}

#[test]
fn a_removed_model_is_where_it_was_as_far_as_that_is_still_there() {
    let world = World::new(&[orders()], &[]);
    let removed = || world.place(of_model("model.shop.orders"));
    assert_eq!(removed(), "models/shop.yml:2", "its entry stands yet");
    world.write("models/shop.yml", "models:\n");
    assert_eq!(removed(), "models/shop.yml");
    world.write("models/orders.sql", "select 1");
    assert_eq!(removed(), "models/orders.sql:1");
    fs::remove_file(world.path("models/orders.sql")).unwrap();
    fs::remove_file(world.path("models/shop.yml")).unwrap();
    assert_eq!(removed(), "nowhere");
}

#[test]
fn a_removed_version_is_at_the_model_whose_other_versions_stand() {
    let version = |v: u8| {
        let id = format!("model.shop.stock.v{v}");
        model("stock", &json!({ "unique_id": id, "version": v, "latest_version": 2 }))
    };
    let world = World::new(&[version(1), version(2)], &[version(2)]);
    let removed = of_model("model.shop.stock.v1");
    assert_eq!(world.place_against(None, removed.clone()), "models/shop.yml:6", "what is published has no paths");
    assert_eq!(world.place(removed), "models/shop.yml:6");
}

#[test]
fn a_model_that_others_may_no_longer_read_is_where_it_is() {
    let world = World::new(&[orders()], &[model("orders", &json!({ "access": "protected" }))]);
    assert_eq!(world.place(of_model("model.shop.orders")), "models/shop.yml:2");
}

#[test]
fn the_project_itself_is_its_project_file() {
    let world = World::new(&[], &[]);
    let of_project = || world.place(finding("version_not_bumped", "project.shop", None, None));
    assert_eq!(of_project(), "dbt_project.yml:1");
    fs::remove_file(world.path(PROJECT_FILE)).unwrap();
    assert_eq!(of_project(), "nowhere");
}

#[test]
fn a_path_that_leads_out_of_the_project_is_no_place() {
    for path in ["../../etc/passwd", "/etc/passwd", "models/../../x.yml", ""] {
        let hostile = json!({ "patch_path": format!("shop://{path}"), "original_file_path": path });
        let world = World::new(&[model("x", &hostile)], &[model("x", &hostile)]);
        assert_eq!(world.place(of_model("model.shop.x")), "nowhere", "{path}");
    }
}

#[test]
fn a_node_of_an_installed_package_has_no_place_in_the_project() {
    let world = World::new(&[], &[model("orders", &json!({ "package_name": "elsewhere" }))]);
    assert_eq!(world.place(of_model("model.shop.orders")), "nowhere");
}

#[test]
fn without_a_manifest_of_now_nothing_is_placed() {
    let world = World::new(&[], &[orders()]);
    let mut report = Report {
        required_update: RequiredUpdate::None,
        findings: vec![of_model("model.shop.orders")],
        coverage: Coverage::default(),
    };
    locate(&mut report, world.folder.path(), (&world.before.1, None), (&world.now.1, None));
    assert_eq!(report.findings[0].location, None);
}
