use weft_api::TouchedNode;
use weft_model::name::EnvironmentName;

use super::*;

const SOURCE: &str = "source.down.up.m";

/// A model, and a project that checks it as a source beside a model that reads another column of it.
fn mesh() -> Mesh {
    let up = json!({
        "package_name": "up", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "interface": { "model.up.m": public("m", &["id", "held", "loaded", "free"]) },
        "lineage": { "model.up.m": { "resource_type": "model" } },
    });
    let down = json!({
        "package_name": "down", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": {
            SOURCE: { "resource_type": "source", "checks": { "test.down.held": ["held"], SOURCE: ["loaded"] } },
            "model.down.r": { "resource_type": "model", "depends_on": [SOURCE],
                "reading": { "columns": { "id": { SOURCE: { "id": "as_is" } } } } },
        },
    });
    Mesh::new([
        member(up, json!({ "model.up.m": relation("up", "m") })),
        member(down, json!({ SOURCE: relation("up", "m") })),
    ])
}

fn readers(column: &str) -> Vec<String> {
    let touched = TouchedNode {
        unique_id: "model.up.m".parse().unwrap(),
        column: Some(column.to_owned()),
        readers: weft_api::Readers::All,
        moved: None,
    };
    let consumers = mesh().consumers(&EnvironmentName::default(), &"up".parse().unwrap(), &touched);
    consumers.iter().map(|it| it.reader.to_string()).collect()
}

#[test]
fn whoever_checks_a_source_is_reached_by_its_columns_and_passes_nothing_on() {
    assert_eq!(readers("id"), ["model.down.r"]);
    assert_eq!(readers("held"), ["test.down.held"]);
    assert_eq!(readers("loaded"), [SOURCE]);
    assert_eq!(readers("free"), [""; 0]);
}

#[test]
fn what_checks_a_source_reads_itself_through_nothing() {
    assert_eq!(mesh().cycle_through(&"up".parse().unwrap()), None);
    assert_eq!(mesh().cycle_through(&"down".parse().unwrap()), None);
}
