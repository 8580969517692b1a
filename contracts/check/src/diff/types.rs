//! How the types of two columns relate, in the dialects of the two sides.

use weft_model::{
    column_name::Folding,
    types::{Dialect, TypeComparison, compare_texts, compare_with_catalog},
};

/// What the types on the two sides are written in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialects {
    /// The words of each side, where both sides are of one adapter.
    both: [Dialect; 2],
    are_one: bool,
    folding: Option<Folding>,
}

impl Dialects {
    pub(super) fn new(adapters: [Option<&str>; 2]) -> Self {
        let are_one = adapters[0] == adapters[1];
        let both = adapters.map(Dialect::from_adapter);
        Self { both, are_one, folding: Folding::from_adapter(adapters[0]).filter(|_| are_one) }
    }

    /// Whether both sides are of one adapter.
    pub(crate) fn are_one(self) -> bool {
        self.are_one
    }

    /// What the warehouse makes of names without quotes, where it keeps the case of those in quotes.
    pub(crate) fn folding(self) -> Option<Folding> {
        self.folding
    }

    /// The dialect in which the names of columns on the two sides are compared.
    pub(crate) fn of_names(self) -> Dialect {
        if self.are_one { self.both[0] } else { Dialect::Generic }
    }

    /// What became of a type.
    pub(crate) fn compare(self, old: &str, new: &str) -> TypeComparison {
        if self.are_one && old == new {
            return TypeComparison::Same;
        }
        compare_texts((old, self.both[0]), (new, self.both[1]))
    }

    /// How two types relate that are known in two ways, of which one may be a catalog.
    pub(crate) fn compare_evidence(self, old: &str, new: &str, is_catalogs: bool) -> TypeComparison {
        let compare = if is_catalogs { compare_with_catalog } else { compare_texts };
        compare((old, self.both[0]), (new, self.both[1]))
    }
}
