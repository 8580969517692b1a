//! The files below a folder, and nothing beside it, wherever links and names point.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use contracts::properties::Properties;

/// No properties file is larger than this, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A folder, and the properties files that were read in it.
pub(super) struct Tree {
    /// Without links; `None` where there is no such folder.
    root: Option<PathBuf>,
    /// `None` for what cannot be understood.
    read: BTreeMap<String, Option<Properties>>,
}

impl Tree {
    pub(super) fn of(folder: &Path) -> Self {
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

/// Whether a relative path leads nowhere but down, as far as its name tells.
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
        let mut tree = Tree::of(&project);
        assert!(tree.properties("in.yml").is_some());
        for outside in ["out.yml", "up/outside.yml", "models", "nowhere.yml"] {
            assert!(!tree.holds(outside) && tree.properties(outside).is_none(), "{outside}");
        }
    }

    #[test]
    fn where_there_is_no_folder_there_is_no_file() {
        assert!(!Tree::of(Path::new("nowhere/at/all")).holds("x.yml"));
    }
}
