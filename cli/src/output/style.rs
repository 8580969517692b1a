//! The few styles there are. `anstream` takes them off where the output is no terminal or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};

/// Headings and the names that an answer is about.
pub(crate) const HEAD: Style = Style::new().bold();
/// What matters less.
pub(crate) const DIM: Style = Style::new().dimmed();
/// `error[...]`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// `warning:`.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// `hint:`.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The text in a style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
