//! Whom a change reaches, as it is told.

use std::collections::BTreeMap;

use crate::{
    api::{Consumer, NodeName, Readers, TouchedNode},
    graph::MeshNode,
    mesh::{Mesh, Reached, Touch},
    name::{EnvironmentName, PackageName, UniqueId},
    publication::How,
};

impl Mesh {
    /// Whom a change of a project's node reaches in this environment, by project, reader and node.
    pub fn consumers(
        &self,
        environment: &EnvironmentName,
        package_name: &PackageName,
        touched: &TouchedNode,
    ) -> Vec<Consumer> {
        let start = (package_name.clone(), touched.unique_id.clone());
        let reached = match touched.readers {
            Readers::None => return Vec::new(),
            Readers::All => {
                let touch = touched.column.as_deref().map_or(Touch::Whole, Touch::column);
                self.reached(&start, touch, |_| true)
            }
            Readers::Star => self.reached(&start, Touch::Whole, |reader| reader.star),
            Readers::Unpinned => self.reached(&start, Touch::Whole, |reader| reader.unpinned),
        };
        // What comes of a new column, or of another version, further down cannot be told from here.
        let is_direct = |reached: &Reached| touched.readers == Readers::All || reached.through.is_empty();
        let reached = reached.into_iter().filter(is_direct);
        reached.filter_map(|reached| self.consumer(environment, touched, reached)).collect()
    }

    fn consumer(&self, environment: &EnvironmentName, touched: &TouchedNode, reached: Reached) -> Option<Consumer> {
        let declared = touched.column.as_deref().and_then(|column| self.declared(&reached, column));
        let version = self.member(&reached.reader.0)?.publication.version.clone();
        let owner = self.owner_name(&reached.reader);
        let (package_name, reader) = reached.reader;
        Some(Consumer {
            package_name,
            version,
            environment: environment.clone(),
            reader,
            unique_id: reached.read.1,
            owner,
            via: Some(reached.via),
            columns: reached.columns,
            declared,
            star: reached.star,
            through: reached.through.into_iter().map(name).collect(),
        })
    }

    /// The type under which a reader's own enforced contract passes a column on.
    fn declared(&self, reached: &Reached, column: &str) -> Option<String> {
        let publication = &self.member(&reached.reader.0)?.publication;
        let node = publication.interface.get(&reached.reader.1).filter(|node| node.contract.enforced)?;
        let reading = publication.lineage.get(&reached.reader.1)?.reading.as_ref()?;
        let passed_on = |inputs: &BTreeMap<UniqueId, BTreeMap<String, How>>| {
            let mut read = inputs.iter().filter(|(id, _)| self.is_read_as(&reached.reader.0, id, &reached.read));
            read.any(|(_, columns)| {
                columns.iter().any(|(name, how)| name.eq_ignore_ascii_case(column) && *how <= How::Renamed)
            })
        };
        let (output, _) = reading.columns.iter().find(|(_, inputs)| passed_on(inputs))?;
        let output = node.columns.iter().find(|column| column.name.eq_ignore_ascii_case(output))?;
        output.data_type.clone()
    }

    /// Who answers for a node, as one text: its owner's name, else an address; of a node that is in no group the owners
    /// of the exposures made of it are not guessed.
    pub fn owner_name(&self, node: &MeshNode) -> Option<String> {
        let owner = self.owner(node)?;
        let address = || {
            let email = owner.email.as_ref()?;
            email.as_str().or_else(|| email.as_array()?.first()?.as_str()).map(str::to_owned)
        };
        owner.name.clone().or_else(address).filter(|name| !name.is_empty())
    }
}

fn name((package_name, unique_id): MeshNode) -> NodeName {
    NodeName { package_name, unique_id }
}
