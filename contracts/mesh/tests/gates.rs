//! The check and the gate agree: what a check calls an error for a reader, `can-deploy`, `deploy` and `publish` refuse, and
//! nothing else. Tried on the pair of each rule, with readers of every kind; the table is a page of the documentation.
//!
//! `UPDATE_GATES=1` writes the page.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    sync::Arc,
};

use serde_json::{Map, Value, json};
use time::{Date, Month};
use weft_api::{Level, Severity};
use weft_check::{Checked, Levels, Side, rules::RULES};
use weft_mesh::{
    can_deploy::{DeployStep, can_deploy},
    mesh::{Member, Mesh, Registered},
};
use weft_model::name::{EnvironmentName, PackageName};
use weft_publication::{LineageNode, Publication, document, relation::Relations};

/// How somebody reads a node.
const WAYS: [&str; 6] = ["ref", "ref, columns unknown", "source", HIDDEN, "select *", "registered"];

/// By source too, where neither side's nodes are public.
const HIDDEN: &str = "source, not public";

const READER: &str = "reader";

fn today() -> Date {
    Date::from_calendar_date(2026, Month::November, 20).unwrap()
}

/// One side of a rule's pair, and where its nodes are.
fn side(id: &str, side: &str) -> Member {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../check/tests/rules").join(id);
    let text = fs::read_to_string(path.join(format!("{side}.json"))).unwrap();
    let publication = document::parse(serde_json::from_str(&text).unwrap()).unwrap();
    let relations = match fs::read_to_string(path.join(format!("{side}.relations.json"))) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => places(&publication),
    };
    Member { publication: Arc::new(publication), relations: Arc::new(relations) }
}

/// A place for each node, by its name and version.
fn places(publication: &Publication) -> Relations {
    let place = |node: &weft_publication::InterfaceNode| {
        let version = node.version.as_ref().map(|version| format!("_v{version}")).unwrap_or_default();
        json!({ "schema": "s", "identifier": format!("{}{version}", node.name) })
    };
    let places = publication.interface.iter().map(|(unique_id, node)| (unique_id.to_string(), place(node)));
    serde_json::from_value(Value::Object(places.collect())).unwrap()
}

/// One that reads every node of a project so, and every column where that is known.
fn reader(of: &Member, way: &str) -> (Option<Member>, Vec<Registered>) {
    let upstream = &of.publication;
    let adapter = upstream.source.adapter_type.clone();
    let (mut lineage, mut uses, mut relations, mut reads) = (Map::new(), Vec::new(), Map::new(), Vec::new());
    for (number, (unique_id, node)) in upstream.interface.iter().enumerate() {
        let columns = node.columns.iter().map(|column| column.name.clone());
        let model = format!("model.{READER}.m{number}");
        let how = |how: Value| columns.clone().map(|name| (name, how.clone())).collect::<Map<_, _>>();
        match way {
            "registered" => {
                let columns: Vec<_> = columns.map(|name| json!({ "name": name })).collect();
                let mut read = json!({ "package_name": upstream.package_name, "unique_id": unique_id });
                if !columns.is_empty() {
                    read["columns"] = columns.into();
                }
                reads.push(read);
            }
            "source" | HIDDEN => {
                let source = format!("source.{READER}.up.s{number}");
                relations.insert(source.clone(), serde_json::to_value(&of.relations[unique_id]).unwrap());
                lineage.insert(source.clone(), json!({ "resource_type": "source" }));
                let rows = json!({ &source: how(json!(["filter"])) });
                lineage.insert(
                    model,
                    json!({ "resource_type": "model", "depends_on": [source], "reading": { "rows": rows } }),
                );
            }
            _ => {
                let mut edge = json!({ "reader": model, "upstream": upstream.package_name, "unique_id": unique_id,
                    "via": "ref", "unpinned": node.version.is_some(), "star": way == "select *" });
                if way != "ref, columns unknown" {
                    edge["columns"] = how(json!(["as_is"])).into();
                }
                uses.push(edge);
                // A union of stars: it counts the columns, and takes them by their places.
                let growth = if way == "select *" { json!({ "counted": [unique_id] }) } else { json!({}) };
                lineage.insert(model, json!({ "resource_type": "model", "reading": { "growth": growth } }));
            }
        }
    }
    if way == "registered" {
        let consumer = json!({ "kind": "application", "owner": "them", "reads": reads });
        let registration = Arc::new(serde_json::from_value(consumer).unwrap());
        return (None, vec![Registered { name: READER.parse().unwrap(), registration }]);
    }
    let document = json!({ "package_name": READER, "version": "1.0.0", "source": { "adapter_type": adapter },
        "lineage": lineage, "uses": uses });
    let member = Member {
        publication: Arc::new(document::parse(document).unwrap()),
        relations: Arc::new(serde_json::from_value(Value::Object(relations)).unwrap()),
    };
    (Some(member), Vec::new())
}

