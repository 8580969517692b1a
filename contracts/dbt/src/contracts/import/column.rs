//! The columns of a node: what is added to those that are there, and those that are not.

use serde_json::Value;
use weft_model::{
    column_name::is_same,
    types::{Dialect, compare_texts},
};
use weft_odcs::{SchemaObject, SchemaProperty};
use weft_publication::{Origin, ResourceType};

use crate::{
    contracts::import::{
        physical::{Physical, physical},
        place::{EntryPlace, into_list},
        target::ImportTarget,
        tests_of::{self, missing, missing_tests},
    },
    properties::edit::{Addition, Yaml},
};

/// The columns of an entry, and what becomes of them.
pub(super) struct EntryColumns<'a> {
    file: &'a Value,
    place: &'a EntryPlace,
    target: &'a ImportTarget<'a>,
    pub(super) additions: Vec<Addition>,
    /// What would change other versions of the model too.
    pub(super) shared: Vec<Addition>,
    pub(super) notes: Vec<String>,
    /// The columns whose types are made of their logical types now.
    pub(super) made: Vec<String>,
    /// Whether a column has such a type, made now or in an import before.
    pub(super) is_unsure: bool,
}

/// The column of a name below an entry, and its place in the list.
pub(super) fn named<'v>(entry: &'v Value, name: &str, dialect: Dialect) -> Option<(usize, &'v Value)> {
    let columns = entry.get("columns")?.as_array()?.iter().enumerate();
    let of = |(_, column): &(usize, &'v Value)| column.get("name").and_then(Value::as_str);
    let exact = columns.clone().find(|it| of(it) == Some(name));
    exact.or_else(|| columns.clone().find(|it| of(it).is_some_and(|it| is_same(it, name, dialect))))
}

/// The names of the columns below an entry.
pub(super) fn names(entry: &Value) -> Vec<String> {
    let columns = entry.get("columns").and_then(Value::as_array).into_iter().flatten();
    columns.filter_map(|it| it.get("name")?.as_str().map(str::to_owned)).collect()
}

impl<'a> EntryColumns<'a> {
    pub(super) fn new(file: &'a Value, place: &'a EntryPlace, target: &'a ImportTarget<'a>) -> Self {
        Self {
            file,
            place,
            target,
            additions: Vec::new(),
            shared: Vec::new(),
            notes: Vec::new(),
            made: Vec::new(),
            is_unsure: false,
        }
    }

    pub(super) fn plan(&mut self, object: &SchemaObject) {
        let (own, base) = (self.place.own(self.file), self.place.base(self.file));
        let mut new = Vec::new();
        for property in &object.properties {
            let name = property.stored_name();
            let inherited = || named(base, name, self.target.dialect).filter(|_| includes(own, name));
            if let Some((at, column)) = named(own, name, self.target.dialect) {
                let additions = self.lacking(&format!("{}/columns/{at}", self.place.own), column, object, property);
                self.additions.extend(additions);
            } else if let Some((at, column)) = inherited() {
                let additions = self.lacking(&format!("{}/columns/{at}", self.place.base), column, object, property);
                if self.place.is_shared { self.shared.extend(additions) } else { self.additions.extend(additions) }
            } else {
                new.push(self.new_column(object, property));
            }
        }
        let is_first_of_version = self.place.own != self.place.base && own.get("columns").is_none();
        if is_first_of_version && !new.is_empty() && base.get("columns").is_some() {
            new.insert(0, Yaml::map([("include", Yaml::text("all"))]));
        }
        self.additions.extend(into_list(own, &self.place.own, "columns", new));
    }

    /// What a column that is there lacks.
    fn lacking(&mut self, at: &str, column: &Value, object: &SchemaObject, property: &SchemaProperty) -> Vec<Addition> {
        let add =
            |key: &str, text: &str| Addition { at: at.to_owned(), key: Some(key.to_owned()), value: Yaml::text(text) };
        let said = |key: &str| column.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
        let mut additions = Vec::new();
        match said("data_type") {
            None => additions.extend(self.data_type(property).map(|it| add("data_type", &it))),
            Some(there) => self.compare(property, there),
        }
        if let Some(text) =
            wanted(property.description.as_deref()).filter(|_| column.get("description").is_none_or(Value::is_null))
        {
            additions.push(add("description", text));
        }
        if self.target.node.resource_type == ResourceType::Model {
            let of_node = [self.place.own(self.file), self.place.base(self.file)];
            let is_told = |kind: &str| {
                let told = of_node.iter().filter_map(|it| it.get("constraints")?.as_array()).flatten();
                told.filter(|it| it.get("type").and_then(Value::as_str) == Some(kind)).any(|it| {
                    let columns = it.get("columns").and_then(Value::as_array);
                    columns.is_some_and(|it| it.iter().any(|it| it.as_str() == Some(property.stored_name())))
                })
            };
            let there = column.get("constraints");
            let has_key = has_kind(there, "primary_key") || is_told("primary_key");
            let constraints = constraints(object, property, self.target);
            // A key is never null, so that need not be said of one that is there.
            let wanted = constraints.into_iter().filter(|it| match it.kind() {
                "not_null" => !has_key && !is_told("not_null"),
                kind => !is_told(kind),
            });
            additions.extend(missing_constraints(column, there, at, wanted.collect()));
        }
        let tests = tests_of::of_property(object, property, self.target, &mut self.notes);
        additions.extend(missing_tests(column, column, at, tests, self.target.style, &mut self.notes));
        additions
    }

    /// The type to write for a property.
    fn data_type(&mut self, property: &SchemaProperty) -> Option<String> {
        Some(match self.physical(property)? {
            Physical::Said(text) => text,
            Physical::Made(text) => {
                self.made.push(property.stored_name().to_owned());
                self.is_unsure = true;
                text
            }
        })
    }

    fn physical(&self, property: &SchemaProperty) -> Option<Physical> {
        let mut columns = self.target.node.columns.iter();
        // What only the YAML says may be what an import wrote.
        let of_name = columns
            .find(|it| it.origin > Origin::Declared && is_same(&it.name, property.stored_name(), self.target.dialect));
        physical(property, of_name.and_then(|it| it.data_type.as_deref()), self.target.dialect)
    }

    fn compare(&mut self, property: &SchemaProperty, there: &str) {
        self.is_unsure |= self.physical(property) == Some(Physical::Made(there.to_owned()));
        let Some(physical) = wanted(property.physical_type.as_deref()) else { return };
        let dialect = self.target.dialect;
        let is_same = there.eq_ignore_ascii_case(physical)
            || compare_texts((there, dialect), (physical, dialect)).is_same_by_name();
        if !is_same {
            let name = property.stored_name();
            self.notes.push(format!("column `{name}` is `{there}` in the file, but `{physical}` in its contract"));
        }
    }

    fn new_column(&mut self, object: &SchemaObject, property: &SchemaProperty) -> Yaml {
        let mut column = vec![("name".to_owned(), Yaml::text(property.stored_name()))];
        column.extend(self.data_type(property).map(|text| ("data_type".to_owned(), Yaml::text(&text))));
        let description = wanted(property.description.as_deref());
        column.extend(description.map(|text| ("description".to_owned(), Yaml::text(text))));
        if self.target.node.resource_type == ResourceType::Model {
            let constraints = constraints(object, property, self.target);
            if !constraints.is_empty() {
                let list = constraints.into_iter().map(|it| it.0).collect();
                column.push(("constraints".to_owned(), Yaml::List(list)));
            }
        }
        let wanted = tests_of::of_property(object, property, self.target, &mut self.notes);
        let missing = missing(&[], wanted, &mut self.notes);
        if !missing.is_empty() {
            let list = missing.iter().map(|it| it.to_yaml(self.target.style)).collect();
            column.push((self.target.style.key.to_owned(), Yaml::List(list)));
        }
        Yaml::Map(column)
    }
}

fn wanted(text: Option<&str>) -> Option<&str> {
    text.filter(|it| !it.is_empty())
}

/// Whether a version has a column of its model: all of them, unless `include` and `exclude` say otherwise.
fn includes(version: &Value, name: &str) -> bool {
    let Some(columns) = version.get("columns").and_then(Value::as_array) else { return true };
    let lists = |value: Option<&Value>| match value {
        Some(Value::String(word)) => word == "*" || word == "all",
        Some(Value::Array(list)) => list.iter().any(|it| it.as_str() == Some(name)),
        _ => false,
    };
    columns.iter().any(|it| lists(it.get("include")) && !lists(it.get("exclude")))
}

/// A constraint as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WrittenConstraint(Yaml);

impl WrittenConstraint {
    fn new(kind: &str, columns: Option<Vec<&str>>) -> Self {
        let mut map = vec![("type".to_owned(), Yaml::text(kind))];
        map.extend(columns.map(|it| ("columns".to_owned(), Yaml::List(it.into_iter().map(Yaml::text).collect()))));
        Self(Yaml::Map(map))
    }

    /// A constraint that an export kept in dbt's words.
    fn kept(said: &Value, target: &ImportTarget<'_>) -> Option<Self> {
        let kind = said.get("type")?.as_str()?;
        let mut map = vec![("type".to_owned(), Yaml::text(kind))];
        for key in ["name", "expression", "columns", "to", "to_columns"] {
            let value = match (key, said.get(key)) {
                (_, None | Some(Value::Null)) => continue,
                ("to", Some(to)) => Yaml::text(&(target.reference)(to.as_str()?)?),
                (_, Some(Value::Array(list))) => Yaml::List(list.iter().cloned().map(Yaml::Scalar).collect()),
                (_, Some(value)) => Yaml::Scalar(value.clone()),
            };
            map.push((key.to_owned(), value));
        }
        Some(Self(Yaml::Map(map)))
    }

    fn kind(&self) -> &str {
        let Yaml::Map(map) = &self.0 else { return "" };
        match map.first() {
            Some((_, Yaml::Scalar(Value::String(kind)))) => kind,
            _ => "",
        }
    }

    /// Whether a constraint of a file says the same: a check its expression, a key its columns.
    fn is(&self, said: &Value) -> bool {
        let own = self.0.to_value();
        let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(|it| it.trim().to_owned());
        let columns = |of: &Value| of.get("columns").cloned().unwrap_or_default();
        let has_expression = matches!(self.kind(), "check" | "custom");
        text(&own, "type") == text(said, "type")
            && columns(&own) == columns(said)
            && (!has_expression || text(&own, "expression") == text(said, "expression"))
    }
}

fn has_kind(constraints: Option<&Value>, kind: &str) -> bool {
    let list = constraints.and_then(Value::as_array);
    list.is_some_and(|it| it.iter().any(|it| it.get("type").and_then(Value::as_str) == Some(kind)))
}

/// The constraints of one column.
fn constraints(object: &SchemaObject, property: &SchemaProperty, target: &ImportTarget<'_>) -> Vec<WrittenConstraint> {
    let is_alone = object.primary_key().len() == 1 && property.primary_key == Some(true);
    let plain = [
        ("not_null", property.required == Some(true)),
        ("unique", property.unique == Some(true)),
        ("primary_key", is_alone),
    ];
    let plain =
        plain.into_iter().filter(|(_, is_wanted)| *is_wanted).map(|(kind, _)| WrittenConstraint::new(kind, None));
    let of_rules = property.quality.iter().filter_map(|it| kept(&it.custom_properties));
    let of_keys = property.relationships.iter().filter_map(|it| kept(&it.custom_properties));
    let of_column = of_rules.chain(of_keys).filter(|it| it.get("columns").is_none());
    plain.chain(of_column.filter_map(|it| WrittenConstraint::kept(it, target))).collect()
}

/// The constraints of a node as a whole.
pub(super) fn constraints_of_object(object: &SchemaObject, target: &ImportTarget<'_>) -> Vec<WrittenConstraint> {
    let key: Vec<&str> = object.primary_key().iter().map(|it| it.stored_name()).collect();
    let key = (key.len() > 1).then(|| WrittenConstraint::new("primary_key", Some(key)));
    let of_rules = object.quality.iter().filter_map(|it| kept(&it.custom_properties));
    let of_keys = object.relationships.iter().filter_map(|it| kept(&it.custom_properties));
    let of_columns = object.properties.iter().flat_map(|it| &it.relationships);
    let of_columns = of_columns.filter_map(|it| kept(&it.custom_properties)).filter(|it| it.get("columns").is_some());
    key.into_iter()
        .chain(of_rules.chain(of_keys).chain(of_columns).filter_map(|it| WrittenConstraint::kept(it, target)))
        .collect()
}

fn kept(properties: &[weft_odcs::CustomProperty]) -> Option<&Value> {
    properties.iter().find(|it| it.property == "dbtConstraint").map(|it| &it.value)
}

/// The constraints that are missing, at their places.
pub(super) fn missing_constraints(
    own: &Value,
    present: Option<&Value>,
    at: &str,
    wanted: Vec<WrittenConstraint>,
) -> Vec<Addition> {
    let present = present.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let missing = wanted.into_iter().filter(|it| !present.iter().any(|said| it.is(said))).map(|it| it.0);
    into_list(own, at, "constraints", missing.collect())
}
