//! What the entries of a manifest say of the files that they were read from, gathered section by section.

use std::collections::BTreeMap;

use serde::de::{MapAccess, SeqAccess};

use crate::{
    artifact::lenient::{Item, Lenient},
    manifest::{
        files::{Claim, ManifestFiles},
        raw::{RawChecksum, RawExposure, RawFile, RawMacro, RawNode, RawUnitTest},
    },
};

/// What some previews of Fusion write instead of a text that is not available.
const PLACEHOLDER: &str = "--placeholder--";

/// What entries say of files: package, path, claim.
#[derive(Default)]
pub(super) struct OfFiles {
    claims: Vec<(Box<str>, Box<str>, Claim)>,
    /// Package and folder of those entries that say where their project was.
    roots: Vec<(Box<str>, Box<str>)>,
}

impl OfFiles {
    pub(super) fn extend(&mut self, other: Self) {
        self.claims.extend(other.claims);
        self.roots.extend(other.roots);
    }

    /// Adds what a node says.
    pub(super) fn add_node(&mut self, raw: &RawNode) {
        self.add(RawFile {
            resource_type: raw.resource_type.clone(),
            package_name: raw.package_name.clone(),
            name: raw.name.clone(),
            original_file_path: raw.original_file_path.clone(),
            patch_path: raw.patch_path.clone(),
            root_path: raw.root_path.clone(),
            checksum: RawChecksum { name: raw.checksum.name.clone(), checksum: raw.checksum.checksum.clone() },
            raw_code: raw.raw_code.clone(),
            ..RawFile::default()
        });
    }

    /// Adds what a macro says, and takes its text.
    pub(super) fn add_macro(&mut self, raw: &mut RawMacro) {
        self.add(RawFile {
            package_name: raw.package_name.clone(),
            name: raw.name.take(),
            original_file_path: raw.original_file_path.take(),
            patch_path: raw.patch_path.take(),
            macro_sql: raw.macro_sql.take(),
            ..RawFile::default()
        });
    }

    /// Adds what an exposure says.
    pub(super) fn add_exposure(&mut self, raw: &RawExposure) {
        self.add(RawFile {
            package_name: raw.package_name.clone(),
            original_file_path: raw.original_file_path.clone(),
            ..RawFile::default()
        });
    }

    /// Adds what a unit test says.
    pub(super) fn add_unit_test(&mut self, raw: &RawUnitTest) {
        self.add(RawFile {
            package_name: raw.package_name.clone(),
            original_file_path: raw.original_file_path.clone(),
            ..RawFile::default()
        });
    }

    fn add(&mut self, raw: RawFile) {
        let Some(package) = raw.package_name.clone().filter(|name| !name.is_empty()) else { return };
        if let Some(root) = raw.root_path.clone().filter(|root| !root.is_empty()) {
            self.roots.push((package.clone(), root));
        }
        if let Some((of, path)) = raw.patch_path.as_deref().and_then(|path| path.split_once("://"))
            && let Some(path) = below_project(path)
        {
            self.claims.push((of.into(), path, Claim::Named));
        }
        if let Some(path) = raw.original_file_path.as_deref().and_then(below_project) {
            let claim = claim(raw, &path);
            self.claims.push((package, path, claim));
        }
    }

    /// What the manifest says about the files of each package, by the rules of the dbt that wrote it.
    pub(super) fn by_package(self, dbt_version: Option<&str>) -> BTreeMap<Box<str>, ManifestFiles> {
        let mut packages: BTreeMap<Box<str>, ManifestFiles> = BTreeMap::new();
        let new = || ManifestFiles::default().by(dbt_version);
        for (package, path, claim) in self.claims {
            packages.entry(package).or_insert_with(new).add(&path, claim);
        }
        for (package, root) in self.roots {
            packages.entry(package).or_insert_with(new).root.get_or_insert(root);
        }
        packages
    }
}

/// A path as it is below the project's folder; `None` where it leads elsewhere.
fn below_project(path: &str) -> Option<Box<str>> {
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let leads_elsewhere =
        path.starts_with('/') || path.get(1..2) == Some(":") || path.split('/').any(|part| part == "..");
    (!path.is_empty() && !leads_elsewhere).then(|| path.into())
}

/// What an entry says of its file.
fn claim(raw: RawFile, path: &str) -> Claim {
    let has_ending = |endings: &[&str]| path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending));
    let name = raw.name.unwrap_or_default();
    if let Some(text) = raw.macro_sql.filter(|_| has_ending(&["sql"])) {
        return Claim::Block { name, text };
    }
    if let Some(text) = raw.block_contents.filter(|_| has_ending(&["md"])) {
        return Claim::Block { name, text };
    }
    let checksum = raw.checksum.checksum.filter(|text| text.len() == 64);
    let of_content = matches!(raw.checksum.name.as_deref(), Some("sha256"));
    let text = raw.raw_code.filter(|text| &**text != PLACEHOLDER);
    match (raw.resource_type.as_deref().unwrap_or_default(), text, checksum) {
        ("snapshot", Some(text), _) if has_ending(&["sql"]) => Claim::Block { name, text },
        ("seed", _, Some(checksum)) if of_content => Claim::Checksum(checksum),
        // A generic test, and a hook of dbt_project.yml, are written among other things; of a large seed only the path is known.
        ("model" | "analysis" | "function" | "test", Some(text), _)
            if has_ending(&["sql", "py"]) && raw.test_metadata.name.is_none() =>
        {
            Claim::whole(&text)
        }
        ("model", None, _) => Claim::Untold,
        _ => Claim::Named,
    }
}

/// An entry, or the entries of one unique id.
#[derive(Default)]
struct Several(Vec<RawFile>);

impl Lenient for Several {
    fn from_seq<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut several = Vec::new();
        while let Some(Item(raw)) = items.next_element()? {
            several.push(raw);
        }
        Ok(Self(several))
    }

    fn from_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Self, A::Error> {
        RawFile::from_map(entries).map(|raw| Self(vec![raw]))
    }
}

impl Lenient for OfFiles {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let mut section = Self::default();
        while let Some((_, Item(Several(several)))) = entries.next_entry::<Box<str>, Item<Several>>()? {
            for raw in several {
                section.add(raw);
            }
        }
        Ok(section)
    }
}
