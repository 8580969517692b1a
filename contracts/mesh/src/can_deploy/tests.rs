mod columns;
mod removal;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use time::Date;
use weft_api::RuleId;
use weft_check::Levels;

use super::*;
use crate::mesh::{Member, Mesh, Registered};

fn member(document: Value, relations: Value) -> Member {
    let publication = weft_publication::document::parse(document).unwrap();
    Member { publication: publication.into(), relations: Arc::new(serde_json::from_value(relations).unwrap()) }
}

fn inventory(version: &str, columns: &[&str], origin: &str) -> Member {
    let columns: Vec<_> = columns.iter().map(|name| json!({ "name": name, "origin": origin })).collect();
    let node = json!({ "name": "products", "resource_type": "model", "access": "public", "columns": columns });
    let document = json!({
        "package_name": "inventory", "version": version, "source": { "adapter_type": "duckdb" },
        "interface": { "model.inventory.products": node },
        "lineage": { "model.inventory.products": { "resource_type": "model" } },
    });
    member(document, json!({ "model.inventory.products": { "schema": "inventory", "identifier": "products" } }))
}

fn finance(version: &str, requirement: &str, read: &Value) -> Member {
    let document = json!({
        "package_name": "finance", "version": version, "source": { "adapter_type": "duckdb" },
        "groups": { "money": { "name": "Finance team" } },
        "interface": { "model.finance.profit": {
            "name": "profit", "resource_type": "model", "access": "public", "group": "money" } },
        "lineage": { "model.finance.profit": { "resource_type": "model" } },
        "uses": [{ "reader": "model.finance.profit", "upstream": "inventory",
            "unique_id": "model.inventory.products", "via": "ref", "columns": read }],
        "requires": { "inventory": requirement },
    });
    member(document, json!({}))
}

/// What prevents the deployment of a member among others.
fn can_deploy(members: &[Member], candidate: &Member) -> DeployVerdict {
    step(&Mesh::new(members.iter().cloned()), candidate)
}

fn step(now: &Mesh, candidate: &Member) -> DeployVerdict {
    asked(now, &now.with(candidate.clone()), candidate.publication.package_name.as_str())
}

/// What prevents a step that deploys or removes one project.
fn asked(now: &Mesh, then: &Mesh, about: &str) -> DeployVerdict {
    super::can_deploy(DeployStep {
        now,
        then,
        about: &[about.parse().unwrap()].into(),
        levels: &BTreeMap::new(),
        waivers: &BTreeMap::new(),
        today: Date::MIN,
    })
}

fn told(unmet: &[Unmet]) -> Vec<String> {
    unmet.iter().map(ToString::to_string).collect()
}

#[test]
fn a_column_that_is_read_and_gone_stands_in_the_way_until_its_reader_reads_it_no_more() {
    let old = inventory("1.0.0", &["id", "price"], "contract");
    let new = inventory("1.1.0", &["id"], "contract");
    let reader = finance("1.0.0", "*", &json!({ "PRICE": ["transformed"], "id": ["join"] }));
    let verdict = can_deploy(&[old.clone(), reader], &new);
    assert_eq!(
        told(&verdict.unmet),
        ["`model.finance.profit` of `finance` 1.0.0 reads the column `PRICE` (transformed), \
         which `model.inventory.products` of `inventory` 1.1.0 does not have"]
    );
    assert_eq!(verdict.unmet[0].owner.as_deref(), Some("Finance team"));
    let reader = finance("1.1.0", "*", &json!({ "id": ["join"] }));
    assert_eq!(can_deploy(&[old, reader], &new).unmet, []);
}

#[test]
fn a_requirement_that_the_new_version_does_not_meet_stands_in_the_way() {
    let [old, new] = ["1.0.0", "2.0.0"].map(|version| inventory(version, &["id"], "contract"));
    let reader = finance("1.0.0", "^1", &json!({}));
    let verdict = can_deploy(&[old, reader], &new);
    assert_eq!(told(&verdict.unmet), ["`finance` 1.0.0 requires `inventory` ^1, which 2.0.0 does not meet"]);
}

