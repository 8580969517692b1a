//! A branch of a real git repository that holds the sample mesh, with a change to inventory that dbt has parsed.

use std::process::Command;

use crate::harness::{Mesh, Said, dbt, run, weft};

/// A branch `change`, which left `main` before its one commit.
pub(crate) struct PullRequest {
    pub(crate) mesh: Mesh,
}

impl PullRequest {
    /// Commits the mesh as it is to `main`, and what `change` makes of it to the branch.
    pub(crate) fn new(change: impl Fn(&Mesh)) -> Self {
        let mesh = Mesh::new();
        let git = |arguments: &[&str]| {
            let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
            run(Command::new("git").args(identity).args(arguments).current_dir(mesh.root().join("projects"))).ok();
        };
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "before"]);
        git(&["checkout", "--quiet", "-b", "change"]);
        change(&mesh);
        git(&["commit", "--quiet", "--all", "--message", "after"]);
        mesh.dbt("inventory", &["parse"]).ok();
        Self { mesh }
    }

    /// Runs `weft check` on inventory against `main`.
    pub(crate) fn check(&self, arguments: &[&str]) -> Said {
        let mut command = weft();
        command.args(["check", "--against", "git:main"]).args(arguments).current_dir(self.mesh.project("inventory"));
        let said = run(self.in_reach_of_dbt(&mut command));
        assert!(!self.mesh.project("inventory").join(".weft/checkout").exists(), "nothing is left behind");
        said
    }

    /// The same command, which finds dbt and what the mesh's profile asks for.
    pub(crate) fn in_reach_of_dbt<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let weft = std::path::Path::new(env!("CARGO_BIN_EXE_weft")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        command
            .env("PATH", format!("{}:{}:{path}", dbt().parent().unwrap().display(), weft.display()))
            .env("DBT_PROFILES_DIR", self.mesh.root().join("projects"))
            .env("WEFT_SAMPLES_DUCKDB", self.mesh.duckdb())
    }

    /// The line, from 1, of the first text in a file of inventory that comes after another.
    #[track_caller]
    pub(crate) fn line(&self, path: &str, after: &str, text: &str) -> usize {
        let file = self.mesh.read("inventory", path);
        let from = file.find(after).unwrap_or_else(|| panic!("no {after:?} in {path}"));
        let at = from + file[from..].find(text).unwrap_or_else(|| panic!("no {text:?} after {after:?} in {path}"));
        file[..at].matches('\n').count() + 1
    }
}
