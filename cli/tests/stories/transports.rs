//! One client, two transports: the same story, by the same commands, in process and over HTTP.

use std::{
    io::{BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::stories::world::{Server, World, fixture, weft};

/// The story: a project and the command that runs in its folder.
const STORY: &[(&str, &str)] = &[
    ("inventory", "publish"),
    ("inventory", "publish"),
    ("inventory", "publish --environment staging"),
    ("inventory", "publish --version 1.x"),
    ("inventory", "publish --manifest later/added_column.json --no-deploy"),
    ("inventory", "publish --manifest later/removed_column.json --dry-run --format json"),
    ("inventory", "publish --manifest later/removed_column.json --version 1.1.0"),
    ("inventory", "publish --manifest later/removed_column.json --version 1.1.1 --format json"),
    ("inventory", "policy set column_removed info --project inventory"),
    ("inventory", "policy set column_removed warning --project inventory --group merchandising"),
    ("inventory", "policy unset column_removed --project inventory"),
    ("inventory", "policy show --project inventory"),
    ("inventory", "check --manifest later/removed_column.json"),
    ("inventory", "waive column_removed products.price --until 9999-12-31 --reason agreed --author ana"),
    ("inventory", "waive column_removed products.price --until 2020-01-01 --reason agreed --author ana"),
    ("inventory", "check --manifest later/removed_column.json --format json"),
    ("inventory", "waive --revoke 1 --author ben"),
    ("inventory", "waive --list --format json"),
    ("inventory", "policy unset column_removed --project inventory --group merchandising"),
    ("sales", "resolve --write"),
    ("sales", "publish"),
    ("finance", "resolve"),
    ("finance", "publish --format json"),
    ("finance", "resolve --latest --all"),
    ("finance", "resolve --environment staging --format json"),
    ("finance", "resolve --environment staging --fallback staging=prod"),
    ("inventory", "deploy 1.1.0"),
    ("inventory", "deploy 7.0.0"),
    ("inventory", "yank inventory 1.1.0"),
    ("sales", "resolve --binding loom"),
    ("sales", "resolve --locked --offline --binding fusion"),
    ("inventory", "list"),
    ("inventory", "list --format json"),
    ("inventory", "show inventory"),
    ("inventory", "show sales 1.0.0 --format json"),
    ("inventory", "show nobody"),
    ("toys", "publish"),
    ("toys", "lineage shelf.v1;-->🧸/x --columns"),
    ("toys", "lineage model.toys.shelf.v1;-->🧸/x.größe --direction up --format json"),
    ("toys", "consumers model.toys.shelf.v1;-->🧸/x"),
    ("sales", "graph --level node --format dot"),
    ("inventory", "consumers add board --owner Ana --reads products.product_id toys.shelf.v1;-->🧸/x"),
    ("inventory", "consumers add board --owner Ana --reads products.product_id:date"),
    ("inventory", "consumers products.product_id"),
    ("inventory", "consumers list --format json"),
    ("inventory", "consumers remove board"),
    ("inventory", "consumers remove board"),
    ("inventory", "deploy --rollback"),
    ("inventory", "deploy --rollback --force agreed"),
    ("inventory", "deploy --history"),
    ("inventory", "undeploy inventory --environment staging"),
    ("inventory", "undeploy inventory"),
];

fn told(registry: &str, shown: &str) -> (Vec<String>, Vec<(String, String)>) {
    let world = World::with(&fixture("mesh"));
    let told = STORY
        .iter()
        .map(|(project, command)| {
            let run = world.run(project, &format!("{command} --registry {registry}"));
            let plain = |text: &str| without_times(&text.replace(shown, "REGISTRY"));
            format!("$ weft {command}\n? {}\n{}{}", run.code, plain(&run.stdout), plain(&run.stderr))
        })
        .collect();
    let files = ["sales", "finance"].map(|project| world.files(&Path::new(project).join(".weft")));
    (told, files.concat())
}

/// Without moments and request ids, which differ from run to run.
fn without_times(text: &str) -> String {
    let is_kept = |line: &&str| !["_at\":", "request_id"].iter().any(|key| line.contains(key));
    let is_moment = |word: &str| word.starts_with("20") && word.ends_with('Z') && word.contains('T');
    let line = |line: &str| line.split(' ').filter(|word| !is_moment(word)).collect::<Vec<_>>().join(" ") + "\n";
    text.lines().filter(is_kept).map(line).collect()
}

#[test]
fn a_story_is_told_the_same_in_process_and_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("embedded.db").display().to_string();
    let server = Server::start(&folder.path().join("served.db"));
    let (embedded, embedded_files) = told(&file, &file);
    let (over_http, http_files) = told(&server.url, &server.url);
    for (embedded, served) in embedded.iter().zip(&over_http) {
        assert_eq!(embedded, served);
    }
    assert!(embedded_files.len() > 10, "bindings were written");
    assert_eq!(embedded_files, http_files);
}

#[test]
fn what_is_published_over_http_is_seen_in_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shared.db");
    let server = Server::start(&file);
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", &format!("publish --registry {}", server.url)).code, 0);
    let list = world.run("inventory", &format!("list --registry {}", file.display()));
    assert!(list.stdout.contains("inventory  1.0.0   prod 1.0.0"), "{}", list.stdout);
}

