//! What stands in the way of a deployment, as text.

use weft_api::{Clash, Unmet};

use crate::escape::escape;

/// Who needs what that is not there, and who answers for them; escaped.
pub(crate) fn unmet(unmet: &Unmet) -> String {
    let owner = unmet.owner.as_deref().map_or_else(String::new, |owner| format!(" (of {owner})"));
    escape(&format!("{unmet}{owner}"))
}

/// Which nodes would stand in one place; escaped.
pub(crate) fn clash(clash: &Clash) -> String {
    escape(&clash.to_string())
}
