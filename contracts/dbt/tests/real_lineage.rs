//! Every compiled model of the real manifests is read, or the reason is printed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

#[path = "real/material.rs"]
mod material;

use std::{collections::BTreeMap, fmt::Write as _, num::NonZeroUsize};

use weft_dbt::{
    manifest::Manifest,
    project_lineage::{lineage, nodes},
};
use weft_model::types::Dialect;
use weft_sql::Polyglot;

use material::{content, data, files, tell};

mod shared_tests {
    use super::*;

    #[test]
    #[ignore = "needs ../shared/data"]
    fn nearly_every_compiled_model_of_the_real_manifests_is_read() {
        let data = data();
        let mut table = format!(
            "\n{:<62} {:>6} {:>8} {:>5} {:>5} {:>8} {:>8}  unknown\n",
            "manifest", "models", "compiled", "read", "open", "columns", "certain"
        );
        let (mut all, mut read, mut columns, mut certain) = (0, 0, 0, 0);
        for path in ["manifests", "meshes"].iter().flat_map(|folder| files(&data.join(folder), &["json", "gz"])) {
            let Ok(manifest) = Manifest::read(&content(&path)) else { continue };
            let dialect = Dialect::from_adapter(manifest.metadata.adapter_type.as_deref());
            let nodes = nodes(&manifest, None, dialect, |_| false);
            let lineage = lineage(&nodes, dialect, &Polyglot::default(), NonZeroUsize::MIN);
            let readings: Vec<_> = lineage.values().filter_map(|result| result.as_ref().ok()).collect();
            let outputs: Vec<_> = readings.iter().flat_map(|reading| &reading.columns).collect();
            let open = readings.iter().filter(|reading| !reading.complete).count();
            let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
            let unknown_columns = outputs.iter().filter_map(|column| column.inputs.as_ref().err());
            for unknown in lineage.values().filter_map(|result| result.as_ref().err()).chain(unknown_columns) {
                *reasons.entry(unknown.reason()).or_default() += 1;
            }
            let compiled = lineage.len() - reasons.get("no_sql").copied().unwrap_or_default();
            let known = outputs.iter().filter(|column| column.inputs.is_ok()).count();
            all += compiled;
            read += readings.len();
            columns += outputs.len();
            certain += known;
            let name: String = path.file_name().unwrap().to_string_lossy().chars().take(60).collect();
            let counts = (lineage.len(), compiled, readings.len(), outputs.len());
            write!(
                table,
                "{name:<62} {:>6} {:>8} {:>5} {open:>5} {:>8} {known:>8} ",
                counts.0, counts.1, counts.2, counts.3
            )
            .unwrap();
            let reasons: Vec<_> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            writeln!(table, " {}", reasons.join(", ")).unwrap();
        }
        let sum = format!(
            "{read} of {all} compiled models are read, {certain} of their {columns} columns known for certain\n"
        );
        tell(&format!("{table}{sum}"));
        assert!(all >= 350 && read * 100 >= all * 97, "{sum}");
        assert!(certain * 100 >= columns * 97, "{sum}");
    }
}
