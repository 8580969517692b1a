//! What git says of a project's folder.

pub(crate) mod checkout;
pub(crate) mod ignored;
pub(crate) mod past;

use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, Status, StatusOptions};
use reqwest::Url;
use weft_api::problem::{Problem, ProblemCode};
use weft_publication::Git;

use crate::{
    failure::{FileError, Result, problem_with_hint},
    output::escape::escape,
};

/// git's data could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the git work tree of `{}` cannot be read: {}", folder.display(), escape(source.message()))]
pub(crate) struct GitError {
    folder: PathBuf,
    source: git2::Error,
}

impl From<GitError> for Box<Problem> {
    fn from(error: GitError) -> Self {
        let hint = match error.source.code() {
            ErrorCode::Owner => {
                "the work tree belongs to another user: `git config --global --add safe.directory PATH`"
            }
            _ => "run `git status` there to see the error",
        };
        problem_with_hint(ProblemCode::GitFailed, error.to_string(), hint)
    }
}

/// The root of the work tree that holds a folder; `None` outside of one, and where git's data cannot be read.
pub(crate) fn work_tree_root(folder: &Path) -> Option<PathBuf> {
    Repository::discover(folder).ok()?.workdir()?.canonicalize().ok()
}

/// Where a folder is below the root of the work tree that holds it, `/` between the parts; empty at the root, and
/// outside of any.
pub(crate) fn folder(folder: &Path) -> String {
    let below = || Some(slashed(folder.canonicalize().ok()?.strip_prefix(work_tree_root(folder)?).ok()?));
    below().unwrap_or_default()
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// What git says of a folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) git: Git,
    /// The files that make it dirty, by their paths below the folder, in order.
    pub(crate) changed: Vec<String>,
}

/// What dbt writes when it installs packages. Whether a project commits it is its own affair: it says nothing of the
/// project's nodes that the packages file does not say.
const INSTALLED: &str = "package-lock.yml";

/// The state of the work tree that holds a folder; `None` outside of any work tree.
///
/// The folder counts as dirty when it holds changes that are not committed or files that are neither tracked nor
/// ignored; weft's own folder `.weft`, the files in `besides`, and a `package-lock.yml` that is not tracked do not count.
pub(crate) fn state(folder: &Path, besides: &[PathBuf]) -> Result<Option<State>> {
    let folder = folder.canonicalize().map_err(FileError::on(folder, "read"))?;
    let refuse = |source| GitError { folder: folder.clone(), source };
    let repository = match Repository::discover(&folder) {
        Ok(repository) => repository,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(refuse(error).into()),
    };
    let Some(root) = repository.workdir() else { return Ok(None) };
    let root = root.canonicalize().map_err(FileError::on(root, "read"))?;
    let Ok(below) = folder.strip_prefix(&root) else { return Ok(None) };
    let below = slashed(below);
    let (branch, commit) = head(&repository).map_err(refuse)?;
    let remote = remote(&repository).map_err(refuse)?;
    let first_commit = if remote.is_none() { first_commit(&repository).map_err(refuse)? } else { None };
    let changed = changed(&repository, &root, &below, besides).map_err(refuse)?;
    let dirty = !changed.is_empty();
    Ok(Some(State { git: Git { remote, first_commit, branch, commit, dirty, folder: below }, changed }))
}

/// Branch and commit; no branch on a detached head, no commit before the first one.
fn head(repository: &Repository) -> std::result::Result<(Option<String>, Option<String>), git2::Error> {
    let head = match repository.head() {
        Ok(head) => head,
        Err(error) if error.code() == ErrorCode::UnbornBranch => {
            let unborn = repository.find_reference("HEAD")?;
            let target = unborn.symbolic_target().ok().flatten().map(str::to_owned);
            return Ok((target.map(|name| name.trim_start_matches("refs/heads/").to_owned()), None));
        }
        Err(error) => return Err(error),
    };
    let branch = head.is_branch().then(|| String::from_utf8_lossy(head.shorthand_bytes()).into_owned());
    Ok((branch, Some(head.peel_to_commit()?.id().to_string())))
}

/// The commit that all began with, along the first parents; none before the first commit, nor in a clone that does not
/// reach back to it.
fn first_commit(repository: &Repository) -> std::result::Result<Option<String>, git2::Error> {
    if repository.is_shallow() {
        return Ok(None);
    }
    match repository.head() {
        Ok(_) => {}
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut walk = repository.revwalk()?;
    walk.simplify_first_parent()?;
    walk.push_head()?;
    Ok(walk.last().transpose()?.map(|commit| commit.to_string()))
}

fn remote(repository: &Repository) -> std::result::Result<Option<String>, git2::Error> {
    match repository.find_remote("origin") {
        Ok(remote) => {
            Ok(Some(without_credentials(&String::from_utf8_lossy(remote.url_bytes()))).filter(|url| !url.is_empty()))
        }
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Who works here, as git knows them: `Ana <ana@example.com>`, or as much of it as is set.
pub(crate) fn user(folder: &Path) -> Option<String> {
    let config = Repository::discover(folder).and_then(|repository| repository.config());
    let config = config.or_else(|_| git2::Config::open_default()).ok()?;
    let [name, email] = ["user.name", "user.email"]
        .map(|key| config.get_string(key).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    match (name, email) {
        (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
        (name, email) => name.or(email),
    }
}

/// A remote's URL without password, query and fragment; over HTTP without user too, which is often a token.
fn without_credentials(remote: &str) -> String {
    if !remote.contains("://") {
        return remote.to_owned();
    }
    let Ok(mut url) = Url::parse(remote) else {
        // Not to be understood, so not to be trusted with whatever stands before the `@`.
        return remote.rsplit_once('@').map_or_else(|| remote.to_owned(), |(_, rest)| rest.to_owned());
    };
    let _ = url.set_password(None);
    if matches!(url.scheme(), "http" | "https") {
        let _ = url.set_username("");
    }
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

fn changed(
    repository: &Repository,
    root: &Path,
    below: &str,
    besides: &[PathBuf],
) -> std::result::Result<Vec<String>, git2::Error> {
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true).disable_pathspec_match(true);
    if !below.is_empty() {
        options.pathspec(below);
    }
    let besides: Vec<PathBuf> = besides.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let statuses = repository.statuses(Some(&mut options))?;
    let counts = |entry: &git2::StatusEntry<'_>, path: &str| {
        let place = root.join(path);
        let is_installed = entry.status() == Status::WT_NEW && place.file_name().is_some_and(|name| name == INSTALLED);
        !(place.iter().any(|part| part == ".weft") || besides.contains(&place) || is_installed)
    };
    let paths = statuses.iter().filter_map(|entry| {
        let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
        counts(&entry, &path).then_some(path)
    });
    let short =
        |path: String| path.strip_prefix(below).map_or(path.clone(), |rest| rest.trim_start_matches('/').to_owned());
    let mut paths: Vec<_> = paths.map(short).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
pub(crate) mod tests {
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
            let State { git, changed } = state(&project, &[project.join("local.db")]).unwrap().unwrap();
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
}
