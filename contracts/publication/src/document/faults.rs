//! What is wrong with a document, each fault with its place.

use weft_model::{field_error::FieldError, pointer::pointer};

/// The maximum number of faults that are reported for a document.
pub const TOLD: usize = 100;

/// Collects faults, the first hundred.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<FieldError>);

impl Faults {
    pub(super) fn add(&mut self, at: &[&str], message: impl Into<String>) {
        if self.0.len() < TOLD {
            self.0.push(FieldError { pointer: pointer(at), message: message.into() });
        }
    }
}
