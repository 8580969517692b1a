use weft_publication::{Checks, Reading, Via};

use super::*;

const SOURCE: &str = "source.shop.raw.t";
const UPSTREAM: &str = "model.inventory.products";

/// A project with a source, a model that reads it, a private one, and these tests and unit tests.
fn project(tests: &[Value], unit_tests: &Value, source: &Value) -> Value {
    let injected = json!({ "path": "", "original_file_path": "" });
    let mut nodes = vec![
        node("model", "inventory", "products", &injected),
        model("mart", &reads("public", &[SOURCE, UPSTREAM])),
        model("kept", &reads("private", &[SOURCE])),
    ];
    nodes.extend(tests.iter().cloned());
    let mut manifest = manifest(&nodes);
    let mut known = json!({ "unique_id": SOURCE, "resource_type": "source", "package_name": "shop", "name": "t",
        "source_name": "raw", "database": "db", "schema": "raw", "identifier": "t",
        "relation_name": "\"db\".\"raw\".\"t\"" });
    known.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
    manifest["sources"] = json!({ SOURCE: known });
    manifest["unit_tests"] = unit_tests.clone();
    manifest
}

fn readings() -> Readings {
    let reading =
        |value| NodeReading { reading: Some(serde_json::from_value(value).unwrap()), ..NodeReading::default() };
    let mart = reading(json!({ "rows": { SOURCE: { "id": ["filter"] }, UPSTREAM: { "price": ["filter"] } } }));
    Readings { nodes: BTreeMap::from([("model.shop.mart".parse().unwrap(), mart)]), ..Readings::default() }
}

fn derived_with(project: &Value, readings: Readings, earlier: &[&Publication]) -> Publication {
    let settings = settings(readings);
    let manifest = Manifest::read(project.to_string().as_bytes()).unwrap();
    let derived = derive_after(earlier, &manifest, None, &settings).unwrap();
    document::parse(serde_json::to_value(&derived.publication).unwrap()).unwrap();
    derived.publication
}

fn checks(project: &Value) -> Checks {
    derived_with(project, readings(), &[]).lineage[SOURCE].checks.clone()
}

fn named(all: &[(&str, Option<&[&str]>)]) -> Checks {
    let columns = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    all.iter().map(|(id, names)| (id.parse().unwrap(), names.map(columns))).collect()
}

fn generic(name: &str, kwargs: &Value, reads: &[&str], more: &Value) -> Value {
    let metadata = json!({ "test_metadata": { "name": name, "kwargs": kwargs }, "depends_on": { "nodes": reads } });
    let mut test = test(name, &metadata);
    test.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    test
}

#[test]
fn dbts_own_tests_of_a_source_name_the_columns_of_their_arguments() {
    let of = |column: &str| json!({ "column_name": column });
    let to = json!({ "column_name": "parent", "to": "ref('mart')", "field": "id" });
    let tests = [
        generic("not_null", &of("a"), &[SOURCE], &json!({})),
        generic("unique", &of("\"B\""), &[SOURCE], &json!({})),
        generic("accepted_values", &of("c"), &[SOURCE], &json!({})),
        generic("relationships", &to, &[SOURCE, "model.shop.mart"], &json!({})),
    ];
    let expected = named(&[
        ("test.shop.not_null", Some(&["a"])),
        ("test.shop.unique", Some(&["B"])),
        ("test.shop.accepted_values", Some(&["c"])),
        ("test.shop.relationships", Some(&["parent"])),
    ]);
    assert_eq!(checks(&project(&tests, &json!({}), &json!({}))), expected);
}

