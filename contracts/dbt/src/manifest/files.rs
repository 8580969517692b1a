//! What a manifest says about the files of its own project, for the comparison with the files themselves.
//!
//! dbt's checksums differ by version (of the raw, the stripped or the white-space-folded text, or of the path alone),
//! so the texts in the manifest decide. A checksum decides only for seeds, whose text the manifest does not contain.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use regex::Regex;

use weft_model::digest::Digest;

/// The files of the project that a manifest was made from, by path below the project's folder, `/` between the parts.
#[derive(Debug, Clone, Default)]
pub struct ManifestFiles {
    by_path: BTreeMap<Box<str>, Claims>,
    /// Whether dbt passes over changes of white space alone, so that the manifest may keep an earlier text (dbt 1.12).
    folds_white_space: bool,
    /// Where the project was, as far as the manifest says.
    pub root: Option<Box<str>>,
}

/// What a manifest says of one file.
#[derive(Debug, Clone, Default)]
struct Claims {
    /// The file is one node, with this text.
    whole: Option<TextDigests>,
    /// dbt's checksum of a seed.
    checksum: Option<Box<str>>,
    /// Whether the file is a node without a text in the manifest.
    is_untold: bool,
    /// Blocks that are written in it: macros, snapshots, docs.
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TextDigests {
    exact: Digest,
    folded: Digest,
}

#[derive(Debug, Clone)]
struct Block {
    name: Box<str>,
    text: Box<str>,
}

/// One thing that an entry of a manifest says of a file.
#[derive(Debug, Clone)]
pub(super) enum Claim {
    /// The file is there.
    Named,
    /// The file's whole text.
    Whole { exact: Digest, folded: Digest },
    /// The file's checksum, by dbt.
    Checksum(Box<str>),
    /// The file is a node whose text dbt always writes, and this manifest does not have it.
    Untold,
    /// A block in the file.
    Block { name: Box<str>, text: Box<str> },
}

impl Claim {
    /// The claim of a file's whole text.
    pub(super) fn whole(text: &str) -> Self {
        let TextDigests { exact, folded } = TextDigests::from_text(text);
        Self::Whole { exact, folded }
    }
}

/// What comes of comparing a file with the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileMatch {
    /// The manifest was made from this text.
    Same,
    /// The manifest was made from another text.
    Different,
    /// Only white space differs, and this dbt does not parse the file again for that.
    WhiteSpace,
    /// The manifest does not contain enough to decide.
    Unknown,
}

