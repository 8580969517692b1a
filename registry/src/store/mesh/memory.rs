//! The caches of environments.
//!
//! They contain only what is committed, under digests of its content. What a transaction reads or computes is kept
//! apart until the commit: a dry run, a refusal and a failed commit leave nothing behind.

use std::{collections::HashMap, sync::Arc};

use weft_mesh::mesh::{Member, Registered};
use weft_model::digest::Digest;

use crate::{recent::Recent, store::mesh::surroundings::Surroundings};

/// How many bytes of documents are kept as they were read; what they were read into takes about three times as much.
const DOCUMENTS: usize = 128 * 1024 * 1024;
/// How many meshes are kept.
const MESHES: usize = 8;

/// What is kept of committed environments.
#[derive(Debug)]
pub(in crate::store) struct Memory {
    members: Recent<Member>,
    registered: Recent<Registered>,
    meshes: Recent<Arc<Surroundings>>,
    /// Locked while a mesh is built outside of any transaction, so that it is built once.
    pub(super) making: tokio::sync::Mutex<()>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            members: Recent::new(DOCUMENTS, DOCUMENTS / 2),
            registered: Recent::new(DOCUMENTS / 16, DOCUMENTS / 16),
            meshes: Recent::new(MESHES, 1),
            making: tokio::sync::Mutex::default(),
        }
    }
}

impl Memory {
    /// The mesh of a digest.
    pub(super) fn mesh(&self, digest: &Digest) -> Option<Arc<Surroundings>> {
        self.meshes.get(&digest.to_string())
    }

    /// Begins to read or write: what is learned on the way is kept when the caller says so.
    pub(in crate::store) fn learn(&self) -> Learned<'_> {
        Learned { memory: self, members: HashMap::new(), registered: HashMap::new(), meshes: Vec::new() }
    }
}

/// What one transaction has read and worked out, beside what is kept already. Dropped, it leaves nothing.
#[derive(Debug)]
pub(in crate::store) struct Learned<'m> {
    memory: &'m Memory,
    /// With their sizes in bytes.
    members: HashMap<String, (Member, usize)>,
    registered: HashMap<String, (Registered, usize)>,
    meshes: Vec<Arc<Surroundings>>,
}

impl Learned<'_> {
    pub(super) fn member(&self, key: &str) -> Option<Member> {
        self.members.get(key).map(|(member, _)| member.clone()).or_else(|| self.memory.members.get(key))
    }

    pub(super) fn add_member(&mut self, key: String, member: Member, size: usize) {
        self.members.insert(key, (member, size));
    }

    pub(super) fn registered(&self, key: &str) -> Option<Registered> {
        self.registered.get(key).map(|(registered, _)| registered.clone()).or_else(|| self.memory.registered.get(key))
    }

    pub(super) fn add_registered(&mut self, key: String, registered: Registered, size: usize) {
        self.registered.insert(key, (registered, size));
    }

    pub(super) fn mesh(&self, digest: &Digest) -> Option<Arc<Surroundings>> {
        let own = self.meshes.iter().find(|mesh| mesh.digest == *digest);
        own.cloned().or_else(|| self.memory.mesh(digest))
    }

    pub(in crate::store) fn add_mesh(&mut self, surroundings: Surroundings) -> Arc<Surroundings> {
        let surroundings = Arc::new(surroundings);
        self.meshes.push(Arc::clone(&surroundings));
        surroundings
    }

    /// Keeps it all: what was read outside of any transaction, or in one that is committed.
    pub(in crate::store) fn keep(self) {
        let Self { memory, members, registered, meshes } = self;
        for (key, (member, size)) in members {
            memory.members.keep(key, member, size);
        }
        for (key, (consumer, size)) in registered {
            memory.registered.keep(key, consumer, size);
        }
        for mesh in meshes {
            memory.meshes.keep(mesh.digest.to_string(), mesh, 1);
        }
    }
}
