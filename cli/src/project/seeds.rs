//! The files of seeds: their headers are the seeds' columns, which no manifest contains.

use std::{
    fs,
    path::{Component, Path},
};

use weft_dbt::{
    derive::{Seeds, SqlColumn},
    manifest::{Manifest, Node, files::FileMatch},
    seed::seed_columns,
};
use weft_publication::ResourceType;

/// The columns of seeds whose files are below the project's folder as dbt read them.
pub(crate) fn read(project_dir: &Path, manifest: &Manifest) -> Seeds {
    let seeds = manifest.nodes.iter().filter(|(_, node)| node.resource_type == ResourceType::Seed);
    seeds.filter_map(|(unique_id, node)| Some((unique_id.clone(), columns(project_dir, manifest, node)?))).collect()
}

/// The columns by the file, with the types that the project gives them. `None` if the file is missing, or is not the one that
/// dbt read. Of a large seed dbt knows the path
/// alone, and its next build reads the file as it is.
fn columns(project_dir: &Path, manifest: &Manifest, node: &Node) -> Option<Vec<SqlColumn>> {
    let path = Path::new(&*node.original_file_path);
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let is_own = manifest.project_name().is_ok_and(|own| own.as_str() == &*node.package_name);
    if !(is_below && is_csv && is_own) {
        return None;
    }
    let bytes = fs::read(project_dir.join(path)).ok()?;
    let found = manifest.files.compare(&node.original_file_path, &bytes);
    let delimiter = node.delimiter.as_deref().map_or(Some(','), only_letter)?;
    let text = String::from_utf8(bytes).ok().filter(|_| matches!(found, FileMatch::Same | FileMatch::Unknown))?;
    let mut columns = seed_columns(&text, delimiter)?;
    for column in &mut columns {
        column.data_type = node.column_types.get(&*column.name).map(ToString::to_string);
    }
    Some(columns)
}

fn only_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}
