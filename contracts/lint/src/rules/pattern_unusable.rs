//! Pattern that cannot be used.

use std::collections::HashMap;

use regex::{Error, RegexBuilder};
use weft_model::finding::Level;
use weft_odcs::At;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "pattern_unusable",
    title: "Pattern that cannot be used",
    why: "A check that cannot read the pattern checks nothing; one that backtracks may never end.",
    example: "the pattern is not a regular expression: unclosed character class",
    remedy: "Correct the pattern; test it with a value that matches, and one that does not.",
    level: Level::Error,
    find,
};

/// The maximum size of a compiled pattern, in bytes.
const LARGEST: usize = 1024 * 1024;

/// What ECMA 262 has, and no engine that takes linear time.
const BEYOND: [&str; 5] = ["(?=", "(?!", "(?<=", "(?<!", "\\k<"];

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    // Many columns share one pattern.
    let mut faults: HashMap<&str, Option<Error>> = HashMap::new();
    let mut check = |at: At<'_>, pattern| {
        let fault = faults.entry(pattern).or_insert_with(|| fault(pattern));
        found.extend(fault.as_ref().map(|it| told(&at, pattern, it)));
    };
    sense.properties(|at, property| {
        if let Some(pattern) = property.logical_type_options.as_ref().and_then(|it| it.pattern.as_deref()) {
            check(at.key("logicalTypeOptions").key("pattern"), pattern);
        }
    });
    sense.quality(|at, _, quality| {
        if let Some(pattern) = quality.arguments.get("pattern").and_then(|it| it.as_str()) {
            check(at.key("arguments").key("pattern"), pattern);
        }
    });
    found
}

fn fault(pattern: &str) -> Option<Error> {
    RegexBuilder::new(pattern).size_limit(LARGEST).build().err()
}

fn told(at: &At<'_>, pattern: &str, error: &Error) -> Found {
    let refers_back = pattern.as_bytes().windows(2).any(|it| it[0] == b'\\' && matches!(it[1], b'1'..=b'9'));
    if refers_back || BEYOND.iter().any(|it| pattern.contains(it)) {
        let message =
            "the pattern uses lookaround or backreferences, which databases and linear-time engines do not support";
        return RULE.on(at, message).level(Level::Warning).remedy("Write it without them, or as a SQL rule.");
    }
    match error {
        Error::CompiledTooBig(_) => {
            let message = "the compiled pattern is larger than a megabyte";
            RULE.on(at, message)
                .level(Level::Warning)
                .remedy("Repeat less, and use `minLength` and `maxLength` for the length.")
        }
        error => {
            // The last line says what is wrong; those before show where.
            let error = error.to_string();
            let said = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            RULE.on(at, format!("the pattern is not a regular expression: {said}"))
        }
    }
}
