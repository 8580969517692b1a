//! Tarballs: the `package` binding, gzipped tar, the same bytes on every machine.

use std::{collections::BTreeSet, io};

use bytes::Bytes;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use semver::Version;
use tar::{Builder, EntryType, Header};
use weft_bindings::{Files, package};
use weft_model::name::PackageName;

use crate::{
    body::aside, documents::TaggedDocument, error::ApiError, handlers::upstream::upstream, state::AppState,
    store::DeployedVersion,
};

/// Of what a tarball is made of, and of who makes it.
pub(super) fn etag(package_name: &PackageName, version: &Version, deployed: &DeployedVersion) -> String {
    format!("{package_name}-{version}-{}-weft-{}", deployed.relations_digest.hex(), env!("CARGO_PKG_VERSION"))
}

/// The tarball of a version as it was last deployed, from memory where it was asked for before.
pub(super) async fn tarball(
    state: &AppState,
    package_name: &PackageName,
    version: &Version,
    deployed: &DeployedVersion,
    etag: &str,
) -> Result<TaggedDocument, ApiError> {
    let key = format!("tarball {etag}");
    if let Some(document) = state.documents.get(&key) {
        return Ok(document);
    }
    let upstream = upstream(state, package_name, version, &deployed.relations_digest).await?;
    let folder = format!("{package_name}-{version}");
    let bytes = aside(move || pack(&folder, &package::files(&upstream, None)))
        .await?
        .map_err(|error| ApiError::internal(&error))?;
    let document = TaggedDocument { etag: etag.to_owned(), bytes: Bytes::from(bytes) };
    state.documents.keep(key, document.clone());
    Ok(document)
}

/// Files below one top folder. Every folder has an entry of its own: some engines make none by themselves.
fn pack(top: &str, files: &Files) -> io::Result<Vec<u8>> {
    let gzip: GzEncoder<Vec<u8>> = GzBuilder::new().mtime(0).write(Vec::new(), Compression::new(6));
    let mut tar = Builder::new(gzip);
    for folder in folders(top, files) {
        let mut header = header(EntryType::Directory, 0o755, 0);
        tar.append_data(&mut header, format!("{folder}/"), io::empty())?;
    }
    for (path, content) in files {
        let mut header = header(EntryType::Regular, 0o644, content.len() as u64);
        tar.append_data(&mut header, format!("{top}/{path}"), content.as_bytes())?;
    }
    tar.into_inner()?.finish()
}

fn folders(top: &str, files: &Files) -> BTreeSet<String> {
    let mut folders = BTreeSet::from([top.to_owned()]);
    for path in files.keys() {
        for (end, _) in path.match_indices('/') {
            folders.insert(format!("{top}/{}", &path[..end]));
        }
    }
    folders
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_tarball_holds_one_top_folder_with_entries_for_folders_and_no_time_or_user() {
        let long = format!("models/{}.sql", "x".repeat(200));
        let files: Files = [("dbt_project.yml", "name: a"), ("models/b.sql", "select 1"), (&long, "select 2")]
            .map(|(path, content)| (path.to_owned(), content.to_owned()))
            .into();
        let packed = pack("a-1.0.0", &files).unwrap();
        assert_eq!(packed, pack("a-1.0.0", &files).unwrap());
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&packed[..]));
        let mut seen = Vec::new();
        for entry in tar.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header().clone();
            assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (0, 0, 0));
            let path = entry.path().unwrap().display().to_string();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            seen.push((path, header.mode().unwrap(), content));
        }
        let expected = [
            ("a-1.0.0/", 0o755, ""),
            ("a-1.0.0/models/", 0o755, ""),
            ("a-1.0.0/dbt_project.yml", 0o644, "name: a"),
            ("a-1.0.0/models/b.sql", 0o644, "select 1"),
            (&format!("a-1.0.0/{long}"), 0o644, "select 2"),
        ];
        let expected: Vec<_> = expected.map(|(path, mode, content)| (path.to_owned(), mode, content.to_owned())).into();
        assert_eq!(seen, expected);
    }
}
