use super::*;

/// A project of the nodes, each with those of its own that it reads, and what they read of others.
fn project(name: &str, nodes: &[(&str, &[&str])], uses: &[(&str, &str, &str)], via: &str) -> Member {
    let lineage: serde_json::Map<String, Value> = nodes
        .iter()
        .map(|(id, reads)| ((*id).to_owned(), json!({ "resource_type": "model", "depends_on": reads })))
        .collect();
    let uses: Vec<_> = uses
        .iter()
        .map(|(reader, upstream, id)| json!({ "reader": reader, "upstream": upstream, "unique_id": id, "via": via }))
        .collect();
    let document = json!({ "package_name": name, "version": "1.0.0", "source": {}, "lineage": lineage, "uses": uses });
    member(document, json!({}))
}

fn cycle(members: [Member; 2], through: &str) -> Option<String> {
    Mesh::new(members).cycle_through(&through.parse().unwrap()).map(|cycle| cycle.to_string())
}

#[test]
fn a_cycle_of_nodes_across_projects_is_told_with_its_path() {
    let sales = project(
        "sales",
        &[("model.sales.orders", &["model.sales.stg"]), ("model.sales.stg", &[])],
        &[("model.sales.stg", "finance", "model.finance.rates")],
        "ref",
    );
    let finance = project(
        "finance",
        &[("model.finance.rates", &[]), ("model.finance.profit", &[])],
        &[("model.finance.profit", "sales", "model.sales.orders")],
        "ref",
    );
    assert_eq!(cycle([sales.clone(), finance], "sales"), None, "projects may read each other, nodes not");
    let finance = project("finance", &[], &[("model.finance.rates", "sales", "model.sales.orders")], "ref");
    assert_eq!(
        cycle([sales, finance], "sales").unwrap(),
        "`finance` model.finance.rates → `sales` model.sales.orders → `sales` model.sales.stg → `finance` \
         model.finance.rates"
    );
}

#[test]
fn a_test_against_a_node_downstream_closes_no_cycle() {
    let sales = |via| {
        project(
            "sales",
            &[("model.sales.orders", &[])],
            &[("model.sales.orders", "finance", "model.finance.profit")],
            via,
        )
    };
    let finance = project("finance", &[], &[("model.finance.profit", "sales", "model.sales.orders")], "ref");
    assert!(cycle([sales("ref"), finance.clone()], "finance").is_some());
    assert_eq!(cycle([sales("test"), finance], "finance"), None);
}

#[test]
fn one_unique_id_in_two_projects_is_two_nodes() {
    let shared = "model.dates.calendar";
    let a = project("a", &[(shared, &[])], &[(shared, "b", shared)], "ref");
    let b = project("b", &[(shared, &[])], &[], "ref");
    let mesh = Mesh::new([a, b]);
    assert_eq!((mesh.nodes().len(), mesh.cycle_through(&"a".parse().unwrap())), (2, None));
}

/// Two projects, each of which reads the other's table by a source.
fn ring(second_reads: &str) -> Mesh {
    let project = |name: &str, other: &str, depends_on: &[String]| {
        let (own, source) = (format!("model.{name}.t"), format!("source.{name}.{other}.t"));
        let document = json!({
            "package_name": name, "version": "1.0.0", "source": { "adapter_type": "duckdb" },
            "lineage": { &source: { "resource_type": "source" },
                &own: { "resource_type": "model", "depends_on": depends_on } },
        });
        member(document, json!({ own: relation(name, "t"), source: relation(other, "t") }))
    };
    let first = project("a", "b", &["source.a.b.t".to_owned()]);
    Mesh::new([first, project("b", second_reads, &[format!("source.b.{second_reads}.t")])])
}

#[test]
fn nodes_that_read_each_other_by_sources_are_a_cycle() {
    let cycle = ring("a").cycle_through(&"a".parse().unwrap()).unwrap();
    assert_eq!(cycle.to_string(), "`a` model.a.t → `b` model.b.t → `a` model.a.t");
    assert_eq!(ring("c").cycle_through(&"a".parse().unwrap()), None);
}

#[test]
fn a_project_that_reads_its_own_table_by_a_source_is_left_alone() {
    let mesh = ring("b");
    assert_eq!(mesh.behind_source(&node("b", "source.b.b.t")), Some(&node("b", "model.b.t")));
    assert_eq!(mesh.cycle_through(&"b".parse().unwrap()), None);
    assert_eq!(mesh.cycle_through(&"a".parse().unwrap()), None);
}
