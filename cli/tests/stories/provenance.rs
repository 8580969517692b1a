//! What a publication says of git, and when that stops it.

use std::{fs, path::Path};

use git2::{IndexAddOption, Repository, Signature, Time};

use crate::stories::world::{World, fixture};

fn committed(folder: &Path) -> Repository {
    let repository = Repository::init(folder).unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let author = Signature::new("A", "a@example.com", &Time::new(0, 0)).unwrap();
    let tree = index.write_tree().unwrap();
    repository.commit(Some("HEAD"), &author, &author, "x", &repository.find_tree(tree).unwrap(), &[]).unwrap();
    repository
}

fn git_of(json: &str) -> serde_json::Value {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value["data"]["request"]["publication"]["source"]["git"].clone()
}

#[test]
fn a_clean_work_tree_is_named_in_the_publication_and_stays_clean() {
    let world = World::with(&fixture("mesh"));
    let repository = committed(world.folder.path());
    repository.remote("origin", "https://me:secret@example.com/acme/mesh.git").unwrap();
    let run = world.run("inventory", "publish --dry-run --format json");
    let git = git_of(&run.stdout);
    assert_eq!(git["remote"], "https://example.com/acme/mesh.git");
    assert_eq!((&git["folder"], &git["dirty"]), (&"inventory".into(), &false.into()));
    assert_eq!(git["commit"].as_str().unwrap().len(), 40);
    assert_eq!(world.run("inventory", "publish").code, 0);
    assert!(world.path(".weft/registry.db").exists(), "the registry lies at the repository's root");
    let again = world.run("inventory", "publish");
    assert_eq!(again.code, 0, "its own files do not make the tree dirty: {}", again.stderr);
}

#[test]
fn a_dirty_work_tree_is_refused_unless_that_is_allowed() {
    let world = World::with(&fixture("mesh"));
    committed(world.folder.path());
    fs::write(world.path("inventory/new.sql"), "select 1").unwrap();
    let refused = world.run("inventory", "publish");
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("error[dirty_work_tree]") && refused.stderr.contains("--allow-dirty"),
        "{}",
        refused.stderr
    );
    assert!(!world.path(".weft").exists(), "nothing was written");
    let allowed = world.run("inventory", "publish --allow-dirty");
    assert_eq!(allowed.code, 0);
    assert!(allowed.stderr.contains("uncommitted changes"), "{}", allowed.stderr);
    let other = world.run("sales", "publish --dry-run");
    assert!(!other.stderr.contains("uncommitted changes"), "another project's files do not count: {}", other.stderr);
}

#[test]
fn a_name_belongs_to_the_repository_that_published_it_first() {
    let registry = tempfile::tempdir().unwrap();
    let publish = format!("publish --registry {}", registry.path().join("mesh.db").display());
    let publisher = |remote: &str| {
        let world = World::with(&fixture("mesh"));
        committed(world.folder.path()).remote("origin", remote).unwrap();
        world
    };
    assert_eq!(publisher("https://example.com/a.git").run("inventory", &publish).code, 0);
    let other = publisher("https://example.com/b.git");
    let refused = other.run("inventory", &publish);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("error[name_taken]") && refused.stderr.contains("--as"), "{}", refused.stderr);
    // Its nodes stand in the same tables, so both cannot be deployed.
    assert_eq!(other.run("inventory", &format!("{publish} --as stock --no-deploy")).code, 0);
    assert_eq!(other.run("inventory", &format!("{publish} --moved")).code, 0);
}

#[test]
fn without_a_remote_a_name_belongs_to_its_first_commit_and_without_git_to_its_folder() {
    let registry = tempfile::tempdir().unwrap();
    let place = |name: &str| format!("publish --registry {}", registry.path().join(name).display());
    let refused = |world: &World, folder: &str, publish: &str| {
        let said = world.run(folder, publish);
        assert!(said.code == 1 && said.stderr.contains("error[name_taken]"), "{said:?}");
        assert_eq!(world.run(folder, &format!("{publish} --moved")).code, 0);
    };
    let publish = place("git.db");
    let first = World::with(&fixture("mesh"));
    committed(first.folder.path());
    assert_eq!(first.run("inventory", &publish).code, 0);
    let second = World::with(&fixture("mesh"));
    fs::write(second.path("README.md"), "another team's").unwrap();
    committed(second.folder.path());
    refused(&second, "inventory", &publish);

    let publish = place("folders.db");
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", &publish).code, 0);
    assert_eq!(world.run("inventory", &publish).code, 0, "it is the same");
    fs::rename(world.path("inventory"), world.path("stock")).unwrap();
    refused(&world, "stock", &publish);
}
