//! What a writer has seen.

/// What a writer has seen of what it replaces, and insists on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// No condition.
    None,
    /// It exists, at one of these revisions if any are given.
    Stands(Vec<u64>),
    /// It does not exist.
    Absent,
}

impl Precondition {
    /// Whether the current revision meets the condition.
    pub(super) fn holds(&self, current: Option<u64>) -> bool {
        match (self, current) {
            (Self::None, _) | (Self::Absent, None) => true,
            (Self::Stands(seen), Some(current)) => seen.is_empty() || seen.contains(&current),
            (Self::Stands(_), None) | (Self::Absent, Some(_)) => false,
        }
    }
}
