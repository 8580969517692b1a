use weft_publication::OnlyIn;

use super::*;
use crate::run_results::RunResults;

const RUN: &str = "run-1";

/// One node that gives these columns, built as `config` says.
struct Built<'b> {
    kind: &'b str,
    config: Value,
    columns: &'b str,
    catalog: Option<&'b str>,
    /// Whether dbt's run of this manifest built the node, and whether in a full refresh.
    run: Option<bool>,
}

fn incremental(on_schema_change: &str) -> Value {
    json!({ "materialized": "incremental", "on_schema_change": on_schema_change })
}

impl<'b> Built<'b> {
    fn model(config: &Value, columns: &'b str) -> Self {
        Self { kind: "model", config: config.clone(), columns, catalog: None, run: None }
    }

    fn id(&self) -> String {
        format!("{}.shop.m", self.kind)
    }

    fn publication(&self, before: Option<&Publication>) -> (Publication, Vec<DeriveNote>) {
        let id = self.id();
        let more = json!({ "config": self.config, "raw_code": self.columns });
        let mut manifest = manifest(&[node(self.kind, "shop", "m", &more)]);
        manifest["metadata"]["invocation_id"] = RUN.into();
        let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
        let catalog = self.catalog.map(|columns| {
            let columns = columns.split(' ').enumerate();
            let columns: Map<_, _> = columns
                .map(|(i, name)| (name.to_owned(), json!({ "name": name, "index": i, "type": "INTEGER" })))
                .collect();
            let catalog = json!({ "metadata": {
                    "dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json",
                    "generated_at": "2026-11-20T12:00:05Z"
                }, "nodes": { &id: { "unique_id": id, "columns": columns } } });
            Catalog::read(catalog.to_string().as_bytes()).unwrap()
        });
        let names: Vec<&str> = self.columns.split(' ').collect();
        let of_sql =
            |name: &&str| SqlColumn { name: (*name).to_owned(), quoted: false, data_type: None, literal: None };
        let inputs: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        let reading = NodeReading {
            reading: Some(serde_json::from_value(json!({ "columns": inputs })).unwrap()),
            columns: (self.kind != "snapshot").then(|| names.iter().map(of_sql).collect()),
            ..NodeReading::default()
        };
        let readings = Readings { nodes: [(id.parse().unwrap(), reading)].into(), ..Readings::default() };
        let settings = DeriveSettings {
            package_name: None,
            version: Version::new(1, 0, 0),
            selection: Selection::parse(&["m".to_owned()]).unwrap(),
            requires: BTreeMap::new(),
            git: None,
            readings,
        };
        let mut publication = derive(&manifest, catalog.as_ref(), &settings).unwrap().publication;
        let results = self.run.map(|full_refresh| built(&[&id], full_refresh));
        let tables = before.map(|before| TableKnowledge { before, results: results.as_ref() });
        let notes = tables.map(|tables| apply_tables(&mut publication, &manifest, catalog.as_ref(), tables));
        document::parse(serde_json::to_value(&publication).unwrap()).unwrap();
        (publication, notes.unwrap_or_default())
    }

    /// `a c? b-`: `c` is in the SQL and not known in the table, `b` in the table and no longer in the SQL.
    fn after(&self, before: &Self) -> String {
        let (before, _) = before.publication(None);
        told(&self.publication(Some(&before)).0, &self.id())
    }
}

/// The results of a run of the manifest that built these nodes.
fn built(nodes: &[&str], full_refresh: bool) -> RunResults {
    let nodes: Vec<_> = nodes.iter().map(|id| json!({ "unique_id": id, "status": "success" })).collect();
    let results = json!({ "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json",
            "generated_at": "2026-11-20T12:00:01Z", "invocation_id": RUN
        }, "args": { "which": "build", "full_refresh": full_refresh }, "results": nodes });
    RunResults::read(results.to_string().as_bytes()).unwrap()
}

