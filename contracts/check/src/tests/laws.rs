//! What holds of the check between any two states: of the update that it asks for, and of what policies may say.

use proptest::prelude::*;
use weft_api::RuleId;

use super::*;
use crate::rules::RULES;

const ORIGINS: [&str; 4] = ["contract", "catalog", "sql", "declared"];
const NODES: usize = 2;
const COLUMNS: [&str; 3] = ["alpha", "bravo", "charlie"];
const TYPES: [Option<&str>; 9] = [
    Some("integer"),
    Some("bigint"),
    Some("smallint"),
    Some("varchar"),
    Some("varchar(5)"),
    Some("decimal(10,2)"),
    Some("decimal(12,4)"),
    Some("timestamp"),
    None,
];
const VALUES: [&[&str]; 4] = [&[], &["a", "b"], &["a"], &["a", "b", "c"]];
const DATES: [Option<&str>; 3] = [None, Some("2026-01-01"), Some("2027-01-01")];
const MATERIALIZATIONS: [&str; 3] = ["table", "view", "incremental"];

/// The features of a node, and of each of its columns, with how many ways there are for each. The first way is the plainest,
/// and the first feature says whether it is there.
const OF_NODE: [(&str, usize); 6] = [
    ("gone", 3),
    ("unenforced", 2),
    ("materialization", MATERIALIZATIONS.len()),
    ("date", DATES.len()),
    ("described", 2),
    ("grouped", 2),
];
const OF_COLUMN: [(&str, usize); 8] = [
    ("gone", 2),
    ("type", TYPES.len()),
    ("nullable", 2),
    ("values", VALUES.len()),
    ("warns", 2),
    ("unique", 2),
    ("key", 2),
    ("described", 2),
];
/// Where among the features of a column it says whether a test holds it to be a key.
const UNIQUE: usize = 5;
const PER_NODE: usize = OF_NODE.len() + COLUMNS.len() * OF_COLUMN.len();
const FEATURES: usize = NODES * PER_NODE;

/// A state of a project: for each feature, which way it is.
#[derive(Clone, PartialEq)]
struct State(Vec<usize>);

/// What is not the plainest, by name.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unplain = self.0.iter().enumerate().filter(|(_, way)| **way > 0);
        f.debug_map().entries(unplain.map(|(at, way)| (named(at), way))).finish()
    }
}

/// The node of a feature, its column where it is of one, and its name.
fn named(at: usize) -> String {
    let (node, at) = (at / PER_NODE, at % PER_NODE);
    match at.checked_sub(OF_NODE.len()) {
        None => format!("n{node} {}", OF_NODE[at].0),
        Some(at) => format!("n{node}.{} {}", COLUMNS[at / OF_COLUMN.len()], OF_COLUMN[at % OF_COLUMN.len()].0),
    }
}

/// What says whether that is there of which a feature is: of a column that is not there nothing can change.
fn presence(at: usize) -> [usize; 2] {
    let node = at / PER_NODE * PER_NODE;
    let column = (at % PER_NODE).checked_sub(OF_NODE.len()).map(|of| at - of % OF_COLUMN.len());
    [node, column.unwrap_or(node)]
}

fn state() -> impl Strategy<Value = State> {
    let of_node = || OF_NODE.into_iter().chain(std::iter::repeat_n(OF_COLUMN, COLUMNS.len()).flatten());
    // Most features are as they are in most states.
    let feature = |(_, ways): (&str, usize)| prop_oneof![3 => Just(0), 2 => 0..ways].boxed();
    let features = std::iter::repeat_n((), NODES).flat_map(|()| of_node()).map(feature);
    features.collect::<Vec<_>>().prop_map(State)
}

/// Some features of a state.
#[derive(Debug, Clone)]
struct Features(BTreeSet<usize>);

fn some() -> impl Strategy<Value = Features> {
    prop::collection::btree_set(0..FEATURES, 0..FEATURES / 2).prop_map(Features)
}

impl State {
    /// The state with some features of another. What comes or goes does so with all its features.
    fn with(&self, other: &Self, which: &Features) -> Self {
        let is_taken = |at: usize| {
            let of = presence(at).into_iter().find(|of| self.0[*of] != other.0[*of]);
            which.0.contains(&of.unwrap_or(at))
        };
        Self((0..FEATURES).map(|at| if is_taken(at) { other.0[at] } else { self.0[at] }).collect())
    }

