//! Rules for the UI: which folder may import which, what only one place may do, and the Svelte habits that break live
//! pictures.

use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use regex::Regex;

use super::Finding;
use super::rust_files::Names;
use crate::shell::Shell;

/// TypeScript and Svelte files must be divided past this; generated files and tests are not counted.
const LONGEST_FILE: usize = 250;

/// What each folder of `ui/src` may import besides itself. Files at the top put the whole together and are free.
const LAYERS: &[(&str, &[&str])] = &[
    ("host", &[]),
    ("rpc", &["host"]),
    ("state", &["rpc"]),
    ("kit", &[]),
    ("lesson", PARTS),
    ("cluster", PARTS),
    ("experiment", PARTS),
    ("views", PARTS),
    ("screens", &["lesson", "cluster", "experiment", "views", "state", "kit"]),
];
const PARTS: &[&str] = &["state", "kit"];

/// Words that only one place may contain: the word, the place (a folder or file), why.
const ONLY_IN: &[(&str, &str, &str)] = &[
    ("@tauri-apps/", "ui/src/host/", "everything else runs in a browser, too"),
    ("flushSync", "nowhere", "it leaves Svelte's batch half done and parts of the screen stop updating"),
    ("dangerouslySetInnerHTML", "nowhere", "lesson text is sanitised in Rust and shown in one component"),
];

/// Words that at most one file may contain.
const ONCE: &[(&str, &str)] = &[
    ("{@html", "show sanitised lesson text through the one component that does"),
    ("navigator.language", "the language may be `C`, which Intl refuses: ask the one place that checks it"),
];

pub(super) fn check(shell: &Shell) -> Result<Vec<Finding>> {
    let names = Names::new()?;
    let imports = Regex::new(r#"(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']"#)?;
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for file in shell.files("ui")?.into_iter().chain(shell.files("tests/e2e")?) {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if file.file_name().is_some_and(|name| name == "package.json") {
            findings.extend(exact_versions(&file, &std::fs::read_to_string(shell.root().join(&file))?)?);
        }
        if ["ts", "svelte", "js", "mjs"].contains(&ending) {
            let text = std::fs::read_to_string(shell.root().join(&file))?;
            let lines: Vec<_> = text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect();
            findings.extend(names.judge(&file, &lines));
            sources.push((file, text));
        }
    }
    for (file, text) in &sources {
        findings.extend(judge(file, text, &imports));
    }
    findings.extend(once(&sources));
    findings.extend(same_kinds(shell));
    Ok(findings)
}

fn judge(file: &Path, text: &str, imports: &Regex) -> Vec<Finding> {
    let path = file.display().to_string();
    let mut findings = Vec::new();
    let generated = path.ends_with(".gen.ts");
    let counts = text.lines().count();
    if counts > LONGEST_FILE && !generated && !path.contains(".test.") && !path.contains(".spec.") {
        findings.push(format!("{path}: {counts} lines, at most {LONGEST_FILE}: divide it"));
    }
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        for (word, place, why) in ONLY_IN {
            if line.contains(word) && !path.starts_with(place) && path.starts_with("ui/src/") && !is_comment(line) {
                findings.push(format!("{path}:{number}: {word} belongs {}: {why}", within(place)));
            }
        }
        for found in imports.captures_iter(line) {
            findings.extend(direction(file, &found[1]).map(|why| format!("{path}:{number}: {why}")));
        }
    }
    findings
}

fn within(place: &str) -> String {
    if place == "nowhere" { place.to_owned() } else { format!("only in {place}") }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") || line.starts_with("<!--")
}

/// Why an import points the wrong way, if it does. Types generated from Rust are the language all folders share.
fn direction(file: &Path, specifier: &str) -> Option<String> {
    if !specifier.starts_with('.') || specifier.contains(".gen") {
        return None;
    }
    let target = resolve(file.parent()?, specifier);
    let (from, to) = (place(file)?, place(&target)?);
    let (Some(from_layer), Some(to_layer)) = (from.first(), to.first()) else {
        return None;
    };
    if from_layer == to_layer {
        let apart = from_layer == "views" && from.len() > 1 && to.len() > 1 && from[1] != to[1];
        return apart.then(|| format!("views/{} must not import views/{}: what they share is kit", from[1], to[1]));
    }
    match LAYERS.iter().find(|(layer, _)| layer == from_layer) {
        None => Some(format!("the folder {from_layer}/ has no place in the directions (tidy/ui_files.rs)")),
        Some((_, allowed)) if allowed.contains(&to_layer.as_str()) => None,
        Some(_) => Some(format!("{from_layer}/ must not import {to_layer}/")),
    }
}

