//! Why one of dbt's files is not read.

use std::fmt;

use weft_model::{field_error::FieldError, text::shown};

use crate::artifact::kind::{Artifact, FUSION};

/// A file that is not the artifact that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactError {
    /// What it should be.
    pub artifact: Artifact,
    /// What it is instead, or what is wrong in it.
    pub fault: ArtifactFault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArtifactFault {
    /// The file is not plain text.
    Compressed {
        /// The name of the compression.
        with: &'static str,
    },
    /// The text has two bytes a letter.
    Utf16,
    /// Blanks, or no text at all.
    Empty,
    /// The JSON ends too early.
    CutOff {
        /// Where it ends, from 1.
        line: usize,
        /// As above, from 1.
        column: usize,
    },
    /// A place is not JSON.
    NotJson {
        /// The place, from 1.
        line: usize,
        /// As above, from 1.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// The JSON is a list or a plain value.
    NotAnObject,
    /// Another file that weft knows.
    Other {
        /// In words, with an article.
        is: String,
    },
    /// An object that does not name its schema.
    NoSchema,
    /// A schema version that this weft does not read.
    Unsupported {
        /// The file's version.
        version: u32,
        /// The dbt that wrote it.
        dbt_version: Option<String>,
    },
    /// The file does not say when it was written.
    NoTime,
    /// The time at which it was written cannot be read.
    NotATime {
        /// As the file has it.
        found: String,
    },
    /// Results of a command that does not look at data.
    OtherCommand {
        /// dbt's command, without `dbt`.
        command: String,
    },
    /// Results of a run with `--empty`.
    WithoutData,
    /// Results of a run over a part of the data.
    Sampled {
        /// The run's `--sample`.
        sample: String,
    },
    /// Two nodes of a catalog have one `unique_id`.
    Repeated {
        /// The second of them.
        pointer: String,
    },
    /// Nodes of a manifest that cannot be read.
    Entries {
        /// The first hundred; never empty.
        faults: Vec<FieldError>,
        /// How many there are.
        total: usize,
    },
}

impl Artifact {
    /// The error of a file that is not what it should be.
    pub(crate) fn refuse(self, fault: ArtifactFault) -> ArtifactError {
        ArtifactError { artifact: self, fault }
    }
}

impl ArtifactFault {
    /// The fault of a text that serde could not read through.
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        if error.is_eof() {
            return Self::CutOff { line, column };
        }
        let words = error.to_string();
        Self::NotJson { line, column, reason: words.split(" at line ").next().unwrap_or(&words).to_owned() }
    }
}

impl std::error::Error for ArtifactError {}

impl fmt::Display for ArtifactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { artifact, fault } = self;
        match fault {
            ArtifactFault::Compressed { with } => write!(f, "the file is compressed with {with}, not plain JSON"),
            ArtifactFault::Utf16 => f.write_str("the file is encoded in UTF-16, but JSON is UTF-8"),
            ArtifactFault::Empty => f.write_str("the file is empty"),
            ArtifactFault::CutOff { line, column } => {
                write!(f, "the file is cut off: it ends at line {line}, column {column}")
            }
            ArtifactFault::NotJson { line, column, reason } => {
                write!(f, "the file is not valid JSON at line {line}, column {column}: {}", shown(reason))
            }
            ArtifactFault::NotAnObject => f.write_str("the file is JSON, but not an object"),
            ArtifactFault::Other { is } => write!(f, "expected a dbt {}, but this file is {is}", artifact.file()),
            ArtifactFault::NoSchema => write!(
                f,
                "the file is JSON, but not a dbt {}: it has no `metadata.dbt_schema_version`",
                artifact.file()
            ),
            ArtifactFault::Unsupported { version, dbt_version } => {
                unsupported(f, *artifact, *version, dbt_version.as_deref())
            }
            ArtifactFault::NoTime => {
                f.write_str("the file does not say when it was written: it has no `metadata.generated_at`")
            }
            ArtifactFault::NotATime { found } => {
                write!(f, "`metadata.generated_at` is `{}`, which is not an RFC 3339 time", shown(found))
            }
            ArtifactFault::OtherCommand { command } => {
                write!(f, "`dbt {}` wrote the file, and that command does not look at data", shown(command))
            }
            ArtifactFault::WithoutData => f.write_str("the run used --empty, so it did not look at the data"),
            ArtifactFault::Sampled { sample } => {
                write!(f, "the run used only a sample of the data: --sample {}", shown(sample))
            }
            ArtifactFault::Repeated { pointer } => write!(f, "at {pointer}: two nodes have the same unique_id"),
            ArtifactFault::Entries { faults, total } => {
                let (pointer, message) = faults.first().map_or(("", ""), |first| (&first.pointer, &first.message));
                write!(f, "at {}: {message}", shown(pointer))?;
                if *total > 1 { write!(f, " (and {} more)", total - 1) } else { Ok(()) }
            }
        }
    }
}

/// The version that the file has, and those that are read.
fn unsupported(f: &mut fmt::Formatter<'_>, artifact: Artifact, version: u32, dbt_version: Option<&str>) -> fmt::Result {
    let (first, last) = artifact.versions().into_inner();
    match artifact {
        Artifact::Manifest if version < first => {
            write!(f, "the manifest has version v{version}, written by dbt ")?;
            match dbt_version {
                Some(dbt) => write!(f, "{}", shown(dbt))?,
                None => f.write_str(release(version))?,
            }
            write!(f, "; v{first} (dbt 1.3) or later is needed")
        }
        Artifact::Manifest => {
            let wrote = dbt_version.map_or_else(String::new, |dbt| format!(", written by dbt {}", shown(dbt)));
            write!(
                f,
                "the manifest has version v{version}{wrote}; this weft supports v{first} (dbt 1.3) to v{last}, and v{FUSION} (previews of Fusion)"
            )
        }
        Artifact::Catalog => write!(f, "the catalog has version v{version}; this weft supports v{last}"),
        Artifact::RunResults => {
            write!(f, "the results have version v{version}; this weft supports v{first} (dbt 1.0) to v{last}")
        }
        Artifact::Sources => {
            write!(f, "the source freshness has version v{version}; this weft supports v{last} (dbt 1.0)")
        }
    }
}

/// The dbt release that brought a manifest version.
fn release(version: u32) -> &'static str {
    match version {
        0..=1 => "0.19",
        2 => "0.20",
        3 => "0.21",
        4 => "1.0",
        5 => "1.1",
        _ => "1.2",
    }
}
