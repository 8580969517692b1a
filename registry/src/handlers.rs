//! The handlers, one file per resource. A handler is a few verbs: who may, read, ask the store, answer.

pub(crate) mod environments;
pub(crate) mod health;
pub(crate) mod manifest;
pub(crate) mod projects;
pub(crate) mod publications;
pub(crate) mod publish;
pub(crate) mod relations;
pub(crate) mod resolve;
pub(crate) mod upstream;
pub(crate) mod wire;

/// The content type of what is not a problem.
pub(crate) const JSON: &str = "application/json";
