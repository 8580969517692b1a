//! `weft init`.

mod findings;

use std::{fmt::Write as _, path::Path};

use clap::Args;
use serde_json::{Value, json};
use weft_api::problem::ProblemCode;

use crate::{
    client::location::RegistryLocation,
    command::init::findings::{Findings, UpstreamEvidence},
    escape::{self, escape},
    failure::{FileError, Result, problem_with_hint},
    git,
    options::Shared,
    output::{
        Message, Output,
        style::{HEAD, paint},
    },
    project::config,
    system::files,
};

/// Write weft.yml from the dbt project.
///
/// weft finds upstream projects in dependencies.yml, in `dbt_loom.config.yml` and in two-argument refs.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft init\n  weft init --project-dir dbt/sales --registry https://weft.example.com"
)]
pub(super) struct Arguments {
    /// Overwrite an existing weft.yml
    #[arg(long)]
    force: bool,
}

/// What was found and written.
pub(super) struct Initialized {
    findings: Findings,
    text: String,
    /// Whether the registry that was named is not written down.
    left_out: bool,
}

pub(super) fn run(arguments: &Arguments, shared: &Shared) -> Result<Initialized> {
    let project = shared.project()?;
    let path = project.dir.join(config::FILE);
    if path.exists() && !arguments.force {
        let detail = format!("`{}` already exists", escape::path(&path));
        return Err(problem_with_hint(ProblemCode::Usage, detail, "overwrite it with --force"));
    }
    let findings = Findings::from_project(&project)?;
    let registry = shared.registry.as_deref().filter(|registry| !registry.is_empty());
    let registry = registry.map(|registry| written_registry(registry, &project.dir)).transpose()?;
    let text = document(&findings, registry.as_ref().and_then(|it| it.as_deref()));
    files::write(&path, &text)?;
    Ok(Initialized { findings, text, left_out: registry == Some(None) })
}

/// How weft.yml names a registry, which people read on other machines: a path from the project's folder. `None` if it
/// would mean nothing there, or reveal a password: a path outside of the work tree, and a database's URL.
fn written_registry(given: &str, project_dir: &Path) -> Result<Option<String>> {
    let path = match RegistryLocation::choose(Some(given), None, project_dir)? {
        RegistryLocation::Server(_) => return Ok(Some(given.to_owned())),
        RegistryLocation::Postgres(_) => return Ok(None),
        RegistryLocation::File(path) => path,
    };
    let here = project_dir.canonicalize().map_err(FileError::on(project_dir, "read"))?;
    let root = git::work_tree_root(project_dir).unwrap_or_else(|| here.clone());
    let absolute = std::path::absolute(&path).map_err(FileError::on(&path, "read"))?;
    let folder = absolute.parent().unwrap_or(&absolute);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let (Ok(below), Some(name)) = (folder.strip_prefix(&root), absolute.file_name()) else { return Ok(None) };
    let up = here.strip_prefix(&root).map_or(0, |here| here.iter().count());
    let shared =
        here.strip_prefix(&root).map_or(0, |here| here.iter().zip(below.iter()).take_while(|(a, b)| a == b).count());
    let parts = std::iter::repeat_n("..".into(), up - shared)
        .chain(below.iter().skip(shared).map(|part| part.to_string_lossy().into_owned()))
        .chain([name.to_string_lossy().into_owned()]);
    Ok(Some(parts.collect::<Vec<String>>().join("/")))
}

/// The file's text: what was found, and the other keys as comments.
fn document(findings: &Findings, registry: Option<&str>) -> String {
    let mut text = "# What this project publishes to a weft registry, and what it requires of others.\n\n".to_owned();
    match registry.filter(|registry| !registry.is_empty()) {
        Some(registry) => {
            let _ = writeln!(text, "registry: {}\n", json!(registry));
        }
        None => text.push_str(
            "# A server or the path of a file; without it, .weft/registry.db at the repository's root.\n\
             # registry: https://weft.example.com\n\n",
        ),
    }
    text.push_str("# Upstream projects, with the versions that are allowed (Cargo's notation: ^1.2, >=2, <4).\n");
    if findings.upstreams.is_empty() {
        text.push_str("# requires:\n#   inventory: ^1\n");
    } else {
        text.push_str("requires:\n");
    }
    for upstream in findings.upstreams.keys() {
        let _ = writeln!(text, "  {upstream}: \"*\"");
    }
    text.push_str(
        "\n# What is published: access:, tag:, path:, group:, resource_type:, or a node's name.\n\
         # expose: [\"access:public\"]\n\n\
         # How upstream nodes reach dbt: package, loom or fusion.\n",
    );
    text.push_str(if findings.loom { "binding: loom\n" } else { "# binding: package\n" });
    text
}