    /// The state with a column for every node and a type for every column, so that all of it is known; without tests of keys.
    fn known(mut self) -> Self {
        for node in (0..NODES).map(|node| node * PER_NODE + OF_NODE.len()) {
            let columns = || (0..COLUMNS.len()).map(|column| node + column * OF_COLUMN.len());
            if columns().all(|column| self.0[column] == 1) {
                self.0[node] = 0;
            }
            for column in columns() {
                let data_type = &mut self.0[column + 1];
                *data_type = if TYPES[*data_type].is_none() { 0 } else { *data_type };
                self.0[column + UNIQUE] = 0;
            }
        }
        self
    }
}

/// The publication of a state, whose columns are known by that evidence.
fn published(state: &State, origin: &str) -> Publication {
    let (mut interface, mut lineage) = (json!({}), json!({}));
    for (number, features) in state.0.chunks(PER_NODE).enumerate() {
        let (of_node, of_columns) = features.split_at(OF_NODE.len());
        let [there, enforced, materialization, date, described, grouped] = *of_node else { unreachable!() };
        let id = format!("model.shop.n{number}");
        if there < 2 {
            lineage[&id] = json!({"resource_type": "model"});
        }
        if there > 0 {
            continue;
        }
        let columns: Vec<Value> = of_columns
            .chunks(OF_COLUMN.len())
            .zip(COLUMNS)
            .filter_map(|(features, name)| of_column(name, features, origin))
            .collect();
        let code: Vec<String> =
            columns.iter().map(|column| format!("{} {}", column["name"], column["data_type"])).collect();
        let mut node = json!({
            "name": format!("n{number}"), "resource_type": "model", "access": "public", "columns": columns,
            "contract": {"enforced": enforced == 0 && origin == "contract"},
            "materialization": MATERIALIZATIONS[materialization], "checksum": code.join(","),
        });
        if let Some(date) = DATES[date] {
            node["deprecation_date"] = date.into();
        }
        if described == 1 {
            node["description"] = "Orders.".into();
        }
        if grouped == 1 {
            node["group"] = "finance".into();
        }
        interface[&id] = node;
    }
    let mut publication = with_adapter(&interface, "duckdb");
    publication.lineage = serde_json::from_value(lineage).unwrap();
    publication
}

fn of_column(name: &str, features: &[usize], origin: &str) -> Option<Value> {
    let [gone, data_type, nullable, values, warns, unique, key, described] = *features else { unreachable!() };
    let mut column = json!({"name": name, "origin": origin});
    if let Some(data_type) = TYPES[data_type] {
        column["data_type"] = data_type.into();
    }
    let kinds = [(nullable == 0, "not_null"), (key == 1, "primary_key")];
    let constraints: Vec<_> = kinds.iter().filter(|it| it.0).map(|(_, kind)| json!({"type": kind})).collect();
    column["constraints"] = constraints.into();
    let severity = ["error", "warn"][warns];
    let mut quality = Vec::new();
    if values > 0 {
        let arguments = json!({"values": VALUES[values]});
        quality.push(json!({"test": "accepted_values", "arguments": arguments, "severity": severity}));
    }
    if unique == 1 {
        quality.push(json!({"test": "unique", "severity": "error"}));
    }
    column["quality"] = quality.into();
    if described == 1 {
        column["description"] = "What it is.".into();
    }
    (gone == 0).then_some(column)
}

fn between(old: &State, new: &State, origin: &str) -> Report {
    under(&Levels::default(), old, new, origin)
}

fn under(levels: &Levels, old: &State, new: &State, origin: &str) -> Report {
    let (old, new) = (published(old, origin), published(new, origin));
    check(Side::new(&old), Side::new(&new), day(2026), levels)
}

/// A report in few words.
fn said(report: &Report) -> String {
    let findings = report.findings.iter().map(|it| format!("{}: {}: {}", it.rule, it.unique_id, it.message));
    format!("{}: {:?}", report.required_update, findings.collect::<Vec<_>>())
}

fn origins() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&ORIGINS[..])
}

