//! A folder with projects in it, the commands that run there, and a registry that is served.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

/// A copy of a fixture, in a folder of its own.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The place of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// `weft` without the tester's own settings.
pub(crate) fn weft() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weft"));
    let own = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WEFT_"));
    own.for_each(|(name, _)| _ = command.env_remove(name));
    for proxy in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy", "https_proxy"] {
        command.env_remove(proxy);
    }
    command.env_remove("DBT_TARGET_PATH").env_remove("RUST_LOG").env("NO_COLOR", "1");
    command
}

impl World {
    pub(crate) fn with(fixture: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(fixture, folder.path());
        Self { folder }
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn command(&self, project: &str, arguments: &str) -> Command {
        let mut command = weft();
        command.current_dir(self.path(project)).args(arguments.split_whitespace());
        command
    }

    pub(crate) fn run(&self, project: &str, arguments: &str) -> Run {
        self.run_with(project, arguments, &[])
    }

    pub(crate) fn run_with(&self, project: &str, arguments: &str, variables: &[(&str, &str)]) -> Run {
        let output = self.command(project, arguments).envs(variables.iter().copied()).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Every file below a folder, by its path there, with its content.
    pub(crate) fn files(&self, below: &Path) -> Vec<(String, String)> {
        let root = self.folder.path().join(below);
        let mut files = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    let name = entry.path().strip_prefix(&root).unwrap().display().to_string();
                    files.push((name, String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned()));
                }
            }
        }
        files.sort();
        files
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// `weft serve` on a free port, ended when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    process: Child,
}

impl Server {
    pub(crate) fn start(database: &Path) -> Self {
        Self::start_with(database, &[])
    }

    pub(crate) fn start_with(database: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = weft();
        command.args(["serve", "--listen", "127.0.0.1:0", "--public-hub", "none", "--database"]).arg(database);
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Self { url, process }
    }
}

impl Server {
    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let sent = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(sent.success());
        self.process.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
