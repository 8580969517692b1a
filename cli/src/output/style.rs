//! The styles of the output. `anstream` removes them if the output is not a terminal or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

/// Headings and the names that an answer is about.
pub(crate) const HEAD: Style = Style::new().bold();
/// For less important text.
pub(crate) const DIM: Style = Style::new().dimmed();
/// For `error[...]`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// For `warning:`.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// For `hint:`.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The text in a style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
