//! Whether a manifest was made from the project's files as they are now.
//!
//! Where the manifest holds a file's text, the text decides. Of properties files and `dbt_project.yml` it holds none: those are
//! accused by being newer than the manifest, and git decides, as far as it remembers what was checked out then.

mod files;
mod hooks;
mod linked;
mod profile;

use std::{cell::LazyCell, fs, io::ErrorKind, path::Path};

use time::{Duration, OffsetDateTime};
use weft_dbt::{
    manifest::{
        Manifest,
        files::{FileMatch, ManifestFiles, opens_blocks},
    },
    properties::said::contradiction,
};

use crate::{
    escape::escape,
    failure::Result,
    git::past::Past,
    project::dbt::{
        Project,
        compare::files::{FileKind, ProjectFiles},
    },
};

/// The largest file that is compared, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// How far clocks may differ before a time counts as one of the future.
const SKEW: Duration = Duration::minutes(5);

/// What comes of comparing a manifest with the project's files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FilesComparison {
    /// Files that the manifest was surely not made from.
    pub(crate) differences: Vec<FileDifference>,
    /// Files of which that is unknown.
    pub(crate) doubts: Vec<FileDifference>,
    /// Where the project's own files were when the manifest was made, if that is elsewhere.
    pub(crate) made_in: Option<String>,
    /// Whether there is nothing to compare: none of the manifest's files is here, or it does not contain their texts.
    pub(crate) is_impossible: bool,
}

/// A file that does not go with the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileDifference {
    /// Below the project's folder.
    pub(crate) path: String,
    /// In what, in a few words.
    pub(crate) what: String,
}

impl FilesComparison {
    /// Compares the manifest at `path` with the project's files.
    pub(crate) fn new(project: &Project, manifest: &Manifest, path: &Path) -> Result<Self> {
        if !manifest.files.can_be_compared() {
            return Ok(Self { is_impossible: true, ..Self::default() });
        }
        let found = ProjectFiles::read(project)?;
        let made_at = made_at(manifest, path);
        let past: Box<dyn FnOnce() -> Option<Past>> = Box::new(move || Past::at(&project.dir, made_at?));
        let mut compared =
            ComparedProject { project, manifest, made_at, past: LazyCell::new(past), into: Self::default() };
        if !has_any(project, manifest, &found) {
            return Ok(Self { is_impossible: true, ..Self::default() });
        }
        manifest.files.paths().for_each(|path| compared.named(path));
        manifest.package_files.iter().for_each(|(package, files)| compared.package(package, files));
        found.iter().for_each(|(path, kind)| compared.found(path, *kind));
        compared.linked_packages();
        compared.profile(path);
        let mut into = compared.into;
        into.made_in = made_in(project, manifest);
        for list in [&mut into.differences, &mut into.doubts] {
            list.sort_by(|a, b| a.path.cmp(&b.path));
            list.dedup_by(|a, b| a.path == b.path);
        }
        into.doubts.retain(|doubt| !into.differences.iter().any(|it| it.path == doubt.path));
        Ok(into)
    }
}

/// Whether any of the project's nodes is written here: those that the manifest names, or others.
fn has_any(project: &Project, manifest: &Manifest, found: &ProjectFiles) -> bool {
    let is_here = |path: &str| fs::symlink_metadata(project.dir.join(path)).is_ok();
    let mut paths = manifest.files.paths().filter(|path| manifest.files.has_content(path)).peekable();
    let is_named = if paths.peek().is_some() { paths.any(is_here) } else { manifest.files.paths().any(is_here) };
    is_named || found.iter().any(|(_, kind)| *kind == FileKind::Node)
}

/// When the manifest was made: as it says, else as its file does; `None` where neither can be.
fn made_at(manifest: &Manifest, path: &Path) -> Option<OffsetDateTime> {
    let is_past = |moment: &OffsetDateTime| *moment <= OffsetDateTime::now_utc() + SKEW;
    let of_file = || Some(fs::metadata(path).ok()?.modified().ok()?.into());
    manifest.made_at().filter(is_past).or_else(of_file).filter(is_past)
}

/// Where the manifest's project was, where that is not here.
fn made_in(project: &Project, manifest: &Manifest) -> Option<String> {
    let root = manifest.files.root.as_deref()?;
    let here = project.dir.canonicalize().ok()?;
    let is_here = Path::new(root).canonicalize().is_ok_and(|root| root == here);
    (!is_here).then(|| escape(root))
}

struct ComparedProject<'c> {
    project: &'c Project,
    manifest: &'c Manifest,
    made_at: Option<OffsetDateTime>,
    /// What was checked out when the manifest was made, as far as git remembers.
    past: LazyCell<Option<Past>, Box<dyn FnOnce() -> Option<Past> + 'c>>,
    into: FilesComparison,
}