#[test]
fn what_is_unmet_already_stands_in_nobodys_way() {
    let [old, new] = ["1.0.0", "1.0.1"].map(|version| inventory(version, &["id"], "contract"));
    let reader = finance("1.0.0", "*", &json!({ "price": ["as_is"] }));
    let verdict = can_deploy(&[old, reader], &new);
    assert_eq!((verdict.unmet.len(), verdict.already_unmet.len()), (0, 1));
}

#[test]
fn what_a_candidate_needs_itself_must_be_there_first_deployment_or_not() {
    let reader = finance("1.0.0", "^2", &json!({ "price": ["as_is"] }));
    let absent = [
        "`finance` 1.0.0 requires `inventory` ^2, which would not be deployed there",
        "`model.finance.profit` of `finance` 1.0.0 reads `model.inventory.products` of `inventory`, which would not be \
         deployed there",
    ];
    assert_eq!(told(&can_deploy(&[], &reader).unmet), absent);
    assert_eq!(told(&can_deploy(std::slice::from_ref(&reader), &reader).unmet), absent, "it stands there already");
    let old = [inventory("1.0.0", &["id"], "catalog")];
    assert_eq!(can_deploy(&old, &reader).unmet.len(), 2, "another version, and no price");
    assert!(can_deploy(&[inventory("2.0.0", &["id", "price"], "catalog")], &reader).is_yes());
}

#[test]
fn an_upstream_that_comes_late_leaves_nothing_unmet_that_was_met() {
    let reader = finance("1.0.0", "^2", &json!({ "price": ["as_is"] }));
    let verdict = can_deploy(&[reader], &inventory("1.0.0", &["id"], "catalog"));
    assert!(verdict.is_yes(), "{:?}", told(&verdict.unmet));
    assert_eq!(verdict.already_unmet.len(), 2, "and it is told what stays unmet");
}

/// finance, with unknown readings.
fn unread(requirement: &str) -> Member {
    let Member { publication, relations } = finance("1.0.0", requirement, &json!({}));
    let mut publication = (*publication).clone();
    publication.uses =
        publication.uses.into_iter().map(|used| weft_publication::Use { columns: None, ..used }).collect();
    Member { publication: publication.into(), relations }
}

#[test]
fn a_reader_of_unknown_columns_stands_in_the_way_of_what_takes_a_column_away_and_of_nothing_else() {
    let old = inventory("1.0.0", &["id", "price"], "contract");
    let now = [old, unread("*")];
    let verdict = can_deploy(&now, &inventory("2.0.0", &["id"], "contract"));
    assert_eq!(
        told(&verdict.unmet),
        ["`model.finance.profit` of `finance` 1.0.0 reads unknown columns of `model.inventory.products`, \
         and `inventory` 2.0.0 has no `price`"]
    );
    assert!(can_deploy(&now, &inventory("1.1.0", &["id", "price", "colour"], "contract")).is_yes());
    assert!(can_deploy(&now, &inventory("1.0.1", &["ID", "PRICE"], "contract")).is_yes(), "only the case is another");
}

#[test]
fn columns_that_are_no_longer_known_stand_in_the_way_of_their_readers() {
    let old = inventory("1.0.0", &["id", "price"], "contract");
    let new = inventory("1.0.1", &["id"], "declared");
    let reads = |columns| finance("1.0.0", "*", &columns);
    let unknown = |reader| told(&can_deploy(&[old.clone(), reader], &new).unmet);
    let said = "`model.finance.profit` of `finance` 1.0.0 reads `model.inventory.products`, whose columns would be unknown \
                in `inventory` 1.0.1";
    assert_eq!(unknown(reads(json!({ "price": ["as_is"] }))), [said]);
    assert_eq!(unknown(unread("*")), [said]);
    assert_eq!(unknown(reads(json!({ "id": ["as_is"] }))), [said], "that the YAML still declares it proves nothing");
}

