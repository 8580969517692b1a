//! `weft contract import`.

mod files;
mod outcome;

use std::path::PathBuf;

use clap::Args;
use weft_api::problem::ProblemCode;
use weft_dbt::{
    contracts::import::{ImportTarget, Style, import},
    derive::Derived,
    manifest::Manifest,
};
use weft_model::{name::UniqueId, text::quoted, types::Dialect};
use weft_odcs::{DataContract, SchemaObject};
use weft_publication::{
    InterfaceNode, Publication,
    contract::{Tie, tie},
    relation::Relations,
};

use crate::{
    command::contract::import::{
        files::PropertiesFiles,
        outcome::{ImportNote, ImportOutput},
    },
    failure::{Result, problem_with_hint},
    options::Shared,
    project::{
        config::Config,
        data_contracts,
        dbt::Project,
        interface::{self, DbtInputs},
    },
};

/// Write what data contracts (ODCS) promise to the project's properties files, so that dbt enforces and tests it.
///
/// Adds what is missing: dbt contracts for active data contracts, columns, types, descriptions, constraints and tests.
/// Comments, order and everything else stay as they are. Shows the difference, and changes nothing without --write. Where
/// a contract and a file disagree, the command reports it and does not change the file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  weft contract import orders.odcs.yaml\n  weft contract import contracts/ --write")]
pub(super) struct Arguments {
    /// Contracts, or folders of them
    #[arg(value_name = "FILE|FOLDER", required = true)]
    paths: Vec<PathBuf>,

    /// dbt's manifest; default: manifest.json in the project's target folder
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,

    /// Change the files
    #[arg(long)]
    write: bool,
}

/// A project, and every node that it defines.
struct ImportNodes<'a> {
    manifest: &'a Manifest,
    publication: Publication,
    relations: Relations,
    has_dbt_utils: bool,
}

pub(super) fn run(arguments: &Arguments, shared: &Shared) -> Result<ImportOutput> {
    let config = shared.config()?;
    let project = shared.project()?;
    let manifest = project.manifest(arguments.manifest.as_deref())?;
    let own = ImportNodes::from_project(&config, &project, &manifest, arguments)?;
    let mut contracts = Vec::new();
    for path in &arguments.paths {
        contracts.append(&mut data_contracts::below(path)?);
    }
    let mut files = PropertiesFiles::in_folder(&project.dir);
    let mut notes = Vec::new();
    let mut is_unenforced = false;
    for contract in &contracts {
        for object in &contract.schema {
            is_unenforced |= own.import(contract, object, &mut files, &mut notes)?;
        }
    }
    let changes = files.changes(arguments.write)?;
    Ok(ImportOutput { changes, notes, is_unenforced, is_written: arguments.write })
}

impl<'a> ImportNodes<'a> {
    fn from_project(config: &Config, project: &Project, manifest: &'a Manifest, arguments: &Arguments) -> Result<Self> {
        let every = ["model", "seed", "snapshot"].map(|kind| format!("resource_type:{kind}")).to_vec();
        let config = Config { expose: every, ..config.clone() };
        let path = project.manifest_path(arguments.manifest.as_deref());
        let written = DbtInputs { manifest, catalog: None, path: &path };
        let Derived { publication, relations, .. } = interface::derived(&config, project, None, written, Vec::new())?;
        let installed = project.dir.join(&project.packages_install_path).join("dbt_utils");
        let has_dbt_utils =
            installed.is_dir() || manifest.tests.values().any(|it| it.namespace.as_deref() == Some("dbt_utils"));
        Ok(Self { manifest, publication, relations, has_dbt_utils })
    }

    /// Whether dbt does not enforce a contract that is active.
    fn import(
        &self,
        contract: &DataContract,
        object: &SchemaObject,
        files: &mut PropertiesFiles,
        notes: &mut Vec<ImportNote>,
    ) -> Result<bool> {
        let about = |message: String| ImportNote::on(contract, object, message);
        let unique_id = match tie(contract, object, &self.publication.interface, &self.relations) {
            Tie::To(unique_id, _) => unique_id,
            Tie::Several(several, by) => {
                let names = quoted(&several, " or ");
                notes.push(about(format!("matches {names} by its {by}, so weft uses none of them")));
                return Ok(false);
            }
            Tie::Nothing => {
                notes.push(about(format!("is not a node of `{}`", self.publication.package_name)));
                return Ok(false);
            }
        };
        let (Some(node), Some(of_dbt)) =
            (self.publication.interface.get(&unique_id), self.manifest.nodes.get(&unique_id))
        else {
            return Ok(false);
        };
        let Some(name) = files::of_node(of_dbt, self.manifest) else {
            notes.push(about(format!("the folder of `{unique_id}` is unknown")));
            return Ok(false);
        };
        let Some(file) = files.open(&name)? else {
            let detail = format!("`{name}` is not a properties file that weft can edit");
            let hint = "fix its YAML; edit a file by hand if it has tabs, or Jinja outside of strings";
            return Err(problem_with_hint(ProblemCode::FileUnreadable, detail, hint));
        };
        let metadata = &self.manifest.metadata;
        let target = ImportTarget {
            node,
            dialect: Dialect::from_adapter(metadata.adapter_type.as_deref()),
            style: Style::from_file(file.value(), metadata.dbt_version.as_deref()),
            has_dbt_utils: self.has_dbt_utils,
            reference: &|named| self.reference(contract, named),
        };
        let imported = import(file, contract, object, &target);
        notes.extend(imported.notes.into_iter().map(&about));
        notes.extend(imported.by_hand.into_iter().map(|it| ImportNote::by_hand(contract, object, &name, it)));
        Ok(imported.is_unenforced)
    }

    /// The `ref()` of what a reference of a contract, or a unique id, names.
    fn reference(&self, contract: &DataContract, named: &str) -> Option<String> {
        let path = named.rsplit('#').next().unwrap_or(named).trim_start_matches('/');
        let name = path.strip_prefix("schema/").map_or(path, |rest| rest.split('/').next().unwrap_or(rest));
        let interface = &self.publication.interface;
        let object = contract.schema.iter().find(|it| it.name == name).filter(|_| !named.contains('#'));
        let tied = object.and_then(|object| match tie(contract, object, interface, &self.relations) {
            Tie::To(unique_id, _) => Some(unique_id),
            _ => None,
        });
        let is_it = |(unique_id, node): &(&UniqueId, &InterfaceNode)| unique_id.as_str() == named || node.name == name;
        let own = tied.or_else(|| interface.iter().find(is_it).map(|(unique_id, _)| unique_id.clone()));
        if let Some(node) = own.and_then(|unique_id| interface.get(&unique_id)) {
            let version = node.version.as_ref().map(|version| format!(", v={version}")).unwrap_or_default();
            return Some(format!("ref('{}'{version})", node.name));
        }
        let other = self.manifest.nodes.iter().find(|(unique_id, _)| unique_id.as_str() == named)?.1;
        Some(format!("ref('{}', '{}')", other.package_name, other.name))
    }
}
