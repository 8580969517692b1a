//! The lines of a file, and where lines can be put between them.

use serde_json::Value;
use weft_odcs::tree::Spot;

use crate::properties::edit::{Addition, Yaml};

/// The lines of a file, without their ends.
pub(super) struct Lines<'t> {
    each: Vec<&'t str>,
    /// The end of the first line, for those that are added.
    end: &'static str,
    ends_with_line: bool,
    /// Whether the blank lines behind something are its own.
    keeps_blanks: bool,
}

/// Lines to be put in.
struct Insertion {
    /// After so many lines of the file.
    after: usize,
    /// The indentation, from 0.
    column: usize,
    lines: Vec<String>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, keeps_blanks: bool) -> Self {
        let end = if text.lines().next().is_some_and(|first| text[first.len()..].starts_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        let lines = text.split_inclusive('\n').map(|line| line.strip_suffix('\n').unwrap_or(line)).collect();
        Self { each: lines, end, ends_with_line: text.ends_with('\n'), keeps_blanks }
    }

    /// The text with additions; `None` where one of them has no place.
    pub(super) fn with(&self, value: &Value, spot: &Spot, additions: &[Addition]) -> Option<String> {
        let dash = self.dash();
        let insertions: Option<Vec<Insertion>> =
            additions.iter().map(|addition| self.insertion(addition, value, spot, dash)).collect();
        let mut insertions = insertions?;
        // What stands further in belongs to what stands last before it.
        insertions.sort_by(|a, b| a.after.cmp(&b.after).then(b.column.cmp(&a.column)));
        let mut text = String::new();
        let mut to_come = insertions.iter().peekable();
        for (index, line) in self.each.iter().enumerate() {
            text.push_str(line);
            let is_last = index + 1 == self.each.len();
            let mut is_open = is_last && !self.ends_with_line;
            if !is_open {
                text.push('\n');
            }
            while let Some(insertion) = to_come.next_if(|it| it.after == index + 1) {
                for line in &insertion.lines {
                    if is_open {
                        text.push_str(self.end);
                    }
                    text.push_str(line);
                    is_open = is_last && !self.ends_with_line;
                    if !is_open {
                        text.push_str(self.end);
                    }
                }
            }
        }
        Some(text)
    }

    fn insertion(&self, addition: &Addition, value: &Value, spot: &Spot, dash: usize) -> Option<Insertion> {
        let place = spot.at(&addition.at)?;
        let first = place.below().into_iter().min()?;
        let (row, column) = (first.0 as usize - 1, first.1 as usize - 1);
        let mut lines = Vec::new();
        let Some(key) = &addition.key else {
            let column = self.dash_before(row, column)?;
            Yaml::List(vec![addition.value.clone()]).write(column, dash, &mut lines);
            return Some(Insertion { after: self.last_of(row, column, true) + 1, column, lines });
        };
        let is_block = self.before(row, column)?.chars().all(|c| matches!(c, ' ' | '-'));
        if !is_block {
            return None;
        }
        Yaml::map([(key.as_str(), addition.value.clone())]).write(column, dash, &mut lines);
        let is_there = value.pointer(&addition.at)?.get(key).is_some();
        if !is_there {
            return Some(Insertion { after: self.last_of(row, column, false) + 1, column, lines });
        }
        // `columns:` with nothing after it: what it holds is put below.
        let row = spot.find(&format!("{}/{key}", addition.at)).0 as usize - 1;
        let bare = self.each.get(row)?.split(" #").next()?.trim_end();
        if !bare.ends_with(':') || lines.len() < 2 {
            return None;
        }
        lines.remove(0);
        Some(Insertion { after: row + 1, column: column + 1, lines })
    }

    /// The text before a column (from 0, in characters) of a line.
    fn before(&self, row: usize, column: usize) -> Option<&str> {
        let line = self.each.get(row)?;
        let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        Some(&line[..at])
    }

    /// The column of the dash before an entry of a list.
    fn dash_before(&self, row: usize, column: usize) -> Option<usize> {
        let before = self.before(row, column)?;
        let is_block = before.chars().all(|c| matches!(c, ' ' | '-'));
        if is_block { before.rfind('-') } else { None }
    }

    /// The last line of a mapping or list whose first key or dash is at a column of a line. Comments that are not
    /// indented further belong to what comes next.
    fn last_of(&self, row: usize, column: usize, is_list: bool) -> usize {
        let mut last = row;
        for (at, line) in self.each.iter().enumerate().skip(row + 1) {
            let rest = line.trim_start_matches(' ');
            let indent = line.len() - rest.len();
            let is_blank = rest.trim().is_empty();
            let is_comment = rest.starts_with('#') && indent <= column;
            if is_blank && self.keeps_blanks && last + 1 == at {
                last = at;
            }
            if is_blank || is_comment {
                continue;
            }
            let is_within = indent > column || (indent == column && (!is_list || rest.starts_with('-')));
            if !is_within {
                break;
            }
            last = at;
        }
        last
    }

    /// The indentation of a list below its key, as at the first one in the file.
    fn dash(&self) -> usize {
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
        let mut above: Option<usize> = None;
        for line in self.each.iter().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
            if let Some(key) = above.filter(|_| line.trim_start().starts_with("- ")) {
                return (line.len() - line.trim_start().len()).saturating_sub(key).min(4);
            }
            above = line.trim_end().ends_with(':').then(|| indent(line));
        }
        2
    }
}
