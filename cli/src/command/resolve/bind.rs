//! Writing upstream nodes under `.weft/`, in the form that a dbt engine reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use contracts::{
    bindings::{Files, LeftOut, Upstream, fusion, loom, package},
    digest::CanonicalError,
    name::PackageName,
    problem::ProblemCode,
};

use crate::{
    command::resolve::Arguments,
    config::Binding,
    dbt::{Project, packages::Listed},
    dot_weft::DotWeft,
    failure::{Result, problem},
    files,
};

/// Where dbt-loom's configuration is, below `.weft`.
pub(super) const LOOM_CONFIG: &str = "dbt_loom.config.yml";
/// The folders of the bindings, below `.weft`.
const FOLDERS: [(Binding, &str); 3] =
    [(Binding::Package, "packages"), (Binding::Loom, "loom"), (Binding::Fusion, "publications")];

/// What was written.
#[derive(Debug)]
pub(in crate::command) struct Bound {
    /// The paths of the files, below the project's folder.
    pub(in crate::command) files: Vec<String>,
    /// How many nodes each upstream brings.
    pub(in crate::command) nodes: BTreeMap<PackageName, usize>,
    /// Nodes that the binding cannot carry.
    pub(in crate::command) left_out: Vec<LeftOut>,
    /// What packages.yml says, for the binding `package`.
    pub(in crate::command) listed: Option<Listed>,
    /// Whether lines were put into packages.yml.
    pub(in crate::command) lines_written: bool,
}

/// Writes the upstreams in one form and takes away the others.
pub(super) fn bind(
    binding: Binding,
    upstreams: &[Upstream],
    project: &Project,
    dot_weft: &DotWeft,
    arguments: &Arguments,
) -> Result<Bound> {
    let mut bound =
        Bound { files: Vec::new(), nodes: BTreeMap::new(), left_out: Vec::new(), listed: None, lines_written: false };
    let tree = match binding {
        Binding::Package => packages(upstreams, project, arguments.all, &mut bound)?,
        Binding::Loom => manifests(upstreams, &mut bound)?,
        Binding::Fusion => publications(upstreams, &mut bound)?,
    };
    // What cannot be written there is told before anything is.
    let mut lines = None;
    if binding == Binding::Package {
        let names = upstreams.iter().map(|upstream| upstream.publication.package_name.clone()).collect();
        let listed = project.listed_packages(&names)?;
        lines = if arguments.write { listed.with_missing()? } else { None };
        bound.listed = Some(listed);
    }
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
    if let (Some(listed), Some(text)) = (&bound.listed, lines) {
        bound.lines_written = files::write(&listed.path, &text)?;
    }
    Ok(bound)
}

fn packages(upstreams: &[Upstream], project: &Project, all: bool, bound: &mut Bound) -> Result<Files> {
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

fn manifests(upstreams: &[Upstream], bound: &mut Bound) -> Result<Files> {
    let mut tree = Files::new();
    for upstream in upstreams {
        let name = &upstream.publication.package_name;
        let left_out = loom::left_out(upstream);
        bound.nodes.insert(name.clone(), upstream.publication.interface.len() - left_out.len());
        bound.left_out.extend(left_out);
        tree.insert(format!("{name}.manifest.json"), loom::manifest(upstream).map_err(|error| not_canonical(&error))?);
    }
    Ok(tree)
}

fn publications(upstreams: &[Upstream], bound: &mut Bound) -> Result<Files> {
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

fn not_canonical(error: &CanonicalError) -> Box<contracts::problem::Problem> {
    problem(ProblemCode::InvalidPublication, error.to_string())
}

/// dbt-loom's configuration; its paths are relative to where dbt runs, the project's folder.
fn loom_config_text(upstreams: &[Upstream]) -> String {
    let mut text = "manifests:\n".to_owned();
    for Upstream { publication, .. } in upstreams {
        let name = &publication.package_name;
        let _ = write!(
            text,
            "  - name: {name}\n    type: file\n    config:\n      path: .weft/loom/{name}.manifest.json\n"
        );
    }
    if upstreams.is_empty() { "manifests: []\n".to_owned() } else { text }
}
