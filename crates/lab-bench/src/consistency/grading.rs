//! The learner's expectation beside the measurement: what a cell turned out to be, and why, from its trials' evidence.
//!
//! Pure words over stored trials. Nothing here knows how a trial is made.

use super::{Cell, ReplicaHolds, Surprise, Trial, TrialRead, Verdict};
use crate::list;

/// What a cell's trials turned out to be; none without trials that count.
pub(crate) fn verdict(cell: &Cell) -> Option<Verdict> {
    let ok = |counts: &std::collections::BTreeMap<String, u64>| counts.get("ok").copied().unwrap_or_default();
    let total = u64::from(cell.trials);
    if total == 0 {
        return None;
    }
    let reads: u64 = cell.read_outcomes.values().sum();
    Some(if ok(&cell.write_outcomes) * 2 < total {
        Verdict::WriteFails
    } else if cell.stale > 0 {
        Verdict::Stale
    } else if ok(&cell.read_outcomes) * 2 < reads {
        Verdict::ReadFails
    } else {
        Verdict::Fresh
    })
}

/// Where expectation and measurement differ: what happened and why.
pub(crate) fn surprise(cell: &Cell, trials: &[Trial]) -> Option<Surprise> {
    let (expected, measured) = (cell.expected?, cell.verdict?);
    (expected != measured).then(|| {
        let (why, trial) = explain(cell, measured, trials);
        Surprise {
            says: format!("You expected {}, and {}. {why}", verdict_words(expected), happened(cell, measured)),
            trial,
        }
    })
}

/// As the learner chose it.
pub(crate) fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fresh => "every read to be fresh",
        Verdict::Stale => "stale reads",
        Verdict::WriteFails => "writes to fail",
        Verdict::ReadFails => "reads to fail",
    }
}

fn happened(cell: &Cell, measured: Verdict) -> String {
    let trials = cell.trials;
    match measured {
        Verdict::Fresh => format!("no read of {trials} trials returned a value older than the acknowledged one"),
        Verdict::Stale => {
            format!("in {} of {trials} trials a read returned a value older than the acknowledged one", cell.stale)
        }
        Verdict::WriteFails => {
            let ok = cell.write_outcomes.get("ok").copied().unwrap_or_default();
            format!("only {ok} of {trials} writes were acknowledged")
        }
        Verdict::ReadFails => {
            let ok = cell.read_outcomes.get("ok").copied().unwrap_or_default();
            format!("only {ok} of {trials} reads were answered")
        }
    }
}

/// Why a cell is what it is, and the trial that shows it best.
pub(crate) fn explain(cell: &Cell, measured: Verdict, trials: &[Trial]) -> (String, Option<u32>) {
    let counted = || trials.iter().filter(|trial| trial.set_aside.is_none());
    let shown = match measured {
        Verdict::Stale => stale_words(&counted().collect::<Vec<_>>()),
        Verdict::WriteFails => {
            counted().find(|trial| !trial.acknowledged).map(|trial| (write_words(trial), trial.trial))
        }
        Verdict::ReadFails => counted().find_map(|trial| {
            let read = trial.during.as_ref().filter(|read| read.request.outcome != "ok")?;
            let by = read.request.coordinator.as_deref().unwrap_or("no node");
            Some((
                format!(
                    "Trial {}: the read at {} through {by} ended with {}.",
                    trial.trial, read.request.level, read.request.says
                ),
                trial.trial,
            ))
        }),
        Verdict::Fresh => None,
    };
    match shown {
        Some((words, trial)) => (words, Some(trial)),
        None => (fresh_words(cell, trials), counted().next().map(|trial| trial.trial)),
    }
}

fn write_words(trial: &Trial) -> String {
    let by = trial.write.coordinator.as_deref().unwrap_or("no node");
    let level = trial.write.serial_level.as_deref().unwrap_or(&trial.write.level);
    let unknown = match trial.write.outcome.as_str() {
        "unavailable" => " It was refused before anything was sent: nothing was written.",
        "write_timeout" => " It was sent: some replicas may have it, and the others may still get it.",
        _ => "",
    };
    format!("Trial {}: the write at {level} through {by} ended with {}.{unknown}", trial.trial, trial.write.says)
}

