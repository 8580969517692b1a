//! What became of a test, a rule of quality or a limit of values.

use std::{borrow::Cow, fmt};

/// A test, a rule of quality or a limit of values that came, went or changed.
pub(crate) struct QualityChange<'a> {
    /// The column, as the baseline writes it; absent where it is about the whole node.
    pub(crate) column: Option<Cow<'a, str>>,
    /// What it is called.
    pub(crate) test: Cow<'a, str>,
    /// What changed.
    pub(crate) what: What<'a>,
    /// Whether a data contract says it, and no test.
    pub(crate) is_of_contract: bool,
}

/// What became of it; of what is on both sides the baseline's first.
pub(crate) enum What<'a> {
    Added,
    Removed,
    /// It asks the same of the same rows, with another severity.
    Severity([&'a str; 2]),
    /// Accepted values that went, and that came, as texts.
    Values([Vec<String>; 2]),
    /// The range of values that are allowed; nothing else changed.
    Range(Moved),
    /// How much of what is measured is accepted.
    Threshold(Moved),
    /// It checks something different: both texts, and the differences.
    Other([String; 2], Vec<TestDifference>),
    /// Only its description changed, not what it checks; or it promised nothing and still does not.
    Words,
}

/// One thing that a test asks otherwise now.
pub(crate) struct TestDifference {
    /// What it is called: `where`, `group_by_columns`.
    name: String,
    /// What was and what is; `None` where it is not said.
    texts: [Option<String>; 2],
}

/// The arguments that say over which columns a test groups rows.
const GRAINS: [&str; 7] = [
    "combination_of_columns",
    "column_list",
    "group_by",
    "group_by_columns",
    "partition_by",
    "partition_by_columns",
    "properties",
];

/// The maximum length of a text in a message, in characters.
const SHOWN: usize = 60;

impl TestDifference {
    /// `None` where it is the same.
    pub(in crate::diff) fn new(name: &str, texts: [Option<String>; 2]) -> Option<Self> {
        (texts[0] != texts[1]).then(|| Self { name: name.to_owned(), texts })
    }
}

impl fmt::Display for TestDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, texts } = self;
        let word = if GRAINS.contains(&name.as_str()) { "its grain, " } else { "" };
        let shown = |text: &Option<String>| match text {
            None => "not set".to_owned(),
            Some(text) if text.chars().nth(SHOWN).is_some() => {
                format!("`{}…`", text.chars().take(SHOWN).collect::<String>())
            }
            Some(text) => format!("`{text}`"),
        };
        let [was, is] = texts.each_ref().map(shown);
        write!(f, "{word}`{name}` is now {is} (was {was})")
    }
}

/// What is allowed, in words, and whether that is more than it was, or less, or both.
pub(crate) struct Moved {
    pub(crate) was: String,
    pub(crate) is: String,
    pub(crate) loosens: bool,
    pub(crate) tightens: bool,
}

/// How a range of values moved, where that is what changed.
pub(crate) fn range<'w>(what: &'w What<'_>) -> Option<&'w Moved> {
    if let What::Range(moved) = what { Some(moved) } else { None }
}

/// How a threshold moved, where that is what changed.
pub(crate) fn threshold<'w>(what: &'w What<'_>) -> Option<&'w Moved> {
    if let What::Threshold(moved) = what { Some(moved) } else { None }
}

impl Moved {
    /// Whether more is allowed than was.
    pub(crate) fn loosens(&self) -> bool {
        self.loosens
    }

    /// Whether less is allowed than was, and nothing more.
    pub(crate) fn only_tightens(&self) -> bool {
        self.tightens && !self.loosens
    }
}

impl QualityChange<'_> {
    /// The column, where it is about one.
    pub(crate) fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The verb for the message: `tested by` a test, `bound by` a promise.
    pub(crate) fn verb(&self) -> &'static str {
        if self.is_of_contract { "covered by" } else { "tested by" }
    }
}
