//! A model, seed or snapshot, as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use weft_publication::{Access, Grants, ResourceType};

use super::entry::{NodeEntry, ids, unpinned};
use crate::manifest::{
    altered::{Altered, altered},
    code::{CodeDigest, varies},
    columns::{keep_constraint, merge_meta, merge_tags, text},
    deferred::{self, deferred, given},
    node::{Hooks, Node},
    queries::{body, queries},
    raw::{RawConfig, RawNode, RawPlace},
    template::{self, plain, runs},
};

/// The access; or the pointer and text of an access that dbt does not have.
fn access(
    own: Option<Box<str>>,
    config: Option<Box<str>>,
) -> Result<Option<Access>, (&'static [&'static str], Box<str>)> {
    let (at, found): (&'static [&'static str], _) = match (text(own), text(config)) {
        (Some(own), _) => (&["access"], own),
        (None, Some(config)) => (&["config", "access"], config),
        (None, None) => return Ok(None),
    };
    match &*found {
        "private" => Ok(Some(Access::Private)),
        "protected" => Ok(Some(Access::Protected)),
        "public" => Ok(Some(Access::Public)),
        _ => Err((at, found)),
    }
}

/// A path that dbt wrote, on Windows perhaps.
fn slashed(path: &str) -> Box<str> {
    path.replace('\\', "/").into()
}

/// The names of what gives a node its place, as a code configures it.
const PLACES: [&str; 3] = ["database", "schema", "alias"];

/// The place that the project's files give it: database, schema and alias, as they are written, else as they are rendered.
fn configured(written: RawPlace, is: &mut RawConfig) -> [Option<Box<str>>; 3] {
    let places = [
        [written.database, written.target_database, is.database.take(), is.target_database.take()],
        [written.schema, written.target_schema, is.schema.take(), is.target_schema.take()],
        [written.alias, None, is.alias.take(), None],
    ];
    places.map(|texts| texts.into_iter().find_map(text))
}

/// The types that a seed's columns are given.
fn column_types(said: Map<String, Value>) -> BTreeMap<Box<str>, Box<str>> {
    said.into_iter().filter_map(|(name, kind)| Some((name.into(), kind.as_str()?.into()))).collect()
}

pub(super) fn keep_node(resource_type: ResourceType, raw: RawNode) -> NodeEntry {
    let (written, mut is) = (raw.unrendered_config, raw.config);
    let (keys, history) = (keys(resource_type, &mut is), history(resource_type, &mut is));
    let (configured, hooks) = (configured(written, &mut is), hooks(&mut is));
    let in_jinja = raw.raw_code.as_deref().filter(|code| runs(code));
    let access = match access(raw.access, is.access) {
        Ok(access) => access,
        Err((at, found)) => return NodeEntry::UnknownAccess { at, found },
    };
    let original_file_path = raw.original_file_path.unwrap_or_default();
    let package_name = raw.package_name.unwrap_or_default();
    let calls = deferred::calls(raw.depends_on.macros, raw.raw_code.as_deref(), &package_name);
    NodeEntry::Node(Box::new(Node {
        configured,
        places_itself: raw.raw_code.as_deref().is_some_and(|code| PLACES.iter().any(|place| code.contains(place))),
        name: text(raw.name).or_else(|| text(raw.alias.clone())).unwrap_or_default(),
        resource_type,
        has_path: !original_file_path.is_empty() || text(raw.path).is_some(),
        original_file_path: slashed(&original_file_path),
        patch_path: text(raw.patch_path).map(|path| slashed(path.split_once("://").map_or(&*path, |(_, path)| path))),
        database: text(raw.database),
        schema: text(raw.schema),
        alias: text(raw.alias),
        relation_name: text(raw.relation_name),
        materialized: text(is.materialized),
        on_schema_change: text(is.on_schema_change),
        full_refresh: flag(is.full_refresh.take()),
        grants: grants(is.grants),
        access,
        group: text(raw.group).or_else(|| text(is.group)),
        version: raw.version,
        latest_version: raw.latest_version,
        deprecation_date: text(raw.deprecation_date),
        description: raw.description.unwrap_or_default(),
        meta: merge_meta(is.meta, raw.meta),
        tags: merge_tags(is.tags, raw.tags),
        history,
        keys,
        contract_enforced: raw.contract.enforced || is.contract.enforced,
        columns: raw.columns.0,
        constraints: raw.constraints.0.into_iter().filter_map(keep_constraint).collect(),
        checksum: text(raw.checksum.checksum).filter(|_| is_of_content(raw.checksum.name.as_deref())),
        delimiter: text(is.delimiter.take()),
        quote_columns: flag(is.quote_columns.take()),
        column_types: column_types(is.column_types),
        code: raw.raw_code.as_deref().and_then(|text| CodeDigest::from_text(text).0),
        varies: raw.raw_code.as_deref().is_some_and(varies),
        alters: all_altered(hooks.iter().map(|hook| &**hook).chain(in_jinja)),
        hooks: kept_hooks(&hooks, &package_name),
        queries: raw.raw_code.as_deref().map(queries).unwrap_or_default(),
        runs: raw.raw_code.as_deref().is_some_and(|code| runs(code) || code.contains("sql_header")),
        text: not_compiled(raw.raw_code.as_deref(), raw.compiled_code.as_deref()),
        deferred: raw.raw_code.as_deref().and_then(deferred),
        literals: raw.raw_code.as_deref().filter(|code| gives(code, &hooks, &calls)).map(given).unwrap_or_default(),
        calls,
        compiled_code: text(raw.compiled_code),
        language: text(raw.language).filter(|language| &**language != "sql"),
        depends_on: ids(raw.depends_on.nodes),
        unpinned: unpinned(raw.refs.0),
        package_name,
    }))
}

