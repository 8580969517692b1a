//! A block of text that ends with its file.
//!
//! If the last line of `|` or `>` has no line end, dbt's YAML readers take the text without one. After an insertion
//! behind it the line has an end, so the block must say that its text has none.

use serde_json::Value;

/// The text with that indicator, if its last line seems to be in a block without it; reading decides whether it is.
pub(super) fn closed(text: &str) -> Option<String> {
    if text.ends_with('\n') {
        return None;
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut least = lines.last().filter(|line| !line.trim().is_empty()).map(|line| indent(line))?;
    let at = (0..lines.len() - 1).rev().find(|at| {
        let line = lines[*at];
        let is_out = !line.trim().is_empty() && (indent(line) < least || is_header(line));
        least = if line.trim().is_empty() { least } else { least.min(indent(line)) };
        is_out
    })?;
    let header = with_strip(lines[at])?;
    lines[at] = &header;
    Some(lines.join("\n"))
}

fn is_header(line: &str) -> bool {
    with_strip(line).is_some()
}

/// The first line of a block with the indicator that its text ends without a line end; `None` if it is not such a line,
/// or has it already.
fn with_strip(line: &str) -> Option<String> {
    let code = line.split(" #").next()?.trim_end();
    let at = code.rfind(['|', '>'])?;
    let (before, indicators) = (&code[..at], &code[at + 1..]);
    let is_alone = before.is_empty() || before.ends_with([' ', '\t']);
    let digit = indicators.trim_matches('+');
    let is_digit = digit.is_empty() || digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit());
    if !is_alone || !is_digit {
        return None;
    }
    let rest = &line[code.len()..];
    Some(format!("{}{digit}-{rest}", &code[..=at]))
}

/// Whether two values differ by the line's end of one text alone.
pub(super) fn differs_by_it(open: &Value, closed: &Value) -> bool {
    fn ends(open: &Value, closed: &Value) -> Option<usize> {
        match (open, closed) {
            (Value::String(open), Value::String(closed)) if open == closed => Some(0),
            (Value::String(open), Value::String(closed)) => (open.trim_end_matches('\n') == closed).then_some(1),
            (Value::Array(open), Value::Array(closed)) if open.len() == closed.len() => {
                open.iter().zip(closed).map(|(open, closed)| ends(open, closed)).sum()
            }
            (Value::Object(open), Value::Object(closed)) if open.len() == closed.len() => {
                open.iter().map(|(key, open)| ends(open, closed.get(key)?)).sum()
            }
            (open, closed) => (open == closed).then_some(0),
        }
    }
    ends(open, closed) == Some(1)
}
