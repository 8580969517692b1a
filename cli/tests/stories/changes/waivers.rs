//! Waivers approve the change that was seen, and no other.

use super::*;

#[test]
fn a_waiver_of_a_rename_covers_no_other_rename() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["id", "price"])]);
    mesh.up("v2", &[Model::of("m", &["id", "unit_price"])]);
    mesh.up("v3", &[Model::of("m", &["id", "price_gross"])]);
    mesh.done("v1", &["publish"]);
    let waived = mesh.waive("v2", "column_renamed", "m.price");
    assert_eq!(waived.code, 0, "{waived:?}");
    assert!(waived.stdout.contains("approved: column `price` was renamed to `unit_price`"), "{waived:?}");
    mesh.done("v2", &["check"]);
    let other = mesh.refused("v3", &["check"]);
    assert!(other.stderr.contains("waiver 1 of column_renamed on model.up.m approves another change"), "{other:?}");
    let never = mesh.waive("v3", "column_removed", "m.price");
    assert_eq!(never.code, 2, "{never:?}");
    assert!(
        never.stderr.contains("the check does not find column_removed on `model.up.m`, column `price`"),
        "{never:?}"
    );
    assert!(never.stderr.contains("on that node, it finds column_renamed of `price`"), "{never:?}");
}

#[test]
fn a_waiver_of_a_node_covers_the_columns_that_were_seen() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["id", "a", "b", "c"])]);
    mesh.up("v2", &[Model::of("m", &["id", "b", "c"])]);
    mesh.up("v3", &[Model::of("m", &["id", "c"])]);
    mesh.done("v1", &["publish"]);
    assert_eq!(mesh.waive("v2", "column_removed", "m").code, 0);
    mesh.done("v2", &["check"]);
    let more = mesh.refused("v3", &["check"]);
    assert!(more.stdout.contains("1 error") && more.stdout.contains("1 waived"), "{more:?}");
}

#[test]
fn a_waiver_that_was_used_covers_no_later_change() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["id", "a"])]);
    mesh.up("v2", &[Model::of("m", &["id"])]);
    mesh.done("v1", &["publish"]);
    mesh.done("v1", &["deploy", "1.0.0", "--environment", "slow"]);
    assert_eq!(mesh.waive("v2", "column_removed", "m.a").code, 0);
    mesh.done("v2", &["publish"]);
    let listed = mesh.done("v2", &["waive", "--list"]).stdout;
    assert!(listed.contains("used by 2.0.0"), "{listed}");
    mesh.done("v2", &["check", "--environment", "slow"]);
    mesh.done("v1", &["publish"]);
    let again = mesh.refused("v2", &["check"]);
    assert!(again.stderr.contains("waiver 1 of column_removed on model.up.m was used when 2.0.0"), "{again:?}");
    assert_eq!(mesh.waive("v2", "column_removed", "m.a").code, 0, "the change is approved anew");
    mesh.done("v2", &["check"]);
}

#[test]
fn a_waiver_of_a_moved_relation_is_spent_where_it_moves() {
    let mesh = Mesh::empty();
    let at = |alias| Model { alias: Some(alias), ..Model::of("m", &["id"]) };
    mesh.up("v1", &[at("m"), Model::of("n", &["id"])]);
    mesh.up("v2", &[at("m_new"), Model::of("n", &["id"])]);
    mesh.done("v1", &["publish"]);
    mesh.refused("v2", &["check"]);
    assert_eq!(mesh.waive("v2", "relation_moved", "m").code, 0);
    mesh.done("v2", &["check"]);
    mesh.done("v2", &["publish"]);
    mesh.done("v1", &["publish"]);
    mesh.refused("v2", &["check"]);
}

#[test]
fn a_waiver_takes_what_was_seen_from_a_report() {
    let mesh = Mesh::empty();
    mesh.up("v1", &[Model::of("m", &["id", "a"])]);
    mesh.up("v2", &[Model::of("m", &["id"])]);
    mesh.done("v1", &["publish"]);
    let report = mesh.refused("v2", &["check", "--format", "json"]).stdout;
    std::fs::write(mesh.path("v1").join("report.json"), report).unwrap();
    let why = ["--reason", "seen", "--until", "2099-01-01", "--author", "a", "--report", "report.json"];
    mesh.done("v1", &[&["waive", "column_removed", "m.a"], &why[..]].concat());
    mesh.done("v2", &["check"]);
    std::fs::write(mesh.path("v1").join("report.json"), "{\"data\": {}}").unwrap();
    let none = mesh.run("v1", &[&["waive", "column_removed", "m.a"], &why[..]].concat());
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.stderr.contains("`report.json` is not a report of a check"), "{none:?}");
}
