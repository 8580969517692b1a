use weft_api::GraphItem;

use super::*;

fn line(item: &GraphItem) -> String {
    let reads = item.reads.iter().map(|read| match (&read.unique_id, read.nodes) {
        (Some(unique_id), _) => unique_id.to_string(),
        (None, nodes) => format!("{} ({})", read.package_name, nodes.unwrap_or_default()),
    });
    let name = item.unique_id.as_ref().map_or(item.package_name.as_str(), UniqueId::as_str);
    format!("{name} reads {}", reads.collect::<Vec<_>>().join(", "))
}

#[test]
fn the_graph_of_projects_counts_the_nodes_that_each_reads_of_others() {
    let told: Vec<_> = three().project_graph(None, 10).iter().map(line).collect();
    assert_eq!(told, ["finance reads sales (1)", "inventory reads ", "sales reads inventory (1)"]);
}

#[test]
fn the_graph_of_nodes_comes_in_pages_that_fit_together_and_knows_no_source_that_is_a_node() {
    for mesh in [three(), by_source(false), by_source(true)] {
        let whole = mesh.node_graph(None, 100);
        let mut pages = Vec::new();
        let mut after: Option<GraphPlace> = None;
        loop {
            let page = mesh.node_graph(after.as_ref(), 2);
            let Some(last) = page.last() else { break };
            after = Some((last.package_name.clone(), last.unique_id.clone()));
            pages.extend(page);
        }
        assert_eq!(pages, whole);
    }
    let told: Vec<_> = by_source(false).node_graph(None, 10).iter().map(line).collect();
    assert_eq!(told, ["model.a.t reads ", "exposure.b.e reads model.b.m", "model.b.m reads model.a.t"]);
}

#[test]
fn nodes_of_two_projects_in_one_place_clash_and_sources_do_not() {
    let mesh = by_source(true);
    let clashes = mesh.clashes(&"c".parse().unwrap());
    let told: Vec<_> = clashes.iter().map(ToString::to_string).collect();
    assert_eq!(told, [r#"`model.c.t` would use the relation "mesh"."main"."t", which `model.a.t` of `a` uses"#]);
    assert_eq!(mesh.clashes(&"b".parse().unwrap()), []);
}

#[test]
fn engines_of_two_kinds_and_models_that_stand_nowhere_do_not_clash() {
    let project = |name: &str, adapter: &str, materialization: &str| {
        let id = format!("model.{name}.t");
        let mut node = public("t", &[]);
        node["materialization"] = materialization.into();
        let document = json!({
            "package_name": name, "version": "1.0.0", "source": { "adapter_type": adapter },
            "interface": { &id: node }, "lineage": { &id: { "resource_type": "model" } },
        });
        member(document, json!({ &id: { "database": "db", "schema": "s", "identifier": "t" } }))
    };
    let clashes = |a, b| Mesh::new([a, b]).clashes(&"a".parse().unwrap()).len();
    assert_eq!(clashes(project("a", "postgres", "table"), project("b", "postgres", "view")), 1);
    assert_eq!(clashes(project("a", "postgres", "table"), project("b", "duckdb", "view")), 0);
    assert_eq!(clashes(project("a", "postgres", "table"), project("b", "postgres", "ephemeral")), 0);
}
