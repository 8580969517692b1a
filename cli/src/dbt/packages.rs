//! The lines of `packages.yml` that point at weft's packages.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use contracts::{name::PackageName, problem::ProblemCode};
use serde::Deserialize;

use crate::{
    dbt::{Project, read_yaml},
    failure::{FileError, Result, problem_with_hint},
    output::escape::escape,
};

/// Where weft's packages are, below the project's folder.
pub(crate) const FOLDER: &str = ".weft/packages";

#[derive(Deserialize, Default)]
#[serde(default)]
struct PackagesFile {
    packages: Option<Vec<Entry>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    local: Option<String>,
}

/// What `packages.yml` (or `dependencies.yml`, where that one lists the packages) says of weft's packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The file.
    pub(crate) path: PathBuf,
    /// Packages that are not listed.
    pub(crate) missing: Vec<PackageName>,
    /// Folders below [`FOLDER`] that are listed and no longer there.
    pub(crate) stale: Vec<String>,
}

impl Project {
    /// Compares what is listed with the packages that weft writes.
    pub(crate) fn listed_packages(&self, written: &BTreeSet<PackageName>) -> Result<Listed> {
        let (packages, dependencies) = (self.dir.join("packages.yml"), self.dir.join("dependencies.yml"));
        let in_dependencies = read_yaml::<PackagesFile>(&dependencies)?.unwrap_or_default().packages;
        let (path, entries) = match in_dependencies {
            Some(entries) if !packages.exists() => (dependencies, entries),
            _ => {
                let entries = read_yaml::<PackagesFile>(&packages)?.unwrap_or_default().packages;
                (packages, entries.unwrap_or_default())
            }
        };
        let listed: BTreeSet<String> = entries.iter().filter_map(|entry| ours(entry.local.as_deref()?)).collect();
        let missing = written.iter().filter(|name| !listed.contains(name.as_str())).cloned().collect();
        let stale = listed.into_iter().filter(|name| !written.contains(name.as_str())).collect();
        Ok(Listed { path, missing, stale })
    }
}

/// The package's name, where an entry points at one of weft's.
fn ours(local: &str) -> Option<String> {
    let local = local.trim_start_matches("./").trim_end_matches('/');
    local.strip_prefix(FOLDER)?.strip_prefix('/').map(str::to_owned)
}

/// The line of a package, without its indentation.
pub(crate) fn line(package_name: &PackageName) -> String {
    format!("- local: {FOLDER}/{package_name}")
}

impl Listed {
    /// The file's text with the missing lines put in and everything else as it is; None where none is missing.
    ///
    /// # Errors
    /// The list is written in a way that lines cannot be put into.
    pub(crate) fn with_missing(&self) -> Result<Option<String>> {
        if self.missing.is_empty() {
            return Ok(None);
        }
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(FileError::on(&self.path, "read")(error).into()),
        };
        let written = with_lines(&text, &self.missing).filter(|written| holds(written, &self.missing));
        written.map(Some).ok_or_else(|| self.refusal())
    }

    fn refusal(&self) -> Box<contracts::problem::Problem> {
        let lines: Vec<_> = self.missing.iter().map(line).collect();
        problem_with_hint(
            ProblemCode::FileUnreadable,
            format!("the list of packages in `{}` is written in a way that weft does not change", name_of(&self.path)),
            format!("write it as one line for each package, and add:\n{}", lines.join("\n")),
        )
    }
}

