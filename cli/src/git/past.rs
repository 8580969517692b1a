//! The commit that was checked out at some moment of the past, as far as this clone remembers.

use std::path::{Path, PathBuf};

use git2::{Oid, Repository, Tree};
use time::OffsetDateTime;

/// A commit that was checked out.
pub(crate) struct Past {
    repository: Repository,
    id: Oid,
    /// The work tree's root.
    root: PathBuf,
    /// The project's folder below the work tree's root.
    below: PathBuf,
}

impl Past {
    /// What was checked out of the work tree that holds a folder, at a moment; `None` outside of any, and where git does
    /// not remember: in a clone that is younger, or without a reflog.
    pub(crate) fn at(folder: &Path, moment: OffsetDateTime) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let repository = Repository::discover(&folder).ok()?;
        let root = repository.workdir()?.canonicalize().ok()?;
        let below = folder.strip_prefix(&root).ok()?.to_owned();
        // The log's times are whole seconds: what happened in the same second may have come after.
        let before = |seconds: i64| seconds < moment.unix_timestamp();
        let log = repository.reflog("HEAD").ok()?;
        let id = log.iter().find(|entry| before(entry.committer().when().seconds()))?.id_new();
        Some(Self { repository, id, root, below })
    }

    /// The commit's id, as short as people write it.
    pub(crate) fn short_id(&self) -> String {
        self.id.to_string().chars().take(8).collect()
    }

    /// Whether a file of the project ever had this content, ignoring line ends; `None` if git does not know.
    pub(crate) fn holds(&self, path: &str, content: &[u8]) -> Option<bool> {
        self.held(&self.below.join(path), content)
    }

    /// The same of a file anywhere in the work tree; `None` of one elsewhere.
    pub(crate) fn holds_at(&self, place: &Path, content: &[u8]) -> Option<bool> {
        self.held(place.canonicalize().ok()?.strip_prefix(&self.root).ok()?, content)
    }

    fn held(&self, path: &Path, content: &[u8]) -> Option<bool> {
        let tree: Tree<'_> = self.repository.find_commit(self.id).ok()?.tree().ok()?;
        let Ok(entry) = tree.get_path(path) else { return Some(false) };
        let blob = self.repository.find_blob(entry.id()).ok()?;
        Some(lines_of(blob.content()).eq(lines_of(content)))
    }
}

fn lines_of(content: &[u8]) -> impl Iterator<Item = u8> + '_ {
    content.iter().copied().filter(|byte| *byte != b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::tests::{commit_everything, repository};

    #[test]
    fn the_commit_that_was_checked_out_is_known_as_far_as_the_clone_remembers() {
        let (folder, repository) = repository();
        std::fs::write(folder.path().join("a.yml"), "one\n").unwrap();
        commit_everything(&repository);
        let now = OffsetDateTime::now_utc();
        assert!(Past::at(folder.path(), now - time::Duration::days(36_500)).is_none(), "before there was a clone");
        let past = Past::at(folder.path(), now + time::Duration::minutes(1)).unwrap();
        assert_eq!(past.holds("a.yml", b"one\r\n"), Some(true));
        assert_eq!(past.holds("a.yml", b"two\n"), Some(false));
        assert_eq!(past.holds("b.yml", b""), Some(false));
        assert_eq!(past.holds_at(&folder.path().join("a.yml"), b"one\n"), Some(true));
        assert!(Past::at(tempfile::tempdir().unwrap().path(), now).is_none(), "outside of any work tree");
    }
}
