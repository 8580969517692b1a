//! `weft.lock`: the resolved versions, written so that the same bytes can be fetched again.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};

use weft_api::{ResolveResponse, ResolvedPackage};
use weft_model::{
    name::{EnvironmentName, PackageName},
    requirement::Requirement,
    unknown_keys,
};

/// The version of the file's format.
pub const FORMAT: u32 = 1;

/// The content of `weft.lock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The format of the file, [`FORMAT`].
    pub version: u32,
    /// The environment whose deployments were considered.
    pub environment: EnvironmentName,
    /// What the project asked when it was locked.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// What was chosen, by name.
    pub packages: Vec<ResolvedPackage>,
}

/// A text that is no lock.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Not what `weft resolve` writes.
    #[error("it is not what `weft resolve` writes: {0}")]
    Invalid(#[from] serde_json::Error),
    /// Written by a newer weft.
    #[error("it has format {found}, which a newer weft wrote; this weft reads format {FORMAT}")]
    Newer {
        /// The format it names.
        found: u64,
    },
    /// A package is listed twice, or not in the order of names.
    #[error("it is not what `weft resolve` writes: `{package_name}` occurs twice, or out of order")]
    OutOfOrder {
        /// The first that does.
        package_name: PackageName,
    },
}

/// Why a lock does not answer what is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Outdated {
    /// Another environment is asked for.
    #[error("it is for environment `{locked}`, but you asked for `{asked}`")]
    Environment {
        /// The environment of the lock.
        locked: EnvironmentName,
        /// The one asked for.
        asked: EnvironmentName,
    },
    /// A requirement is new, gone or another.
    #[error("`{package_name}` is {}, but was {} when the lock was written", asks(asked.as_ref()), asks(locked.as_ref()))]
    Requirement {
        /// The upstream project.
        package_name: PackageName,
        /// What the lock was written for.
        locked: Option<Requirement>,
        /// What is asked now.
        asked: Option<Requirement>,
    },
    /// The lock holds no version that its own requirement allows: it was changed by hand.
    #[error("it has {}, but `{package_name}` {requirement} is required", holds(package_name, version.as_ref()))]
    Unmet {
        /// The upstream project.
        package_name: PackageName,
        /// The required range of versions.
        requirement: Requirement,
        /// What the lock holds.
        version: Option<Version>,
    },
    /// The lock says of a package whether it is required directly, and its requirements say otherwise: it was changed by
    /// hand.
    #[error("it has `direct: {direct}` for `{package_name}`, which {}", if *direct { "is not required directly" } else { "is required directly" })]
    Direct {
        /// The upstream project.
        package_name: PackageName,
        /// What the lock says.
        direct: bool,
    },
}

impl Outdated {
    /// Whether the two sides of the lock contradict each other, so that somebody changed it by hand.
    fn from_direct(package: &ResolvedPackage, is_required: bool) -> Option<Self> {
        let package_name = package.package_name.clone();
        (package.direct != is_required).then_some(Self::Direct { package_name, direct: package.direct })
    }
}

fn asks(requirement: Option<&Requirement>) -> String {
    requirement.map_or_else(|| "not required".to_owned(), |requirement| format!("required at {requirement}"))
}

fn holds(package_name: &PackageName, version: Option<&Version>) -> String {
    version.map_or_else(|| format!("no `{package_name}`"), |version| format!("`{package_name}` {version}"))
}

impl Lock {
    /// The lock of a resolution.
    pub fn new(requires: BTreeMap<PackageName, Requirement>, resolved: ResolveResponse) -> Self {
        let mut packages = resolved.packages;
        packages.sort_by(|a, b| a.package_name.cmp(&b.package_name));
        Self { version: FORMAT, environment: resolved.environment, requires, packages }
    }

    /// Reads the file's text; gives a JSON pointer to each key that this weft does not know, too. A newer weft that writes
    /// the same format may add keys, but none that changes what the others mean: that would be another format.
    ///
    /// # Errors
    /// Anything else that this weft does not write.
    pub fn parse(text: &str) -> Result<(Self, Vec<String>), LockError> {
        // The format is read first: a newer weft may write keys of which this one knows nothing.
        let LockFormat { version } = serde_json::from_str(text)?;
        if version > u64::from(FORMAT) {
            return Err(LockError::Newer { found: version });
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let (lock, unknown) = unknown_keys::read::<Self, _>(&mut json)?;
        json.end()?;
        let name = |package: &ResolvedPackage| package.package_name.clone();
        match lock.packages.windows(2).find(|pair| name(&pair[0]) >= name(&pair[1])) {
            Some(pair) => Err(LockError::OutOfOrder { package_name: name(&pair[1]) }),
            None => Ok((lock, unknown)),
        }
    }

    /// The file's text: indented JSON, sorted, ending with a newline.
    pub fn to_text(&self) -> Result<String, LockError> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Whether the lock answers what a project asks now (`--locked`). `own` is the project itself, which is never
    /// upstream of itself.
    ///
    /// # Errors
    /// The first difference.
    pub fn answers(
        &self,
        own: Option<&PackageName>,
        requires: &BTreeMap<PackageName, Requirement>,
        environment: &EnvironmentName,
    ) -> Result<(), Outdated> {
        if self.environment != *environment {
            return Err(Outdated::Environment { locked: self.environment.clone(), asked: environment.clone() });
        }
        let names: BTreeSet<&PackageName> = self.requires.keys().chain(requires.keys()).collect();
        for package_name in names {
            let (locked, asked) = (self.requires.get(package_name).cloned(), requires.get(package_name).cloned());
            if locked != asked {
                return Err(Outdated::Requirement { package_name: package_name.clone(), locked, asked });
            }
        }
        for (package_name, requirement) in requires.iter().filter(|(name, _)| Some(*name) != own) {
            let held = self.packages.iter().find(|package| package.package_name == *package_name);
            let version = held.map(|package| package.version.clone());
            if !version.as_ref().is_some_and(|version| requirement.matches(version)) {
                let (package_name, requirement) = (package_name.clone(), requirement.clone());
                return Err(Outdated::Unmet { package_name, requirement, version });
            }
        }
        // What is direct is made into files, so a package that is not would give none without a word.
        let is_required = |package: &ResolvedPackage| {
            requires.contains_key(&package.package_name) && Some(&package.package_name) != own
        };
        match self.packages.iter().find_map(|package| Outdated::from_direct(package, is_required(package))) {
            Some(outdated) => Err(outdated),
            None => Ok(()),
        }
    }
}

/// The one key that every format has.
#[derive(Deserialize)]
struct LockFormat {
    version: u64,
}

#[cfg(test)]
mod tests {
    use weft_model::digest::Digest;

