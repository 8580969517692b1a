//! The columns of a node that is not in the interface: a different project may read it by its relation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

mod places;

use weft_model::digest::Digest;

use crate::Origin;
pub use crate::shape::places::Places;

/// How many hexadecimal digits the digest of a text has. Only those of one node are compared.
const DIGITS: usize = 8;

/// A short digest of the text of a node, which shows whether the text changed.
pub fn text_digest(text: &str) -> String {
    let digest = Digest::hash_bytes(text.as_bytes()).to_string();
    let digits = digest.rsplit(':').next().unwrap_or_default();
    digits.chars().take(DIGITS).collect()
}

/// The columns of a node that is not in the interface, with their types.
///
/// The form is short, because a project has many such nodes. It does not repeat what `reading` contains, and it lists
/// each type once, with the columns that have it. A column is identified by its position, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Shape {
    /// The evidence for the columns; absent if it is their SQL.
    #[serde(default = "sql", skip_serializing_if = "is_sql")]
    pub origin: Origin,
    /// The names of the columns, in order; absent if they are those of the node's `reading`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The order of the columns in `reading`, if it is not the order of their names: for each position, the index of
    /// the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<u32>,
    /// For each type, the columns that have it, as `0-3,7`. The types of other columns are unknown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>)]
    pub types: BTreeMap<String, Places>,
    /// The columns whose names are in quotes, if that matters, as `0-3,7`.
    #[serde(default, skip_serializing_if = "Places::is_empty")]
    #[schema(value_type = String)]
    pub quoted: Places,
}

fn sql() -> Origin {
    Origin::Sql
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_sql(origin: &Origin) -> bool {
    *origin == Origin::Sql
}

/// A column of such a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeColumn {
    /// The name, as the evidence writes it.
    pub name: String,
    /// Whether the name is in quotes in its source, if that matters.
    pub quoted: bool,
    /// In the adapter's dialect, where it is known.
    pub data_type: Option<String>,
}

impl Shape {
    /// A shape with these columns. `told` are the names in the node's reading.
    pub(crate) fn new<'t>(origin: Origin, columns: Vec<ShapeColumn>, told: impl Iterator<Item = &'t String>) -> Self {
        let mut shape =
            Self { origin, names: Vec::new(), order: Vec::new(), types: BTreeMap::new(), quoted: Places::default() };
        for (place, column) in (0..).zip(&columns) {
            if let Some(data_type) = &column.data_type {
                shape.types.entry(data_type.clone()).or_default().add(place);
            }
            if column.quoted {
                shape.quoted.add(place);
            }
        }
        let told: BTreeMap<&str, u32> = told.map(String::as_str).zip(0..).collect();
        let order: Option<Vec<u32>> = columns.iter().map(|column| told.get(&*column.name).copied()).collect();
        match order.filter(|order| order.len() == told.len()) {
            Some(order) => shape.order = if order.is_sorted() { Vec::new() } else { order },
            None => shape.names = columns.into_iter().map(|column| column.name).collect(),
        }
        shape
    }

    /// The columns in their order; `None` if the shape does not fit the reading beside it.
    pub(crate) fn columns(&self, told: &[&String]) -> Option<Vec<ShapeColumn>> {
        let place = |place: u32| usize::try_from(place).ok();
        let names: Vec<&String> = match (&self.names[..], &self.order[..]) {
            ([], []) => told.to_vec(),
            ([], order) => {
                let distinct: BTreeSet<_> = order.iter().collect();
                let is_whole = distinct.len() == told.len() && order.len() == told.len();
                let named = order.iter().map(|number| told.get(place(*number)?).copied());
                named.collect::<Option<Vec<_>>>().filter(|_| is_whole)?
            }
            (names, _) => names.iter().collect(),
        };
        let column = |name: &String| ShapeColumn { name: name.clone(), quoted: false, data_type: None };
        let mut columns: Vec<ShapeColumn> = names.into_iter().map(column).collect();
        for (data_type, places) in &self.types {
            for number in places.all() {
                columns.get_mut(place(number)?)?.data_type = Some(data_type.clone());
            }
        }
        for number in self.quoted.all() {
            columns.get_mut(place(number)?)?.quoted = true;
        }
        Some(columns)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::LineageNode;

    fn node(told: &[&str]) -> LineageNode {
        let columns: serde_json::Map<_, _> = told.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        serde_json::from_value(json!({ "resource_type": "model", "reading": { "columns": columns } })).unwrap()
    }

    fn column(name: &str, data_type: Option<&str>) -> ShapeColumn {
        ShapeColumn { name: name.to_owned(), quoted: false, data_type: data_type.map(str::to_owned) }
    }

    fn given(node: &LineageNode) -> Option<Vec<(String, bool, Option<String>)>> {
        Some(node.shape_columns()?.into_iter().map(|it| (it.name, it.quoted, it.data_type)).collect())
    }

    #[test]
    fn what_the_reading_tells_is_not_told_again() {
        let mut model = node(&["a", "b", "c"]);
        model.take_shape(Origin::Sql, vec![column("a", None), column("b", None), column("c", None)]);
        assert_eq!(serde_json::to_value(&model.shape).unwrap(), json!({}));
        model.take_shape(Origin::Sql, vec![column("c", None), column("a", Some("text")), column("b", Some("text"))]);
        let told = json!({ "order": [2, 0, 1], "types": { "text": "1-2" } });
        assert_eq!(serde_json::to_value(&model.shape).unwrap(), told);
        model.take_shape(Origin::Catalog, vec![column("A", None)]);
        assert_eq!(serde_json::to_value(&model.shape).unwrap(), json!({ "origin": "catalog", "names": ["A"] }));
    }

    #[test]
    fn a_shape_that_does_not_fit_its_reading_tells_nothing() {
        for shape in [
            json!({ "origin": "sql", "order": [0] }),
            json!({ "origin": "sql", "order": [0, 0] }),
            json!({ "origin": "sql", "order": [0, 2] }),
            json!({ "origin": "sql", "types": { "text": "2" } }),
            json!({ "origin": "sql", "quoted": "7" }),
        ] {
            let mut model = node(&["a", "b"]);
            model.shape = Some(serde_json::from_value(shape.clone()).unwrap());
            assert_eq!(given(&model), None, "{shape}");
        }
    }

    proptest! {
        #[test]
        fn columns_come_back_as_they_were_given(
            told in proptest::collection::btree_set("[a-d]{1,2}", 0..6),
            columns in proptest::collection::btree_map("[a-d]{1,2}", (any::<bool>(), proptest::option::of("[xy]")), 0..6),
            reversed in any::<bool>(), as_told in any::<bool>(),
        ) {
            let mut columns: Vec<ShapeColumn> = columns
                .into_iter()
                .map(|(name, (quoted, data_type))| ShapeColumn { name, quoted, data_type })
                .collect();
            if reversed {
                columns.reverse();
            }
            let told: Vec<&str> = if as_told {
                columns.iter().map(|it| &*it.name).collect()
            } else {
                told.iter().map(String::as_str).collect()
            };
            let mut model = node(&told);
            // No column at all is no knowledge of any.
            prop_assume!(!columns.is_empty());
            model.take_shape(Origin::Sql, columns.clone());
            let expected: Vec<_> = columns.into_iter().map(|it| (it.name, it.quoted, it.data_type)).collect();
            prop_assert_eq!(given(&model), Some(expected));
        }
    }
}
