//! A list of rules: one file each, one line in the list.

/// Declares the module of each rule, lists the `RULE` of all in `RULES`, and finds one by its id.
///
/// It stands in a module that has a type `Rule` with an `id`; each rule's module is a file below it, named as the id.
#[macro_export]
macro_rules! rules {
    ($($id:ident),* $(,)?) => {
        $(pub(crate) mod $id;)*

        /// Every rule, by id.
        pub const RULES: &[Rule] = &[$($id::RULE),*];

        /// The rule of an id.
        pub fn rule(id: &str) -> Option<&'static Rule> {
            RULES.iter().find(|rule| rule.id == id)
        }
    };
}
