//! Runs the scripts of cases, on copies.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A copy of all cases, and a PostgreSQL server for those that want one.
pub(crate) struct Bench {
    folder: TempDir,
    path: OsString,
}

impl Bench {
    /// Copies the cases, for their scripts write beside their inputs.
    pub(crate) fn new(root: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        copy(root, folder.path());
        // The scripts call `python3`, which must have DuckDB: the one beside dbt.
        let beside_dbt = dbt().parent().unwrap().to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(beside_dbt).chain(std::env::split_paths(&others))).unwrap();
        let bench = Self { folder, path };
        bench.postgres("start");
        let create = ["-qX", "postgres://me@127.0.0.1:47319/postgres", "-c", "create database scratch"];
        let made = Command::new("psql").args(create).stdin(Stdio::null()).stdout(Stdio::null()).status();
        assert!(made.is_ok_and(|status| status.success()), "a database for a case");
        bench
    }

    /// What a case's script prints.
    pub(crate) fn run(&self, name: &str) -> String {
        let mut command = self.bash(&[name, "run.sh"]);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text + &String::from_utf8_lossy(&output.stderr)
    }

    fn postgres(&self, verb: &str) {
        // A server that was started keeps the ends of a pipe open: its output goes nowhere.
        let mut command = self.bash(&["_lib", "pg.sh"]);
        command.arg(verb).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    }

    fn bash(&self, script: &[&str]) -> Command {
        let script = script.iter().fold(self.folder.path().to_owned(), |path, part| path.join(part));
        let mut command = Command::new("bash");
        command.arg(script).env("PATH", &self.path);
        command.env("WEFT", env!("CARGO_BIN_EXE_weft")).env("DBT", dbt()).env("WEFT_PYTHON", "python3");
        command.env("PG", "postgres://me@127.0.0.1:47319/scratch");
        for variable in ["CI", "GITHUB_ACTIONS", "WEFT_REGISTRY", "NO_COLOR"] {
            command.env_remove(variable);
        }
        command
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.postgres("stop");
    }
}

/// dbt Core, which `make test` installs.
fn dbt() -> PathBuf {
    std::env::var_os("WEFT_DBT").map(PathBuf::from).expect("WEFT_DBT names dbt; `make test` sets it")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // By content: the originals may be read-only.
            fs::write(&target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}
