use std::fs;

use super::*;
use crate::git::{
    checkout::Meant,
    tests::{commit_everything, repository},
};

/// Writes what is in `manifest.txt` as the manifest, and a line to `ran` beside the repository each time.
const COMMAND: &str =
    r#"mkdir -p "$DBT_TARGET_PATH" && cp manifest.txt "$DBT_TARGET_PATH/manifest.json" && echo x >> ../../ran"#;

/// A repository whose trunk says `old`, whose branch says `new`, and whose work tree says `dirty`.
fn branched() -> (tempfile::TempDir, Project) {
    let (folder, repository) = repository();
    let write = |text: &str| fs::write(folder.path().join("manifest.txt"), text).unwrap();
    write("old");
    commit_everything(&repository);
    let trunk = repository.head().unwrap().peel_to_commit().unwrap();
    repository.branch("feature", &trunk, false).unwrap();
    write("later on trunk");
    commit_everything(&repository);
    repository.set_head("refs/heads/feature").unwrap();
    repository.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).unwrap();
    write("new");
    commit_everything(&repository);
    write("dirty");
    let project = Project::read(folder.path()).unwrap();
    (folder, project)
}

fn runs(folder: &Path) -> usize {
    fs::read_to_string(folder.join(".weft/ran")).map_or(0, |text| text.lines().count())
}

async fn left(project: &Project, revision: &str, command: Option<&str>) -> crate::failure::Result<PathBuf> {
    let commit = Commit::find(&project.dir, revision, Meant::WhereLeft)?;
    Ok(manifest(project, &commit, command).await?.manifest)
}

#[tokio::test]
async fn the_baseline_is_where_the_branch_left_the_revision() {
    let (folder, project) = branched();
    let manifest = left(&project, "trunk", Some(COMMAND)).await.unwrap();
    assert_eq!(fs::read_to_string(manifest).unwrap(), "old");
    assert_eq!(fs::read_to_string(folder.path().join("manifest.txt")).unwrap(), "dirty");
    assert!(!folder.path().join(".weft/checkout").exists());
    let repository = git2::Repository::open(folder.path()).unwrap();
    let mut seen = git2::StatusOptions::new();
    let changed: Vec<_> = repository
        .statuses(Some(seen.include_untracked(true)))
        .unwrap()
        .iter()
        .map(|entry| entry.path().unwrap().to_owned())
        .collect();
    assert_eq!(changed, ["manifest.txt"], "the index is as it was");
}

#[tokio::test]
async fn a_revision_that_is_meant_itself_is_taken_with_what_came_after_the_work_tree_left_it() {
    let (_folder, project) = branched();
    let trunk = Commit::find(&project.dir, "trunk", Meant::Itself).unwrap();
    let manifest = manifest(&project, &trunk, Some(COMMAND)).await.unwrap().manifest;
    assert_eq!(fs::read_to_string(manifest).unwrap(), "later on trunk");
}

#[tokio::test]
async fn a_baseline_is_parsed_once_for_a_commit_and_a_command() {
    let (folder, project) = branched();
    for _ in 0..2 {
        left(&project, "trunk", Some(COMMAND)).await.unwrap();
    }
    assert_eq!(runs(folder.path()), 1);
    left(&project, "trunk", Some(&format!("{COMMAND} && true"))).await.unwrap();
    assert_eq!(runs(folder.path()), 2);
}

#[tokio::test]
async fn a_project_in_a_folder_of_a_larger_repository_has_a_baseline_too() {
    let (folder, repository) = repository();
    let dir = folder.path().join("dbt/sales eu");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("manifest.txt"), "old").unwrap();
    commit_everything(&repository);
    fs::write(dir.join("manifest.txt"), "new").unwrap();
    commit_everything(&repository);
    let project = Project::read(&dir).unwrap();
    let manifest = left(&project, "HEAD~1", Some(COMMAND)).await.unwrap();
    assert_eq!(fs::read_to_string(manifest).unwrap(), "old");
}

#[tokio::test]
async fn a_command_that_fails_is_told_in_its_own_words_and_leaves_nothing_behind() {
    let (folder, project) = branched();
    let problem = left(&project, "trunk", Some("echo 'Compilation Error: \u{1b}[31mno'; exit 7")).await.unwrap_err();
    assert_eq!(problem.code, ProblemCode::ParseFailed);
    assert!(problem.detail.contains("Compilation Error: ") && problem.detail.contains('7'), "{}", problem.detail);
    assert!(!problem.detail.contains('\u{1b}'), "{}", problem.detail);
    assert!(!folder.path().join(".weft/checkout").exists());
    fs::create_dir_all(folder.path().join("target")).unwrap();
    fs::write(folder.path().join("target/manifest.json"), "committed").unwrap();
    commit_everything(&git2::Repository::open(folder.path()).unwrap());
    let problem = left(&project, "HEAD", Some("true")).await.unwrap_err();
    assert!(problem.detail.contains("wrote no manifest"), "{}", problem.detail);
}

#[tokio::test]
async fn what_cannot_be_compared_with_is_told() {
    let (_folder, project) = branched();
    let unknown = left(&project, "nowhere", None).await.unwrap_err();
    assert_eq!(unknown.code, ProblemCode::RevisionNotFound);
    assert!(unknown.detail.contains("`nowhere`"), "{}", unknown.detail);

    let outside = tempfile::tempdir().unwrap();
    let outside = left(&Project::read(outside.path()).unwrap(), "HEAD", None).await.unwrap_err();
    assert!(outside.detail.contains("is not in a git work tree"), "{}", outside.detail);

    let new = project.dir.join("new");
    fs::create_dir(&new).unwrap();
    let new = left(&Project::read(&new).unwrap(), "trunk", None).await.unwrap_err();
    assert!(new.detail.contains("does not have the folder `new`"), "{}", new.detail);
}

#[test]
fn packages_are_lent_only_where_both_want_the_same() {
    let (folder, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(folder.path().join("dbt_packages/inventory")).unwrap();
    fs::write(folder.path().join("packages.yml"), "a").unwrap();
    fs::write(there.path().join("packages.yml"), "b").unwrap();
    let project = Project::read(folder.path()).unwrap();
    assert!(!lend_packages(&project, there.path()).unwrap());
    fs::write(there.path().join("packages.yml"), "a").unwrap();
    assert!(lend_packages(&project, there.path()).unwrap());
    assert!(there.path().join("dbt_packages/inventory").is_dir());
}

#[test]
fn only_the_latest_baselines_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..KEPT + 3 {
        fs::write(folder.path().join(n.to_string()), "").unwrap();
    }
    forget_the_oldest(folder.path()).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), KEPT);
}
