//! On DuckDB, by the Python of the project's dbt.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{Contracts, planted};

const SERVER: &str = "{server: file, type: duckdb, database: data/shop.duckdb, schema: main}";

/// The Python of the environment that `WEFT_DBT` is of.
pub(super) fn python() -> PathBuf {
    let dbt = std::env::var("WEFT_DBT").expect("WEFT_DBT names a dbt with DuckDB");
    Path::new(&dbt).parent().unwrap().join("python")
}

/// Runs statements in a file.
pub(super) fn run(file: &Path, statements: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let program = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.argv[2])";
    let done = Command::new(python()).args(["-c", program]).arg(file).arg(statements).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn shop() -> (Contracts, String) {
    let contracts = Contracts::of(&[("shop.odcs.yaml", &planted::contract(SERVER))]);
    run(&contracts.path().join("data/shop.duckdb"), planted::CLEAN);
    (contracts, python().display().to_string())
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_shop_as_promised_passes_and_each_planted_fault_is_found() {
    let (contracts, python) = shop();
    let variables = [("WEFT_PYTHON", python.as_str())];
    planted::assert_clean(&contracts.results("", &variables));
    run(&contracts.path().join("data/shop.duckdb"), planted::PLANTED);
    planted::assert_planted(&contracts.results("", &variables));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn the_python_beside_dbt_is_found_and_nothing_of_the_folder_is_run() {
    let (contracts, python) = shop();
    for module in ["duckdb.py", "json.py", "sitecustomize.py"] {
        std::fs::write(contracts.path().join(module), "open('ran', 'w')").unwrap();
    }
    let path = Path::new(&python).parent().unwrap().display().to_string();
    planted::assert_clean(&contracts.results("", &[("PATH", path.as_str())]));
    assert!(!contracts.path().join("ran").exists());
}

#[test]
#[ignore = "set WEFT_DBT"]
fn no_query_writes_reads_other_files_or_runs_forever() {
    let queries = [
        "delete from shop_orders",
        "select 1; drop table shop_orders",
        "select count(*) from read_csv('/etc/passwd')",
        "select count(*) from '/etc/passwd'",
        "set lock_configuration = false",
        "select count(*) from range(1000000000000) as a, range(1000000) as b where a.range % 7 = b.range",
    ];
    let rule = |(at, query): (usize, &&str)| format!("{{type: sql, name: q{at}, query: \"{query}\", mustBe: 0}}");
    let rules: Vec<_> = queries.iter().enumerate().map(rule).collect();
    let yaml = format!(
        "{{apiVersion: v3.1.0, kind: DataContract, id: c, version: 1.0.0, status: active,\n\
         servers: [{SERVER}],\nschema: [{{name: shop_orders, properties: [{{name: id, required: true}}], quality: [{}]}}]}}",
        rules.join(", ")
    );
    let (_, python) = shop();
    let contracts = Contracts::of(&[("c.odcs.yaml", &yaml)]);
    let file = contracts.path().join("data/shop.duckdb");
    run(&file, planted::CLEAN);
    let before = std::fs::read(&file).unwrap();
    let results = contracts.results("--timeout 2", &[("WEFT_PYTHON", python.as_str())]);
    assert_eq!(results.that("error").len(), queries.len(), "{results:#?}");
    assert_eq!(results.of("shop_orders sql q5")["reason"], "no answer within 2 s");
    assert_eq!(results.of("shop_orders required id")["outcome"], "passed");
    assert!(std::fs::read(&file).unwrap() == before, "the file was changed");
}

#[test]
fn a_python_without_duckdb_and_a_file_that_is_none_are_told() {
    let contracts = Contracts::of(&[("shop.odcs.yaml", &planted::contract(SERVER))]);
    let missing = contracts.verify("", &[]);
    assert!(missing.code == 3 && missing.stderr.contains("there is no file"), "{missing:?}");
    std::fs::create_dir_all(contracts.path().join("data")).unwrap();
    std::fs::write(contracts.path().join("data/shop.duckdb"), "no database").unwrap();
    let run = contracts.verify("", &[("WEFT_PYTHON", "/nowhere/python")]);
    assert!(run.code == 3 && run.stderr.contains("cannot be started") && run.stderr.contains("WEFT_PYTHON"), "{run:?}");
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_file_that_is_no_database_is_told() {
    let contracts = Contracts::of(&[("shop.odcs.yaml", &planted::contract(SERVER))]);
    std::fs::create_dir_all(contracts.path().join("data")).unwrap();
    std::fs::write(contracts.path().join("data/shop.duckdb"), "no database").unwrap();
    let run = contracts.verify("", &[("WEFT_PYTHON", &python().display().to_string())]);
    assert!(run.code == 3 && run.stderr.contains("database_unreachable"), "{run:?}");
}
