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
    escape::escape,
    failure::{FileError, Result, problem_with_hint},
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
pub(crate) struct GitState {
    pub(crate) git: Git,
    /// The files that make it dirty, by their paths below the folder, in order.
    pub(crate) changed: Vec<String>,
}

/// The file that dbt writes when it installs packages. A project may commit it or not: it adds nothing to the packages
/// file.
const INSTALLED: &str = "package-lock.yml";

/// The state of the work tree that holds a folder; `None` outside of any work tree.
///
/// The folder counts as dirty when it holds changes that are not committed or files that are neither tracked nor
/// ignored; weft's own folder `.weft`, the files in `besides`, and a `package-lock.yml` that is not tracked do not count.
pub(crate) fn state(folder: &Path, besides: &[PathBuf]) -> Result<Option<GitState>> {
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
    Ok(Some(GitState { git: Git { remote, first_commit, branch, commit, dirty, folder: below }, changed }))
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
pub(crate) mod tests;
