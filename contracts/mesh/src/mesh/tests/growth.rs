use weft_api::{ColumnMove, Readers, TouchedNode};

use super::*;

/// A reader of `up.m` whose SQL feels new columns so.
fn mesh(growth: &Value) -> Mesh {
    let up = json!({
        "package_name": "up", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "interface": { "model.up.m": public("m", &["a", "b"]) }, "lineage": { "model.up.m": { "resource_type": "model" } },
    });
    let down = json!({
        "package_name": "down", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": { "model.down.d": { "resource_type": "model", "reading": { "stars": ["model.up.m"], "growth": growth } } },
        "uses": [{ "reader": "model.down.d", "upstream": "up", "unique_id": "model.up.m", "via": "ref", "star": true,
            "columns": {} }],
    });
    Mesh::new([member(up, json!({})), member(down, json!({}))])
}

fn touched(column: &str, readers: Readers) -> TouchedNode {
    TouchedNode { unique_id: "model.up.m".parse().unwrap(), column: Some(column.to_owned()), readers, moved: None }
}

fn is_named(mesh: &Mesh, column: &str, readers: Readers) -> bool {
    !mesh.consumers(&"prod".parse().unwrap(), &"up".parse().unwrap(), &touched(column, readers)).is_empty()
}

#[test]
fn a_new_column_concerns_those_that_count_columns_or_name_it() {
    let counting = mesh(&json!({ "counted": ["model.up.m"] }));
    assert!(is_named(&counting, "new", Readers::Counting) && is_named(&counting, "a", Readers::Placing));
    assert!(!is_named(&counting, "new", Readers::Ambiguous) && !is_named(&counting, "new", Readers::Fixed));
    let naming = mesh(&json!({ "ambiguous": { "model.up.m": ["price"] }, "captured": { "model.up.m": ["note"] } }));
    assert!(is_named(&naming, "PRICE", Readers::Ambiguous) && !is_named(&naming, "note", Readers::Ambiguous));
    assert!(is_named(&naming, "note", Readers::Capturing) && !is_named(&naming, "price", Readers::Capturing));
}

#[test]
fn a_column_in_another_place_concerns_those_that_take_it_by_its_place() {
    let placing = mesh(&json!({ "placed": { "model.up.m": ["b"] } }));
    assert!(is_named(&placing, "b", Readers::Placing));
    assert!(!is_named(&placing, "a", Readers::Placing) && !is_named(&placing, "b", Readers::Counting));
    let fixed = mesh(&json!({ "fixed": ["model.up.m"] }));
    assert!(is_named(&fixed, "new", Readers::Fixed) && !is_named(&fixed, "a", Readers::Placing));
}

#[test]
fn a_column_concerns_those_that_need_it_on_one_side_of_a_place_only_if_it_leaves_that_side() {
    let bounded = mesh(&json!({ "bounded": { "model.up.m": { "b": [3] } } }));
    let is_named_at = |from, to| {
        let touched = TouchedNode { moved: Some(ColumnMove { from, to }), ..touched("b", Readers::Placing) };
        !bounded.consumers(&"prod".parse().unwrap(), &"up".parse().unwrap(), &touched).is_empty()
    };
    assert!(is_named_at(3, 2) && is_named_at(2, 3) && is_named_at(7, 0));
    assert!(!is_named_at(3, 4) && !is_named_at(2, 0));
    assert!(is_named(&bounded, "b", Readers::Placing), "where it went is not known");
}
