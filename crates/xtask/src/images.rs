//! Getting the container images of a stack, through the app itself: it pulls or builds, and tells how far it is.
//!
//! How an image is made must not move in here; that is `lab-docker` and `docker/images/`.

use anyhow::Result;

use crate::cargo::{TERMINAL, build_hosts};
use crate::machine::{self, Need};
use crate::shell::Shell;
use crate::step::Step;

/// `cargo xtask images`: everything needed for it, then the images.
pub(crate) fn images(shell: &Shell, stack: &str) -> Result<()> {
    machine::prepare(shell, &[Need::Compile, Need::Images])?;
    machine::engine::ready(shell)?;
    crate::web_ui::build(shell)?;
    build_hosts(shell, false)?;
    get(shell, stack)
}

/// Gets the images with the built app.
pub(crate) fn get(shell: &Shell, stack: &str) -> Result<()> {
    let mut command = shell.command(shell.built(TERMINAL));
    command.args(["images", stack]);
    Step::new(shell, format!("Getting the images of {stack}")).minutes(60).run(command).map(drop)
}
