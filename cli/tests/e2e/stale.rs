//! What is reported for a project whose files dbt has not read yet, and the flow of a pull request that sees
//! everything.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::harness::{Said, dbt, run, weft};

/// Two projects without contracts in one git repository: `down` reads a column of `up`.
struct Pair {
    folder: TempDir,
}

impl Pair {
    fn built() -> Self {
        let pair = Self { folder: TempDir::new().unwrap() };
        let project = |name: &str| format!("name: {name}\nversion: '1.0'\nprofile: pair\nconfig-version: 2\n");
        pair.write(
            "profiles.yml",
            "pair: {target: dev, outputs: {dev: {type: duckdb, path: ../pair.duckdb, schema: s}}}\n",
        );
        pair.write(".gitignore", "target/\nlogs/\ndbt_packages/\npair.duckdb*\n");
        pair.write("up/dbt_project.yml", &project("up"));
        pair.write("up/models/prices.sql", "select 1 as id, 'bear' as label, 2 * 2.5 as double_price\n");
        pair.write("up/models/prices.yml", "models:\n  - name: prices\n    access: public\n");
        pair.write("down/dbt_project.yml", &project("down"));
        pair.write("down/weft.yml", "requires: {up: '*'}\n");
        pair.write("down/models/labels.sql", "select label, double_price from {{ ref('up', 'prices') }}\n");
        pair.git(&["init", "--quiet"]);
        pair.commit();
        pair.dbt("up", &["build"]).ok();
        pair.weft("up", &["publish"]).ok();
        pair.weft("down", &["resolve", "--write"]).ok();
        pair.commit();
        pair.dbt("down", &["deps"]).ok();
        pair.dbt("down", &["build"]).ok();
        pair.weft("down", &["publish"]).ok();
        pair
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
        run(Command::new("git").args(identity).args(arguments).current_dir(self.folder.path())).ok();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "x"]);
    }

    fn dbt(&self, project: &str, arguments: &[&str]) -> Said {
        run(Command::new(dbt())
            .args(arguments)
            .current_dir(self.folder.path().join(project))
            .env("DBT_PROFILES_DIR", self.folder.path())
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"))
    }

    fn weft(&self, project: &str, arguments: &[&str]) -> Said {
        run(weft()
            .args(arguments)
            .current_dir(self.folder.path().join(project))
            .env("WEFT_DBT", dbt())
            .env("DBT_PROFILES_DIR", self.folder.path())
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"))
    }
}

/// The error of a column that is gone, with who reads it.
fn is_read_by_down(said: &Said) {
    assert_eq!(said.code, 1, "{said}");
    for text in ["error[column_removed] model.up.prices", "`double_price` is gone", "model.down.labels"] {
        assert!(said.stdout.contains(text), "no {text:?} in {said}");
    }
}

#[test]
#[ignore = "set WEFT_DBT"]
fn an_edit_that_dbt_has_not_read_is_refused_and_compiled_where_that_is_asked_for() {
    let pair = Pair::built();
    let said = pair.weft("up", &["check"]).ok();
    assert_eq!(said.stderr, "", "nothing is stale after a build");
    pair.write("up/models/prices.sql", "select 1 as id, 'bear' as label\n");
    pair.commit();
    for command in [&["check"][..], &["publish", "--dry-run"], &["diff", "registry"]] {
        let said = pair.weft("up", command);
        assert_eq!(said.code, 2, "{said}");
        assert!(said.stderr.contains("error[manifest_stale]"), "{said}");
        assert!(said.stderr.contains("models/prices.sql has changed"), "{said}");
        assert!(said.stderr.contains("--compile") && said.stderr.contains("`dbt compile`"), "{said}");
    }
    let said = pair.weft("up", &["check", "--stale"]).ok();
    assert!(said.all().contains("the manifest does not match the work tree (--stale): models/prices.sql"), "{said}");
    let said = pair.weft("up", &["publish", "--dry-run", "--stale", "--format", "json"]).ok();
    assert_eq!(said.json()["data"]["request"]["publication"]["source"]["stale"], true, "{said}");

    is_read_by_down(&pair.weft("up", &["check", "--compile"]));
    is_read_by_down(&pair.weft("up", &["check"]));
    // What it is compared with from git is compiled, too, so that no contract is needed to see the column go.
    is_read_by_down(&pair.weft("up", &["check", "--against", "git:HEAD~1"]));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_pull_request_that_is_compiled_names_who_reads_a_column_without_a_contract() {
    let pair = Pair::built();
    pair.git(&["checkout", "--quiet", "-b", "change"]);
    pair.write("up/models/prices.sql", "select 1 as id, 'bear' as label\n");
    pair.commit();
    // As in CI: a clone of its own, in which dbt has written nothing yet.
    let clone = pair.folder.path().join("clone");
    pair.git(&["clone", "--quiet", ".", "clone"]);
    let registry = pair.folder.path().join(".weft/registry.db").display().to_string();
    let check = |arguments: &[&str]| {
        run(weft()
            .args(["check", "--compile", "--registry", &registry])
            .args(arguments)
            .current_dir(clone.join("up"))
            .env("WEFT_DBT", dbt())
            .env("DBT_PROFILES_DIR", Path::new(&clone)))
    };
    is_read_by_down(&check(&["--against", "git:origin/main"]));
    is_read_by_down(&check(&[]));
}

#[test]
#[ignore = "set WEFT_DBT"]
fn a_baseline_that_cannot_be_compiled_is_parsed_and_that_is_told() {
    let pair = Pair::built();
    pair.write(
        "up/models/asks.sql",
        "{% if execute %}{{ run_query('select * from nowhere.at_all') }}{% endif %} select 1 as id\n",
    );
    pair.commit();
    pair.dbt("up", &["parse"]).ok();
    for _ in 0..2 {
        let said = pair.weft("up", &["check", "--against", "git:HEAD"]);
        assert!(said.stdout.contains("(parsed only)"), "{said}");
        let told = said.all();
        assert!(told.contains("the baseline was only parsed") && told.contains("Error"), "{said}");
    }
    pair.write("up/weft.yml", "parse: dbt parse\n");
    let dbt = dbt();
    let path = format!("{}:{}", dbt.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let said = run(weft()
        .args(["check", "--against", "git:HEAD"])
        .current_dir(pair.folder.path().join("up"))
        .env("PATH", path)
        .env("DBT_PROFILES_DIR", pair.folder.path()));
    assert!(said.stdout.contains("(parsed only)") && !said.all().contains("the baseline was only"), "{said}");
}