/// What dbt sends to the warehouse around the statement that builds the node: its hooks, and its header.
fn hooks(is: &mut RawConfig) -> Vec<Box<str>> {
    let [before, after] = [&mut is.pre_hook, &mut is.post_hook].map(std::mem::take);
    before.0.into_iter().chain(after.0).filter_map(|hook| hook.sql).chain(text(is.sql_header.take())).collect()
}

fn flag(said: Option<Box<str>>) -> Option<bool> {
    text(said)?.to_ascii_lowercase().parse().ok()
}

/// By what a snapshot tells a new version of a row.
fn keys(resource_type: ResourceType, is: &mut RawConfig) -> BTreeMap<Box<str>, Box<str>> {
    if resource_type != ResourceType::Snapshot {
        return BTreeMap::new();
    }
    let joined = |names: &mut Vec<Box<str>>| text(Some(std::mem::take(names).join(", ").into()));
    let said = [
        ("strategy", text(is.strategy.take())),
        ("unique_key", joined(&mut is.unique_key)),
        ("check_cols", joined(&mut is.check_cols)),
        ("updated_at", text(is.updated_at.take())),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect()
}

/// How a snapshot writes its history, where that is not dbt's default.
fn history(resource_type: ResourceType, is: &mut RawConfig) -> BTreeMap<Box<str>, Box<str>> {
    if resource_type != ResourceType::Snapshot {
        return BTreeMap::new();
    }
    let deletes = match (text(is.hard_deletes.take()), text(is.invalidate_hard_deletes.take())) {
        (Some(said), _) if &*said != "ignore" => Some(said),
        (None, Some(said)) if said.eq_ignore_ascii_case("true") => Some("invalidate".into()),
        _ => None,
    };
    let said = [("hard_deletes", deletes), ("dbt_valid_to_current", text(is.dbt_valid_to_current.take()))];
    let said = said.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
    let names = std::mem::take(&mut is.snapshot_meta_column_names).into_iter();
    let names = names.filter_map(|(name, called)| Some((name.as_str().into(), called.as_str()?.into())));
    said.chain(names.filter(|(name, called)| name != called)).collect()
}

/// Whether what a code gives to macros may matter: to SQL that it runs itself, to a hook, or to a macro that is not dbt's.
fn gives(code: &str, hooks: &[Box<str>], calls: &BTreeSet<Box<str>>) -> bool {
    !hooks.is_empty() || runs(code) || calls.iter().any(|id| !id.starts_with("macro.dbt."))
}

fn kept_hooks(hooks: &[Box<str>], package_name: &str) -> Hooks {
    let plain = hooks.iter().map(|hook| plain(hook)).filter(|hook| !hook.trim().is_empty());
    let literals = hooks.iter().flat_map(|hook| template::tags(hook)).flat_map(template::literals);
    Hooks {
        statements: plain.chain(hooks.iter().flat_map(|hook| queries(hook))).collect(),
        calls: hooks.iter().flat_map(|hook| deferred::named_calls(hook, package_name)).collect(),
        names: literals.map(|literal| literal.to_lowercase().into()).collect(),
    }
}

/// Whether dbt's checksum is one of the file's content: of seeds too large for that it takes the path.
fn is_of_content(checksum: Option<&str>) -> bool {
    !matches!(checksum, Some("path" | "none"))
}

/// The SQL of a source text that dbt did not compile, where that names tables.
fn not_compiled(code: Option<&str>, compiled: Option<&str>) -> Option<Box<str>> {
    code.filter(|_| compiled.is_none_or(str::is_empty)).and_then(body)
}

/// The tables that texts change. A model's own text gives its columns, and changes a table only if its Jinja runs SQL.
fn all_altered<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeSet<Altered> {
    texts.flat_map(altered).collect()
}

/// Who has which privilege: one name, or a list of names, or several names in one text. A privilege with none is one that
/// dbt takes from everybody.
fn grants(said: Map<String, Value>) -> Grants {
    let in_text = |text: &str| -> Vec<String> {
        // dbt writes the text into its statement as it is.
        let is_quoted = text.contains(['"', '`', '[']);
        let names = if is_quoted { vec![text] } else { text.split(',').collect() };
        names.into_iter().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let names = |who: Value| match who {
        Value::String(text) => in_text(&text).into_iter().collect(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).flat_map(in_text).collect(),
        _ => BTreeSet::new(),
    };
    let is_said = |(privilege, who): &(String, Value)| !privilege.is_empty() && !who.is_null();
    said.into_iter().filter(is_said).map(|(privilege, who)| (privilege, names(who))).collect()
}
