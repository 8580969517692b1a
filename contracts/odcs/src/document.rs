//! Reading a contract's file.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use serde_saphyr::{DuplicateKeyPolicy, MergeKeyPolicy, Options, UserMessageFormatter};
use weft_model::text::{shown, text_of};

use crate::{
    DataContract, Fault, FaultKind,
    place::At,
    tree::{Spot, Tree},
};

/// How many bytes a contract's file may have: 16 MiB. A thousand tables of twenty columns, with tests, take four.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// How many values and keys a file may have. A thousand tables of twenty columns, with ten keys each, have 400,000.
const MOST_NODES: usize = 1_000_000;

/// The maximum number of values that aliases may expand to.
const MOST_REPLAYED: usize = 500_000;

/// The maximum depth of lists and mappings; a property within a property takes two levels.
const DEEPEST: usize = 64;

/// A file that holds a contract: what it says, and at which lines.
#[derive(Debug, Clone)]
pub struct Document {
    value: Value,
    spot: Spot,
}

/// A contract, with the document that it was read from.
#[derive(Debug, Clone)]
pub struct Read {
    /// The contract, as read from the document.
    pub contract: DataContract,
    /// Where it says that.
    pub document: Document,
}

/// Reads a contract from YAML or JSON.
///
/// # Errors
/// The first fault, with its place. The lint tells all.
pub fn read(text: &str) -> Result<Read, Fault> {
    let document = Document::parse(text)?;
    let contract = document.contract()?;
    Ok(Read { contract, document })
}

impl Document {
    /// Takes a text for a document that may be a contract, of a version that can be read.
    ///
    /// # Errors
    /// What keeps it from being one.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse_within(text, MOST_NODES)
    }

    pub(super) fn parse_within(text: &str, most_nodes: usize) -> Result<Self, Fault> {
        if text.len() > LARGEST {
            return Err(whole(FaultKind::TooLarge { bytes: text.len(), limit: LARGEST }));
        }
        let Tree { value, spot } =
            serde_saphyr::from_str_with_options(text, options(most_nodes)).map_err(|error| syntax(&error))?;
        let document = Self { value, spot };
        document.is_contract()?;
        Ok(document)
    }

    /// The document as JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The line, from 1, of the value at a JSON pointer: the line of its key, or the first line of a list's entry. If
    /// the pointer leads nowhere, the line of the nearest value above it.
    pub fn line_of(&self, pointer: &str) -> Option<u32> {
        Some(self.spot.find(pointer).0).filter(|line| *line > 0)
    }

    /// What it says, in the standard's words.
    ///
    /// # Errors
    /// The first value that is of another kind than the standard wants, or a contract without `id` or `version`.
    pub fn contract(&self) -> Result<DataContract, Fault> {
        let contract: DataContract = serde_path_to_error::deserialize(&self.value).map_err(|error| {
            let pointer = pointer(error.path());
            self.fault(pointer, FaultKind::Shape(shown(&error.inner().to_string())))
        })?;
        let needed = [("id", &contract.id), ("version", &contract.version), ("apiVersion", &contract.api_version)];
        match needed.iter().find(|(_, said)| said.is_empty()) {
            Some((key, _)) => Err(self.fault(String::new(), FaultKind::Missing { key })),
            None => Ok(contract),
        }
    }

    /// The standard's minor version that the document says it is of, where that is a known one.
    pub fn minor_version(&self) -> Option<u32> {
        let mut parts = self.value.get("apiVersion")?.as_str()?.strip_prefix('v')?.split('.');
        let major = parts.next()?;
        parts.next()?.parse().ok().filter(|minor| major == "3" && *minor <= 2)
    }

    fn is_contract(&self) -> Result<(), Fault> {
        let other = |it| Err(whole(FaultKind::NotAMapping(it)));
        match &self.value {
            Value::Object(_) => {}
            Value::Null => return Err(whole(FaultKind::Empty)),
            Value::Array(_) => return other("a list"),
            Value::String(_) => return other("a text"),
            Value::Bool(_) | Value::Number(_) => return other("a single value"),
        }
        if let Some(version) = self.value.get("dataContractSpecification") {
            let kind = FaultKind::OlderSpecification { version: shown(&text_of(version)) };
            return Err(self.fault("/dataContractSpecification".to_owned(), kind));
        }
        match self.value.get("kind") {
            Some(Value::String(kind)) if kind != "DataContract" => {
                return Err(self.fault("/kind".to_owned(), FaultKind::OtherKind { kind: shown(kind) }));
            }
            _ => {}
        }
        match self.value.get("apiVersion") {
            Some(Value::String(version)) if version.trim_start_matches('v').split('.').next() != Some("3") => {
                let kind = FaultKind::OtherVersion { version: shown(version) };
                Err(self.fault("/apiVersion".to_owned(), kind))
            }
            _ => Ok(()),
        }
    }

    fn fault(&self, pointer: String, kind: FaultKind) -> Fault {
        let (line, column) = self.spot.find(&pointer);
        let known = |it: u32| Some(it).filter(|it| *it > 0);
        Fault { kind, pointer, line: known(line), column: known(column) }
    }
}

/// A fault of the document as a whole.
fn whole(kind: FaultKind) -> Fault {
    Fault { kind, pointer: String::new(), line: None, column: None }
}

fn syntax(error: &serde_saphyr::Error) -> Fault {
    let at = error.location();
    let number = |it: u64| u32::try_from(it).ok().filter(|it| *it > 0);
    Fault {
        kind: FaultKind::Syntax(shown(&error.without_snippet().render_with_formatter(&UserMessageFormatter))),
        pointer: String::new(),
        line: at.and_then(|at| number(at.line())),
        column: at.and_then(|at| number(at.column())),
    }
}

/// How YAML is read: `yes`, `y` and `on` are words, and nothing grows without bound.
fn options(most_nodes: usize) -> Options {
    serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Merge,
        strict_booleans: true,
        with_snippet: false,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_REPLAYED },
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            flow_nesting_limit: DEEPEST,
            max_events: 2 * most_nodes + 100,
            max_nodes: most_nodes,
            max_documents: 2,
            // Many columns may share one test; what aliases stand for has a limit of its own.
            enforce_alias_anchor_ratio: false,
        },
    }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => At::ROOT.item(*index).to_string(),
            Segment::Map { key } => At::ROOT.key(key).to_string(),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push_str(&part);
    }
    pointer
}
