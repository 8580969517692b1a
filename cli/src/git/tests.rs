use super::*;

pub(crate) fn repository() -> (tempfile::TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = git2::RepositoryInitOptions::new();
    let repository = Repository::init_opts(folder.path(), options.initial_head("trunk")).unwrap();
    (folder, repository)
}

pub(crate) fn commit_everything(repository: &Repository) -> git2::Oid {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author = git2::Signature::new("A", "a@example.com", &git2::Time::new(0, 0)).unwrap();
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    repository.commit(Some("HEAD"), &author, &author, "x", &tree, &parent.iter().collect::<Vec<_>>()).unwrap()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn outside_a_work_tree_there_is_no_provenance() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(state(folder.path(), &[]).unwrap(), None);
}

#[test]
fn a_folder_is_told_below_the_root_of_its_work_tree() {
    let (root, _repository) = repository();
    let project = root.path().join("dbt/sales eu");
    std::fs::create_dir_all(&project).unwrap();
    assert_eq!(folder(&project), "dbt/sales eu");
    assert_eq!(folder(root.path()), "");
    assert_eq!(folder(tempfile::tempdir().unwrap().path()), "", "outside of any");
    assert_eq!(folder(Path::new("nowhere/at/all")), "");
}

#[test]
fn a_bare_repository_is_no_work_tree() {
    let folder = tempfile::tempdir().unwrap();
    Repository::init_bare(folder.path()).unwrap();
    assert_eq!(state(folder.path(), &[]).unwrap(), None);
}

#[test]
fn before_the_first_commit_there_is_a_branch_and_no_commit() {
    let (folder, _repository) = repository();
    let git = state(folder.path(), &[]).unwrap().unwrap().git;
    assert_eq!((git.branch.as_deref(), git.commit, git.dirty), (Some("trunk"), None, false));
}

#[test]
fn a_clean_folder_below_the_root_knows_its_commit_and_place() {
    let (folder, repository) = repository();
    write(&folder.path().join("dbt/sales/dbt_project.yml"), "name: sales");
    let commit = commit_everything(&repository);
    repository.remote("origin", "https://me:token@example.com/acme/mesh.git?x=1").unwrap();
    let git = state(&folder.path().join("dbt/sales"), &[]).unwrap().unwrap().git;
    assert_eq!(
        git,
        Git {
            remote: Some("https://example.com/acme/mesh.git".into()),
            first_commit: None,
            branch: Some("trunk".into()),
            commit: Some(commit.to_string()),
            folder: "dbt/sales".into(),
            dirty: false
        }
    );
}

#[test]
fn changed_and_untracked_files_of_the_project_make_it_dirty_and_others_do_not() {
    let (folder, repository) = repository();
    let project = folder.path().join("sales");
    write(&project.join("a.sql"), "select 1");
    write(&folder.path().join(".gitignore"), "target/\n");
    commit_everything(&repository);
    let changed = || {
        let GitState { git, changed } = state(&project, &[project.join("local.db")]).unwrap().unwrap();
        assert_eq!(git.dirty, !changed.is_empty());
        changed
    };
    write(&folder.path().join("elsewhere.sql"), "");
    write(&project.join("target/manifest.json"), "");
    write(&project.join(".weft/registry.db"), "");
    write(&project.join("local.db"), "");
    write(&project.join("package-lock.yml"), "");
    assert_eq!(changed(), [""; 0]);
    write(&project.join("models/b.sql"), "");
    assert_eq!(changed(), ["models/b.sql"], "untracked");
    write(&project.join("a.sql"), "select 2");
    assert_eq!(changed(), ["a.sql", "models/b.sql"], "changed");
    commit_everything(&repository);
    assert_eq!(changed(), [""; 0]);
    write(&project.join("package-lock.yml"), "changed");
    assert_eq!(changed(), ["package-lock.yml"], "tracked and changed");
}

#[test]
fn a_detached_head_has_a_commit_and_no_branch() {
    let (folder, repository) = repository();
    write(&folder.path().join("a"), "");
    let commit = commit_everything(&repository);
    repository.set_head_detached(commit).unwrap();
    let git = state(folder.path(), &[]).unwrap().unwrap().git;
    assert_eq!((git.branch, git.commit), (None, Some(commit.to_string())));
}

#[test]
fn without_a_remote_a_repository_is_known_by_its_first_commit() {
    let (folder, repository) = repository();
    assert_eq!(state(folder.path(), &[]).unwrap().unwrap().git.first_commit, None, "before any");
    write(&folder.path().join("a"), "1");
    let first = commit_everything(&repository).to_string();
    write(&folder.path().join("a"), "2");
    commit_everything(&repository);
    assert_eq!(state(folder.path(), &[]).unwrap().unwrap().git.first_commit, Some(first));
    repository.remote("origin", "https://example.com/acme/mesh.git").unwrap();
    assert_eq!(state(folder.path(), &[]).unwrap().unwrap().git.first_commit, None, "the remote is enough");
}

#[test]
fn a_linked_work_tree_is_a_work_tree() {
    let (folder, repository) = repository();
    write(&folder.path().join("a"), "");
    commit_everything(&repository);
    let elsewhere = tempfile::tempdir().unwrap();
    let linked = elsewhere.path().join("linked");
    repository.worktree("linked", &linked, None).unwrap();
    assert_eq!(state(&linked, &[]).unwrap().unwrap().git.branch.as_deref(), Some("linked"));
}

#[test]
fn a_broken_repository_is_told_and_does_not_panic() {
    let (folder, repository) = repository();
    write(&folder.path().join("a"), "");
    commit_everything(&repository);
    std::fs::write(folder.path().join(".git/index"), b"DIRC garbage that is no index at all").unwrap();
    assert_eq!(state(folder.path(), &[]).unwrap_err().code, ProblemCode::GitFailed);
}

#[test]
fn who_works_here_is_whom_git_knows() {
    let (folder, repository) = repository();
    let mut config = repository.config().unwrap();
    config.set_str("user.name", " Ana ").unwrap();
    config.set_str("user.email", "ana@example.com").unwrap();
    assert_eq!(user(folder.path()).as_deref(), Some("Ana <ana@example.com>"));
    config.set_str("user.name", "").unwrap();
    assert_eq!(user(folder.path()).as_deref(), Some("ana@example.com"));
}

#[test]
fn no_secret_of_a_remote_is_kept() {
    for (remote, kept) in [
        ("https://user:pw@h/r.git", "https://h/r.git"),
        ("https://token@h/r.git#x", "https://h/r.git"),
        ("ssh://git:pw@h/r.git", "ssh://git@h/r.git"),
        ("git@h:r.git", "git@h:r.git"),
        ("/srv/r.git", "/srv/r.git"),
    ] {
        assert_eq!(without_credentials(remote), kept);
    }
}
