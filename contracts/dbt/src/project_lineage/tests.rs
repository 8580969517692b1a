use serde_json::{Value, json};
use weft_sql::Polyglot;

use super::*;
use crate::{catalog::Catalog, manifest::Manifest};

const DIALECT: Dialect = Dialect::DuckDb;

fn manifest(nodes: &[Value], sources: &[Value]) -> Manifest {
    let keyed = |entries: &[Value]| -> Value {
        entries.iter().map(|node| (node["unique_id"].as_str().unwrap().to_owned(), node.clone())).collect()
    };
    let schema = "https://schemas.getdbt.com/dbt/manifest/v12.json";
    let text = json!({"metadata": {"dbt_schema_version": schema}, "nodes": keyed(nodes), "sources": keyed(sources)});
    Manifest::read(text.to_string().as_bytes()).unwrap()
}

fn model(name: &str, sql: &str, reads: &[&str]) -> Value {
    json!({
        "unique_id": format!("model.shop.{name}"), "resource_type": "model", "package_name": "shop", "name": name,
        "alias": name, "database": "db", "schema": "s", "relation_name": format!("\"db\".\"s\".\"{name}\""),
        "config": {"materialized": "table"}, "language": "sql", "compiled_code": sql, "depends_on": {"nodes": reads},
    })
}

fn source(name: &str, schema: &str) -> Value {
    json!({
        "unique_id": format!("source.shop.raw.{name}"), "resource_type": "source", "package_name": "shop", "name": name,
        "identifier": name, "database": "db", "schema": schema, "relation_name": format!("\"db\".\"{schema}\".\"{name}\""),
    })
}

fn with(mut node: Value, fields: &Value) -> Value {
    for (key, value) in fields.as_object().unwrap() {
        node[key] = value.clone();
    }
    node
}

fn read(manifest: &Manifest, catalog: Option<&Catalog>) -> ProjectLineage {
    let nodes = nodes(manifest, catalog, DIALECT, |unique_id| unique_id.as_str().starts_with("model.other."));
    let alone = lineage(&nodes, DIALECT, &Polyglot::default(), NonZeroUsize::MIN);
    for threads in 2..5 {
        let threads = NonZeroUsize::new(threads).unwrap();
        assert_eq!(lineage(&nodes, DIALECT, &Polyglot::default(), threads), alone);
    }
    alone
}

/// A node's columns, `name: upstream.column how`.
fn columns(lineage: &ProjectLineage, name: &str) -> Vec<String> {
    let reading = lineage[&format!("model.shop.{name}").parse::<UniqueId>().unwrap()].as_ref().unwrap();
    let column = |output: &weft_sql::Output<NodeInput>| {
        let inputs = match &output.inputs {
            Err(unknown) => vec![unknown.reason().to_owned()],
            Ok(inputs) => {
                inputs.iter().map(|(input, how)| format!("{}.{} {how}", shown(&input.relation), input.column)).collect()
            }
        };
        format!("{}: {}", output.name.as_deref().unwrap_or("?"), inputs.join(", "))
    };
    reading.columns.iter().map(column).collect()
}

fn shown(upstream: &NodeInput) -> String {
    match upstream {
        NodeInput::Node(unique_id) => unique_id.as_str().rsplit('.').next().unwrap().to_owned(),
        NodeInput::Relation(relation) => format!("({relation})"),
    }
}

#[test]
fn what_one_model_gives_is_known_to_the_next() {
    let manifest = manifest(
        &[
            model("marts", "select *, id + 1 as next from db.s.stg", &["model.shop.stg"]),
            model("stg", "select key as id, label from db.raw.events", &["source.shop.raw.events"]),
        ],
        &[source("events", "raw")],
    );
    let lineage = read(&manifest, None);
    assert_eq!(columns(&lineage, "stg"), ["id: events.key renamed", "label: events.label as_is"]);
    assert_eq!(columns(&lineage, "marts"), ["id: stg.id as_is", "label: stg.label as_is", "next: stg.id transformed"]);
    assert_eq!(lineage.len(), 2);
}

#[test]
fn a_star_of_what_nobody_knows_stays_open_down_to_where_columns_are_named() {
    let manifest = manifest(
        &[
            model("tmp", "select * from db.raw.events", &["source.shop.raw.events"]),
            model("stg", "select cast(id as int) as id, tmp.at from db.s.tmp", &["model.shop.tmp"]),
            model("all_of_it", "select * from db.s.tmp", &["model.shop.tmp"]),
        ],
        &[source("events", "raw")],
    );
    let lineage = read(&manifest, None);
    assert_eq!(columns(&lineage, "stg"), ["id: tmp.id transformed", "at: tmp.at as_is"]);
    for (name, upstream) in [("tmp", "source.shop.raw.events"), ("all_of_it", "model.shop.tmp")] {
        let reading = lineage[&format!("model.shop.{name}").parse::<UniqueId>().unwrap()].as_ref().unwrap();
        assert!(!reading.complete, "{name}");
        assert_eq!(reading.rest, BTreeSet::from([NodeInput::Node(upstream.parse().unwrap())]), "{name}");
    }
}

