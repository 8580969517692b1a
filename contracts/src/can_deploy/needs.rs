//! What projects and registered consumers need of each other, and what of it is not there.

use crate::{
    api::{Need, Unmet},
    column_name::is_same,
    consumer::{ConsumerRead, ExpectedColumn},
    mesh::{Member, Mesh},
    name::{PackageName, UniqueId},
    publication::{Column, ColumnsRead, How, InterfaceNode, Origin, Publication, Use},
    types::{Comparison, Dialect, compare_texts, compare_with_catalog},
};

/// Everything unmet that a project needs, or that is needed of it.
pub(super) fn unmet(mesh: &Mesh, about: &PackageName) -> Vec<Unmet> {
    let mut found = Vec::new();
    for consumer in mesh.members() {
        let publication = &consumer.publication;
        let concerns = |upstream: &PackageName| publication.package_name == *about || upstream == about;
        for (upstream, requirement) in publication.requires.iter().filter(|(upstream, _)| concerns(upstream)) {
            let Some(there) = mesh.member(upstream) else { continue };
            if !requirement.matches(&there.publication.version) {
                let need = Need::Requirement { requirement: requirement.clone() };
                found.push(told(mesh, publication, &there.publication, need));
            }
        }
        for used in publication.uses.iter().filter(|used| concerns(&used.upstream)) {
            let Some(there) = mesh.member(&used.upstream) else { continue };
            found.extend(of_use(used, there).into_iter().map(|need| told(mesh, publication, &there.publication, need)));
        }
    }
    for (reader, read, columns) in mesh.source_readings(about) {
        let (Some(consumer), Some(there)) = (mesh.member(&reader.0), mesh.member(&read.0)) else { continue };
        // What is not public tells of no columns.
        let Some(node) = there.publication.interface.get(&read.1) else { continue };
        let needs = missing((&reader.1, &read.1), &there.publication, node, columns.as_ref());
        found.extend(needs.into_iter().map(|need| told(mesh, &consumer.publication, &there.publication, need)));
    }
    if let Some(there) = mesh.member(about) {
        for (name, consumer) in mesh.registered() {
            let reads = consumer.reads.iter().filter(|read| read.package_name == *about);
            let needs = reads.flat_map(|read| of_registered(name, read, &there.publication));
            found.extend(needs.map(|need| told_of_registered(mesh, name, &there.publication, need)));
        }
    }
    found
}

/// What a reading needs and its upstream lacks.
fn of_use(used: &Use, upstream: &Member) -> Vec<Need> {
    let (reader, unique_id) = (&used.reader, &used.unique_id);
    let Some(node) = upstream.publication.interface.get(unique_id) else {
        return vec![Need::Node { reader: reader.clone(), unique_id: unique_id.clone() }];
    };
    missing((reader, unique_id), &upstream.publication, node, used.columns.as_ref())
}

/// The columns that are read of a node, and that it surely lacks.
fn missing(
    (reader, unique_id): (&UniqueId, &UniqueId),
    upstream: &Publication,
    node: &InterfaceNode,
    read: Option<&ColumnsRead>,
) -> Vec<Need> {
    let dialect = upstream.dialect();
    let missing = read.into_iter().flatten().filter(|(column, _)| node.lacks(column, dialect));
    let missing = missing.map(|(column, how)| Need::Column {
        reader: reader.clone(),
        unique_id: unique_id.clone(),
        column: column.clone(),
        how: how.clone(),
    });
    missing.collect()
}

/// What a registered consumer needs of a node, and the project lacks.
pub(crate) fn of_registered(name: &PackageName, read: &ConsumerRead, upstream: &Publication) -> Vec<Need> {
    let (reader, unique_id) = (UniqueId::of_consumer(name), read.unique_id.clone());
    let Some(node) = upstream.interface.get(&unique_id) else { return vec![Need::Node { reader, unique_id }] };
    let dialect = upstream.dialect();
    let missing = read.columns.iter().flatten().filter_map(|expected| {
        let (reader, unique_id, column) = (reader.clone(), unique_id.clone(), expected.name.clone());
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
    let is_one = matches!(compare((expected, dialect), (found, dialect)), Comparison::Same | Comparison::Unknown);
    (!is_one).then_some((expected, found))
}

/// The sources of others behind which a node of the project stands now, and no node would.
pub(super) fn lost_sources(now: &Mesh, then: &Mesh, about: &PackageName) -> Vec<Unmet> {
    let Some(upstream) = then.member(about).or_else(|| now.member(about)) else { return Vec::new() };
    let sources = now.sources().into_iter().filter(|(source, behind)| behind.0 == *about && source.0 != *about);
    let lost = sources.filter_map(|(source, behind)| {
        let consumer = then.member(&source.0)?;
        then.behind_source(source).is_none().then(|| {
            let need = Need::Relation { reader: source.1.clone(), unique_id: behind.1.clone() };
            told(then, &consumer.publication, &upstream.publication, need)
        })
    });
    lost.collect()
}

/// What others need of a project that would not be deployed any more.
pub(super) fn left_behind(now: &Mesh, then: &Mesh, about: &PackageName) -> Vec<Unmet> {
    let (Some(gone), None) = (now.member(about), then.member(about)) else { return Vec::new() };
    let gone = &gone.publication;
    let mut left = Vec::new();
    for consumer in then.members() {
        let publication = &consumer.publication;
        let uses = publication.uses.iter().filter(|used| used.upstream == *about);
        let needs = uses.map(|used| Need::Node { reader: used.reader.clone(), unique_id: used.unique_id.clone() });
        let requirement = publication.requires.get(about).cloned();
        let needs = needs.chain(requirement.map(|requirement| Need::Requirement { requirement }));
        left.extend(needs.map(|need| told(then, publication, gone, need)));
    }
    for (name, consumer) in then.registered() {
        let reads = consumer.reads.iter().filter(|read| read.package_name == *about);
        let reader = UniqueId::of_consumer(name);
        let needs = reads.map(|read| Need::Node { reader: reader.clone(), unique_id: read.unique_id.clone() });
        left.extend(needs.map(|need| told_of_registered(then, name, gone, need)));
    }
    left.into_iter().map(|unmet| Unmet { upstream_version: None, ..unmet }).collect()
}

fn told(mesh: &Mesh, consumer: &Publication, upstream: &Publication, need: Need) -> Unmet {
    let package_name = &consumer.package_name;
    let owner = need.reader().and_then(|reader| mesh.owner_name(&(package_name.clone(), reader.clone())));
    Unmet {
        consumer: package_name.clone(),
        consumer_version: Some(consumer.version.clone()),
        consumer_kind: None,
        upstream: upstream.package_name.clone(),
        upstream_version: Some(upstream.version.clone()),
        need,
        owner,
    }
}

fn told_of_registered(mesh: &Mesh, name: &PackageName, upstream: &Publication, need: Need) -> Unmet {
    let node = (name.clone(), UniqueId::of_consumer(name));
    Unmet {
        consumer: name.clone(),
        consumer_version: None,
        consumer_kind: mesh.consumer_kind(&node),
        upstream: upstream.package_name.clone(),
        upstream_version: Some(upstream.version.clone()),
        need,
        owner: mesh.owner_name(&node),
    }
}
