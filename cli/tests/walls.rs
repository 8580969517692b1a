//! The walls of the code. Crates: `cargo metadata` says which crate depends on which; `deny.toml` has the same for `cargo
//! deny`. Modules: the sources say which module of a crate needs which. Words: no page uses a phrase
//! that `STYLE.md` bans.

#[cfg(test)]
#[path = "walls/lengths.rs"]
mod lengths;

#[cfg(test)]
#[path = "walls/modules.rs"]
mod modules;

#[cfg(test)]
#[path = "walls/words.rs"]
mod words;

#[cfg(test)]
mod walls {
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::PathBuf,
        process::Command,
    };

    use serde_json::Value;

    use crate::modules::{Module, Modules, circles};

    /// The crates under `contracts/`: the domain.
    const DOMAIN: [&str; 11] = [
        "weft-api",
        "weft-bindings",
        "weft-check",
        "weft-dbt",
        "weft-lint",
        "weft-mesh",
        "weft-model",
        "weft-odcs",
        "weft-publication",
        "weft-sql",
        "weft-verify",
    ];

    /// A crate of the workspace.
    struct Package {
        name: String,
        /// Those that it names as dependencies (not those of its tests).
        dependencies: BTreeSet<String>,
        folder: PathBuf,
    }

    fn packages() -> Vec<Package> {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
        let package = |package: &Value| {
            let named = package["dependencies"].as_array().unwrap().iter();
            let dependencies = named.filter(|dependency| dependency["kind"].is_null()).map(name).collect();
            let folder = PathBuf::from(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned();
            Package { name: name(package), dependencies, folder }
        };
        let mut packages: Vec<_> = metadata["packages"].as_array().unwrap().iter().map(package).collect();
        packages.sort_by(|one, other| one.name.cmp(&other.name));
        packages
    }

    /// All crates of the workspace that a crate depends on, directly or not.
    fn below(name: &str) -> BTreeSet<String> {
        let packages = packages();
        let (mut found, mut open) = (BTreeSet::new(), vec![name.to_owned()]);
        while let Some(name) = open.pop() {
            let Some(package) = packages.iter().find(|package| package.name == name) else { continue };
            let ours = package.dependencies.iter().filter(|it| packages.iter().any(|package| package.name == **it));
            open.extend(ours.filter(|it| found.insert((*it).clone())).cloned());
        }
        found
    }

    #[track_caller]
    fn only(owner: &str, dependency: &str) {
        among(&[owner], dependency);
    }

    #[track_caller]
    fn among(expected: &[&str], dependency: &str) {
        let owners = packages().into_iter().filter(|package| package.dependencies.contains(dependency));
        assert_eq!(owners.map(|package| package.name).collect::<Vec<_>>(), expected, "{dependency}");
    }

    #[test]
    fn databases_are_seen_by_the_registry_and_where_live_data_is_verified() {
        among(&["weft", "weft-registry"], "sqlx");
    }

    #[test]
    fn git_and_outgoing_http_are_seen_by_the_command_line_alone() {
        only("weft", "git2");
        only("weft", "reqwest");
    }

    #[test]
    fn sql_is_parsed_by_one_crate_and_not_for_the_registry() {
        only("weft-sql", "polyglot-sql");
        among(&["weft", "weft-dbt"], "weft-sql");
        let registry = below("weft-registry");
        for forbidden in ["weft-sql", "weft-dbt", "weft-lint", "weft-verify"] {
            assert!(!registry.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn json_schemas_are_seen_by_the_lint_and_where_publications_are_read() {
        among(&["weft-lint", "weft-publication"], "jsonschema");
    }

    #[test]
    fn laws_are_seen_by_tests_alone() {
        among(&[], "laws");
    }

    #[test]
    fn the_domain_stands_on_no_other_crate_and_does_no_io() {
        let packages = packages();
        let domain: Vec<_> = packages.iter().filter(|it| DOMAIN.contains(&&*it.name)).collect();
        assert_eq!(domain.len(), DOMAIN.len());
        for Package { name, dependencies, .. } in domain {
            for forbidden in ["weft-registry", "weft", "tokio", "axum", "http", "tempfile", "rustix"] {
                assert!(!dependencies.contains(forbidden), "{name}: {forbidden}");
            }
        }
        assert!(!below("weft-registry").contains("weft"));
    }

    #[test]
    fn the_standard_and_its_lint_and_the_sql_know_no_dbt() {
        assert_eq!(below("weft-model"), BTreeSet::new());
        for (name, expected) in [
            ("weft-odcs", &["weft-model"][..]),
            ("weft-sql", &["weft-model"]),
            ("weft-lint", &["weft-model", "weft-odcs"]),
        ] {
            assert_eq!(below(name), expected.iter().map(|it| (*it).to_owned()).collect(), "{name}");
        }
    }

    /// The arrows between the rooms of a crate, which are its modules at the top with all that is below each. The root is
    /// not a room: it has all of them.
    fn between_rooms(arrows: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeMap<Module, BTreeSet<Module>> {
        let room = |module: &Module| module.iter().take(1).cloned().collect::<Module>();
        let mut rooms: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (module, needed) in arrows.iter().filter(|(module, _)| !module.is_empty()) {
            let own = room(module);
            let others = needed.iter().map(room).filter(|it| !it.is_empty() && *it != own).collect::<Vec<_>>();
            rooms.entry(own).or_default().extend(others);
        }
        rooms
    }

    /// A module as the sources name it.
    fn shown(module: &Module) -> String {
        if module.is_empty() { "crate".to_owned() } else { module.join("::") }
    }

    /// The circles of a crate, each with the arrows that `is_among` finds to be part of it.
    fn faults<'a>(
        package: &str,
        what: &str,
        circles: BTreeSet<BTreeSet<Module>>,
        arrows: &'a BTreeMap<Module, BTreeSet<Module>>,
        is_among: impl Fn(&BTreeSet<Module>, &'a Module, &'a Module) -> bool,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for circle in circles {
            faults.push(format!("{package}: {} {what} need each other", circle.len()));
            let all = arrows.iter().flat_map(|(module, needed)| needed.iter().map(move |needed| (module, needed)));
            let among = all.filter(|(module, needed)| is_among(&circle, module, needed));
            faults.extend(among.map(|(module, needed)| format!("  {} -> {}", shown(module), shown(needed))));
        }
        faults
    }

    #[test]
    fn no_modules_of_a_crate_need_each_other() {
        let mut found = Vec::new();
        let mut total = [0; 2];
        for package in packages() {
            let modules = Modules::read(&package.folder.join("src"));
            let arrows = modules.arrows();
            let rooms = between_rooms(&arrows);
            let count = |arrows: &BTreeMap<_, BTreeSet<_>>| arrows.values().map(BTreeSet::len).sum::<usize>();
            let (name, files, all, of_files) = (&package.name, modules.len(), count(&arrows), circles(&arrows));
            println!(
                "{name}: {files} files, {all} arrows, {} circles of files; {} rooms, {} arrows",
                of_files.len(),
                rooms.len(),
                count(&rooms)
            );
            total = [total[0] + files, total[1] + all];
            found.extend(faults(name, "files", of_files, &arrows, |circle, module, needed| {
                circle.contains(module) && circle.contains(needed)
            }));
            found.extend(faults(name, "rooms", circles(&rooms), &arrows, |circle, module, needed| {
                let [from, to] = [module, needed].map(|it| &it[..it.len().min(1)]);
                from != to && circle.contains(from) && circle.contains(to)
            }));
        }
        println!("together: {} files, {} arrows", total[0], total[1]);
        assert!(found.is_empty(), "modules that need each other:\n{}", found.join("\n"));
    }

    #[test]
    fn modules_that_need_each_other_are_found_by_way_of_others_too() {
        let module = |name: &str| vec![name.to_owned()];
        let arrow = |(from, to): (&str, &str)| (module(from), BTreeSet::from([module(to)]));
        let arrows = BTreeMap::from([("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")].map(arrow));
        assert_eq!(circles(&arrows), BTreeSet::from([["a", "b", "c"].map(module).into()]));
    }

    /// The arrows between the files of a crate, as `from -> to`.
    fn arrows_of(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, source) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, source).unwrap();
        }
        let arrows = Modules::read(folder.path()).arrows();
        let all = arrows.iter().flat_map(|(module, needed)| needed.iter().map(move |needed| (module, needed)));
        all.map(|(module, needed)| format!("{} -> {}", shown(module), shown(needed))).collect()
    }

    #[test]
    fn a_use_with_a_group_and_a_visibility_are_no_arrows_of_their_own() {
        let arrows = arrows_of(&[
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "use crate::{\n    b::{B, c::C},\n};\n"),
            ("b.rs", "mod c;\npub(in crate::a) struct B;\n"),
            ("b/c.rs", "pub(in crate::a) struct C;\n"),
        ]);
        assert_eq!(arrows, ["a -> b", "a -> b::c"]);
    }

    #[test]
    fn a_path_that_begins_at_a_child_and_a_list_of_rules_are_arrows() {
        let arrows = arrows_of(&[
            ("lib.rs", "mod a;\nfn f() -> usize {\n    a::f().map(a::b::g) + std::mem::size_of::<u8>()\n}\n"),
            ("a.rs", "weft_model::rules! {\n    b,\n    c,\n}\n"),
            ("a/b.rs", ""),
            ("a/c.rs", "use super::b::B;\n"),
        ]);
        assert_eq!(arrows, ["crate -> a", "crate -> a::b", "a -> a::b", "a -> a::c", "a::c -> a::b"]);
    }

    #[test]
    fn a_name_that_is_passed_on_leads_to_the_file_that_has_it() {
        let arrows = arrows_of(&[
            ("lib.rs", "mod a;\nmod d;\npub use a::B;\n"),
            ("a.rs", "mod b;\npub(crate) use self::b::B;\n"),
            ("a/b.rs", "pub(crate) struct B;\n"),
            ("d.rs", "use crate::B;\nuse crate::a::B as C;\n"),
        ]);
        assert_eq!(arrows, ["crate -> a::b", "a -> a::b", "d -> a::b"]);
    }
}
