//! Names the window's commands, so that each needs a permission like any other.

fn main() {
    let commands = &["rpc", "subscribe", "ack", "unsubscribe"];
    let manifest = tauri_build::AppManifest::new().commands(commands);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}
