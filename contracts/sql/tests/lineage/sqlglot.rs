//! Compares with sqlglot's lineage of the same queries, if sqlglot is installed.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    case::{Case, FOLDER},
    material::tell,
};

/// For each case the inputs of each column; `None` where sqlglot fails.
pub(crate) type Verdicts = BTreeMap<String, Vec<Option<Vec<String>>>>;

/// sqlglot's lineage of the cases. Python is `WEFT_SQLGLOT`, or that of `.venv-sqlglot` at the root.
pub(crate) fn verdicts(cases: &[Case]) -> Option<Verdicts> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv-sqlglot/bin/python");
    let python = std::env::var_os("WEFT_SQLGLOT").map_or(beside, PathBuf::from);
    let there = Command::new(&python).args(["-c", "import sqlglot"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        tell("skipped: the comparison with sqlglot: no Python has it (make engines)\n");
        return None;
    }
    let mut child = Command::new(&python)
        .arg(Path::new(FOLDER).join("sqlglot_lineage.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked: Vec<Value> = cases.iter().map(asked).collect();
    child.stdin.take().unwrap().write_all(Value::from(asked).to_string().as_bytes()).unwrap();
    let answer = child.wait_with_output().unwrap();
    assert!(answer.status.success(), "sqlglot_lineage.py failed");
    Some(serde_json::from_slice(&answer.stdout).unwrap())
}

fn asked(case: &Case) -> Value {
    let tables: Vec<Value> = case
        .tables
        .0
        .iter()
        .map(|(name, known)| {
            let columns: Vec<&str> = known.columns.iter().map(|column| &*column.name).collect();
            json!({"name": name.parts().collect::<Vec<_>>(), "columns": columns})
        })
        .collect();
    let dialect = case.name.split('_').next();
    json!({"name": case.name, "dialect": dialect, "sql": case.sql, "tables": tables})
}
