//! How sensitive meta, tags and data contracts say that data is.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use weft_publication::{Column, sensitivity};

use crate::diff::Kept;

/// The words for it, least sensitive first; those in one row mean the same.
const WORDS: [&[&str]; 4] = [
    &["public"],
    &["internal"],
    &["confidential", "sensitive", "pii"],
    &["restricted", "secret", "highly_confidential"],
];

/// A rank, and the word for it.
pub(crate) type Sensitivity = Option<(usize, &'static str)>;

/// A place, and how sensitive it was and is.
type ClassifiedPlace<'a> = (Option<&'a str>, Sensitivity, Sensitivity);

/// The node and its columns, each with how sensitive it was and is. Columns as the baseline writes them.
pub(crate) fn places<'a>(kept: &Kept<'a>) -> Vec<ClassifiedPlace<'a>> {
    let (old, new) = (kept.old, kept.new);
    let node = (None, sensitivity(&old.meta, &old.tags), sensitivity(&new.meta, &new.tags));
    let columns = kept.columns.kept.iter().map(|pair| {
        let of = |column: &Column, side: usize| {
            let of_contract = kept.terms[side].and_then(|terms| terms.classification(&column.name)).and_then(ranked);
            sensitivity(&column.meta, &column.tags).max(of_contract)
        };
        (Some(pair.old.name.as_str()), of(pair.old, 0), of(pair.new, 1))
    });
    std::iter::once(node).chain(columns).collect()
}

/// The most sensitive word that meta and tags hold, and its rank; `None` where they hold none.
fn sensitivity(meta: &Map<String, Value>, tags: &BTreeSet<String>) -> Sensitivity {
    sensitivity::words(meta).chain(tags.iter().map(String::as_str)).filter_map(ranked).max()
}

fn ranked(word: &str) -> Option<(usize, &'static str)> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    WORDS
        .iter()
        .enumerate()
        .find_map(|(rank, words)| words.iter().find(|known| **known == word).map(|known| (rank, *known)))
}
