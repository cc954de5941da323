//! The machine the application runs on, and the application itself.

use std::sync::Arc;

use lab_docker::{Candidate, EngineInfo};
use lab_model::Problem;

use crate::{
    App,
    schema::{About, Doctor, EngineFound, Finding, LogLine, Nothing},
    words,
};

/// Less than this and not even the smallest stack can be started in comfort.
const LEAST_MEMORY_MIB: u64 = 1024;

pub(crate) async fn about(app: &Arc<App>, _: Nothing) -> Result<About, Problem> {
    Ok(About { version: env!("CARGO_PKG_VERSION").into(), data_dir: app.host.data_dir().display().to_string() })
}

pub(crate) async fn doctor(app: &Arc<App>, _: Nothing) -> Result<Doctor, Problem> {
    let setting = app.host.engine_setting();
    let candidates = lab_docker::discover(setting.as_deref()).await;
    let chosen = chosen(&candidates);
    let mut findings = vec![engine_finding(chosen.is_some())];
    if let Some(Ok(EngineInfo { memory_bytes: Some(bytes), .. })) = chosen.map(|index| &candidates[index].outcome) {
        findings.push(memory_finding(bytes / 1024 / 1024));
    }
    findings.push(data_dir_finding(app.host.data_dir()));
    let engines = candidates.into_iter().enumerate().map(|(index, candidate)| EngineFound {
        address: candidate.address,
        via: candidate.via.to_string(),
        answers: candidate.outcome.is_ok(),
        says: candidate.outcome.map_or_else(|error| error, |info| words::engine(&info)),
        chosen: chosen == Some(index),
    });
    Ok(Doctor { healthy: findings.iter().all(|finding| finding.ok), engines: engines.collect(), findings })
}

/// The engine labs would run on. One that was named is never replaced by another that happens to answer.
fn chosen(candidates: &[Candidate]) -> Option<usize> {
    match candidates.iter().position(|candidate| candidate.via.is_explicit()) {
        Some(named) => Some(named).filter(|named| candidates[*named].outcome.is_ok()),
        None => candidates.iter().position(|candidate| candidate.outcome.is_ok()),
    }
}

fn engine_finding(found: bool) -> Finding {
    let (says, hint) = if found {
        ("A container engine answers.", "")
    } else {
        (
            "No container engine answers at the places below, or the engine that you named does not answer.",
            "Start Docker or Podman, or set its address in DOCKER_HOST. `cargo xtask run` installs one on Debian and Ubuntu.",
        )
    };
    Finding { name: "container engine".into(), ok: found, says: says.into(), hint: hint.into() }
}

fn memory_finding(mib: u64) -> Finding {
    let ok = mib >= LEAST_MEMORY_MIB;
    let hint = if ok { "" } else { "Give the engine more memory: Docker Desktop has this under Settings, Resources." };
    Finding { name: "memory".into(), ok, says: format!("The engine's machine has {mib} MiB."), hint: hint.into() }
}

fn data_dir_finding(dir: &std::path::Path) -> Finding {
    let tried = std::fs::create_dir_all(dir).and_then(|()| tempfile::tempfile_in(dir));
    match tried {
        Ok(_) => Finding {
            name: "data folder".into(),
            ok: true,
            says: format!("{} can be written.", dir.display()),
            hint: String::new(),
        },
        Err(error) => Finding {
            name: "data folder".into(),
            ok: false,
            says: format!("{} cannot be written: {error}.", dir.display()),
            hint: "Make it writable, or set PIPEWRIGHT_DATA to another folder.".into(),
        },
    }
}

pub(crate) async fn log(_: &Arc<App>, LogLine { level, message }: LogLine) -> Result<Nothing, Problem> {
    match level.as_str() {
        "error" => tracing::error!(target: "ui", "{message}"),
        "warn" => tracing::warn!(target: "ui", "{message}"),
        _ => tracing::info!(target: "ui", "{message}"),
    }
    Ok(Nothing {})
}