    use super::*;

    fn requires(requirement: &str) -> BTreeMap<PackageName, Requirement> {
        BTreeMap::from([("sales".parse().unwrap(), requirement.parse().unwrap())])
    }

    fn package(name: &str, version: &str) -> ResolvedPackage {
        ResolvedPackage {
            package_name: name.parse().unwrap(),
            version: version.parse().unwrap(),
            digest: Digest::hash_bytes(b"content"),
            relations_digest: Digest::hash_bytes(b"relations"),
            environment: Some(EnvironmentName::default()),
            direct: name == "sales",
            yanked: false,
        }
    }

    fn lock() -> Lock {
        let packages = vec![package("sales", "1.2.0"), package("inventory", "1.4.0")];
        Lock::new(requires("^1"), ResolveResponse { environment: EnvironmentName::default(), packages })
    }

    #[test]
    fn a_lock_is_readable_text_that_reads_back_byte_for_byte() {
        let text = lock().to_text().unwrap();
        assert_eq!(Lock::parse(&text).unwrap(), (lock(), vec![]));
        assert_eq!(Lock::parse(&text).unwrap().0.to_text().unwrap(), text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_weft_does_not_write_is_refused_with_its_place() {
        let text = lock().to_text().unwrap();
        for (from, to) in [
            ("\"sha256:", "\"md5:"),
            ("\"version\": \"1.2.0\"", "\"version\": \"1.2\""),
            ("\"environment\": \"prod\"", "\"environment\": \"Prod\""),
            ("\"package_name\": \"sales\"", "\"package_name\": \"../sales\""),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Lock::parse(&text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains("line"), "{error}");
        }
        for bad in ["", "[]", "{}", "null", &text[..text.len() / 2], &text.replacen("1,", "0.5,", 1)] {
            assert!(matches!(Lock::parse(bad), Err(LockError::Invalid(_))), "{bad}");
        }
        let twice = text.replace("inventory", "sales");
        assert!(matches!(Lock::parse(&twice), Err(LockError::OutOfOrder { .. })));
    }

    #[test]
    fn a_key_that_a_newer_weft_added_is_told_and_the_rest_is_read() {
        let text = lock().to_text().unwrap();
        let newer = text.replacen("\"direct\": true", "\"direct\": true, \"note\": {\"a\": 1}", 1);
        assert_eq!(Lock::parse(&newer).unwrap(), (lock(), vec!["/packages/1/note".to_owned()]));
        assert!(Lock::parse(&format!("{text} {{}}")).is_err());
    }

    #[test]
    fn a_lock_of_a_newer_weft_is_told_as_such_whatever_else_it_holds() {
        let error = Lock::parse(r#"{"version": 2, "unheard_of": true}"#).unwrap_err();
        assert_eq!(error.to_string(), "it has format 2, which a newer weft wrote; this weft reads format 1");
    }

    #[test]
    fn a_lock_answers_only_what_it_was_written_for() {
        let prod = EnvironmentName::default();
        let against =
            |requirement: &str| lock().answers(None, &requires(requirement), &prod).map_err(|e| e.to_string());
        assert_eq!(against("^1"), Ok(()));
        assert_eq!(
            against("^2").unwrap_err(),
            "`sales` is required at ^2, but was required at ^1 when the lock was written"
        );
        assert_eq!(
            lock().answers(None, &BTreeMap::new(), &prod).unwrap_err().to_string(),
            "`sales` is not required, but was required at ^1 when the lock was written"
        );
        assert_eq!(
            lock().answers(None, &requires("^1"), &"dev".parse().unwrap()).unwrap_err().to_string(),
            "it is for environment `prod`, but you asked for `dev`"
        );
        let mut by_hand = lock();
        by_hand.packages[1].version = Version::new(2, 0, 0);
        assert_eq!(
            by_hand.answers(None, &requires("^1"), &prod).unwrap_err().to_string(),
            "it has `sales` 2.0.0, but `sales` ^1 is required"
        );
        by_hand.packages.pop();
        assert!(by_hand.answers(None, &requires("^1"), &prod).is_err());
        assert!(by_hand.answers(Some(&"sales".parse().unwrap()), &requires("^1"), &prod).is_ok());
    }

    #[test]
    fn a_lock_that_says_otherwise_of_what_is_required_directly_answers_nothing() {
        let environment = EnvironmentName::default();
        assert_eq!(lock().answers(None, &requires("^1"), &environment), Ok(()));
        for (index, direct, said) in [
            (1, false, "it has `direct: false` for `sales`, which is required directly"),
            (0, true, "it has `direct: true` for `inventory`, which is not required directly"),
        ] {
            let mut edited = lock();
            edited.packages[index].direct = direct;
            assert_eq!(edited.answers(None, &requires("^1"), &environment).unwrap_err().to_string(), said);
        }
    }
}
