//! Counting a cell's trials: pure, so that a saved run can be counted anew and must come out the same.

use std::collections::BTreeMap;

use super::{Cell, Trial, TrialRead};
use crate::latency;

/// Writes a cell's counts from its trials: everything but hints, theory and expectation.
pub(crate) fn count(cell: &mut Cell, trials: &[Trial]) {
    let counted: Vec<&Trial> = trials.iter().filter(|trial| trial.set_aside.is_none()).collect();
    cell.trials = number(counted.len());
    cell.straddled = number(trials.len() - counted.len());
    cell.outcomes = tally(counted.iter().map(|trial| outcome(trial)));
    cell.write_outcomes = tally(counted.iter().map(|trial| trial.write.outcome.as_str()));
    cell.read_outcomes =
        tally(reads(&counted, |trial| trial.during.as_ref()).map(|read| read.request.outcome.as_str()));
    cell.after_return_outcomes =
        tally(reads(&counted, |trial| trial.after_return.as_ref()).map(|read| read.request.outcome.as_str()));
    let stale = |read: &Option<TrialRead>| read.as_ref().is_some_and(|read| read.stale);
    let of = |holds: &dyn Fn(&Trial) -> bool| number(counted.iter().filter(|trial| holds(trial)).count());
    cell.stale_during = of(&|trial| stale(&trial.during));
    cell.stale_after_return = of(&|trial| stale(&trial.after_return));
    cell.stale = of(&|trial| stale(&trial.during) || stale(&trial.after_return));
    cell.unacknowledged_seen =
        of(&|trial| !trial.acknowledged && both(trial).any(|read| read.value.as_ref() == Some(&trial.new)));
    cell.write_ms =
        latency(counted.iter().filter(|trial| trial.write.outcome == "ok").map(|trial| trial.write.took_ms));
    let answered = counted.iter().flat_map(|trial| both(trial)).filter(|read| read.request.outcome == "ok");
    cell.read_ms = latency(answered.map(|read| read.request.took_ms));
    let seen: Vec<bool> = counted.iter().flat_map(|trial| both(trial)).filter_map(mended).collect();
    cell.read_repairs_of = number(seen.len());
    cell.read_repairs = number(seen.iter().filter(|mended| **mended).count());
}

/// The reads of a trial.
fn both(trial: &Trial) -> impl Iterator<Item = &TrialRead> {
    trial.during.iter().chain(&trial.after_return)
}

fn reads<'a>(
    trials: &'a [&'a Trial],
    which: impl Fn(&'a Trial) -> Option<&'a TrialRead> + 'a,
) -> impl Iterator<Item = &'a TrialRead> {
    trials.iter().filter_map(move |trial| which(trial))
}

/// The outcome of a trial: the end of the first of its requests that did not end `ok`. The read after the return is
/// counted apart: it belongs to another time.
fn outcome(trial: &Trial) -> &str {
    let mut requests = std::iter::once(&trial.write).chain(trial.during.iter().map(|read| &read.request));
    requests.find(|request| request.outcome != "ok").map_or("ok", |request| request.outcome.as_str())
}

fn tally<'a>(ends: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for end in ends {
        *counts.entry(end.to_owned()).or_default() += 1;
    }
    counts
}

/// Whether a replica held something newer after the read than before it; none if nobody looked both times.
pub(crate) fn mended(read: &TrialRead) -> Option<bool> {
    let written = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
    let pairs: Vec<(Option<i64>, Option<i64>)> = read
        .before
        .iter()
        .filter(|before| before.error.is_none())
        .filter_map(|before| {
            let after = read.after.iter().find(|after| after.node == before.node && after.error.is_none())?;
            Some((written(&before.written_at), written(&after.written_at)))
        })
        .collect();
    (!pairs.is_empty()).then(|| pairs.iter().any(|(before, after)| after > before))
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::samples::{cell, holds, read, trial};

    #[test]
    fn a_trial_is_what_its_first_failure_is() {
        let mut cell = cell("ONE", "ALL");
        let mut refused = trial(1, "unavailable");
        refused.during = Some(read("ok", "old", false));
        let mut unread = trial(2, "ok");
        unread.during = Some(read("read_timeout", "", false));
        let mut fine = trial(3, "ok");
        fine.during = Some(read("ok", "new", false));
        let mut aside = trial(4, "write_timeout");
        aside.set_aside = Some("n1 changed its mind".into());
        count(&mut cell, &[refused, unread, fine, aside]);
        let expected: BTreeMap<String, u64> =
            [("ok", 1), ("read_timeout", 1), ("unavailable", 1)].map(|(end, n)| (end.to_owned(), n)).into();
        assert_eq!(cell.outcomes, expected);
        assert_eq!((cell.trials, cell.straddled, cell.stale), (3, 1, 0));
        assert_eq!(cell.write_outcomes["ok"], 2);
        assert_eq!(cell.write_ms.count, 2);
    }

    #[test]
    fn stale_reads_are_counted_by_trial_and_by_when() {
        let mut cell = cell("ONE", "ONE");
        let mut both = trial(1, "ok");
        both.during = Some(read("ok", "old", true));
        both.after_return = Some(read("ok", "old", true));
        let mut later = trial(2, "ok");
        later.during = Some(read("ok", "new", false));
        later.after_return = Some(read("ok", "old", true));
        let mut unsure = trial(3, "write_timeout");
        unsure.during = Some(read("ok", "new", false));
        count(&mut cell, &[both, later, unsure]);
        assert_eq!((cell.stale, cell.stale_during, cell.stale_after_return), (2, 1, 2));
        assert_eq!(cell.unacknowledged_seen, 1);
    }

    #[test]
    fn a_read_that_mends_a_replica_is_seen() {
        let mut mending = read("ok", "new", false);
        mending.before = vec![holds("n1", "new", "20"), holds("n3", "old", "10")];
        mending.after = vec![holds("n1", "new", "20"), holds("n3", "new", "20")];
        assert_eq!(mended(&mending), Some(true));
        mending.after[1] = holds("n3", "old", "10");
        assert_eq!(mended(&mending), Some(false));
        mending.before.clear();
        assert_eq!(mended(&mending), None, "nobody looked before");
    }
}
