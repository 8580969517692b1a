//! A revision of the work tree, checked out in a folder of its own.

use std::path::{Path, PathBuf};

use contracts::problem::{Problem, ProblemCode};
use git2::{Oid, Repository, build::CheckoutBuilder};

use crate::{
    failure::{FileError, Result, problem_with_hint},
    output::escape::{self, escape},
};

/// The commit that a revision and the work tree have in common.
pub(crate) struct MergeBase {
    repository: Repository,
    commit: Oid,
    /// The project's folder below the work tree's root.
    below: PathBuf,
}

/// Why a revision cannot be compared with.
#[derive(Debug, thiserror::Error)]
enum RevisionError {
    #[error("`{}` is not in a git work tree", escape::path(folder))]
    NoWorkTree { folder: PathBuf },
    #[error("there is no revision `{}`: {}", escape(revision), escape(source.message()))]
    Unknown { revision: String, source: git2::Error },
    #[error("`{}` and the work tree have no commit in common", escape(revision))]
    Unrelated { revision: String },
    #[error("`{}` does not hold the folder `{}`", escape(revision), escape::path(folder))]
    NoFolder { revision: String, folder: PathBuf },
    #[error("`{}` cannot be checked out: {}", escape(revision), escape(source.message()))]
    NotCheckedOut { revision: String, source: git2::Error },
}

impl From<RevisionError> for Box<Problem> {
    fn from(error: RevisionError) -> Self {
        let hint = match &error {
            RevisionError::NoWorkTree { .. } => "compare with a file or the registry: `--against file:PATH`",
            RevisionError::Unknown { .. } => "`git fetch` it first; in CI, check out with the whole history",
            RevisionError::Unrelated { .. } => "fetch the whole history: `git fetch --unshallow`",
            RevisionError::NoFolder { .. } => "the project may have moved or be new: compare with the registry",
            RevisionError::NotCheckedOut { .. } => "run `git fsck`, and see whether there is room on the disk",
        };
        problem_with_hint(ProblemCode::RevisionNotFound, error.to_string(), hint)
    }
}

impl MergeBase {
    /// Finds where the work tree of a project left a revision.
    pub(crate) fn find(project_dir: &Path, revision: &str) -> Result<Self> {
        let folder = project_dir.canonicalize().map_err(FileError::on(project_dir, "read"))?;
        let no_work_tree = || RevisionError::NoWorkTree { folder: folder.clone() };
        let repository = Repository::discover(&folder).map_err(|_| no_work_tree())?;
        let root = repository.workdir().and_then(|root| root.canonicalize().ok()).ok_or_else(no_work_tree)?;
        let below = folder.strip_prefix(&root).map_err(|_| no_work_tree())?.to_owned();
        let unknown = |source| RevisionError::Unknown { revision: revision.to_owned(), source };
        let commit = {
            let named = repository.revparse_single(revision).and_then(|it| it.peel_to_commit()).map_err(unknown)?;
            let head = repository.head().and_then(|head| head.peel_to_commit()).map_err(unknown)?;
            repository
                .merge_base(named.id(), head.id())
                .map_err(|_| RevisionError::Unrelated { revision: revision.to_owned() })?
        };
        let base = Self { repository, commit, below };
        if base.holds_project().map_err(unknown)? {
            return Ok(base);
        }
        Err(RevisionError::NoFolder { revision: revision.to_owned(), folder: base.below }.into())
    }

    fn holds_project(&self) -> std::result::Result<bool, git2::Error> {
        let tree = self.repository.find_commit(self.commit)?.tree()?;
        Ok(self.below.as_os_str().is_empty() || tree.get_path(&self.below).is_ok())
    }

    /// The commit's full id.
    pub(crate) fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// Writes the commit's files below a folder; returns where the project is there. The work tree and its index stay
    /// as they are.
    pub(crate) fn check_out(&self, folder: &Path) -> Result<PathBuf> {
        let refuse = |source| RevisionError::NotCheckedOut { revision: self.commit(), source };
        let tree = self.repository.find_commit(self.commit).and_then(|commit| commit.tree()).map_err(refuse)?;
        // libgit2 takes a relative folder from the work tree's root, not from where we are.
        let folder = folder.canonicalize().map_err(FileError::on(folder, "read"))?;
        let mut options = CheckoutBuilder::new();
        options.force().target_dir(&folder).update_index(false);
        self.repository.checkout_tree(tree.as_object(), Some(&mut options)).map_err(refuse)?;
        Ok(folder.join(&self.below))
    }
}
