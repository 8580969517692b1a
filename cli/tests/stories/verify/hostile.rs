//! Contracts that mean harm, databases that are not there, and users that may not.

use super::Contracts;
use crate::stories::database::Database;

fn contract(schema: &str) -> String {
    format!(
        "{{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, status: active,\n\
         servers: [{{server: prod, type: postgres, schema: public}}],\nschema: [\n{schema}\n]}}"
    )
}

const TABLE: &str = "create table t (id integer primary key, a text); insert into t values (1, 'x'), (2, 'y')";

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn no_query_of_a_contract_writes() {
    let database = Database::with(TABLE);
    let queries = [
        "delete from t",
        "select 1; drop table t",
        "with gone as (delete from t returning 1) select count(*) from gone",
        "select 1) as q(weft_answer); delete from t; --",
        "select set_config('transaction_read_only', 'off', false)",
        "select nextval('s')",
        "select count(*) from t for update",
    ];
    // PostgreSQL 15 and before let this one through, in a transaction that is rolled back.
    let late = "select lo_from_bytea(0, 'x')";
    let rule = |(at, query): (usize, &&str)| format!("{{type: sql, name: q{at}, query: \"{query}\", mustBe: 0}}");
    let rules: Vec<_> = queries.iter().chain([&late]).enumerate().map(rule).collect();
    let yaml = contract(&format!("{{name: t, quality: [{}], properties: [{{name: id}}]}}", rules.join(", ")));
    database.run("create sequence s");
    let contracts = Contracts::of(&[("c.odcs.yaml", &yaml)]);
    let url = database.url();
    let results = contracts.results("", &[("WEFT_DSN_PROD", url.as_str())]);
    let refused: Vec<_> = (0..queries.len()).map(|at| format!("t sql q{at}")).collect();
    assert!(refused.iter().all(|name| results.of(name)["outcome"] == "error"), "{results:#?}");
    assert_eq!(results.that("passed"), ["t column_exists id", "t table_exists"]);
    assert_eq!(database.column("select count(*)::text from pg_largeobject_metadata"), ["0"]);
    assert_eq!(database.column("select count(*)::text from t"), ["2"]);
    assert_eq!(database.column("select is_called::text from s"), ["false"]);
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn what_runs_forever_is_ended_and_the_rest_is_answered() {
    let database = Database::with(TABLE);
    database.run(&format!("insert into t values (3, '{}b')", "a".repeat(40_000)));
    let yaml = contract(
        "{name: t, quality: [{type: sql, name: slow, query: 'select pg_sleep(100)', mustBe: 0},
            {type: sql, name: quick, query: 'select count(*) from {object}', mustBe: 3}],
          properties: [{name: id, primaryKey: true},
            {name: a, required: true, logicalTypeOptions: {pattern: '^(a*)(a*)(a*)(a*)[by]+$', minLength: 1}}]}",
    );
    let contracts = Contracts::of(&[("c.odcs.yaml", &yaml)]);
    let url = database.url();
    let results = contracts.results("--timeout 1", &[("WEFT_DSN_PROD", url.as_str())]);
    assert_eq!(results.of("t sql slow")["reason"], "no answer within 1 s");
    assert_eq!(results.that("error").len(), 1, "{results:#?}");
    for name in ["t sql quick", "t required a", "t min_length a", "t primary_key id"] {
        assert_eq!(results.of(name)["outcome"], "passed", "{name}");
    }
    assert_eq!(results.run.code, 1);
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn what_one_check_cannot_ask_the_others_still_can() {
    let database = Database::with(TABLE);
    let yaml = contract(
        "{name: t, properties: [{name: id, primaryKey: true, logicalTypeOptions: {minimum: '2020-01-01'}},
            {name: a, required: true, logicalTypeOptions: {pattern: '(', maxLength: 5, minimum: 3}}]}",
    );
    let contracts = Contracts::of(&[("c.odcs.yaml", &yaml)]);
    let url = database.url();
    let results = contracts.results("", &[("WEFT_DSN_PROD", url.as_str())]);
    assert_eq!(results.that("error"), ["t minimum a", "t minimum id", "t pattern a"], "{results:#?}");
    assert!(results.of("t pattern a")["reason"].as_str().unwrap().contains("regular expression"));
    assert_eq!(results.of("t max_length a")["outcome"], "passed");
    assert_eq!(results.of("t required a")["outcome"], "passed");
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn a_table_that_may_not_be_read_leaves_the_others_alone() {
    let database = Database::with(TABLE);
    let user = format!("{}_reader", database.name);
    database.run(&format!(
        "create table secret (id integer); create role {user} login password 'hunter2'; grant select on t to {user}"
    ));
    let yaml = contract(
        "{name: t, properties: [{name: id, required: true}]},
         {name: secret, properties: [{name: id, required: true, unique: true}], quality: [{metric: rowCount, mustBe: 0}]}",
    );
    let contracts = Contracts::of(&[("c.odcs.yaml", &yaml)]);
    let url = database.url_of(&user, "hunter2");
    let results = contracts.results("", &[("WEFT_DSN_PROD", url.as_str())]);
    database.run(&format!("drop owned by {user}; drop role {user}"));
    assert_eq!(results.that("error"), ["secret required id", "secret row_count", "secret unique id"], "{results:#?}");
    assert_eq!(results.of("secret row_count")["reason"], "permission denied for table secret");
    assert_eq!(results.of("t required id")["outcome"], "passed");
    assert_eq!(results.run.code, 1);
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn names_may_hold_anything() {
    let (table, column) = ("a.\"b\"; 'drop' 🦀 table--", "c'\"; é.d\\");
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let database = Database::with(&format!(
        "create table {0} ({1} text, k integer); insert into {0} values ('it''s \\ \"x\"', 1), (null, 2), ('y', 3)",
        quoted(table),
        quoted(column)
    ));
    let value = "it's \\ \"x\"";
    let document = serde_json::json!({
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active",
        "servers": [{"server": "prod", "type": "postgres", "schema": "public"}],
        "schema": [{"name": table, "properties": [
            {"name": "k", "primaryKey": true},
            {
                "name": column, "required": true, "unique": true, "enum": [{"value": value}],
                "quality": [{"type": "sql", "query": "select count({property}) from {object}", "mustBe": 2}],
            },
        ]}],
    });
    let contracts = Contracts::of(&[("c.odcs.json", &document.to_string())]);
    let url = database.url();
    let results = contracts.results("", &[("WEFT_DSN_PROD", url.as_str())]);
    results.assert_broken(&format!("{table} required {column}"), 1, &["2"]);
    results.assert_broken(&format!("{table} enum {column}"), 1, &["3"]);
    assert_eq!(results.that("failed").len(), 2, "{results:#?}");
    assert_eq!(results.that("error"), Vec::<&str>::new(), "{results:#?}");
}

#[test]
fn an_unreachable_database_is_told_without_its_password() {
    let yaml = contract("{name: t, properties: [{name: id}]}");
    let contracts = Contracts::of(&[("a.odcs.yaml", &yaml), ("b.odcs.yaml", &yaml)]);
    let variables = [("WEFT_DSN_PROD", "postgres://weft:hunter2@127.0.0.1:1/shop")];
    for (arguments, kind) in [("a.odcs.yaml", "error[database_unreachable]"), (".", "warning")] {
        let run = contracts.verify(arguments, &variables);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(run.stderr.contains(kind), "{run:?}");
        assert!(!format!("{run:?}").contains("hunter2"), "{run:?}");
    }
    let wrong = contracts.verify("a.odcs.yaml", &[("WEFT_DSN_PROD", "postgres://weft:hunter2@127.0.0.1:port/shop")]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
}

#[test]
fn a_contract_without_a_way_to_data_says_what_to_do() {
    let without =
        "{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, status: active, schema: [{name: t}]}";
    let kafka = without.replace("schema:", "servers: [{server: bus, type: kafka}], schema:");
    let two =
        without.replace("schema:", "servers: [{server: a, type: postgres}, {server: b, type: postgres}], schema:");
    let one = without.replace("schema:", "servers: [{server: my-db, type: postgres}], schema:");
    for (yaml, arguments, code, told) in [
        (without, "", "server_unknown", "has no servers"),
        (&kafka, "", "server_unknown", "weft verifies on servers of type postgres and duckdb"),
        (&two, "", "server_unknown", "several servers: a, b"),
        (&two, "--server c", "server_unknown", "has no server c"),
        (&one, "", "credentials_missing", "set WEFT_DSN_MY_DB"),
        (&one, "--object x", "usage", "no contract has an object x"),
        (&one, "--timeout 0", "usage", "--timeout"),
        (&one, "--format sarif", "usage", "text, json and junit"),
        ("kind: Pod", "", "contract_unreadable", "`kind` is Pod"),
    ] {
        let run = Contracts::of(&[("c.odcs.yaml", yaml)]).verify(arguments, &[]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(code) && run.stderr.contains(told), "{told}: {run:?}");
    }
    let none = Contracts::of(&[("readme.txt", "")]).verify("", &[]);
    assert!(none.stderr.contains("no contract found here"), "{none:?}");
}
