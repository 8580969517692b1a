//! An environment as a graph: who reads what, what may be deployed, and what requirements resolve to.
//!
//! - [`mesh`]: the projects that are deployed beside each other, the readings between their nodes, down to the column,
//!   and the consumers that are registered.
//! - [`can_deploy`]: whether a step of an environment may be taken, and who would lose what. Also whether a consumer can
//!   be registered.
//! - [`resolve`]: which version of each upstream project a project gets, or every reason why none fits.
//! - [`lock`]: what was resolved, as a file.
//! - [`promotion`]: where a version's nodes are in an environment to which it is deployed without relations.
//!
//! # What it never does
//!
//! It holds no state and stores nothing: whoever asks brings the publications. Resolution asks for what it lacks
//! ([`resolve::ResolveStep`]) and never fetches it. It reads neither manifests nor SQL.
//!
//! # Where to begin
//!
//! Read [`mesh::Mesh`], then `build` below it, which makes the graph. [`can_deploy::can_deploy`] and [`resolve::resolve`]
//! are one function each, with their parts in the files below.

pub mod can_deploy;
pub mod lock;
pub mod mesh;
pub mod promotion;
pub mod resolve;