/// What kind of block a text opens.
static OPENS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\{%[-+]?\s*(macro|test|data_test|materialization|snapshot|docs|function)\s+([\p{L}\p{N}_]+)").ok()
});
/// What Jinja does not read: comments and raw text.
static UNREAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)\{#.*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}").ok());

impl ManifestFiles {
    pub(super) fn add(&mut self, path: &str, claim: Claim) {
        let claims = self.by_path.entry(path.into()).or_default();
        match claim {
            Claim::Named => {}
            Claim::Whole { exact, folded } => claims.whole = Some(TextDigests { exact, folded }),
            Claim::Checksum(checksum) => claims.checksum = Some(checksum),
            Claim::Untold => claims.is_untold = true,
            Claim::Block { name, text } => claims.blocks.push(Block { name, text }),
        }
    }

    /// Takes the rules of the dbt that wrote the manifest.
    pub(super) fn by(mut self, dbt_version: Option<&str>) -> Self {
        let mut numbers =
            dbt_version.unwrap_or_default().split('.').map(|part| part.parse::<u32>().unwrap_or_default());
        self.folds_white_space = numbers.next() == Some(1) && numbers.next() >= Some(12);
        self
    }

    /// Whether they can be compared: the manifest names some, and has the texts of its models, as dbt's own always do.
    pub fn can_be_compared(&self) -> bool {
        let mut claims = self.by_path.values();
        let tells = claims.clone().any(|it| it.whole.is_some());
        !self.by_path.is_empty() && (tells || !claims.any(|it| it.is_untold))
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(|path| &**path)
    }

    /// Whether the manifest names the file.
    pub fn knows(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// Whether the content of the file is needed to compare it.
    pub fn has_content(&self, path: &str) -> bool {
        self.by_path.get(path).is_some_and(|it| it.whole.is_some() || it.checksum.is_some() || !it.blocks.is_empty())
    }

    /// Compares a file with what the manifest was made from.
    pub fn compare(&self, path: &str, content: &[u8]) -> FileMatch {
        let Some(claims) = self.by_path.get(path) else { return FileMatch::Unknown };
        let text = String::from_utf8_lossy(content);
        if let Some(whole) = claims.whole {
            let found = TextDigests::from_text(&text);
            return if found.exact == whole.exact {
                FileMatch::Same
            } else if self.folds_white_space && found.folded == whole.folded {
                FileMatch::WhiteSpace
            } else {
                FileMatch::Different
            };
        }
        if let Some(checksum) = &claims.checksum {
            return if checksums(content, &text).any(|it| it == **checksum) {
                FileMatch::Same
            } else {
                FileMatch::Different
            };
        }
        if claims.blocks.is_empty() { FileMatch::Unknown } else { self.blocks(claims, &text) }
    }

    /// Whether the blocks of a file are those that the manifest knows: what is written around them does not count.
    fn blocks(&self, claims: &Claims, text: &str) -> FileMatch {
        let opened = opened(text);
        let names: BTreeSet<&str> = claims.blocks.iter().map(|block| &*block.name).collect();
        if !opened
            .iter()
            .all(|block| block.names().any(|name| names.contains(&*name)) || block.is_known_by_prefix(&names))
        {
            return FileMatch::Different;
        }
        let (exact, folded) = (plain(text), folded(text));
        let mut found = FileMatch::Same;
        for block in &claims.blocks {
            if exact.contains(&*plain(&block.text)) {
                continue;
            }
            if !(self.folds_white_space && folded.contains(&self::folded(&block.text))) {
                return FileMatch::Different;
            }
            found = FileMatch::WhiteSpace;
        }
        found
    }
}

/// Whether a text opens a block that dbt keeps by itself: a macro, a test, a snapshot, docs.
pub fn opens_blocks(text: &str) -> bool {
    !opened(text).is_empty()
}

struct OpenedBlock {
    kind: Box<str>,
    name: Box<str>,
}

impl OpenedBlock {
    /// The names that dbt may keep the block under.
    fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let other = match &*self.kind {
            "test" | "data_test" => Some(format!("test_{}", self.name)),
            "snapshot" => Some(format!("snapshot_{}", self.name)),
            _ => None,
        };
        [Cow::Borrowed(&*self.name)].into_iter().chain(other.map(Cow::Owned))
    }

    /// A materialization is kept by its name and adapter.
    fn is_known_by_prefix(&self, names: &BTreeSet<&str>) -> bool {
        let prefix = format!("materialization_{}_", self.name);
        &*self.kind == "materialization" && names.iter().any(|name| name.starts_with(&prefix))
    }
}

fn opened(text: &str) -> Vec<OpenedBlock> {
    let (Some(opens), Some(unread)) = (OPENS.as_ref(), UNREAD.as_ref()) else { return Vec::new() };
    let read = unread.replace_all(text, " ");
    opens.captures_iter(&read).map(|found| OpenedBlock { kind: found[1].into(), name: found[2].into() }).collect()
}

impl TextDigests {
    fn from_text(text: &str) -> Self {
        Self { exact: Digest::hash_bytes(plain(text).as_bytes()), folded: Digest::hash_bytes(folded(text).as_bytes()) }
    }
}

/// What Python takes for white space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The text without what editors and git change by themselves: a byte order mark, the ends of lines, and white space around.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim_start_matches('\u{feff}').trim_matches(is_space);
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

/// The words of a text, one space between them, as dbt 1.12 and 2.0 hash it.
fn folded(text: &str) -> String {
    let words = text.trim_start_matches('\u{feff}').split(is_space).filter(|word| !word.is_empty());
    words.fold(String::with_capacity(text.len()), |mut folded, word| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
        folded
    })
}

/// The checksums that the versions of dbt take of a file's content.
fn checksums<'c>(content: &'c [u8], text: &'c str) -> impl Iterator<Item = String> + 'c {
    let takes: [fn(&[u8], &str) -> Digest; 5] = [
        |_, text| Digest::hash_bytes(text.trim_matches(is_space).as_bytes()),
        |content, _| Digest::hash_bytes(content),
        |_, text| Digest::hash_bytes(text.replace("\r\n", "\n").trim_matches(is_space).as_bytes()),
        |_, text| {
            Digest::hash_bytes(
                text.split(is_space).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ").as_bytes(),
            )
        },
        |_, text| Digest::hash_bytes(plain(text).as_bytes()),
    ];
    takes.into_iter().map(move |take| take(content, text).hex())
}

#[cfg(test)]
mod tests;
