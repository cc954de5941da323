//! Start: from the click to a cluster that is ready, beside `docker compose up -d` plus the same readiness.
//!
//! Both start the same compose.yaml with the same cached images. Ours is timed from starting `pipewright up` to its
//! end. The other is timed from starting `docker compose up -d` to the end of `pipewright up` adopting that project,
//! which waits for the very same ready sentence; what adopting itself costs is therefore counted against Compose, and
//! is shown as its own row (adopting a lab that has long been ready). Rounds alternate, so that a slow minute of the
//! machine hits both.

use std::time::Instant;

use anyhow::Result;

use super::app::{down, up};
use super::{Spread, Stack};
use crate::shell::Shell;

const PROJECT: &str = "pipewright-bench";

/// What starts of a stack took.
pub(super) struct Started {
    /// Seconds, the middle of all rounds.
    pub(super) median: f64,
    /// The image its nodes ran.
    pub(super) image: String,
}

/// Measures and prints both, and their ratio.
pub(super) fn measure(shell: &Shell, stack: &Stack, rounds: usize) -> Result<Started> {
    let compose = shell.command("docker").args(["compose", "version"]).output().is_ok_and(|o| o.status.success());
    let (mut ours, mut theirs, mut adopting) = (Vec::new(), Vec::new(), Vec::new());
    let mut image = String::new();
    for round in 1..=rounds {
        shell.say(format!("… start of {}, round {round} of {rounds}", stack.name));
        let start = Instant::now();
        let lab = up(shell, stack.name, &[])?;
        ours.push(start.elapsed().as_secs_f64());
        down(shell, &lab)?;
        image.clone_from(&lab.image);
        if compose && stack.by_compose {
            let (whole, adopted) = by_compose(shell, stack, &lab.image)?;
            theirs.push(whole);
            adopting.push(adopted);
        }
    }
    let ours = Spread::of(ours);
    let median = ours.median;
    shell.say(format!("\n{}, cached images, {rounds} rounds: median (least – most)", stack.name));
    shell.say(ours.row("pipewright up → ready", "s"));
    if !theirs.is_empty() {
        let theirs = Spread::of(theirs);
        shell.say(theirs.row("docker compose up -d → the same ready sentence", "s"));
        shell.say(Spread::of(adopting).row("  of which adopting (measured on a ready lab)", "s"));
        shell.say(format!("{:<58} {:>7.2}", "ratio, ours to Compose", ours.median / theirs.median));
    } else if stack.by_compose {
        shell.say("`docker compose` is not installed here, so there is nothing to set it beside.");
    }
    Ok(Started { median, image })
}

fn by_compose(shell: &Shell, stack: &Stack, image: &str) -> Result<(f64, f64)> {
    let file = format!("docker/stacks/{}/compose.yaml", stack.name);
    let start = Instant::now();
    let mut compose = shell.command("docker");
    // The same image: the file's own default is the official one, which may not be here.
    compose.args(["compose", "-p", PROJECT, "-f", &file, "up", "-d"]).env(stack.image_variable, image);
    shell.read(&mut compose)?;
    let lab = up(shell, stack.name, &["--lab", PROJECT])?;
    let whole = start.elapsed().as_secs_f64();
    let again = Instant::now();
    up(shell, stack.name, &["--lab", PROJECT])?;
    let adopted = again.elapsed().as_secs_f64();
    down(shell, &lab)?;
    Ok((whole, adopted))
}
