//! The basis of every end-to-end test: a copy of the sample mesh, and the programs that work on it.

use std::{
    fs,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use tempfile::TempDir;

/// The three projects, each after what it reads.
pub(crate) const PROJECTS: [&str; 3] = ["inventory", "sales", "finance"];

/// What a finished command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    command: String,
}

impl Said {
    /// The same, after a check that the command ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self}");
        self
    }

    /// The same, after a check that the command failed and said why.
    #[track_caller]
    pub(crate) fn fails_with(self, text: &str) -> Self {
        assert_ne!(self.code, 0, "{self}");
        assert!(self.all().contains(text), "no {text:?} in:\n{self}");
        self
    }

    /// All output, on one line even if it was wrapped or colored for people.
    pub(crate) fn all(&self) -> String {
        let text = format!("{}{}", self.stdout, self.stderr);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in:\n{self}"))
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "$ {}\n? {}\n{}\n{}", self.command, self.code, self.stdout, self.stderr)
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Said {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        command: format!("{command:?}"),
    }
}

/// Says on the test's output that it did not run, past the harness that would swallow it.
pub(crate) fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {why}");
}

/// A program named by an environment variable; `None` where it is not set.
pub(crate) fn engine(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

/// dbt Core 1.11, which `make test` installs.
pub(crate) fn dbt() -> PathBuf {
    engine("WEFT_DBT").expect("WEFT_DBT names dbt; `make test` sets it")
}

/// A copy of the sample mesh in a folder of its own, with a registry and a database of its own.
pub(crate) struct Mesh {
    folder: TempDir,
}

impl Mesh {
    /// The projects as they are committed, nothing built.
    pub(crate) fn new() -> Self {
        let mesh = Self { folder: TempDir::new().unwrap() };
        let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../projects");
        copy(&projects, &mesh.root().join("projects"), &["logs", "dbt_packages", "target", ".weft"]);
        mesh
    }

    /// The projects built and published one after another through the `package` binding, by local path.
    pub(crate) fn built() -> Self {
        static BUILT: OnceLock<Mesh> = OnceLock::new();
        let built = BUILT.get_or_init(|| {
            let mesh = Self::new();
            for project in PROJECTS {
                mesh.resolve(project);
                mesh.dbt(project, &["build"]).ok();
                mesh.weft(project, &["publish"]).ok();
            }
            mesh
        });
        let mesh = Self { folder: TempDir::new().unwrap() };
        copy(built.root(), mesh.root(), &["logs", "dbt_packages", "partial_parse.msgpack"]);
        mesh
    }

    /// The folder that holds everything.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A project's folder.
    pub(crate) fn project(&self, project: &str) -> PathBuf {
        self.root().join("projects").join(project)
    }

    /// The registry's SQLite file.
    pub(crate) fn registry(&self) -> PathBuf {
        self.root().join("weft.db")
    }

    /// The DuckDB file that the projects share.
    pub(crate) fn duckdb(&self) -> PathBuf {
        self.root().join("mesh.duckdb")
    }

    /// Runs weft on a project, against the embedded registry.
    pub(crate) fn weft(&self, project: &str, arguments: &[&str]) -> Said {
        self.weft_at(project, &self.registry().display().to_string(), arguments)
    }

    /// Runs weft on a project, against any registry.
    pub(crate) fn weft_at(&self, project: &str, registry: &str, arguments: &[&str]) -> Said {
        run(weft().args(arguments).args(["--project-dir"]).arg(self.project(project)).args(["--registry", registry]))
    }

    /// Resolves a project, puts its upstreams into packages.yml, and lets dbt install them.
    pub(crate) fn resolve(&self, project: &str) {
        self.weft(project, &["resolve", "--write"]).ok();
        if self.project(project).join("packages.yml").exists() {
            self.dbt(project, &["deps"]).ok();
        }
    }

    /// Runs dbt Core 1.11 on a project.
    pub(crate) fn dbt(&self, project: &str, arguments: &[&str]) -> Said {
        self.engine(&dbt(), project, arguments, &[])
    }

    /// Runs a dbt engine on a project, with further environment variables.
    pub(crate) fn engine(&self, dbt: &Path, project: &str, arguments: &[&str], env: &[(&str, &str)]) -> Said {
        run(Command::new(dbt)
            .args(arguments)
            .arg("--project-dir")
            .arg(self.project(project))
            .arg("--profiles-dir")
            .arg(self.root().join("projects"))
            .current_dir(self.project(project))
            .env("WEFT_SAMPLES_DUCKDB", self.duckdb())
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
            .env("NO_COLOR", "1")
            .env_remove("DBT_LOOM_CONFIG")
            .envs(env.iter().copied()))
    }

    /// The rows of a query over the built data, each a line of values parted by `|`.
    pub(crate) fn rows(&self, query: &str) -> Vec<String> {
        const SCRIPT: &str = "import sys, duckdb\n\
            for row in duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall():\n\
            \x20   print('|'.join(str(value) for value in row))";
        let python = dbt().with_file_name("python");
        let said = run(Command::new(python).args(["-c", SCRIPT]).arg(self.duckdb()).arg(query)).ok();
        said.stdout.lines().map(str::to_owned).collect()
    }

    /// A file of a project, read.
    #[track_caller]
    pub(crate) fn read(&self, project: &str, path: &str) -> String {
        let path = self.project(project).join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A file of a project, written.
    pub(crate) fn write(&self, project: &str, path: &str, text: &str) {
        fs::write(self.project(project).join(path), text).unwrap();
    }

    /// A JSON file of a project, read.
    #[track_caller]
    pub(crate) fn read_json(&self, project: &str, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(project, path)).unwrap()
    }
}

/// The weft binary, with nothing of this machine's settings.
pub(crate) fn weft() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weft"));
    for variable in ["WEFT_REGISTRY", "WEFT_ENVIRONMENT", "WEFT_TOKEN", "WEFT_ADMIN_TOKEN"] {
        command.env_remove(variable);
    }
    for variable in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI"] {
        command.env_remove(variable);
    }
    command.env("NO_COLOR", "1");
    command
}

/// A running `weft serve`; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    /// Serves a database on a free port of loopback.
    pub(crate) fn start(database: &str) -> Self {
        Self::start_with(weft().args(["serve", "--public-hub", "none", "--database", database]))
    }

    /// The same from a command of one's own.
    pub(crate) fn start_with(command: &mut Command) -> Self {
        let mut process = command
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no URL in {line:?}")).trim_end_matches('/').to_owned();
        Self { process, url }
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Copies a folder, without the given names.
fn copy(from: &Path, to: &Path, left_out: &[&str]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if left_out.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target, left_out);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A schema of its own in the database that `TEST_DATABASE_URL` names.
pub(crate) fn postgres_schema() -> String {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names a PostgreSQL; `make test` starts one");
    let stamp = TempDir::new().unwrap().path().file_name().unwrap().to_string_lossy().to_lowercase();
    let schema = format!("e2e_{}", stamp.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
    run(Command::new("psql").arg(&url).args(["-qc", &format!("create schema {schema}")])).ok();
    format!("{url}?options=-c%20search_path%3D{schema}")
}
