//! `models/schema.yml` of the package: what dbt is to know of each node beside its name.

use std::collections::{BTreeMap, BTreeSet};

use weft_publication::{Column, Constraint, ModelVersion, ResourceType};

use crate::{
    Upstream,
    injected::Injected,
    package::{
        stub::Stub,
        yaml::{self, Mapping},
    },
};

/// The kinds of constraint that dbt knows; any other would be an error when it parses.
const CONSTRAINTS: [&str; 6] = ["check", "custom", "foreign_key", "not_null", "primary_key", "unique"];

/// The file: groups, then models, one line each and one for each column.
pub(super) fn schema(upstream: &Upstream, stubs: &[Stub<'_>]) -> String {
    let mut text = String::from("version: 2\n");
    section(&mut text, "groups", groups(upstream, stubs));
    let mut by_name: BTreeMap<&str, Vec<&Stub<'_>>> = BTreeMap::new();
    for stub in stubs {
        by_name.entry(&stub.injected.node.name).or_default().push(stub);
    }
    section(&mut text, "models", by_name.into_iter().map(|(name, stubs)| model(upstream, name, &stubs)).collect());
    text
}

fn section(text: &mut String, key: &str, items: Vec<String>) {
    if !items.is_empty() {
        text.push_str(key);
        text.push_str(":\n");
        for item in items {
            text.push_str("  - ");
            text.push_str(&item);
            text.push('\n');
        }
    }
}

fn groups(upstream: &Upstream, stubs: &[Stub<'_>]) -> Vec<String> {
    let used: BTreeSet<&String> = stubs.iter().filter_map(|stub| stub.injected.node.group.as_ref()).collect();
    let groups = &upstream.publication.groups;
    used.into_iter()
        .filter_map(|name| groups.get_key_value(name))
        .map(|(name, owner)| {
            // dbt asks for a name or an address.
            let anonymous = owner.name.is_none() && owner.email.is_none();
            let called = owner.name.as_deref().or(anonymous.then_some(name.as_str()));
            let other = owner.other.iter().filter(|(key, _)| !["name", "email"].contains(&yaml::normal(key).as_str()));
            let written = yaml::object(other)
                .maybe("name", called.map(yaml::text))
                .maybe("email", owner.email.as_ref().map(yaml::value));
            Mapping::default().text("name", name).with("owner", written.finish()).finish()
        })
        .collect()
}

/// A model, or a versioned one with all its versions: then only its name is at the top, because versions would inherit
/// everything else.
fn model(upstream: &Upstream, name: &str, stubs: &[&Stub<'_>]) -> String {
    let top = Mapping::default().text("name", name);
    let versioned: Vec<&Stub<'_>> = stubs.iter().copied().filter(|stub| stub.injected.node.version.is_some()).collect();
    let Some(latest) = latest(&versioned) else {
        return stubs.iter().take(1).fold(top, |top, stub| properties(top, upstream, stub)).finish();
    };
    let versions = versioned.iter().map(|stub| {
        let version = Mapping::default().with("v", v(&stub.injected)).text("defined_in", stub.stem());
        properties(version, upstream, stub).finish()
    });
    top.with("latest_version", v(&latest.injected)).lines("versions", &versions.collect::<Vec<_>>()).finish()
}

/// What `ref()` without a version means: upstream's latest version, or where that is not among them the highest.
pub(super) fn latest<'s, 'a>(versions: &[&'s Stub<'a>]) -> Option<&'s Stub<'a>> {
    let is_latest = |stub: &&&Stub<'_>| stub.injected.node.version == stub.injected.node.latest_version;
    versions
        .iter()
        .find(is_latest)
        .or_else(|| versions.iter().max_by(|a, b| compare(&a.injected, &b.injected)))
        .copied()
}

/// Numbers by their value and below texts, texts as they are: dbt's order.
fn compare(a: &Injected<'_>, b: &Injected<'_>) -> std::cmp::Ordering {
    let key = |injected: &Injected<'_>| match &injected.node.version {
        Some(ModelVersion::Number(number)) => (number.as_f64().unwrap_or_default(), String::new()),
        Some(ModelVersion::Text(text)) => (f64::INFINITY, text.clone()),
        None => (f64::NEG_INFINITY, String::new()),
    };
    let (a, b) = (key(a), key(b));
    a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1))
}

