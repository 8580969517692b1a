//! The macros of a manifest, as they are read.

use std::collections::BTreeMap;

use serde::de::MapAccess;

use crate::{
    artifact::lenient::{Item, Lenient, Object},
    manifest::{
        altered::altered,
        code::{CodeDigest, varies},
        deferred::{calls, deferred},
        node::Macro,
        of_files::OfFiles,
        queries::{body, queries},
        raw::RawMacro,
        template::runs,
        unseen::rewrites,
    },
};

/// The macros, by unique id, and what they say of files.
#[derive(Default)]
pub(super) struct Macros(pub(super) BTreeMap<Box<str>, Macro>, pub(super) OfFiles);

impl Lenient for Macros {
    fn from_map<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
        let (mut macros, mut files) = (BTreeMap::new(), OfFiles::default());
        while let Some((key, Item(raw))) = entries.next_entry::<Box<str>, Item<Object<RawMacro>>>()? {
            let Object(Some(mut raw)) = raw else { continue };
            let code = raw.macro_sql.as_deref().and_then(|text| CodeDigest::from_text(text).0);
            let varies = raw.macro_sql.as_deref().is_some_and(varies);
            let alters = raw.macro_sql.as_deref().map(altered).unwrap_or_default();
            let queries = raw.macro_sql.as_deref().map(queries).unwrap_or_default();
            let body = raw.macro_sql.as_deref().and_then(body);
            let runs = raw.macro_sql.as_deref().is_some_and(runs);
            let rewrites = raw.macro_sql.as_deref().is_some_and(rewrites);
            let deferred = raw.macro_sql.as_deref().and_then(deferred);
            let package = raw.package_name.as_deref().unwrap_or_default();
            let calls = calls(std::mem::take(&mut raw.depends_on.macros), raw.macro_sql.as_deref(), package);
            files.add_macro(&mut raw);
            let package_name = raw.package_name.unwrap_or_default();
            macros.insert(
                key,
                Macro { package_name, code, varies, alters, queries, body, runs, rewrites, deferred, calls },
            );
        }
        Ok(Self(macros, files))
    }
}
