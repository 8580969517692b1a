//! A rule of the lint, and what it finds.

use std::{borrow::Cow, fmt::Display};

use weft_model::finding::Level;

use crate::sense::Sense;

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
    pub(crate) find: fn(&Sense<'_>) -> Vec<Found>,
}

impl Rule {
    /// What the rule found at a place.
    pub(crate) fn on(&'static self, at: impl Display, message: impl Into<String>) -> Found {
        Found {
            rule: self,
            level: self.level,
            pointer: at.to_string(),
            message: message.into(),
            remedy: self.remedy.into(),
        }
    }
}

/// What a rule found, before it has a line.
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    pub(crate) pointer: String,
    pub(crate) message: String,
    pub(crate) remedy: Cow<'static, str>,
}

impl Found {
    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub(crate) fn remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = remedy.into();
        self
    }
}
