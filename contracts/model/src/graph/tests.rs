use proptest::prelude::*;

use super::*;

fn edges(pairs: &[(u32, u32)]) -> Edges<u32> {
    let mut edges = Edges::new();
    for (reader, read) in pairs {
        edges.entry(*reader).or_insert_with(BTreeSet::new).insert(*read);
    }
    edges
}

#[test]
fn a_node_stands_after_what_it_reads_and_ties_keep_their_own_order() {
    assert_eq!(order(&edges(&[(1, 9), (2, 9), (9, 5), (3, 4)])).unwrap(), [4, 3, 5, 9, 1, 2]);
    assert!(order(&Edges::<u32>::new()).unwrap().is_empty());
}

#[test]
fn the_shortest_cycle_is_shown_from_its_smallest_node() {
    let long_and_short = edges(&[(1, 2), (2, 3), (3, 4), (4, 1), (8, 7), (7, 8), (0, 1)]);
    assert_eq!(order(&long_and_short).unwrap_err(), Cycle(vec![7, 8]));
    assert_eq!(order(&edges(&[(1, 2), (2, 1), (5, 5)])).unwrap_err(), Cycle(vec![5]));
    assert_eq!(order(&edges(&[(3, 1), (1, 2), (2, 3), (2, 9)])).unwrap_err(), Cycle(vec![1, 2, 3]));
}

#[test]
fn a_chain_of_fifty_thousand_nodes_is_ordered_and_closed_to_a_ring_it_is_one_cycle() {
    let mut chain: Vec<_> = (0..50_000).map(|node| (node, node + 1)).collect();
    assert_eq!(order(&edges(&chain)).unwrap(), (0..=50_000).rev().collect::<Vec<_>>());
    chain.push((50_000, 0));
    assert_eq!(order(&edges(&chain)).unwrap_err(), Cycle((0..=50_000).collect()));
}

fn any_edges() -> impl Strategy<Value = Edges<u8>> {
    proptest::collection::btree_map(0..12u8, proptest::collection::btree_set(0..12u8, 0..4), 0..12)
}

proptest! {
    #[test]
    fn an_order_holds_every_node_once_after_what_it_reads_and_a_cycle_is_one(edges in any_edges()) {
        match order(&edges) {
            Ok(sorted) => {
                let nodes: BTreeSet<u8> = edges.keys().chain(edges.values().flatten()).copied().collect();
                prop_assert_eq!(sorted.len(), nodes.len());
                let place = |node: &u8| sorted.iter().position(|other| other == node).unwrap();
                for (reader, reads) in &edges {
                    for read in reads {
                        prop_assert!(place(read) < place(reader));
                    }
                }
            }
            Err(Cycle(nodes)) => {
                prop_assert!(!nodes.is_empty());
                for (node, next) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
                    prop_assert!(edges[node].contains(next));
                }
                prop_assert_eq!(nodes.iter().min(), nodes.first());
                prop_assert_eq!(nodes.iter().collect::<BTreeSet<_>>().len(), nodes.len());
                prop_assert!(!shorter_cycle_exists(&edges, nodes.len()));
            }
        }
    }

    #[test]
    fn edges_from_high_to_low_always_have_an_order(edges in any_edges()) {
        let downward: Edges<u8> = edges
            .into_iter()
            .map(|(reader, reads)| (reader, reads.into_iter().filter(|read| *read < reader).collect()))
            .collect();
        prop_assert!(order(&downward).is_ok());
    }
}

/// By walking every path of fewer than `length` steps.
fn shorter_cycle_exists(edges: &Edges<u8>, length: usize) -> bool {
    edges.keys().any(|start| {
        let mut reached = BTreeSet::from([*start]);
        (1..length).any(|_| {
            reached = reached.iter().filter_map(|node| edges.get(node)).flatten().copied().collect();
            reached.contains(start)
        })
    })
}
