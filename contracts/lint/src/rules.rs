//! The rules of the lint: one file each, its facts first, `find` last. This file lists them.

pub use crate::rule::Rule;

weft_model::rules! {
    contract_owner_missing,
    deprecated_key,
    document_unreadable,
    key_not_required,
    key_position_doubled,
    limits_contradictory,
    name_doubled,
    pattern_unusable,
    quality_metric_unusable,
    quality_threshold_impossible,
    quality_threshold_missing,
    reference_broken,
    schema_violation,
    server_setting_empty,
    sla_element_unknown,
    sla_unit_ambiguous,
    sla_unit_unknown,
    sla_value_unusable,
    unknown_key,
}
