//! What a resolve came to, for people and programs.

use std::fmt::Write as _;

use serde_json::{Value, json};
use weft_api::ResolvedPackage;
use weft_mesh::lock::Lock;

use crate::{
    command::resolve::{
        bind::{BoundFiles, LOOM_CONFIG, Lists},
        standing::DeployedNow,
    },
    escape::escape,
    output::{
        Message, Output,
        style::{DIM, HEAD, paint},
    },
    project::config::Binding,
};

/// The lock, and what was written for dbt.
pub(in crate::command) struct Resolved {
    pub(super) lock: Lock,
    /// The deployed version of each package, if the lock existed before; else nothing, because the registry has just
    /// answered.
    pub(super) now: Vec<DeployedNow>,
    /// Pointers to what the lock holds and this weft does not know.
    pub(super) unknown_keys: Vec<String>,
    pub(super) binding: Binding,
    pub(in crate::command) bound: BoundFiles,
    pub(super) written: LockChange,
}

/// What became of weft.lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LockChange {
    New,
    Updated,
    Same,
}

impl Resolved {
    fn package_text(&self, package: &ResolvedPackage, now: Option<&DeployedNow>) -> String {
        let ResolvedPackage { package_name, version, environment, .. } = package;
        let place = match environment {
            _ if now.is_some() => now.map(DeployedNow::to_string).unwrap_or_default(),
            None => "published".to_owned(),
            Some(place) if *place == self.lock.environment => format!("deployed in {place}"),
            Some(place) => format!("deployed in {place} (fallback for {})", self.lock.environment),
        };
        let name = paint(HEAD, format_args!("{package_name} {version}"));
        match self.bound.nodes.get(package_name) {
            Some(nodes) => {
                let plural = if *nodes == 1 { "" } else { "s" };
                format!("  {name}  {place}, {nodes} node{plural}")
            }
            None => paint(DIM, format_args!("  {package_name} {version}  {place}, required by an upstream project")),
        }
    }

    /// What is left to do before dbt reads what was written.
    fn next_step(&self) -> Option<String> {
        let Lists { packages, manifests, has_loom_config, written } = &self.bound.lists;
        match self.binding {
            _ if self.lock.packages.is_empty() => None,
            Binding::Loom if *has_loom_config && (*written || manifests.is_right()) => {
                let file = manifests.file();
                Some(format!("dbt-loom reads {file} here, unless DBT_LOOM_CONFIG names another file"))
            }
            Binding::Loom => Some(format!(
                "let dbt-loom read it: `export DBT_LOOM_CONFIG=.weft/{LOOM_CONFIG}` in every shell and job that runs dbt, \
                 or let `weft resolve --write` put it into {}",
                manifests.file()
            )),
            Binding::Fusion => {
                Some("let dbt Fusion read it: `export DBT_CLOUD_PUBLICATIONS_DIR=.weft/publications`".to_owned())
            }
            Binding::Package if packages.missing.is_empty() => None,
            Binding::Package if *written => Some(format!("{} has new lines: run `dbt deps`", packages.file())),
            Binding::Package => Some(format!(
                "add to `packages:` in {} (or run `weft resolve --write`), then run `dbt deps`\n  {}",
                packages.file(),
                packages.missing_lines().join("\n  ")
            )),
        }
    }

    /// What the project's own files say that does not go with the binding.
    fn leftovers(&self) -> Vec<Message> {
        let Lists { packages, manifests, has_loom_config, written } = &self.bound.lists;
        let list =
            |names: &[String]| names.iter().map(|name| format!("`{}`", escape(name))).collect::<Vec<_>>().join(", ");
        let mut messages = Vec::new();
        if *written {
            for listed in [packages, manifests].into_iter().filter(|it| !(it.stale.is_empty() && it.doubled.is_empty()))
            {
                let names: Vec<_> = listed.stale.iter().chain(&listed.doubled).cloned().collect();
                let (names, key, file) = (list(&names), listed.key, listed.file());
                let what = if listed.path.exists() {
                    format!("removed {names} from `{key}` in {file}")
                } else {
                    format!("removed {names} from `{key}`, and removed {file}, which had nothing else")
                };
                messages.push(Message::Note(what));
            }
            return messages;
        }
        for stale in &packages.stale {
            messages.push(Message::Warning(format!(
                "{} still lists `.weft/packages/{}`, which no longer exists, so dbt fails: remove the line, or run `weft resolve --write`",
                packages.file(),
                escape(stale)
            )));
        }
        let others: Vec<String> = manifests.stale.iter().chain(&manifests.doubled).cloned().collect();
        if self.binding == Binding::Loom && *has_loom_config && !manifests.is_right() {
            messages.push(Message::Warning(format!(
                "the project's own {} overrides .weft/{LOOM_CONFIG} unless DBT_LOOM_CONFIG is set, but does not have the resolved projects",
                manifests.file()
            )));
        } else if self.binding != Binding::Loom && !others.is_empty() {
            messages.push(Message::Warning(format!(
                "{} brings {} to dbt as well, if dbt-loom is installed: remove the entries, or run `weft resolve --write`",
                manifests.file(),
                list(&others)
            )));
        }
        messages
    }

