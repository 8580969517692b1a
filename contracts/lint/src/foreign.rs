//! Words of other formats, of which people write contracts too: the Data Contract Specification, dbt, Avro, JSON Schema,
//! and databases. What is unknown here may be known there, and has another word here.

use serde_json::Value;

/// The level of a document at which a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyLevel {
    Contract,
    Object,
    Property,
    /// Below `logicalTypeOptions`.
    Options,
}

/// What to write in place of a key that the standard does not have, where its meaning is known from elsewhere.
pub(super) fn for_key(pointer: &str) -> Option<&'static str> {
    let (above, key) = pointer.rsplit_once('/')?;
    let folded: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    for_word(level(above)?, &folded.to_ascii_lowercase())
}

fn level(above: &str) -> Option<KeyLevel> {
    let mut parts = above.rsplit('/');
    let (last, before) = (parts.next()?, parts.next());
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match (before, last) {
        (None, "") => Some(KeyLevel::Contract),
        (_, "logicalTypeOptions") => Some(KeyLevel::Options),
        (_, "items") | (Some("map"), "key" | "value") => Some(KeyLevel::Property),
        (Some("properties"), index) if is_index(index) => Some(KeyLevel::Property),
        (Some("schema"), index) if is_index(index) => Some(KeyLevel::Object),
        _ => None,
    }
}

fn for_word(level: KeyLevel, word: &str) -> Option<&'static str> {
    use KeyLevel::{Contract, Object, Options, Property};

    Some(match (level, word) {
        (Property, "primary" | "isprimary" | "isprimarykey" | "primarykeys" | "pk" | "ispk" | "iskey") => {
            "Write `primaryKey: true`."
        }
        (Property, "nullable" | "isnullable" | "null" | "allownull" | "optional" | "isoptional") => {
            "Write `required`, which is the opposite: `nullable: false` is `required: true`."
        }
        (Property, "notnull" | "isrequired" | "mandatory" | "ismandatory" | "nonnullable") => "Write `required: true`.",
        (Property, "isunique" | "uniquekey" | "distinct") => "Write `unique: true`.",
        (Property, "type" | "logicaldatatype") => "Write `logicalType`, or `physicalType` for the database's own.",
        (Property, "datatype" | "physicaldatatype" | "dbtype" | "columntype" | "nativetype") => "Write `physicalType`.",
        (Property | Options, "precision" | "scale" | "numericprecision" | "numericscale") => {
            "Write it into `physicalType`: `decimal(10,2)`."
        }
        (
            Property,
            "pattern" | "minlength" | "maxlength" | "minimum" | "maximum" | "exclusiveminimum" | "exclusivemaximum"
            | "multipleof" | "minitems" | "maxitems" | "format",
        ) => "Write it below `logicalTypeOptions`.",
        (Property, "pii" | "ispii" | "sensitivity" | "privacy") => "Write `classification`.",
        (Property, "values" | "allowedvalues" | "acceptedvalues" | "enumvalues" | "enum") => {
            "Write a quality rule: `{metric: invalidValues, arguments: {validValues: [...]}, mustBe: 0}`."
        }
        (Property | Object, "references" | "foreignkey" | "foreignkeys" | "fk" | "constraints") => {
            "Write `relationships`, and `required`, `unique` or `primaryKey` for other constraints."
        }
        (Property | Object, "columns" | "fields" | "attributes") => "Write `properties`.",
        (Property | Object, "tests" | "datatests" | "checks" | "qualityrules") => "Write `quality`.",
        (Property | Object, "title" | "label" | "displayname" | "logicalname") => "Write `businessName`.",
        (Property | Object, "doc" | "docs" | "comment" | "desc") => "Write `description`.",
        (Property | Object, "alias" | "table" | "tablename" | "columnname" | "identifier") => "Write `physicalName`.",
        (Property, "example" | "samplevalues" | "samples") => "Write `examples`, a list.",
        (Property | Object | Contract, "meta" | "metadata" | "extra" | "config") => {
            "Write `customProperties: [{property: ..., value: ...}]`."
        }
        (Object, "type" | "materialization" | "materialized") => "Write `physicalType`: `table`, `view`.",
        (Object, "primarykey" | "primarykeys" | "keys") => "Write `primaryKey: true` on its properties.",
        (Contract, "models" | "tables" | "datasets" | "datasetschema" | "entities") => "Write `schema`, a list.",
        (Contract, "servicelevels" | "servicelevel" | "sla" | "slas" | "servicelevelagreements") => {
            "Write `slaProperties`, a list."
        }
        (Contract, "owner" | "owners" | "stakeholders" | "dataproductowner") => "Write `team`.",
        (Contract, "contact" | "contacts") => "Write `support`, a list of channels.",
        (Contract, "terms" | "usage" | "purpose" | "limitations") => {
            "Write `description`, with `purpose`, `usage` and `limitations` below it."
        }
        (Contract, "title") => "Write `name`.",
        (Contract, "server") => "Write `servers`, a list.",
        (Contract, "uuid" | "contractid") => "Write `id`.",
        _ => return None,
    })
}

