//! Several at once, and those that are killed half-way.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use crate::stories::world::{World, fixture};

#[test]
fn publishers_that_race_each_get_a_version_of_their_own() {
    let world = World::with(&fixture("mesh"));
    let manifest = fs::read_to_string(world.path("inventory/target/manifest.json")).unwrap();
    assert_eq!(world.run("inventory", "publish").code, 0);
    let racers: Vec<Child> = (0..8)
        .map(|number| {
            let changed = manifest.replacen("Number of the product.", &format!("Number {number}."), 1);
            let file = world.path(&format!("inventory/racer_{number}.json"));
            fs::write(&file, changed).unwrap();
            let mut command = world.command("inventory", "publish --format json --manifest");
            command.arg(file).stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let versions: BTreeSet<String> = racers
        .into_iter()
        .map(|racer| {
            let output = racer.wait_with_output().unwrap();
            let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(output.status.success(), "{value}");
            value["data"]["response"]["version"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(versions.len(), 8, "{versions:?}");
    assert!(versions.iter().all(|version| version.starts_with("1.0.")), "{versions:?}");
}

#[test]
fn publishers_that_race_with_changes_of_every_size_are_never_refused() {
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", "publish").code, 0);
    let manifest = fs::read_to_string(world.path("inventory/target/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let racers: Vec<Child> = (0..8)
        .map(|number| {
            let mut changed = manifest.clone();
            let columns = &mut changed["nodes"]["model.inventory.products"]["columns"];
            if number % 2 == 0 {
                columns["added"] = columns["price"].clone();
                columns["added"]["name"] = format!("added_{number}").into();
            } else {
                columns["price"]["description"] = format!("Racer {number}'s.").into();
            }
            let file = world.path(&format!("inventory/racer_{number}.json"));
            fs::write(&file, changed.to_string()).unwrap();
            let mut command = world.command("inventory", "publish --format json --manifest");
            command.arg(file).stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut versions = BTreeSet::new();
    for racer in racers {
        let output = racer.wait_with_output().unwrap();
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(output.status.success(), "{value:#}");
        let response = &value["data"]["response"];
        let version: semver::Version = response["version"].as_str().unwrap().parse().unwrap();
        assert!(version >= response["check"]["enough"].as_str().unwrap().parse().unwrap(), "{value:#}");
        versions.insert(version);
    }
    assert_eq!(versions.len(), 8, "{versions:?}");
}

#[test]
fn a_resolve_that_is_killed_leaves_the_old_or_the_new_and_the_next_mends() {
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", "publish --registry ../mesh.db").code, 0);
    let packages = Path::new("sales/.weft/packages");
    let resolve = "resolve --registry ../mesh.db";
    let whole = |arguments: &str| {
        assert_eq!(world.run("sales", arguments).code, 0);
        world.files(packages)
    };
    let (few, all) = (whole(resolve), whole(&format!("{resolve} --all")));
    assert_ne!(few, all);
    for attempt in 0..40 {
        let arguments = if attempt % 2 == 0 { resolve.to_owned() } else { format!("{resolve} --all") };
        let mut killed =
            world.command("sales", &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(attempt * 2));
        let _ = killed.kill();
        killed.wait().unwrap();
        let left = world.files(packages);
        assert!(left == few || left == all, "attempt {attempt} left a mixture");
    }
    assert_eq!(whole(resolve), few);
    let kept: Vec<_> =
        fs::read_dir(world.path("sales/.weft")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!kept.iter().any(|name| name == ".staging"), "{kept:?}");
}

#[test]
fn resolves_at_once_do_not_mix() {
    let world = World::with(&fixture("mesh"));
    assert_eq!(world.run("inventory", "publish --registry ../mesh.db").code, 0);
    let mut running: Vec<Child> = (0..6)
        .map(|number| {
            let all = if number % 2 == 0 { "--all" } else { "" };
            world
                .command("sales", &format!("resolve --registry ../mesh.db --write {all}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    assert!(running.iter_mut().all(|resolve| resolve.wait().unwrap().success()));
    let models = world.files(Path::new("sales/.weft/packages/inventory/models"));
    assert!(matches!(models.len(), 2 | 4), "{:?}", models.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let list = fs::read_to_string(world.path("sales/packages.yml")).unwrap();
    assert_eq!(list, "packages:\n  - local: .weft/packages/inventory\n");
}
