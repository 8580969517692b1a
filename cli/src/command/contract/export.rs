//! `weft contract export`.

mod outcome;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use clap::Args;
use semver::Version;
use weft_api::problem::ProblemCode;
use weft_dbt::{
    contracts::export::{ApiVersion, ExportScope, ExportSettings, export, object_name},
    derive::Derived,
};
use weft_model::{
    hidden::is_hidden,
    name::{PackageName, UniqueId},
    version,
};
use weft_odcs::DataContract;
use weft_publication::{InterfaceNode, Publication};

use crate::{
    client::{RegistryUse, optional},
    command::contract::export::outcome::{Exported, ExportedContract},
    escape::{self, escape},
    failure::{Result, problem, problem_with_hint},
    named,
    options::Shared,
    output::Message,
    project::{
        config::Config,
        interface::{self, DbtInputs},
    },
    system::files,
};

/// Write data contracts (ODCS) from dbt's metadata of the project's public nodes.
///
/// Columns, types, keys, tests, owners and deprecations become a contract of the project, or of each node. Its id stays the
/// same, `urn:weft:PROJECT` or `urn:weft:PROJECT:NODE`, and each object names its node. What dbt does not know (servers,
/// roles, price, support) is for you to add: `weft contract lint` reports what is still missing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft contract export > inventory.odcs.yaml\n  \
                        weft contract export products -o products.odcs.yaml\n  \
                        weft contract export -o contracts/ --api-version v3.2.0")]
pub(super) struct Arguments {
    /// Nodes by name (`products`, `stock_levels.v2`) or unique id; default: all published nodes. A single node gets its
    /// own contract
    #[arg(value_name = "NODE")]
    nodes: Vec<String>,

    /// dbt's manifest; default: manifest.json in the project's target folder
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,

    /// dbt's catalog, for the types of columns; default: catalog.json in the target folder, if it exists
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,

    /// The file to write; with a folder (an existing one, or a path that ends in `/`), one `NODE.odcs.yaml` per node
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,

    /// The prefix of the contracts' ids
    #[arg(long, value_name = "PREFIX", default_value = "urn:weft", value_parser = id_prefix)]
    id: String,

    /// The version of the standard: v3.0.2, v3.1.0 or v3.2.0
    #[arg(long, value_name = "VERSION", default_value_t)]
    api_version: ApiVersion,

    /// The contracts' version; default: the latest published version of the project, else 1.0.0
    #[arg(long, value_name = "VERSION", value_parser = named::version)]
    version: Option<Version>,
}

fn id_prefix(input: &str) -> std::result::Result<String, &'static str> {
    let is_fit = !input.is_empty() && !input.contains(|c: char| c.is_whitespace() || is_hidden(c));
    if is_fit { Ok(input.to_owned()) } else { Err("a prefix must not be empty and must not contain spaces") }
}

pub(super) async fn run(arguments: &Arguments, shared: &Shared) -> Result<Exported> {
    let config = shared.config()?;
    let project = shared.project()?;
    let manifest = project.manifest(arguments.manifest.as_deref())?;
    let catalog = project.catalog(arguments.catalog.as_deref())?;
    let path = project.manifest_path(arguments.manifest.as_deref());
    let written = DbtInputs { manifest: &manifest, catalog: catalog.as_ref(), path: &path };
    let Derived { publication, relations, .. } = interface::derived(&config, &project, None, written, Vec::new())?;
    let chosen = chosen(&publication, &arguments.nodes)?;
    let mut messages = Vec::new();
    let settings = ExportSettings {
        api_version: arguments.api_version,
        id_prefix: arguments.id.clone(),
        version: match &arguments.version {
            Some(version) => version.clone(),
            None => published(&config, shared, &publication.package_name, &mut messages).await,
        },
    };
    let folder = arguments.output.as_deref().filter(|it| it.is_dir() || it.to_string_lossy().ends_with(['/', '\\']));
    let scopes: Vec<ExportScope<'_>> = match (folder, chosen.first()) {
        (Some(_), _) => chosen.iter().map(|unique_id| ExportScope::Node(unique_id)).collect(),
        (None, Some(only)) if chosen.len() == 1 && !arguments.nodes.is_empty() => vec![ExportScope::Node(only)],
        (None, _) => vec![ExportScope::Project(chosen)],
    };
    let mut documents = Vec::new();
    for scope in &scopes {
        let contract = export(&publication, &relations, scope, &settings);
        let file = match (scope, folder) {
            (ExportScope::Node(unique_id), Some(folder)) => Some(folder.join(file_name(&publication, unique_id))),
            _ => arguments.output.clone(),
        };
        documents.push(document(file, contract, &mut messages)?);
    }
    for ExportedContract { file, text, .. } in &documents {
        if let Some(file) = file {
            files::write(file, text)?;
        }
    }
    Ok(Exported { documents, messages })
}