/// A version keeps its kind, number or text, and its spelling.
fn v(injected: &Injected<'_>) -> String {
    let spelled = injected.version().unwrap_or_default();
    match &injected.node.version {
        Some(ModelVersion::Number(_)) if spelled.parse::<f64>().is_ok_and(f64::is_finite) => spelled,
        Some(ModelVersion::Number(number)) => number.to_string(),
        _ => yaml::text(&spelled),
    }
}

fn properties(mapping: Mapping, upstream: &Upstream, stub: &Stub<'_>) -> Mapping {
    let node = stub.injected.node;
    // One column a name: dbt 2 refuses a second.
    let mut names = BTreeSet::new();
    let columns: Vec<&Column> = node.columns.iter().filter(|column| names.insert(yaml::normal(&column.name))).collect();
    let typed = !columns.is_empty() && columns.iter().all(|column| column.data_type.is_some());
    let group = node.group.as_ref().filter(|group| upstream.publication.groups.contains_key(*group));
    let config = Mapping::default()
        .with("access", "public")
        .text("group", group.map_or("", String::as_str))
        // dbt refuses an enforced contract with a column that has no type.
        .maybe("contract", (node.contract.enforced && typed).then(|| "{\"enforced\": true}".to_owned()))
        .list("tags", node.tags.iter().map(|tag| yaml::text(tag)).collect())
        .with("meta", meta(stub));
    mapping
        .text("description", &node.description)
        .maybe(
            "deprecation_date",
            stub.injected.deprecation_date().map(|date| yaml::text(date.get(..10).unwrap_or(&date))),
        )
        .with("config", config.finish())
        .list("constraints", node.constraints.iter().filter_map(constraint).collect())
        .lines("columns", &columns.into_iter().map(column).collect::<Vec<_>>())
}

/// Upstream's meta, and in `weft` the relation of the node and whether that name needs quotes; with its id upstream if
/// the engine's differs, as for a seed. Nothing that differs from release to release: dbt treats a node with a changed
/// meta as modified.
fn meta(stub: &Stub<'_>) -> String {
    let (node, relation) = (&stub.injected, stub.injected.relation);
    let id_here = node.id_as(ResourceType::Model);
    let at = Mapping::default()
        .with("database", relation.database.as_deref().map_or_else(|| "null".to_owned(), yaml::text))
        .with("schema", yaml::text(&relation.schema))
        .with("alias", yaml::text(&relation.identifier))
        .maybe("quoted", (!relation.is_safe_without_quotes()).then(|| "true".to_owned()))
        .maybe("unique_id", (id_here != node.unique_id.as_str()).then(|| yaml::text(node.unique_id.as_str())));
    let own = stub.injected.node.meta.iter().filter(|(key, _)| yaml::normal(key) != "weft");
    yaml::object(own).with("weft", at.finish()).finish()
}

fn column(column: &Column) -> String {
    let meta = (!column.meta.is_empty()).then(|| yaml::object(column.meta.iter()).finish());
    let tags: Vec<String> = column.tags.iter().map(|tag| yaml::text(tag)).collect();
    let config = (meta.is_some() || !tags.is_empty())
        .then(|| Mapping::default().maybe("meta", meta).list("tags", tags).finish());
    Mapping::default()
        .with("name", yaml::text(&column.name))
        .maybe("quote", column.quoted.then(|| "true".to_owned()))
        .text("data_type", column.data_type.as_deref().unwrap_or_default())
        .text("description", &column.description)
        .list("constraints", column.constraints.iter().filter_map(constraint).collect())
        .maybe("config", config)
        .finish()
}

/// A constraint that dbt takes without a warning. One that points to a node of upstream by `ref()` is left out: the node
/// need not be known here.
fn constraint(constraint: &Constraint) -> Option<String> {
    if !CONSTRAINTS.contains(&constraint.kind.as_str()) {
        return None;
    }
    let points_to = constraint.to.as_deref().map(str::trim);
    if points_to.is_some_and(|to| to.starts_with("ref(") || to.starts_with("source(")) {
        return None;
    }
    let target = points_to.map(|to| format!("{to} ({})", constraint.to_columns.join(", ")));
    let expression = constraint.expression.as_ref().or(target.as_ref());
    let written = Mapping::default()
        .with("type", yaml::text(&constraint.kind))
        .text("name", constraint.name.as_deref().unwrap_or_default())
        .text("expression", expression.map_or("", String::as_str))
        .list("columns", constraint.columns.iter().map(|column| yaml::text(column)).collect());
    Some(written.with("warn_unsupported", "false").with("warn_unenforced", "false").finish())
}