#[test]
fn a_test_of_an_own_model_that_looks_a_source_up_is_told_of_the_model() {
    let to = json!({ "column_name": "id", "to": "source('raw', 't')", "field": "key" });
    let attached = json!({ "attached_node": "model.shop.mart" });
    let tests = [generic("relationships", &to, &[SOURCE, "model.shop.mart"], &attached)];
    let expected = named(&[("model.shop.mart", Some(&["key"]))]);
    assert_eq!(checks(&project(&tests, &json!({}), &json!({}))), expected);
    // Of a private one nobody is told, but where nothing stands for it.
    let tests =
        [generic("relationships", &to, &[SOURCE, "model.shop.kept"], &json!({ "attached_node": "model.shop.kept" }))];
    let expected = named(&[("model.shop.kept", Some(&["key"]))]);
    assert_eq!(checks(&project(&tests, &json!({}), &json!({}))), expected);
}

#[test]
fn another_test_names_what_its_sql_does_and_of_the_same_as_before_what_it_did() {
    let ranged = generic("in_range", &json!({ "column_name": "a" }), &[SOURCE], &json!({}));
    let filtered =
        generic("not_null", &json!({ "column_name": "a" }), &[SOURCE], &json!({ "config": { "where": "b > 1" } }));
    let singular = test("own", &json!({ "depends_on": { "nodes": [SOURCE] } }));
    let project = project(&[ranged, filtered, singular], &json!({}), &json!({}));
    let ids = ["test.shop.in_range", "test.shop.not_null", "test.shop.own"];
    assert_eq!(checks(&project), named(&ids.map(|id| (id, None))));
    let known: Reading =
        serde_json::from_value(json!({ "rows": { SOURCE: { "a": ["filter"], "b": ["filter"] } } })).unwrap();
    let mut compiled = readings();
    compiled.checks = ids.iter().map(|id| (id.parse().unwrap(), known.clone())).collect();
    let compiled = derived_with(&project, compiled, &[]);
    let all: Option<&[&str]> = Some(&["a", "b"]);
    assert_eq!(compiled.lineage[SOURCE].checks, named(&ids.map(|id| (id, all))));
    // The text of a singular test may be another now.
    let parsed = derived_with(&project, readings(), &[&compiled]);
    assert_eq!(parsed.lineage[SOURCE].checks, named(&[(ids[0], all), (ids[1], all), (ids[2], None)]));
}

#[test]
fn a_unit_test_is_named_for_what_it_gives_beyond_what_its_model_reads() {
    let given = |input: &str, rows: Value| json!({ "input": input, "rows": rows, "format": "dict" });
    let unit = |model: &str, given: &[Value]| {
        json!({ "package_name": "shop", "given": given,
        "depends_on": { "nodes": [format!("model.shop.{model}")] } })
    };
    let unit_tests = json!({
        "unit_test.shop.mart.same": unit("mart", &[given("source('raw', 't')", json!([{ "ID": 1 }]))]),
        "unit_test.shop.mart.more": unit("mart", &[
            given("source('raw', 't')", json!([{ "id": 1 }, { "id": 2, "more": 1 }])),
            given("ref('inventory', 'products')", json!([{ "price": 1, "name": "x" }])),
            given("ref('mart')", json!([{ "any": 1 }])),
        ]),
        "unit_test.shop.mart.csv": unit("mart", &[json!({ "input": "source('raw','t')", "format": "csv", "rows": "id,c\n1,2\n" })]),
        "unit_test.shop.mart.sql": unit("mart", &[json!({ "input": "source('raw','t')", "format": "sql", "rows": "select 1 as d" })]),
        "unit_test.shop.kept.not_known": unit("kept", &[given("source('raw', 't')", json!([{ "e": 1 }]))]),
    });
    let publication = derived_with(&project(&[], &unit_tests, &json!({})), readings(), &[]);
    let expected = named(&[("unit_test.shop.mart.more", Some(&["more"])), ("unit_test.shop.mart.csv", Some(&["c"]))]);
    assert_eq!(publication.lineage[SOURCE].checks, expected);
    let used: Vec<_> = publication.uses.iter().filter(|used| used.via == Via::Test).collect();
    let [used] = *used.as_slice() else { panic!("{used:?}") };
    assert_eq!(used.reader.as_str(), "unit_test.shop.mart.more");
    assert_eq!(used.columns.as_ref().unwrap().keys().collect::<Vec<_>>(), ["name"]);
}

