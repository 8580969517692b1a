//! weft-mesh.

pub mod can_deploy;
pub mod lock;
pub mod mesh;
pub mod resolve;
