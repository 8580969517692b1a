//! What dbt's JSON artifacts have in common: which artifact a file is, and why a file cannot be read as the expected
//! one.

mod error;
mod kind;
pub(crate) mod lenient;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use weft_model::text::shown;

use crate::artifact::kind::FUSION;
use crate::artifact::lenient::{Item, Lenient, Object, Present, Text};
pub use crate::artifact::{
    error::{ArtifactError, ArtifactFault},
    kind::Artifact,
};

lenient::objects! {
    /// The keys at a file's top level that distinguish artifacts.
    struct Marks {
        results: Present,
        project_configuration: Present,
        interface: Present,
        package_name: Present,
        public_models: Present,
    }

    /// The metadata block of an artifact.
    pub(crate) struct Header {
        dbt_schema_version: Text,
        dbt_version: Text,
        generated_at: Text,
        adapter_type: Text,
        project_name: Text,
        project_id: Text,
        invocation_id: Text,
    }
}

/// Reads a whole artifact into the fields that are wanted of it.
pub(crate) fn parse<T: Lenient>(bytes: &[u8], wanted: Artifact) -> Result<T, ArtifactError> {
    let object: Item<Object<T>> =
        serde_json::from_slice(bytes).map_err(|error| wanted.refuse(ArtifactFault::from_json(&error)))?;
    object.0.0.ok_or_else(|| wanted.refuse(ArtifactFault::NotAnObject))
}

/// The bytes to parse: without a byte order mark, and surely not a compressed or a two-byte encoding.
pub(crate) fn plain(bytes: &[u8], wanted: Artifact) -> Result<&[u8], ArtifactError> {
    let fault = match bytes {
        [0x1f, 0x8b, ..] => ArtifactFault::Compressed { with: "gzip" },
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ArtifactFault::Compressed { with: "zstd" },
        [b'P', b'K', 3, 4, ..] => ArtifactFault::Compressed { with: "zip" },
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ArtifactFault::Utf16,
        [0xef, 0xbb, 0xbf, rest @ ..] => return Ok(rest),
        _ if bytes.iter().all(u8::is_ascii_whitespace) => ArtifactFault::Empty,
        _ => return Ok(bytes),
    };
    Err(wanted.refuse(fault))
}

/// The version in `https://schemas.getdbt.com/dbt/<kind>/v<version>.json`, where the schema is of that kind.
fn version_of(schema: &str, kind: &str) -> Option<u32> {
    let (before, version) = schema.rsplit_once('/')?;
    before.ends_with(&format!("/{kind}")).then_some(())?;
    version.strip_prefix('v')?.strip_suffix(".json")?.parse().ok()
}

/// The schema version of the wanted artifact, one that is read.
///
/// # Errors
/// What else the file is: the header's schema tells, or where there is none, the keys at the top of `bytes`. Or the version
/// that it has, where that is not read.
pub(crate) fn identify(bytes: &[u8], wanted: Artifact, header: &Header) -> Result<u32, ArtifactError> {
    let schema = header.dbt_schema_version.as_deref();
    let Some(version) = schema.and_then(|schema| version_of(schema, wanted.kind())) else {
        return Err(wanted.refuse(other(bytes, wanted, schema)?));
    };
    if wanted.versions().contains(&version) || (wanted == Artifact::Manifest && version == FUSION) {
        return Ok(version);
    }
    let dbt_version = header.dbt_version.as_deref().map(str::to_owned);
    Err(wanted.refuse(ArtifactFault::Unsupported { version, dbt_version }))
}

/// What a file is that is not the wanted one.
fn other(bytes: &[u8], wanted: Artifact, schema: Option<&str>) -> Result<ArtifactFault, ArtifactError> {
    let marks: Marks = if schema.is_none() { parse(bytes, wanted)? } else { Marks::default() };
    let is = match schema {
        Some(schema) if version_of(schema, "manifest").is_some() => "a dbt manifest.json".to_owned(),
        Some(schema) if version_of(schema, "catalog").is_some() => "a dbt catalog.json".to_owned(),
        Some(schema) if version_of(schema, "run-results").is_some() => "dbt's run_results.json".to_owned(),
        Some(schema) if version_of(schema, "sources").is_some() => "dbt's sources.json (source freshness)".to_owned(),
        Some(schema) if version_of(schema, "publication").is_some() => "a dbt publication".to_owned(),
        Some(schema) => format!("of schema `{}`", shown(schema)),
        None if marks.interface.0 && marks.package_name.0 => "a weft publication".to_owned(),
        None if marks.public_models.0 => "a dbt publication".to_owned(),
        None if marks.project_configuration.0 => "dbt's semantic_manifest.json".to_owned(),
        None if marks.results.0 && matches!(wanted, Artifact::Manifest | Artifact::Catalog) => {
            "one of dbt's results".to_owned()
        }
        None => return Ok(ArtifactFault::NoSchema),
    };
    Ok(ArtifactFault::Other { is })
}

/// When an artifact says that it was made; some adapters' forks of dbt leave out that the time is UTC.
pub(crate) fn moment(said: &str) -> Option<OffsetDateTime> {
    [said.to_owned(), format!("{said}Z")].iter().find_map(|it| OffsetDateTime::parse(it, &Rfc3339).ok())
}
