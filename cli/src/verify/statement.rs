//! What a statement answers, within which bounds, and why it has no answer.

use std::time::Duration;

/// Rows of texts and nulls: statements cast all that they answer.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

/// How many rows an answer may have; keys come in pages.
pub(super) const MOST_ROWS: usize = 20_000;

/// How many bytes an answer may have.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// How many keys a page has.
pub(super) const PAGE: usize = 10_000;

/// What is waited beyond a statement's time for the database to end it.
pub(super) const GRACE: Duration = Duration::from_secs(5);

/// Why a statement has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StatementFailure {
    /// The user may not.
    #[error("{0}")]
    Denied(String),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// The database does not take it.
    #[error("{0}")]
    Refused(String),
    /// The answer is larger than any that is asked for.
    #[error("the answer has more than {MOST_ROWS} rows or {MOST_BYTES} bytes")]
    TooMuch,
    /// There is nobody to ask any more.
    #[error("the connection is lost: {0}")]
    Lost(String),
}

impl StatementFailure {
    /// Whether another statement of the same table might be answered.
    pub(super) fn is_of_the_statement(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::TooMuch)
    }
}
