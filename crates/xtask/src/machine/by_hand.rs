//! Systems where we install nothing: what to install there, said only for what is missing.

use anyhow::{Result, bail};

use super::{Need, has_program};
use crate::shell::Shell;

/// A thing to have, how it is seen, and how a person gets it.
struct Thing {
    there: bool,
    advice: &'static str,
}

pub(super) fn check(shell: &Shell, needs: &[Need]) -> Result<()> {
    if needs.contains(&Need::WindowDriver) {
        bail!("The window is driven through WebKitWebDriver, which only Linux has: run the tests on Debian or Ubuntu.");
    }
    let things = if cfg!(target_os = "macos") {
        mac(shell, needs)
    } else if cfg!(windows) {
        windows(needs)
    } else {
        other_linux(shell, needs)
    };
    let missing: Vec<_> = things.iter().filter(|thing| !thing.there).map(|thing| thing.advice).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("Pipewright does not install software on this system. Please install:\n  - {}", missing.join("\n  - "))
}

fn mac(shell: &Shell, needs: &[Need]) -> Vec<Thing> {
    let tools = shell.read(shell.command("xcode-select").arg("-p")).is_ok();
    vec![
        Thing { there: tools, advice: "the compiler: `xcode-select --install`" },
        Thing { there: browser(needs), advice: BROWSER },
    ]
}

fn windows(needs: &[Need]) -> Vec<Thing> {
    // The MSVC linker comes with Rust's own set-up; librdkafka is then compiled with CMake.
    vec![
        Thing { there: has_program("cmake"), advice: "CMake: `winget install Kitware.CMake`" },
        Thing { there: has_program("git"), advice: "Git: `winget install Git.Git`" },
        Thing { there: browser(needs), advice: BROWSER },
    ]
}

fn other_linux(shell: &Shell, needs: &[Need]) -> Vec<Thing> {
    let webkit = || shell.read(shell.command("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_ok();
    vec![
        Thing { there: has_program("make") && has_program("g++"), advice: "a C and C++ compiler, and make" },
        Thing { there: has_program("pkg-config"), advice: "pkg-config" },
        Thing {
            there: !needs.contains(&Need::Window) || webkit(),
            advice: "the development files of WebKitGTK 4.1, OpenSSL, librsvg and libxdo (tauri.app, “Prerequisites”)",
        },
        Thing { there: browser(needs), advice: BROWSER },
    ]
}

const BROWSER: &str = "Chromium, with PIPEWRIGHT_CHROMIUM set to its path";

fn browser(needs: &[Need]) -> bool {
    !needs.contains(&Need::Browser) || std::env::var_os("PIPEWRIGHT_CHROMIUM").is_some() || has_program("chromium")
}
