//! The terms of contracts that no other rule compares: a change of them is an info.

use std::collections::BTreeMap;

use weft_model::text::text_of;
use weft_odcs::{
    DataContract, EnumValue, KeyValue, LogicalTypeOptions, Role, SchemaObject, SchemaProperty, Server, paths,
};

use crate::diff::terms::{Status, Terms};

/// The keys of the standard, of one place, that say something else now.
type ChangedKeys = Vec<&'static str>;

/// The changed keys, by their places.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Of the contract as a whole.
    pub(crate) contract: ChangedKeys,
    /// Of the object that the node is.
    pub(crate) object: ChangedKeys,
    /// Of its properties, by their paths.
    pub(crate) properties: Vec<(String, ChangedKeys)>,
}

/// The keys under which two values differ.
macro_rules! differing {
    ($was:ident, $is:ident: $($field:ident $key:literal,)*) => {
        [$(($key, $was.$field != $is.$field)),*]
            .into_iter()
            .filter_map(|(key, differs)| differs.then_some(key))
            .collect::<ChangedKeys>()
    };
}

/// What two contracts say otherwise of one node.
pub(super) fn between(old: Terms<'_>, new: Terms<'_>) -> Notes {
    let mut notes = Notes { contract: of_contract(old.contract, new.contract), ..Notes::default() };
    if old.object == new.object {
        return notes;
    }
    notes.object = of_object(old.object, new.object);
    let before = paths::properties(old.object);
    let now: BTreeMap<_, _> = paths::properties(new.object).into_iter().collect();
    let is_other = before.len() != now.len() || before.iter().any(|(path, _)| !now.contains_key(path));
    notes.object.extend(is_other.then_some("properties"));
    for (path, was) in before {
        let Some(is) = now.get(&path).copied().filter(|is| *is != was) else { continue };
        let keys = of_property(was, is);
        if !keys.is_empty() {
            notes.properties.push((path, keys));
        }
    }
    notes
}

/// Without what rules report: `id`, `domain` and `tenant`, service levels, and parts of servers and roles.
fn of_contract(was: &DataContract, is: &DataContract) -> ChangedKeys {
    let mut keys = differing!(was, is:
        description "description",
        tags "tags",
        support "support",
        price "price",
        name "name",
        data_product "dataProduct",
        authoritative_definitions "authoritativeDefinitions",
        context "context",
        team "team",
        sla_default_element "slaDefaultElement",
        custom_properties "customProperties",
        extra "other keys",
    );
    // A status that takes something back has a rule of its own.
    let [before, after] = [was, is].map(Status::from_contract);
    let is_back = before.zip(after).is_some_and(|(before, after)| after < before);
    let is_told = is_back || matches!(after, Some(Status::Deprecated | Status::Retired));
    keys.extend((was.status != is.status && !is_told).then_some("status"));
    // What identified nothing before does so now.
    keys.extend((was.domain.is_none() && is.domain.is_some()).then_some("domain"));
    keys.extend((was.tenant.is_none() && is.tenant.is_some()).then_some("tenant"));
    let [before, after] = [servers(was), servers(is)];
    // One that is gone has a rule of its own.
    let is_other = after.iter().any(|(name, server)| before.get(name) != Some(server));
    keys.extend(is_other.then_some("servers"));
    let [before, after] = [roles(was), roles(is)];
    let is_other = after.iter().any(|(name, role)| before.get(name) != Some(role));
    keys.extend(is_other.then_some("roles"));
    keys
}

/// What a role is beside its access, which has a rule of its own where both say one, by its name.
fn roles(contract: &DataContract) -> BTreeMap<&str, Role> {
    let beside = |role: &Role| Role { access: role.access.as_ref().map(|_| String::new()), ..role.clone() };
    contract.roles.iter().map(|role| (role.role.as_str(), beside(role))).collect()
}

/// What a server is beside its address, which has a rule of its own, by its name.
fn servers(contract: &DataContract) -> BTreeMap<&str, Server> {
    let beside = |server: &Server| Server { extra: BTreeMap::new(), r#type: String::new(), ..server.clone() };
    contract.servers.iter().map(|server| (server.server.as_str(), beside(server))).collect()
}

/// Without what rules report: the granularity, and the promises about its rows and properties.
fn of_object(was: &SchemaObject, is: &SchemaObject) -> ChangedKeys {
    differing!(was, is:
        description "description",
        tags "tags",
        id "id",
        name "name",
        logical_type "logicalType",
        physical_type "physicalType",
        physical_name "physicalName",
        business_name "businessName",
        deprecated "deprecated",
        synonyms "synonyms",
        relationships "relationships",
        context "context",
        authoritative_definitions "authoritativeDefinitions",
        custom_properties "customProperties",
        extra "other keys",
    )
}

/// Without what rules report: the promises about its values, and what is below it.
fn of_property(was: &SchemaProperty, is: &SchemaProperty) -> ChangedKeys {
    let mut keys = differing!(was, is:
        description "description",
        tags "tags",
        id "id",
        name "name",
        physical_type "physicalType",
        physical_name "physicalName",
        business_name "businessName",
        deprecated "deprecated",
        synonyms "synonyms",
        primary_key_position "primaryKeyPosition",
        semantic_type "semanticType",
        partitioned "partitioned",
        partition_key_position "partitionKeyPosition",
        classification "classification",
        critical_data_element "criticalDataElement",
        encrypted_name "encryptedName",
        transform_source_objects "transformSourceObjects",
        transform_logic "transformLogic",
        transform_description "transformDescription",
        examples "examples",
        relationships "relationships",
        authoritative_definitions "authoritativeDefinitions",
        custom_properties "customProperties",
        extra "other keys",
    );
    // Where both say one a rule of its own tells.
    let says = |it: &SchemaProperty| it.logical_type.as_ref().is_some_and(|it| !it.is_empty());
    keys.extend((says(was) != says(is)).then_some("logicalType"));
    let [before, after] = [values(was), values(is)];
    let is_other = before.iter().any(|(value, said)| after.get(value).is_some_and(|now| now != said));
    keys.extend(is_other.then_some("enum"));
    let of_options = |property: &SchemaProperty| -> Option<LogicalTypeOptions> {
        let options = property.logical_type_options.as_ref().filter(|it| !it.extra.is_empty())?;
        Some(LogicalTypeOptions { extra: options.extra.clone(), ..LogicalTypeOptions::default() })
    };
    keys.extend((of_options(was) != of_options(is)).then_some("logicalTypeOptions"));
    let key_of =
        |property: &SchemaProperty| property.map.as_ref().map(|map| KeyValue { value: None, ..(**map).clone() });
    keys.extend((key_of(was) != key_of(is)).then_some("map"));
    keys
}

/// The descriptions of the values that it may have, by their texts.
fn values(property: &SchemaProperty) -> BTreeMap<String, &EnumValue> {
    property.r#enum.iter().map(|it| (text_of(&it.value), it)).collect()
}
