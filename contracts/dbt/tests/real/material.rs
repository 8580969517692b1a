//! The real material that tests read. It is other people's work, so it is kept beside the repository, in `../shared/data`
//! or where `WEFT_SHARED_DATA` says. Tests of it are ignored, and are in modules called `shared_tests`: `make real` and
//! `make test` run them where the material is.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

/// The folder of real material.
pub(crate) fn data() -> PathBuf {
    let data = folder();
    assert!(data.is_dir(), "there is no {}: leave these tests ignored, or set WEFT_SHARED_DATA", data.display());
    data
}

/// Where real material is kept, whether or not there is any.
pub(crate) fn folder() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("WEFT_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// Writes past the test harness, which would keep it to itself.
pub(crate) fn tell(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

/// The file's content, decompressed.
pub(crate) fn content(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap();
        return plain;
    }
    bytes
}

/// Every file below a folder whose name ends in one of those ways, sorted.
pub(crate) fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|it| ending == *it)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
