//! Whether a consumer can be registered: what it reads has to be there.

use std::collections::BTreeMap;

use weft_api::{
    Need,
    consumer::{ConsumerRead, Registration},
};
use weft_model::{
    field_error::FieldError,
    name::{PackageName, UniqueId},
    pointer::pointer,
};

use crate::{can_deploy::needs::of_registered, mesh::Mesh};

/// The maximum number of faults of a registration that are reported.
const TOLD: usize = 100;
/// How many readings a registration has at most.
const READS: usize = 1_000;

/// What it reads and an environment does not have; nothing where it can be registered there.
pub fn faults_of_registration(registration: &Registration, name: &PackageName, mesh: &Mesh) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if registration.reads.is_empty() || registration.reads.len() > READS {
        let message = format!("a consumer reads 1 to {READS} nodes; this one reads {}", registration.reads.len());
        return vec![FieldError { pointer: "/reads".to_owned(), message }];
    }
    let mut known: BTreeMap<(&PackageName, &UniqueId), usize> = BTreeMap::new();
    for (index, read) in registration.reads.iter().enumerate() {
        let place = index.to_string();
        let mut fault = |at: &[&str], message: String| {
            let at = [&["reads", &place], at].concat();
            faults.push(FieldError { pointer: pointer(&at), message });
        };
        if let Some(first) = known.insert((&read.package_name, &read.unique_id), index) {
            fault(&["unique_id"], format!("/reads/{first} reads the node too"));
        }
        match mesh.member(&read.package_name) {
            None => fault(&["package_name"], format!("`{}` is not deployed there", read.package_name)),
            Some(member) => {
                for need in of_registered(name, read, &member.publication) {
                    let (at, message) = told(read, &need, &member.publication.version.to_string());
                    fault(&at.iter().map(String::as_str).collect::<Vec<_>>(), message);
                }
            }
        }
    }
    faults.truncate(TOLD);
    faults
}

/// The place of a need in the registration, and what is wrong with it.
fn told(read: &ConsumerRead, need: &Need, version: &str) -> (Vec<String>, String) {
    let upstream = &read.package_name;
    let column_at = |column: &String, word: &str| {
        let place = read.columns.iter().flatten().position(|known| known.name == *column).unwrap_or_default();
        vec!["columns".to_owned(), place.to_string(), word.to_owned()]
    };
    match need {
        Need::Column { unique_id, column, .. } => {
            let message = format!("`{unique_id}` of `{upstream}` {version} has no column `{}`", column.escape_debug());
            (column_at(column, "name"), message)
        }
        Need::ColumnUnbuilt { unique_id, column, .. } => {
            let message = format!(
                "`{unique_id}` of `{upstream}` {version} has `{}` in its SQL, but is not known to have it in its table",
                column.escape_debug()
            );
            (column_at(column, "name"), message)
        }
        Need::Type { unique_id, column, expected, found, .. } => {
            let (column_shown, expected) = (column.escape_debug(), expected.escape_debug());
            let message = format!("`{column_shown}` of `{unique_id}` is `{}`, not `{expected}`", found.escape_debug());
            (column_at(column, "data_type"), message)
        }
        Need::Requirement { .. }
        | Need::Node { .. }
        | Need::ColumnsUnknown { .. }
        | Need::Unchanged { .. }
        | Need::Relation { .. } => {
            let message = format!("`{upstream}` {version} offers no node `{}`", read.unique_id);
            (vec!["unique_id".to_owned()], message)
        }
    }
}
