//! Cycles of nodes across projects: refused before they are deployed.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    graph::{self, Cycle, Edges},
    name::{EnvironmentName, PackageName},
    publication::Publication,
};

use crate::store::{
    deploy::read_document,
    error::StoreError,
    publications::read_back,
    sql,
    transaction::{Write, on_transaction},
};

impl Write {
    /// Refuses a publication with which a node would read itself through other projects of the environment.
    ///
    /// A new cycle needs an edge out of this project, so whoever reads nothing is let through at once; the others take
    /// turns, since two deployments at the same time may each bring half of a cycle.
    pub(super) async fn refuse_cycle(
        &mut self,
        publication: &Publication,
        environment: &EnvironmentName,
    ) -> Result<(), StoreError> {
        let upstreams: BTreeSet<PackageName> = foreign_upstreams(publication).cloned().collect();
        if upstreams.is_empty() {
            return Ok(());
        }
        on_transaction!(self, |connection| sqlx::query(sql::TAKE_TURN)
            .bind(environment.as_str())
            .execute(connection)
            .await
            .map(drop))?;
        let mut reads = self.reading_projects(environment).await?;
        reads.insert(publication.package_name.clone(), upstreams);
        let around = projects_around(&publication.package_name, &reads);
        let mut edges = Edges::new();
        for package_name in around {
            if package_name == publication.package_name {
                graph::add(publication, &mut edges);
            } else if let Some(document) = self.deployed_document(environment, &package_name).await? {
                graph::add(&read_document(&package_name, &document)?, &mut edges);
            }
        }
        graph::order(&edges)
            .map(drop)
            .map_err(|Cycle(path)| StoreError::NodeCycle { environment: environment.clone(), path })
    }

    async fn reading_projects(&mut self, environment: &EnvironmentName) -> Result<Edges<PackageName>, StoreError> {
        let rows: Vec<(String, String)> = on_transaction!(self, |connection| sqlx::query_as(sql::READING_PROJECTS)
            .bind(environment.as_str())
            .fetch_all(connection)
            .await)?;
        let mut reads = Edges::new();
        for (reader, upstream) in &rows {
            let upstreams: &mut BTreeSet<_> = reads.entry(read_back("a project name", reader)?).or_default();
            upstreams.insert(read_back("a project name", upstream)?);
        }
        Ok(reads)
    }

    async fn deployed_document(
        &mut self,
        environment: &EnvironmentName,
        package_name: &PackageName,
    ) -> Result<Option<String>, StoreError> {
        Ok(on_transaction!(self, |connection| sqlx::query_scalar(sql::DEPLOYED_DOCUMENT)
            .bind(environment.as_str())
            .bind(package_name.as_str())
            .fetch_optional(connection)
            .await)?)
    }
}

fn foreign_upstreams(publication: &Publication) -> impl Iterator<Item = &PackageName> {
    let built_from = publication.uses.iter().filter(|used| used.via.is_built_from());
    built_from.map(|used| &used.upstream).filter(|upstream| **upstream != publication.package_name)
}

/// The projects that lie on a cycle of projects through `start`: only their nodes can be on a cycle of nodes with its own.
fn projects_around(start: &PackageName, reads: &Edges<PackageName>) -> BTreeSet<PackageName> {
    let mut read_by: Edges<PackageName> = BTreeMap::new();
    for (reader, upstreams) in reads {
        for upstream in upstreams {
            read_by.entry(upstream.clone()).or_default().insert(reader.clone());
        }
    }
    &reachable(start, reads) & &reachable(start, &read_by)
}

/// What can be reached from `start` over at least one edge.
fn reachable(start: &PackageName, edges: &Edges<PackageName>) -> BTreeSet<PackageName> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for next in edges.get(name).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projects(edges: &[(&str, &str)]) -> Edges<PackageName> {
        let mut reads = Edges::new();
        for (reader, upstream) in edges {
            reads.entry(reader.parse().unwrap()).or_insert_with(BTreeSet::new).insert(upstream.parse().unwrap());
        }
        reads
    }

    #[test]
    fn only_the_projects_on_a_cycle_are_looked_into() {
        let around = |edges: &[(&str, &str)]| {
            let around = projects_around(&"a".parse().unwrap(), &projects(edges));
            around.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(around(&[("a", "b"), ("b", "c")]), "");
        assert_eq!(around(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("b", "e")]), "a b c");
        assert_eq!(around(&[("b", "c"), ("c", "b"), ("a", "b")]), "");
    }
}
