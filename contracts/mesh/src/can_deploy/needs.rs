//! What projects and registered consumers need of each other in one state of an environment, and what of it is not there.

use std::{borrow::Cow, collections::BTreeSet};

use weft_api::{
    Need, Unmet,
    consumer::{ConsumerRead, ExpectedColumn},
};
use weft_model::{
    column_name::is_same,
    graph::MeshNode,
    name::{PackageName, UniqueId},
    types::{Dialect, TypeComparison, compare_texts, compare_with_catalog},
};
use weft_publication::{Column, How, Origin, Publication, Via, interface::lack, is_by_star};

use crate::mesh::{Crossing, Mesh};

/// Everything unmet that some projects need, or that is needed of them.
pub(super) fn unmet(mesh: &Mesh, about: &BTreeSet<PackageName>) -> Vec<Unmet> {
    let mut found = requirements(mesh, about);
    for crossing in mesh.crossings(about).filter(|crossing| !crossing.is_registered) {
        found.extend(of_crossing(mesh, &crossing).into_iter().map(|need| crossing.unmet(mesh, need)));
    }
    for (name, consumer) in mesh.registered() {
        for read in consumer.reads.iter().filter(|read| about.contains(&read.package_name)) {
            let needs = match mesh.member(&read.package_name) {
                Some(there) => of_registered(name, read, &there.publication),
                None => {
                    vec![Need::Node { reader: UniqueId::for_consumer(name), unique_id: read.unique_id.clone() }]
                }
            };
            let node = (name.clone(), UniqueId::for_consumer(name));
            found.extend(needs.into_iter().map(|need| told(mesh, (&node, true), &read.package_name, need)));
        }
    }
    found
}

/// The versions that are asked for and are not there.
fn requirements(mesh: &Mesh, about: &BTreeSet<PackageName>) -> Vec<Unmet> {
    let mut found = Vec::new();
    for consumer in mesh.members() {
        let Publication { package_name, version, requires, .. } = &*consumer.publication;
        let is_about = about.contains(package_name);
        for (upstream, requirement) in requires.iter().filter(|(upstream, _)| is_about || about.contains(*upstream)) {
            let there = mesh.member(upstream).map(|member| &member.publication.version);
            if there.is_none_or(|there| !requirement.matches(there)) {
                found.push(Unmet {
                    consumer: package_name.clone(),
                    consumer_version: Some(version.clone()),
                    consumer_kind: None,
                    upstream: upstream.clone(),
                    upstream_version: there.cloned(),
                    need: Need::Requirement { requirement: requirement.clone() },
                    owner: None,
                    consumer_environment: None,
                });
            }
        }
    }
    found
}

/// What a reading needs and its upstream surely lacks.
fn of_crossing(mesh: &Mesh, crossing: &Crossing<'_>) -> Vec<Need> {
    let (reader, unique_id) = (&crossing.reader.1, &crossing.read.1);
    let upstream = mesh.member(&crossing.read.0).map(|member| &member.publication);
    let node = upstream.and_then(|upstream| upstream.interface.get(unique_id));
    if node.is_none() && matches!(crossing.via(), Via::Ref | Via::Test) {
        return vec![Need::Node { reader: reader.clone(), unique_id: unique_id.clone() }];
    }
    // What stands in a relation need not be public: then its columns are told, where they are known.
    let hidden = || upstream?.lineage.get(unique_id)?.shape_columns();
    let known = node.map(|node| Cow::Borrowed(&node.columns)).or_else(|| hidden().map(Cow::Owned)).unwrap_or_default();
    let dialect = upstream.map_or(Dialect::Generic, |upstream| upstream.dialect());
    let read = mesh.columns(crossing.reading).unwrap_or_default();
    let is_by_star = crossing.reading.star && node.is_some_and(|node| is_by_star(node, &read, dialect));
    let missing = read.into_iter().filter_map(|(column, how)| {
        let (reader, unique_id) = (reader.clone(), unique_id.clone());
        if node.is_some_and(|node| node.is_unbuilt(&column, dialect)) {
            return (!is_by_star).then_some(Need::ColumnUnbuilt { reader, unique_id, column, how });
        }
        lack(&known, &column, dialect).then_some(Need::Column { reader, unique_id, column, how })
    });
    missing.collect()
}

