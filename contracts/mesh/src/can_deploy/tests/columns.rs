//! Columns that are in the SQL and not known in the table, stars, and types that a registered consumer expects.

use weft_api::RuleId;

use super::*;

fn priced(version: &str, data_type: &str) -> Member {
    let Member { publication, relations } = inventory(version, &["price", "colour"], "contract");
    let mut publication = (*publication).clone();
    for column in publication.interface.values_mut().flat_map(|node| &mut node.columns) {
        column.data_type = Some(data_type.to_owned());
    }
    Member { publication: publication.into(), relations }
}

#[test]
fn a_registered_consumer_holds_its_columns_and_the_types_that_it_expects() {
    let now = Mesh::beside([priced("1.0.0", "integer")], [board("int4")]);
    assert!(step(&now, &priced("1.0.1", "int")).is_yes(), "another word for the type");
    let verdict = step(&now, &priced("2.0.0", "bigint"));
    assert_eq!(
        told(&verdict.unmet),
        ["`board` (dashboard) reads the column `price` as `int4`, which is `bigint` in `model.inventory.products` of \
         `inventory` 2.0.0"]
    );
    assert_eq!(verdict.unmet[0].owner.as_deref(), Some("Controlling"));
    let verdict = step(&now, &inventory("3.0.0", &["price"], "contract"));
    assert_eq!(
        told(&verdict.unmet),
        [
            "`board` (dashboard) reads the column `colour` (as_is), which `model.inventory.products` of `inventory` 3.0.0 \
         does not have"
        ]
    );
}

/// inventory with a column `colour` that is in its SQL, but not known to be in its table.
fn unbuilt(version: &str) -> Member {
    let Member { publication, relations } = inventory(version, &["id", "colour"], "sql");
    let mut publication = (*publication).clone();
    let column = &mut publication.interface.values_mut().next().unwrap().columns[1];
    column.only_in = Some(weft_publication::OnlyIn::Sql);
    Member { publication: publication.into(), relations }
}

#[test]
fn a_column_that_is_not_known_in_the_table_stands_in_the_way_of_whoever_comes_to_read_it() {
    let reader = finance("1.0.0", "*", &json!({ "COLOUR": ["as_is"] }));
    let verdict = can_deploy(&[unbuilt("1.1.0")], &reader);
    assert_eq!(
        told(&verdict.unmet),
        [
            "`model.finance.profit` of `finance` 1.0.0 reads the column `COLOUR` (as_is), which `model.inventory.products` of \
         `inventory` 1.1.0 has in its SQL, but is not known to have in its table"
        ]
    );
    assert!(can_deploy(&[inventory("1.1.0", &["id", "colour"], "sql")], &reader).is_yes());
    assert!(can_deploy(&[unbuilt("1.1.0")], &finance("1.0.0", "*", &json!({ "id": ["as_is"] }))).is_yes());
    let levels = Levels::default().with(None, BTreeMap::from([(RuleId::new(UNBUILT_RULE), Severity::Warning)]));
    let now = Mesh::new([unbuilt("1.1.0")]);
    let verdict = crate::can_deploy::can_deploy(DeployStep {
        now: &now,
        then: &now.with(reader),
        about: &["finance".parse().unwrap()].into(),
        levels: &[("inventory".parse().unwrap(), levels)].into(),
        waivers: &BTreeMap::new(),
        today: Date::MIN,
    });
    assert_eq!((verdict.unmet.len(), verdict.tolerated.len()), (0, 1), "a policy lets it pass");
}

#[test]
fn a_reader_that_lacks_a_column_is_no_worse_off_where_it_is_not_known_in_the_table() {
    let reader = finance("1.0.0", "*", &json!({ "colour": ["as_is"] }));
    for [old, new] in [
        [inventory("1.0.0", &["id"], "sql"), unbuilt("1.1.0")],
        [unbuilt("1.0.0"), unbuilt("1.0.1")],
        [unbuilt("1.0.0"), inventory("1.0.1", &["id"], "catalog")],
    ] {
        let verdict = can_deploy(&[old, reader.clone()], &new);
        assert_eq!((verdict.unmet.len(), verdict.already_unmet.len()), (0, 1), "{:?}", told(&verdict.unmet));
    }
}

#[test]
fn whoever_passes_on_every_column_by_a_star_names_none_and_whoever_leaves_one_out_does() {
    let by_star = |read: Value| {
        let Member { publication, relations } = finance("1.0.0", "*", &read);
        let mut publication = (*publication).clone();
        publication.uses =
            publication.uses.into_iter().map(|used| weft_publication::Use { star: true, ..used }).collect();
        can_deploy(&[unbuilt("1.1.0")], &Member { publication: publication.into(), relations }).unmet.len()
    };
    assert_eq!(by_star(json!({ "id": ["as_is"], "colour": ["as_is"] })), 0);
    assert_eq!(by_star(json!({ "id": ["as_is"], "colour": ["as_is", "filter"] })), 1);
    assert_eq!(by_star(json!({ "colour": ["as_is"] })), 1, "a star in a CTE, of which one column is taken");
}