/// The same with no node in the interface: only the columns of each are published.
fn hidden(member: &Member) -> Member {
    let mut publication = (*member.publication).clone();
    publication.contracts.clear();
    for (unique_id, node) in std::mem::take(&mut publication.interface) {
        let entry = publication.lineage.entry(unique_id).or_insert_with(|| LineageNode::new("model"));
        entry.fingerprint = entry.fingerprint.take().or(node.checksum);
        let Some(origin) = node.columns.iter().map(|column| column.origin).min() else { continue };
        let mut shape = json!({ "origin": origin });
        let names: Vec<_> = node.columns.iter().map(|column| &column.name).collect();
        shape["names"] = json!(names);
        let mut types: BTreeMap<String, String> = BTreeMap::new();
        for (place, column) in node.columns.iter().enumerate() {
            let places = types.entry(column.data_type.clone().unwrap_or_default()).or_default();
            write!(places, "{}{place}", if places.is_empty() { "" } else { "," }).unwrap();
        }
        types.remove("");
        shape["types"] = json!(types);
        entry.shape = Some(serde_json::from_value(shape).unwrap());
    }
    Member { publication: Arc::new(publication), relations: Arc::clone(&member.relations) }
}

/// What the check and the gate say of a step, of one reader.
struct Said {
    /// Of each rule that names the reader, at which level.
    check: BTreeMap<String, Level>,
    is_refused: bool,
    why: Vec<String>,
}

impl Said {
    /// How the check and the gate disagree, where they do.
    fn fault(&self) -> Option<String> {
        let is_error = self.check.values().any(|level| *level == Level::Error);
        (is_error != self.is_refused).then(|| format!("check {:?}, gate {:?}", self.check, self.why))
    }
}

/// `policies` are those of which the registry's are laid over the project's own: the gate hears the registry's alone.
fn said(old: &Member, new: &Member, way: &str, policies: &Levels) -> Said {
    let (member, registered) = reader(old, way);
    let hidden = (way == HIDDEN).then(|| [old, new].map(hidden));
    let [old, new] = hidden.as_ref().map_or([old, new], |[old, new]| [old, new]);
    let now = Mesh::beside([old.clone()].into_iter().chain(member), registered);
    let (then, name): (Mesh, &PackageName) = (now.with(new.clone()), &old.publication.package_name);
    let [was, is] = [old, new].map(|it| Side::new(&it.publication).with_relations(&it.relations));
    let checked = Checked::between(was, is, today());
    let environment = EnvironmentName::default();
    let consumers = checked.touched().into_iter().map(|touched| {
        let consumers = now.consumers(&environment, name, &touched);
        (touched, consumers)
    });
    let report = checked.report(policies, Some(&consumers.collect()));
    let mut check = BTreeMap::new();
    let changes = report.findings.iter().filter(|finding| {
        let rule = weft_check::rules::rule(finding.rule.as_str()).unwrap();
        rule.is_about_a_change() && !finding.consumers.is_empty()
    });
    for finding in changes {
        let level = check.entry(finding.rule.to_string()).or_insert(finding.level);
        *level = finding.level.max(*level);
    }
    let about = BTreeSet::from([name.clone()]);
    let (levels, waivers) = (BTreeMap::from([(name.clone(), policies.only_registry())]), BTreeMap::new());
    let step = DeployStep { now: &now, then: &then, about: &about, levels: &levels, waivers: &waivers, today: today() };
    let verdict = can_deploy(step);
    let of_reader = verdict.unmet.iter().filter(|unmet| unmet.consumer.as_str() == READER);
    let why: Vec<String> = of_reader.map(ToString::to_string).collect();
    Said { check, is_refused: !why.is_empty(), why }
}

const HEAD: &str = "# The check and the gate\n\n\
    `weft can-deploy`, `weft deploy` and `weft publish` refuse what `weft check` reports as an error for a deployed reader, \
    and nothing else. `--force` overrides them. So does a waiver, unless a deployed reader needs a column, a node or a table \
    that is gone. `rules:` in weft.yml lowers no such error; a policy of the registry lowers it for both. A test tries the \
    pair of publications of each rule with every kind of reader and writes this table. In an empty cell, the check does not \
    name the reader. `select *` is a `union` of stars. For nodes that are not public, only columns and relations are \
    compared.\n\n";

