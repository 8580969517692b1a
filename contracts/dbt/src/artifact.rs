//! What dbt's JSON artifacts have in common: which one a file is, and why a file cannot be read as the one wanted.

pub(crate) mod lenient;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use weft_api::problem::{Problem, ProblemCode};
use weft_model::text::shown;

use crate::artifact::lenient::{Item, Lenient, Object, Present, Text};

/// The artifact that is wanted, and how to name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Manifest,
    Catalog,
    RunResults,
    Sources,
}

impl Wanted {
    fn file(self) -> &'static str {
        match self {
            Self::Manifest => "manifest.json",
            Self::Catalog => "catalog.json",
            Self::RunResults => "run_results.json",
            Self::Sources => "sources.json",
        }
    }

    /// Its name in the URLs of schemas.
    fn kind(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Catalog => "catalog",
            Self::RunResults => "run-results",
            Self::Sources => "sources",
        }
    }

    fn invalid(self) -> ProblemCode {
        match self {
            Self::Manifest => ProblemCode::ManifestInvalid,
            Self::Catalog => ProblemCode::CatalogInvalid,
            Self::RunResults | Self::Sources => ProblemCode::ResultsInvalid,
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Manifest => "`dbt compile`",
            Self::Catalog => "`dbt docs generate`",
            Self::RunResults => "`dbt build`",
            Self::Sources => "`dbt source freshness`",
        }
    }

    /// The problem of a file that is not what it should be.
    pub(crate) fn refuse(self, detail: impl Into<String>) -> Problem {
        Problem::new(self.invalid(), detail)
    }
}

lenient::objects! {
    /// The keys at a file's top that tell artifacts apart.
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
pub(crate) fn parse<T: Lenient>(bytes: &[u8], wanted: Wanted) -> Result<T, Box<Problem>> {
    let object: Item<Object<T>> = serde_json::from_slice(bytes).map_err(|error| unreadable(&error, wanted))?;
    object.0.0.ok_or_else(|| {
        let hint = format!("use the {} that {} writes to target/", wanted.file(), wanted.command());
        Box::new(wanted.refuse("the file is JSON, but not an object").with_hint(hint))
    })
}

/// The bytes to parse: without a byte order mark, and surely not a compressed or a two-byte encoding.
pub(crate) fn plain(bytes: &[u8], wanted: Wanted) -> Result<&[u8], Box<Problem>> {
    let compressed = |name: &str| {
        let detail = format!("the file is compressed with {name}, not plain JSON");
        Err(Box::new(
            wanted.refuse(detail).with_hint(format!("decompress it first; dbt itself writes {} plain", wanted.file())),
        ))
    };
    match bytes {
        [0x1f, 0x8b, ..] => compressed("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => compressed("zstd"),
        [b'P', b'K', 3, 4, ..] => compressed("zip"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Box::new(
            wanted
                .refuse("the file is encoded in UTF-16, but JSON is UTF-8")
                .with_hint("save it as UTF-8; some shells convert when output is redirected"),
        )),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(rest),
        _ if bytes.iter().all(u8::is_ascii_whitespace) => {
            Err(Box::new(wanted.refuse("the file is empty").with_hint(format!("run {} again", wanted.command()))))
        }
        _ => Ok(bytes),
    }
}

/// The problem of a file that serde could not read through.
fn unreadable(error: &serde_json::Error, wanted: Wanted) -> Box<Problem> {
    let place = format!("line {}, column {}", error.line(), error.column());
    let rewrite = format!("run {} again; if you copied the file, copy all of it", wanted.command());
    Box::new(if error.is_eof() {
        wanted.refuse(format!("the file is cut off: it ends at {place}")).with_hint(rewrite)
    } else {
        let told = error.to_string();
        let reason = told.split(" at line ").next().unwrap_or(&told);
        wanted.refuse(format!("the file is not valid JSON at {place}: {}", shown(reason))).with_hint(rewrite)
    })
}

/// The version in `https://schemas.getdbt.com/dbt/<kind>/v<version>.json`, where the schema is of that kind.
fn version_of(schema: &str, kind: &str) -> Option<u32> {
    let (before, version) = schema.rsplit_once('/')?;
    before.ends_with(&format!("/{kind}")).then_some(())?;
    version.strip_prefix('v')?.strip_suffix(".json")?.parse().ok()
}

/// The schema version of the wanted artifact.
///
/// # Errors
/// What else the file is: `schema` tells, or where there is none, the keys at the top of `bytes`.
pub(crate) fn identify(bytes: &[u8], wanted: Wanted, schema: Option<&str>) -> Result<u32, Box<Problem>> {
    if let Some(version) = schema.and_then(|schema| version_of(schema, wanted.kind())) {
        return Ok(version);
    }
    let marks: Marks = if schema.is_none() { parse(bytes, wanted)? } else { Marks::default() };
    let found = match schema {
        Some(schema) if version_of(schema, "manifest").is_some() => Some("a dbt manifest.json".to_owned()),
        Some(schema) if version_of(schema, "catalog").is_some() => Some("a dbt catalog.json".to_owned()),
        Some(schema) if version_of(schema, "run-results").is_some() => Some("dbt's run_results.json".to_owned()),
        Some(schema) if version_of(schema, "sources").is_some() => {
            Some("dbt's sources.json (source freshness)".to_owned())
        }
        Some(schema) if version_of(schema, "publication").is_some() => Some("a dbt publication".to_owned()),
        Some(schema) => Some(format!("of schema `{}`", shown(schema))),
        None if marks.interface.0 && marks.package_name.0 => Some("a weft publication".to_owned()),
        None if marks.public_models.0 => Some("a dbt publication".to_owned()),
        None if marks.project_configuration.0 => Some("dbt's semantic_manifest.json".to_owned()),
        None if marks.results.0 && matches!(wanted, Wanted::Manifest | Wanted::Catalog) => {
            Some("one of dbt's results".to_owned())
        }
        None => None,
    };
    let hint = format!("use the {} that {} writes to target/", wanted.file(), wanted.command());
    Err(Box::new(
        match found {
            Some(found) => Problem::new(
                ProblemCode::WrongArtifact,
                format!("expected a dbt {}, but this file is {found}", wanted.file()),
            ),
            None => wanted.refuse(format!(
                "the file is JSON, but not a dbt {}: it has no `metadata.dbt_schema_version`",
                wanted.file()
            )),
        }
        .with_hint(hint),
    ))
}

/// When an artifact says that it was made; some adapters' forks of dbt leave out that the time is UTC.
pub(crate) fn moment(said: &str) -> Option<OffsetDateTime> {
    [said.to_owned(), format!("{said}Z")].iter().find_map(|it| OffsetDateTime::parse(it, &Rfc3339).ok())
}
