//! New and reordered columns that break a reader, for people who check and publish.

use serde_json::json;

use crate::stories::one_model::{Mesh, Model};

/// A change of `up.m` from one SQL to another, below a reader.
struct Change {
    reader: &'static str,
    is_enforced: bool,
    to: &'static str,
    /// What the check says, and of which rule.
    rule: &'static str,
    why: &'static str,
}

const CHANGES: [Change; 5] = [
    Change {
        reader: "select * from {up} union all select 1, 2",
        is_enforced: false,
        to: "select 1 as a, 2 as b, 3 as c",
        rule: "error[column_added]",
        why: "needs a fixed number of columns",
    },
    Change {
        reader: "select * from {up} union all select 1, 2",
        is_enforced: false,
        to: "select 2 as b, 1 as a",
        rule: "error[column_reordered]",
        why: "by position",
    },
    Change {
        reader: "select o.y, c from {up} m join (select 1 as y, 2 as c) o on m.a = o.y",
        is_enforced: false,
        to: "select 1 as a, 2 as b, 3 as c",
        rule: "error[column_added]",
        why: "becomes ambiguous",
    },
    Change {
        reader: "select * from {up}",
        is_enforced: true,
        to: "select 1 as a, 2 as b, 3 as c",
        rule: "error[column_added]",
        why: "their enforced contract or `on_schema_change: fail` allows no further column",
    },
    Change {
        reader: "select o.y from (select 1 as y, 2 as c) o where exists (select 1 from {up} m where m.a = c)",
        is_enforced: false,
        to: "select 1 as a, 2 as b, 3 as c",
        rule: "warning[column_added]",
        why: "instead of the one that the name refers to",
    },
];

#[test]
fn a_change_that_takes_nothing_away_names_whom_it_breaks_and_is_not_deployed() {
    for Change { reader, is_enforced, to, rule, why } in CHANGES {
        let mesh = Mesh::empty();
        let up = |sql: &str| {
            let mut columns = json!({});
            for name in ["a", "b", "c"].iter().filter(|name| sql.contains(&format!("as {name}"))) {
                columns[*name] = json!({ "name": name });
            }
            Model::new("duckdb", sql, columns)
        };
        mesh.write("up", &up("select 1 as a, 2 as b"), &json!({}));
        mesh.done("up", "publish --allow-dirty");
        let mut down = Model::new("duckdb", reader, json!({})).reading("model.up.m");
        if is_enforced {
            down.columns =
                json!({ "a": { "name": "a", "data_type": "integer" }, "b": { "name": "b", "data_type": "integer" } });
            down.more = json!({ "contract": { "enforced": true } });
        }
        // The stub tells the columns, as a package of weft's does.
        let mut stub = up("select 1 as a, 2 as b").manifest("up", &json!({}))["nodes"]["model.up.m"].clone();
        for name in ["a", "b"] {
            stub["columns"][name]["data_type"] = "integer".into();
        }
        stub["contract"] = json!({ "enforced": true });
        stub["config"]["materialized"] = "weft_interface".into();
        mesh.write("down", &down, &json!({ "model.up.m": stub }));
        mesh.done("down", "publish --allow-dirty");
        mesh.write("up", &up(to), &json!({}));
        let checked = mesh.run("up", "check");
        let is_error = rule.starts_with("error");
        assert_eq!(checked.code, i32::from(is_error), "{reader}: {checked:?}");
        assert!(checked.stdout.contains(rule) && checked.stdout.contains(why), "{reader}: {checked:?}");
        assert!(checked.stdout.contains("model.down.m"), "{reader}: {checked:?}");
        let published = mesh.run("up", "publish --allow-dirty");
        assert_eq!(published.code, i32::from(is_error), "{reader}: {published:?}");
        assert_eq!(published.stderr.contains("error[deployment_refused]"), is_error, "{reader}: {published:?}");
    }
}
