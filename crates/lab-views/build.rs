//! Lists the folders under `src/kinds`: adding a kind of view is adding a folder, and nothing else.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let kinds = Path::new(&root).join("src/kinds");
    println!("cargo:rerun-if-changed={}", kinds.display());
    let mut names = fs::read_dir(&kinds)?
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("mod.rs").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    names.sort();
    let mut code = String::new();
    for name in &names {
        let file = kinds.join(name).join("mod.rs");
        writeln!(code, "#[path = {:?}]\npub mod {name};", file.display().to_string())?;
    }
    writeln!(code, "/// Every kind, by name.\npub(crate) static ALL: &[crate::Kind] = &[")?;
    for name in &names {
        writeln!(code, "    crate::Kind::of::<{name}::TheView>(),")?;
    }
    writeln!(code, "];")?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("kinds.rs"), code)?;
    Ok(())
}