#[test]
fn a_policy_lets_pass_what_is_not_known_and_nothing_that_is() {
    let now = Mesh::new([inventory("1.0.0", &["id", "price"], "contract"), unread("*")]);
    let then = now.with(inventory("2.0.0", &["id"], "contract"));
    let about = BTreeSet::from(["inventory".parse().unwrap()]);
    let said = |severity| {
        let levels = Levels::default().with(None, [(RuleId::new(UNKNOWN_RULE), severity)].into());
        let levels = BTreeMap::from([("inventory".parse().unwrap(), levels)]);
        let verdict = super::can_deploy(DeployStep {
            now: &now,
            then: &then,
            about: &about,
            levels: &levels,
            waivers: &BTreeMap::new(),
            today: Date::MIN,
        });
        (verdict.is_yes(), verdict.tolerated.len())
    };
    assert_eq!(said(Severity::Warning), (true, 1));
    assert_eq!(said(Severity::Off), (true, 1));
    assert_eq!(said(Severity::Error), (false, 0));
    let known = Mesh::new([
        inventory("1.0.0", &["id", "price"], "contract"),
        finance("1.0.0", "*", &json!({ "price": ["as_is"] })),
    ]);
    let then = known.with(inventory("2.0.0", &["id"], "contract"));
    let levels = Levels::default().with(None, [(RuleId::new(UNKNOWN_RULE), Severity::Off)].into());
    let levels = BTreeMap::from([("inventory".parse().unwrap(), levels)]);
    assert!(
        !super::can_deploy(DeployStep {
            now: &known,
            then: &then,
            about: &about,
            levels: &levels,
            waivers: &BTreeMap::new(),
            today: Date::MIN
        })
        .is_yes()
    );
}

#[test]
fn projects_that_need_each_other_are_asked_about_together() {
    let needing = |name: &str, other: &str, version: &str| {
        let (own, read) = (format!("model.{name}.m"), format!("model.{other}.m"));
        let document = json!({
            "package_name": name, "version": version, "source": { "adapter_type": "duckdb" },
            "interface": { &own: { "name": "m", "resource_type": "model", "access": "public" } },
            "lineage": { &own: { "resource_type": "model" } },
            "uses": [{ "reader": format!("test.{name}.t"), "upstream": other, "unique_id": read, "via": "test" }],
            "requires": { other: format!("={version}") },
        });
        member(document, json!({}))
    };
    let [a, b] = [needing("a", "b", "1.0.0"), needing("b", "a", "1.0.0")];
    assert!(!can_deploy(&[], &a).is_yes() && !can_deploy(&[], &b).is_yes(), "neither alone");
    let together = |now: &Mesh, members: [Member; 2]| {
        let about: BTreeSet<_> = members.iter().map(|member| member.publication.package_name.clone()).collect();
        super::can_deploy(DeployStep {
            now,
            then: &now.after(&about, members),
            about: &about,
            levels: &BTreeMap::new(),
            waivers: &BTreeMap::new(),
            today: Date::MIN,
        })
    };
    assert!(together(&Mesh::default(), [a.clone(), b.clone()]).is_yes());
    let now = Mesh::new([a.clone(), b]);
    assert!(!can_deploy(&[a, needing("b", "a", "1.0.0")], &needing("a", "b", "2.0.0")).is_yes());
    assert!(together(&now, [needing("a", "b", "2.0.0"), needing("b", "a", "2.0.0")]).is_yes());
}

#[test]
fn columns_that_only_yaml_tells_of_may_be_more_than_it_tells() {
    let reader = finance("1.0.0", "*", &json!({ "price": ["as_is"] }));
    assert_eq!(can_deploy(&[inventory("1.0.0", &["id"], "declared")], &reader).unmet, []);
    assert_eq!(can_deploy(&[inventory("1.0.0", &[], "declared")], &reader).unmet, []);
    let old = inventory("1.0.0", &["id", "price"], "declared");
    let new = inventory("2.0.0", &["id"], "declared");
    assert_eq!(can_deploy(&[old, reader], &new).unmet.len(), 1, "but what they told and tell no more is gone");
}

