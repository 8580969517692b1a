//! What holds of the lock of every resolution.

use serde_json::Value;

use super::*;
use crate::lock::Lock;

/// A lock of some resolution, and what was asked.
fn lock(request: &ResolveRequest, all: &BTreeMap<PackageName, Offer>) -> Option<Lock> {
    Some(Lock::new(request.requires.clone(), stepwise(request, all).ok()?))
}

fn answers(lock: &Lock, request: &ResolveRequest) -> bool {
    lock.answers(request.package_name.as_ref(), &request.requires, &request.environment).is_ok()
}

/// Whether a lock holds what is asked, in plain words: it was written for this, holds a version that meets each
/// requirement, and says truly what is required directly.
fn holds(lock: &Lock, request: &ResolveRequest) -> bool {
    let required: BTreeMap<_, _> =
        request.requires.iter().filter(|(name, _)| Some(*name) != request.package_name.as_ref()).collect();
    let versions: BTreeMap<_, _> = lock.packages.iter().map(|it| (&it.package_name, &it.version)).collect();
    lock.environment == request.environment
        && lock.requires == request.requires
        && required.iter().all(|(name, wanted)| versions.get(name).is_some_and(|version| wanted.matches(version)))
        && lock.packages.iter().all(|it| it.direct == required.contains_key(&it.package_name))
}

/// The leaves of a document, by pointer.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, value)| leaves(value, &format!("{at}/{n}"), found)),
        _ => found.push(at.to_owned()),
    }
}

/// Edits that somebody may make to a value by hand.
fn by_hand(value: &mut Value, as_if: &str) {
    *value = match value {
        Value::Bool(is) => (!*is).into(),
        Value::Number(_) => 2.into(),
        _ => as_if.into(),
    };
}

::laws::laws! {
    "locks", 256;

    fn a_lock_reads_back_byte_for_byte_and_answers_what_was_asked((request, all) in any_mesh()) {
        let Some(lock) = lock(&request, &all) else { return Ok(()) };
        let text = lock.to_text().unwrap();
        let (read, unknown) = Lock::parse(&text).unwrap();
        prop_assert_eq!(&read, &lock);
        prop_assert_eq!(unknown, Vec::<String>::new());
        prop_assert_eq!(read.to_text().unwrap(), text);
        prop_assert!(answers(&lock, &request));
    }

    fn a_lock_answers_only_the_question_it_was_written_for(
        (request, all) in any_mesh(), asked in any_requires(), elsewhere in any::<bool>(), is_own in any::<bool>()
    ) {
        let Some(lock) = lock(&request, &all) else { return Ok(()) };
        let other = ResolveRequest {
            requires: if is_own { request.requires.clone() } else { asked },
            environment: if elsewhere { place("staging") } else { request.environment.clone() },
            ..request
        };
        prop_assert_eq!(answers(&lock, &other), holds(&lock, &other));
    }

    fn a_lock_that_was_changed_by_hand_is_refused_unless_it_still_holds_what_is_asked(
        (request, all) in any_mesh(), at in any::<prop::sample::Index>(),
        as_if in prop::sample::select(vec!["a", "finance", "prod", "staging", "1.0.0", "2.0.0", "9.9.9", "^1", "*", "x y"])
    ) {
        let Some(lock) = lock(&request, &all) else { return Ok(()) };
        let mut value = serde_json::to_value(&lock).unwrap();
        let mut found = Vec::new();
        leaves(&value, "", &mut found);
        by_hand(value.pointer_mut(&found[at.index(found.len())]).unwrap(), as_if);
        if let Ok((edited, _)) = Lock::parse(&value.to_string()) {
            prop_assert_eq!(answers(&edited, &request), holds(&edited, &request));
            prop_assert_eq!(Lock::parse(&edited.to_text().unwrap()).unwrap().0, edited);
        }
    }

    fn no_text_makes_the_reader_of_a_lock_panic((request, all) in any_mesh(), cut in any::<prop::sample::Index>(), more in "\\PC{0,3}") {
        let Some(lock) = lock(&request, &all) else { return Ok(()) };
        let text: Vec<char> = lock.to_text().unwrap().chars().collect();
        let cut = cut.index(text.len());
        let text: String = text[..cut].iter().copied().chain(more.chars()).chain(text[cut..].iter().copied()).collect();
        if let Ok((read, unknown)) = Lock::parse(&text) {
            prop_assert!(!unknown.is_empty() || Lock::parse(&read.to_text().unwrap()).unwrap().0 == read);
        }
    }
}
