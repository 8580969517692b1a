//! Contracts that are generated from the official schemas, and the lint's verdict on them beside the official one.
//!
//! The schemas come from a Python package (`make .venv-odcs/.tried`), which has them as they were published, but for one
//! slip of 3.1 that it forgives: an object may be a `blob` there.

use std::{cell::RefCell, collections::BTreeMap, fs, path::Path};

use jsonschema::Validator;
use laws::{Law, tell};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::{
    changes::{CHANGES, changed, places, with_unknown_key},
    choices::{Choices, Step, Writer},
    verdicts::{DIFFERENCES, is_valid, word},
};

/// Who writes a contract, and who judges it, by minor version. 3.0 takes any key that it does not know, so it judges its
/// own contracts alone.
const PAIRS: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)];

/// A version of the standard.
struct Standard {
    version: &'static str,
    schema: Value,
    validator: Validator,
}

fn standards() -> [Standard; 3] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv-odcs/datacontract/schemas");
    ["3.0.2", "3.1.0", "3.2.0"].map(|version| {
        let path = folder.join(format!("odcs-{version}.schema.json"));
        let text = fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}: make .venv-odcs/.tried", path.display()));
        let schema: Value = serde_json::from_slice(&text).unwrap();
        let validator = jsonschema::options().build(&schema).unwrap();
        Standard { version, schema, validator }
    })
}

/// A contract by the schema of one version, which says that it is of another.
fn contract(from: &Standard, of: &Standard, wish: &[Step<'_>], bytes: &[u8]) -> Value {
    let mut contract = Writer(&from.schema).contract(wish, &mut Choices(bytes));
    contract["kind"] = json!("DataContract");
    contract["apiVersion"] = json!(format!("v{}", of.version));
    contract
}

/// The document without what is judged differently on purpose.
fn without_differences(document: &Value, minor: usize) -> Value {
    let known = |called: &str| DIFFERENCES.iter().any(|(of, at, _)| *of == minor && *at == called);
    let mut document = document.clone();
    for (at, _) in places(&document).iter().rev().filter(|(_, called)| known(called)) {
        document = changed(&document, at, |_| None);
    }
    // The package forgives it in 3.1.
    let objects = document.get_mut("schema").and_then(Value::as_array_mut);
    for object in objects.into_iter().flatten().filter(|_| minor == 1) {
        if object.get("logicalType").is_some_and(|it| it == "blob") {
            object["logicalType"] = json!("object");
        }
    }
    document
}

/// The verdicts that were given, and what got two.
#[derive(Default)]
struct Judge {
    counts: BTreeMap<&'static str, usize>,
    differences: Vec<String>,
}

impl Judge {
    fn judge(&mut self, standard: &Standard, minor: usize, what: &str, document: &Value) {
        let verdicts = |it: &Value| (is_valid(&it.to_string()), standard.validator.is_valid(it));
        let (mut ours, mut theirs) = verdicts(document);
        if ours != theirs {
            (ours, theirs) = verdicts(&without_differences(document, minor));
        }
        *self.counts.entry(word(theirs)).or_default() += 1;
        if ours != theirs {
            let [ours, theirs] = [ours, theirs].map(word);
            self.differences.push(format!("3.{minor}, {what}: {ours} here, {theirs} officially: {document}"));
        }
    }
}

mod official_tests {
    use super::*;

    #[test]
    #[ignore = "needs the official schemas: make .venv-odcs/.tried"]
    fn every_key_and_word_of_the_official_schemas_gets_the_official_verdict_and_so_does_each_change_to_it() {
        let standards = standards();
        let mut judge = Judge::default();
        let mut keys = 0;
        for (from, minor) in PAIRS {
            let [writer, standard] = [from, minor].map(|it| &standards[it]);
            for (wish, words) in Writer(&writer.schema).every_key() {
                keys += 1;
                let name: Vec<_> = wish.iter().map(|step| step.key).collect();
                let name = name.join("/");
                for choice in 0..words {
                    let document = contract(writer, standard, &wish, &[u8::try_from(choice).unwrap()]);
                    judge.judge(standard, minor, &name, &document);
                    let places = places(&document);
                    let is_it = |called: &str| called.replace("/*", "").trim_start_matches('/') == name;
                    for (at, _) in places.iter().filter(|(_, called)| from == minor && choice == 0 && is_it(called)) {
                        for (change, to) in CHANGES {
                            judge.judge(standard, minor, &format!("{name}, {change}"), &changed(&document, at, to));
                        }
                        if let Some(more) = with_unknown_key(&document, at) {
                            judge.judge(standard, minor, &format!("{name}, an unknown key"), &more);
                        }
                    }
                }
            }
        }
        let Judge { counts, differences } = judge;
        tell(format_args!("keys of the official schemas: {keys}, {counts:?}"));
        assert!(
            differences.is_empty(),
            "{} differences: {:#?}",
            differences.len(),
            &differences[..differences.len().min(12)]
        );
        assert!(counts["valid"] > 3_000 && counts["invalid"] > 3_000, "{counts:?}");
    }

    #[test]
    #[ignore = "needs the official schemas: make .venv-odcs/.tried"]
    fn a_generated_contract_and_a_changed_one_get_the_official_verdict() {
        let standards = standards();
        let judge = RefCell::new(Judge::default());
        let law = Law {
            about: "contracts",
            says: "a_generated_contract_and_a_changed_one_get_the_official_verdict",
            engine: None,
            cases: 1_000,
            weight: 1,
        };
        law.hold(&(0..PAIRS.len(), any::<[u8; 2]>(), vec(any::<u8>(), 0..200)), |(pair, [place, change], bytes)| {
            let (from, minor) = PAIRS[pair];
            let standard = &standards[minor];
            let document = contract(&standards[from], standard, &[], &bytes);
            let places = places(&document);
            let (at, _) = &places[usize::from(place) % places.len()];
            let (name, change) = CHANGES[usize::from(change) % CHANGES.len()];
            let mut judge = judge.borrow_mut();
            judge.judge(standard, minor, "as it is", &document);
            judge.judge(standard, minor, &format!("{name} at {at}"), &changed(&document, at, change));
            prop_assert_eq!(std::mem::take(&mut judge.differences), [""; 0]);
            Ok(2)
        });
        let counts = judge.into_inner().counts;
        tell(format_args!("generated contracts: {counts:?}"));
        assert!(counts["valid"] > 500 && counts["invalid"] > 500, "{counts:?}");
    }
}
