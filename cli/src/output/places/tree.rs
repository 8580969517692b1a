//! The files below a folder, and nothing beside it, wherever links and names point.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use weft_dbt::properties::Properties;

/// No properties file is larger than this, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A folder, and the properties files that were read in it.
pub(super) struct PropertiesTree {
    /// Without links; `None` where there is no such folder.
    root: Option<PathBuf>,
    /// `None` for what cannot be understood.
    read: BTreeMap<String, Option<Properties>>,
}

impl PropertiesTree {
    pub(super) fn new(folder: &Path) -> Self {
        Self { root: folder.canonicalize().ok(), read: BTreeMap::new() }
    }

    /// Whether a file is there.
    pub(super) fn holds(&self, file: &str) -> bool {
        self.find(file).is_some()
    }

    /// What a properties file says, if it is there and can be understood.
    pub(super) fn properties(&mut self, file: &str) -> Option<&Properties> {
        if !self.read.contains_key(file) {
            let properties = self.text(file).as_deref().and_then(Properties::read);
            self.read.insert(file.to_owned(), properties);
        }
        self.read.get(file)?.as_ref()
    }

    /// The last line of an SQL file that names a column, else that of its last `select`, else the first; `None` where
    /// the file is not there.
    pub(super) fn line_in_sql(&self, file: &str, column: Option<&str>) -> Option<u32> {
        let text = self.text(file)?;
        let last = |word: &str| {
            let word = word.to_lowercase();
            let lines = text.lines().zip(1..).filter(|(line, _)| names(&line.to_lowercase(), &word));
            lines.map(|(_, number)| number).last()
        };
        Some(column.and_then(last).or_else(|| last("select")).unwrap_or(1))
    }

    /// The first line of an SQL file that sets something in its `config(...)`.
    pub(super) fn line_of_setting(&self, file: &str, settings: &[&str]) -> Option<u32> {
        let text = self.text(file)?;
        let start = text.find("config(")?;
        let end = text[start..].find("}}").map_or(text.len(), |length| start + length);
        let mut offset = 0;
        text.split_inclusive('\n').zip(1..).find_map(|(line, number)| {
            let (from, to) = (offset, offset + line.len());
            offset = to;
            let is_within = to > start && from < end;
            let is_set = || {
                let line = line.to_lowercase();
                settings.iter().any(|setting| names(&line, setting))
            };
            (is_within && is_set()).then_some(number)
        })
    }

    fn text(&self, file: &str) -> Option<String> {
        let path = self.find(file)?;
        let is_small = path.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST);
        if is_small { fs::read_to_string(path).ok() } else { None }
    }

    fn find(&self, file: &str) -> Option<PathBuf> {
        let root = self.root.as_ref()?;
        let path = is_below(file).then(|| root.join(file).canonicalize().ok())??;
        (path.starts_with(root) && path.is_file()).then_some(path)
    }
}

/// Whether a line of SQL names something, in lower case, outside of a comment at its end.
fn names(line: &str, word: &str) -> bool {
    let code = line.split("--").next().unwrap_or(line);
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !word.is_empty() && !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })
}

/// Whether a relative path leads only down, as far as its name shows.
pub(crate) fn is_below(file: &str) -> bool {
    !file.is_empty() && Path::new(file).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "models:\n  - name: x\n";

    #[test]
    fn a_path_that_leads_up_or_away_is_not_below() {
        for file in ["models/x.yml", "a", "..a/b", "größe/😀.yml"] {
            assert!(is_below(file), "{file}");
        }
        for file in ["", "/etc/passwd", "../x.yml", "models/../../x.yml", ".."] {
            assert!(!is_below(file), "{file}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_folder_is_not_followed_and_one_within_is() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        fs::create_dir_all(project.join("models")).unwrap();
        fs::write(folder.path().join("outside.yml"), FILE).unwrap();
        fs::write(project.join("models/real.yml"), FILE).unwrap();
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, project.join(name)).unwrap();
        link("../outside.yml", "out.yml");
        link("..", "up");
        link("models/real.yml", "in.yml");
        let mut tree = PropertiesTree::new(&project);
        assert!(tree.properties("in.yml").is_some());
        for outside in ["out.yml", "up/outside.yml", "models", "nowhere.yml"] {
            assert!(!tree.holds(outside) && tree.properties(outside).is_none(), "{outside}");
        }
    }

    #[test]
    fn a_column_is_where_the_sql_names_it_last_and_a_setting_within_its_config() {
        let folder = tempfile::tempdir().unwrap();
        let sql = "{{ config(\n  materialized='view',\n  schema='x'\n) }}\nwith a as (select total, id from b)\n\
                   -- total\nselect\n  a.total,\n  a.totals, -- id\n  a.\"Größe\"\nfrom a\n";
        fs::write(folder.path().join("m.sql"), sql).unwrap();
        let tree = PropertiesTree::new(folder.path());
        let line = |column| tree.line_in_sql("m.sql", Some(column));
        assert_eq!([line("total"), line("ID"), line("größe")], [Some(8), Some(5), Some(10)]);
        assert_eq!([line("gone"), tree.line_in_sql("m.sql", None)], [Some(7); 2]);
        assert_eq!(tree.line_in_sql("none.sql", None), None);
        let set = |setting| tree.line_of_setting("m.sql", &[setting]);
        assert_eq!([set("materialized"), set("schema"), set("from")], [Some(2), Some(3), None]);
    }

    #[test]
    fn where_there_is_no_folder_there_is_no_file() {
        assert!(!PropertiesTree::new(Path::new("nowhere/at/all")).holds("x.yml"));
    }
}
