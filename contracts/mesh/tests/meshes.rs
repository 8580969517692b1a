//! Real meshes of several projects: what reads what across their borders.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    num::NonZeroUsize,
    path::Path,
    sync::Arc,
};

#[path = "../../dbt/tests/real/material.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod material;

use material::{content, data};
use weft_dbt::{
    derive::{DeriveSettings, Seeds, derive, readings},
    manifest::Manifest,
    select::Selection,
};
use weft_mesh::mesh::{Member, Mesh};
use weft_model::name::PackageName;
use weft_sql::Polyglot;

/// What a project publishes, and the relations of its nodes; under a different name if one is given (`--as`).
fn member(path: &Path, name: Option<&str>) -> Member {
    let manifest = Manifest::read(&content(path)).unwrap();
    let name: Option<PackageName> = name.map(|name| name.parse().unwrap());
    let settings = DeriveSettings {
        package_name: name.clone(),
        version: "1.0.0".parse().unwrap(),
        selection: Selection::parse(&[]).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: readings(&manifest, None, &Seeds::new(), name.as_ref(), &Polyglot::default(), NonZeroUsize::MIN),
    };
    let derived = derive(&manifest, None, &settings).unwrap();
    Member { publication: Arc::new(derived.publication), relations: Arc::new(derived.relations) }
}

/// The readings between the projects of a mesh, and what is unknown.
fn edges(mesh: &Mesh) -> String {
    let mut lines = BTreeSet::new();
    for read in mesh.nodes() {
        for (reader, how) in mesh.readers(read).filter(|(reader, _)| reader.0 != read.0) {
            let columns = mesh.columns(how).map_or_else(
                || "?".to_owned(),
                |columns| columns.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
            );
            let star = if how.star { " *" } else { "" };
            let via = format!("{:?}", how.via).to_lowercase();
            lines.insert(format!("{} {} <- {} {} via {via}{star}: {columns}", read.0, read.1, reader.0, reader.1));
        }
    }
    let mut text = String::new();
    for member in mesh.members() {
        let publication = &member.publication;
        let _ = writeln!(text, "{}: {} public", publication.package_name, publication.interface.len());
    }
    for line in &lines {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// A manifest's file, and the name that it is published under if that differs.
type Published = (&'static str, Option<&'static str>);

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn the_readings_across_the_projects_of_every_real_mesh_are_known() {
        let data = data();
        let data = data.join("meshes");
        let meshes: [(&str, &[Published]); 6] = [
            (
                "teradata_teddy_retailers",
                &[("domain_inventory", None), ("domain_sales", None), ("domain_finance", None)],
            ),
            ("stargazer", &[("dbt_project_1", None), ("dbt_project_2", Some("stargazer_reports"))]),
            ("dbt_loom_test_projects", &[("revenue", None), ("customer_success", None)]),
            ("dbt_meshify_source_hack", &[("src_proj_a", None), ("src_proj_b", None), ("dest_proj_a", None)]),
            ("dbt_meshify_source_hack_fixed", &[("src_proj_a", None), ("src_proj_b", None), ("dest_proj_b", None)]),
            ("sqlmesh_multi_dbt", &[("bronze", None), ("silver", None)]),
        ];
        let mut text = String::new();
        for (name, projects) in meshes {
            let members = projects
                .iter()
                .map(|(file, published)| member(&data.join(name).join(format!("{file}.manifest.json")), *published));
            let _ = writeln!(text, "# {name}\n{}", edges(&Mesh::new(members)));
        }
        insta::assert_snapshot!(text);
    }
}
