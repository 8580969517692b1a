//! The nodes of an upstream as a dbt engine will know them downstream, and those that it cannot be given.

use std::collections::{BTreeMap, BTreeSet};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use weft_model::{
    digest::{CanonicalError, Digest},
    identifier,
    name::UniqueId,
};
use weft_publication::{InterfaceNode, ModelVersion, ResourceType, relation::Relation};

use crate::{LeftOut, Upstream, Why};

/// A node of the interface with its relation, under the name of the project that published it.
#[derive(Clone, Copy)]
pub(super) struct Injected<'a> {
    pub(super) unique_id: &'a UniqueId,
    pub(super) node: &'a InterfaceNode,
    pub(super) relation: &'a Relation,
    pub(super) package_name: &'a str,
    /// The adapter of the relation.
    pub(super) adapter_type: Option<&'a str>,
}

/// The nodes of the interface that a binding can carry, by unique id, and those that none can.
///
/// Downstream a node belongs to the project that published it, whichever package it came from. So where two packages
/// hold one name, the project's own wins, else the first.
pub(super) fn nodes(upstream: &Upstream) -> (Vec<Injected<'_>>, Vec<LeftOut>) {
    let publication = &upstream.publication;
    let mut homes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (unique_id, node) in &publication.interface {
        homes.entry(&node.name).or_default().insert(home(unique_id, node));
    }
    let own = own_home(upstream);
    let winner = |name: &str| homes.get(name).and_then(|homes| homes.get(own).or_else(|| homes.first())).copied();
    let (mut injected, mut left_out) = (Vec::new(), Vec::new());
    for (unique_id, node) in &publication.interface {
        let why = match upstream.relations.get(unique_id) {
            _ if winner(&node.name) != Some(home(unique_id, node)) => Why::NameTaken,
            None => Why::NoRelation,
            Some(relation) => {
                if let Some(why) = unsafe_name(upstream, node, relation) {
                    why
                } else {
                    let package_name = publication.package_name.as_str();
                    let adapter_type = publication.source.adapter_type.as_deref();
                    injected.push(Injected { unique_id, node, relation, package_name, adapter_type });
                    continue;
                }
            }
        };
        left_out.push(LeftOut { unique_id: unique_id.clone(), why });
    }
    (injected, left_out)
}

/// Why dbt may not be given a node's name or its relation's: what it writes into SQL it does not escape. The registry refuses
/// such names; publications from before it did hold them still.
fn unsafe_name(upstream: &Upstream, node: &InterfaceNode, relation: &Relation) -> Option<Why> {
    let version = node.version.as_ref().map(ToString::to_string);
    let names = [("name", Some(&node.name)), ("version", version.as_ref())];
    let names = names.into_iter().filter_map(|(part, name)| Some((part, name?)));
    let of_node = names.map(|(part, name)| identifier::hold_relation_part(name).map_err(|error| (part, error)));
    if let Some((part, error)) = of_node.chain([relation.hold()]).find_map(Result::err) {
        return Some(Why::NotAName { part, error });
    }
    (!upstream.is_quoted && !relation.is_safe_without_quotes()).then_some(Why::NeedsQuotes)
}

/// The package that is the project itself: of the publication's name, or, published under another, of most nodes.
fn own_home(upstream: &Upstream) -> &str {
    let package_name = upstream.publication.package_name.as_str();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (unique_id, node) in &upstream.publication.interface {
        *sizes.entry(home(unique_id, node)).or_default() += 1;
    }
    if sizes.contains_key(package_name) {
        return package_name;
    }
    sizes.into_iter().rev().max_by_key(|(_, size)| *size).map_or(package_name, |(home, _)| home)
}

/// dbt's word for the kind of node, as unique ids begin.
pub(super) fn kind(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::Model => "model",
        ResourceType::Seed => "seed",
        ResourceType::Snapshot => "snapshot",
    }
}

/// The package between the kind and the name of a unique id. Nothing is split at dots: both ends are known.
fn home<'a>(unique_id: &'a UniqueId, node: &InterfaceNode) -> &'a str {
    let id = unique_id.as_str();
    let rest = id.strip_prefix(kind(node.resource_type)).and_then(|rest| rest.strip_prefix('.')).unwrap_or(id);
    let end = format!(".{}", node.name);
    match &node.version {
        Some(_) => rest.rfind(&format!("{end}.v")).map_or(rest, |at| &rest[..at]),
        None => rest.strip_suffix(&end).unwrap_or(rest),
    }
}

impl Injected<'_> {
    /// The unique id that the engine makes of it downstream: upstream's own, but for nodes published under another name.
    pub(super) fn id(&self) -> String {
        self.id_as(self.node.resource_type)
    }

    /// The same, where the binding makes another kind of it.
    pub(super) fn id_as(&self, resource_type: ResourceType) -> String {
        let id = format!("{}.{}.{}", kind(resource_type), self.package_name, self.node.name);
        self.version().map_or(id.clone(), |version| format!("{id}.v{version}"))
    }

    /// The model version as the unique id writes it: `1.0` stays `1.0`, though as a JSON number it is `1`.
    pub(super) fn version(&self) -> Option<String> {
        let version = self.node.version.as_ref()?;
        let end = format!(".{}.v", self.node.name);
        let in_id = self.unique_id.as_str().rsplit_once(end.as_str()).map(|(_, version)| version);
        Some(in_id.map_or_else(|| version.to_string(), str::to_owned))
    }

    /// The version that an unversioned `ref()` means, as [`Self::version`] writes it.
    pub(super) fn latest_version(&self) -> Option<String> {
        match &self.node.latest_version {
            latest if *latest == self.node.version => self.version(),
            latest => latest.as_ref().map(ModelVersion::to_string),
        }
    }

    /// `deprecation_date` with a time and a zone, because dbt compares it with the present. Absent if it is not a date.
    pub(super) fn deprecation_date(&self) -> Option<String> {
        let date = self.node.deprecation_date.as_deref()?.trim().replacen(' ', "T", 1);
        let spellings = [date.clone(), format!("{date}Z"), format!("{date}T00:00:00Z")];
        spellings.into_iter().find(|spelling| OffsetDateTime::parse(spelling, &Rfc3339).is_ok())
    }

    /// A timestamp that represents what a reader of the node sees: it differs if the SQL, the columns or the relation
    /// differ.
    ///
    /// dbt computes the checksum of an injected node only from its id and `generated_at`. With the time of the run
    /// every upstream run would mark every reader as modified; with this, only a change does.
    pub(super) fn stamp(&self) -> Result<String, CanonicalError> {
        let columns: Vec<_> = self.node.columns.iter().map(|column| (&column.name, &column.data_type)).collect();
        let digest = Digest::hash(&(&self.node.checksum, columns, self.node.contract.enforced, self.relation))?;
        // 30 bits of seconds after 2000-01-01: some 34 years.
        let seconds = i64::from_str_radix(&digest.hex()[..8], 16).unwrap_or_default() >> 2;
        let time = OffsetDateTime::from_unix_timestamp(946_684_800 + seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(time.format(&Rfc3339).unwrap_or_default())
    }

    /// The relation's full name, built from its parts.
    pub(super) fn relation_name(&self) -> String {
        self.relation.rendered(self.adapter_type)
    }
}
