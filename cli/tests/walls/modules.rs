//! The modules of a crate and the arrows between them, read from `use`, from paths and from lists of rules in the sources.
//!
//! It reads text, not meaning: comments and tests are left out, `use` trees are taken apart, and a name that a module
//! passes on (`pub use`) is followed to the module that has it. To declare a module is no arrow.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The path of a module below its crate; empty for the crate's root.
pub(crate) type Module = Vec<String>;

/// How many names that are passed on are followed, one after another.
const FOLLOWED: usize = 8;

/// One crate's modules.
#[derive(Default)]
pub(crate) struct Modules {
    /// The source of each, without comments and tests.
    sources: BTreeMap<Module, String>,
    /// What each passes on: the name, and the path that it has inside the crate.
    passed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Modules {
    /// Reads a crate's folder `src`.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut modules = Self::default();
        let mut tests = BTreeSet::new();
        modules.read_folder(folder, &[], &mut tests);
        modules.sources.retain(|module, _| !tests.iter().any(|test: &Module| module.starts_with(test)));
        let passed = modules.sources.iter().map(|(module, source)| {
            let uses = uses(source).into_iter().filter(|it| it.is_public);
            let named =
                uses.flat_map(|it| it.paths).filter_map(|(path, name)| Some((name, modules.inside(&path, module)?)));
            (module.clone(), named.collect())
        });
        let passed = passed.collect();
        modules.passed_on = passed;
        modules
    }

    fn read_folder(&mut self, folder: &Path, module: &[String], tests: &mut BTreeSet<Module>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.file_stem().unwrap().to_str().unwrap().to_owned();
            let below = [module, std::slice::from_ref(&name)].concat();
            if entry.is_dir() {
                self.read_folder(&entry, &below, tests);
            } else if entry.extension().is_some_and(|it| it == "rs") {
                let is_root = module.is_empty() && matches!(&*name, "lib" | "main");
                let below = if is_root { Vec::new() } else { below };
                let source = without_comments(&fs::read_to_string(&entry).unwrap());
                let (source, own) = without_tests(&source);
                tests.extend(own.into_iter().map(|test| [&*below, &[test]].concat()));
                self.sources.insert(below, source);
            }
        }
    }

    /// How many there are, the root among them.
    pub(crate) fn len(&self) -> usize {
        self.sources.len()
    }

    /// From each module to those that it needs.
    pub(crate) fn arrows(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let arrows = self.sources.iter().map(|(module, source)| {
            let named = uses(source).into_iter().flat_map(|it| it.paths).map(|(path, _)| path);
            let paths = named.chain(paths(source)).chain(rules(source)).filter_map(|path| self.inside(&path, module));
            let needed = paths.map(|path| self.owner(&path)).filter(|needed| needed != module);
            (module.clone(), needed.collect())
        });
        arrows.collect()
    }

    /// A path as it is below the crate; `None` for one of another crate.
    fn inside(&self, path: &[String], module: &[String]) -> Option<Module> {
        let first = path.first()?;
        if first == "crate" {
            return Some(path[1..].to_vec());
        }
        let climbs = path.iter().take_while(|it| *it == "super").count();
        if climbs == 0 && first != "self" {
            let below = [module, path].concat();
            return self.sources.contains_key(&below[..=module.len()]).then_some(below);
        }
        let rest = &path[climbs.max(1)..];
        Some([&module[..module.len().saturating_sub(climbs)], rest].concat())
    }

    /// The module in which the item of a path is.
    fn owner(&self, path: &[String]) -> Module {
        let mut path = path.to_vec();
        for _ in 0..FOLLOWED {
            let module = (0..=path.len()).rev().map(|end| &path[..end]).find(|it| self.sources.contains_key(*it));
            let module = module.unwrap_or_default().to_vec();
            let name = path.get(module.len());
            match name.and_then(|name| self.passed_on.get(&module)?.get(name)) {
                Some(target) if *target != path => path = [target, &path[module.len() + 1..]].concat(),
                _ => return module,
            }
        }
        path
    }
}

