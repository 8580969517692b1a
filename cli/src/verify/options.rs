//! How contracts are verified.

use std::time::Duration;

use crate::verify::place::DatabaseChoice;

/// How contracts are verified.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The server and database to verify.
    pub(crate) choice: DatabaseChoice,
    /// How long a statement may take.
    pub(crate) timeout: Duration,
    /// How many keys of rows that broke a check are shown.
    pub(crate) samples: usize,
    /// The one object that is meant.
    pub(crate) object: Option<String>,
    /// The time, in seconds since 1970.
    pub(crate) now: i64,
}
