//! How nodes and columns are read, in words.

use weft_publication::{How, Via};

/// `as is`, `renamed`, ...
pub(crate) fn how(how: How) -> String {
    how.word().replace('_', " ")
}

/// Several ways between commas.
pub(crate) fn hows<'h>(hows: impl IntoIterator<Item = &'h How>) -> String {
    hows.into_iter().map(|it| how(*it)).collect::<Vec<_>>().join(", ")
}

/// How a reading is written.
pub(crate) fn via(via: Via) -> &'static str {
    match via {
        Via::Ref => "ref",
        Via::Source => "source",
        Via::Relation => "relation",
        Via::Test => "test",
    }
}