    /// What packages.yml says, where that is of interest.
    fn packages_yml(&self) -> Option<Value> {
        let Lists { packages, written, .. } = &self.bound.lists;
        let is_shown = self.binding == Binding::Package || !packages.is_right();
        is_shown.then(|| {
            json!({
                "file": packages.file(), "missing": packages.missing, "stale": packages.stale,
                "written": *written && !packages.is_right(),
            })
        })
    }

    /// What the project's own `dbt_loom.config.yml` says, where there is one, or should be.
    fn loom_config(&self) -> Option<Value> {
        let Lists { manifests, written, has_loom_config, .. } = &self.bound.lists;
        (*has_loom_config || !manifests.is_right()).then(|| {
            json!({
                "file": manifests.file(), "missing": manifests.missing, "stale": manifests.stale,
                "doubled": manifests.doubled, "written": *written && !manifests.is_right(),
            })
        })
    }
}

impl Output for Resolved {
    fn text(&self) -> String {
        let Lock { packages, environment, .. } = &self.lock;
        if packages.is_empty() {
            return "Nothing is required\n".to_owned();
        }
        let plural = if packages.len() == 1 { "" } else { "s" };
        let mut text = format!("Resolved {} project{plural} in {environment}\n", packages.len());
        for (place, package) in packages.iter().enumerate() {
            let _ = writeln!(text, "{}", self.package_text(package, self.now.get(place)));
        }
        let files = self.bound.files.len();
        let binding = format!("{:?}", self.binding).to_lowercase();
        let lock = match self.written {
            LockChange::New => "weft.lock is new",
            LockChange::Updated => "weft.lock is updated",
            LockChange::Same => "weft.lock is unchanged",
        };
        let _ = writeln!(
            text,
            "Wrote binding {binding}: {files} file{} under .weft; {lock}",
            if files == 1 { "" } else { "s" }
        );
        text
    }

    fn json(&self) -> Value {
        let mut data = json!({
            "lock": self.lock,
            "lock_changed": self.written != LockChange::Same,
            "binding": self.binding,
            "nodes": self.bound.nodes,
            "files": self.bound.files,
            "left_out": self.bound.left_out.iter().map(|it| json!({
                "unique_id": it.unique_id, "why": it.why.to_string(),
            })).collect::<Vec<_>>(),
            "packages_yml": self.packages_yml(),
            "loom_config": self.loom_config(),
        });
        if !self.now.is_empty() {
            data["now"] = self.now.iter().zip(&self.lock.packages).map(|(now, package)| now.json(package)).collect();
        }
        data
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        if let Some(first) = self.unknown_keys.first() {
            messages.push(Message::Warning(format!(
                "weft.lock has {}, which this weft ({}) does not know and ignores: a newer weft wrote it",
                escape(first),
                env!("CARGO_PKG_VERSION")
            )));
        }
        for package in self.lock.packages.iter().filter(|package| package.yanked) {
            let ResolvedPackage { package_name, version, .. } = package;
            messages.push(Message::Warning(format!("`{package_name}` {version} is yanked")));
        }
        let warnings = self.lock.packages.iter().zip(&self.now).filter_map(|(package, now)| now.warning(package));
        let before = messages.len();
        messages.extend(warnings.map(Message::Warning));
        if messages.len() > before {
            let hint = "`weft resolve` without --locked uses what is deployed now";
            messages.push(Message::Hint(hint.to_owned()));
        }
        for left_out in &self.bound.left_out {
            messages.push(Message::Warning(format!("left out {}", escape(&left_out.to_string()))));
        }
        for (package_name, nodes) in &self.bound.nodes {
            if *nodes == 0 {
                messages.push(Message::Warning(format!(
                    "no file here names a node of `{package_name}`, so its package is empty; --all includes every node"
                )));
            }
        }
        messages.extend(self.leftovers());
        messages.extend(self.next_step().map(Message::Hint));
        messages
    }
}