/// The file's own name.
pub(crate) fn name_of(path: &Path) -> String {
    escape(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn holds(text: &str, names: &[PackageName]) -> bool {
    let file: Option<PackagesFile> = serde_saphyr::from_str(text).unwrap_or_default();
    let entries = file.unwrap_or_default().packages.unwrap_or_default();
    let listed: BTreeSet<String> = entries.iter().filter_map(|entry| ours(entry.local.as_deref()?)).collect();
    names.iter().all(|name| listed.contains(name.as_str()))
}

/// The text with a line for each package right below `packages:`; `None` where that key's value starts on its line.
fn with_lines(text: &str, names: &[PackageName]) -> Option<String> {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(key) = lines.iter().position(|line| line.starts_with("packages:")) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { ending };
        return Some(format!("{text}{gap}packages:{ending}{}", entries(names, "  ", ending)));
    };
    let after = lines[key]["packages:".len()..].trim();
    if !(after.is_empty() || after.starts_with('#') || after == "[]") {
        return None;
    }
    let head = if after == "[]" { format!("packages:{ending}") } else { closed(lines[key], ending) };
    let indent = lines[key + 1..].iter().find_map(|line| indent_of_entry(line)).unwrap_or("  ");
    let (before, rest) = (lines[..key].concat(), lines[key + 1..].concat());
    Some(format!("{before}{head}{}{rest}", entries(names, indent, ending)))
}

fn entries(names: &[PackageName], indent: &str, ending: &str) -> String {
    names.iter().flat_map(|name| [indent.to_owned(), line(name), ending.to_owned()]).collect()
}

fn closed(line: &str, ending: &str) -> String {
    if line.ends_with('\n') { line.to_owned() } else { format!("{line}{ending}") }
}

fn indent_of_entry(line: &str) -> Option<&str> {
    let entry = line.trim_start_matches(' ');
    (entry.starts_with("- ") || entry.trim_end() == "-").then(|| &line[..line.len() - entry.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(names: &[&str]) -> Vec<PackageName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn lines_go_below_the_key_and_the_rest_stays() {
        let text =
            "# ours\npackages: # all\n    # hub\n    - package: dbt-labs/dbt_utils\n      version: 1.1.1\n\nother: 1\n";
        let expected = "# ours\npackages: # all\n    - local: .weft/packages/a\n    # hub\n    - package: dbt-labs/dbt_utils\n      version: 1.1.1\n\nother: 1\n";
        assert_eq!(with_lines(text, &names(&["a"])).unwrap(), expected);
    }

    #[test]
    fn a_file_without_packages_gets_the_key() {
        for text in ["", "# nothing\n", "projects:\n  - name: a", "packages: []\n", "packages:", "packages:\n"] {
            let written = with_lines(text, &names(&["a", "b"])).unwrap();
            assert!(holds(&written, &names(&["a", "b"])), "{written}");
        }
    }

    #[test]
    fn a_list_in_one_line_is_left_alone() {
        assert_eq!(with_lines("packages: [{local: x}]\n", &names(&["a"])), None);
    }

    #[test]
    fn what_is_listed_is_known_however_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let text = "packages:\n  - local: ./.weft/packages/a/\n  - local: .weft/packages/gone\n  - local: ../a\n";
        fs::write(folder.path().join("packages.yml"), text).unwrap();
        let project = Project::read(folder.path()).unwrap();
        let listed = project.listed_packages(&names(&["a", "b"]).into_iter().collect()).unwrap();
        assert_eq!((listed.missing.clone(), listed.stale.clone()), (names(&["b"]), vec!["gone".to_owned()]));
        fs::write(&listed.path, listed.with_missing().unwrap().unwrap()).unwrap();
        assert!(project.listed_packages(&names(&["a", "b"]).into_iter().collect()).unwrap().missing.is_empty());
    }

    #[test]
    fn packages_in_dependencies_yml_stay_there() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("dependencies.yml"),
            "projects: []\npackages:\n- package: x/y\n  version: 1.0.0\n",
        )
        .unwrap();
        let project = Project::read(folder.path()).unwrap();
        let listed = project.listed_packages(&names(&["a"]).into_iter().collect()).unwrap();
        fs::write(&listed.path, listed.with_missing().unwrap().unwrap()).unwrap();
        assert!(!folder.path().join("packages.yml").exists());
        let text = fs::read_to_string(folder.path().join("dependencies.yml")).unwrap();
        assert_eq!(text, "projects: []\npackages:\n- local: .weft/packages/a\n- package: x/y\n  version: 1.0.0\n");
    }

    fn entry() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,8}/[a-z]{1,8}".prop_map(|name| format!("- package: {name}\n  version: \"1.0.0\"\n")),
            "[a-z]{1,8}".prop_map(|path| format!("- local: ../{path} # near\n")),
            "[ a-zé]{0,12}".prop_map(|comment| format!("# {comment}\n")),
            Just("\n".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn other_lines_are_untouched(entries in proptest::collection::vec(entry(), 0..8), indent in 0usize..5, crlf: bool) {
            let indent = " ".repeat(indent);
            let body: String = entries.concat().lines().flat_map(|line| [&indent, line, "\n"]).collect();
            let mut text = format!("# head\npackages:\n{body}# tail\n");
            if crlf { text = text.replace('\n', "\r\n"); }
            let added = names(&["inventory", "sales"]);
            let written = with_lines(&text, &added).unwrap();
            prop_assert!(holds(&written, &added), "{}", written);
            let others: String = written
                .split_inclusive('\n')
                .filter(|line| !line.contains(FOLDER))
                .collect();
            prop_assert_eq!(others, text);
        }
    }
}
