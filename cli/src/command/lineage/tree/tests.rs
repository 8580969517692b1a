use proptest::prelude::*;
use weft_api::{Direction, Edge, GraphNode};
use weft_publication::How;

use super::*;

/// A neighborhood of nodes with these distances, and readings between them.
fn lineage(distances: &[(i32, u64)], edges: &[(u32, u32)], columns: Vec<ColumnEdge>) -> Lineage {
    let node = |(number, (distance, hidden)): (usize, &(i32, u64))| Neighbour {
        node: GraphNode {
            package_name: "shop".parse().unwrap(),
            unique_id: format!("model.shop.n{number} 🧸").parse().unwrap(),
            kind: None,
            public: false,
            owner: Some("Ana\u{1b}[2J".to_owned()),
            unknown: None,
        },
        distance: *distance,
        hidden_up: *hidden,
        hidden_down: *hidden,
    };
    let edge = |(of, by): &(u32, u32)| Edge { of: *of, by: *by, via: BTreeSet::new() };
    Lineage {
        environment: "prod".parse().unwrap(),
        column: None,
        direction: Direction::Both,
        depth: 5,
        nodes: distances.iter().enumerate().map(node).collect(),
        edges: edges.iter().map(edge).collect(),
        columns,
        hidden: 0,
        hidden_columns: 0,
    }
}

fn plain(lineage: &Lineage) -> String {
    anstream::adapter::strip_str(&text(lineage)).to_string()
}

#[test]
fn a_node_that_is_come_to_twice_is_followed_where_it_is_nearest() {
    // 0 is read by 1 and 2, 1 by 2, and 2 by 3 and two that are not shown.
    let drawn = plain(&lineage(&[(0, 0), (1, 0), (1, 2), (2, 0)], &[(0, 1), (0, 2), (1, 2), (2, 3)], Vec::new()));
    let (_, down) = drawn.split_once("Read by\n").unwrap();
    let facts = " (owner Ana\\u{1b}[2J)";
    let expected = format!(
        "├─ model.shop.n1 🧸{facts}\n│  └─ model.shop.n2 🧸{facts} (again)\n\
         └─ model.shop.n2 🧸{facts}\n   ├─ model.shop.n3 🧸{facts}\n   └─ and 2 more\n"
    );
    assert_eq!(down, expected);
}

#[test]
fn a_column_is_told_once_for_each_way_in_which_it_is_read() {
    let edge = |column: &str, into: Option<&str>, how| ColumnEdge {
        of: 0,
        column: column.to_owned(),
        by: 1,
        into: into.map(str::to_owned),
        how,
    };
    let edges = [
        edge("price", Some("unit_price"), How::Renamed),
        edge("price", Some("total"), How::Aggregated),
        edge("price", Some("average"), How::Aggregated),
        edge("id", Some("id"), How::AsIs),
        edge("id", None, How::Join),
        edge("id", None, How::Group),
        edge("a\nb", None, How::Filter),
    ];
    assert_eq!(
        lines(edges.iter()),
        [
            "a\\nb (filter)",
            "id (as is)",
            "id (join, group)",
            "price → unit_price (renamed)",
            "price → average, total (aggregated)"
        ]
    );
}

proptest! {
    /// Any answer of a registry, with circles and places that do not exist.
    #[test]
    fn each_reading_is_one_line_at_most_and_no_tree_is_endless(
        distances in prop::collection::vec((-4..5i32, 0..3u64), 0..12),
        edges in prop::collection::btree_set((0..14u32, 0..14u32), 0..40),
    ) {
        let edges: Vec<_> = edges.into_iter().collect();
        let drawn = plain(&lineage(&distances, &edges, Vec::new()));
        // Each edge once each way, a count of what is hidden below each node, and what stands above and between.
        prop_assert!(drawn.lines().count() <= 2 * (edges.len() + distances.len()) + 7, "{}", drawn);
        prop_assert!(!drawn.chars().any(|c| c.is_control() && c != '\n'));
    }
}