/// The folders between `ui/src` and a file; none for a file at the top.
fn place(file: &Path) -> Option<Vec<String>> {
    let inside = file.strip_prefix("ui/src").ok()?;
    let mut parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.pop();
    Some(parts)
}

fn resolve(folder: &Path, specifier: &str) -> PathBuf {
    let mut path = folder.to_path_buf();
    for part in Path::new(specifier).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

fn once(sources: &[(PathBuf, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (word, why) in ONCE {
        let holders: Vec<_> = sources
            .iter()
            .filter(|(file, _)| file.starts_with("ui/src") && !file.to_string_lossy().contains(".test."))
            .filter(|(_, text)| text.lines().any(|line| line.contains(word) && !is_comment(line)))
            .map(|(file, _)| file.display().to_string())
            .collect();
        if holders.len() > 1 {
            findings.push(format!("{word} is in {} files ({}): {why}", holders.len(), holders.join(", ")));
        }
    }
    findings
}

/// Versions are exact, Svelte's above all: its batch code has had regressions between patch releases.
fn exact_versions(file: &Path, text: &str) -> Result<Vec<Finding>> {
    let package: serde_json::Value = serde_json::from_str(text)?;
    let mut findings = Vec::new();
    for section in ["dependencies", "devDependencies"] {
        for (name, version) in package[section].as_object().into_iter().flatten() {
            if !version.as_str().unwrap_or_default().starts_with(|first: char| first.is_ascii_digit()) {
                findings.push(format!("{}: pin {name} exactly (now {version})", file.display()));
            }
        }
    }
    Ok(findings)
}

/// A view kind has two halves with one name: its fold in Rust and its drawing here.
fn same_kinds(shell: &Shell) -> Vec<Finding> {
    let (folds, drawings) = ("crates/lab-views/src/kinds", "ui/src/views");
    let kinds = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(shell.root().join(folder)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let (rust, ui) = (kinds(folds), kinds(drawings));
    let lonely = |names: &[String], others: &[String], here: &str, there: &str| -> Vec<Finding> {
        let missing = names.iter().filter(|name| !others.contains(name));
        missing.map(|name| format!("{here}/{name} has no other half {there}/{name}")).collect()
    };
    [lonely(&rust, &ui, folds, drawings), lonely(&ui, &rust, drawings, folds)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, text: &str) -> String {
        let imports = Regex::new(r#"(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']"#).unwrap();
        judge(Path::new(file), text, &imports).join("\n")
    }

    #[test]
    fn imports_point_downwards() {
        assert_eq!(found("ui/src/screens/Learn.svelte", "import A from \"../lesson/A.svelte\";\n"), "");
        assert_eq!(found("ui/src/views/a/index.ts", "import x from \"../../kit/axis\";\n"), "");
        assert_eq!(found("ui/src/kit/a.ts", "import type { M } from \"../rpc/model.gen\";\n"), "");
        assert!(found("ui/src/kit/a.ts", "import x from \"../state/x\";\n").contains("kit/ must not import state/"));
        assert!(
            found("ui/src/lesson/a.ts", "import(\"../cluster/x\");\n").contains("lesson/ must not import cluster/")
        );
        assert!(found("ui/src/views/a/i.ts", "import \"../b/x\";\n").contains("views/a must not import views/b"));
        assert!(found("ui/src/new/i.ts", "import \"../kit/x\";\n").contains("new/ has no place"));
    }

    #[test]
    fn the_window_is_named_in_one_folder() {
        let text = "import { invoke } from \"@tauri-apps/api/core\";\n";
        assert_eq!(found("ui/src/host/tauri.ts", text), "");
        assert!(found("ui/src/state/a.ts", text).contains("only in ui/src/host/"));
        assert!(found("ui/src/state/a.ts", "flushSync();\n").contains("belongs nowhere"));
    }

    #[test]
    fn one_file_shows_html() {
        let file = |name: &str| (PathBuf::from(name), "{@html text}\n".to_owned());
        assert!(once(&[file("ui/src/lesson/Text.svelte")]).is_empty());
        assert_eq!(once(&[file("ui/src/lesson/Text.svelte"), file("ui/src/kit/Other.svelte")]).len(), 1);
    }

    #[test]
    fn versions_are_exact() {
        let text = r#"{ "dependencies": { "svelte": "^5.57.3", "uplot": "1.6.32" } }"#;
        assert_eq!(exact_versions(Path::new("ui/package.json"), text).unwrap().len(), 1);
    }
}
