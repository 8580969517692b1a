//! The folder `.weft` of a project: what weft keeps there, and whose turn it is to write.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use weft_api::problem::ProblemCode;

use crate::{
    failure::{FileError, Result, problem_with_hint},
    system::files,
};

/// How long another weft in the same folder is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// The folder, held against other weft processes until dropped.
#[derive(Debug)]
pub(crate) struct DotWeft {
    path: PathBuf,
    _turn: File,
}

impl DotWeft {
    /// Makes the folder where it is not there, hides it from git, and waits for its turn to write, at most a minute.
    pub(crate) fn hold(project_dir: &Path) -> Result<Self> {
        let path = project_dir.join(".weft");
        make(&path)?;
        let lock_path = path.join(".lock");
        let turn = File::create(&lock_path).map_err(FileError::on(&lock_path, "written"))?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match turn.try_lock() {
                Ok(()) => return Ok(Self { path, _turn: turn }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(problem_with_hint(
                        ProblemCode::FileUnreadable,
                        format!("another weft has been writing in `{}` for a minute", path.display()),
                        "wait until it has finished, or stop it",
                    ));
                }
                Err(TryLockError::Error(error)) => return Err(FileError::on(&lock_path, "locked")(error).into()),
            }
        }
    }

    /// A path below the folder.
    pub(crate) fn join(&self, below: &str) -> PathBuf {
        self.path.join(below)
    }

    /// Where trees are staged before they are swapped in.
    pub(crate) fn staging(&self) -> PathBuf {
        self.path.join(".staging")
    }
}

/// Makes a `.weft` folder that git does not see.
pub(crate) fn make(path: &Path) -> Result<()> {
    files::write(&path.join(".gitignore"), "*\n").map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_does_not_see_the_folder() {
        let project = tempfile::tempdir().unwrap();
        git2::Repository::init(project.path()).unwrap();
        let _held = DotWeft::hold(project.path()).unwrap();
        assert!(!crate::git::state(project.path(), &[]).unwrap().unwrap().git.dirty);
        assert_eq!(std::fs::read_to_string(project.path().join(".weft/.gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn two_take_turns() {
        let project = tempfile::tempdir().unwrap();
        let held = DotWeft::hold(project.path()).unwrap();
        let waited = std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                let start = Instant::now();
                DotWeft::hold(project.path()).unwrap();
                start.elapsed()
            });
            std::thread::sleep(Duration::from_millis(200));
            drop(held);
            second.join().unwrap()
        });
        assert!(waited >= Duration::from_millis(150), "{waited:?}");
    }
}