/// Policies for every rule, by the registry and for a group.
fn policies() -> impl Strategy<Value = Levels> {
    const SEVERITIES: [Severity; 4] = [Severity::Off, Severity::Info, Severity::Warning, Severity::Error];
    let rule = prop::sample::select(RULES.iter().map(|rule| RuleId::new(rule.id)).collect::<Vec<_>>());
    let rules = prop::collection::btree_map(rule, prop::sample::select(&SEVERITIES[..]), 0..40);
    (rules.clone(), rules).prop_map(|(all, group)| Levels::default().with(None, all).with(Some("finance"), group))
}

::laws::laws! {
    "required updates", 128;

    // What is not known in between cannot be compared, and that is told (`type_undeclared`, `columns_unknown`). A test of a key
    // that goes is a promise withdrawn, and one that comes a promise; both at once are another grain (`key_changed`).
    fn a_chain_of_steps_between_states_that_are_known_and_tested_alike_asks_for_no_larger_an_update_than_its_largest_step(
        first in state(), second in state(), third in state(), one in some(), other in some(), origin in origins()
    ) {
        let first = first.known();
        let second = first.with(&second, &one).known();
        let third = second.with(&third, &other).known();
        let of = |old, new| between(old, new, origin).required_update;
        let steps = of(&first, &second).max(of(&second, &third));
        let whole = between(&first, &third, origin);
        prop_assert!(whole.required_update <= steps, "{steps} for the steps, and {}", said(&whole));
    }

    fn more_changes_never_ask_for_a_smaller_update(
        old in state(), new in state(), few in some(), more in some(), origin in origins()
    ) {
        let more = Features(few.0.union(&more.0).copied().collect());
        let [few, more] = [few, more].map(|some| between(&old, &old.with(&new, &some), origin));
        prop_assert!(few.required_update <= more.required_update, "{}, and with more {}", said(&few), said(&more));
    }

    fn what_has_not_changed_asks_for_nothing_and_what_has_for_something(
        old in state(), new in state(), origin in origins()
    ) {
        let same = between(&old, &old, origin);
        prop_assert_eq!((same.required_update, same.findings), (RequiredUpdate::None, Vec::new()));
        let is_same = is_same(&published(&old, origin), &published(&new, origin));
        prop_assert_eq!(between(&old, &new, origin).required_update == RequiredUpdate::None, is_same);
    }

    fn policies_change_no_update_and_nothing_that_they_do_not_speak_of(
        old in state(), new in state(), policies in policies(), origin in origins()
    ) {
        let (plain, said) = (between(&old, &new, origin), under(&policies, &old, &new, origin));
        prop_assert_eq!(plain.required_update, said.required_update);
        // What no policy speaks of is as grave as it was.
        let is_silent = |it: &&Finding| {
            policies.of(it.rule.as_str(), || None).is_none() && policies.of(it.rule.as_str(), || Some("finance")).is_none()
        };
        let silent = |report: &Report| report.findings.iter().filter(is_silent).cloned().collect::<Vec<_>>();
        let about_a_change = |it: &Finding| rule(it.rule.as_str()).is_some_and(Rule::is_about_a_change);
        let changes = |report: &Report| silent(report).into_iter().filter(about_a_change).collect::<Vec<_>>();
        prop_assert_eq!(changes(&plain), changes(&said));
    }

    fn the_update_is_that_of_the_gravest_change_and_a_next_version_is_enough_for_it(
        old in state(), new in state(), origin in origins(), major in 0..3_u64
    ) {
        let (mut old, mut new) = (published(&old, origin), published(&new, origin));
        old.version = Version::new(major, 2, 3);
        let asked = check(Side::new(&old), Side::new(&new), day(2026), &Levels::default());
        new.version = weft_model::version::next(&old.version, asked.required_update);
        let report = check(Side::new(&old).at_version(), Side::new(&new).at_version(), day(2026), &Levels::default());
        let told = |rule: &str| report.findings.iter().any(|it| it.rule == rule);
        prop_assert!(!told("version_not_bumped") && !told("version_regressed"), "{}", said(&report));
        if asked.required_update > RequiredUpdate::None {
            new.version = old.version.clone();
            let small = check(Side::new(&old).at_version(), Side::new(&new).at_version(), day(2026), &Levels::default());
            prop_assert!(small.findings.iter().any(|it| it.rule == "version_not_bumped"), "{}", said(&small));
        }
        let levels: Vec<_> = report.findings.iter().map(|it| it.level).collect();
        prop_assert!(levels.is_sorted_by(|a, b| a >= b), "the gravest come first");
    }
}
