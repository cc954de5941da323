//! Which crate may depend on which: the directions of ARCHITECTURE.md, and the one crate each heavy library lives in.
//!
//! Read from `cargo metadata`, so a dependency that is not declared cannot be named either.

use std::{collections::BTreeSet, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::shell::Shell;

/// What each crate may depend on within the workspace. A crate that is not listed has no place yet.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("lab-model", &[]),
    ("lab-views", MODEL),
    ("lab-lessons", MODEL),
    ("lab-docker", MODEL),
    ("lab-probe", MODEL),
    ("lab-kafka", ENGINE),
    ("lab-cassandra", ENGINE),
    ("lab-airflow", ENGINE),
    ("lab-weather", ENGINE),
    ("lab-bench", &["lab-model", "lab-views"]),
    ("lab-app", APP),
    ("lab-cli", HOST),
    ("pipewright-desktop", HOST),
    ("xtask", &[]),
];

/// What only a crate's tests depend on: sentences are linted against the models there are, not against a copy of them.
const TESTED_WITH: &[(&str, &str)] = &[("lab-lessons", "lab-views")];

/// The application knows every engine.
const APP: &[&str] = &[
    "lab-model",
    "lab-views",
    "lab-lessons",
    "lab-bench",
    "lab-docker",
    "lab-kafka",
    "lab-cassandra",
    "lab-airflow",
    "lab-weather",
];
const MODEL: &[&str] = &["lab-model"];
/// Engines are watched alike, and never know each other.
const ENGINE: &[&str] = &["lab-model", "lab-probe"];
/// Hosts speak the vocabulary and call the application; they reach no engine by themselves.
const HOST: &[&str] = &["lab-app", "lab-model"];

/// The crate that uses everything it tests.
const TESTS: &str = "lab-tests";

/// Libraries that one crate isolates.
const ONLY_IN: &[(&str, &str)] = &[
    ("bollard", "lab-docker"),
    ("rdkafka", "lab-kafka"),
    ("kafka-protocol", "lab-kafka"),
    ("scylla", "lab-cassandra"),
    ("axum", "lab-cli"),
    ("tauri", "pipewright-desktop"),
];

/// Lines of a README.
const SCREEN: usize = 50;

/// Crates that do no I/O, and what would bring it.
const PURE: &[&str] = &["lab-model", "lab-views", "lab-lessons", "lab-bench"];
const IMPURE: &[&str] = &["tokio", "reqwest", "futures"];

pub(super) fn check(shell: &Shell) -> Result<Vec<Finding>> {
    let metadata = shell.metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    let mut findings = judge(packages);
    for package in packages {
        let manifest = package["manifest_path"].as_str().context("a package has a manifest")?;
        let text = std::fs::read_to_string(manifest)?;
        if !text.contains("[lints]\nworkspace = true") {
            findings.push(format!("{manifest}: take the lints of the workspace (`[lints]\\nworkspace = true`)"));
        }
        findings.extend(readme(Path::new(manifest)));
    }
    Ok(findings)
}

/// What every crate of `crates/` is for stands beside it, on a screen or less.
fn readme(manifest: &Path) -> Option<Finding> {
    let folder = manifest.parent().filter(|folder| folder.parent().is_some_and(|above| above.ends_with("crates")))?;
    let file = folder.join("README.md");
    match std::fs::read_to_string(&file).map(|text| text.lines().count()) {
        Ok(1..=SCREEN) => None,
        Ok(lines) => Some(format!("{}: {lines} lines; at most {SCREEN}", file.display())),
        Err(_) => Some(format!("{}: say what the crate is for, and what is in it", file.display())),
    }
}

fn judge(packages: &[Value]) -> Vec<Finding> {
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let needs: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| {
                let need = dependency["name"].as_str().unwrap_or_default();
                dependency["kind"] != "dev" || !TESTED_WITH.contains(&(name, need))
            })
            .filter_map(|dependency| dependency["name"].as_str())
            .collect();
        let allowed = DIRECTIONS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
        if allowed.is_none() && name != TESTS {
            findings
                .push(format!("{name}: give this crate a place in the directions (tidy/crates.rs, ARCHITECTURE.md)"));
        }
        for need in needs {
            if ours.contains(need) && allowed.is_some_and(|allowed| !allowed.contains(&need)) {
                findings.push(format!("{name} must not depend on {need}: dependencies point from hosts to lab-model"));
            }
            if let Some((_, home)) = ONLY_IN.iter().find(|(library, home)| *library == need && *home != name) {
                findings.push(format!("{name} must not depend on {need}: only {home} names it"));
            }
            if PURE.contains(&name) && IMPURE.contains(&need) {
                findings.push(format!("{name} must not depend on {need}: it does no I/O"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, needs: &[&str]) -> Value {
        let needs: Vec<_> = needs.iter().map(|need| json!({ "name": need })).collect();
        json!({ "name": name, "dependencies": needs })
    }

    #[test]
    fn downwards_is_allowed() {
        let packages = [
            package("lab-model", &["serde"]),
            package("lab-probe", &["lab-model", "tokio"]),
            package("lab-kafka", &["lab-model", "lab-probe", "rdkafka"]),
            package("lab-bench", &["lab-views", "lab-model"]),
            package("lab-app", &["lab-kafka", "lab-bench", "lab-model"]),
            package("lab-tests", &["lab-app", "lab-kafka"]),
        ];
        assert_eq!(judge(&packages), Vec::<Finding>::new());
    }

    #[test]
    fn upwards_sideways_and_unknown_are_found() {
        let packages = [
            package("lab-model", &["lab-app"]),
            package("lab-kafka", &["lab-views"]),
            package("lab-views", &["bollard", "tokio"]),
            package("lab-probe", &["lab-kafka"]),
            package("lab-bench", &["lab-app", "futures"]),
            package("lab-app", &["lab-probe"]),
            package("lab-other", &[]),
        ];
        let found = judge(&packages).join("\n");
        for expected in [
            "lab-model must not depend on lab-app",
            "lab-kafka must not depend on lab-views",
            "lab-views must not depend on bollard",
            "lab-views must not depend on tokio",
            "lab-probe must not depend on lab-kafka",
            "lab-bench must not depend on lab-app",
            "lab-bench must not depend on futures",
            "lab-app must not depend on lab-probe",
            "lab-other: give this crate a place",
        ] {
            assert!(found.contains(expected), "{expected} in:\n{found}");
        }
    }
}