#[test]
fn a_contract_or_the_warehouse_knows_better_unless_the_sql_surely_gives_others() {
    let declared =
        json!({"columns": {"a": {"name": "a", "data_type": "integer"}, "b": {"name": "b", "data_type": "text"}}});
    let enforced = with(declared.clone(), &json!({"contract": {"enforced": true}}));
    let manifest = manifest(
        &[
            with(model("contracted", "select * from db.raw.events", &[]), &enforced),
            with(model("declared", "select * from db.raw.events", &[]), &declared),
            model("seen", "select * from db.raw.events", &[]),
            model("changed", "select x from db.raw.events", &[]),
            model("of_contracted", "select * from db.s.contracted", &["model.shop.contracted"]),
            model("of_declared", "select * from db.s.declared", &["model.shop.declared"]),
            model("of_seen", "select * from db.s.seen", &["model.shop.seen"]),
            model("of_changed", "select * from db.s.changed", &["model.shop.changed"]),
        ],
        &[source("events", "raw")],
    );
    let column = json!({"C": {"name": "C", "type": "BIGINT", "index": 1}});
    let catalog = json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "sources": {},
        "nodes": {"model.shop.seen": {"columns": column}, "model.shop.changed": {"columns": column}},
    });
    let catalog = Catalog::read(catalog.to_string().as_bytes()).unwrap();
    let lineage = read(&manifest, Some(&catalog));
    assert_eq!(columns(&lineage, "of_contracted"), ["a: contracted.a as_is", "b: contracted.b as_is"]);
    assert_eq!(columns(&lineage, "of_declared"), ["a: declared.a as_is", "b: declared.b as_is"]);
    assert_eq!(columns(&lineage, "of_seen"), ["C: seen.C as_is"]);
    assert_eq!(columns(&lineage, "of_changed"), ["x: changed.x as_is"]);
    let of = |name: &str| lineage[&name.parse::<UniqueId>().unwrap()].clone().unwrap();
    let contracted = of("model.shop.of_contracted");
    let types: Vec<_> = contracted.columns.iter().map(|column| column.data_type.as_deref()).collect();
    assert_eq!(types, [Some("integer"), Some("text")]);
    assert!(contracted.complete && !of("model.shop.of_declared").complete);
    assert_eq!(of("model.shop.of_seen").columns[0].data_type.as_deref(), Some("BIGINT"));
}

#[test]
fn a_relation_is_found_by_its_name_whoever_says_that_it_is_read() {
    let manifest = manifest(
        &[
            model("orders", "select id from elsewhere.t", &[]),
            model("by_hand", "select o.id, u.x from S.Orders o join \"DB\".other.unknown u on u.id = o.id", &[]),
            model("through_a_source", "select id from db.s.orders", &["source.shop.raw.orders"]),
            model(
                "itself",
                "select id from db.s.orders where id > (select max(id) from db.s.itself)",
                &["model.shop.orders"],
            ),
        ],
        &[source("orders", "s")],
    );
    let lineage = read(&manifest, None);
    assert_eq!(columns(&lineage, "by_hand"), ["id: orders.id as_is", "x: (db.other.unknown).x as_is"]);
    let reading = lineage["model.shop.through_a_source"].as_ref().unwrap();
    assert_eq!(reading.relations, BTreeSet::from([NodeInput::Node("model.shop.orders".parse().unwrap())]));
    let itself = lineage["model.shop.itself"].as_ref().unwrap();
    assert!(itself.relations.contains(&NodeInput::Node("model.shop.itself".parse().unwrap())));
}

#[test]
fn a_name_that_fits_several_nodes_is_told_with_them() {
    let elsewhere =
        json!({"database": "db2", "relation_name": "\"db2\".\"s\".\"orders\"", "unique_id": "model.shop.orders2"});
    let manifest = manifest(
        &[
            model("orders", "select 1 as id", &[]),
            with(model("orders2", "select 1 as id", &[]), &elsewhere),
            model("reader", "select id from s.orders", &[]),
            model("dependent", "select id from s.orders", &["model.shop.orders2"]),
        ],
        &[],
    );
    let lineage = read(&manifest, None);
    let unknown = lineage["model.shop.reader"].as_ref().unwrap_err();
    assert_eq!(unknown.to_string(), "`s.orders` may be any of `model.shop.orders`, `model.shop.orders2`");
    assert_eq!(columns(&lineage, "dependent"), ["id: orders2.id as_is"]);
}

