//! The objects and properties of a contract, to be found by what names them.

use std::collections::{BTreeSet, HashMap};

use weft_odcs::{DataContract, SchemaProperty};

/// What an object or property may be named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementNames {
    /// Its name and its id, as references do.
    OfReferences,
    /// Its physical name too; and a property by its name alone.
    All,
}

/// The objects and properties of a contract.
pub(super) struct Elements<'c> {
    /// For each element, the elements below it, by each of their names; the contract first.
    below: Vec<HashMap<&'c str, usize>>,
    names: ElementNames,
}

impl<'c> Elements<'c> {
    pub(super) fn new(contract: &'c DataContract, names: ElementNames) -> Self {
        let mut elements = Self { below: vec![HashMap::new()], names };
        for object in &contract.schema {
            let at =
                elements.add(0, [Some(object.name.as_str()), object.id.as_deref(), object.physical_name.as_deref()]);
            elements.add_properties(at, &object.properties);
        }
        elements
    }

    /// Whether there is no element at all, as in a contract about a bucket.
    pub(super) fn is_empty(&self) -> bool {
        self.below.len() == 1
    }

    /// An element below another, under its names: first those that everything has.
    fn add(&mut self, above: usize, [name, id, physical]: [Option<&'c str>; 3]) -> usize {
        let at = self.below.len();
        self.below.push(HashMap::new());
        let physical = physical.filter(|_| self.names == ElementNames::All);
        for name in [name, id, physical].into_iter().flatten().filter(|name| !name.is_empty()) {
            self.below[above].entry(name).or_insert(at);
        }
        at
    }

    fn add_properties(&mut self, above: usize, properties: &'c [SchemaProperty]) {
        for property in properties {
            let SchemaProperty { name, id, physical_name, .. } = property;
            let at = self.add(above, [Some(name), id.as_deref(), physical_name.as_deref()]);
            if self.names == ElementNames::All && above != 0 {
                self.below[0].entry(name).or_insert(at);
            }
            self.add_properties(at, &property.properties);
            // What a list holds is named as if it were the list.
            if let Some(items) = &property.items {
                self.add_properties(at, &items.properties);
            }
        }
    }

    /// Whether something is named by names with dots between them; names may have dots themselves.
    pub(super) fn has_dotted(&self, path: &str) -> bool {
        let mut to_do = vec![(0, 0)];
        let mut seen = BTreeSet::new();
        while let Some((at, start)) = to_do.pop() {
            if !seen.insert((at, start)) {
                continue;
            }
            let rest = &path[start..];
            if self.below[at].contains_key(rest) {
                return true;
            }
            for (dot, _) in rest.match_indices('.') {
                if let Some(next) = self.below[at].get(&rest[..dot]) {
                    to_do.push((*next, start + dot + 1));
                }
            }
        }
        false
    }

    /// Whether something is named by a path of sections and names: `schema/orders/properties/id`.
    pub(super) fn has_path(&self, path: &str) -> bool {
        let mut parts = path.trim_start_matches('/').split('/');
        let mut at = 0;
        while let Some(section) = parts.next() {
            if !matches!(section, "schema" | "properties" | "items") {
                // Another part of the contract, which is not looked into.
                return true;
            }
            let Some(name) = parts.next() else { return section == "items" };
            match self.below[at].get(name) {
                Some(next) => at = *next,
                None => return false,
            }
        }
        at != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = r#"{"schema": [
        {"name": "shop.orders", "id": "o1", "physicalName": "SHOP_ORDERS", "properties": [
            {"name": "id"},
            {"name": "a.b", "id": "ab"},
            {"name": "lines", "items": {"properties": [{"name": "number"}]}}
        ]}
    ]}"#;

    #[test]
    fn elements_are_found_by_name_and_id_and_by_physical_name_where_that_counts() {
        let contract: DataContract = serde_json::from_str(CONTRACT).unwrap();
        let references = Elements::new(&contract, ElementNames::OfReferences);
        for there in ["shop.orders", "shop.orders.id", "o1.id", "o1.a.b", "o1.ab", "shop.orders.lines.number"] {
            assert!(references.has_dotted(there), "{there}");
        }
        for not_there in ["", ".", "shop", "orders.id", "id", "SHOP_ORDERS.id", "shop.orders.lines.x", "o1."] {
            assert!(!references.has_dotted(not_there), "{not_there}");
        }
        let all = Elements::new(&contract, ElementNames::All);
        assert!(["SHOP_ORDERS.id", "id", "number", "lines.number"].iter().all(|it| all.has_dotted(it)));
        assert!(
            references.has_path("/schema/o1/properties/ab") && references.has_path("schema/shop.orders/properties/id")
        );
        assert!(!references.has_path("/schema/o1/properties/c") && !references.has_path("/schema/o2"));
    }

    #[test]
    fn many_names_that_begin_alike_take_no_time() {
        let name = |many: usize| vec!["a"; many].join(".");
        let nested = |many| format!(r#"{{"name": "{}", "properties": [{{"name": "a"}}]}}"#, name(many));
        let schema = (1..60).map(nested).collect::<Vec<_>>().join(",");
        let contract: DataContract = serde_json::from_str(&format!(r#"{{"schema": [{schema}]}}"#)).unwrap();
        assert!(!Elements::new(&contract, ElementNames::All).has_dotted(&(name(5_000) + ".b")));
    }
}
