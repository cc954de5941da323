//! When a trigger rule is met, as `ti_deps/deps/trigger_rule_dep.py` of Airflow 3.3.2 counts.

use crate::parts::task_states::is_ended;

/// What became of the instances that a task waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    all: u32,
    success: u32,
    skipped: u32,
    failed: u32,
    upstream_failed: u32,
    removed: u32,
    done: u32,
}

impl Counts {
    pub(super) fn of<'a>(states: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut counts = Self::default();
        for state in states {
            counts.all += 1;
            counts.done += u32::from(is_ended(state));
            match state {
                Some("success") => counts.success += 1,
                Some("skipped") => counts.skipped += 1,
                Some("failed") => counts.failed += 1,
                Some("upstream_failed") => counts.upstream_failed += 1,
                Some("removed") => counts.removed += 1,
                _ => {}
            }
        }
        counts
    }
}

/// Whether a task with this rule waits for others to end: it may still become so that it is run. None of a rule that is not
/// known here.
///
/// It does not wait if the rule is met, and neither if it cannot be met any more: the scheduler marks it with its next look.
pub(super) fn waits(rule: &str, of: Counts) -> Option<bool> {
    let failed = of.failed + of.upstream_failed;
    let open = of.done < of.all;
    let (met, lost) = match rule {
        "always" => (true, false),
        "all_success" => (of.success + of.removed >= of.all, failed + of.skipped > 0),
        "all_failed" => (failed + of.removed >= of.all, of.success + of.skipped > 0),
        "all_done" => (!open, false),
        "one_success" => (of.success > 0, false),
        "one_failed" => (failed > 0, false),
        "one_done" => (of.success + of.failed > 0, false),
        "none_failed" | "none_failed_min_one_success" => (!open && failed == 0, failed > 0),
        "none_skipped" => (!open && of.skipped == 0, of.skipped > 0),
        "all_skipped" => (of.skipped >= of.all, of.success + failed > 0),
        "all_done_min_one_success" => (!open, of.skipped > 0),
        "all_done_setup_success" => (!open, false),
        _ => return None,
    };
    Some(!met && !lost && open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits_with(rule: &str, states: &[&str]) -> Option<bool> {
        waits(rule, Counts::of(states.iter().map(|state| (*state != "none").then_some(*state))))
    }

    #[test]
    fn each_rule_waits_for_what_it_needs() {
        let cases: &[(&str, &[&str], bool)] = &[
            ("all_success", &["success", "running"], true),
            ("all_success", &["success", "none"], true),
            ("all_success", &["success", "success"], false),
            ("all_success", &["failed", "running"], false),
            ("all_done", &["failed", "running"], true),
            ("all_done", &["failed", "skipped"], false),
            ("one_success", &["success", "running"], false),
            ("one_success", &["failed", "up_for_retry"], true),
            ("one_failed", &["success", "running"], true),
            ("one_failed", &["upstream_failed", "running"], false),
            ("one_done", &["skipped", "running"], true),
            ("none_failed", &["skipped", "deferred"], true),
            ("none_failed", &["failed", "running"], false),
            ("none_failed_min_one_success", &["skipped", "queued"], true),
            ("none_skipped", &["skipped", "running"], false),
            ("none_skipped", &["failed", "running"], true),
            ("all_skipped", &["skipped", "running"], true),
            ("all_skipped", &["success", "running"], false),
            ("all_failed", &["failed", "scheduled"], true),
            ("all_done_setup_success", &["success", "running"], true),
            ("all_done_min_one_success", &["success", "running"], true),
            ("always", &["running"], false),
        ];
        for (rule, states, expected) in cases {
            assert_eq!(waits_with(rule, states), Some(*expected), "{rule} with {states:?}");
        }
        assert_eq!(waits_with("a_rule_of_tomorrow", &["running"]), None);
        assert_eq!(waits_with("all_success", &[]), Some(false));
    }
}
