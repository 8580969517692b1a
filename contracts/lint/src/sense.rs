//! What rules of the lint look at.

use std::cell::OnceCell;

use weft_odcs::{At, DataContract, Document, Quality, SchemaObject, SchemaProperty};

use crate::elements::{ElementNames, Elements};

/// A contract under the lint.
pub(crate) struct Sense<'c> {
    pub(super) contract: &'c DataContract,
    /// The minor version of the standard: the last one where it does not say.
    pub(super) minor: u32,
    references: OnceCell<Elements<'c>>,
    physical: OnceCell<Elements<'c>>,
}

impl<'c> Sense<'c> {
    pub(super) fn new(contract: &'c DataContract, document: &Document) -> Self {
        let minor = document.minor_version().unwrap_or(2);
        Self { contract, minor, references: OnceCell::new(), physical: OnceCell::new() }
    }

    /// What references may lead to.
    pub(super) fn references(&self) -> &Elements<'c> {
        self.references.get_or_init(|| Elements::new(self.contract, ElementNames::OfReferences))
    }

    /// What service levels may be about, which name it in any way.
    pub(super) fn elements(&self) -> &Elements<'c> {
        self.physical.get_or_init(|| Elements::new(self.contract, ElementNames::All))
    }

    /// Each object, with its place.
    pub(super) fn objects(&self, mut see: impl FnMut(&At<'_>, &'c SchemaObject)) {
        let schema = At::ROOT.key("schema");
        for (index, object) in self.contract.schema.iter().enumerate() {
            see(&schema.item(index), object);
        }
    }

    /// Each property of every object, however deep, with its place.
    pub(super) fn properties(&self, mut see: impl FnMut(&At<'_>, &'c SchemaProperty)) {
        self.objects(|at, object| below(&at.key("properties"), &object.properties, &mut see));
    }

    /// Visits each list of sibling properties, with its place.
    pub(super) fn siblings(&self, mut see: impl FnMut(&At<'_>, &'c [SchemaProperty])) {
        self.objects(|at, object| see(&at.key("properties"), &object.properties));
        self.properties(|at, property| see(&at.key("properties"), &property.properties));
    }

    /// Each rule of quality, with its place and the property that it is of, if it is of one.
    pub(super) fn quality(&self, mut see: impl FnMut(&At<'_>, Option<&'c SchemaProperty>, &'c Quality)) {
        self.objects(|at, object| {
            let at = at.key("quality");
            object.quality.iter().enumerate().for_each(|(index, quality)| see(&at.item(index), None, quality));
        });
        self.properties(|at, property| {
            let at = at.key("quality");
            let rules = property.quality.iter().enumerate();
            rules.for_each(|(index, quality)| see(&at.item(index), Some(property), quality));
        });
    }
}

/// The properties of a list, and what is in them.
fn below<'c>(at: &At<'_>, properties: &'c [SchemaProperty], see: &mut dyn FnMut(&At<'_>, &'c SchemaProperty)) {
    for (index, property) in properties.iter().enumerate() {
        within(&at.item(index), property, see);
    }
}

fn within<'c>(at: &At<'_>, property: &'c SchemaProperty, see: &mut dyn FnMut(&At<'_>, &'c SchemaProperty)) {
    see(at, property);
    below(&at.key("properties"), &property.properties, see);
    if let Some(items) = &property.items {
        within(&at.key("items"), items, see);
    }
    if let Some(map) = &property.map {
        let at = at.key("map");
        for (key, property) in [("key", &map.key), ("value", &map.value)] {
            if let Some(property) = property {
                within(&at.key(key), property, see);
            }
        }
    }
}
