//! The `package` binding: a generated dbt package whose models represent the upstream's nodes and build nothing.
//!
//! Its macros and its models' files are the same for every upstream; all data is in `models/schema.yml`.

mod named;
mod place;
mod schema;
mod stub;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;

pub use crate::package::named::named;
use crate::{Files, LeftOut, Upstream, Why, injected, package::stub::Stub};

const MATERIALIZATION: &str = include_str!("package/weft_interface.sql");
const NAMES: &str = include_str!("package/names.sql");
/// `+latest_version_pointer` keeps dbt 2 from making a view of a versioned model's name in the upstream's schema.
const SETTINGS: &str = r#"    +materialized: weft_interface
    +latest_version_pointer: {enabled: false}
    +pre-hook: "{{ weft_refuse_to_run() }}"
"#;
const BODY: &str = "{{ weft_body() }}\n";

/// The files of the package, below its own folder.
///
/// `only` limits the stubs to these nodes; `None` makes one for every node of the interface. If one version of a
/// versioned model is required, every version is written, because dbt must know the latest. A package without stubs is
/// still a package. Nodes that cannot be carried are not in it; [`left_out`] lists them.
pub fn files(upstream: &Upstream, only: Option<&BTreeSet<UniqueId>>) -> Files {
    let (stubs, _) = carried(upstream);
    let asked = |stub: &Stub<'_>| only.is_none_or(|only| only.contains(stub.injected.unique_id));
    let names: BTreeSet<&str> =
        stubs.iter().filter(|stub| asked(stub)).map(|stub| stub.injected.node.name.as_str()).collect();
    let (stubs, _): (Vec<_>, Vec<_>) =
        stubs.into_iter().partition(|stub| names.contains(stub.injected.node.name.as_str()));
    let mut files = Files::from([
        ("dbt_project.yml".to_owned(), project(upstream, stubs.is_empty())),
        ("macros/names.sql".to_owned(), NAMES.to_owned()),
        ("macros/weft_interface.sql".to_owned(), MATERIALIZATION.to_owned()),
        ("models/schema.yml".to_owned(), schema::schema(upstream, &stubs)),
    ]);
    files.extend(stubs.iter().map(|stub| (format!("models/{}.sql", stub.place), BODY.to_owned())));
    files
}

/// The nodes of the interface that the package does not carry, and those it carries with a difference.
pub fn left_out(upstream: &Upstream) -> Vec<LeftOut> {
    let (stubs, mut left_out) = carried(upstream);
    let mut versions: BTreeMap<&str, Vec<&Stub<'_>>> = BTreeMap::new();
    for stub in stubs.iter().filter(|stub| stub.injected.node.version.is_some()) {
        versions.entry(&stub.injected.node.name).or_default().push(stub);
    }
    let other = versions.values().filter_map(|versions| schema::latest(versions));
    let other = other.map(|stub| stub.injected).filter(|node| {
        node.node.latest_version.as_ref().is_some_and(|latest| Some(latest) != node.node.version.as_ref())
    });
    left_out.extend(other.map(|node| LeftOut { unique_id: node.unique_id.clone(), why: Why::NotLatest }));
    left_out.sort();
    left_out
}

fn carried(upstream: &Upstream) -> (Vec<Stub<'_>>, Vec<LeftOut>) {
    let (nodes, mut left_out) = injected::nodes(upstream);
    let places = place::places(&nodes);
    let mut stubs = Vec::new();
    for (injected, place) in nodes.into_iter().zip(places) {
        match place {
            Some(place) => stubs.push(Stub { injected, place }),
            None => left_out.push(LeftOut { unique_id: injected.unique_id.clone(), why: Why::FileName }),
        }
    }
    (stubs, left_out)
}

fn project(upstream: &Upstream, empty: bool) -> String {
    let name = yaml::text(upstream.publication.package_name.as_str());
    let version = yaml::text(&upstream.publication.version.to_string());
    // Settings that apply to nothing are a warning.
    let settings = if empty { String::new() } else { format!("models:\n  {name}:\n{SETTINGS}") };
    format!(
        "name: {name}\nversion: {version}\nconfig-version: 2\nrequire-dbt-version: \">=1.6.0\"\n\
         model-paths: [\"models\"]\nmacro-paths: [\"macros\"]\n{settings}"
    )
}

#[cfg(test)]
mod tests;