impl ComparedProject<'_> {
    fn differs(&mut self, path: &str, what: impl Into<String>) {
        self.into.differences.push(FileDifference { path: path.to_owned(), what: what.into() });
    }

    fn is_doubtful(&mut self, path: &str, what: impl Into<String>) {
        self.into.doubts.push(FileDifference { path: path.to_owned(), what: what.into() });
    }

    /// A file that the manifest names.
    fn named(&mut self, path: &str) {
        let place = self.project.dir.join(path);
        if !self.manifest.files.has_content(path) {
            if matches!(fs::metadata(&place), Err(error) if error.kind() == ErrorKind::NotFound) {
                self.differs(path, "is gone");
            } else if !is_properties(path) {
                self.by_time(path, &place, None);
            }
            return;
        }
        match read(&place) {
            Ok(Some(content)) => self.compared_with(path, &place, self.manifest.files.compare(path, &content)),
            Ok(None) => self.is_doubtful(path, "is too large to compare"),
            Err(error) if error.kind() == ErrorKind::NotFound => self.differs(path, "is gone"),
            Err(error) => self.differs(path, format!("cannot be read: {error}")),
        }
    }

    fn compared_with(&mut self, path: &str, place: &Path, found: FileMatch) {
        match found {
            FileMatch::Same => {}
            FileMatch::Different => self.differs(path, "has changed"),
            FileMatch::WhiteSpace => self.is_doubtful(
                path,
                "differs in white space, which `dbt compile` reads again only with --no-partial-parse",
            ),
            FileMatch::Unknown => self.by_time(path, place, None),
        }
    }

    /// The files of an installed package: a local one is edited in place, and another version may have been installed.
    ///
    /// Engines differ in where a package's paths begin, so a file that is not there counts only beside one that is.
    fn package(&mut self, package: &str, files: &ManifestFiles) {
        let below = self.project.packages_install_path.join(package);
        let folder = self.project.dir.join(&below);
        if !folder.is_dir() || self.project.writes_package(package) {
            return;
        }
        let named = |path: &str| below.join(path).to_string_lossy().replace('\\', "/");
        let paths: Vec<&str> = files.paths().filter(|path| files.has_content(path)).collect();
        let (here, gone): (Vec<&str>, Vec<&str>) = paths.into_iter().partition(|path| folder.join(path).exists());
        for path in &here {
            if let Ok(Some(content)) = read(&folder.join(path)) {
                let found = files.compare(path, &content);
                if found != FileMatch::Unknown {
                    self.compared_with(&named(path), &folder.join(path), found);
                }
            }
        }
        for path in gone.iter().filter(|_| !here.is_empty()) {
            self.differs(&named(path), "is gone");
        }
    }

    /// A file that is here, in a folder that dbt reads.
    fn found(&mut self, path: &str, kind: FileKind) {
        let is_known = self.manifest.files.knows(path);
        let place = self.project.dir.join(path);
        match kind {
            FileKind::Properties => self.by_time(path, &place, None),
            _ if is_known => {}
            FileKind::Node => self.differs(path, "is new"),
            FileKind::Blocks => {
                let text = read(&place).ok().flatten().unwrap_or_default();
                if opens_blocks(&String::from_utf8_lossy(&text)) {
                    self.differs(path, "is new");
                }
            }
        }
    }

    /// A file whose content the manifest does not hold, of the project or of a package: accused where it is newer than the
    /// manifest.
    fn by_time(&mut self, path: &str, place: &Path, package: Option<&str>) {
        let Ok(metadata) = fs::metadata(place) else { return };
        let Ok(modified) = metadata.modified().map(OffsetDateTime::from) else { return };
        let Some(made_at) = self.made_at else {
            return self.is_doubtful(path, "cannot be compared: the manifest does not say when it was made");
        };
        let is_newer = modified > made_at;
        if !is_newer && !is_placed_after(&metadata, made_at) {
            return;
        }
        if modified > OffsetDateTime::now_utc() + SKEW {
            return self.is_doubtful(path, "says that it was changed in the future");
        }
        let content = read(place).ok().flatten().unwrap_or_default();
        if is_properties(path)
            && let Some(name) = contradiction(self.manifest, path, &String::from_utf8_lossy(&content))
        {
            return self.differs(path, format!("differs from the manifest for `{}`", escape(&name)));
        }
        if let Some(key) = self.other_hooks(place, package, &content) {
            return self.differs(path, format!("differs from the manifest for `{key}`"));
        }
        let held = |past: &Past| match package {
            Some(_) => past.holds_at(place, &content),
            None => past.holds(path, &content),
        };
        match self.past.as_ref().and_then(|past| Some((past.short_id(), held(past)?))) {
            Some((id, false)) if !is_newer => {
                self.is_doubtful(path, format!("was added after the manifest was made, and differs from {id}"));
            }
            Some((_, true)) | None if !is_newer => {}
            Some((id, false)) => {
                self.differs(
                    path,
                    format!("is newer than the manifest, and differs from {id}, which was checked out then"),
                );
            }
            Some((_, true)) | None => self.is_doubtful(path, "is newer than the manifest"),
        }
    }
}

impl ComparedProject<'_> {
    /// The key under which `dbt_project.yml` has other hooks than the manifest.
    fn other_hooks(&self, place: &Path, package: Option<&str>, content: &[u8]) -> Option<&'static str> {
        if place.file_name()? != "dbt_project.yml" {
            return None;
        }
        let package = package.or(self.project.name.as_deref())?;
        hooks::contradiction(self.manifest, package, &String::from_utf8_lossy(content))
    }

    /// Whether a file was written, or came to its place, after the manifest was made.
    fn is_newer(&self, place: &Path) -> bool {
        let (Some(made_at), Ok(metadata)) = (self.made_at, fs::metadata(place)) else { return false };
        let modified = metadata.modified().map(OffsetDateTime::from);
        modified.is_ok_and(|modified| modified > made_at) || is_placed_after(&metadata, made_at)
    }
}

/// Whether a file came to its place after a moment, with an earlier time of change: moved there, or copied with its times.
#[cfg(unix)]
fn is_placed_after(metadata: &fs::Metadata, moment: OffsetDateTime) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.ctime() > moment.unix_timestamp()
}

#[cfg(not(unix))]
fn is_placed_after(_: &fs::Metadata, _: OffsetDateTime) -> bool {
    false
}

/// A file whose name says that dbt reads properties from it: it is found in its folder.
fn is_properties(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yml" | "yaml")))
}

/// The content of a file; `None` where it is too large.
fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    if fs::metadata(path)?.len() > LARGEST {
        return Ok(None);
    }
    fs::read(path).map(Some)
}

#[cfg(test)]
mod tests;