/// What a registered consumer needs of a node, and the project lacks.
pub(super) fn of_registered(name: &PackageName, read: &ConsumerRead, upstream: &Publication) -> Vec<Need> {
    let (reader, unique_id) = (UniqueId::for_consumer(name), read.unique_id.clone());
    let Some((_, node)) = upstream.found_by_ref(&unique_id) else { return vec![Need::Node { reader, unique_id }] };
    let dialect = upstream.dialect();
    let missing = read.columns.iter().flatten().filter_map(|expected| {
        let (reader, unique_id, column) = (reader.clone(), unique_id.clone(), expected.name.clone());
        if node.is_unbuilt(&column, dialect) {
            return Some(Need::ColumnUnbuilt { reader, unique_id, column, how: [How::AsIs].into() });
        }
        match node.columns.iter().find(|known| is_same(&known.name, &column, dialect)) {
            Some(known) => other_type(expected, known, dialect).map(|(expected, found)| Need::Type {
                reader,
                unique_id,
                column,
                expected: expected.to_owned(),
                found: found.to_owned(),
            }),
            None if node.lacks(&column, dialect) => {
                Some(Need::Column { reader, unique_id, column, how: [How::AsIs].into() })
            }
            None => None,
        }
    });
    missing.collect()
}

/// The type that is expected of a column and the one that it has, where they are surely not one.
fn other_type<'c>(expected: &'c ExpectedColumn, known: &'c Column, dialect: Dialect) -> Option<(&'c str, &'c str)> {
    let (expected, found) = (expected.data_type.as_deref()?, known.data_type.as_deref()?);
    let compare = if known.origin == Origin::Catalog { compare_with_catalog } else { compare_texts };
    let is_one = matches!(
        compare((expected, dialect), (found, dialect)),
        TypeComparison::Same | TypeComparison::Reordered | TypeComparison::SizeUnknown | TypeComparison::Unknown
    );
    (!is_one).then_some((expected, found))
}

/// The sources of other projects that match a node of the projects now and would match none.
pub(super) fn lost_sources(now: &Mesh, then: &Mesh, about: &BTreeSet<PackageName>) -> Vec<Unmet> {
    let sources = now.sources().into_iter();
    let sources = sources.filter(|(source, behind)| about.contains(&behind.0) && !about.contains(&source.0));
    let lost = sources.filter(|(source, _)| then.member(&source.0).is_some() && then.behind_source(source).is_none());
    let lost = lost.map(|(source, behind)| {
        let need = Need::Relation { reader: source.1.clone(), unique_id: behind.1.clone() };
        told(then, (source, false), &behind.0, need)
    });
    lost.collect()
}

impl Crossing<'_> {
    /// The needs that are not met, in the form of the API.
    pub(super) fn unmet(&self, mesh: &Mesh, need: Need) -> Unmet {
        told(mesh, (self.reader, self.is_registered), &self.read.0, need)
    }
}

/// A need of a reader, who may be a registered consumer, that a project does not meet.
fn told(mesh: &Mesh, (reader, is_registered): (&MeshNode, bool), upstream: &PackageName, need: Need) -> Unmet {
    let version = |name: &PackageName| mesh.member(name).map(|member| member.publication.version.clone());
    Unmet {
        consumer: reader.0.clone(),
        consumer_version: if is_registered { None } else { version(&reader.0) },
        consumer_kind: mesh.consumer_kind(reader).filter(|_| is_registered),
        upstream: upstream.clone(),
        upstream_version: version(upstream),
        need,
        owner: mesh.owner_name(reader),
        consumer_environment: None,
    }
}
