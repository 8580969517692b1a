//! What a query may cost.

/// What a query may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// The longest text, in bytes.
    pub bytes: usize,
    /// The maximum number of tokens.
    pub tokens: usize,
    /// The deepest nesting of the query's tree.
    pub depth: usize,
    /// The most steps. A step is an expression looked at, or a column carried from one subquery to the next.
    pub steps: u64,
}

impl Default for ReadLimits {
    /// Forty times the longest SQL among the real projects that the tests read; that much takes about a second.
    fn default() -> Self {
        Self { bytes: 1 << 20, tokens: 200_000, depth: 1_000, steps: 20_000_000 }
    }
}
