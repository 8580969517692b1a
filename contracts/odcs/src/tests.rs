use super::*;

mod hostile;
mod laws;

const CONTRACT: &str = "\
apiVersion: v3.1.0
kind: DataContract
id: orders
name: Orders
version: 1.2.0
status: active
tenant: shop
team:
  name: Sales
  members:
    - username: ana@example.com
      role: owner
servers:
  - server: prod
    type: postgres
    host: db.example.com
    port: 5432
    database: shop
    schema: public
schema:
  - name: orders
    physicalName: shop.orders
    properties:
      - name: line
        primaryKey: true
        primaryKeyPosition: 2
      - name: id
        logicalType: integer
        primaryKey: true
        primaryKeyPosition: 1
        quality:
          - metric: nullValues
            mustBe: 0
            unit: y
      - name: customer
        relationships:
          - to: customers.id
      - name: tags
        logicalType: array
        items:
          logicalType: object
          properties:
            - {name: label, logicalType: string, logicalTypeOptions: {maxLength: 20}}
    relationships:
      - {from: [orders.id, orders.line], to: [lines.order, lines.number]}
slaProperties:
  - {property: retention, value: 3, unit: y, element: 'orders.id, orders.line'}
customProperties:
  - {property: dbt_node, value: null}
";

fn contract(text: &str) -> DataContract {
    read(text).unwrap_or_else(|fault| panic!("{fault}")).contract
}

fn refused(text: &str) -> Fault {
    read(text).map(|read| read.contract).unwrap_err()
}

#[test]
fn a_contract_is_read_with_all_that_stands_in_it() {
    let read = contract(CONTRACT);
    assert_eq!((read.title(), read.version.as_str(), read.has_status("Active")), ("Orders", "1.2.0", true));
    assert_eq!(read.members()[0].username, "ana@example.com");
    let server = &read.servers[0];
    assert_eq!((server.setting("database"), server.port()), (Some("shop"), Some(5432)));
    let orders = &read.schema[0];
    assert_eq!(orders.stored_name(), "shop.orders");
    let key: Vec<_> = orders.primary_key().into_iter().map(|it| it.name.as_str()).collect();
    assert_eq!(key, ["id", "line"]);
    let quality = &orders.property("id").unwrap().quality[0];
    assert_eq!((quality.kind(), quality.measure()), (Some(QualityKind::Library), Some("nullValues")));
    assert_eq!(quality.thresholds(), [Threshold::Value(Operator::Be, &0.into())]);
    assert_eq!(quality.unit.as_deref(), Some("y"), "a word, not a truth");
    assert_eq!(orders.property("customer").unwrap().relationships[0].to, Some(References::One("customers.id".into())));
    assert_eq!(orders.relationships[0].from.iter().flatten().count(), 2);
    let items = orders.property("tags").unwrap().items.as_deref().unwrap();
    assert_eq!(items.properties[0].logical_type_options.as_ref().unwrap().max_length, Some(20));
    assert_eq!(read.sla_properties[0].elements(None).collect::<Vec<_>>(), ["orders.id", "orders.line"]);
}

#[test]
fn every_place_has_its_line() {
    let document = Document::parse(CONTRACT).unwrap();
    let at = |pointer: &str| document.line_of(pointer);
    assert_eq!(at(""), Some(1));
    assert_eq!(at("/team"), Some(8));
    assert_eq!(at("/team/members/0"), Some(11));
    assert_eq!(at("/schema/0"), Some(21));
    assert_eq!(at("/schema/0/properties/1/quality/0/mustBe"), Some(33));
    assert_eq!(at("/schema/0/properties/3/items/properties/0/logicalTypeOptions/maxLength"), Some(43));
    assert_eq!(at("/schema/0/physicalType"), Some(21), "what is missing stands where it should");
    assert_eq!(at("/schema/7/name"), Some(20));
}

#[test]
fn a_place_behind_an_alias_has_the_line_of_the_alias() {
    let text = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: '1'\nschema:\n  - name: a\n    quality: &rows\n\
                \x20     - metric: rowCount\n        mustBe: 1\n  - name: b\n    quality: *rows\n";
    let read = read(text).unwrap();
    assert_eq!(read.contract.schema[0].quality, read.contract.schema[1].quality);
    assert_eq!(read.document.line_of("/schema/0/quality/0"), Some(8));
    assert_eq!(read.document.line_of("/schema/1/quality"), Some(11));
    assert_eq!(read.document.line_of("/schema/1/quality/0/metric"), Some(11));
}

#[test]
fn json_is_read_as_yaml_is() {
    let yaml = contract(CONTRACT);
    let json = serde_json::to_string_pretty(&yaml).unwrap();
    assert_eq!(contract(&json), yaml);
    assert_eq!(contract(&serde_json::to_string(&yaml).unwrap()), yaml);
    assert_eq!(contract(&json.replace("  ", "\t")), yaml, "tabs");
    assert_eq!(serde_json::from_str::<DataContract>(&json).unwrap(), yaml);
}

