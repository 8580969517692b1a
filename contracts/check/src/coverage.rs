//! The coverage of a check.

use std::collections::BTreeMap;

use weft_api::{Consumer, Coverage, Evidence, Input, InputSide, NotCompared, ReadersKnown, TouchedNode};

use crate::diff::{CodeState, Diff, Kept, columns::Pair};

/// The coverage of a comparison of two sides.
pub(super) fn of(diff: &Diff<'_>) -> Coverage {
    let sides = [(InputSide::Baseline, diff.baseline.publication), (InputSide::Current, diff.current.publication)];
    let mut coverage = Coverage {
        nothing_public: sides.iter().all(|(_, publication)| publication.interface.is_empty()),
        inputs: sides.iter().map(|(side, publication)| Input::new(*side, &publication.source)).collect(),
        ..Coverage::default()
    };
    for kept in diff.kept() {
        if let Some(not_compared) = not_compared(diff, kept) {
            coverage.not_compared.push(not_compared);
            continue;
        }
        if !kept.code.is_same_text() {
            let untyped = |pair: &&Pair<'_>| pair.old.data_type.is_none() && pair.new.data_type.is_none();
            coverage.types_unknown += kept.columns.kept.iter().filter(untyped).count() as u64;
        }
        let compared = &mut coverage.compared;
        *match kept.columns.evidence {
            Some(Evidence::Contract) => &mut compared.contract,
            Some(Evidence::Catalog) => &mut compared.catalog,
            Some(Evidence::Sql) => &mut compared.sql,
            Some(Evidence::Declared | Evidence::Project) | None => &mut compared.declared,
        } += 1;
    }
    coverage
}

/// Why the columns of a node were not compared, where they were not.
fn not_compared(diff: &Diff<'_>, kept: &Kept<'_>) -> Option<NotCompared> {
    let of = |side, publication: &weft_publication::Publication| {
        let unique_id = if side == InputSide::Current { kept.new_id } else { kept.unique_id };
        let unknown = publication.lineage.get(unique_id).and_then(|node| node.unknown.clone());
        let reason = unknown.unwrap_or_else(|| "columns_unknown".to_owned());
        NotCompared { unique_id: unique_id.clone(), side, reason }
    };
    match kept.columns.are_complete {
        [true, true] => None,
        _ if kept.code == CodeState::Same => None,
        [_, false] => Some(of(InputSide::Current, diff.current.publication)),
        [false, true] => Some(of(InputSide::Baseline, diff.baseline.publication)),
    }
}

/// How well those are known who read what was asked about.
pub(super) fn readers(consumers: &BTreeMap<TouchedNode, Vec<Consumer>>) -> ReadersKnown {
    let mut known: BTreeMap<_, bool> = BTreeMap::new();
    for (touched, consumer) in consumers.iter().flat_map(|(touched, all)| all.iter().map(move |it| (touched, it))) {
        let reading = (&touched.unique_id, consumer.who(), &consumer.reader);
        let by_column = known.entry(reading).or_insert(true);
        *by_column &= consumer.columns.is_some();
    }
    let by_column = known.values().filter(|by_column| **by_column).count() as u64;
    ReadersKnown { by_column, of_unknown_columns: known.len() as u64 - by_column }
}
