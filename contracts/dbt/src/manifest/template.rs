//! SQL in Jinja, as far as it can be read without running it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static JINJA: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)\{#.*?#\}|\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}").ok());

static LITERALS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'"#).ok());

/// Jinja with the point behind it, so that what follows it still reads as a name; and comments of SQL.
static UNREAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}\s*\.?|\{%.*?%\}|\{#.*?#\}|--[^\n]*|/\*.*?\*/").ok());

/// What sends SQL to the warehouse while Jinja runs.
static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:run_query|statement|get_query_results_as_dict|adapter\s*\.\s*execute)\s*\(").ok()
});

/// Comments and strings of SQL.
static SILENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'").ok());

/// The tags between which another statement begins.
const PARTS: [&str; 7] = ["call", "endcall", "set", "endset", "macro", "endmacro", "do"];

/// Marks the place of what Jinja writes: the number of its expression between these.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// A text of SQL in which the expressions of Jinja are marks. It has no comments, and its strings are empty.
#[derive(Debug, Default)]
pub(super) struct Template {
    sql: String,
    expressions: Vec<Box<str>>,
}

impl Template {
    /// The SQL of a code: what is written beside its tags, and each text that a tag sends to the warehouse.
    pub(super) fn all(code: &str) -> Vec<Self> {
        let Some(jinja) = &*JINJA else { return Vec::new() };
        let mut beside = Self::default();
        let mut all = Vec::new();
        let mut last = 0;
        for tag in jinja.captures_iter(code) {
            let Some(whole) = tag.get(0) else { continue };
            beside.sql.push_str(&code[last..whole.start()]);
            last = whole.end();
            if let Some(expression) = tag.get(1) {
                beside.mark(expression.as_str());
            } else if let Some(statement) = tag.get(2) {
                let word = statement.as_str().split_whitespace().next().unwrap_or_default();
                beside.sql.push(if PARTS.contains(&word) { ';' } else { ' ' });
            }
            all.extend(sent(inner(&tag)).map(Self::from_literals));
        }
        beside.sql.push_str(&code[last..]);
        all.push(beside);
        all.into_iter().map(Self::without_silent).collect()
    }

    /// A text that Jinja puts together: its literals, with marks for what is between them.
    fn from_literals(expression: &str) -> Self {
        let mut template = Self::default();
        let mut last = 0;
        let between = |template: &mut Self, text: &str| {
            let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '~' | '(' | ')' | ','));
            if !text.is_empty() {
                template.mark(text);
            }
        };
        for literal in LITERALS.iter().flat_map(|literals| literals.captures_iter(expression)) {
            let Some(whole) = literal.get(0) else { continue };
            between(&mut template, &expression[last..whole.start()]);
            last = whole.end();
            template.sql.push_str(&unescaped(inner(&literal)));
        }
        between(&mut template, &expression[last..]);
        template
    }

    fn mark(&mut self, expression: &str) {
        self.sql.extend([OPEN].into_iter().chain(self.expressions.len().to_string().chars()).chain([CLOSE]));
        self.expressions.push(expression.trim().into());
    }

    fn without_silent(self) -> Self {
        let Some(silent) = &*SILENT else { return self };
        let sql =
            silent.replace_all(&self.sql, |found: &Captures<'_>| if found[0].starts_with('\'') { "''" } else { " " });
        Self { sql: sql.into_owned(), expressions: self.expressions }
    }

    /// The statements, with their marks.
    pub(super) fn statements(&self) -> impl Iterator<Item = &str> {
        self.sql.split(';').map(str::trim).filter(|sql| !sql.is_empty())
    }

    /// The expression of a text that is one mark and nothing else.
    pub(super) fn expression(&self, text: &str) -> Option<&str> {
        let number = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
        self.expressions.get(number.parse::<usize>().ok()?).map(|expression| &**expression)
    }
}

/// Whether a text has a mark.
pub(super) fn is_marked(text: &str) -> bool {
    text.contains(OPEN)
}

/// The arguments of what a tag sends to the warehouse.
fn sent(tag: &str) -> impl Iterator<Item = &str> {
    RUNS.iter().flat_map(move |runs| runs.find_iter(tag)).map(move |found| &tag[found.end()..])
}

/// Whether a code sends SQL to the warehouse while Jinja runs.
pub(super) fn runs(code: &str) -> bool {
    RUNS.as_ref().is_none_or(|runs| runs.is_match(code))
}

/// The literals of a text of Jinja.
pub(super) fn literals(jinja: &str) -> impl Iterator<Item = String> {
    let found = LITERALS.iter().flat_map(move |literals| literals.captures_iter(jinja));
    found.map(|literal| unescaped(inner(&literal)))
}

/// The texts in the tags of a code; a comment has none.
pub(super) fn tags(code: &str) -> impl Iterator<Item = &str> {
    let tags = JINJA.iter().flat_map(move |jinja| jinja.captures_iter(code));
    tags.map(|tag| inner(&tag)).filter(|text| !text.is_empty())
}

/// A text without Jinja and comments.
pub(super) fn plain(text: &str) -> Box<str> {
    UNREAD.as_ref().map_or_else(|| text.into(), |unread| unread.replace_all(text, " ").into())
}

/// The parts of a code inside `{% if %}` blocks whose condition has this word, with all their branches; and the expressions
/// that have the word.
pub(super) fn branches<'c>(code: &'c str, word: &str) -> Vec<&'c str> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for tag in JINJA.iter().flat_map(|jinja| jinja.captures_iter(code)) {
        let (Some(whole), text) = (tag.get(0), inner(&tag).trim()) else { continue };
        match (tag.get(2).is_some(), text.split_whitespace().next()) {
            (true, Some("if")) => open.push((text.contains(word), whole.end())),
            // A branch further down may be the one that asks.
            (true, Some("elif")) => {
                if let Some((asks, _)) = open.last_mut() {
                    *asks |= text.contains(word);
                }
            }
            (true, Some("endif")) => {
                found.extend(open.pop().filter(|(asks, _)| *asks).map(|(_, start)| &code[start..whole.start()]));
            }
            (false, _) if text.contains(word) => found.push(whole.as_str()),
            _ => {}
        }
    }
    // A condition that is never closed is not dbt's to compile; all that follows counts.
    found.extend(open.into_iter().filter(|(asks, _)| *asks).map(|(_, start)| &code[start..]));
    found
}

/// What is between the marks of a tag or a literal, of which there are two kinds.
fn inner<'t>(found: &Captures<'t>) -> &'t str {
    found.get(1).or_else(|| found.get(2)).map_or("", |it| it.as_str())
}

fn unescaped(literal: &str) -> String {
    literal.replace("\\\"", "\"").replace("\\'", "'").replace("\\n", "\n")
}
