//! An object of a data contract as a node, for producers without dbt.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use weft_model::{
    name::{EnvironmentName, PackageName},
    types::Dialect,
};
use weft_odcs::{DataContract, References, Relationship, SchemaObject, SchemaProperty, Server, TeamMember, paths};
use weft_publication::{
    Access, Column, Constraint, Contract, Grants, InterfaceNode, Origin, Owner, ResourceType, relation::Relation,
};

/// The server of a contract that decides where its objects are in an environment: the one with that environment, or
/// with its name; else the only one.
pub(super) fn server<'c>(contract: &'c DataContract, environment: &EnvironmentName) -> Option<&'c Server> {
    let is_named = |name: &str| name.eq_ignore_ascii_case(environment.as_str()) || is_long_form(name, environment);
    let by_environment = contract.servers.iter().find(|it| it.environment.as_deref().is_some_and(is_named));
    let by_name = || contract.servers.iter().find(|it| is_named(&it.server));
    let only = || if let [only] = contract.servers.as_slice() { Some(only) } else { None };
    by_environment.or_else(by_name).or_else(only)
}

/// `production` is `prod`, `development` is `dev`.
fn is_long_form(name: &str, environment: &EnvironmentName) -> bool {
    let short = environment.as_str();
    matches!((name.to_ascii_lowercase().as_str(), short), ("production", "prod") | ("development", "dev"))
}

/// The adapter whose dialect the contracts' types are in: by the type of the first server that decides it.
pub(super) fn adapter_type(contracts: &[DataContract], environment: &EnvironmentName) -> Option<String> {
    contracts.iter().find_map(|contract| server(contract, environment)).map(|server| match server.r#type.as_str() {
        "postgresql" => "postgres".to_owned(),
        other => other.to_lowercase(),
    })
}

