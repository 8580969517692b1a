//! What a step does to readers: the check of each deployed project, applied to its readers in the environment.
//!
//! The gate refuses what is an error for a reader, so that check and gate cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::{Consumer, Finding, Need, Unmet};
use weft_check::{Checked, Levels, Side, TAKING_RULES, UNKNOWN_RULE, policy};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};
use weft_publication::Via;

use crate::{can_deploy::step::DeployStep, mesh::Member};

/// A reader, the project that it reads, and the node.
type ReadingKey = (PackageName, UniqueId, PackageName, UniqueId);

/// The readers that the changes of the projects break. `known` is what is already unmet: a node that does not exist
/// lacks nothing else.
pub(super) fn unmet(step: DeployStep<'_>, known: &[Unmet]) -> Vec<Unmet> {
    let absent: BTreeSet<ReadingKey> = known.iter().filter_map(absent).collect();
    let lost: BTreeSet<(&PackageName, &PackageName, &UniqueId)> = known.iter().filter_map(lost_source).collect();
    let of_other_type: BTreeSet<(ReadingKey, String)> = known.iter().filter_map(of_other_type).collect();
    let mut found: BTreeMap<(ReadingKey, String), Unmet> = BTreeMap::new();
    for name in step.about {
        let [Some(old), Some(new)] = [step.now, step.then].map(|mesh| mesh.member(name)) else { continue };
        for finding in breaking(step, name, [old, new]) {
            for consumer in &finding.consumers {
                let reading: ReadingKey =
                    (consumer.package_name.clone(), consumer.reader.clone(), name.clone(), consumer.unique_id.clone());
                let column = finding.column.clone().unwrap_or_default();
                // A source that finds nothing lacks whatever it is read for.
                let by_source = consumer.via.is_some_and(Via::is_by_place);
                if by_source && lost.contains(&(&consumer.package_name, name, &consumer.unique_id)) {
                    continue;
                }
                if absent.contains(&reading) || of_other_type.contains(&(reading.clone(), column)) {
                    continue;
                }
                for need in needs(&finding, consumer) {
                    let unmet = unmet_by(new, consumer, need);
                    add(&mut found, &reading, unmet);
                }
            }
        }
    }
    found.into_values().collect()
}

/// The findings that are errors for a reader, each for that one alone.
fn breaking(step: DeployStep<'_>, name: &PackageName, sides: [&Member; 2]) -> Vec<Finding> {
    let [old, new] = sides.map(|member| Side::new(&member.publication).with_relations(&member.relations));
    let checked = Checked::between(old, new, step.today);
    let environment = EnvironmentName::default();
    // Whoever comes with the step, or first of its project, has nothing that can be taken from it.
    let was_there = |consumer: &Consumer| {
        let is_theirs = consumer.through.is_empty();
        is_theirs && (consumer.kind.is_some() || step.now.member(&consumer.package_name).is_some())
    };
    let consumers = checked.touched().into_iter().map(|touched| {
        let mut consumers = step.then.consumers(&environment, name, &touched);
        if consumers.is_empty() {
            // What is gone has no place in the mesh after the step; who reads it is told by the one before.
            consumers = step.now.consumers(&environment, name, &touched);
            consumers.retain(|consumer| !step.about.contains(&consumer.package_name));
        }
        consumers.retain(was_there);
        (touched, consumers)
    });
    let (consumers, silent) = (consumers.collect(), Levels::default());
    let mut report = checked.breaking(step.levels.get(name).unwrap_or(&silent), &consumers);
    let waivers = step.waivers.get(name).map_or(&[][..], Vec::as_slice);
    policy::waive(&mut report, waivers, Some(&sides[0].publication.version), step.today);
    report.findings.retain(|finding| finding.waiver.is_none());
    report.findings
}

fn absent(unmet: &Unmet) -> Option<ReadingKey> {
    let Need::Node { reader, unique_id } = &unmet.need else { return None };
    Some((unmet.consumer.clone(), reader.clone(), unmet.upstream.clone(), unique_id.clone()))
}

fn lost_source(unmet: &Unmet) -> Option<(&PackageName, &PackageName, &UniqueId)> {
    let Need::Relation { unique_id, .. } = &unmet.need else { return None };
    Some((&unmet.consumer, &unmet.upstream, unique_id))
}

fn of_other_type(unmet: &Unmet) -> Option<(ReadingKey, String)> {
    let Need::Type { reader, unique_id, column, .. } = &unmet.need else { return None };
    let reading = (unmet.consumer.clone(), reader.clone(), unmet.upstream.clone(), unique_id.clone());
    Some((reading, column.clone()))
}

/// What a consumer needs that a finding takes from it.
fn needs(finding: &Finding, consumer: &Consumer) -> Vec<Need> {
    let (reader, unique_id) = (consumer.reader.clone(), consumer.unique_id.clone());
    let gone = TAKING_RULES.contains(&finding.rule.as_str());
    match (&finding.column, &consumer.columns) {
        (Some(_), Some(columns)) if gone => {
            let column = |(column, how): (&String, &BTreeSet<_>)| Need::Column {
                reader: reader.clone(),
                unique_id: unique_id.clone(),
                column: column.clone(),
                how: how.clone(),
            };
            columns.iter().map(column).collect()
        }
        (Some(column), None) if gone => {
            vec![Need::ColumnsUnknown { reader, unique_id, gone: BTreeSet::from([column.clone()]) }]
        }
        _ if finding.rule == UNKNOWN_RULE => {
            vec![Need::ColumnsUnknown { reader, unique_id, gone: BTreeSet::new() }]
        }
        _ => vec![Need::Unchanged {
            reader,
            unique_id,
            rule: finding.rule.clone(),
            column: finding.column.clone(),
            message: finding.message.clone(),
        }],
    }
}

fn unmet_by(new: &Member, consumer: &Consumer, need: Need) -> Unmet {
    Unmet {
        consumer: consumer.package_name.clone(),
        consumer_version: consumer.version.clone(),
        consumer_kind: consumer.kind,
        upstream: new.publication.package_name.clone(),
        upstream_version: Some(new.publication.version.clone()),
        need,
        owner: consumer.owner.clone(),
        consumer_environment: None,
    }
}

/// Adds a need; the columns of which it is unknown whether a reader needs them are merged into one.
fn add(found: &mut BTreeMap<(ReadingKey, String), Unmet>, reading: &ReadingKey, unmet: Unmet) {
    let what = match &unmet.need {
        Need::ColumnsUnknown { .. } => UNKNOWN_RULE.to_owned(),
        Need::Column { column, .. } => format!("column {column}"),
        Need::Unchanged { rule, column, message, .. } => format!("{rule} {column:?} {message}"),
        other => format!("{other:?}"),
    };
    match found.get_mut(&(reading.clone(), what.clone())) {
        Some(Unmet { need: Need::ColumnsUnknown { gone, .. }, .. }) => {
            if let Need::ColumnsUnknown { gone: more, .. } = unmet.need {
                gone.extend(more);
            }
        }
        Some(_) => {}
        None => drop(found.insert((reading.clone(), what), unmet)),
    }
}