#[test]
fn a_node_that_is_gone_stands_in_the_way_of_its_readers_by_ref_and_by_source() {
    let old = inventory("1.0.0", &["id"], "contract");
    let new = json!({ "package_name": "inventory", "version": "2.0.0", "source": { "adapter_type": "duckdb" } });
    let by_ref = finance("1.0.0", "*", &json!({}));
    let by_source = json!({
        "package_name": "web", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": { "source.web.inventory.products": { "resource_type": "source" } },
    });
    let place = json!({ "source.web.inventory.products": { "schema": "INVENTORY", "identifier": "products" } });
    let verdict = can_deploy(&[old, by_ref, member(by_source, place)], &member(new, json!({})));
    assert_eq!(
        told(&verdict.unmet),
        [
            "`model.finance.profit` of `finance` 1.0.0 reads `model.inventory.products`, which is not in the interface of \
         `inventory` 2.0.0",
            "`source.web.inventory.products` of `web` 1.0.0 reads a table that `model.inventory.products` of `inventory` \
         no longer uses",
        ]
    );
}

#[test]
fn a_column_that_is_read_by_a_source_stands_in_the_way_too() {
    let by_source = json!({
        "package_name": "web", "version": "1.0.0", "source": { "adapter_type": "duckdb" },
        "lineage": {
            "source.web.inventory.products": { "resource_type": "source" },
            "model.web.page": { "resource_type": "model", "depends_on": ["source.web.inventory.products"], "reading": {
                "columns": { "price": { "source.web.inventory.products": { "price": "as_is" } } } } },
        },
    });
    let place = json!({ "source.web.inventory.products": { "schema": "inventory", "identifier": "products" } });
    let web = member(by_source, place);
    let old = inventory("1.0.0", &["id", "price"], "catalog");
    let new = inventory("1.1.0", &["id"], "catalog");
    let gone = "`model.web.page` of `web` 1.0.0 reads the column `price` (as_is), which `model.inventory.products` of \
                `inventory` 1.1.0 does not have";
    assert_eq!(told(&can_deploy(&[old, web.clone()], &new).unmet), [gone]);
    assert_eq!(told(&can_deploy(&[new], &web).unmet), [gone]);
}

#[test]
fn a_node_in_anothers_place_stands_in_the_way_until_somebody_has_let_it_pass() {
    let old = inventory("1.0.0", &["id"], "contract");
    let renamed = |version: &str| {
        let Member { publication, relations } = inventory(version, &["id"], "contract");
        let publication =
            weft_publication::Publication { package_name: "stock".parse().unwrap(), ..(*publication).clone() };
        Member { publication: publication.into(), relations }
    };
    let verdict = can_deploy(std::slice::from_ref(&old), &renamed("1.0.0"));
    assert_eq!((verdict.clashes.len(), verdict.is_yes()), (1, false));
    assert!(can_deploy(&[old, renamed("1.0.0")], &renamed("1.1.0")).is_yes());
}

#[test]
fn what_stands_beside_is_told_with_what_the_two_ask_of_each_other() {
    let now = Mesh::beside(
        [inventory("1.0.0", &["price", "colour"], "contract"), finance("1.0.0", "^1", &json!({}))],
        [board("integer")],
    );
    let candidate = inventory("2.0.0", &["price", "colour"], "contract");
    let name = &candidate.publication.package_name;
    let then = now.with(candidate.clone());
    let (about, levels) = (BTreeSet::from([name.clone()]), BTreeMap::new());
    let step = DeployStep {
        now: &now,
        then: &then,
        about: &about,
        levels: &levels,
        waivers: &BTreeMap::new(),
        today: Date::MIN,
    };
    let beside = beside(step, &super::can_deploy(step), |_| EnvironmentName::default());
    let told: Vec<_> = beside.iter().map(|it| (it.package_name.as_str(), it.reads, it.unmet)).collect();
    assert_eq!(told, [("finance", 1, 1), ("board", 1, 0)]);
    assert_eq!(beside[0].requires.as_ref().map(ToString::to_string).as_deref(), Some("^1"));
}

fn board(data_type: &str) -> Registered {
    let consumer = json!({ "kind": "dashboard", "owner": "Controlling", "reads": [{
        "package_name": "inventory", "unique_id": "model.inventory.products",
        "columns": [{ "name": "price", "data_type": data_type }, { "name": "colour" }] }] });
    Registered { name: "board".parse().unwrap(), registration: Arc::new(serde_json::from_value(consumer).unwrap()) }
}
