use weft_model::name::EnvironmentName;

use super::*;

fn board(reads: &Value) -> Registered {
    let consumer = json!({ "kind": "dashboard", "owner": "Controlling", "reads": reads });
    Registered { name: "board".parse().unwrap(), registration: Arc::new(serde_json::from_value(consumer).unwrap()) }
}

fn with_board(reads: &Value) -> Mesh {
    Mesh::beside(three().members().cloned(), [board(reads)])
}

#[test]
fn a_registered_consumer_reads_the_columns_that_it_names() {
    let mesh = with_board(&json!([{ "package_name": "inventory", "unique_id": "model.inventory.products",
        "columns": [{ "name": "Colour" }] }]));
    assert_eq!(
        told(&mesh, PRODUCTS, Touch::column("colour", Dialect::DuckDb)),
        ["consumer.board reads model.inventory.products Colour:as_is (0 between)"]
    );
    assert_eq!(told(&mesh, PRODUCTS, Touch::column("price", Dialect::DuckDb)).len(), 3, "and no other");
}

#[test]
fn a_registered_consumer_that_names_no_columns_reads_them_all_and_those_that_others_pass_on() {
    let mesh = with_board(&json!([{ "package_name": "sales", "unique_id": "model.sales.order_lines" }]));
    assert!(
        told(&mesh, PRODUCTS, Touch::column("price", Dialect::DuckDb))
            .contains(&"consumer.board reads model.sales.order_lines ? (1 between)".to_owned())
    );
    assert_eq!(told(&mesh, PRODUCTS, Touch::column("colour", Dialect::DuckDb)), [""; 0]);
}

#[test]
fn a_registered_consumer_is_told_with_its_kind_and_owner_and_has_no_version() {
    let mesh = with_board(&json!([{ "package_name": "inventory", "unique_id": "model.inventory.products" }]));
    let consumers = mesh.readers_of_project(&EnvironmentName::default(), &"inventory".parse().unwrap());
    assert_eq!(consumers.len(), 2, "{consumers:?}");
    let board = &consumers[0];
    assert_eq!((board.kind, board.version.as_ref(), board.via), (Some(ConsumerKind::Dashboard), None, None));
    assert_eq!((board.owner.as_deref(), board.reader.as_str()), (Some("Controlling"), "consumer.board"));
    assert_eq!(consumers[1].version.as_ref().map(ToString::to_string).as_deref(), Some("2.0.0"));
}

#[test]
fn a_registered_consumer_of_a_projects_own_name_is_not_taken_for_the_project() {
    let consumer = board(&json!([{ "package_name": "inventory", "unique_id": "model.inventory.products" }]));
    let same = Registered { name: "inventory".parse().unwrap(), ..consumer };
    let mesh = Mesh::beside(three().members().cloned(), [same]);
    let readers = told(&mesh, PRODUCTS, Touch::Whole);
    assert!(readers.iter().any(|reader| reader.starts_with("consumer.inventory reads")), "{readers:?}");
    let items = mesh.project_graph(None, 10);
    let names: Vec<_> = items.iter().map(|item| (item.package_name.as_str(), item.unique_id.is_some())).collect();
    assert_eq!(names, [("finance", false), ("inventory", false), ("inventory", true), ("sales", false)]);
}