/// The first stale read of the moment at which most of them were: one read that overtook its write does not stand for
/// what every trial shows.
fn stale_words(trials: &[&Trial]) -> Option<(String, u32)> {
    type Moment = fn(&Trial) -> &Option<TrialRead>;
    let moments: [(&str, Moment); 2] =
        [("after the return", |trial| &trial.after_return), ("during the fault", |trial| &trial.during)];
    let stale = |moment: Moment| trials.iter().filter_map(move |trial| Some((*trial, moment(trial).as_ref()?)));
    let stale = |moment: Moment| stale(moment).filter(|(_, read)| read.stale);
    let (when, moment) = moments.into_iter().max_by_key(|(_, moment)| stale(*moment).count())?;
    let (trial, read) = stale(moment).next()?;
    Some((stale_read(trial, when, read), trial.trial))
}

fn stale_read(trial: &Trial, when: &str, read: &TrialRead) -> String {
    let of = |node: &Option<String>| node.clone().unwrap_or_else(|| "no node".into());
    let value = read.value.clone().map_or_else(|| "no row".to_owned(), |value| format!("'{value}'"));
    let level = trial.write.serial_level.as_ref().unwrap_or(&trial.write.level);
    format!(
        "Trial {}: '{}' was written at {level} through {} and acknowledged after {:.1} ms. The read at {} through {} {when} returned {value}. {}",
        trial.trial,
        trial.new,
        of(&trial.write.coordinator),
        trial.write.took_ms,
        read.request.level,
        of(&read.request.coordinator),
        held_words(trial, read),
    )
}

/// What the replicas held, as far as somebody looked.
fn held_words(trial: &Trial, read: &TrialRead) -> String {
    let looked = if read.before.is_empty() { &read.after } else { &read.before };
    let when = if read.before.is_empty() { "Just after" } else { "Just before" };
    let holding = |new: bool| {
        let has = |holds: &&ReplicaHolds| holds.error.is_none() && (holds.value.as_ref() == Some(&trial.new)) == new;
        looked.iter().filter(has).map(|holds| holds.node.as_str()).collect::<Vec<_>>()
    };
    match (holding(true), holding(false)) {
        (new, old) if new.is_empty() && old.is_empty() => "The replicas could not be read one by one.".into(),
        (new, old) if new.is_empty() => format!("{when}, {} did not hold the write.", list(&old)),
        (new, old) if old.is_empty() => {
            format!("{when}, {} held the write: the read asked a replica before the write arrived there.", list(&new))
        }
        (new, old) => format!(
            "{when}, {} held the write and {} did not: a replica that had missed the write answered the read.",
            list(&new),
            list(&old)
        ),
    }
}

