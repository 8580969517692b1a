//! DuckDB, by the Python module that wrote the file.
//!
//! DuckDB is not part of this binary: it would more than double its size and add minutes to every build. A file's
//! format depends on the version which wrote it, and users of dbt-duckdb have exactly that module. A small program
//! beside this one opens the file read-only, without access to anything else on the machine, and answers statements.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time,
};

use crate::verify::{
    place::DatabasePlace,
    statement::{GRACE, MOST_BYTES, MOST_ROWS, PAGE, Rows, StatementFailure},
};

/// What the Python runs.
const PROGRAM: &str = include_str!("duckdb.py");

/// How long Python and its module may take to start.
const START: Duration = Duration::from_mins(1);

/// The longest line that is read: JSON may write a byte in six.
const LONGEST: u64 = 6 * MOST_BYTES as u64 + (1 << 20);

pub(crate) struct DuckDbSession {
    /// The process, which ends when this is dropped.
    _child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    timeout: Duration,
    lost: Option<String>,
}

#[derive(Deserialize)]
struct DuckDbAnswer {
    #[serde(default)]
    rows: Option<Rows>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    error: String,
}

impl DuckDbSession {
    pub(super) async fn open(
        path: &Path,
        python: &Path,
        place: &DatabasePlace,
        timeout: Duration,
    ) -> Result<Self, String> {
        if !path.is_file() {
            return Err(format!("there is no file {}", path.display()));
        }
        let mut command = Command::new(python);
        command.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.kill_on_drop(true);
        let told = |why: String| format!("{} {why}; {MISSING}", python.display());
        let mut child = command.spawn().map_err(|error| told(format!("cannot be started: {error}")))?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(told("has no input and output".to_owned()));
        };
        let answers = BufReader::new(answers);
        let mut session = Self { _child: child, requests, answers, timeout, lost: None };
        let request = json!({"path": absolute(path), "schema": place.schema});
        let answer = session.ask(&request, START).await.map_err(|failure| told(failure.to_string()))?;
        match answer.kind.as_str() {
            "" => Ok(session),
            "missing" => Err(told(format!("has no module duckdb: {}", answer.error))),
            _ => Err(answer.error),
        }
    }

    pub(super) async fn rows(&mut self, sql: &str) -> Result<Rows, StatementFailure> {
        self.request(json!({"sql": sql, "rows": MOST_ROWS, "bytes": MOST_BYTES})).await
    }

    pub(super) async fn open_pages(&mut self, sql: &str) -> Result<(), StatementFailure> {
        self.request(json!({"open": sql})).await.map(drop)
    }

    pub(super) async fn page(&mut self) -> Result<Rows, StatementFailure> {
        self.request(json!({"page": PAGE})).await
    }

    async fn request(&mut self, mut request: Value) -> Result<Rows, StatementFailure> {
        request["seconds"] = json!(self.timeout.as_secs_f64());
        let answer = self.ask(&request, self.timeout + GRACE).await?;
        match (answer.kind.as_str(), answer.rows) {
            (_, Some(rows)) => Ok(rows),
            ("timeout", _) => Err(StatementFailure::Timeout(self.timeout)),
            ("too_much", _) => Err(StatementFailure::TooMuch),
            _ => Err(StatementFailure::Refused(answer.error)),
        }
    }

    /// One line there, one line back.
    async fn ask(&mut self, request: &Value, within: Duration) -> Result<DuckDbAnswer, StatementFailure> {
        if let Some(lost) = &self.lost {
            return Err(StatementFailure::Lost(lost.clone()));
        }
        let asked = async {
            self.requests.write_all(format!("{request}\n").as_bytes()).await?;
            self.requests.flush().await?;
            let mut line = Vec::new();
            (&mut self.answers).take(LONGEST).read_until(b'\n', &mut line).await?;
            serde_json::from_slice(&line).map_err(|_| std::io::Error::other("it ended without an answer"))
        };
        let why = match time::timeout(within, asked).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not finish a statement within the time limit".to_owned(),
        };
        self.lost = Some(why.clone());
        Err(StatementFailure::Lost(why))
    }
}

/// What to do where there is no Python, or none with DuckDB.
const MISSING: &str = "weft reads DuckDB files with the Python that runs dbt: activate its environment, or set WEFT_PYTHON (`pip install duckdb` adds the module)";

/// The program runs in the same folder, but a path that begins with a dash or `:memory:` must not mean something to
/// DuckDB.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