#[test]
fn both_shapes_of_a_team_keep_their_shape() {
    let of =
        |team: &str| contract(&format!("apiVersion: v3.0.2\nkind: DataContract\nid: a\nversion: '1'\nteam: {team}\n"));
    let list = of("[{username: ana, role: owner}]");
    let named = of("{name: Sales, members: [{username: ana, role: owner}]}");
    assert_eq!(list.members(), named.members());
    assert_eq!(named.team.as_ref().unwrap().name(), Some("Sales"));
    for contract in [list, named] {
        assert_eq!(super::read(&contract.to_yaml().unwrap()).unwrap().contract, contract);
    }
}

#[test]
fn unknown_keys_are_kept_and_their_places_are_known() {
    let text = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: '1'\nowner: ana\nschema:\n  - name: t\n    x-y: [1]\n    \
                properties:\n      - name: c\n        a/b: {c: null}\n";
    let read = contract(text);
    let mut found = Vec::new();
    read.each_extra(|at, extra| found.extend(extra.keys().map(|key| at.key(key).to_string())));
    assert_eq!(found, ["/schema/0/properties/0/a~1b", "/schema/0/x-y", "/owner"]);
    assert_eq!(contract(&read.to_yaml().unwrap()), read);
}

#[test]
fn a_value_of_another_kind_is_refused_with_its_place() {
    let head = "apiVersion: v3.1.0\nkind: DataContract\nid: a\n";
    let fault = refused(&format!("{head}version: 1.0\n"));
    assert_eq!((fault.pointer.as_str(), fault.line, fault.column), ("/version", Some(4), Some(1)));
    assert_eq!(fault.to_string(), "/version: invalid type: floating point `1.0`, expected a string");
    assert!(fault.kind.remedy().contains("in quotes"));
    let head = format!("{head}version: '1'\n");
    for (part, pointer) in [
        ("tags: one\n", "/tags"),
        (
            "schema:\n  - name: t\n    properties:\n      - {name: c, required: 'yes'}\n",
            "/schema/0/properties/0/required",
        ),
        ("team: Sales\n", "/team"),
        ("team:\n  members:\n    - username: [a]\n", "/team/members/0/username"),
        ("schema:\n  - name: t\n    quality: [{mustBeBetween: [1]}]\n", "/schema/0/quality/0/mustBeBetween"),
        ("schema:\n  - name: t\n    relationships: [{from: {}}]\n", "/schema/0/relationships/0/from"),
    ] {
        assert_eq!(refused(&format!("{head}{part}")).pointer, pointer, "{part}");
    }
}

#[test]
fn what_is_no_contract_is_refused_by_what_it_is() {
    let kind = |text: &str| refused(text).kind;
    assert_eq!(kind(""), FaultKind::Empty);
    assert_eq!(kind("# nothing\n---\n"), FaultKind::Empty);
    assert_eq!(kind("- apiVersion: v3.1.0\n"), FaultKind::NotAMapping("a list"));
    assert_eq!(kind("hello"), FaultKind::NotAMapping("a text"));
    assert_eq!(kind("kind: DataProduct\n"), FaultKind::OtherKind { kind: "DataProduct".into() });
    assert_eq!(kind("apiVersion: v2.2.2\n"), FaultKind::OtherVersion { version: "v2.2.2".into() });
    assert_eq!(kind("apiVersion: v3.1.0\nkind: DataContract\nversion: '1'\n"), FaultKind::Missing { key: "id" });
    let older = refused("# old\ndataContractSpecification: 1.2.1\nid: orders\nmodels: {}\n");
    assert_eq!(older.kind, FaultKind::OlderSpecification { version: "1.2.1".into() });
    assert_eq!(older.line, Some(2));
    assert!(older.kind.remedy().contains("datacontract export odcs"));
}

#[test]
fn a_rule_without_a_type_is_of_the_kind_that_its_keys_tell() {
    let of = |quality: &str| serde_json::from_str::<Quality>(quality).unwrap().kind();
    assert_eq!(of("{}"), Some(QualityKind::Library));
    assert_eq!(of(r#"{"rule": "nullCheck"}"#), Some(QualityKind::Library));
    assert_eq!(of(r#"{"query": "select 1", "mustBe": 1}"#), Some(QualityKind::Sql));
    assert_eq!(of(r#"{"engine": "soda"}"#), Some(QualityKind::Custom));
    assert_eq!(of(r#"{"description": "well"}"#), Some(QualityKind::Text));
    assert_eq!(of(r#"{"type": "text", "mustBe": 1}"#), Some(QualityKind::Text));
    assert_eq!(of(r#"{"type": "vibes"}"#), None);
}