/// Why nothing older was read: because it could not be, or because it did not come to it.
fn fresh_words(cell: &Cell, trials: &[Trial]) -> String {
    let (write, read) = (cell.write.name(), cell.read.name());
    if cell.theory.must_be_fresh {
        let serial = if cell.write.conditional() { " Both use Paxos, which needs a quorum." } else { "" };
        return format!(
            "{write} needs {} and {read} {} of {} replicas: more than there are, so every read meets the write.{serial}",
            cell.theory.write_needs, cell.theory.read_needs, cell.theory.replicas
        );
    }
    let reads: Vec<&TrialRead> = trials
        .iter()
        .filter(|trial| trial.set_aside.is_none() && trial.acknowledged)
        .flat_map(|trial| trial.during.iter().chain(&trial.after_return))
        .filter(|read| read.request.outcome == "ok")
        .collect();
    let lagging = |read: &&&TrialRead| {
        let known: Vec<_> = read.before.iter().filter(|holds| holds.error.is_none()).collect();
        known.iter().any(|holds| holds.value != known[0].value)
    };
    match (reads.len(), reads.iter().filter(lagging).count()) {
        (0, _) => "No read was answered, so nothing older could be returned.".into(),
        (all, 0) => format!(
            "{write} and {read} need not share a replica, so a stale read was possible. In all {all} reads the replicas that could be asked alone held the same."
        ),
        (all, lagging) => format!(
            "{write} and {read} need not share a replica, so a stale read was possible. In {lagging} of {all} reads a replica had missed the write; each time another replica that held it was read, too."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consistency::samples::{cell, holds, read, trial};

    #[test]
    fn a_stale_read_is_explained_by_what_each_replica_held() {
        let mut cell = cell("ONE", "ONE");
        cell.expected = Some(Verdict::Fresh);
        let mut first = trial(4, "ok");
        let mut older = read("ok", "old", true);
        older.request.coordinator = Some("n3".into());
        older.before = vec![holds("n1", "new", "20"), holds("n2", "new", "20"), holds("n3", "old", "10")];
        first.after_return = Some(older);
        cell.conclude(&[first]);
        assert_eq!(cell.verdict, Some(Verdict::Stale));
        let surprise = cell.surprise.unwrap();
        assert_eq!(surprise.trial, Some(4));
        assert!(
            surprise.says.contains("You expected every read to be fresh, and in 1 of 1 trials"),
            "{}",
            surprise.says
        );
        assert!(surprise.says.contains("n1 and n2 held the write and n3 did not"), "{}", surprise.says);
    }

    #[test]
    fn a_read_that_overtook_its_write_does_not_stand_for_what_every_trial_shows() {
        let mut cell = cell("ONE", "ONE");
        cell.expected = Some(Verdict::Fresh);
        let missed = |number| {
            let mut trial = trial(number, "ok");
            let mut older = read("ok", "old", true);
            older.before = vec![holds("n1", "new", "20"), holds("n3", "old", "10")];
            trial.after_return = Some(older);
            trial
        };
        let mut overtaken = missed(1);
        let mut early = read("ok", "old", true);
        early.before = vec![holds("n1", "new", "20"), holds("n2", "old", "10")];
        overtaken.during = Some(early);
        cell.conclude(&[overtaken, missed(2)]);
        let says = cell.surprise.unwrap().says;
        assert!(says.contains("after the return") && says.contains("n3 did not"), "{says}");
    }

    #[test]
    fn a_refused_write_says_that_nothing_was_written() {
        let mut cell = cell("ALL", "ONE");
        cell.expected = Some(Verdict::Stale);
        cell.conclude(&[trial(1, "unavailable")]);
        assert_eq!(cell.verdict, Some(Verdict::WriteFails));
        assert!(cell.surprise.unwrap().says.contains("nothing was written"));
    }

    #[test]
    fn a_zero_says_whether_it_means_something() {
        let mut weak = cell("ONE", "QUORUM");
        weak.expected = Some(Verdict::Stale);
        let mut lucky = trial(1, "ok");
        let mut fresh = read("ok", "new", false);
        fresh.before = vec![holds("n1", "new", "20"), holds("n3", "old", "10")];
        lucky.during = Some(fresh);
        weak.conclude(&[lucky]);
        let says = weak.surprise.unwrap().says;
        assert!(says.contains("In 1 of 1 reads a replica had missed the write"), "{says}");

        let mut strong = cell("QUORUM", "QUORUM");
        strong.expected = Some(Verdict::Stale);
        strong.theory.must_be_fresh = true;
        let mut fresh = trial(1, "ok");
        fresh.during = Some(read("ok", "new", false));
        strong.conclude(&[fresh]);
        assert!(strong.surprise.unwrap().says.contains("every read meets the write"));
    }

    #[test]
    fn what_was_expected_is_no_surprise() {
        let mut cell = cell("ALL", "ONE");
        cell.expected = Some(Verdict::WriteFails);
        cell.conclude(&[trial(1, "unavailable")]);
        assert_eq!(cell.surprise, None);
    }
}