/// Sets of modules that need each other, by way of others too; each of two or more.
pub(crate) fn circles(arrows: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<BTreeSet<Module>> {
    let reached = |start: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(module) = open.pop() {
            for next in arrows.get(module).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> = arrows.keys().map(|module| (module, reached(module))).collect();
    let circle = |module: &Module| {
        let back = reached[module].iter().filter(|other| reached.get(other).is_some_and(|it| it.contains(module)));
        back.cloned().chain([module.clone()]).collect::<BTreeSet<_>>()
    };
    arrows.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

/// One `use`.
struct Use {
    is_public: bool,
    /// The whole path of each name, and the name.
    paths: Vec<(Module, String)>,
}

fn uses(source: &str) -> Vec<Use> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("use ") {
        let line = source[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        let is_use =
            line.is_empty() || line.starts_with("pub") && line.ends_with(' ') && !line.contains(['=', ';', '{']);
        let Some(end) = source[at..].find(';').filter(|_| is_use) else { continue };
        let mut paths = Vec::new();
        take_apart(&source[at + 4..at + end], &[], &mut paths);
        found.push(Use { is_public: line.starts_with("pub"), paths });
    }
    found
}

/// The paths of a `use` tree.
fn take_apart(tree: &str, above: &[String], paths: &mut Vec<(Module, String)>) {
    let tree = tree.trim();
    if let Some((before, group)) = tree.split_once('{') {
        let above = [above, &segments(before)].concat();
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0_usize, 0);
        for (at, letter) in group.char_indices().chain([(group.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    take_apart(&group[start..at], &above, paths);
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, name) = tree.split_once(" as ").map_or((tree, None), |(path, name)| (path, Some(name.trim())));
        let mut path = [above, &segments(path)].concat();
        if path.last().is_some_and(|last| matches!(&**last, "self" | "*")) && path.len() > 1 {
            path.pop();
        }
        let name = name.map_or_else(|| path.last().cloned().unwrap_or_default(), str::to_owned);
        paths.push((path, name));
    }
}

fn segments(path: &str) -> Module {
    path.split("::").map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// The paths outside of `use`: those that begin at the crate or at a parent, and those that may begin at a child.
fn paths(source: &str) -> Vec<Module> {
    let is_letter = |it: char| it.is_alphanumeric() || it == '_';
    let path = |(at, _): (usize, &str)| {
        let start = source[..at].trim_end_matches(is_letter).len();
        let before = &source[..start];
        // `pub(in crate::a)` says who may see an item, and not what it needs.
        let is_outer = start < at && !before.ends_with([':', '$', '.']) && !before.ends_with("pub(in ");
        let end = source[at..].find(|it: char| !is_letter(it) && it != ':').map_or(source.len(), |end| at + end);
        // What is left of a `use` that opens a group names nothing yet.
        let is_whole = !source[end..].starts_with(['{', '*']);
        (is_outer && is_whole).then(|| segments(&source[start..end]))
    };
    source.match_indices("::").filter_map(path).filter(|path| path.len() > 1).collect()
}

/// The modules that a list of rules declares and takes the rules from.
fn rules(source: &str) -> impl Iterator<Item = Module> {
    let list = source.split_once("rules! {").and_then(|(_, list)| list.split_once('}'));
    list.into_iter().flat_map(|(list, _)| list.split(',')).map(segments)
}

fn without_comments(source: &str) -> String {
    let code = |line: &str| line.find("//").map_or(line, |at| &line[..at]).to_owned() + "\n";
    source.lines().map(code).collect()
}

/// A source without its inline tests, and the names of the test modules that it declares.
fn without_tests(source: &str) -> (String, Vec<String>) {
    let (mut kept, mut tests) = (String::new(), Vec::new());
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        while lines.peek().is_some_and(|line| line.trim_start().starts_with("#[")) {
            lines.next();
        }
        let Some(item) = lines.next() else { break };
        if let Some(name) = item.trim().strip_suffix(';').and_then(|item| item.rsplit(' ').next()) {
            tests.push(name.to_owned());
        }
        if item.trim_end().ends_with('{') {
            while lines.next().is_some_and(|line| line.len() <= indent || &line[indent..] != "}") {}
        }
    }
    (kept, tests)
}
