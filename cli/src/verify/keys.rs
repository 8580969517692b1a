//! Keys of two databases, side by side: both come in the order of their bytes, a page at a time, so that memory is
//! bounded however many there are.

use std::collections::VecDeque;

use crate::verify::{
    session::Session,
    statement::{Rows, StatementFailure},
};

/// A key: the texts of its columns.
type RowKey = Vec<String>;

/// What refers to nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Orphans {
    /// The number of rows.
    pub(super) rows: u64,
    /// Some of their keys.
    pub(super) samples: Vec<RowKey>,
}

/// Where keys come from.
pub(super) trait Pages {
    /// The next ones; none where there are no more.
    async fn page(&mut self) -> Result<Rows, StatementFailure>;
}

impl Pages for Session {
    async fn page(&mut self) -> Result<Rows, StatementFailure> {
        Session::page(self).await
    }
}

struct RowKeys<'p, P> {
    pages: &'p mut P,
    waiting: VecDeque<Vec<Option<String>>>,
    is_over: bool,
    last: Option<RowKey>,
    /// How many columns a key has; what is behind it is the number of its rows.
    width: usize,
}

impl<P: Pages> RowKeys<'_, P> {
    async fn next(&mut self) -> Result<Option<(RowKey, u64)>, StatementFailure> {
        if self.waiting.is_empty() && !self.is_over {
            self.waiting = self.pages.page().await?.into();
            self.is_over = self.waiting.is_empty();
        }
        let Some(row) = self.waiting.pop_front() else { return Ok(None) };
        let rows = row.get(self.width).cloned().flatten().and_then(|text| text.parse().ok()).unwrap_or(1);
        let key: RowKey = row.into_iter().take(self.width).map(Option::unwrap_or_default).collect();
        // An order that is not the one asked for would find orphans where there are none.
        if self.last.as_ref().is_some_and(|last| *last > key) {
            return Err(StatementFailure::Refused("the database does not order texts by their bytes".to_owned()));
        }
        self.last = Some(key.clone());
        Ok(Some((key, rows)))
    }
}

/// The rows whose keys are not among those they refer to, and at most `limit` of those keys.
pub(super) async fn orphans(
    from: &mut impl Pages,
    to: &mut impl Pages,
    width: usize,
    limit: usize,
) -> Result<Orphans, StatementFailure> {
    let mut from = RowKeys { pages: from, waiting: VecDeque::new(), is_over: false, last: None, width };
    let mut to = RowKeys { pages: to, waiting: VecDeque::new(), is_over: false, last: None, width };
    let mut orphans = Orphans::default();
    let mut there = to.next().await?;
    while let Some((key, rows)) = from.next().await? {
        while there.as_ref().is_some_and(|(there, _)| *there < key) {
            there = to.next().await?;
        }
        if there.as_ref().is_none_or(|(there, _)| *there != key) {
            orphans.rows += rows;
            if orphans.samples.len() < limit {
                orphans.samples.push(key);
            }
        }
    }
    Ok(orphans)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// Pages of at most two rows.
    struct Listed(Vec<Vec<Option<String>>>);

    impl Pages for Listed {
        async fn page(&mut self) -> Result<Rows, StatementFailure> {
            Ok(self.0.drain(..self.0.len().min(2)).collect())
        }
    }

    fn merged(from: &[Vec<Option<String>>], to: &[Vec<Option<String>>]) -> Result<Orphans, StatementFailure> {
        let (mut from, mut to) = (Listed(from.to_vec()), Listed(to.to_vec()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(orphans(&mut from, &mut to, 1, 2))
    }

    proptest! {
        #[test]
        fn two_streams_tell_what_two_sets_tell(
            from in prop::collection::btree_map("[a-c,é]{0,3}", 1_u64..4, 0..12),
            to in prop::collection::btree_set("[a-c,é]{0,3}", 0..12),
        ) {
            let from: BTreeMap<String, u64> = from;
            let to: BTreeSet<String> = to;
            let counted: Vec<_> = from.iter().map(|(key, rows)| vec![Some(key.clone()), Some(rows.to_string())]).collect();
            let there: Vec<_> = to.iter().map(|key| vec![Some(key.clone())]).collect();
            let lost: Vec<_> = from.iter().filter(|(key, _)| !to.contains(*key)).collect();
            let found = merged(&counted, &there).unwrap();
            prop_assert_eq!(found.rows, lost.iter().map(|(_, rows)| **rows).sum::<u64>());
            let some: Vec<_> = lost.into_iter().take(2).map(|(key, _)| vec![key.clone()]).collect();
            prop_assert_eq!(found.samples, some);
        }
    }

    #[test]
    fn another_order_is_told_rather_than_taken_for_orphans() {
        let rows = |keys: &[&str]| keys.iter().map(|key| vec![Some((*key).to_owned())]).collect::<Vec<_>>();
        assert!(merged(&rows(&["a", "B"]), &rows(&["a"])).is_err());
        assert!(merged(&rows(&["B", "a"]), &rows(&["a"])).is_ok());
    }
}
