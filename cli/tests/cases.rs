//! Cases: inputs from public bug reports and from use, each with the answer that is right.
//!
//! They are kept in `../shared/cases`, beside the repository: `make test` runs the test where they are. Each is a folder
//! with an input and a script that shows what weft says of it. `cases/expected.yml` says what must be in that and
//! what must not; the table that the test prints has a row for each.

#[cfg(test)]
#[path = "cases/expectation.rs"]
mod expectation;
#[cfg(test)]
#[path = "cases/runner.rs"]
mod runner;

#[cfg(test)]
mod shared_tests {
    use std::{
        collections::BTreeSet,
        fs,
        io::Write as _,
        path::Path,
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
    };

    use crate::{
        expectation::{Expectation, expectations},
        runner::Bench,
    };

    /// Every case up to this one is asked; of later rounds those that have an expectation.
    const LAST: u32 = 97;

    /// The folders of the cases that are asked, by name.
    fn folders(root: &Path, expected: &BTreeSet<String>) -> BTreeSet<String> {
        let entries = fs::read_dir(root).unwrap_or_else(|why| panic!("{}: {why}", root.display()));
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let number = |name: &str| name.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<u32>().ok();
        let is_asked = |name: &String| number(name).is_some_and(|number| number <= LAST) || expected.contains(name);
        names.filter(is_asked).collect()
    }

    /// Writes past the test harness, which would keep the output of a test that passes.
    fn print(text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    #[test]
    #[ignore = "needs ../shared/cases and WEFT_DBT"]
    fn every_case_is_answered_as_it_should_be() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases");
        let expected = expectations();
        let named: BTreeSet<String> = expected.keys().cloned().collect();
        let folders = folders(&root, &named);
        assert_eq!(folders, named, "every case has its expectation, and every expectation its case");
        let wanted = std::env::var("WEFT_CASES").unwrap_or_default();
        let queue: Vec<(&String, &Expectation)> = expected.iter().filter(|(name, _)| name.contains(&wanted)).collect();
        let (bench, next, rows) = (Bench::new(&root), AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some((name, expectation)) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                let row = (*name, expectation.verdict(&bench.run(name)));
                rows.lock().unwrap().push(row);
            }
        };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(work);
            }
        });
        let mut rows = rows.into_inner().unwrap();
        rows.sort_by_key(|(name, _)| *name);
        print(&format!("cases: {} asked", rows.len()));
        let mut wrong = Vec::new();
        for (name, verdict) in rows {
            print(&format!("  {name:<48} {}", verdict.row()));
            wrong.extend(verdict.faults().map(|fault| format!("{name}: {fault}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}
