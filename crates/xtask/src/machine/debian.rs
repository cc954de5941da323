//! Debian and Ubuntu: which packages each need stands for, and installing the missing ones.
//!
//! The only place that names packages.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::privilege::Privilege;
use super::{Need, has_program};
use crate::shell::Shell;
use crate::step::Step;

/// Whether packages are managed by dpkg and apt here.
pub(super) fn here() -> bool {
    cfg!(target_os = "linux") && has_program("dpkg-query") && has_program("apt-get")
}

/// The packages behind a need.
fn packages(need: Need) -> &'static [&'static str] {
    match need {
        // librdkafka is compiled from its C source with make and configure.
        Need::Compile => &["build-essential", "pkg-config", "ca-certificates", "git"],
        Need::Window => &["libwebkit2gtk-4.1-dev", "libxdo-dev", "libssl-dev", "librsvg2-dev"],
        Need::Images => &["debootstrap"],
        // On Ubuntu `chromium` is only a stand-in for a snap: there Playwright brings its own browser.
        Need::Browser if is_ubuntu() => &[],
        Need::Browser => &["chromium"],
        Need::WindowDriver => &["webkit2gtk-driver", "xvfb", "dbus", "dbus-x11"],
    }
}

/// What the container engine is made of here. `acl` opens its socket for one person without a new log-in.
pub(super) const ENGINE: &[&str] = &["docker.io", "iptables", "debootstrap", "acl"];

/// Installs what the needs are missing, after asking.
pub(super) fn install(shell: &Shell, needs: &[Need]) -> Result<()> {
    let wanted: BTreeSet<&str> = needs.iter().flat_map(|need| packages(*need)).copied().collect();
    install_packages(shell, &wanted.into_iter().collect::<Vec<_>>(), "Pipewright needs these packages")
}

/// Installs the packages that are missing; takes milliseconds when none is.
pub(super) fn install_packages(shell: &Shell, wanted: &[&str], why: &str) -> Result<()> {
    let missing = missing(shell, wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let plan = format!("apt-get update && apt-get install --no-install-recommends {list}");
    shell.say(format!("{why}: {list}"));
    if !shell.confirm("Install them now?")? {
        bail!("Nothing was installed. To do it yourself:\n  sudo sh -c '{plan}'");
    }
    let privilege = Privilege::obtain(shell, &format!("sudo sh -c '{plan}'"))?;
    let apt = |words: &[&str]| {
        let mut command = privilege.command(shell, "env");
        // Another apt at work (unattended upgrades on a fresh machine) is waited for instead of failing.
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-y"]);
        command.args(words);
        command
    };
    Step::new(shell, "Updating the package lists").minutes(10).run(apt(&["update"]))?;
    let words = [&["install", "--no-install-recommends"], missing.as_slice()].concat();
    Step::new(shell, format!("Installing {} packages", missing.len())).minutes(30).run(apt(&words))?;
    Ok(())
}

fn missing<'a>(shell: &Shell, wanted: &[&'a str]) -> Vec<&'a str> {
    let mut query = shell.command("dpkg-query");
    query.args(["-W", "-f=${Package} ${db:Status-Status}\n"]).args(wanted);
    // The command fails when one name is unknown, and still lists the others; what is not listed is missing.
    let listed = query.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    not_installed(&listed, wanted)
}

fn not_installed<'a>(listed: &str, wanted: &[&'a str]) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = listed.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    wanted.iter().copied().filter(|name| !installed.contains(name)).collect()
}

fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_counts_as_there() {
        let listed = "git installed\nxvfb config-files\n";
        assert_eq!(not_installed(listed, &["git", "xvfb", "chromium"]), ["xvfb", "chromium"]);
    }

    #[test]
    fn this_system_knows_its_own_packages() {
        if here() {
            let shell = Shell::for_test();
            assert_eq!(missing(&shell, &["dpkg", "no-such-package-at-all"]), ["no-such-package-at-all"]);
        }
    }
}
