//! The path of each node's stub: one that every file system accepts, and that gives dbt the node's name.
//!
//! dbt takes a model's name from its file's. Only a versioned model may be in a file with a different name
//! (`defined_in`).

use std::collections::{BTreeMap, BTreeSet};

use weft_model::hidden::is_hidden;

use crate::injected::Injected;

/// File systems allow 255 bytes; `.sql` and what avoids a clash need some of them.
const LONGEST: usize = 200;

/// Names that Windows reserves for devices, with any extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The path of each node's stub below `models/`, without `.sql`; `None` where no file can have the node's name.
pub(super) fn places(nodes: &[Injected<'_>]) -> Vec<Option<String>> {
    let mut taken = Taken::default();
    let fixed: Vec<Option<String>> = nodes
        .iter()
        .map(|node| {
            (node.node.version.is_none() && is_file_name(&node.node.name)).then(|| taken.folder(&node.node.name))
        })
        .collect();
    nodes.iter().zip(fixed).map(|(node, fixed)| fixed.or_else(|| versioned(node, &mut taken))).collect()
}

fn versioned(node: &Injected<'_>, taken: &mut Taken) -> Option<String> {
    let stem = format!("{}_v{}", node.node.name, node.version()?);
    is_file_name(&stem).then(|| taken.fresh(stem))
}

/// Whether a text can be a file's name on every system and is taken as it is by every engine: dbt 2 refuses spaces, and dbt
/// writes the name of a model that a unit test mocks into SQL, without quotes.
pub(super) fn is_file_name(stem: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.$@+~".contains(c) || !(c.is_ascii() || c.is_whitespace());
    let base = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let port = base.strip_prefix("com").or_else(|| base.strip_prefix("lpt"));
    let device = RESERVED.contains(&base.as_str()) || port.is_some_and(|port| port.chars().count() == 1);
    !stem.is_empty()
        && stem.len() <= LONGEST
        && !stem.starts_with('.')
        && !device
        && !stem.contains("--")
        && stem.chars().all(|c| plain(c) && !is_hidden(c))
}

/// The names that are taken, as the least discerning file system sees them: case and accents do not count.
#[derive(Default)]
struct Taken {
    counts: BTreeMap<String, usize>,
    stems: BTreeSet<String>,
}

impl Taken {
    fn seen(stem: &str) -> String {
        stem.chars().filter(char::is_ascii).map(|c| c.to_ascii_lowercase()).collect()
    }

    /// The name as it is; in a folder of its own where another looks like it.
    fn folder(&mut self, stem: &str) -> String {
        self.stems.insert(stem.to_owned());
        let count = self.counts.entry(Self::seen(stem)).or_default();
        *count += 1;
        if *count == 1 { stem.to_owned() } else { format!("{count}/{stem}") }
    }

    /// The name, lengthened until no other looks like it.
    fn fresh(&mut self, mut stem: String) -> String {
        while self.counts.contains_key(&Self::seen(&stem)) || self.stems.contains(&stem) {
            stem.push('_');
        }
        self.folder(&stem)
    }
}
