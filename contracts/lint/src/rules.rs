//! The rules of the lint: one file each, its facts first, `find` last. This file lists them.

use std::fmt::Display;

use weft_model::finding::Level;

use crate::{Found, sense::Sense};

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

/// One thing that can be wrong with a contract.
pub struct Rule {
    /// As findings name it; the name of its file.
    pub id: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// Why the finding matters, in full sentences.
    pub why: &'static str,
    /// What one of its findings says.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The level, unless a finding has its own.
    pub level: Level,
    pub(super) find: fn(&Sense<'_>) -> Vec<Found>,
}

impl Rule {
    /// What the rule found at a place.
    pub(super) fn on(&'static self, at: impl Display, message: impl Into<String>) -> Found {
        Found {
            rule: self,
            level: self.level,
            pointer: at.to_string(),
            message: message.into(),
            remedy: self.remedy.into(),
        }
    }
}