#[test]
fn nodes_without_sql_say_why_and_stand_in_nobodys_way() {
    let manifest = manifest(
        &[
            with(model("parsed", "", &[]), &json!({"compiled_code": null})),
            with(model("python", "def model(dbt, session): ...", &[]), &json!({"language": "python"})),
            with(
                model("stub", "select 1 as x", &[]),
                &json!({"unique_id": "model.other.stub", "package_name": "other"}),
            ),
            with(
                model("seed", "", &[]),
                &json!({"unique_id": "seed.shop.seed", "resource_type": "seed", "compiled_code": null}),
            ),
            with(
                model("history", "select id from db.s.parsed", &["model.shop.parsed"]),
                &json!({"unique_id": "snapshot.shop.history", "resource_type": "snapshot"}),
            ),
            model(
                "reader",
                "select p.a, y.b, seed.c, stub.x, h.dbt_valid_from from db.s.parsed p, db.s.python y, db.s.seed, db.s.stub, \
                 db.s.history h",
                &[
                    "model.shop.parsed",
                    "model.shop.python",
                    "seed.shop.seed",
                    "model.other.stub",
                    "snapshot.shop.history",
                ],
            ),
        ],
        &[],
    );
    let lineage = read(&manifest, None);
    let reasons: Vec<_> = lineage.values().filter_map(|result| result.as_ref().err()).map(Unknown::reason).collect();
    assert_eq!((reasons, lineage.len()), (vec!["no_sql", "other_language"], 4));
    let expected = ["a: parsed.a as_is", "b: python.b as_is", "c: seed.c as_is", "x: stub.x as_is"];
    assert_eq!(columns(&lineage, "reader")[..4], expected);
    assert_eq!(columns(&lineage, "reader")[4], "dbt_valid_from: history.dbt_valid_from as_is");
}

#[test]
fn models_that_wait_for_each_other_are_read_all_the_same() {
    let manifest = manifest(
        &[
            model("a", "select x from db.s.b", &["model.shop.b"]),
            model("b", "select x from db.s.a", &["model.shop.a", "model.shop.b"]),
        ],
        &[],
    );
    let lineage = read(&manifest, None);
    assert_eq!(columns(&lineage, "a"), ["x: b.x as_is"]);
    assert_eq!(columns(&lineage, "b"), ["x: a.x as_is"]);
}

/// Why not everything is known of a node.
fn doubts(lineage: &ProjectLineage, name: &str) -> Vec<String> {
    let reading = lineage[&format!("model.shop.{name}").parse::<UniqueId>().unwrap()].as_ref().unwrap();
    reading.unknown.iter().map(ToString::to_string).collect()
}

#[test]
fn a_name_without_its_schema_is_looked_for_where_the_node_is_built_and_then_among_the_sources() {
    let elsewhere = json!({"schema": "other", "relation_name": "\"db\".\"other\".\"users\""});
    let manifest = manifest(
        &[
            model("users", "select 1 as id", &[]),
            with(with(model("users", "select 2 as id", &[]), &elsewhere), &json!({"unique_id": "model.shop.others"})),
            model("of_users", "select users.id from users", &[]),
            model("of_events", "select id from events", &[]),
            model("of_events_twice", "select at from events_twice", &[]),
            model("of_nothing", "select id from nowhere, events", &[]),
            model("events_twice", "select id from events_twice", &[]),
        ],
        &[
            source("events", "raw"),
            source("events_twice", "raw"),
            with(
                source("events_twice", "old"),
                &json!({
                    "unique_id": "source.shop.old.events_twice"
                }),
            ),
        ],
    );
    let lineage = read(&manifest, None);
    assert_eq!(columns(&lineage, "of_users"), ["id: users.id as_is"]);
    assert_eq!(columns(&lineage, "of_events"), ["id: events.id as_is"]);
    assert_eq!(columns(&lineage, "of_events_twice"), ["at: events_twice.at as_is"], "the one in its own schema");
    assert_eq!(doubts(&lineage, "of_events"), [""; 0]);
    assert_eq!(
        doubts(&lineage, "of_nothing"),
        [
            "`nowhere` is named without its schema, and the project knows no table of that name",
            "column `id` may come from any of `nowhere`, `events`"
        ]
    );
    assert_eq!(
        doubts(&lineage, "events_twice"),
        ["`events_twice` may be any of `source.shop.old.events_twice`, `source.shop.raw.events_twice`"]
    );
}