/// The relation of an object.
pub(super) fn relation(
    contract: &DataContract,
    object: &SchemaObject,
    environment: &EnvironmentName,
) -> Option<Relation> {
    let server = server(contract, environment)?;
    let dialect = Dialect::from_adapter(Some(&server.r#type));
    let setting = |keys: &[&str]| keys.iter().find_map(|key| server.setting(key)).map(str::to_owned);
    let mut database = setting(&["database", "catalog", "project"]);
    let mut schema = setting(&["schema", "dataset"]);
    // A physical name may be qualified, and says it better.
    let mut parts = object.stored_name().rsplitn(3, '.');
    let identifier = parts.next().unwrap_or_default().to_owned();
    if let Some(named) = parts.next() {
        schema = Some(named.to_owned());
    }
    if let Some(named) = parts.next() {
        database = Some(named.to_owned());
    }
    let schema = schema.or_else(|| match dialect {
        Dialect::Postgres | Dialect::Redshift => Some("public".to_owned()),
        Dialect::DuckDb => Some("main".to_owned()),
        _ => None,
    })?;
    Some(Relation { database, schema, identifier, relation_name: None, configured: None })
}

/// The owner of the objects of a contract: its team, as a group.
pub(super) fn group_of(contract: &DataContract) -> Option<(String, Owner)> {
    let team = contract.team.as_ref()?;
    let is_owner = |member: &&TeamMember| member.role.as_deref().is_some_and(|it| it.to_lowercase().contains("owner"));
    let members = || team.members().iter().filter(|member| member.date_out.is_none());
    let person = members().find(is_owner).or_else(|| members().next());
    let person_name = person.map(|it| it.name.clone().unwrap_or_else(|| it.username.clone()));
    let email = person.map(|it| it.username.clone()).filter(|it| it.contains('@')).map(Value::String);
    let group = team.name().map(str::to_owned).or_else(|| person_name.clone()).filter(|it| !it.is_empty())?;
    let name = team.name().map(str::to_owned).or(person_name);
    Some((group, Owner { name, email, other: Map::new() }))
}

/// An object as a node that others may read.
pub(super) fn node(
    project: &PackageName,
    contract: &DataContract,
    object: &SchemaObject,
    group: Option<&str>,
) -> InterfaceNode {
    let key: Vec<String> = object.primary_key().iter().map(|it| it.stored_name().to_owned()).collect();
    let primary_key = (!key.is_empty()).then(|| constraint("primary_key", key));
    let own = object.relationships.iter().filter_map(|it| foreign_key(project, object, it, None));
    let of_columns = object.properties.iter().flat_map(|property| {
        property.relationships.iter().filter_map(|it| foreign_key(project, object, it, Some(property)))
    });
    InterfaceNode {
        name: object.name.clone(),
        resource_type: ResourceType::Model,
        access: Access::Public,
        group: group.map(str::to_owned),
        version: None,
        latest_version: None,
        deprecation_date: None,
        description: object.description.clone().unwrap_or_default(),
        meta: Map::new(),
        tags: contract.tags.iter().chain(&object.tags).cloned().collect(),
        materialization: object.physical_type.as_deref().map(str::to_lowercase),
        contract: Contract { enforced: true },
        grants: Grants::new(),
        columns: paths::properties(object).into_iter().map(|(path, property)| column(path, property)).collect(),
        declared: None,
        constraints: primary_key.into_iter().chain(own).chain(of_columns).collect(),
        quality: Vec::new(),
        history: None,
        checksum: None,
    }
}

fn column(name: String, property: &SchemaProperty) -> Column {
    let mut constraints = Vec::new();
    if property.required == Some(true) || property.primary_key == Some(true) {
        constraints.push(constraint("not_null", Vec::new()));
    }
    if property.unique == Some(true) {
        constraints.push(constraint("unique", Vec::new()));
    }
    let classification = property.classification.clone().map(|it| ("classification".to_owned(), Value::String(it)));
    Column {
        name,
        quoted: false,
        data_type: data_type(property),
        description: property.description.clone().unwrap_or_default(),
        constraints,
        quality: Vec::new(),
        meta: classification.into_iter().collect(),
        tags: property.tags.iter().cloned().collect::<BTreeSet<_>>(),
        origin: Origin::Contract,
        type_origin: None,
        literal: None,
        only_in: None,
    }
}

/// The type where it is stored, else the logical one.
fn data_type(property: &SchemaProperty) -> Option<String> {
    if let Some(physical) = property.physical_type.as_ref().filter(|it| !it.is_empty()) {
        return Some(physical.clone());
    }
    let logical = property.logical_type.as_deref()?;
    let options = property.logical_type_options.as_ref();
    Some(match logical {
        "array" => {
            let items = property.items.as_deref().and_then(data_type);
            items.map_or_else(|| "array".to_owned(), |items| format!("array<{items}>"))
        }
        "vector" => {
            let of = options.and_then(|it| it.element_type.as_deref()).unwrap_or("float32");
            let dimensions = options.and_then(|it| it.dimensions);
            dimensions.map_or_else(|| format!("vector({of})"), |dimensions| format!("vector({dimensions}, {of})"))
        }
        other => other.to_owned(),
    })
}

fn constraint(kind: &str, columns: Vec<String>) -> Constraint {
    Constraint { kind: kind.to_owned(), name: None, expression: None, columns, to: None, to_columns: Vec::new() }
}

/// A relationship as a foreign key; below a property that is what refers.
fn foreign_key(
    project: &PackageName,
    object: &SchemaObject,
    relationship: &Relationship,
    property: Option<&SchemaProperty>,
) -> Option<Constraint> {
    let to: Vec<&String> = relationship.to.as_ref()?.iter().collect();
    let stored = |reference: &String| {
        let name = reference.rsplit(['.', '/']).next().unwrap_or(reference);
        object.property(name).map_or(name, SchemaProperty::stored_name).to_owned()
    };
    let columns = match (property, &relationship.from) {
        (Some(property), _) => vec![property.stored_name().to_owned()],
        (None, Some(from)) => References::iter(from).map(stored).collect(),
        (None, None) => return None,
    };
    // `customers.id`: what stands before the last part is the object, maybe of another contract.
    let split: Vec<(&str, &str)> = to.iter().filter_map(|it| it.rsplit_once(['.', '/'])).collect();
    let target = split.first().map(|(object, _)| object.trim_end_matches("/properties"))?;
    let simple = target.rsplit('/').next().unwrap_or(target);
    let known = !target.contains('#') && !simple.is_empty();
    Some(Constraint {
        kind: "foreign_key".to_owned(),
        name: None,
        expression: None,
        columns,
        to: Some(if known { format!("model.{project}.{simple}") } else { target.to_owned() }),
        to_columns: split.iter().map(|(_, column)| (*column).to_owned()).collect(),
    })
}
