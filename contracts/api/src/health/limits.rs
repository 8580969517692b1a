//! What a run of checks may hold: all of it is kept, and read again with a node's history.

use std::collections::BTreeSet;

use weft_model::pointer::pointer;

use crate::{CheckResult, CheckRun, NodeChecks, problem::FieldError};

/// The maximum number of nodes in a run.
pub const MOST_NODES: usize = 20_000;
/// The maximum number of checks in a run, over all nodes.
pub const MOST_RESULTS: usize = 100_000;
/// The maximum number of checks of one node, those that did not run included.
pub const MOST_OF_NODE: usize = 1_000;
/// The longest name of a check, in bytes; as long as a unique id.
pub const LONGEST_NAME: usize = 1_024;
/// The longest of other texts, in bytes.
const LONGEST_TEXT: usize = 512;
/// The maximum number of columns of a check, and of rules that it covers.
const MOST_OF_CHECK: usize = 100;
/// The maximum number of faults that are reported for a run.
const TOLD: usize = 100;

/// What is wrong with a run, each with its place; the first hundred.
pub fn faults(run: &CheckRun) -> Vec<FieldError> {
    let mut faults = Faults(Vec::new());
    faults.line(&["program"], run.program.as_deref(), LONGEST_TEXT);
    faults.count(&["nodes"], run.nodes.len(), MOST_NODES, "nodes");
    let results = run.nodes.values().map(|node| node.results.len()).sum();
    faults.count(&["nodes"], results, MOST_RESULTS, "checks");
    for (unique_id, checks) in &run.nodes {
        if faults.0.len() >= TOLD {
            break;
        }
        of_node(&mut faults, unique_id.as_str(), checks);
    }
    faults.0.truncate(TOLD);
    faults.0
}

fn of_node(faults: &mut Faults, unique_id: &str, checks: &NodeChecks) {
    let NodeChecks { results, others } = checks;
    faults.count(&["nodes", unique_id], results.len() + others.len(), MOST_OF_NODE, "checks");
    let mut names = BTreeSet::new();
    for (index, result) in results.iter().enumerate() {
        let index = index.to_string();
        let place = ["nodes", unique_id, "results", &index];
        of_check(faults, &place, result);
        if !names.insert(&result.name) || others.contains(&result.name) {
            faults.tell(&[&place[..], &["name"]].concat(), "another check of the node has this name".to_owned());
        }
    }
    for (index, other) in others.iter().enumerate() {
        faults.line(&["nodes", unique_id, "others", &index.to_string()], Some(other), LONGEST_NAME);
    }
}

fn of_check(faults: &mut Faults, place: &[&str], result: &CheckResult) {
    let at = |key: &'static str| [place, &[key]].concat();
    faults.line(&at("name"), Some(&result.name), LONGEST_NAME);
    faults.line(&at("kind"), Some(&result.kind), LONGEST_TEXT);
    faults.line(&at("reason"), result.reason.as_deref(), LONGEST_TEXT);
    faults.line(&at("found"), result.found.as_deref(), LONGEST_TEXT);
    faults.count(&at("columns"), result.columns.len(), MOST_OF_CHECK, "columns");
    faults.count(&at("rules"), result.rules.len(), MOST_OF_CHECK, "rules");
    for column in &result.columns {
        faults.line(&at("columns"), Some(column), LONGEST_TEXT);
    }
    for rule in &result.rules {
        faults.line(&at("rules"), Some(&rule.contract), LONGEST_TEXT);
        faults.line(&at("rules"), Some(&rule.rule), LONGEST_TEXT);
    }
}

struct Faults(Vec<FieldError>);

impl Faults {
    fn tell(&mut self, place: &[&str], message: String) {
        self.0.push(FieldError { pointer: pointer(place), message });
    }

    fn line(&mut self, place: &[&str], text: Option<&str>, longest: usize) {
        if text.is_some_and(|text| !is_line(text, longest)) {
            self.tell(place, format!("it has 1 to {longest} bytes and no control characters"));
        }
    }

    fn count(&mut self, place: &[&str], count: usize, most: usize, what: &str) {
        if count > most {
            self.tell(place, format!("{count} {what} are too many: a run can have {most} here"));
        }
    }
}

fn is_line(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.len() <= longest && !text.chars().any(char::is_control)
}

/// A text for a run: one line, cut if it is too long. `None` if nothing is left.
pub fn line(text: &str) -> Option<String> {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.truncate(line.floor_char_boundary(LONGEST_TEXT));
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
