//! What holds of every selection: which nodes `expose:` publishes, by a plain reading of the selectors.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const KINDS: [&str; 3] = ["model", "seed", "snapshot"];
const PACKAGES: [&str; 2] = ["shop", "helpers"];
const NAMES: [&str; 4] = ["orders", "order_lines", "customers", "orders.v1"];
const ACCESSES: [&str; 3] = ["public", "protected", "private"];
const TAGS: [&str; 3] = ["mart", "daily", "pii"];
const GROUPS: [&str; 2] = ["finance", "sales"];
const FOLDERS: [&str; 5] = ["models", "models/marts", "models/marts/core", "models/mart", "models/marts_old"];
const MATERIALIZED: [&str; 3] = ["table", "view", "ephemeral"];
const SELECTORS: [&str; 30] = [
    "access:public",
    "access:protected",
    "access: private",
    "tag:mart",
    "tag:daily",
    "tag:none",
    "path:models",
    "path:models/marts",
    "path:./models/marts/",
    "path:models/mart",
    "path:models/*",
    "path:models/mart*",
    "path:models/*/core",
    "path:*",
    "path:models/m*t*s/*.sql",
    "path:models/*/orders.sql",
    "path:seeds",
    "group:finance",
    "group:sales",
    "group:none",
    "resource_type:model",
    "resource_type:seed",
    "resource_type: snapshot",
    "package:shop",
    "package:helpers",
    "orders",
    "orders.v1",
    "orders.v2",
    "model.shop.customers",
    " order_lines ",
];

/// A node; everything by its place in a list.
#[derive(Debug, Clone)]
struct Made {
    kind: usize,
    package: usize,
    name: usize,
    access: Option<usize>,
    tags: BTreeSet<usize>,
    group: Option<usize>,
    folder: usize,
    materialized: usize,
    version: Option<u8>,
}

fn made() -> impl Strategy<Value = Made> {
    let who = (0..KINDS.len(), prop_oneof![3 => Just(0), 1 => 0..PACKAGES.len()], 0..NAMES.len());
    let what = (prop::option::of(0..ACCESSES.len()), prop::collection::btree_set(0..TAGS.len(), 0..3));
    let place = (prop::option::of(0..GROUPS.len()), 0..FOLDERS.len());
    let how = (prop_oneof![4 => Just(0), 1 => 0..MATERIALIZED.len()], prop::option::of(1..=2_u8));
    (who, what, place, how).prop_map(
        |((kind, package, name), (access, tags), (group, folder), (materialized, version))| Made {
            kind,
            package,
            name,
            access,
            tags,
            group,
            folder,
            materialized,
            version: version.filter(|_| kind == 0),
        },
    )
}

fn project() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec(made(), 1..8).prop_map(|mut nodes| {
        let mut seen = BTreeSet::new();
        nodes.retain(|node| seen.insert(node.id()));
        nodes
    })
}

fn selection() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&SELECTORS[..]), 1..4)
}

impl Made {
    fn id(&self) -> String {
        let version = self.version.map(|version| format!(".v{version}")).unwrap_or_default();
        format!("{}.{}.{}{version}", KINDS[self.kind], PACKAGES[self.package], NAMES[self.name])
    }

    fn file(&self) -> String {
        format!("{}/{}.sql", FOLDERS[self.folder], NAMES[self.name])
    }

    fn node(&self) -> Value {
        let more = json!({
            "unique_id": self.id(), "access": self.access.map(|at| ACCESSES[at]),
            "tags": self.tags.iter().map(|at| TAGS[*at]).collect::<Vec<_>>(),
            "group": self.group.map(|at| GROUPS[at]), "original_file_path": self.file(),
            "config": {"materialized": MATERIALIZED[self.materialized]}, "version": self.version,
        });
        node(KINDS[self.kind], PACKAGES[self.package], NAMES[self.name], &more)
    }

    /// Whether one selector means it.
    fn is_meant(&self, selector: &str) -> bool {
        let Some((method, value)) = selector.split_once(':') else {
            let (name, selector) = (NAMES[self.name], selector.trim());
            let of_version = self.version.is_some_and(|version| selector == format!("{name}.v{version}"));
            return selector == name || selector == self.id() || of_version;
        };
        let value = value.trim();
        match method {
            "access" => ACCESSES[self.access.unwrap_or(1)] == value,
            "tag" => self.tags.iter().any(|at| TAGS[*at] == value),
            "group" => self.group.is_some_and(|at| GROUPS[at] == value),
            "resource_type" => KINDS[self.kind] == value,
            "package" => PACKAGES[self.package] == value,
            _ => {
                let file = self.file();
                let parts: Vec<&str> = file.split('/').collect();
                let wanted: Vec<&str> = value.split('/').filter(|it| !["", "."].contains(it)).collect();
                wanted.len() <= parts.len()
                    && wanted.iter().zip(parts).all(|(it, part)| like(it.as_bytes(), part.as_bytes()))
            }
        }
    }

    fn can_be_read(&self) -> bool {
        self.access != Some(2) && MATERIALIZED[self.materialized] != "ephemeral"
    }
}

/// Whether a pattern of stars matches a text, by trying everything that a star may match.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| like(rest, &text[at..])),
        Some((first, rest)) => text.first() == Some(first) && like(rest, &text[1..]),
    }
}

fn chosen(project: &[Made], selection: &[&str]) -> BTreeSet<String> {
    let nodes: Vec<_> = project.iter().map(Made::node).collect();
    names(derived(&nodes, selection).publication.interface.keys()).into_iter().collect()
}

::laws::laws! {
    "selectors", 128;

    fn what_is_published_is_what_a_plain_reading_of_the_selectors_means(project in project(), selection in selection()) {
        let meant = project.iter().filter(|it| it.can_be_read() && selection.iter().any(|one| it.is_meant(one)));
        prop_assert_eq!(chosen(&project, &selection), meant.map(Made::id).collect::<BTreeSet<_>>());
    }

    fn a_selection_is_the_union_of_its_selectors_in_whatever_order(project in project(), selection in selection()) {
        let whole = chosen(&project, &selection);
        let union: BTreeSet<_> = selection.iter().flat_map(|one| chosen(&project, &[*one])).collect();
        prop_assert_eq!(&whole, &union);
        let turned: Vec<_> = selection.iter().rev().chain(&selection).copied().collect();
        prop_assert_eq!(whole, chosen(&project, &turned));
    }
}