/// The nodes that are named, of those that are published; all of them where none is.
fn chosen<'p>(publication: &'p Publication, named: &[String]) -> Result<BTreeSet<&'p UniqueId>> {
    let mut chosen = BTreeSet::new();
    for name in named {
        let is_it = |(unique_id, node): &(&UniqueId, &InterfaceNode)| {
            let with_version = node.version.as_ref().map(|version| format!("{}.v{version}", node.name));
            unique_id.as_str() == name
                || node.name == *name
                || object_name(node) == *name
                || with_version.as_ref() == Some(name)
        };
        let found: Vec<_> = publication.interface.iter().filter(is_it).map(|(unique_id, _)| unique_id).collect();
        if found.is_empty() {
            let detail = format!("`{}` is not a published node of `{}`", escape(name), publication.package_name);
            let hint = "`weft publish --dry-run` lists the published nodes; `expose:` in weft.yml selects them";
            return Err(problem_with_hint(ProblemCode::NodeNotFound, detail, hint));
        }
        chosen.extend(found);
    }
    if named.is_empty() {
        chosen.extend(publication.interface.keys());
    }
    if chosen.is_empty() {
        let detail = format!("`{}` publishes no node", publication.package_name);
        let hint = "set `access: public` on a model, or select nodes with `expose:` in weft.yml";
        return Err(problem_with_hint(ProblemCode::NodeNotFound, detail, hint));
    }
    Ok(chosen)
}

/// The latest published version of the project. If the registry does not know it, that is a remark and not a failure: a
/// contract can be written without one.
async fn published(config: &Config, shared: &Shared, name: &PackageName, messages: &mut Vec<Message>) -> Version {
    let asked = async {
        let client = shared.client(config, RegistryUse::Read).await?;
        optional(client.project(name).await)
    };
    match asked.await {
        Ok(standing) => standing.and_then(|project| project.summary.latest).unwrap_or(version::FIRST),
        Err(problem) => {
            let what = format!("the registry did not return the published version, so weft uses {}", version::FIRST);
            messages.push(Message::Warning(format!("{what}: {}", escape(&problem.detail))));
            version::FIRST
        }
    }
}

/// The file of a node in a folder, named after it without characters that are not allowed in plain file names.
fn file_name(publication: &Publication, unique_id: &UniqueId) -> String {
    let name = publication.interface.get(unique_id).map(object_name).unwrap_or_default();
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    format!("{}.odcs.yaml", name.chars().map(plain).collect::<String>())
}

fn document(file: Option<PathBuf>, contract: DataContract, messages: &mut Vec<Message>) -> Result<ExportedContract> {
    let text = contract.to_yaml().map_err(|error| problem(ProblemCode::InvalidContract, error.to_string()))?;
    let what = file.as_deref().map_or_else(|| format!("`{}`", escape(&contract.id)), in_ticks);
    if contract.team.is_none() {
        messages.push(Message::Warning(format!("{what} has no team, because its nodes have no owner in dbt")));
    }
    for object in contract.schema.iter().filter(|object| object.properties.is_empty()) {
        let name = escape(&object.name);
        messages
            .push(Message::Warning(format!("{what}: the columns of `{name}` are unknown; run `dbt docs generate`")));
    }
    Ok(ExportedContract { file, text, contract })
}

fn in_ticks(path: &Path) -> String {
    format!("`{}`", escape::path(path))
}
