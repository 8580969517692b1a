//! A node and the file that represents it.

use crate::injected::Injected;

/// A node and the file that represents it.
pub(super) struct Stub<'a> {
    pub(super) injected: Injected<'a>,
    /// Below `models/`, without `.sql`.
    pub(super) place: String,
}

impl Stub<'_> {
    /// The file's name without its folder, as `defined_in` takes it.
    pub(super) fn stem(&self) -> &str {
        self.place.rsplit('/').next().unwrap_or(&self.place)
    }
}
