//! Regular expressions that mean the same in every engine.
//!
//! A pattern is read as the standard's, which is JavaScript's in practice, and written again in what the engines have
//! in common: classes as lists of characters, so that no engine's own idea of a digit or of a line's end remains. What
//! not all engines can express, such as a look ahead or a back reference, is not understood.

mod prepared;

use std::fmt::Write as _;

use regex_syntax::{
    ast::{Ast, ErrorKind, Visitor, parse::Parser, visit},
    hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition, translate::Translator},
};

/// The most that a part may be repeated, all repetitions around it taken together: RE2 knows no more.
const MOST_REPEATED: u32 = 1_000;

/// The longest pattern, in bytes, as it is sent.
const LONGEST: usize = 1 << 16;

/// What an engine's patterns write in their own way.
#[derive(Debug, Clone, Copy)]
pub struct Spelling {
    /// Between a character of `[0-9A-Za-z_]` and another one, or the text's end.
    pub(super) word_boundary: &'static str,
    /// Where that is not.
    pub(super) no_word_boundary: &'static str,
    /// At the text's start, or behind a line feed.
    pub(super) line_start: &'static str,
    /// At the text's end, or before a line feed.
    pub(super) line_end: &'static str,
    /// The largest number that a repetition may have.
    pub(super) most: u32,
    /// A character by its number.
    pub(super) code_point: fn(u32) -> String,
}

/// Whether a pattern is not valid in any engine.
pub(super) fn is_broken(pattern: &str) -> bool {
    use ErrorKind::{
        ClassRangeInvalid, ClassUnclosed, EscapeUnexpectedEof, GroupUnclosed, GroupUnopened, RepetitionCountInvalid,
        RepetitionMissing,
    };
    let broken = Parser::new().parse(&prepared::prepared(pattern)).err();
    broken.is_some_and(|error| {
        matches!(
            error.kind(),
            ClassRangeInvalid
                | ClassUnclosed
                | EscapeUnexpectedEof
                | GroupUnclosed
                | GroupUnopened
                | RepetitionCountInvalid
                | RepetitionMissing
        )
    })
}

/// A pattern as an engine reads it.
///
/// # Errors
/// Why it is not understood.
pub(super) fn spelled(pattern: &str, spelling: &Spelling) -> Result<String, String> {
    let prepared = prepared::prepared(pattern);
    let tree = Parser::new().parse(&prepared).map_err(|error| error.kind().to_string())?;
    visit(&tree, NoTwice)?;
    let hir = Translator::new().translate(&prepared, &tree).map_err(|error| error.kind().to_string())?;
    let mut text = String::new();
    write(&hir, spelling, 1, &mut text)?;
    if text.len() > LONGEST { Err("it is too long".to_owned()) } else { Ok(text) }
}

/// Refuses what is repeated twice without a bracket between: to some that is an error, to others it never gives back.
struct NoTwice;

impl Visitor for NoTwice {
    type Output = ();
    type Err = String;

    fn finish(self) -> Result<(), String> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Repetition(outer) if matches!(*outer.ast, Ast::Repetition(_)) => {
                Err("a part of it is repeated twice".to_owned())
            }
            _ => Ok(()),
        }
    }
}

fn write(hir: &Hir, spelling: &Spelling, repeated: u32, text: &mut String) -> Result<(), String> {
    match hir.kind() {
        HirKind::Empty => text.push_str("(?:)"),
        HirKind::Literal(literal) => {
            let literal = std::str::from_utf8(&literal.0).map_err(|_| "it matches parts of characters".to_owned())?;
            literal.chars().for_each(|c| text.push_str(&character(c, spelling, &META)));
        }
        HirKind::Class(Class::Unicode(class)) => text.push_str(&set(class, spelling)?),
        HirKind::Class(Class::Bytes(_)) => return Err("it matches parts of characters".to_owned()),
        HirKind::Look(look) => text.push_str(match look {
            Look::Start => "^",
            Look::End => "$",
            Look::StartLF => spelling.line_start,
            Look::EndLF => spelling.line_end,
            Look::WordAscii => spelling.word_boundary,
            Look::WordAsciiNegate => spelling.no_word_boundary,
            _ => return Err("it uses a lookaround that not every engine supports".to_owned()),
        }),
        HirKind::Repetition(repetition) => repeat(repetition, spelling, repeated, text)?,
        HirKind::Capture(capture) => group(&capture.sub, spelling, repeated, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                if matches!(part.kind(), HirKind::Alternation(_)) {
                    group(part, spelling, repeated, text)?;
                } else {
                    write(part, spelling, repeated, text)?;
                }
            }
        }
        HirKind::Alternation(parts) => {
            for (at, part) in parts.iter().enumerate() {
                text.push_str(if at == 0 { "" } else { "|" });
                write(part, spelling, repeated, text)?;
            }
        }
    }
    Ok(())
}

