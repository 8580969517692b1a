//! A revision of the work tree, checked out in a folder of its own.

use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid, Repository, TreeWalkMode, TreeWalkResult, build::CheckoutBuilder};
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    escape::{self, escape},
    failure::{FileError, Result, problem_with_hint},
};

/// A commit of the repository that holds a project.
pub(crate) struct Commit {
    repository: Repository,
    id: Oid,
    /// The project's folder below the work tree's root.
    below: PathBuf,
}

/// Which commit the name of a revision means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// The commit where the work tree left the revision: later changes there are not changes of the work tree.
    WhereLeft,
    /// The revision itself.
    Itself,
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
    #[error("`{}` does not have the folder `{}`", escape(revision), escape::path(folder))]
    NoFolder { revision: String, folder: PathBuf },
    #[error("`{}` cannot be checked out: {}", escape(revision), escape(source.message()))]
    NotCheckedOut { revision: String, source: git2::Error },
}

impl From<RevisionError> for Box<Problem> {
    fn from(error: RevisionError) -> Self {
        let hint = match &error {
            RevisionError::NoWorkTree { .. } => {
                "compare with a manifest, file:MANIFEST, or with what is deployed, `registry`"
            }
            RevisionError::Unknown { .. } => "`git fetch` it first; in CI, check out the full history",
            RevisionError::Unrelated { .. } => "fetch the full history: `git fetch --unshallow`",
            RevisionError::NoFolder { .. } => {
                "the project may have moved or be new: compare with what is deployed, `registry`"
            }
            RevisionError::NotCheckedOut { .. } => "run `git fsck`, and check the free disk space",
        };
        problem_with_hint(ProblemCode::RevisionNotFound, error.to_string(), hint)
    }
}

impl Commit {
    /// Finds the commit that a revision means for the project in a folder.
    pub(crate) fn find(project_dir: &Path, revision: &str, meant: Meant) -> Result<Self> {
        let folder = project_dir.canonicalize().map_err(FileError::on(project_dir, "read"))?;
        let no_work_tree = || RevisionError::NoWorkTree { folder: folder.clone() };
        let repository = Repository::discover(&folder).map_err(|_| no_work_tree())?;
        let root = repository.workdir().and_then(|root| root.canonicalize().ok()).ok_or_else(no_work_tree)?;
        let below = folder.strip_prefix(&root).map_err(|_| no_work_tree())?.to_owned();
        let unknown = |source| RevisionError::Unknown { revision: revision.to_owned(), source };
        let id = {
            let named = repository.revparse_single(revision).and_then(|it| it.peel_to_commit()).map_err(unknown)?;
            let head = || repository.head().and_then(|head| head.peel_to_commit()).map_err(unknown);
            match meant {
                Meant::Itself => named.id(),
                Meant::WhereLeft => repository
                    .merge_base(named.id(), head()?.id())
                    .map_err(|_| RevisionError::Unrelated { revision: revision.to_owned() })?,
            }
        };
        let commit = Self { repository, id, below };
        if commit.holds_project().map_err(unknown)? {
            return Ok(commit);
        }
        Err(RevisionError::NoFolder { revision: revision.to_owned(), folder: commit.below }.into())
    }

    fn holds_project(&self) -> std::result::Result<bool, git2::Error> {
        let tree = self.repository.find_commit(self.id)?.tree()?;
        Ok(self.below.as_os_str().is_empty() || tree.get_path(&self.below).is_ok())
    }

    /// The commit's full id.
    pub(crate) fn id(&self) -> String {
        self.id.to_string()
    }

    /// The texts of the project's files that `is_wanted` selects, by their paths below its folder, in order. Files that
    /// are not UTF-8 are skipped.
    pub(crate) fn texts(&self, is_wanted: impl Fn(&Path) -> bool) -> Result<Vec<(PathBuf, String)>> {
        let refuse = |source| RevisionError::NotCheckedOut { revision: self.id(), source };
        let root = self.repository.find_commit(self.id).and_then(|commit| commit.tree()).map_err(refuse)?;
        let mut found = Vec::new();
        root.walk(TreeWalkMode::PreOrder, |folder, entry| {
            let path = Path::new(folder).join(entry.name().unwrap_or_default());
            if let Ok(below) = path.strip_prefix(&self.below)
                && entry.kind() == Some(ObjectType::Blob)
                && is_wanted(below)
            {
                found.push((below.to_owned(), entry.id()));
            }
            TreeWalkResult::Ok
        })
        .map_err(refuse)?;
        found.sort();
        let text = |(path, id): (PathBuf, Oid)| {
            let blob = self.repository.find_blob(id).map_err(refuse)?;
            Ok(String::from_utf8(blob.content().to_vec()).ok().map(|text| (path, text)))
        };
        found.into_iter().filter_map(|it| text(it).transpose()).collect()
    }

    /// Writes the commit's files below a folder; returns where the project is there. The work tree and its index stay
    /// as they are.
    pub(crate) fn check_out(&self, folder: &Path) -> Result<PathBuf> {
        let refuse = |source| RevisionError::NotCheckedOut { revision: self.id(), source };
        let tree = self.repository.find_commit(self.id).and_then(|commit| commit.tree()).map_err(refuse)?;
        // libgit2 takes a relative folder from the work tree's root, not from where we are.
        let folder = folder.canonicalize().map_err(FileError::on(folder, "read"))?;
        let mut options = CheckoutBuilder::new();
        options.force().target_dir(&folder).update_index(false);
        self.repository.checkout_tree(tree.as_object(), Some(&mut options)).map_err(refuse)?;
        Ok(folder.join(&self.below))
    }
}
