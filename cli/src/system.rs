//! What weft asks of the operating system: files, other programs, and the clock.

pub(crate) mod clock;
pub(crate) mod files;
pub(crate) mod shell;
