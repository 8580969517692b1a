//! Writing upstream nodes under `.weft/`, in the form that a dbt engine reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use weft_api::problem::ProblemCode;
use weft_bindings::{Files, LeftOut, Upstream, fusion, loom, package};
use weft_model::{digest::CanonicalError, name::PackageName};

use crate::{
    command::resolve::arguments::Arguments,
    failure::{Result, problem},
    project::{
        config::Binding,
        dbt::{Project, list::Changed, listed::ListedEntries, loom::line},
        dot_weft::DotWeft,
    },
    system::files,
};

/// Where dbt-loom's configuration is, below `.weft`.
pub(super) const LOOM_CONFIG: &str = "dbt_loom.config.yml";
/// The folders of the bindings, below `.weft`.
const FOLDERS: [(Binding, &str); 3] =
    [(Binding::Package, "packages"), (Binding::Loom, "loom"), (Binding::Fusion, "publications")];

/// The files that a binding wrote.
#[derive(Debug)]
pub(in crate::command) struct BoundFiles {
    /// The paths of the files, below the project's folder.
    pub(in crate::command) files: Vec<String>,
    /// How many nodes each upstream brings.
    pub(in crate::command) nodes: BTreeMap<PackageName, usize>,
    /// Nodes that the binding cannot carry.
    pub(in crate::command) left_out: Vec<LeftOut>,
    /// What the project's own files say of what weft writes.
    pub(in crate::command) lists: Lists,
}

/// The lists in the project's own files through which dbt finds upstream nodes.
#[derive(Debug)]
pub(in crate::command) struct Lists {
    /// packages.yml, or the packages of dependencies.yml.
    pub(in crate::command) packages: ListedEntries,
    /// The project's own `dbt_loom.config.yml`.
    pub(in crate::command) manifests: ListedEntries,
    /// Whether there was such a file, or is now.
    pub(in crate::command) has_loom_config: bool,
    /// Whether they were put right (`--write`).
    pub(in crate::command) written: bool,
}

impl Lists {
    fn new(binding: Binding, upstreams: &[Upstream], project: &Project) -> Result<Self> {
        let brought: BTreeSet<_> = upstreams.iter().map(|upstream| upstream.publication.package_name.clone()).collect();
        let only = |of: Binding| if binding == of { brought.clone() } else { BTreeSet::new() };
        Ok(Self {
            packages: project.listed_packages(&only(Binding::Package))?,
            manifests: project.listed_manifests(&only(Binding::Loom), &brought)?,
            has_loom_config: project.own_loom_config().is_some(),
            written: false,
        })
    }
}

/// Writes the upstreams in one form and takes away the others.
pub(super) fn bind(
    binding: Binding,
    upstreams: &[Upstream],
    project: &Project,
    dot_weft: &DotWeft,
    arguments: &Arguments,
) -> Result<BoundFiles> {
    let lists = Lists::new(binding, upstreams, project)?;
    let mut bound = BoundFiles { files: Vec::new(), nodes: BTreeMap::new(), left_out: Vec::new(), lists };
    let tree = match binding {
        Binding::Package => packages(upstreams, project, arguments.all, &mut bound)?,
        Binding::Loom => manifests(upstreams, &mut bound)?,
        Binding::Fusion => publications(upstreams, &mut bound)?,
    };
    // What cannot be written there is told before anything is.
    let changes = if arguments.write { changes(&bound.lists)? } else { Vec::new() };
    let mut folder = "";
    for (kind, name) in FOLDERS {
        if kind == binding {
            folder = name;
            files::swap_tree(&dot_weft.join(name), &tree, &dot_weft.staging())?;
        } else {
            files::remove_tree(&dot_weft.join(name))?;
        }
    }
    bound.files = tree.keys().map(|file| format!(".weft/{folder}/{file}")).collect();
    let loom_config = dot_weft.join(LOOM_CONFIG);
    if binding == Binding::Loom {
        files::write(&loom_config, &loom_config_text(upstreams))?;
        bound.files.insert(0, format!(".weft/{LOOM_CONFIG}"));
    } else {
        files::remove_file(&loom_config)?;
    }
    for (listed, change) in &changes {
        listed.write(change)?;
    }
    if arguments.write {
        for name in &bound.lists.packages.stale {
            project.remove_installed(name)?;
        }
        bound.lists.written = true;
        bound.lists.has_loom_config = project.own_loom_config().is_some();
    }
    Ok(bound)
}

fn changes(lists: &Lists) -> Result<Vec<(ListedEntries, Changed)>> {
    let mut changes = Vec::new();
    for listed in [&lists.packages, &lists.manifests] {
        if let Some(change) = listed.put_right()? {
            changes.push((listed.clone(), change));
        }
    }
    Ok(changes)
}

fn packages(upstreams: &[Upstream], project: &Project, all: bool, bound: &mut BoundFiles) -> Result<Files> {
    let texts = if all { Vec::new() } else { project.texts()? };
    let mut tree = Files::new();
    for upstream in upstreams {
        let name = &upstream.publication.package_name;
        let named: Option<BTreeSet<_>> = (!all).then(|| package::named(upstream, texts.iter().map(String::as_str)));
        bound.nodes.insert(name.clone(), named.as_ref().map_or(upstream.publication.interface.len(), BTreeSet::len));
        let left_out = package::left_out(upstream).into_iter();
        bound.left_out.extend(left_out.filter(|it| named.as_ref().is_none_or(|named| named.contains(&it.unique_id))));
        let files = package::files(upstream, named.as_ref());
        tree.extend(files.into_iter().map(|(file, content)| (format!("{name}/{file}"), content)));
    }
    Ok(tree)
}

fn manifests(upstreams: &[Upstream], bound: &mut BoundFiles) -> Result<Files> {
    let mut tree = Files::new();
    for upstream in upstreams {
        let name = &upstream.publication.package_name;
        let left_out = loom::left_out(upstream);
        bound.nodes.insert(name.clone(), upstream.publication.interface.len() - left_out.len());
        bound.left_out.extend(left_out);
        let others = upstreams.iter().filter(|other| other.publication.package_name != *name);
        let text = loom::manifest(upstream, others).map_err(|error| not_canonical(&error))?;
        tree.insert(format!("{name}.manifest.json"), text);
    }
    Ok(tree)
}

fn publications(upstreams: &[Upstream], bound: &mut BoundFiles) -> Result<Files> {
    let mut tree = Files::new();
    for upstream in upstreams {
        let name = &upstream.publication.package_name;
        let left_out = fusion::left_out(upstream);
        bound.nodes.insert(name.clone(), upstream.publication.interface.len() - left_out.len());
        bound.left_out.extend(left_out);
        tree.insert(format!("{name}.json"), fusion::publication(upstream).map_err(|error| not_canonical(&error))?);
    }
    Ok(tree)
}

fn not_canonical(error: &CanonicalError) -> Box<weft_api::problem::Problem> {
    problem(ProblemCode::InvalidPublication, error.to_string())
}

/// dbt-loom's configuration; its paths are relative to where dbt runs, the project's folder.
fn loom_config_text(upstreams: &[Upstream]) -> String {
    if upstreams.is_empty() {
        return "manifests: []\n".to_owned();
    }
    upstreams.iter().fold("manifests:\n".to_owned(), |mut text, upstream| {
        let _ = writeln!(text, "  - {}", line(&upstream.publication.package_name));
        text
    })
}
