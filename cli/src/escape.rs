//! Text from outside, made safe for a terminal: nothing in it moves the cursor, changes colors or reorders the text.

use std::{fmt::Write as _, path::Path};

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use weft_model::hidden::is_hidden;

/// The text with control characters, and characters that reorder or hide what follows, written as escapes.
/// Letters of every script and emoji stay as they are.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

/// A text of weft's own, with its colors and lines. Characters that reorder or hide text are written as escapes,
/// although texts from outside should be escaped already.
pub(crate) fn painted(text: &str) -> String {
    let is_own = |c: char| matches!(c, '\n' | '\t' | '\u{1b}');
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if is_hidden(c) && !is_own(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
        safe
    })
}

/// A JSON document on several lines, in which no text drives a terminal: the same values, written with escapes.
pub(crate) fn json(document: &str) -> String {
    document.chars().fold(String::with_capacity(document.len()), |mut safe, c| {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
        safe
    })
}

/// A path, escaped, without the `./` that a folder `.` puts before it.
pub(crate) fn path(path: &Path) -> String {
    let short = path.strip_prefix(".").ok().filter(|short| !short.as_os_str().is_empty());
    escape(&short.unwrap_or(path).display().to_string())
}

/// A moment as RFC 3339, UTC, to the second.
pub(crate) fn moment(moment: OffsetDateTime) -> String {
    let moment = moment.to_offset(UtcOffset::UTC);
    moment.replace_nanosecond(0).unwrap_or(moment).format(&Rfc3339).unwrap_or_default()
}

/// The first line of a text, escaped, cut at `limit` characters with an ellipsis.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    let line = text.trim().lines().next().unwrap_or_default().trim();
    if line.chars().count() <= limit {
        return escape(line);
    }
    escape(&line.chars().take(limit.saturating_sub(1)).collect::<String>()) + "…"
}

/// A text in XML 1.0, which has no place at all for most control characters.
pub(crate) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\n' | '\t' => drop(write!(safe, "&#{};", u32::from(c))),
            c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_drive_a_terminal_is_written_as_an_escape() {
        assert_eq!(escape("a\u{1b}[31mred\u{7}\n\u{9b}2J"), "a\\u{1b}[31mred\\u{7}\\n\\u{9b}2J");
        assert_eq!(escape("\u{202e}evil\u{2066}"), "\\u{202e}evil\\u{2066}");
    }

    #[test]
    fn letters_of_every_script_stay_readable() {
        let text = "Größe, 価格, цена, price 👩‍🔧 `x` \\d";
        assert_eq!(escape(text), text);
    }

    #[test]
    fn a_path_is_as_short_as_it_can_be() {
        for (given, shown) in [(".", "."), ("./a/b", "a/b"), ("/a", "/a"), ("a\u{7}", "a\\u{7}")] {
            assert_eq!(path(Path::new(given)), shown);
        }
    }

    #[test]
    fn a_moment_is_shown_to_the_second() {
        for given in ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00"] {
            let given = OffsetDateTime::parse(given, &Rfc3339).unwrap();
            assert_eq!(moment(given), "2026-01-02T03:04:05Z");
        }
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("  One line.\nAnother.", 40), "One line.");
        assert_eq!(excerpt("0123456789", 5), "0123…");
    }

    proptest! {
        #[test]
        fn json_with_escapes_is_the_same_value(text in any::<String>()) {
            let value = serde_json::json!({ "a": [text] });
            let safe = json(&format!("{value:#}"));
            prop_assert!(!safe.chars().any(|c| is_hidden(c) && c != '\n'), "{}", safe);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
        }

        #[test]
        fn nothing_escaped_holds_a_control_character(text in any::<String>()) {
            prop_assert!(!escape(&text).chars().any(char::is_control));
        }
    }
}
