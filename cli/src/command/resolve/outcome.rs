//! What a resolve came to, for people and programs.

use std::fmt::Write as _;

use contracts::{api::ResolvedPackage, lock::Lock};
use serde_json::{Value, json};

use crate::{
    command::resolve::bind::{Bound, LOOM_CONFIG},
    config::Binding,
    dbt::packages::{line, name_of},
    output::{
        Message, Output,
        escape::escape,
        style::{DIM, HEAD, paint},
    },
};

/// The lock, and what was written for dbt.
pub(in crate::command) struct Resolved {
    pub(super) lock: Lock,
    /// Pointers to what the lock holds and this weft does not know.
    pub(super) unknown_keys: Vec<String>,
    pub(super) binding: Binding,
    pub(in crate::command) bound: Bound,
    pub(super) lock_changed: bool,
}

impl Resolved {
    fn package_text(&self, package: &ResolvedPackage) -> String {
        let ResolvedPackage { package_name, version, environment, .. } = package;
        let place = match environment {
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
            None => paint(DIM, format_args!("  {package_name} {version}  {place}, required further up")),
        }
    }

    fn next_step(&self) -> Option<String> {
        match self.binding {
            _ if self.lock.packages.is_empty() => None,
            Binding::Loom => Some(format!("let dbt-loom read it: `export DBT_LOOM_CONFIG=.weft/{LOOM_CONFIG}`")),
            Binding::Fusion => {
                Some("let dbt Fusion read it: `export DBT_CLOUD_PUBLICATIONS_DIR=.weft/publications`".to_owned())
            }
            Binding::Package => {
                let listed = self.bound.listed.as_ref().filter(|listed| !listed.missing.is_empty())?;
                let lines: Vec<_> = listed.missing.iter().map(|name| format!("  {}", line(name))).collect();
                let file = name_of(&listed.path);
                Some(if self.bound.lines_written {
                    format!("{file} has new lines: run `dbt deps`")
                } else {
                    format!(
                        "add to `packages:` in {file} (or let `weft resolve --write` do it), then run `dbt deps`\n{}",
                        lines.join("\n")
                    )
                })
            }
        }
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
        for package in packages {
            let _ = writeln!(text, "{}", self.package_text(package));
        }
        let files = self.bound.files.len();
        let binding = format!("{:?}", self.binding).to_lowercase();
        let lock = if self.lock_changed { "weft.lock is new" } else { "weft.lock stays as it was" };
        let _ = writeln!(
            text,
            "Wrote binding {binding}: {files} file{} under .weft; {lock}",
            if files == 1 { "" } else { "s" }
        );
        text
    }

    fn json(&self) -> Value {
        json!({
            "lock": self.lock,
            "lock_changed": self.lock_changed,
            "binding": self.binding,
            "nodes": self.bound.nodes,
            "files": self.bound.files,
            "left_out": self.bound.left_out.iter().map(|it| json!({
                "unique_id": it.unique_id, "why": it.why.to_string(),
            })).collect::<Vec<_>>(),
            "packages_yml": self.bound.listed.as_ref().map(|listed| json!({
                "file": name_of(&listed.path), "missing": listed.missing, "stale": listed.stale,
                "written": self.bound.lines_written,
            })),
        })
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        if let Some(first) = self.unknown_keys.first() {
            messages.push(Message::Warning(format!(
                "weft.lock holds {}, which this weft ({}) does not know and ignores: a newer weft wrote it",
                escape(first),
                env!("CARGO_PKG_VERSION")
            )));
        }
        for package in self.lock.packages.iter().filter(|package| package.yanked) {
            let ResolvedPackage { package_name, version, .. } = package;
            messages.push(Message::Warning(format!("`{package_name}` {version} is yanked")));
        }
        for left_out in &self.bound.left_out {
            messages.push(Message::Warning(format!("left out {}", escape(&left_out.to_string()))));
        }
        for (package_name, nodes) in &self.bound.nodes {
            if *nodes == 0 {
                messages.push(Message::Warning(format!(
                    "no file here names a node of `{package_name}`, so its package is empty; --all takes every node"
                )));
            }
        }
        if let Some(listed) = &self.bound.listed {
            for stale in &listed.stale {
                let file = name_of(&listed.path);
                messages.push(Message::Warning(format!(
                    "{file} still lists `.weft/packages/{}`, which is no longer required: take the line out",
                    escape(stale)
                )));
            }
        }
        messages.extend(self.next_step().map(Message::Hint));
        messages
    }
}
