//! The files in a lesson's folder: which may be there, and the pictures among them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Loader;
use crate::{flaw::nearest, markdown};

/// Beyond this a picture makes a page slow; bytes.
const LARGEST_PICTURE: u64 = 400_000;

/// A run of real engines that goes with the lesson.
const RECORDING: &str = "recording.ndjson.zst";

impl Loader<'_> {
    /// The pictures of a lesson as `data:` addresses, by path within its folder.
    pub(super) fn pictures(&mut self, lesson: &str) -> BTreeMap<String, String> {
        let paths: Vec<String> = self.files(lesson).into_iter().filter(|path| path.starts_with("assets/")).collect();
        let mut pictures = BTreeMap::new();
        for path in paths {
            let file = format!("{lesson}/{path}");
            match picture(&self.dir.join(&file), &path) {
                Ok(data) => drop(pictures.insert(path, data)),
                Err(why) => self.flaw(&file, why, "Pictures are svg, png, jpg, webp or gif, 400 kB at most."),
            }
        }
        pictures
    }

    /// Says which files nothing in the lesson speaks of.
    pub(super) fn undeclared(&mut self, lesson: &str, steps: &[String], texts: &BTreeMap<String, String>) {
        let shown: BTreeSet<String> = texts.values().flat_map(|text| markdown::pictures(text)).collect();
        let expected: BTreeSet<String> = ["lesson.toml", "solution.toml", RECORDING]
            .into_iter()
            .map(str::to_owned)
            .chain(steps.iter().map(|step| format!("{step}.md")))
            .chain(shown)
            .collect();
        for path in self.files(lesson).into_iter().filter(|path| !expected.contains(path)) {
            let hint = match nearest(&path, expected.iter().map(String::as_str)) {
                Some(near) => format!("Did you mean `{near}`?"),
                None if path.starts_with("assets/") => "Show it in a step's text, or remove it.".to_owned(),
                None => "Remove it, or name a step after it.".to_owned(),
            };
            self.flaw(&format!("{lesson}/{path}"), "nothing in the lesson uses this file", hint);
        }
    }

    /// Paths of all files in a lesson's folder, with `/`, sorted.
    fn files(&self, lesson: &str) -> Vec<String> {
        let root = self.dir.join(lesson);
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(inner) = path.strip_prefix(&root) {
                    found.push(inner.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }
}

fn picture(file: &Path, path: &str) -> Result<String, String> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let kind = match ending {
        "svg" => "svg+xml",
        "jpg" | "jpeg" => "jpeg",
        "png" | "webp" | "gif" => ending,
        _ => return Err(format!("`{path}` is not a picture that a page can show")),
    };
    let size = fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > LARGEST_PICTURE {
        return Err(format!("this picture is too large: {} kB", size / 1000));
    }
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}