#[test]
fn the_freshness_of_a_source_names_its_column() {
    let freshness = json!({ "warn_after": { "count": 1, "period": "day" } });
    let of = |more: Value| {
        let mut source = json!({ "freshness": freshness });
        source.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        checks(&project(&[], &json!({}), &source))
    };
    assert_eq!(of(json!({ "loaded_at_field": "loaded" })), named(&[(SOURCE, Some(&["loaded"]))]));
    let in_config = json!({ "config": { "loaded_at_field": "\"Loaded\"", "freshness": freshness } });
    assert_eq!(of(in_config), named(&[(SOURCE, Some(&["Loaded"]))]));
    assert_eq!(of(json!({ "loaded_at_query": "select max(x) from {{ this }}" })), named(&[(SOURCE, None)]));
    // The warehouse's own records tell, or nobody asks.
    assert_eq!(of(json!({})), Checks::new());
    let unasked = json!({ "freshness": null, "loaded_at_field": "loaded" });
    assert_eq!(checks(&project(&[], &json!({}), &unasked)), Checks::new());
}

#[test]
fn a_test_that_names_a_table_in_its_text_is_told_of_the_table() {
    const TABLE: &str = "relation.shop.up.m";
    let singular = test("own", &json!({ "depends_on": { "nodes": [] } }));
    let mut compiled = readings();
    compiled.relations.insert(TABLE.parse().unwrap(), relations::in_sql(&["up", "m"]).unwrap());
    let reading: Reading = serde_json::from_value(json!({ "rows": { TABLE: { "a": ["filter"] } } })).unwrap();
    compiled.checks.insert("test.shop.own".parse().unwrap(), reading);
    let told = derived_with(&project(&[singular], &json!({}), &json!({})), compiled, &[]);
    assert_eq!(told.lineage[TABLE].checks, named(&[("test.shop.own", Some(&["a"]))]));
}

/// What a project's SQL reads, as weft reads it itself.
pub(super) fn derived_of_sql(project: &Value) -> Publication {
    let manifest = Manifest::read(project.to_string().as_bytes()).unwrap();
    let threads = std::num::NonZeroUsize::MIN;
    let reader = weft_sql::Polyglot::default();
    let readings = crate::derive::readings(&manifest, None, &BTreeMap::new(), None, &reader, threads);
    derived_with(project, readings, &[])
}

#[test]
fn what_an_operation_and_a_macro_and_a_test_macro_of_the_project_name_is_read() {
    let runs = json!({ "access": "public", "compiled_code": "select 1 as id", "language": "sql",
        "raw_code": "{% set kinds = kinds_of() %} select 1 as id",
        "depends_on": { "nodes": [], "macros": ["macro.shop.kinds_of"] } });
    let quiet = json!({ "access": "public", "compiled_code": "select 1 as id", "language": "sql",
        "raw_code": "{% set note = 'taken from up.m' %} select 1 as id", "depends_on": { "nodes": [], "macros": [] } });
    let compared = generic(
        "compared",
        &json!({ "other": "up.m" }),
        &["model.shop.quiet"],
        &json!({ "attached_node": "model.shop.quiet", "compiled_code": "select price from up.m where price < 0" }),
    );
    let operation = json!({ "unique_id": "operation.shop.start", "resource_type": "operation", "package_name": "shop",
        "name": "start", "raw_code": "insert into {{ target.schema }}.log select price from up.m",
        "depends_on": { "nodes": [], "macros": [] } });
    let mut project = manifest(&[model("runs", &runs), model("quiet", &quiet), compared, operation]);
    project["macros"] = json!({
        "macro.shop.kinds_of": { "unique_id": "macro.shop.kinds_of", "package_name": "shop", "name": "kinds_of",
            "macro_sql": "{% macro kinds_of() %}{% set q %}select kind from up.m{% endset %}{{ return(run_query(q)) }}{% endmacro %}",
            "depends_on": { "macros": ["macro.dbt.run_query"] } }
    });
    let told = derived_of_sql(&project);
    let (table, node) = told.lineage.iter().find(|(_, node)| node.resource_type == "relation").unwrap();
    assert_eq!(node.checks, named(&[("model.shop.quiet", Some(&["price"])), ("operation.shop.start", None)]));
    let runs = told.lineage["model.shop.runs"].reading.as_ref().unwrap();
    assert!(runs.unresolved.contains(table));
    assert_eq!(told.lineage["model.shop.quiet"].reading.as_ref().unwrap().nodes().len(), 0);
}

