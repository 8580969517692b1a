//! What the data looks like: objects and their properties.

use serde_json::{Number, Value};

use crate::{AuthoritativeDefinition, Context, CustomProperty, Quality, Relationship, Synonym, record::records, text};

records! {
    /// A table, topic, file, document.
    pub struct SchemaObject {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The name that the contract gives it.
        pub name: String,
        /// `object`; `blob` since 3.2.
        pub logical_type: Option<String>,
        /// `table`, `view`, `topic`, `file`.
        pub physical_type: Option<String>,
        /// The name in storage, if it differs; may be qualified.
        pub physical_name: Option<String>,
        /// A description of the object.
        pub description: Option<String>,
        /// The name that people use.
        pub business_name: Option<String>,
        /// Whether it is on its way out. Since 3.2.
        pub deprecated: Option<bool>,
        /// Other names. Since 3.2.
        pub synonyms: Vec<Synonym>,
        /// What a row is, in words.
        pub data_granularity_description: Option<String>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// The columns of the object.
        pub properties: Vec<SchemaProperty>,
        /// What its rows refer to. Since 3.1.
        pub relationships: Vec<Relationship>,
        /// What is promised of its rows.
        pub quality: Vec<Quality>,
        /// What should be known to use it. Since 3.2.
        pub context: Option<Context>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// A column, a field, or what a list or map holds.
    pub struct SchemaProperty {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The name that the contract gives it; empty for what a list or map holds.
        pub name: String,
        /// `string`, `date`, `number`, `integer`, `object`, `array`, `boolean`; `timestamp` and `time` since 3.1; `map`
        /// and `vector` since 3.2.
        pub logical_type: Option<String>,
        /// Limits of its values, by its logical type.
        pub logical_type_options: Option<LogicalTypeOptions>,
        /// Its type where it is stored.
        pub physical_type: Option<String>,
        /// The name in storage, if it differs.
        pub physical_name: Option<String>,
        /// A description of the property.
        pub description: Option<String>,
        /// The name that people use.
        pub business_name: Option<String>,
        /// Whether it is on its way out. Since 3.2.
        pub deprecated: Option<bool>,
        /// Other names. Since 3.2.
        pub synonyms: Vec<Synonym>,
        /// Whether it is of the primary key.
        pub primary_key: Option<bool>,
        /// The position in the primary key, from 1; -1 for none.
        pub primary_key_position: Option<i64>,
        /// Whether it is never null.
        pub required: Option<bool>,
        /// Whether no value is there twice.
        pub unique: Option<bool>,
        /// `column`, `measure`, `dimension`. Since 3.2.
        pub semantic_type: Option<String>,
        /// Whether the object is partitioned by it.
        pub partitioned: Option<bool>,
        /// The position among the partition columns, from 1; -1 for none.
        pub partition_key_position: Option<i64>,
        /// `public`, `restricted`, `confidential`, or other.
        pub classification: Option<String>,
        /// Whether it matters much.
        pub critical_data_element: Option<bool>,
        /// The property that holds it encrypted.
        pub encrypted_name: Option<String>,
        /// What it is made from.
        pub transform_source_objects: Vec<String>,
        /// How it is made, in a program's words.
        pub transform_logic: Option<String>,
        /// How it is made, in people's words.
        pub transform_description: Option<String>,
        /// Values that it may have, for instance.
        pub examples: Vec<Value>,
        /// All values that it may have. Since 3.2.
        pub r#enum: Vec<EnumValue>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// What it refers to. Since 3.1.
        pub relationships: Vec<Relationship>,
        /// What is promised of its values.
        pub quality: Vec<Quality>,
        /// What an object holds.
        pub properties: Vec<SchemaProperty>,
        /// What a list holds.
        pub items: Option<Box<SchemaProperty>>,
        /// What a map holds. Since 3.2.
        pub map: Option<Box<KeyValue>>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// What a map holds.
    pub struct KeyValue {
        /// The type of a map's keys.
        pub key: Option<SchemaProperty>,
        /// The type of a map's values.
        pub value: Option<SchemaProperty>,
    }

    /// Limits of values. Which of them there are depends on the logical type.
    pub struct LogicalTypeOptions {
        /// Of a text: `email`, `uuid`; of a number: `i64`; of a date: `yyyy-MM-dd`.
        pub format: Option<String>,
        /// A regular expression, of a text.
        pub pattern: Option<String>,
        /// Of a text, in characters.
        pub min_length: Option<u64>,
        /// Of a text, in characters.
        pub max_length: Option<u64>,
        /// A number, or a text for dates and times.
        pub minimum: Option<Value>,
        /// A number, or a text for dates and times.
        pub maximum: Option<Value>,
        /// As `minimum`, which is not allowed itself; in 3.0 whether `minimum` is not.
        pub exclusive_minimum: Option<Value>,
        /// As `maximum`, which is not allowed itself; in 3.0 whether `maximum` is not.
        pub exclusive_maximum: Option<Value>,
        /// For a number: it is a multiple of this.
        pub multiple_of: Option<Number>,
        /// For a list: the minimum number of items.
        pub min_items: Option<u64>,
        /// For a list: the maximum number of items.
        pub max_items: Option<u64>,
        /// Whether a list has no value twice.
        pub unique_items: Option<bool>,
        /// For an object: the minimum number of properties.
        pub min_properties: Option<u64>,
        /// For an object: the maximum number of properties.
        pub max_properties: Option<u64>,
        /// The properties that an object always has.
        pub required: Vec<String>,
        /// Whether a time says its zone. Since 3.1.
        pub timezone: Option<bool>,
        /// The zone of a time that does not say it. Since 3.1.
        pub default_timezone: Option<String>,
        /// Of a vector. Since 3.2.
        pub dimensions: Option<u64>,
        /// `float32` and others, of a vector. Since 3.2.
        pub element_type: Option<String>,
        /// `cosine` and others, of a vector. Since 3.2.
        pub distance_metric: Option<String>,
        /// What made a vector. Since 3.2.
        pub embedding_model: Option<String>,
        /// Which version of it. Since 3.2.
        pub embedding_model_version: Option<String>,
        /// Whether a vector's length is 1. Since 3.2.
        pub normalized: Option<bool>,
    }

    /// A value that a property may have. Since 3.2.
    pub struct EnumValue {
        /// The value that is allowed.
        pub value: Value,
        /// The name that people use.
        pub label: Option<String>,
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The meaning of the value.
        pub description: Option<String>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }
}

impl SchemaObject {
    /// Its name where it is stored.
    pub fn stored_name(&self) -> &str {
        self.physical_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.name)
    }

    /// The property of a name, at the top.
    pub fn property(&self, name: &str) -> Option<&SchemaProperty> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The properties of its primary key, in the key's order.
    pub fn primary_key(&self) -> Vec<&SchemaProperty> {
        let mut key: Vec<_> = self.properties.iter().filter(|it| it.primary_key == Some(true)).collect();
        key.sort_by_key(|it| it.primary_key_position.filter(|at| *at > 0).unwrap_or(i64::MAX));
        key
    }

    /// The value of a property of one's own.
    pub fn custom(&self, key: &str) -> Option<&Value> {
        text::custom(&self.custom_properties, key)
    }
}

impl SchemaProperty {
    /// Its name where it is stored.
    pub fn stored_name(&self) -> &str {
        self.physical_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.name)
    }

    /// The value of a property of one's own.
    pub fn custom(&self, key: &str) -> Option<&Value> {
        text::custom(&self.custom_properties, key)
    }
}
