//! Chooses how the web view draws, before it starts.
//!
//! WebKitGTK's DMABUF renderer is slow or blank without a usable graphics card. Environment variables decide, and a
//! running process must not change its own: so the program starts itself once more with the variable set.

#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    use std::{os::unix::process::CommandExt, path::Path, process::Command};

    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let nvidia = Path::new("/proc/driver/nvidia").exists();
    if std::env::var_os(RENDERER).is_some() || (has_render_node() && !nvidia) {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(RENDERER, "1");
    if nvidia {
        again.env("__NV_DISABLE_EXPLICIT_SYNC", "1");
    }
    // Returns only if it failed; then the window is drawn the default way.
    let error = again.exec();
    eprintln!("the safe renderer could not be chosen: {error}");
}

#[cfg(target_os = "linux")]
fn has_render_node() -> bool {
    let nodes = std::fs::read_dir("/dev/dri").into_iter().flatten().filter_map(Result::ok);
    nodes.map(|node| node.file_name()).any(|name| name.to_string_lossy().starts_with("renderD"))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn choose() {}