#[test]
fn columns_of_a_table_that_an_operation_or_another_models_hook_alters_are_unknown() {
    let of = |more: Value| {
        let mut fields = json!({ "access": "public", "compiled_code": "select 1 as id, 2 as price", "language": "sql",
            "raw_code": "select 1 as id, 2 as price", "schema": "shop" });
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let operation = |code: &str, reads: &[&str]| {
        json!({ "unique_id": "operation.shop.end", "resource_type": "operation", "package_name": "shop", "name": "end",
            "raw_code": code, "depends_on": { "nodes": reads, "macros": [] } })
    };
    let hook = json!({ "config": { "post-hook": [{ "sql": "alter table shop.a drop column price" }] } });
    let other = |hook: &Value| model("b", &of(hook.clone()));
    for nodes in [
        vec![model("a", &of(json!({}))), operation("alter table shop.a drop column price", &[])],
        vec![model("a", &of(json!({}))), operation("alter table {{ ref('a') }} drop column price", &["model.shop.a"])],
        vec![model("a", &of(json!({}))), other(&hook)],
    ] {
        let told = derived_of_sql(&manifest(&nodes));
        assert_eq!(told.lineage["model.shop.a"].unknown.as_deref(), Some("altered_by_hook"));
        assert!(told.lineage.get("model.shop.b").is_none_or(|b| b.unknown.is_none()));
    }
    let elsewhere = operation("alter table scratch.a drop column price", &[]);
    let told = derived_of_sql(&manifest(&[model("a", &of(json!({}))), elsewhere]));
    assert_eq!(told.lineage["model.shop.a"].unknown, None);
}

#[test]
fn a_table_that_only_the_text_names_is_read_though_dbt_did_not_compile() {
    let parsed =
        json!({ "access": "public", "raw_code": "select price from {{ target.database }}.up.m", "language": "sql" });
    let singular =
        test("own", &json!({ "depends_on": { "nodes": [] }, "raw_code": "select 1 from up.m where price < 0" }));
    let compared = generic("compared", &json!({ "other": "up.m" }), &["model.shop.parsed"], &json!({}));
    let told = derived_of_sql(&manifest(&[model("parsed", &parsed), singular, compared]));
    let (table, node) = told.lineage.iter().find(|(_, node)| node.resource_type == "relation").unwrap();
    assert_eq!(node.checks, named(&[("model.shop.parsed", None), ("test.shop.own", None)]));
    let parsed = &told.lineage["model.shop.parsed"];
    assert!(parsed.reading.as_ref().unwrap().unresolved.contains(table));
    assert_eq!(parsed.unknown.as_deref(), Some("no_sql"));
}

#[test]
fn what_was_known_of_a_table_before_something_altered_it_is_not_known_now() {
    let fields = json!({ "access": "public", "compiled_code": "select 1 as id, 2 as price", "language": "sql",
        "raw_code": "select 1 as id, 2 as price", "schema": "shop" });
    let operation = |code: &str, macros: &[&str]| {
        json!({ "unique_id": "operation.shop.end", "resource_type": "operation", "package_name": "shop", "name": "end",
            "raw_code": code, "depends_on": { "nodes": [], "macros": macros } })
    };
    let before = derived_of_sql(&manifest(&[model("a", &fields)]));
    let known = |publication: &Publication| publication.interface["model.shop.a"].has_every_column();
    assert!(known(&before));
    let hook = json!({ "config": { "post-hook": [{ "sql": "alter table {{ ref('a') }} drop column price" }] },
        "compiled_code": "select 1 as id", "raw_code": "select 1 as id", "language": "sql" });
    let mut by_macro = manifest(&[model("a", &fields), operation("{{ cut('a') }}", &["macro.shop.cut"])]);
    by_macro["macros"] = json!({ "macro.shop.cut": { "unique_id": "macro.shop.cut", "package_name": "shop", "name": "cut",
        "macro_sql": "{% macro cut(t) %}alter table {{ target.schema }}.{{ t }} drop column price{% endmacro %}" } });
    for project in [
        manifest(&[model("a", &fields), operation("alter table shop.a drop column price", &[])]),
        manifest(&[model("a", &fields), model("b", &hook)]),
        by_macro,
    ] {
        let read = Manifest::read(project.to_string().as_bytes()).unwrap();
        let reader = weft_sql::Polyglot::default();
        let threads = std::num::NonZeroUsize::MIN;
        let readings = crate::derive::readings(&read, None, &BTreeMap::new(), None, &reader, threads);
        let after = derived_with(&project, readings, &[&before]);
        assert!(!known(&after), "{project}");
        assert_eq!(after.lineage["model.shop.a"].unknown.as_deref(), Some("altered_by_hook"));
    }
}

#[test]
fn a_source_in_a_branch_that_dbt_takes_only_while_it_runs_is_read() {
    let own = json!({ "language": "sql", "compiled_code": "select 1 as id", "depends_on": { "nodes": [], "macros": [] },
        "raw_code": "{% if execute %}{% do run_query('select 1 from ' ~ source('up', 'm')) %}{% endif %} select 1 as id" });
    let called = json!({ "language": "sql", "compiled_code": "select 1 as id", "depends_on": { "nodes": [], "macros": [] },
        "raw_code": "select 1 as id {% if execute %}{{ counted() }}{% endif %}" });
    let quiet = json!({ "language": "sql", "compiled_code": "select 1 as id", "raw_code": "select 1 as id" });
    let operation = json!({ "unique_id": "operation.shop.end", "resource_type": "operation", "package_name": "shop",
        "name": "end", "raw_code": "{{ counted() }}", "depends_on": { "nodes": [], "macros": ["macro.shop.counted"] } });
    let singular = test(
        "own",
        &json!({ "depends_on": { "nodes": [], "macros": [] }, "compiled_code": "select 1 where false",
        "raw_code": "{% if execute %}{% do run_query('select 1 from ' ~ source('up', 'm')) %}{% endif %} select 1" }),
    );
    let nodes = [model("own", &own), model("called", &called), model("quiet", &quiet), operation, singular];
    let mut project = manifest(&nodes);
    project["sources"] = json!({ "source.shop.up.m": { "unique_id": "source.shop.up.m", "resource_type": "source",
        "package_name": "shop", "name": "m", "schema": "up", "identifier": "m" } });
    project["macros"] = json!({ "macro.shop.counted": { "package_name": "shop", "depends_on": { "macros": [] },
        "macro_sql": "{% macro counted() %}{% if execute %}{% do run_query('select 1 from ' ~ source('up', 'm')) %}{% endif %}{% endmacro %}" } });
    let told = derived_of_sql(&project);
    let source: UniqueId = "source.shop.up.m".parse().unwrap();
    for name in ["model.shop.own", "model.shop.called"] {
        let reading = told.lineage[name].reading.as_ref().unwrap();
        assert!(reading.unresolved.contains(&source), "{name}");
    }
    assert!(!told.lineage["model.shop.quiet"].depends_on.contains(&source));
    let readers: Vec<_> = told.lineage[&source].checks.keys().map(UniqueId::as_str).collect();
    assert_eq!(readers, ["operation.shop.end", "test.shop.own"]);
}
