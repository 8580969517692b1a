//! On PostgreSQL.

use weft_odcs as odcs;
use weft_verify::{POSTGRES, Subject, aggregates, names_of, plan, read};

use super::{Contracts, planted};
use crate::stories::database::Database;

const SERVER: &str = "{server: prod, type: postgres, host: db.example.com, port: 5432, schema: public}";

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn a_shop_as_promised_passes_and_each_planted_fault_is_found() {
    let database = Database::with(planted::CLEAN);
    let contracts = Contracts::of(&[("shop.odcs.yaml", &planted::contract(SERVER))]);
    let url = database.url();
    let variables = [("WEFT_DSN_PROD", url.as_str())];
    planted::assert_clean(&contracts.results("", &variables));
    database.run(planted::PLANTED);
    planted::assert_planted(&contracts.results("", &variables));
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn people_and_ci_are_told_in_their_own_forms() {
    let database = Database::with(planted::CLEAN);
    database.run(planted::PLANTED);
    let contracts = Contracts::of(&[("shop.odcs.yaml", &planted::contract(SERVER))]);
    let url = database.url();
    let variables = [("MINE", url.as_str())];
    let text = contracts.verify("--dsn-env MINE --object orders", &variables);
    assert_eq!(text.code, 1, "{text:?}");
    // How old rows are is told by the clock.
    let steady: Vec<_> =
        text.stdout.lines().map(|line| line.find(" old: the ").map_or(line, |at| &line[..at])).collect();
    insta::assert_snapshot!("told_to_people", steady.join("\n"));
    let junit = contracts.verify("--dsn-env MINE --object orders --samples 0 --format junit", &variables).stdout;
    let document = roxmltree::Document::parse(&junit).unwrap();
    let suite = document.descendants().find(|it| it.has_tag_name("testsuite")).unwrap();
    let count = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
    assert_eq!((count("failures"), count("errors"), count("skipped")), (18, 0, 3));
    assert_eq!(document.descendants().filter(|it| it.has_tag_name("testcase")).count(), count("tests"));
    assert!(document.descendants().filter(|it| it.has_tag_name("failure")).all(|it| it.text().is_none()), "{junit}");
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn all_aggregates_of_a_table_are_one_scan() {
    let database = Database::with(planted::CLEAN);
    let contract = odcs::read(&planted::contract(SERVER)).unwrap().contract;
    let object = &contract.schema[0];
    let name = &names_of(object.stored_name(), Some("public"))[0];
    let columns = "select attname::text from pg_attribute where attrelid = 'shop_orders'::regclass and attnum > 0";
    let types = "select format_type(atttypid, atttypmod) from pg_attribute \
                 where attrelid = 'shop_orders'::regclass and attnum > 0";
    let row = |(column, data_type)| {
        ["public", "shop_orders", "table"].map(str::to_owned).into_iter().chain([column, data_type]).map(Some).collect()
    };
    let rows: Vec<_> = database.column(columns).into_iter().zip(database.column(types)).map(row).collect();
    let table = read(&rows, name).unwrap();
    let subject = Subject { contract: &contract, object, table: Some(&table), engine: POSTGRES, now: 0 };
    let statements = aggregates(&subject, &plan(&subject));
    assert_eq!(statements.len(), 1);
    assert!(statements[0].checks.len() > 12, "{}", statements[0].checks.len());
    let plan = database.column(&format!("explain {}", statements[0].sql)).join("\n");
    assert_eq!(plan.matches("Seq Scan").count(), 1, "{plan}");
    assert_eq!(plan.matches("Scan").count(), 1, "{plan}");
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn views_names_in_another_case_and_qualified_names_are_found() {
    let database = Database::with(
        "create schema sales; create table sales.\"Orders\" (\"Id\" integer);
         insert into sales.\"Orders\" values (1), (null);
         create view sales.recent as select * from sales.\"Orders\"",
    );
    let contract = |name: &str| {
        format!(
            "{{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, status: active,
              servers: [{{server: prod, type: postgres}}],
              schema: [{{name: o, physicalName: '{name}', properties: [{{name: id, required: true}}]}}]}}"
        )
    };
    let url = database.url();
    for (name, keys) in [("sales.orders", ["(0,2)"].as_slice()), ("x.sales.Orders", &["(0,2)"]), ("sales.recent", &[])]
    {
        let contracts = Contracts::of(&[("c.odcs.yaml", &contract(name))]);
        let results = contracts.results("", &[("WEFT_DSN_PROD", url.as_str())]);
        results.assert_broken("o required id", 1, keys);
    }
}
