//! A file can be read in one sitting, and a function on one screen.

use std::{fs, path::PathBuf, process::Command};

const LONGEST_FILE: usize = 350;
const LONGEST_FUNCTION: usize = 60;

/// The sources that git knows, with their text.
fn sources() -> Vec<(String, String)> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let listed = Command::new("git").args(["ls-files", "*.rs"]).current_dir(&root).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let read = |path: &str| Some((path.to_owned(), fs::read_to_string(root.join(path)).ok()?));
    listed.lines().filter_map(read).collect()
}

/// The functions of a formatted text, each with the number of lines of its body.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_function = |line: &str| {
        let words = line.trim_start().trim_start_matches("pub").trim_start();
        let words = words.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map_or(words, |(_, rest)| rest);
        ["fn ", "async fn ", "const fn "].iter().any(|start| words.starts_with(start)) && !line.ends_with([';', '}'])
    };
    let starts = lines.iter().enumerate().filter(|(_, line)| is_function(line));
    starts
        .map(|(start, line)| {
            let end = format!("{}}}", " ".repeat(line.len() - line.trim_start().len()));
            let of = |is: &dyn Fn(&str) -> bool| lines[start..].iter().position(|line| is(line)).unwrap_or_default();
            let (opens, closes) = (of(&|line| line.ends_with('{')), of(&|line| line == end));
            (line.trim(), closes.saturating_sub(opens + 1))
        })
        .collect()
}

#[test]
fn no_file_is_longer_than_one_sitting_and_no_function_than_one_screen() {
    let sources = sources();
    assert!(sources.len() > 500, "{}", sources.len());
    let mut long = Vec::new();
    for (path, text) in &sources {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            long.push(format!("{path}: {lines} lines"));
        }
        // Data that a test is made of may be long.
        let is_test = path.contains("/tests/")
            || path.contains("/laws")
            || path.ends_with("/sample.rs")
            || path.ends_with("tests.rs");
        let functions = functions(text).into_iter().filter(|(_, length)| *length > LONGEST_FUNCTION && !is_test);
        long.extend(functions.map(|(name, length)| format!("{path}: {length} lines: {name}")));
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}
