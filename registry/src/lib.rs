//! weft registry.