#[test]
fn a_token_opens_what_is_closed_without() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(&folder.path().join("closed.db"), &[("WEFT_ADMIN_TOKEN", "correct horse")]);
    let world = World::with(&fixture("mesh"));
    let publish = format!("publish --registry {}", server.url);
    let refused = world.run("inventory", &publish);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("error[not_authorized]") && refused.stderr.contains("WEFT_TOKEN"),
        "{}",
        refused.stderr
    );
    assert_eq!(world.run_with("inventory", &publish, &[("WEFT_TOKEN", "wrong")]).code, 4);
    assert_eq!(world.run_with("inventory", &publish, &[("WEFT_TOKEN", "correct horse")]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_server_answers_a_program_with_one_document_at_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = weft()
        .args(["serve", "--format", "json", "--listen", "127.0.0.1:0", "--database"])
        .arg(folder.path().join("registry.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(serving.stdout.take().unwrap());
    let first = serde_json::Deserializer::from_reader(&mut told).into_iter::<Value>().next().unwrap().unwrap();
    assert!(first["data"]["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{first}");
    assert!(Command::new("kill").arg(serving.id().to_string()).status().unwrap().success());
    assert_eq!(serving.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.trim(), "");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_no_success_and_a_closed_pipe_is_none_of_weft_s_concern() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = weft().args(["explain", "--format", "json"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the answer cannot be written"), "{output:?}");
    let mut child = weft().arg("explain").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn a_public_url_that_no_client_can_follow_is_refused() {
    for url in ["javascript:alert(1)", "registry.example.com"] {
        let output = weft().args(["serve", "--listen", "127.0.0.1:0", "--public-url", url]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{url}");
    }
}

#[test]
fn what_packages_yml_cannot_take_is_told_before_anything_is_written() {
    let world = World::with(&fixture("mesh"));
    let registry = format!("--registry {}", world.path("registry.db").display());
    assert_eq!(world.run("inventory", &format!("publish {registry}")).code, 0);
    std::fs::write(world.path("sales/packages.yml"), "packages: [{local: x}]\n").unwrap();
    let refused = world.run("sales", &format!("resolve --write {registry}"));
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(!world.path("sales/.weft/packages").exists() && !world.path("sales/weft.lock").exists());
}

#[test]
fn a_check_against_a_file_does_without_a_registry_that_cannot_be_reached_and_says_so() {
    let world = World::with(&fixture("mesh"));
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let check = format!("check --manifest later/added_column.json --registry http://127.0.0.1:{port}");
    let against_file = world.run("inventory", &format!("{check} --against file:target/manifest.json"));
    assert_eq!(against_file.code, 0, "{}", against_file.stderr);
    assert!(against_file.stdout.contains("note[column_added]"), "{}", against_file.stdout);
    let warning = format!("warning: policies, waivers and readers in `http://127.0.0.1:{port}` are left out");
    assert!(against_file.stderr.contains(&warning), "{}", against_file.stderr);
    assert_eq!(world.run("inventory", &check).code, 3);
}

#[test]
fn a_check_against_a_file_makes_no_registry_and_misses_none() {
    let world = World::with(&fixture("mesh"));
    let checked = world.run("inventory", "check --against file:target/manifest.json");
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", checked.stderr);
    assert!(!world.path("inventory/.weft").exists());
}

#[test]
fn a_project_has_its_say_on_rules_and_the_registry_the_last_word() {
    let world = World::with(&fixture("mesh"));
    std::fs::write(world.path("inventory/weft.yml"), "rules: {column_added: error}\n").unwrap();
    let check = "check --manifest later/added_column.json --against file:target/manifest.json --registry ../mesh.db";
    assert_eq!(world.run("inventory", check).code, 1);
    assert_eq!(world.run("inventory", "policy set column_added info --registry ../mesh.db").code, 0);
    assert_eq!(world.run("inventory", check).code, 0);
}

#[test]
fn who_waives_is_whom_git_knows_unless_another_is_named() {
    let world = World::with(&fixture("mesh"));
    let git = |arguments: &[&str]| {
        assert!(Command::new("git").args(arguments).current_dir(world.folder.path()).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    git(&["config", "user.name", "Ana"]);
    git(&["config", "user.email", "ana@example.com"]);
    assert_eq!(world.run("inventory", "publish --allow-dirty").code, 0);
    let report = world.run("inventory", "check --manifest later/removed_column.json --format json").stdout;
    std::fs::write(world.path("inventory/report.json"), report).unwrap();
    let waive = "waive column_removed products.price --report report.json --until 9999-12-31 --reason agreed";
    let by = |command: &str| {
        let run = world.run("inventory", command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    assert!(by(waive).contains("by Ana <ana@example.com>: agreed"));
    assert!(by(&format!("{waive} --author Ben")).contains("(waiver 2)\n  by Ben: agreed"));
}

#[cfg(unix)]
#[test]
fn a_config_that_is_a_link_to_nowhere_is_not_taken_for_none() {
    let world = World::with(&fixture("mesh"));
    std::fs::remove_file(world.path("sales/weft.yml")).unwrap();
    std::os::unix::fs::symlink("nowhere", world.path("sales/weft.yml")).unwrap();
    let refused = world.run("sales", "resolve");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("`weft.yml` cannot be read"), "{}", refused.stderr);
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_end_does_so_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&folder.path().join("registry.db"));
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", &format!("publish --registry {}", server.url)).code, 0);
    assert_eq!(server.terminate().code(), Some(0));
    assert_eq!(world.run("inventory", &format!("list --registry {}", server.url)).code, 3);
}

#[test]
#[ignore = "set TEST_DATABASE_URL"]
fn a_registry_may_be_a_postgresql_database() {
    let url = std::env::var("TEST_DATABASE_URL").unwrap();
    let name = format!("inventory_{}", std::process::id());
    let world = World::with(&fixture("mesh"));
    let run = |arguments: &str| world.run("inventory", &format!("{arguments} --registry {url}"));
    // The database may hold what other runs published, in whose place this stands.
    let published = run(&format!("publish --as {name} --force another-run"));
    assert_eq!(published.code, 0, "{}", published.stderr);
    assert!(run(&format!("publish --as {name}")).stdout.contains("is already published"));
    assert!(run("list").stdout.contains(&name));
    assert!(run(&format!("show {name}")).stdout.contains("stock_levels v2 (latest)"));
}

#[test]
fn a_token_of_the_registry_publishes_its_project_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(&folder.path().join("closed.db"), &[("WEFT_ADMIN_TOKEN", "correct horse")]);
    let world = World::with(&fixture("mesh"));
    let admin = [("WEFT_TOKEN", "correct horse")];
    let create = format!(
        "token create ci --scope publish:inventory --scope deploy:inventory:prod --format json --registry {}",
        server.url
    );
    assert_eq!(world.run("inventory", &create).code, 4, "only the admin creates tokens");
    let created: Value = serde_json::from_str(&world.run_with("inventory", &create, &admin).stdout).unwrap();
    let secret = created["data"]["secret"].as_str().unwrap();
    let token = [("WEFT_TOKEN", secret)];
    let publish = format!("publish --registry {}", server.url);
    assert_eq!(world.run_with("inventory", &publish, &token).code, 0);
    let other = world.run_with("sales", &publish, &token);
    assert_eq!(other.code, 4, "{}", other.stderr);
    assert!(
        other.stderr.contains("the token `ci` has `deploy:inventory:prod`, `publish:inventory`"),
        "{}",
        other.stderr
    );
    let list = world.run_with("inventory", &format!("token list --registry {}", server.url), &admin);
    assert!(list.stdout.contains("ci") && !list.stdout.contains(secret), "{}", list.stdout);
    let revoke = format!("token revoke ci --registry {}", server.url);
    assert_eq!(world.run_with("inventory", &revoke, &admin).code, 0);
    let refused = world.run_with("inventory", &format!("list --registry {}", server.url), &token);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("the token `ci` is revoked"), "{}", refused.stderr);
}
