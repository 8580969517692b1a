//! The readers that a change reaches, in the form of the API.

use std::collections::BTreeSet;

use weft_api::{Consumer, NodeName, Readers, TouchedNode};
use weft_model::{
    column_name::is_same,
    graph::MeshNode,
    name::{EnvironmentName, PackageName},
};
use weft_publication::{How, Inputs};

use crate::mesh::{Mesh, MeshReader, Reached, Touch, growth::Effect};

impl Mesh {
    /// The readers that a change of a project's node reaches in this environment, by project, reader and node.
    pub fn consumers(
        &self,
        environment: &EnvironmentName,
        package_name: &PackageName,
        touched: &TouchedNode,
    ) -> Vec<Consumer> {
        let start = (package_name.clone(), touched.unique_id.clone());
        let column = touched.column.as_deref();
        let reached = match touched.readers {
            Readers::None => return Vec::new(),
            Readers::All => {
                let touch = touched.column.as_deref();
                let touch = touch.map_or(Touch::Whole, |column| Touch::column(column, self.dialect_of(package_name)));
                self.reached(&start, touch, |_| true)
            }
            Readers::Star => self.reached(&start, Touch::Whole, |reader| reader.star),
            Readers::ByName => self.reached(&start, Touch::Whole, |reader| {
                // A registered consumer names the node, whatever it reads it by.
                !reader.via.is_by_place() || self.is_registered(reader.node)
            }),
            Readers::ByPlace => self.reached(&start, Touch::Whole, |reader| reader.via.is_by_place()),
            Readers::Unpinned => self.reached(&start, Touch::Whole, |reader| reader.unpinned),
            Readers::Counting => self.grown_upon(&start, column, Effect::Counts),
            Readers::Fixed => self.grown_upon(&start, column, Effect::LacksInContract),
            Readers::Ambiguous => self.grown_upon(&start, column, Effect::IsAmbiguous),
            Readers::Capturing => self.grown_upon(&start, column, Effect::Captures),
            Readers::Placing => self.grown_upon(&start, column, Effect::Misplaces(touched.moved)),
        };
        // What comes of a new column, or of another version, further down cannot be told from here.
        let passes_on = matches!(touched.readers, Readers::All | Readers::ByName | Readers::ByPlace);
        let is_direct = |reached: &Reached| passes_on || reached.through.is_empty();
        let reached = reached.into_iter().filter(is_direct);
        reached.filter_map(|reached| self.consumer(environment, touched.column.as_deref(), reached)).collect()
    }

    /// Who reads any node of a project in this environment, itself and not through others; by project, reader and node.
    pub fn readers_of_project(&self, environment: &EnvironmentName, package_name: &PackageName) -> Vec<Consumer> {
        let positions = self.of_project(package_name);
        let mut readings: Vec<_> = positions
            .flat_map(|read| self.readers[read].iter().map(move |reader| (reader, read)))
            .filter(|(reader, _)| self.nodes[reader.node].0 != *package_name || self.is_registered(reader.node))
            .collect();
        readings.sort_by_key(|(reader, read)| (reader.node, *read));
        let reached = |(reader, read): (&MeshReader, usize)| Reached {
            reader: self.nodes[reader.node].clone(),
            read: self.nodes[read].clone(),
            via: reader.via,
            columns: self.columns(reader),
            star: reader.star,
            through: Vec::new(),
        };
        readings.into_iter().map(reached).filter_map(|reached| self.consumer(environment, None, reached)).collect()
    }

    fn consumer(&self, environment: &EnvironmentName, column: Option<&str>, reached: Reached) -> Option<Consumer> {
        let declared = column.and_then(|column| self.declared(&reached, column));
        let kind = self.consumer_kind(&reached.reader);
        let version = match kind {
            Some(_) => None,
            None => Some(self.member(&reached.reader.0)?.publication.version.clone()),
        };
        let owner = self.owner_name(&reached.reader);
        let roles = self.roles(&reached.reader);
        let (package_name, reader) = reached.reader;
        Some(Consumer {
            package_name,
            version,
            kind,
            environment: environment.clone(),
            reader,
            unique_id: reached.read.1,
            owner,
            via: kind.is_none().then_some(reached.via),
            columns: reached.columns,
            roles,
            declared,
            star: reached.star,
            through: reached.through.into_iter().map(name).collect(),
        })
    }

    /// The type under which a reader's own enforced contract passes a column on, or that a registered consumer expects.
    fn declared(&self, reached: &Reached, column: &str) -> Option<String> {
        let dialect = self.dialect_of(&reached.read.0);
        if let Some(consumer) = self.registered_consumer(&reached.reader) {
            let (package_name, unique_id) = &reached.read;
            let reads = consumer.reads.iter();
            let mut of_node = reads.filter(|read| read.package_name == *package_name && read.unique_id == *unique_id);
            let expected = of_node.find_map(|read| {
                read.columns.iter().flatten().find(|expected| is_same(&expected.name, column, dialect))
            });
            return expected?.data_type.clone();
        }
        let publication = &self.member(&reached.reader.0)?.publication;
        let node = publication.interface.get(&reached.reader.1).filter(|node| node.contract.enforced)?;
        let reading = publication.lineage.get(&reached.reader.1)?.reading.as_ref()?;
        let passed_on = |inputs: &Inputs| {
            let mut read = inputs.iter().filter(|(id, _)| self.is_read_as(&reached.reader.0, id, &reached.read));
            read.any(|(_, columns)| {
                columns.iter().any(|(name, how)| is_same(name, column, dialect) && *how <= How::Renamed)
            })
        };
        let (output, _) = reading.columns.iter().find(|(_, inputs)| passed_on(inputs))?;
        let own = self.dialect_of(&reached.reader.0);
        let output = node.columns.iter().find(|column| is_same(&column.name, output, own))?;
        output.data_type.clone()
    }

    /// The roles with which a node reads, if known. An exposure is not part of dbt, and reads with its own role.
    fn roles(&self, node: &MeshNode) -> BTreeSet<String> {
        if let Some(consumer) = self.registered_consumer(node) {
            return consumer.roles.iter().map(ToString::to_string).collect();
        }
        let Some(member) = self.member(&node.0) else { return BTreeSet::new() };
        let is_exposure = member.publication.exposures.contains_key(&node.1);
        if is_exposure { BTreeSet::new() } else { member.publication.roles.clone() }
    }

    /// The owner of a node or exposure as one text: its name, else an address. For a node without a group the owners of
    /// the exposures downstream are not guessed.
    pub fn owner_name(&self, node: &MeshNode) -> Option<String> {
        if let Some(consumer) = self.registered_consumer(node) {
            return Some(consumer.owner.to_string());
        }
        let owner = self.owner(node)?;
        let name = owner.name.as_deref().filter(|name| !name.is_empty());
        name.or_else(|| owner.addresses().next()).map(str::to_owned)
    }
}

fn name((package_name, unique_id): MeshNode) -> NodeName {
    NodeName { package_name, unique_id }
}
