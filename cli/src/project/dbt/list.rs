//! A list in one of a project's YAML files, changed by whole entries: everything else in the file stays as it is.

use serde_json::Value;
use serde_saphyr::DuplicateKeyPolicy;

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It gets this text.
    Text(String),
    /// Nothing is left in it.
    Emptied,
}

/// The file's text with `added` as first entries of the list below `key`, each one line of YAML without its dash, and
/// without the entries at these positions. `None` where the list is written in a way that lines cannot be put into or
/// taken out of.
pub(crate) fn changed(text: &str, key: &str, added: &[String], gone: &[usize]) -> Option<Changed> {
    let standing = entries(text, key)?;
    let kept = standing.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, entry)| entry.clone());
    let new = added.iter().map(|line| serde_saphyr::from_str(line).ok());
    let expected: Vec<Value> = new.chain(kept.map(Some)).collect::<Option<_>>()?;
    let without = if gone.is_empty() { text.to_owned() } else { without_entries(text, key, standing.len(), gone)? };
    let written = if added.is_empty() { without } else { with_lines(&without, key, added)? };
    if entries(&written, key)? != expected {
        return None;
    }
    let is_empty = expected.is_empty() && written.lines().all(|line| line.trim().is_empty() || line.starts_with(key));
    Some(if is_empty { Changed::Emptied } else { Changed::Text(written) })
}

/// The entries of the list; none where the key is not there.
fn entries(text: &str, key: &str) -> Option<Vec<Value>> {
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins };
    let file: Option<Value> = serde_saphyr::from_str_with_options(text, options).ok()?;
    match file.unwrap_or_default().get(key).cloned().unwrap_or_default() {
        Value::Array(entries) => Some(entries),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

fn ending(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The line of the key, and the rest of that line.
fn key_line<'t>(lines: &[&'t str], key: &str) -> Option<(usize, &'t str)> {
    let after = |line: &&'t str| line.strip_prefix(key)?.strip_prefix(':');
    lines.iter().enumerate().find_map(|(at, line)| Some((at, after(line)?.trim())))
}

/// The text with lines right below the key; `None` where that key's value starts on its line.
fn with_lines(text: &str, key: &str, added: &[String]) -> Option<String> {
    let ending = ending(text);
    let written = |indent: &str| added.iter().flat_map(|line| [indent, "- ", line, ending]).collect::<String>();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some((at, after)) = key_line(&lines, key) else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { ending };
        return Some(format!("{text}{gap}{key}:{ending}{}", written("  ")));
    };
    if !(after.is_empty() || after.starts_with('#') || after == "[]") {
        return None;
    }
    let head = if after == "[]" { format!("{key}:{ending}") } else { closed(lines[at], ending) };
    let indent = lines[at + 1..].iter().find_map(|line| indent_of_entry(line)).unwrap_or("  ");
    let (before, rest) = (lines[..at].concat(), lines[at + 1..].concat());
    Some(format!("{before}{head}{}{rest}", written(indent)))
}

/// The text without the lines of the entries at these positions; `None` where not each of so many entries begins on a line
/// of its own.
fn without_entries(text: &str, key: &str, entries: usize, gone: &[usize]) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (at, _) = key_line(&lines, key)?;
    let spans = spans(&lines, at + 1);
    if spans.len() != entries {
        return None;
    }
    let is_gone = |line: usize| gone.iter().any(|entry| spans.get(*entry).is_some_and(|span| span.contains(&line)));
    let mut kept: Vec<String> =
        lines.iter().enumerate().filter(|(line, _)| !is_gone(*line)).map(|(_, line)| (*line).to_owned()).collect();
    if gone.len() == entries {
        let line = kept.get_mut(at)?;
        *line = line.replacen(&format!("{key}:"), &format!("{key}: []"), 1);
    }
    Some(kept.concat())
}

/// The lines of each entry of the list that begins below a line; what only comments on the next one is not of it.
fn spans(lines: &[&str], first: usize) -> Vec<std::ops::Range<usize>> {
    let mut spans: Vec<std::ops::Range<usize>> = Vec::new();
    let mut dash = None;
    for (at, line) in lines.iter().enumerate().skip(first) {
        let content = line.trim_start_matches(' ');
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        let indent = line.len() - content.len();
        let is_entry = indent_of_entry(line).is_some() && dash.is_none_or(|dash| dash == indent);
        match spans.last_mut() {
            _ if is_entry => {
                dash = Some(indent);
                spans.push(at..at + 1);
            }
            Some(last) if dash.is_some_and(|dash| indent > dash) => last.end = at + 1,
            _ => break,
        }
    }
    spans
}

