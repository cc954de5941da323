//! Asking the app for what a measurement needs, through the same commands a script would use.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::cargo::TERMINAL;
use crate::machine::engine;
use crate::shell::Shell;

/// A lab that is ready.
pub(super) struct Lab {
    /// The id, for `down` and `watch`.
    pub(super) id: String,
    /// The Compose project, which labels its containers.
    pub(super) project: String,
    /// The image its nodes run.
    pub(super) image: String,
}

/// Brings the stack up, or adopts the lab of that project, and returns when its ready sentence holds.
pub(super) fn up(shell: &Shell, stack: &str, words: &[&str]) -> Result<Lab> {
    let told = shell.read(pipewright(shell, &["up", stack, "--json"]).args(words))?;
    let ready = told
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|event| event["event"] == "ready")
        .context("`pipewright up --json` ended without saying ready")?;
    let text = |name: &str| ready[name].as_str().map(str::to_owned).with_context(|| format!("ready names its {name}"));
    let image = ready["images"][0]["reference"].as_str().context("ready names its images")?.to_owned();
    Ok(Lab { id: text("lab")?, project: text("project")?, image })
}

/// Takes a lab down with its volumes.
pub(super) fn down(shell: &Shell, lab: &Lab) -> Result<()> {
    shell.read(&mut pipewright(shell, &["down", &lab.id, "--volumes"])).map(drop)
}

/// The built terminal host with some words.
pub(super) fn pipewright(shell: &Shell, words: &[&str]) -> Command {
    let mut command = shell.command(shell.built(TERMINAL));
    command.args(words);
    command
}

/// Does an action in a lab.
pub(super) fn act(shell: &Shell, lab: &Lab, words: &[&str]) -> Result<String> {
    shell.read(pipewright(shell, &["do"]).args(words).args(["--lab", &lab.id]))
}

/// Until a command in a container succeeds and says so.
pub(super) fn says(
    shell: &Shell,
    container: &str,
    until: Instant,
    words: &[&str],
    holds: impl Fn(&str) -> bool,
) -> Result<()> {
    loop {
        let told = shell.command("docker").args(["exec", container]).args(words).output()?;
        if told.status.success() && holds(&String::from_utf8_lossy(&told.stdout)) {
            return Ok(());
        }
        ensure!(Instant::now() < until, "{container} did not answer in time");
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// What the container engine counts of each container of a lab now, by the container's name.
pub(super) fn stats(lab: &Lab) -> Result<Vec<(String, Value)>> {
    let label = format!("%7B%22label%22%3A%5B%22com.docker.compose.project%3D{}%22%5D%7D", lab.project);
    let containers: Vec<Value> = serde_json::from_str(&ask(&format!("/containers/json?filters={label}"))?)?;
    let one = |container: &Value| {
        let id = container["Id"].as_str().context("a container has an id")?;
        let name = container["Names"][0].as_str().unwrap_or(id).trim_start_matches('/').to_owned();
        Ok((name, serde_json::from_str(&ask(&format!("/containers/{id}/stats?stream=false&one-shot=true"))?)?))
    };
    containers.iter().map(one).collect()
}

/// What each container of the lab takes of the memory, bytes, without the pages that can be read again.
pub(super) fn memory(lab: &Lab) -> Result<Vec<(String, f64)>> {
    let one = |(name, stats): (String, Value)| {
        let memory = &stats["memory_stats"];
        let cache = &memory["stats"];
        let cache = cache["total_inactive_file"].as_f64().or(cache["inactive_file"].as_f64()).unwrap_or_default();
        Ok((name, memory["usage"].as_f64().context("the engine counts it")? - cache))
    };
    stats(lab)?.into_iter().map(one).collect()
}

fn ask(path: &str) -> Result<String> {
    engine::get(Path::new("/var/run/docker.sock"), path).context("this measurement needs the engine's local socket")
}
