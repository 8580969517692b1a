//! Whether the target of `profiles.yml` is where a manifest's relations are.
//!
//! A profile is most often outside of git, and differs between machines. So it is asked only where it is newer than the
//! manifest, and counts only where its schema or database is surely not what the manifest was made with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use weft_dbt::manifest::{Manifest, Node};

use crate::project::{
    dbt::compare::ComparedProject,
    profile::targets::{Place, targets},
};

/// What `run_results.json` tells of the run that wrote it.
#[derive(Deserialize)]
struct Results {
    metadata: Metadata,
    args: Arguments,
}

#[derive(Deserialize)]
struct Metadata {
    invocation_id: Option<String>,
}

#[derive(Deserialize)]
struct Arguments {
    target: Option<String>,
    profiles_dir: Option<PathBuf>,
    profile: Option<String>,
    invocation_command: Option<String>,
}

impl ComparedProject<'_> {
    /// Compares the target that the manifest at `path` was made with, where it is known, else every target.
    pub(super) fn profile(&mut self, path: &Path) {
        let run = run(self.manifest, path);
        if run.as_ref().is_some_and(|run| run.profile.is_some()) {
            return;
        }
        let folder = run.as_ref().and_then(|run| run.profiles_dir.as_ref()).map(|folder| self.project.dir.join(folder));
        let Some(targets) = targets(&self.project.dir, folder).filter(|targets| self.is_newer(&targets.file)) else {
            return;
        };
        let used = run
            .as_ref()
            .and_then(|run| run.target.clone().or_else(|| run.takes_default().then(|| targets.default.clone())?));
        let places: Vec<(&String, &Place)> = match &used {
            Some(used) => targets.places.get_key_value(used).into_iter().collect(),
            None => targets.places.iter().collect(),
        };
        let faults = places.iter().map(|(name, place)| Some((*name, self.fault(place)?)));
        let Some(faults) = faults.collect::<Option<Vec<_>>>() else { return };
        let Some((name, [what, is, was])) = faults.first() else { return };
        let file = targets.file.strip_prefix(&self.project.dir).unwrap_or(&targets.file).display().to_string();
        let told = if used.is_some() || faults.len() == 1 {
            format!("is newer than the manifest: the {what} of target `{name}` is `{is}`, and was `{was}`")
        } else {
            format!("is newer than the manifest: no target has the {what} `{was}`, which it was made with")
        };
        if names_schemas(self.manifest, self.project.name.as_deref().unwrap_or_default()) {
            self.is_doubtful(&file, told);
        } else {
            self.differs(&file, told);
        }
    }

    /// In what a place is not the one that the manifest was made with: schema or database, what it is, and what it was.
    fn fault(&self, place: &Place) -> Option<[String; 3]> {
        let own = self.project.name.as_deref()?;
        let nodes = || self.manifest.nodes.values().filter(|it| *it.package_name == *own && it.relation_name.is_some());
        let check = |what: &str, is: Option<&String>, at: usize, of: fn(&Node) -> Option<&str>| {
            let is = is?;
            let of_target: Vec<&str> = nodes().filter(|node| node.configured[at].is_none()).filter_map(of).collect();
            let has = of_target.iter().any(|was| was.to_lowercase() == is.to_lowercase());
            let was = of_target.first().filter(|_| !has)?;
            Some([what.to_owned(), is.clone(), (*was).to_owned()])
        };
        check("schema", place.schema.as_ref(), 1, |node| node.schema.as_deref())
            .or_else(|| check("database", place.database.as_ref(), 0, |node| node.database.as_deref()))
    }
}

impl Arguments {
    /// Whether dbt took the target that the profile names. dbt 2.0 and Fusion do not list every argument.
    fn takes_default(&self) -> bool {
        let command = self.invocation_command.as_deref();
        command.is_some_and(|command| {
            !command.split_whitespace().any(|word| word.starts_with("--target") || word.starts_with("-t"))
        })
    }
}

/// The arguments of the run that wrote the manifest, where its results are beside it.
fn run(manifest: &Manifest, path: &Path) -> Option<Arguments> {
    let bytes = fs::read(path.with_file_name("run_results.json")).ok()?;
    let Results { metadata, args } = serde_json::from_slice(&bytes).ok()?;
    let is_it = metadata.invocation_id.is_some() && metadata.invocation_id == manifest.metadata.invocation_id;
    is_it.then_some(args)
}

/// Whether the project names the schemas or databases of its nodes by a macro of its own.
fn names_schemas(manifest: &Manifest, own: &str) -> bool {
    ["generate_schema_name", "generate_database_name"]
        .iter()
        .any(|name| manifest.macros.keys().any(|id| **id == *format!("macro.{own}.{name}")))
}