#[test]
fn what_a_check_calls_an_error_for_a_reader_the_gate_refuses() {
    let mut page = format!("{HEAD}| Rule | {} |\n|---|{}\n", WAYS.join(" | "), "---|".repeat(WAYS.len()));
    let mut faults = Vec::new();
    for rule in RULES {
        let [old, new] = ["baseline", "current"].map(|it| side(rule.id, it));
        if old.publication.package_name != new.publication.package_name {
            continue;
        }
        let all = WAYS.map(|way| said(&old, &new, way, &Levels::default()));
        for (way, said) in WAYS.iter().zip(&all) {
            faults.extend(said.fault().map(|fault| format!("{}, {way}: {fault}", rule.id)));
        }
        let cells = all.iter().map(|said| match said.check.get(rule.id) {
            Some(Level::Error) => "error, refused".to_owned(),
            Some(level) => format!("{level:?}").to_lowercase(),
            None => String::new(),
        });
        let cells: Vec<String> = cells.collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            writeln!(page, "| `{}` | {} |", rule.id, cells.join(" | ")).unwrap();
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gates.md");
    if std::env::var_os("UPDATE_GATES").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(path).unwrap_or_default(),
        page,
        "run `UPDATE_GATES=1 cargo test -p weft-mesh --test gates`"
    );
}

#[test]
fn a_node_that_is_made_protected_as_it_loses_a_column_is_told_of_both() {
    let [mut old, new] = ["baseline", "current"].map(|it| side("column_removed", it));
    let mut publication = (*old.publication).clone();
    let ids = publication.interface.keys().cloned();
    publication.lineage.extend(ids.map(|unique_id| (unique_id, LineageNode::new("model"))));
    old.publication = Arc::new(publication);
    let said = said(&old, &hidden(&new), "source", &Levels::default());
    let rules: Vec<_> = said.check.iter().map(|(rule, level)| (&**rule, *level)).collect();
    assert_eq!(rules, [("access_reduced", Level::Error), ("column_removed", Level::Error)]);
    assert!(said.why.iter().any(|why| why.contains("column")), "{:?}", said.why);
}

/// The pairs of publications of each rule, and each way of reading.
fn cases() -> impl Iterator<Item = (&'static str, [Member; 2], &'static str)> {
    let pairs = RULES.iter().map(|rule| (rule.id, ["baseline", "current"].map(|it| side(rule.id, it))));
    let pairs = pairs.filter(|(_, [old, new])| old.publication.package_name == new.publication.package_name);
    pairs.flat_map(|(rule, pair)| WAYS.map(|way| (rule, pair.clone(), way)))
}

/// A policy about one rule, or about every rule.
fn about(rule: Option<&str>, severity: Severity) -> BTreeMap<weft_api::RuleId, Severity> {
    let ids = RULES.iter().map(|rule| rule.id).filter(|id| rule.is_none_or(|rule| rule == *id));
    ids.map(|id| (weft_api::RuleId::new(id), severity)).collect()
}

const LOWER: [Severity; 2] = [Severity::Off, Severity::Warning];

#[test]
fn a_policy_of_the_project_makes_nothing_quieter_that_the_gate_refuses() {
    let (mut faults, mut refused) = (Vec::new(), 0);
    for (rule, [old, new], way) in cases() {
        let plain = said(&old, &new, way, &Levels::default());
        refused += usize::from(plain.is_refused);
        for (about_one, severity) in [None, Some(rule)].into_iter().flat_map(|rule| LOWER.map(|level| (rule, level))) {
            let said = said(&old, &new, way, &Levels::default().with_own(about(about_one, severity)));
            let is_as_before = said.is_refused == plain.is_refused;
            let fault = said.fault().or_else(|| (!is_as_before).then(|| "the gate hears the project".to_owned()));
            faults.extend(fault.map(|fault| format!("{rule}, {way}, {about_one:?} {severity}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_policy_of_the_registry_is_followed_by_the_check_and_by_the_gate() {
    let mut faults = Vec::new();
    for (rule, [old, new], way) in cases() {
        for (about_one, severity) in [None, Some(rule)].into_iter().flat_map(|rule| LOWER.map(|level| (rule, level))) {
            let policies = Levels::default().with(None, about(about_one, severity));
            let said = said(&old, &new, way, &policies);
            faults.extend(said.fault().map(|fault| format!("{rule}, {way}, {about_one:?} {severity}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