fn group(hir: &Hir, spelling: &Spelling, repeated: u32, text: &mut String) -> Result<(), String> {
    text.push_str("(?:");
    write(hir, spelling, repeated, text)?;
    text.push(')');
    Ok(())
}

/// A part several times. What has no length is there once or not at all.
fn repeat(repetition: &Repetition, spelling: &Spelling, repeated: u32, text: &mut String) -> Result<(), String> {
    let Repetition { min, max, sub, .. } = repetition;
    if sub.properties().maximum_len() == Some(0) {
        if *min > 0 {
            return group(sub, spelling, repeated, text);
        }
        text.push_str("(?:)");
        return Ok(());
    }
    let most = max.unwrap_or(*min).max(1);
    let repeated = repeated.saturating_mul(most);
    if repeated > MOST_REPEATED {
        return Err(format!("it repeats a part more than {MOST_REPEATED} times"));
    }
    let mut one = String::new();
    let is_one = matches!(sub.kind(), HirKind::Class(_) | HirKind::Capture(_))
        || matches!(sub.kind(), HirKind::Literal(literal) if literal.0.len() == 1);
    if is_one {
        write(sub, spelling, repeated, &mut one)?;
    } else {
        group(sub, spelling, repeated, &mut one)?;
    }
    // Some engines count no further than so far: then the part is written several times.
    let (mut least, mut open) = (*min, max.map(|max| max - min));
    while least > spelling.most {
        let _ = write!(text, "{one}{{{}}}", spelling.most);
        least -= spelling.most;
    }
    if let Some(left) = open.as_mut().filter(|left| least + **left > spelling.most) {
        while *left > spelling.most {
            let _ = write!(text, "{one}{{0,{}}}", spelling.most);
            *left -= spelling.most;
        }
        let _ = write!(text, "{one}{{0,{left}}}");
        *left = 0;
    }
    let times = match (least, open) {
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (least, None) => format!("{{{least},}}"),
        (0, Some(0)) => return Ok(()),
        (1, Some(0)) => String::new(),
        (0, Some(1)) => "?".to_owned(),
        (least, Some(0)) => format!("{{{least}}}"),
        (least, Some(more)) => format!("{{{least},{}}}", least + more),
    };
    text.push_str(&one);
    text.push_str(&times);
    Ok(())
}

/// A set of characters, by those that are in it or by those that are not.
fn set(class: &ClassUnicode, spelling: &Spelling) -> Result<String, String> {
    let ranges = class.ranges();
    let Some(last) = ranges.last() else { return Err("it matches nothing".to_owned()) };
    if last.end() < char::MAX {
        if let [one] = ranges
            && one.start() == one.end()
        {
            return Ok(character(one.start(), spelling, &META));
        }
        return Ok(format!("[{}]", listed(ranges, spelling)));
    }
    let mut others = class.clone();
    others.negate();
    // Every character there is.
    if others.ranges().is_empty() {
        return Ok("(?:a|[^a])".to_owned());
    }
    Ok(format!("[^{}]", listed(others.ranges(), spelling)))
}

fn listed(ranges: &[ClassUnicodeRange], spelling: &Spelling) -> String {
    let one = |c| character(c, spelling, &IN_BRACKETS);
    let range = |range: &ClassUnicodeRange| match (u32::from(range.start()), u32::from(range.end())) {
        (from, to) if from == to => one(range.start()),
        (from, to) if from + 1 == to => one(range.start()) + &one(range.end()),
        _ => format!("{}-{}", one(range.start()), one(range.end())),
    };
    ranges.iter().map(range).collect()
}

/// What means something outside of brackets.
const META: [char; 14] = ['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'];

/// What means something within them.
const IN_BRACKETS: [char; 5] = ['\\', '[', ']', '^', '-'];

fn character(c: char, spelling: &Spelling, meaning: &[char]) -> String {
    if meaning.contains(&c) {
        format!("\\{c}")
    } else if c == ' ' || c.is_ascii_graphic() || (!c.is_ascii() && c.is_alphanumeric()) {
        c.to_string()
    } else {
        (spelling.code_point)(u32::from(c))
    }
}

#[cfg(test)]
mod tests;
