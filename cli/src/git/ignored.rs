//! Files that are left out by a file of patterns in git's notation.

use std::{fs, io::ErrorKind, path::Path};

use git2::Repository;
use tempfile::TempDir;

use crate::{
    failure::{FileError, Result},
    git::GitError,
};

/// The patterns of a file; of a file that is not there, none.
pub(crate) struct Ignored(Option<(Repository, TempDir)>);

impl Ignored {
    /// Reads the patterns. git's own matcher applies them, in a repository that contains nothing else, so that what git
    /// itself ignores does not count.
    pub(crate) fn by(file: &Path) -> Result<Self> {
        let patterns = match fs::read(file) {
            Ok(patterns) => patterns,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self(None)),
            Err(error) => return Err(FileError::on(file, "read")(error).into()),
        };
        let folder = tempfile::tempdir().map_err(FileError::on(&std::env::temp_dir(), "written"))?;
        let refuse = |source| GitError { folder: folder.path().to_owned(), source };
        let repository = Repository::init(folder.path()).map_err(refuse)?;
        repository.add_ignore_rule(&String::from_utf8_lossy(&patterns)).map_err(refuse)?;
        Ok(Self(Some((repository, folder))))
    }

    /// Whether a path is left out, relative to where the file of patterns is.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.0.as_ref().is_some_and(|(repository, _)| repository.is_path_ignored(path).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_gits() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".dbtignore");
        assert!(!Ignored::by(&file).unwrap().holds("models/a.sql"), "there is no such file");
        fs::write(&file, "# ours\nscratch/\n*.tmp.sql\n!kept.tmp.sql\n/models/a.sql\n").unwrap();
        let ignored = Ignored::by(&file).unwrap();
        for path in ["models/a.sql", "models/scratch/deep/b.sql", "models/x.tmp.sql"] {
            assert!(ignored.holds(path), "{path}");
        }
        for path in ["models/b.sql", "models/deep/models/a.sql", "models/kept.tmp.sql"] {
            assert!(!ignored.holds(path), "{path}");
        }
    }
}
