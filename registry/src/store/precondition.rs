//! What a writer has seen.

/// What a writer has seen of what it replaces, and insists on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// Nothing.
    None,
    /// Something stands there, at one of these revisions where any is named.
    Stands(Vec<u64>),
    /// Nothing stands there.
    Absent,
}

impl Precondition {
    /// Whether what stands there is what the writer insists on.
    pub(super) fn holds(&self, current: Option<u64>) -> bool {
        match (self, current) {
            (Self::None, _) | (Self::Absent, None) => true,
            (Self::Stands(seen), Some(current)) => seen.is_empty() || seen.contains(&current),
            (Self::Stands(_), None) | (Self::Absent, Some(_)) => false,
        }
    }
}
