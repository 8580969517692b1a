//! `catalog.json`: the columns that the warehouse says a relation has.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::MapAccess;
use time::OffsetDateTime;
use weft_model::pointer::pointer;

use crate::{
    artifact::{
        self, Artifact, ArtifactError, ArtifactFault, Header,
        lenient::{Item, Lenient, Object, Text, objects},
    },
    manifest::Manifest,
};

/// The columns of each node, from a dbt catalog v1.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    made_at: Option<OffsetDateTime>,
    columns: BTreeMap<Box<str>, Vec<CatalogColumn>>,
}

/// A column that the warehouse has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogColumn {
    /// As the warehouse writes it.
    pub name: Box<str>,
    /// In the warehouse's words.
    pub data_type: Option<Box<str>>,
}

impl Catalog {
    /// Reads a catalog.
    ///
    /// # Errors
    /// The file is not a catalog of dbt, has a version that is not read, or two nodes with one `unique_id`.
    pub fn read(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let bytes = artifact::plain(bytes, Artifact::Catalog)?;
        let raw: RawCatalog = artifact::parse(bytes, Artifact::Catalog)?;
        artifact::identify(bytes, Artifact::Catalog, &raw.metadata)?;
        let mut columns = BTreeMap::new();
        for (section, entries) in [("nodes", raw.nodes), ("sources", raw.sources)] {
            for (unique_id, found) in entries.0 {
                let pointer = pointer(&[section, &unique_id]);
                if columns.insert(unique_id, found).is_some() {
                    return Err(Artifact::Catalog.refuse(ArtifactFault::Repeated { pointer }));
                }
            }
        }
        Ok(Self { made_at: raw.metadata.generated_at.as_deref().and_then(artifact::moment), columns })
    }

    /// The columns of a node or source in the warehouse's order; empty where the catalog does not know it.
    pub fn columns(&self, unique_id: &str) -> &[CatalogColumn] {
        self.columns.get(unique_id).map_or(&[], Vec::as_slice)
    }

    /// When it was made, as far as it says.
    pub fn made_at(&self) -> Option<OffsetDateTime> {
        self.made_at
    }

    /// Whether it was made before a manifest, as far as both say when.
    pub fn is_older_than(&self, manifest: &Manifest) -> bool {
        self.made_at().zip(manifest.made_at()).is_some_and(|(catalog, manifest)| catalog < manifest)
    }

    /// How many nodes and sources the catalog knows.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}

objects! {
    struct RawCatalog {
        metadata: Header,
        nodes: CatalogTables,
        sources: CatalogTables,
    }
}

/// The tables of a section, in the file's order.
#[derive(Default)]
struct CatalogTables(Vec<(Box<str>, Vec<CatalogColumn>)>);

impl Lenient for CatalogTables {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut tables = Vec::new();
        while let Some((key, Item(table))) = entries.next_entry::<Box<str>, Item<Object<RawTable>>>()? {
            if let Object(Some(table)) = table {
                let unique_id = table.unique_id.filter(|id| !id.is_empty()).unwrap_or(key);
                tables.push((unique_id, table.columns.0));
            }
        }
        Ok(Self(tables))
    }
}

objects! {
    struct RawTable {
        unique_id: Text,
        columns: TableColumns,
    }
}

objects! {
    struct RawCatalogColumn {
        name: Text,
        #[serde(rename = "type")]
        data_type: Text,
        index: Option<u64>,
    }
}

/// A table's columns by their index, those without one last; the first of each name.
#[derive(Default)]
struct TableColumns(Vec<CatalogColumn>);

impl Lenient for TableColumns {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut found = Vec::new();
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<RawCatalogColumn>>()? {
            let name = raw.name.filter(|name| !name.is_empty()).unwrap_or(key);
            let data_type = raw.data_type.filter(|text| !text.is_empty());
            found.push((raw.index.unwrap_or(u64::MAX), CatalogColumn { name, data_type }));
        }
        found.sort_by_key(|(index, _)| *index);
        let mut seen = BTreeSet::new();
        found.retain(|(_, column)| !column.name.is_empty() && seen.insert(column.name.clone()));
        Ok(Self(found.into_iter().map(|(_, column)| column).collect()))
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use serde_json::{Value, json};

    fn catalog(nodes: &Value) -> Value {
        json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": nodes, "sources": {}})
    }

    fn read(value: &Value) -> Result<Catalog, ArtifactError> {
        Catalog::read(value.to_string().as_bytes())
    }

    #[test]
    fn columns_come_in_the_order_of_their_index() {
        let columns = json!({
            "a": {"type": "INTEGER", "index": 3, "name": "a"},
            "b": {"type": "VARCHAR", "index": "1", "name": "b"},
            "c": {"type": null, "index": null, "name": null},
            "d": {"type": "DATE", "index": 2, "name": "D"}
        });
        let read = read(&catalog(&json!({"model.shop.x": {"columns": columns, "unique_id": "model.shop.x"}}))).unwrap();
        let names: Vec<_> = read.columns("model.shop.x").iter().map(|column| &*column.name).collect();
        assert_eq!(names, ["b", "D", "a", "c"]);
        assert_eq!(read.columns("model.shop.x")[0].data_type.as_deref(), Some("VARCHAR"));
        assert!(read.columns("model.shop.y").is_empty());
    }

    #[test]
    fn null_where_an_object_is_meant_is_nothing() {
        let read = read(&catalog(&json!({"model.shop.x": null, "model.shop.y": {"columns": null}, "z": []}))).unwrap();
        assert!(read.columns("model.shop.x").is_empty() && read.columns("model.shop.y").is_empty());
        assert_eq!(read.len(), 1);
    }

    #[test]
    fn a_manifest_given_as_catalog_is_told_as_such() {
        let manifest = json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {}});
        let error = read(&manifest).unwrap_err();
        assert_eq!(error.to_string(), "expected a dbt catalog.json, but this file is a dbt manifest.json");
    }

    #[test]
    fn a_catalog_of_a_version_to_come_is_refused() {
        let newer =
            json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v2.json"}, "nodes": {}});
        let error = read(&newer).unwrap_err();
        assert_eq!(error.fault, ArtifactFault::Unsupported { version: 2, dbt_version: None });
        assert_eq!(error.to_string(), "the catalog has version v2; this weft supports v1");
    }

    #[test]
    fn a_node_that_stands_twice_is_refused_with_its_pointer() {
        let entry = r#""model.shop.a/b": {"columns": {}}"#;
        let text = catalog(&json!({})).to_string().replace(r#""nodes":{}"#, &format!(r#""nodes":{{{entry},{entry}}}"#));
        let error = Catalog::read(text.as_bytes()).unwrap_err();
        assert_eq!(error.fault, ArtifactFault::Repeated { pointer: "/nodes/model.shop.a~1b".to_owned() });
    }
}
