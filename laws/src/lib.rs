//! Laws: what holds of every input, tried on generated ones. For tests alone.
//!
//! A law's inputs come from a seed, and shrink to the smallest that breaks it. In `cargo test` a law is tried on few inputs;
//! `WEFT_LAWS` says on how many instead, and `WEFT_LAWS_SEED` on which. Where `WEFT_LAWS` is set, each law writes a line to
//! standard error, from which `make laws` makes the table of `docs/laws.md`.

use std::{cell::Cell, fmt::Display, io::Write as _, str::FromStr};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

/// How many inputs a law is tried on at least, where it is tried on many, however costly one is.
const FEWEST: u32 = 100;

/// A law that must hold.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// What it is about: `gate`, `locks`.
    pub about: &'a str,
    /// The law, in a sentence, with `_` for blanks.
    pub says: &'a str,
    /// The engine that it is tried on, where it is one of a database.
    pub engine: Option<&'a str>,
    /// The default number of inputs.
    pub cases: u32,
    /// How many times the time of a plain input one takes, so that it is tried on so many fewer where `WEFT_LAWS` is set.
    pub weight: u32,
}

/// How many instances of a law an input gave.
pub trait Instances {
    /// The number of instances.
    fn instances(self) -> usize;
}

impl Instances for () {
    fn instances(self) -> usize {
        1
    }
}

impl Instances for usize {
    fn instances(self) -> usize {
        self
    }
}

impl Law<'_> {
    /// Tries the law, and writes what came of it.
    ///
    /// # Panics
    /// With the smallest input that breaks the law.
    #[allow(clippy::panic, reason = "a test that fails does")]
    pub fn hold<S: Strategy, I: Instances>(&self, inputs: &S, test: impl Fn(S::Value) -> Result<I, TestCaseError>) {
        let (tried, is_broken) = (Cell::new(0), Cell::new(false));
        let outcome = self.runner().run(inputs, |input| {
            let instances = test(input).inspect_err(|error| is_broken.set(matches!(error, TestCaseError::Fail(_))))?;
            // What is tried while an input shrinks is no further instance.
            if !is_broken.get() {
                tried.set(tried.get() + instances.instances());
            }
            Ok(())
        });
        let law = self.says.replace('_', " ");
        let engine = self.engine.map_or_else(String::new, |engine| format!(" on {engine}"));
        if is_large() {
            let violations = u8::from(outcome.is_err());
            tell(format_args!(
                "law: {}: {law}: {} instances{engine}, {violations} violations",
                self.about,
                tried.get()
            ));
        }
        if let Err(broken) = outcome {
            panic!("{law}{engine}: {broken}");
        }
    }

    fn runner(&self) -> TestRunner {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&setting("WEFT_LAWS_SEED").unwrap_or(1_u64).to_le_bytes());
        let asked: Option<u32> = setting("WEFT_LAWS");
        let cases = asked.map_or(self.cases, |asked| (asked / self.weight.max(1)).max(FEWEST.min(asked)));
        let config = Config {
            cases,
            failure_persistence: None,
            max_global_rejects: cases.saturating_mul(8),
            max_shrink_iters: 4_096,
            ..Config::default()
        };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
    }
}

/// Whether the laws are tried on as many inputs as somebody asks for.
fn is_large() -> bool {
    std::env::var_os("WEFT_LAWS").is_some()
}

#[allow(clippy::panic, reason = "a test whose setting is no number cannot run")]
fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Writes past the test harness, which would keep the output of a test that passes.
pub fn tell(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Tests that are laws: each function's name is the law, and its arguments are generated. They stand in a module `laws`, by
/// which `make laws` finds them.
///
/// ```text
/// laws::laws! {
///     "numbers", 64;
///
///     fn a_sum_does_not_hang_on_the_order(one in 0..10_u8, other in 0..10_u8) {
///         proptest::prop_assert_eq!(one + other, other + one);
///     }
/// }
/// ```
///
/// What they are about comes first, then how many inputs each is tried on in `cargo test`; a third number says how many
/// times as long as a plain input one takes.
#[macro_export]
macro_rules! laws {
    ($about:literal, $cases:literal; $($laws:tt)*) => { $crate::laws! { $about, $cases, 1; $($laws)* } };
    ($about:literal, $cases:literal, $weight:literal;
     $($(#[$meta:meta])* fn $name:ident($($input:pat in $inputs:expr),+ $(,)?) $body:block)*) => {
        mod laws {
            use super::*;

            $(
                #[test]
                $(#[$meta])*
                fn $name() {
                    let law = $crate::Law {
                        about: $about, says: stringify!($name), engine: None, cases: $cases, weight: $weight,
                    };
                    law.hold(&($($inputs,)+), |($($input,)+)| {
                        $body
                        Ok(())
                    });
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use proptest::prelude::*;

    use super::*;

    const LAW: Law<'_> = Law { about: "numbers", says: "a_number_is_small", engine: None, cases: 200, weight: 1 };

    #[test]
    fn a_law_that_does_not_hold_fails_with_the_smallest_input_that_breaks_it() {
        let broken = catch_unwind(|| {
            LAW.hold(&(0..1_000_000_u32), |number| {
                prop_assert!(number < 17);
                Ok(())
            });
        });
        let text = *broken.unwrap_err().downcast::<String>().unwrap();
        assert!(text.starts_with("a number is small: ") && text.contains("minimal failing input: 17"), "{text}");
    }

    #[test]
    fn the_same_inputs_come_again() {
        let inputs = || {
            let seen = std::cell::RefCell::new(Vec::new());
            LAW.hold(&any::<u64>(), |number| {
                seen.borrow_mut().push(number);
                Ok(())
            });
            seen.into_inner()
        };
        assert_eq!(inputs(), inputs());
    }
}
