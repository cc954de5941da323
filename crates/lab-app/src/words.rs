//! Sentences the application itself says about waiting. Everything else is said by views and engines.

use std::time::Duration;

use lab_docker::EngineInfo;
use lab_lessons::Truth;
use lab_model::{Code, Problem, Progress};

use crate::{lab::Lab, schema::CheckState};

/// An engine in one line, e.g. `20.10.24 (API 1.41), Debian GNU/Linux 12, x86_64, 2 processors, 24048 MiB`.
pub(crate) fn engine(info: &EngineInfo) -> String {
    let mut words = vec![format!("version {}", info.version.as_deref().unwrap_or("not said"))];
    words.extend(info.api.as_ref().map(|api| format!("API {api}")));
    words.extend(info.os.clone());
    words.extend(info.arch.clone());
    words.extend(info.cpus.map(|cpus| format!("{cpus} processors")));
    words.extend(info.memory_bytes.map(|bytes| format!("{} MiB", bytes / 1024 / 1024)));
    words.join(", ")
}

/// A lab of that name is there, and runs another stack than the one that is wanted.
pub(crate) fn another_stack(lab: &str, runs: &str, wanted: &str) -> Problem {
    Problem {
        code: Code::NotNow,
        message: format!("Lab {lab} runs stack {runs}, not {wanted}."),
        detail: String::new(),
        hint: format!("Give the new lab another name with --lab, or remove the old one: pipewright down {lab}"),
    }
}

/// What is waited for, in the words of the sentences that are not true yet. How far that is, nobody can know.
pub(crate) fn waiting_for(states: &[CheckState]) -> Progress {
    let open: Vec<&str> =
        states.iter().filter(|state| state.truth != Truth::True).map(|state| state.says.as_str()).collect();
    if open.is_empty() {
        return Progress::step("wait until the engines are ready");
    }
    Progress::step(format!("wait until {}", open.join(", and ")))
}

/// The lab did not become ready in time: says which sentence, and what each node was last heard saying.
pub(crate) fn not_ready(lab: &Lab, limit: Duration) -> Problem {
    let open: Vec<String> = lab
        .ready()
        .told()
        .states
        .into_iter()
        .filter(|state| state.truth != Truth::True)
        .map(|state| state.says)
        .collect();
    let summary = lab.recorder.project("lab_nodes", &serde_json::json!({})).map(|picture| picture.summary.clone());
    Problem {
        code: Code::TimedOut,
        message: format!("{} is not ready after {} s: {}.", lab.name, limit.as_secs(), open.join("; ")),
        detail: summary.unwrap_or_default(),
        hint: format!("Look at its logs (docker compose -p {} logs), or remove it and start again.", lab.name),
    }
}

/// Nodes that should run have ended: says which, what they said last, and where they say more.
pub(crate) fn does_not_start(lab: &Lab, ended: &[String], last: &[String]) -> Problem {
    let summary = lab.recorder.project("lab_nodes", &serde_json::json!({})).map(|picture| picture.summary.clone());
    let logs = ended.iter().map(|node| format!("docker logs {}-{node}-1", lab.name)).collect::<Vec<_>>();
    Problem {
        code: Code::NotNow,
        message: format!("{} cannot become ready: {} ended and did not start again.", lab.name, ended.join(", ")),
        detail: summary.into_iter().chain(last.iter().cloned()).collect::<Vec<_>>().join("\n"),
        hint: format!("Find the reason with {}, and start the lab again.", logs.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(says: &str, truth: Truth) -> CheckState {
        CheckState { says: says.into(), truth, evidence: None }
    }

    #[test]
    fn what_is_waited_for_is_said_and_no_share_of_it_made_up() {
        let said = waiting_for(&[
            state("the broker answers", Truth::Unknown),
            state("a disk is there", Truth::True),
            state("a controller leads", Truth::False),
        ]);
        assert_eq!(said, Progress::step("wait until the broker answers, and a controller leads"));
        assert_eq!(waiting_for(&[]).step, "wait until the engines are ready");
    }
}
