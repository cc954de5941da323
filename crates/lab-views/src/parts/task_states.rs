//! The states of several task instances as one, and how many are in which.

use std::collections::BTreeMap;

/// The states by which Airflow's own grid shows many instances as one: the first of these that one of them is in.
const PRIORITY: [&str; 13] = [
    "failed",
    "upstream_failed",
    "up_for_retry",
    "up_for_reschedule",
    "running",
    "restarting",
    "deferred",
    "awaiting_input",
    "queued",
    "scheduled",
    "success",
    "skipped",
    "removed",
];

/// The state of several together; of one its own, also one that this list does not have yet.
pub(crate) fn shown<'a>(states: impl Iterator<Item = &'a str>) -> Option<String> {
    let place = |state: &&str| PRIORITY.iter().position(|known| known == state).unwrap_or(PRIORITY.len());
    states.min_by_key(place).map(str::to_owned)
}

/// How many are in which state, in the order of that list; those without a state last.
pub(crate) fn counts<'a>(states: impl Iterator<Item = Option<&'a str>>) -> Vec<(Option<String>, u32)> {
    let mut counts: BTreeMap<(usize, Option<&str>), u32> = BTreeMap::new();
    for state in states {
        let place = state.and_then(|state| PRIORITY.iter().position(|known| *known == state));
        *counts.entry((place.unwrap_or(PRIORITY.len()), state)).or_default() += 1;
    }
    counts.into_iter().map(|((_, state), count)| (state.map(str::to_owned), count)).collect()
}

/// Nothing happens to a task in this state any more, unless somebody clears it.
pub(crate) fn is_ended(state: Option<&str>) -> bool {
    matches!(state, Some("success" | "failed" | "skipped" | "upstream_failed" | "removed"))
}
