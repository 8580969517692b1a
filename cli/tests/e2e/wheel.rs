//! The wheel, in an environment that has nothing else.

use std::{path::Path, process::Command};

#[test]
#[ignore = "builds and installs a wheel; `make test` runs it"]
fn a_wheel_installs_into_an_empty_environment_and_weft_runs_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    if !root.join(".venv-wheel/bin/maturin").exists() {
        println!("skipped: maturin is not installed in .venv-wheel");
        return;
    }
    let output = Command::new(root.join(".ci/wheel")).output().unwrap();
    let [text, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{text}\n{errors}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(text.contains(&format!("weft {version}")), "{text}");
    assert!(text.contains(&format!("weft-registry {version}")), "{text}");
}
