//! The files of seeds: their headers are the seeds' columns, which no manifest tells.

use std::{
    fs,
    path::{Component, Path},
};

use contracts::{
    digest::Digest,
    manifest::{Manifest, Node},
    publication::{
        ResourceType,
        derive::{Readings, SqlColumn, seed_columns},
    },
};

/// Adds the columns of seeds whose files stand below the project's folder as dbt read them.
pub(crate) fn read(project_dir: &Path, manifest: &Manifest, readings: &mut Readings) {
    let seeds = manifest.nodes.iter().filter(|(_, node)| node.resource_type == ResourceType::Seed);
    for (unique_id, node) in seeds {
        if let Some(columns) = columns(project_dir, node) {
            readings.nodes.entry(unique_id.clone()).or_default().columns = Some(columns);
        }
    }
}

/// The columns by the file; `None` where there is no such file, or another than dbt read.
fn columns(project_dir: &Path, node: &Node) -> Option<Vec<SqlColumn>> {
    let path = Path::new(&*node.original_file_path);
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let checksum = node.checksum.as_deref().filter(|_| is_below && is_csv)?;
    let bytes = fs::read(project_dir.join(path)).ok()?;
    let is_same = Digest::of_bytes(&bytes).hex().eq_ignore_ascii_case(checksum);
    let delimiter = node.delimiter.as_deref().map_or(Some(','), only_letter)?;
    let text = String::from_utf8(bytes).ok().filter(|_| is_same)?;
    seed_columns(&text, delimiter)
}

fn only_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    letters.next().filter(|_| letters.next().is_none())
}
