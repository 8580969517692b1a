//! A session with DuckDB or PostgreSQL, by the Python modules of dbt's adapters.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;
use weft_verify::EngineKind;

/// The rows of an answer, as texts.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

/// A database that answers statements.
pub(crate) struct Session {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// `WEFT_PYTHON`, else the Python beside the dbt of `WEFT_DBT`, else that of `.venv` at the root.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let beside_dbt = std::env::var_os("WEFT_DBT").and_then(|dbt| Some(Path::new(&dbt).parent()?.join("python")));
    std::env::var_os("WEFT_PYTHON").map(PathBuf::from).or(beside_dbt).unwrap_or(root)
}

impl Session {
    /// Opens a session, or says why it cannot.
    pub(crate) fn open(engine: EngineKind) -> Result<Self, String> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/held/session.py");
        let mut command = Command::new(python());
        match engine {
            EngineKind::DuckDb => command.args([program, "duckdb"]),
            EngineKind::Postgres => {
                let url = std::env::var("TEST_DATABASE_URL").map_err(|_| "TEST_DATABASE_URL is not set".to_owned())?;
                command.args([program, "postgres", &url])
            }
        };
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.map_err(|error| format!("{} cannot be started: {error}", python().display()))?;
        let (requests, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut session = Self { child, requests, answers };
        session.answer().map(|_| session)
    }

    /// All rows of a statement; the error is the database's.
    pub(crate) fn rows(&mut self, sql: &str) -> Result<Rows, String> {
        writeln!(self.requests.as_mut().unwrap(), "{}", Value::from(sql)).unwrap();
        self.answer()
    }

    fn answer(&mut self) -> Result<Rows, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).map_err(|_| "it ended without an answer".to_owned())?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(error.to_owned()),
            None => Ok(serde_json::from_value(answer).unwrap()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
