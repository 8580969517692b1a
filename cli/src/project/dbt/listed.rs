//! Lists in a project's files through which dbt finds what weft writes: packages, and the manifests of dbt-loom.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use weft_api::problem::ProblemCode;
use weft_model::name::PackageName;

use crate::{
    escape::escape,
    failure::{FileError, Result, problem_with_hint},
    project::dbt::list::{Changed, changed},
    system::files,
};

/// An entry of a list that is weft's, or brings the same project without weft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldEntry {
    /// Its position among all entries.
    pub(super) at: usize,
    /// The project that it brings.
    pub(super) name: String,
    /// Whether it points at what weft writes.
    pub(super) is_ours: bool,
}

/// A list as it is written in a file.
pub(super) struct List {
    /// The path of the file.
    pub(super) path: PathBuf,
    /// The key that the list is below.
    pub(super) key: &'static str,
    /// An entry for a project, on one line without its dash.
    pub(super) line: fn(&PackageName) -> String,
}

/// A list, and how its entries compare with what weft writes.
#[derive(Debug, Clone)]
pub(crate) struct ListedEntries {
    /// The path of the file.
    pub(crate) path: PathBuf,
    /// The key above the list.
    pub(crate) key: &'static str,
    /// An entry for a project, on one line without its dash.
    pub(crate) line: fn(&PackageName) -> String,
    /// Projects that are not listed and should be.
    pub(crate) missing: Vec<PackageName>,
    /// Entries of weft's that lead nowhere any more.
    pub(crate) stale: Vec<String>,
    /// Projects that an entry of somebody else's brings as well.
    pub(crate) doubled: Vec<String>,
    gone: Vec<usize>,
}

impl ListedEntries {
    /// Compares the entries with the projects that weft brings in this way (`written`), and in any way (`brought`).
    pub(super) fn new(
        list: List,
        held: &[HeldEntry],
        written: &BTreeSet<PackageName>,
        brought: &BTreeSet<PackageName>,
    ) -> Self {
        let List { path, key, line } = list;
        let ours: BTreeSet<&str> = held.iter().filter(|it| it.is_ours).map(|it| it.name.as_str()).collect();
        let is_stale = |it: &HeldEntry| it.is_ours && !written.contains(it.name.as_str());
        let is_doubled = |it: &HeldEntry| !it.is_ours && brought.contains(it.name.as_str());
        let names = |is_so: &dyn Fn(&HeldEntry) -> bool| -> Vec<String> {
            held.iter().filter(|it| is_so(it)).map(|it| it.name.clone()).collect::<BTreeSet<_>>().into_iter().collect()
        };
        Self {
            missing: written.iter().filter(|name| !ours.contains(name.as_str())).cloned().collect(),
            stale: names(&is_stale),
            doubled: names(&is_doubled),
            gone: held.iter().filter(|it| is_stale(it) || is_doubled(it)).map(|it| it.at).collect(),
            path,
            key,
            line,
        }
    }

    /// Whether every entry is as it should be.
    pub(crate) fn is_right(&self) -> bool {
        self.missing.is_empty() && self.gone.is_empty()
    }

    /// The file's own name.
    pub(crate) fn file(&self) -> String {
        escape(&self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    /// The lines that are missing, as they appear in the list.
    pub(crate) fn missing_lines(&self) -> Vec<String> {
        self.missing.iter().map(|name| format!("- {}", (self.line)(name))).collect()
    }

    /// What becomes of the file when missing lines are put in and the others taken out; None where all is right.
    ///
    /// # Errors
    /// The list is written in a way that is not changed.
    pub(crate) fn put_right(&self) -> Result<Option<Changed>> {
        if self.is_right() {
            return Ok(None);
        }
        let text = read(&self.path)?;
        let added: Vec<String> = self.missing.iter().map(self.line).collect();
        changed(&text, self.key, &added, &self.gone).map(Some).ok_or_else(|| self.refusal())
    }

    /// Writes what [`Self::put_right`] gave.
    pub(crate) fn write(&self, changed: &Changed) -> Result<()> {
        match changed {
            Changed::Text(text) => files::write(&self.path, text).map(drop)?,
            Changed::Emptied => files::remove_file(&self.path)?,
        }
        self.drop_lock()
    }

    /// Removes dbt's lock if it contains a package that no longer exists: `dbt deps` fails with it, and writes a new
    /// one without it.
    fn drop_lock(&self) -> Result<()> {
        let lock = self.path.with_file_name("package-lock.yml");
        if self.key != "packages" || self.stale.is_empty() || !read(&lock)?.contains(".weft/packages/") {
            return Ok(());
        }
        files::remove_file(&lock)
    }

    fn refusal(&self) -> Box<weft_api::problem::Problem> {
        let add = match self.missing_lines() {
            lines if lines.is_empty() => String::new(),
            lines => format!("; add:\n{}", lines.join("\n")),
        };
        let unwanted: Vec<String> =
            self.stale.iter().chain(&self.doubled).map(|name| format!("`{}`", escape(name))).collect();
        let take = if unwanted.is_empty() { String::new() } else { format!(" and remove {}", unwanted.join(", ")) };
        problem_with_hint(
            ProblemCode::FileUnreadable,
            format!("weft cannot edit the list `{}` in `{}` in its current form", self.key, self.file()),
            format!("write one entry per line{take}{add}"),
        )
    }
}

fn read(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(FileError::on(path, "read")(error).into()),
    }
}
