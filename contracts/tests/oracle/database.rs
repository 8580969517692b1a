//! The databases that decide: DuckDB by the Python module that dbt-duckdb stands on, PostgreSQL by dbt-postgres's driver.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};

use super::{
    growth::rows,
    schema::{Engine, Table},
};

/// A database in which tables are changed and SQL is bound.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A name for a database that no other run has.
pub(crate) fn fresh_name() -> String {
    format!("weft_oracle_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed))
}

/// `WEFT_PYTHON`, else that of `.venv` at the root.
fn python() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    std::env::var_os("WEFT_PYTHON").map_or(beside, PathBuf::from)
}

impl Database {
    /// A session, or why there is none.
    pub(crate) fn open(engine: Engine) -> Result<Self, String> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/tests/oracle/bind.py");
        let mut command = Command::new(python());
        command.arg(program).arg(engine.adapter());
        if engine == Engine::Postgres {
            command.arg(std::env::var("TEST_DATABASE_URL").map_err(|_| "TEST_DATABASE_URL is not set".to_owned())?);
        }
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.map_err(|error| format!("{} cannot be started: {error}", python().display()))?;
        let (requests, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut database = Self { engine, child, requests, answers };
        match database.answer() {
            Some(_) => Ok(database),
            None => Err(format!("{} has no module for {}", python().display(), engine.adapter())),
        }
    }

    /// These are the tables from now on.
    pub(crate) fn create(&mut self, tables: &[Table]) {
        let rows: Vec<_> = tables.iter().map(rows).collect();
        let _ = self.ask(&json!({"create": tables, "rows": rows}));
    }

    /// Builds tables from queries, and tells their columns.
    pub(crate) fn build(&mut self, tables: &[Value]) -> Vec<Table> {
        serde_json::from_value(self.ask(&json!({"build": tables}))).unwrap()
    }

    /// Why each text does not bind, where it does not.
    pub(crate) fn bind(&mut self, sql: &[&str], changed: Option<&Table>) -> Vec<Option<String>> {
        serde_json::from_value(self.ask(&json!({"bind": sql, "changed": changed}))).unwrap()
    }

    /// Whether a text that binds before and after a change is run otherwise after it.
    pub(crate) fn runs_otherwise(&mut self, sql: &str, changed: &Table) -> bool {
        let mut plan = |changed: Option<&Table>| self.ask(&json!({"plan": [sql], "changed": changed}));
        plan(None) != plan(Some(changed))
    }

    /// What each text gives, its rows as texts in their order; `None` where it does not run.
    pub(crate) fn results(&mut self, sql: &[&str], changed: Option<&Table>) -> Vec<Option<Vec<String>>> {
        let request = json!({"run": sql, "changed": changed, "rows": changed.map(rows)});
        serde_json::from_value(self.ask(&request)).unwrap()
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests.as_mut().unwrap(), "{request}").unwrap();
        self.answer().unwrap_or_else(|| panic!("bind.py broke down over {:.2000}", request.to_string()))
    }

    fn answer(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The program removes what it made in the server once it has no more to read.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
