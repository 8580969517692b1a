//! The file of a SQLite database, as it was when it was opened.

use std::{io, path::PathBuf};

/// A file, and what tells it from another one at the same path.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
}

/// The device and the number of a file there; nothing where the system has no such numbers.
type Identity = Option<(u64, u64)>;

impl DatabaseFile {
    pub(super) fn new(path: PathBuf) -> io::Result<Self> {
        let identity = identity(&std::fs::metadata(&path)?);
        Ok(Self { path, identity })
    }

    /// Whether the open database is still what is at its path. Writes to a file that was removed are lost with the process.
    pub(super) fn check(&self) -> Result<(), String> {
        let path = self.path.display();
        match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!("the file `{path}` was removed")),
            Err(error) => Err(format!("the file `{path}` cannot be read: {error}")),
            Ok(now) if identity(&now) != self.identity => Err(format!("another file is at `{path}`")),
            Ok(_) => Ok(()),
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such numbers")]
fn identity(metadata: &std::fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_metadata: &std::fs::Metadata) -> Identity {
    None
}