fn closed(line: &str, ending: &str) -> String {
    if line.ends_with('\n') { line.to_owned() } else { format!("{line}{ending}") }
}

fn indent_of_entry(line: &str) -> Option<&str> {
    let entry = line.trim_start_matches(' ');
    (entry.starts_with("- ") || entry.trim_end() == "-").then(|| &line[..line.len() - entry.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str, added: &[&str], gone: &[usize]) -> String {
        let added: Vec<String> = added.iter().map(|line| (*line).to_owned()).collect();
        match changed(text, "packages", &added, gone) {
            Some(Changed::Text(text)) => text,
            other => panic!("{other:?} of {text}"),
        }
    }

    #[test]
    fn lines_go_below_the_key_and_the_rest_stays() {
        let before =
            "# ours\npackages: # all\n    # hub\n    - package: dbt-labs/dbt_utils\n      version: 1.1.1\n\nother: 1\n";
        let after = "# ours\npackages: # all\n    - local: a\n    # hub\n    - package: dbt-labs/dbt_utils\n      version: 1.1.1\n\nother: 1\n";
        assert_eq!(text(before, &["local: a"], &[]), after);
        assert_eq!(text(after, &[], &[0]), before, "and back");
    }

    #[test]
    fn a_file_without_the_list_gets_it() {
        for before in ["", "# nothing\n", "projects:\n  - name: a", "packages: []\n", "packages:", "packages:\n"] {
            assert!(text(before, &["local: a", "local: b"], &[]).ends_with("packages:\n  - local: a\n  - local: b\n"));
        }
    }

    #[test]
    fn an_entry_goes_with_all_its_lines_and_nothing_else() {
        let before = "packages:\n- local: a\n  # why\n  x:\n    - 1\n\n# next\n- local: b\n- local: c\nother: [1]\n";
        assert_eq!(text(before, &[], &[0]), "packages:\n\n# next\n- local: b\n- local: c\nother: [1]\n");
        assert_eq!(text(before, &["local: d"], &[1, 2]).matches("- local").count(), 2);
    }

    #[test]
    fn a_list_that_gets_empty_is_one_still_and_a_file_of_nothing_else_is_empty() {
        assert_eq!(changed("packages:\n  - local: a\n", "packages", &[], &[0]), Some(Changed::Emptied));
        assert_eq!(text("# mine\npackages:\n  - local: a\n", &[], &[0]), "# mine\npackages: []\n");
        assert_eq!(text("packages: # all\n  - local: a\nx: 1\n", &[], &[0]), "packages: [] # all\nx: 1\n");
    }

    #[test]
    fn a_list_in_one_line_is_left_alone() {
        assert_eq!(changed("packages: [{local: x}]\n", "packages", &["local: a".to_owned()], &[]), None);
        assert_eq!(changed("packages: [{local: x}, {local: y}]\n", "packages", &[], &[0]), None);
        assert_eq!(changed("packages: &a\n  - {local: x}\n", "packages", &["local: a".to_owned()], &[]), None);
    }

    fn entry() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,8}/[a-z]{1,8}".prop_map(|name| format!("- package: {name}\n  version: \"1.0.0\"\n")),
            "[a-z]{1,8}".prop_map(|path| format!("- local: ../{path} # near\n")),
            "[a-z]{1,8}".prop_map(|path| format!("- {{git: {path}}}\n")),
            "[ a-zé]{0,12}".prop_map(|comment| format!("# {comment}\n")),
            Just("\n".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn lines_that_are_put_in_and_taken_out_again_leave_the_text(
            entries in proptest::collection::vec(entry(), 0..8), indent in 0usize..5, crlf: bool, tail in "(other: 1\n)?"
        ) {
            let indent = " ".repeat(indent);
            let body: String = entries.concat().lines().flat_map(|line| [&indent, line, "\n"]).collect();
            prop_assume!(super::entries(&format!("packages:\n{body}"), "packages").is_some_and(|it| !it.is_empty()));
            let mut before = format!("# head\npackages:\n{body}# end\n{tail}");
            if crlf { before = before.replace('\n', "\r\n"); }
            let with = text(&before, &["local: .weft/packages/inventory", "{name: x, y: [1]}"], &[]);
            let others: String =
                with.split_inclusive('\n').filter(|line| !line.contains(".weft") && !line.contains("{name: x")).collect();
            prop_assert_eq!(&others, &before);
            prop_assert_eq!(text(&with, &[], &[0, 1]), before);
        }
    }
}