impl Output for Initialized {
    fn text(&self) -> String {
        let Findings { name, upstreams, loom } = &self.findings;
        let mut text = match name {
            Some(name) => format!("Wrote {} for the dbt project {}\n", config::FILE, paint(HEAD, escape(name))),
            None => format!("Wrote {}; no dbt_project.yml names the project\n", config::FILE),
        };
        if *loom {
            text.push_str("  binding loom: dbt_loom.config.yml exists\n");
        }
        for (upstream, evidence) in upstreams {
            let evidence: Vec<_> = evidence.iter().map(UpstreamEvidence::to_string).collect();
            let _ = writeln!(text, "  requires {upstream}: {}", evidence.join(", "));
        }
        if upstreams.is_empty() {
            text.push_str("  requires no upstream project\n");
        }
        text
    }

    fn json(&self) -> Value {
        let Findings { name, upstreams, loom } = &self.findings;
        let upstreams: serde_json::Map<_, _> = upstreams
            .iter()
            .map(|(upstream, evidence)| {
                (upstream.to_string(), evidence.iter().map(UpstreamEvidence::to_string).collect::<Value>())
            })
            .collect();
        json!({ "file": config::FILE, "text": self.text, "name": name, "upstreams": upstreams, "loom": loom })
    }

    fn messages(&self) -> Vec<Message> {
        let next = if self.findings.upstreams.is_empty() {
            "`dbt build`, then `weft publish`"
        } else {
            "`weft resolve --write`"
        };
        let left_out = "the registry is not written to weft.yml, because its location is valid only on this machine, or has a password; name it with WEFT_REGISTRY or --registry";
        let left_out = self.left_out.then(|| Message::Note(left_out.to_owned()));
        left_out.into_iter().chain([Message::Hint(format!("next: {next}"))]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::config::{Binding, Config};

    #[test]
    fn a_file_is_named_from_the_project_and_what_others_cannot_use_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init(folder.path()).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = root.join("dbt/sales");
        std::fs::create_dir_all(&project).unwrap();
        let written = |given: &str| written_registry(given, &project).unwrap();
        assert_eq!(written(&root.join("mesh.db").display().to_string()).as_deref(), Some("../../mesh.db"));
        assert_eq!(written(&root.join("dbt/x/mesh.db").display().to_string()).as_deref(), Some("../x/mesh.db"));
        assert_eq!(written(&project.join("mesh.db").display().to_string()).as_deref(), Some("mesh.db"));
        assert_eq!(written("https://weft.example.com").as_deref(), Some("https://weft.example.com"));
        assert_eq!(written("/nowhere/at/all/mesh.db"), None);
        assert_eq!(written("postgres://weft:secret@db/weft"), None);
        assert!(written_registry("https://me:secret@host", &project).is_err());
    }

    #[test]
    fn what_is_written_is_a_weft_yml() {
        let folder = tempfile::tempdir().unwrap();
        let mut findings = Findings { name: None, upstreams: std::collections::BTreeMap::default(), loom: false };
        std::fs::write(folder.path().join(config::FILE), document(&findings, None)).unwrap();
        assert_eq!(Config::read(folder.path()).unwrap(), Config::default());
        findings.upstreams.insert("inventory".parse().unwrap(), [UpstreamEvidence::Dependencies].into());
        findings.loom = true;
        std::fs::write(folder.path().join(config::FILE), document(&findings, Some("a \"b\": c"))).unwrap();
        let config = Config::read(folder.path()).unwrap();
        assert_eq!(config.registry.as_deref(), Some("a \"b\": c"));
        assert_eq!((config.requires["inventory"].to_string().as_str(), config.binding), ("*", Binding::Loom));
    }
}
