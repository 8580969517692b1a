//! Consumers that a file describes: weft's own form, or a data product of the Open Data Product Standard.

use std::{collections::BTreeSet, fs::File, io::Read as _, path::Path};

use serde::{Deserialize, de::DeserializeOwned, de::IgnoredAny};
use serde_saphyr::Spanned;
use weft_api::{
    consumer::ConsumerKind,
    problem::{Problem, ProblemCode},
};
use weft_model::name::{Author, EnvironmentName, PackageName};

use crate::{
    command::consumers::{
        draft::{ConsumerFlags, Draft, DraftColumn, DraftRead, NodeReference},
        odps,
    },
    escape,
    failure::{FileError, Result, problem_with_hint},
    project::yaml::yaml_fault,
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// What distinguishes the formats of files.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct FileForm {
    consumers: Option<IgnoredAny>,
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsumersFile {
    consumers: Vec<ConsumerEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsumerEntry {
    name: PackageName,
    kind: Option<ConsumerKind>,
    owner: Option<Author>,
    contact: Option<Author>,
    #[serde(default)]
    roles: BTreeSet<Author>,
    environment: Option<EnvironmentName>,
    #[serde(default)]
    reads: Vec<ReadEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadEntry {
    project: Option<PackageName>,
    node: Spanned<String>,
    columns: Option<Vec<Spanned<ColumnEntry>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ColumnEntry {
    Name(String),
    Full(FullColumn),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullColumn {
    name: String,
    data_type: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// `file_unreadable`, or `invalid_consumer` with the line of what is not understood.
pub(super) fn read(file: &Path, said: &ConsumerFlags) -> Result<Vec<Draft>> {
    let mut text = String::new();
    let opened = File::open(file).map_err(FileError::on(file, "read"))?;
    opened.take(LARGEST + 1).read_to_string(&mut text).map_err(FileError::on(file, "read"))?;
    if text.len() as u64 > LARGEST {
        return Err(refused(file, &format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    drafts(&text, said).map_err(|reason| refused(file, &reason))
}

fn refused(file: &Path, reason: &str) -> Box<Problem> {
    problem_with_hint(
        ProblemCode::InvalidConsumer,
        format!("`{}` has no consumer that can be registered: {reason}", escape::path(file)),
        "`weft consumers add --help` shows the format of the file",
    )
}

fn drafts(text: &str, said: &ConsumerFlags) -> std::result::Result<Vec<Draft>, String> {
    let Some(form) = parsed::<Option<FileForm>>(text)? else { return Err("it is empty".to_owned()) };
    let drafts = match (form.consumers, form.kind.as_deref()) {
        (Some(IgnoredAny), _) => {
            let entries = parsed::<ConsumersFile>(text)?.consumers.into_iter().enumerate();
            entries.map(|(index, entry)| draft(index, entry, said)).collect()
        }
        (None, Some("DataProduct")) => odps::draft(&parsed(text)?, said).map(|draft| vec![draft]),
        (None, _) => Err("it has no `consumers:` and no `kind: DataProduct`".to_owned()),
    }?;
    match (drafts.as_slice(), &said.name) {
        ([], _) => Err("it names none".to_owned()),
        ([_, _, ..], Some(name)) => Err(format!("it names several consumers, which cannot all have the name `{name}`")),
        _ => Ok(drafts),
    }
}

/// The text as YAML, which JSON is too.
pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> std::result::Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| yaml_fault(&error))
}

fn draft(index: usize, entry: ConsumerEntry, said: &ConsumerFlags) -> std::result::Result<Draft, String> {
    let ConsumerEntry { name, kind, owner, contact, roles, environment, reads } = entry;
    let owner = said.owner.clone().or(owner);
    let reads = reads.into_iter().enumerate().map(|(number, read)| {
        let at = format!("/consumers/{index}/reads/{number}");
        let place = format!("{at}/node (line {})", read.node.referenced.line());
        let column = |(number, column): (usize, Spanned<ColumnEntry>)| {
            let place = format!("{at}/columns/{number} (line {})", column.referenced.line());
            let (name, data_type) = match column.value {
                ColumnEntry::Name(name) => (name, None),
                ColumnEntry::Full(FullColumn { name, data_type }) => (name, data_type),
            };
            DraftColumn { place, name, data_type }
        };
        let columns = read.columns.map(|columns| columns.into_iter().enumerate().map(column).collect());
        DraftRead { place, project: read.project, what: NodeReference::Node { node: read.node.value, columns } }
    });
    Ok(Draft {
        reads: reads.collect(),
        owner: owner.ok_or_else(|| format!("`{name}` has no owner"))?,
        name: said.name.clone().unwrap_or(name),
        environment: environment.unwrap_or_else(|| said.environment.clone()),
        kind: said.kind.or(kind).unwrap_or(ConsumerKind::Application),
        contact: said.contact.clone().or(contact),
        roles: if said.roles.is_empty() { roles } else { said.roles.clone() },
    })
}
