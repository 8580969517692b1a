//! Reading back what the store itself has written.

use crate::store::error::StoreError;

/// Parses what the store itself has written.
pub(super) fn read_back<T: std::str::FromStr<Err: std::fmt::Display>>(what: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: T::Err| StoreError::Corrupt {
        what: format!("{what}, `{}`,", text.escape_debug()),
        reason: error.to_string(),
    })
}
