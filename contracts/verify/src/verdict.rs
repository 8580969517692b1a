//! What a number came to.

use weft_api::CheckOutcome;

/// What a number came to.
pub(super) struct CheckVerdict {
    pub(super) outcome: CheckOutcome,
    pub(super) found: String,
    pub(super) count: Option<u64>,
    pub(super) percent: Option<f64>,
    pub(super) reason: Option<String>,
}
