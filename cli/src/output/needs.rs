//! What prevents a deployment, as text.

use weft_api::{Clash, Unmet};

use crate::escape::escape;

/// The need that is not met, its reader and its owner; escaped.
pub(crate) fn unmet(unmet: &Unmet) -> String {
    let owner = unmet.owner.as_deref().map_or_else(String::new, |owner| format!(" (of {owner})"));
    escape(&format!("{unmet}{owner}"))
}

/// The nodes that would have the same relation; escaped.
pub(crate) fn clash(clash: &Clash) -> String {
    escape(&clash.to_string())
}