/// What to write in place of a logical type that the standard does not have.
pub(super) fn for_logical_type(value: &Value, minor: u32) -> Option<String> {
    let said = value.as_str()?.trim().to_ascii_lowercase();
    let word = said.split(['(', '<', ' ']).next().unwrap_or_default();
    let has_times = minor >= 1;
    let logical = match word {
        "long" | "int" | "int2" | "int4" | "int8" | "int16" | "int32" | "int64" | "bigint" | "smallint" | "tinyint"
        | "short" | "byte" => "integer",
        "double" | "float" | "float4" | "float8" | "float32" | "float64" | "real" | "decimal" | "numeric"
        | "bignumeric" | "money" => "number",
        "varchar" | "char" | "text" | "str" | "nvarchar" | "uuid" | "character" | "clob" => "string",
        "bool" | "bit" | "logical" => "boolean",
        "timestamp" | "datetime" | "timestamptz" | "timestamp_tz" | "timestamp_ntz" | "datetimeoffset" => {
            if has_times {
                "timestamp"
            } else {
                "date"
            }
        }
        "time" if !has_times => "date",
        "struct" | "record" | "row" | "json" | "jsonb" | "variant" | "dict" => "object",
        "map" if minor < 2 => "object",
        "list" | "repeated" | "set" => "array",
        _ => return None,
    };
    let also = if word == said { "" } else { ", and the full type as `physicalType`" };
    Some(format!("Write `{logical}`{also}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_of_another_format_has_another_word_here() {
        for (pointer, word) in [
            ("/schema/0/properties/3/primary", "primaryKey"),
            ("/schema/0/properties/0/is_nullable", "required"),
            ("/schema/0/properties/0/properties/1/isUnique", "unique"),
            ("/schema/0/properties/0/items/type", "logicalType"),
            ("/schema/0/properties/0/logicalTypeOptions/precision", "physicalType"),
            ("/schema/1/columns", "properties"),
            ("/models", "schema"),
        ] {
            assert!(for_key(pointer).is_some_and(|it| it.contains(word)), "{pointer}");
        }
        for none in ["/schema/0/properties/0/acess", "/servers/0/type", "/x", "", "/schema/0/quality/0/columns"] {
            assert_eq!(for_key(none), None, "{none}");
        }
    }

    #[test]
    fn a_type_of_another_format_has_a_logical_type() {
        let of = |word: &str, minor| for_logical_type(&json!(word), minor);
        assert_eq!(of("long", 1).as_deref(), Some("Write `integer`."));
        assert_eq!(of("DECIMAL(10,2)", 1).as_deref(), Some("Write `number`, and the full type as `physicalType`."));
        assert_eq!(
            [of("timestamp", 0), of("datetime", 1)].map(Option::unwrap),
            ["Write `date`.", "Write `timestamp`."]
        );
        assert_eq!([of("moon", 1), for_logical_type(&json!(7), 1)], [None, None]);
    }
}
