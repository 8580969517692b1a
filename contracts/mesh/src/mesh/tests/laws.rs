//! Laws that hold in any mesh.

use proptest::prelude::*;
use weft_api::Direction;
use weft_model::name::EnvironmentName;

use super::*;

const PROJECTS: usize = 4;
const MODELS: usize = 3;
const COLUMNS: [&str; 3] = ["a", "b", "c"];

/// Readings between models of two projects: reader, read, its columns, and whether they are known.
type Reads = Vec<(usize, usize, Vec<(usize, usize, bool)>, bool)>;

fn reads() -> impl Strategy<Value = Reads> {
    let columns = prop::collection::vec((0..3_usize, 0..3_usize, any::<bool>()), 0..4);
    prop::collection::vec((0..PROJECTS * MODELS, 0..PROJECTS * MODELS, columns, any::<bool>()), 0..20)
}

fn name(model: usize) -> (String, String) {
    let project = format!("p{}", model / MODELS);
    let id = format!("model.{project}.m{}", model % MODELS);
    (project, id)
}

/// Every model has the columns; each reading is listed in `uses` and, if it is known, in the reader's `reading`.
fn mesh(reads: &Reads) -> Mesh {
    let mut documents: Vec<Value> = (0..PROJECTS)
        .map(|project| {
            let models = (0..MODELS).map(|model| name(project * MODELS + model).1);
            let lineage: serde_json::Map<String, Value> =
                models.map(|id| (id, json!({ "resource_type": "model" }))).collect();
            json!({ "package_name": format!("p{project}"), "version": "1.0.0", "source": {}, "lineage": lineage,
                "uses": [] })
        })
        .collect();
    for (reader, read, columns, is_known) in reads {
        let ((_, id), (upstream, unique_id)) = (name(*reader), name(*read));
        if reader / MODELS == read / MODELS {
            continue;
        }
        let document = &mut documents[reader / MODELS];
        let mut used = json!({ "reader": id, "upstream": upstream, "unique_id": unique_id, "via": "ref" });
        let reading = &mut document["lineage"][&id]["reading"];
        if *is_known {
            let mut told = serde_json::Map::new();
            for (of, into, decides) in columns {
                let (of, into) = (COLUMNS[*of], COLUMNS[*into]);
                if *decides {
                    reading["rows"][&unique_id][of] = json!(["filter"]);
                    told.insert(of.to_owned(), json!(["filter"]));
                } else {
                    reading["columns"][into][&unique_id][of] = json!("as_is");
                    told.entry(of).or_insert_with(|| json!(["as_is"]));
                }
            }
            used["columns"] = told.into();
        } else {
            let unresolved = reading["unresolved"].as_array().cloned().unwrap_or_default();
            reading["unresolved"] = [unresolved, vec![json!(unique_id)]].concat().into();
        }
        document["uses"].as_array_mut().unwrap().push(used);
    }
    let publications = documents.into_iter().map(|document| serde_json::from_value(document).unwrap());
    Mesh::new(
        publications
            .map(|publication: Publication| Member { publication: publication.into(), relations: Arc::default() }),
    )
}

fn question(direction: Direction, column: Option<&str>) -> Question {
    Question { column: column.map(str::to_owned), columns: true, direction, depth: 100, limit: 1_000 }
}

::laws::laws! {
    "mesh", 256;

    fn a_column_reaches_no_further_than_the_node_and_all_that_is_reached_is_downstream(
        reads in reads(), start in 0..PROJECTS * MODELS, column in prop::sample::select(&COLUMNS[..])
    ) {
        let mesh = mesh(&reads);
        let (project, id) = name(start);
        let start = node(&project, &id);
        let readers = |touch| -> BTreeSet<MeshNode> {
            mesh.reached(&start, touch, |_| true).into_iter().map(|reached| reached.reader).collect()
        };
        let (by_column, whole) = (readers(Touch::column(column, Dialect::Generic)), readers(Touch::Whole));
        prop_assert!(by_column.is_subset(&whole));
        for (column, reached) in [(Some(column), by_column), (None, whole)] {
            let down = mesh.lineage(&EnvironmentName::default(), &start, &question(Direction::Down, column)).unwrap();
            let shown: BTreeSet<MeshNode> = down
                .nodes.iter().map(|met| (met.node.package_name.clone(), met.node.unique_id.clone())).collect();
            prop_assert!(reached.is_subset(&shown), "{reached:?} {shown:?}");
        }
    }

    fn whatever_is_upstream_of_a_node_has_it_downstream(reads in reads(), start in 0..PROJECTS * MODELS) {
        let mesh = mesh(&reads);
        let (project, id) = name(start);
        let prod = EnvironmentName::default();
        let up = mesh.lineage(&prod, &node(&project, &id), &question(Direction::Up, None)).unwrap();
        for upstream in &up.nodes {
            let upstream = (upstream.node.package_name.clone(), upstream.node.unique_id.clone());
            let down = mesh.lineage(&prod, &upstream, &question(Direction::Down, None)).unwrap();
            prop_assert!(down.nodes.iter().any(|met| met.node.unique_id.as_str() == id), "{upstream:?}");
        }
    }

    fn a_smaller_neighbourhood_counts_what_it_leaves_out_and_edges_stay_inside(
        reads in reads(), start in 0..PROJECTS * MODELS, depth in 0..4_u32, limit in 1..8_usize,
        column in prop::option::of(prop::sample::select(&COLUMNS[..]))
    ) {
        let mesh = mesh(&reads);
        let (project, id) = name(start);
        let all = question(Direction::Both, column);
        let ask = |question: &Question| {
            mesh.lineage(&EnvironmentName::default(), &node(&project, &id), question).unwrap()
        };
        let (whole, part) = (ask(&all), ask(&Question { depth, limit, ..all.clone() }));
        prop_assert_eq!(whole.hidden, 0);
        prop_assert_eq!(part.nodes.len() as u64 + part.hidden, whole.nodes.len() as u64);
        let names = |lineage: &weft_api::Lineage| lineage.nodes.iter().map(weft_api::Neighbour::name).collect::<Vec<_>>();
        prop_assert_eq!(&names(&whole)[..part.nodes.len()], &names(&part)[..]);
        let inside = |place: u32| (place as usize) < part.nodes.len();
        prop_assert!(part.edges.iter().all(|edge| inside(edge.of) && inside(edge.by)));
        prop_assert!(part.columns.iter().all(|edge| inside(edge.of) && inside(edge.by)));
        prop_assert!(part.columns.iter().all(|column| part.edges.iter().any(|e| (e.of, e.by) == (column.of, column.by))));
    }
}
