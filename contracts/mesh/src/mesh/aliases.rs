//! Other names of a relation: what it is called in another engine that its data contract names a server of.
//!
//! A Trino catalog over a PostgreSQL database shows the database's tables under the catalog's name. A contract whose servers
//! are that database and that catalog says that both names are one table.

use weft_model::{name::UniqueId, relation_name::RelationName, types::Dialect};
use weft_odcs::{DataContract, Server};
use weft_publication::Publication;

/// The further names, beside `place`, of the relation of a node.
pub(super) fn aliases(publication: &Publication, unique_id: &UniqueId, place: &RelationName) -> Vec<RelationName> {
    let of_node = publication.contracts.values().filter(|it| it.nodes.values().any(|node| node == unique_id));
    of_node.flat_map(|contract| of_contract(&contract.document, place)).collect()
}

fn of_contract(contract: &DataContract, place: &RelationName) -> Vec<RelationName> {
    let parts: Vec<&str> = place.parts().collect();
    let Some((identifier, outer)) = parts.split_last() else { return Vec::new() };
    if contract.servers.len() < 2 || !contract.servers.iter().any(|server| holds(server, outer)) {
        return Vec::new();
    }
    let others = contract.servers.iter().filter(|server| !holds(server, outer));
    let name = |server: &Server| {
        let schema = schema(server).or(outer.last().copied())?;
        let dialect = Dialect::from_adapter(Some(&server.r#type));
        Some(RelationName::from_parts(Some(catalog(server)?), Some(schema), identifier, dialect))
    };
    others.filter_map(name).filter(|name| name != place).collect()
}

/// Whether a server is the database and schema that hold a relation, as far as it says.
fn holds(server: &Server, outer: &[&str]) -> bool {
    let same = |said: &str, part: &&str| said.to_lowercase() == part.to_lowercase();
    match (catalog(server), schema(server), outer) {
        (Some(catalog), None, [database, ..]) => same(catalog, database),
        (Some(catalog), Some(schema), [database, of_relation]) => same(catalog, database) && same(schema, of_relation),
        // Engines without databases above their schemas; those of MySQL are its databases.
        (None | Some(_), Some(said), [only]) => same(said, only),
        _ => false,
    }
}

/// The outermost part of the names of a server's tables, by whichever word its type has for it.
fn catalog(server: &Server) -> Option<&str> {
    ["catalog", "database", "project"].into_iter().find_map(|key| server.setting(key))
}

fn schema(server: &Server) -> Option<&str> {
    ["schema", "dataset"].into_iter().find_map(|key| server.setting(key))
}
