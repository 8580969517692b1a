//! The databases that decide: DuckDB by the Python module of dbt-duckdb, PostgreSQL by the driver of dbt-postgres.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};

use super::{
    growth::rows,
    material::tell,
    schema::{Engine, Table},
};

/// A database in which tables are changed and SQL is bound.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    session: Session,
    /// The last request that made tables, for a new session.
    created: Option<Value>,
}

/// A running `bind.py`.
struct Session {
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
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    std::env::var_os("WEFT_PYTHON").map_or(beside, PathBuf::from)
}

impl Database {
    /// Opens a session, or says why it cannot.
    pub(crate) fn open(engine: Engine) -> Result<Self, String> {
        Ok(Self { engine, session: Session::open(engine)?, created: None })
    }

    /// These are the tables from now on.
    pub(crate) fn create(&mut self, tables: &[Table]) {
        let rows: Vec<_> = tables.iter().map(rows).collect();
        let request = json!({"create": tables, "rows": rows});
        self.session.ask(&request).unwrap_or_else(|| panic!("bind.py ended over {:.2000}", request.to_string()));
        self.created = Some(request);
    }

    /// Builds tables from queries, and returns their columns.
    pub(crate) fn build(&mut self, tables: &[Value]) -> Vec<Table> {
        let built = self.session.ask(&json!({"build": tables}));
        serde_json::from_value(built.unwrap_or_else(|| panic!("bind.py ended over a build"))).unwrap()
    }

    /// For each text that does not bind, the reason.
    ///
    /// A text that ends the database is refused over the unchanged tables. Over changed tables it counts as bound: a
    /// crash of the database does not break the reader.
    pub(crate) fn bind(&mut self, sql: &[&str], changed: Option<&Table>) -> Vec<Option<String>> {
        let ended = if changed.is_none() { json!("the database ended") } else { Value::Null };
        self.each(sql, &ended, |sql| json!({"bind": sql, "changed": changed}))
    }

    /// Whether a text that binds before and after a change is run otherwise after it.
    pub(crate) fn runs_otherwise(&mut self, sql: &str, changed: &Table) -> bool {
        let mut plan = |changed: Option<&Table>| -> Vec<Option<String>> {
            self.each(&[sql], &Value::Null, |sql| json!({"plan": sql, "changed": changed}))
        };
        plan(None) != plan(Some(changed))
    }

    /// What each text gives, its rows as texts in their order; `None` where it does not run.
    pub(crate) fn results(&mut self, sql: &[&str], changed: Option<&Table>) -> Vec<Option<Vec<String>>> {
        let rows = changed.map(rows);
        self.each(sql, &Value::Null, |sql| json!({"run": sql, "changed": changed, "rows": rows}))
    }

    /// One answer for each text. Where the database ends over them all, each is asked about alone, and `ended` is the
    /// answer for the one that ends it.
    fn each<T: serde::de::DeserializeOwned>(
        &mut self,
        sql: &[&str],
        ended: &Value,
        request: impl Fn(&[&str]) -> Value,
    ) -> Vec<T> {
        let answer = self.session.ask(&request(sql)).unwrap_or_else(|| {
            self.begin_again();
            let alone = |text: &&str| match self.session.ask(&request(&[text])) {
                Some(Value::Array(mut answers)) if answers.len() == 1 => answers.remove(0),
                _ => {
                    tell(&format!("{} ended over {text}\n", self.engine.adapter()));
                    self.begin_again();
                    ended.clone()
                }
            };
            Value::Array(sql.iter().map(alone).collect())
        });
        serde_json::from_value(answer).unwrap()
    }

    /// A new session with the tables of the last one.
    fn begin_again(&mut self) {
        self.session = Session::open(self.engine).unwrap();
        if let Some(created) = &self.created {
            assert!(self.session.ask(created).is_some(), "the tables could be made before");
        }
    }
}

impl Session {
    fn open(engine: Engine) -> Result<Self, String> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/bind.py");
        let mut command = Command::new(python());
        command.arg(program).arg(engine.adapter());
        if engine == Engine::Postgres {
            command.arg(std::env::var("TEST_DATABASE_URL").map_err(|_| "TEST_DATABASE_URL is not set".to_owned())?);
        }
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.map_err(|error| format!("{} cannot be started: {error}", python().display()))?;
        let (requests, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut session = Self { child, requests, answers };
        match session.answer() {
            Some(_) => Ok(session),
            None => Err(format!("{} has no module for {}", python().display(), engine.adapter())),
        }
    }

    /// The answer; `None` where the program has ended.
    fn ask(&mut self, request: &Value) -> Option<Value> {
        writeln!(self.requests.as_mut()?, "{request}").ok()?;
        self.answer()
    }

    fn answer(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The program removes what it made in the server once it has no more to read.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
