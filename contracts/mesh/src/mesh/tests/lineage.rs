use weft_api::{ColumnEdge, Direction, Lineage};
use weft_model::name::EnvironmentName;

use super::*;

fn ask(mesh: &Mesh, start: (&str, &str), column: Option<&str>, direction: Direction) -> Lineage {
    let question = Question { column: column.map(str::to_owned), columns: true, direction, depth: 20, limit: 100 };
    mesh.lineage(&EnvironmentName::default(), &node(start.0, start.1), &question).unwrap()
}

/// `-1 model.a`: nodes by distance.
fn nodes(lineage: &Lineage) -> Vec<String> {
    lineage.nodes.iter().map(|neighbour| format!("{} {}", neighbour.distance, neighbour.node.unique_id)).collect()
}

fn edges(lineage: &Lineage) -> Vec<String> {
    let id = |place: u32| lineage.nodes[place as usize].node.unique_id.as_str().rsplit('.').next().unwrap().to_owned();
    lineage.edges.iter().map(|edge| format!("{} > {}", id(edge.of), id(edge.by))).collect()
}

fn columns(lineage: &Lineage) -> Vec<String> {
    let told = |ColumnEdge { column, into, how, .. }: &ColumnEdge| {
        format!("{column} > {} {}", into.as_deref().unwrap_or("*"), how.word())
    };
    lineage.columns.iter().map(told).collect()
}

const PROFIT: (&str, &str) = ("finance", "model.finance.profit");
const LINES: (&str, &str) = ("sales", "model.sales.order_lines");

#[test]
fn a_nodes_neighbourhood_crosses_projects_both_ways() {
    let lineage = ask(&three(), LINES, None, Direction::Both);
    assert_eq!(
        nodes(&lineage),
        [
            "0 model.sales.order_lines",
            "1 model.finance.profit",
            "-1 model.inventory.products",
            "2 exposure.finance.board"
        ]
    );
    assert_eq!(edges(&lineage), ["order_lines > profit", "profit > board", "products > order_lines"]);
    assert_eq!(lineage.nodes[0].node.owner.as_deref(), Some("Sales team"));
    assert_eq!(nodes(&ask(&three(), LINES, None, Direction::Up)).len(), 2);
    assert_eq!(nodes(&ask(&three(), LINES, None, Direction::Down)).len(), 3);
}

#[test]
fn a_column_is_followed_up_to_what_its_values_are_made_of() {
    let lineage = ask(&three(), PROFIT, Some("PROFIT"), Direction::Up);
    assert_eq!(
        nodes(&lineage),
        ["0 model.finance.profit", "-1 model.sales.order_lines", "-2 model.inventory.products"]
    );
    assert_eq!(
        columns(&lineage),
        ["unit_price > profit aggregated", "category > * filter", "id > * join", "price > unit_price renamed",]
    );
    let quantity = ask(&three(), LINES, Some("quantity"), Direction::Up);
    assert_eq!(nodes(&quantity).len(), 1, "it is made of no column");
}

#[test]
fn a_column_is_followed_down_to_whom_its_change_reaches() {
    assert_eq!(nodes(&ask(&three(), PRODUCTS, Some("price"), Direction::Down)).len(), 4);
    assert_eq!(nodes(&ask(&three(), PRODUCTS, Some("category"), Direction::Down)).len(), 4, "it decides the rows");
    assert_eq!(nodes(&ask(&three(), PRODUCTS, Some("colour"), Direction::Down)).len(), 1);
    let price = ask(&three(), PRODUCTS, Some("price"), Direction::Down);
    assert_eq!(columns(&price), ["price > unit_price renamed", "unit_price > profit aggregated"]);
}

#[test]
fn what_is_too_far_or_too_much_is_counted_and_each_node_tells_what_it_hides() {
    let question = Question { column: None, columns: false, direction: Direction::Both, depth: 1, limit: 100 };
    let ask =
        |question: &Question| three().lineage(&EnvironmentName::default(), &node(LINES.0, LINES.1), question).unwrap();
    let near = ask(&question);
    assert_eq!((near.nodes.len(), near.hidden, near.columns.len()), (3, 1, 0));
    let hidden: Vec<_> = near.nodes.iter().map(|neighbour| (neighbour.hidden_up, neighbour.hidden_down)).collect();
    assert_eq!(hidden, [(0, 0), (0, 1), (0, 0)]);
    let few = ask(&Question { limit: 2, depth: 20, ..question });
    assert_eq!((nodes(&few).len(), few.hidden), (2, 2));
    assert_eq!(nodes(&few)[0], "0 model.sales.order_lines", "the node itself is always there");
}

#[test]
fn a_source_that_stands_for_a_node_is_that_node() {
    let mesh = by_source(false);
    let from_source = ask(&mesh, ("b", "source.b.a.t"), None, Direction::Both);
    assert_eq!(nodes(&from_source), ["0 model.a.t", "1 model.b.m", "2 exposure.b.e"]);
    assert_eq!(columns(&from_source), ["x > x as_is"]);
    let via: Vec<_> = from_source.edges.iter().map(|edge| edge.via.iter().copied().collect::<Vec<_>>()).collect();
    assert_eq!(via, [[Via::Source], [Via::Ref]]);
    let unclear = ask(&by_source(true), ("b", "source.b.a.t"), None, Direction::Both);
    assert_eq!(nodes(&unclear)[0], "0 source.b.a.t", "of two nodes it stands for neither");
}

#[test]
fn a_node_that_nobody_has_heard_of_has_no_lineage_and_one_that_is_only_read_has() {
    let question = Question { column: None, columns: false, direction: Direction::Both, depth: 3, limit: 10 };
    let prod = EnvironmentName::default();
    assert_eq!(three().lineage(&prod, &node("a", "model.a.m"), &question), None);
    let mesh = three().without(&"inventory".parse().unwrap());
    let lineage = mesh.lineage(&prod, &node(PRODUCTS.0, PRODUCTS.1), &question).unwrap();
    assert_eq!((lineage.nodes[0].node.kind.as_deref(), lineage.nodes.len()), (None, 4));
}