fn told(publication: &Publication, id: &str) -> String {
    let columns = publication.interface[&id.parse::<UniqueId>().unwrap()].columns.iter().map(|column| {
        let mark = match column.only_in {
            Some(OnlyIn::Sql) => "?",
            Some(OnlyIn::Table) => "-",
            None => "",
        };
        format!("{}{mark}", column.name)
    });
    columns.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_table_that_dbt_adds_to_gains_and_loses_columns_as_on_schema_change_says() {
    // Each as dbt 1.11 and 1.12 leave the table; under `ignore` and `fail` the run fails where a column is gone.
    for (on_schema_change, gained, lost) in [
        ("ignore", "a b c?", "a"),
        ("no word of dbt", "a b c?", "a"),
        ("append_new_columns", "a b c", "a b-"),
        ("sync_all_columns", "a b c", "a"),
        ("fail", "a b c?", "a"),
    ] {
        let config = incremental(on_schema_change);
        let before = Built::model(&config, "a b");
        assert_eq!(Built::model(&config, "a b c").after(&before), gained, "{on_schema_change}");
        assert_eq!(Built::model(&config, "a").after(&before), lost, "{on_schema_change}");
        let middle = Built::model(&config, "a b c");
        let kept = if lost.ends_with('-') { "a b- c" } else { "a c" };
        assert_eq!(Built::model(&config, "a c").after(&middle), kept, "{on_schema_change}: in its place");
        assert_eq!(Built::model(&config, "a B").after(&before), "a B", "{on_schema_change}: the same name");
    }
    for config in [json!({ "materialized": "table" }), json!({ "materialized": "incremental", "full_refresh": true })] {
        let before = Built::model(&config, "a b");
        assert_eq!(Built::model(&config, "a c").after(&before), "a c", "it is made anew in each run");
    }
}

#[test]
fn a_full_refresh_or_a_catalog_shows_a_column() {
    let ignore = incremental("ignore");
    let before = Built::model(&ignore, "a b");
    let now = || Built::model(&ignore, "a b c");
    assert_eq!(Built { run: Some(false), ..now() }.after(&before), "a b c?", "a run adds none");
    assert_eq!(Built { run: Some(true), ..now() }.after(&before), "a b c");
    assert_eq!(Built { catalog: Some("a b c"), ..now() }.after(&before), "a b c");
    assert_eq!(Built { catalog: Some("a b"), ..now() }.after(&before), "a b c?", "the warehouse lacks it");
    assert_eq!(Built { catalog: Some("a"), ..now() }.after(&Built::model(&ignore, "a")), "a b? c?");
    let never = json!({ "materialized": "incremental", "full_refresh": false });
    assert_eq!(Built { run: Some(true), ..Built::model(&never, "a b c") }.after(&before), "a b c?");
    let fail = incremental("fail");
    assert_eq!(Built { run: Some(false), ..Built::model(&fail, "a b c") }.after(&before), "a b c", "it did not fail");
}

#[test]
fn a_column_stays_unknown_until_it_is_shown_and_stays_behind_until_a_full_refresh() {
    let ignore = incremental("ignore");
    let first = Built::model(&ignore, "a").publication(None).0;
    let (second, notes) = Built::model(&ignore, "a c").publication(Some(&first));
    assert!(notes[0].message.contains("not known to be in the table: `c`"), "{notes:?}");
    assert!(notes[0].message.contains("dbt build --full-refresh --select m"), "{notes:?}");
    let (third, _) = Built::model(&ignore, "a c d").publication(Some(&second));
    assert_eq!(told(&third, "model.shop.m"), "a c? d?");
    let append = incremental("append_new_columns");
    let first = Built::model(&append, "a b").publication(None).0;
    let (second, _) = Built::model(&append, "a").publication(Some(&first));
    let (third, _) = Built { catalog: Some("a b"), ..Built::model(&append, "a") }.publication(Some(&second));
    assert_eq!(told(&third, "model.shop.m"), "a b-", "the warehouse has it still");
    let (fourth, _) = Built::model(&append, "a").publication(Some(&third));
    assert_eq!(told(&fourth, "model.shop.m"), "a b-");
    let (fifth, _) = Built { run: Some(true), ..Built::model(&append, "a") }.publication(Some(&fourth));
    assert_eq!(told(&fifth, "model.shop.m"), "a");
}

#[test]
fn what_stood_in_a_view_is_made_anew_and_what_stood_in_a_table_is_added_to() {
    let ignore = incremental("ignore");
    for (was, is) in [("view", "a c"), ("table", "a c?")] {
        let before = json!({ "materialized": was });
        assert_eq!(Built::model(&ignore, "a c").after(&Built::model(&before, "a")), is, "{was}");
    }
}

#[test]
fn a_snapshot_gains_columns_and_loses_none() {
    let config = json!({ "materialized": "snapshot" });
    let snapshot = |columns, catalog| Built { kind: "snapshot", catalog, ..Built::model(&config, columns) };
    let before = snapshot("a b", Some("a b dbt_scd_id"));
    assert_eq!(snapshot("a b", None).after(&before), "a b dbt_scd_id", "what was known is there still");
    assert_eq!(snapshot("a c", None).after(&before), "a b- dbt_scd_id c");
    assert_eq!(snapshot("a c", Some("a b dbt_scd_id c")).after(&before), "a b- dbt_scd_id c");
    let older = snapshot("a b", Some("a b")).publication(None).0;
    assert_eq!(told(&snapshot("a b c", None).publication(Some(&older)).0, "snapshot.shop.m"), "a b c");
    assert_eq!(Built { run: Some(true), ..snapshot("a", None) }.after(&before), "a b- dbt_scd_id", "whatever the flag");
}

#[test]
fn a_snapshot_has_the_columns_of_dbt_that_its_configuration_names() {
    let snapshot = |config: Value, catalog| {
        let mut all = json!({ "materialized": "snapshot" });
        all.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
        Built { kind: "snapshot", catalog, ..Built::model(&all, "a") }
    };
    let deletes = json!({ "hard_deletes": "new_record" });
    let before = snapshot(deletes.clone(), Some("a dbt_scd_id dbt_valid_to dbt_is_deleted"));
    assert_eq!(snapshot(deletes, None).after(&before), "a dbt_scd_id dbt_valid_to dbt_is_deleted");
    assert_eq!(snapshot(json!({}), None).after(&before), "a dbt_scd_id dbt_valid_to");
    let renamed = json!({ "snapshot_meta_column_names": { "dbt_valid_to": "valid_to" } });
    assert_eq!(snapshot(renamed, None).after(&before), "a dbt_scd_id valid_to");
}

#[test]
fn the_table_of_a_seed_gets_other_columns_in_a_full_refresh_only() {
    let seed = |columns| Built { kind: "seed", ..Built::model(&json!({}), columns) };
    let before = seed("id code");
    assert_eq!(seed("id label").after(&before), "id label?");
    assert_eq!(seed("id").after(&before), "id");
    assert_eq!(Built { run: Some(false), ..seed("id label") }.after(&before), "id label?");
    assert_eq!(Built { run: Some(true), ..seed("id label") }.after(&before), "id label");
    assert_eq!(Built { catalog: Some("id label"), ..seed("id label") }.after(&before), "id label");
    assert_eq!(Built { catalog: Some("id code"), ..seed("id label") }.after(&before), "id code label?");
    let anew = Built { config: json!({ "full_refresh": true }), ..seed("id label") };
    assert_eq!(anew.after(&before), "id label");
}

/// A public view `m` that selects everything from a seed that is not public, whose file has these columns.
fn view_over_seed(columns: &[&str], before: Option<&Publication>, run: Option<(&[&str], bool)>) -> Publication {
    let checksum = json!({
        "relation_name": "db.main.codes", "checksum": { "name": "sha256", "checksum": columns.join(",") }
    });
    let view = json!({ "raw_code": "select * from codes", "depends_on": { "nodes": ["seed.shop.codes"] } });
    let mut manifest = manifest(&[node("seed", "shop", "codes", &checksum), node("model", "shop", "m", &view)]);
    manifest["metadata"]["invocation_id"] = RUN.into();
    let manifest = Manifest::read(manifest.to_string().as_bytes()).unwrap();
    let of_sql = |name: &&str| SqlColumn { name: (*name).to_owned(), quoted: false, data_type: None, literal: None };
    let given: Vec<SqlColumn> = columns.iter().map(of_sql).collect();
    let inputs: Map<_, _> =
        columns.iter().map(|name| ((*name).to_owned(), json!({ "seed.shop.codes": { *name: "as_is" } }))).collect();
    let view = json!({ "columns": inputs, "stars": ["seed.shop.codes"] });
    let of_seed = NodeReading { columns: Some(given.clone()), ..NodeReading::default() };
    let of_view = NodeReading {
        reading: Some(serde_json::from_value(view).unwrap()),
        columns: Some(given),
        ..NodeReading::default()
    };
    let nodes = [("seed.shop.codes", of_seed), ("model.shop.m", of_view)];
    let nodes = nodes.into_iter().map(|(id, reading)| (id.parse().unwrap(), reading)).collect();
    let settings = DeriveSettings {
        package_name: None,
        version: Version::new(1, 0, 0),
        selection: Selection::parse(&["m".to_owned()]).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: Readings { nodes, ..Readings::default() },
    };
    let mut publication = derive(&manifest, None, &settings).unwrap().publication;
    let results = run.map(|(nodes, full_refresh)| built(nodes, full_refresh));
    if let Some(before) = before {
        apply_tables(&mut publication, &manifest, None, TableKnowledge { before, results: results.as_ref() });
    }
    document::parse(serde_json::to_value(&publication).unwrap()).unwrap();
    publication
}

#[test]
fn a_view_lacks_what_the_table_below_it_lacks_until_both_are_made_anew() {
    let both: &[&str] = &["seed.shop.codes", "model.shop.m"];
    let before = view_over_seed(&["id", "code"], None, None);
    let renamed = |before: &Publication, run| view_over_seed(&["id", "label"], Some(before), run);
    let id = "model.shop.m";
    let built = renamed(&before, Some((both, false)));
    assert_eq!(told(&built, id), "id label?");
    assert_eq!(told(&renamed(&built, None), id), "id label?", "publishing twice builds nothing");
    assert_eq!(told(&renamed(&built, Some((&both[..1], true))), id), "id label?", "the view has not been made since");
    let anew = renamed(&built, Some((both, true)));
    assert_eq!(told(&anew, id), "id label");
    assert_eq!(told(&renamed(&anew, None), id), "id label");
    assert_eq!(told(&view_over_seed(&["id", "code"], Some(&before), None), id), "id code");
}
