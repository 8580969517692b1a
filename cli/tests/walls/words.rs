//! The words of the pages, of the OpenAPI document and of the generated dbt packages: none is on the list of `STYLE.md`.

use std::{fs, path::PathBuf};

use regex::Regex;
use serde_json::Value;

/// The pages; of a page of laws only the text around its table, whose rows are the names of tests.
const PAGES: [&str; 12] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "ARCHITECTURE.md",
    "action.yml",
    "projects/README.md",
    "docs/events.md",
    "docs/gates.md",
    "docs/laws.md",
    "contracts/rules.md",
    "contracts/bindings/src/package/names.sql",
    "contracts/bindings/src/package/weft_interface.sql",
];

fn read(path: &str) -> String {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    fs::read_to_string(root.join(path)).unwrap()
}

/// The phrases of `STYLE.md`, each with what to write instead.
fn banned(style: &str) -> Vec<(Regex, String)> {
    let list = style.split("```banned\n").nth(1).unwrap().split("```").next().unwrap();
    let lines = list.lines().map(|line| line.rsplit_once(" | ").unwrap());
    lines.map(|(pattern, instead)| (Regex::new(&format!("(?i){pattern}")).unwrap(), instead.to_owned())).collect()
}

/// Adds the paragraphs of a page, each on one line.
fn add_page(path: &str, page: &str, texts: &mut Vec<(String, String)>) {
    for paragraph in page.split("\n\n") {
        let lines = paragraph.lines().filter(|line| path != "docs/laws.md" || !line.starts_with('|'));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        texts.push((path.to_owned(), words.join(" ")));
    }
}

/// Adds the titles, summaries and descriptions of an OpenAPI document.
fn add_descriptions(value: &Value, texts: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if ["title", "summary", "description"].contains(&key.as_str()) => {
                        let words: Vec<&str> = text.split_whitespace().collect();
                        texts.push(("openapi".to_owned(), words.join(" ")));
                    }
                    _ => add_descriptions(member, texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add_descriptions(item, texts)),
        _ => {}
    }
}

#[test]
fn no_page_uses_a_banned_phrase() {
    let style = read("STYLE.md");
    let mut texts = Vec::new();
    add_page("STYLE.md", style.split("```banned").next().unwrap(), &mut texts);
    for path in PAGES {
        add_page(path, &read(path), &mut texts);
    }
    let pages = texts.len();
    add_descriptions(&serde_json::from_str(&read("openapi/weft.v1.json")).unwrap(), &mut texts);
    assert!(pages > 300 && texts.len() > pages + 1_000, "{pages} of {}", texts.len());
    let mut wrong = Vec::new();
    for (pattern, instead) in banned(&style) {
        let found = texts.iter().filter(|(_, text)| pattern.is_match(text));
        wrong.extend(found.map(|(place, text)| format!("{place}: {text}\n  `{pattern}`; write: {instead}")));
    }
    assert!(wrong.is_empty(), "see STYLE.md:\n{}", wrong.join("\n"));
}
