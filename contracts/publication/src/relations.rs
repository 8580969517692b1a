//! Whether relations are those of a publication.

use weft_model::name::UniqueId;

use crate::{
    Publication,
    relation::{RelationFault, Relations},
};

/// Holds the relations to a publication: they say where its nodes stand, and of nothing else, by names that stay names in
/// the SQL of readers.
///
/// # Errors
/// The first node that is in neither its interface nor its lineage, else the first part of a name that is not one.
pub fn check_identifiers(relations: &Relations, publication: &Publication) -> Result<(), RelationFault> {
    let Publication { interface, lineage, .. } = publication;
    let is_there = |unique_id: &UniqueId| interface.contains_key(unique_id) || lineage.contains_key(unique_id);
    if let Some(unique_id) = relations.keys().find(|unique_id| !is_there(unique_id)) {
        return Err(RelationFault::Stray { unique_id: unique_id.clone(), version: publication.version.clone() });
    }
    for (unique_id, relation) in relations {
        relation.hold().map_err(|(part, error)| RelationFault::Name { unique_id: unique_id.clone(), part, error })?;
    }
    Ok(())
}
