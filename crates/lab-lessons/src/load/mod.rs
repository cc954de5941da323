//! Reads a folder of lessons: every track, every lesson, and everything that is wrong in them.
//!
//! The only module that touches lesson files. It never stops at the first flaw, and a lesson with a flaw is left out:
//! a learner must not meet a check that cannot be trusted.

mod asking;
mod calls;
mod folder;
mod lesson;
mod names;
mod sentences;
mod shapes;
mod solution;

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    Catalog, Flaw, Lesson,
    file::{PipelineStage, TrackFile},
    flaw::{Slip, did_you_mean},
    names::is_kebab,
    source::Source,
};

pub use sentences::sentences;
use shapes::Shapes;

/// All lessons that are without flaw, by track.
#[derive(Debug, Clone, Default)]
pub struct Library {
    tracks: Vec<Track>,
}

/// Lessons that belong together, in order.
#[derive(Debug, Clone)]
pub struct Track {
    /// Folder name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What it is about.
    pub says: String,
    /// The stage of the pipeline that it is about; none if it is about several.
    pub stage: Option<PipelineStage>,
    /// The lessons, in order.
    pub lessons: Vec<Lesson>,
}

impl Library {
    /// Reads `dir/<track>/<lesson>/`. What is wrong is given back, sorted by place; a lesson with a flaw is left out.
    pub fn load(dir: &Path, catalog: &Catalog) -> (Self, Vec<Flaw>) {
        let shapes = Shapes::new(catalog);
        let mut loader =
            Loader { dir: dir.to_owned(), catalog, shapes: &shapes, lessons: BTreeSet::new(), flaws: Vec::new() };
        let tracks = loader.tracks();
        let mut flaws = loader.flaws;
        flaws.sort();
        flaws.dedup();
        (Self { tracks }, flaws)
    }

    /// Tracks in the order in which they should be learned.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The lesson `track/lesson`.
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.find(id).map(|(track, at)| &track.lessons[at])
    }

    /// A lesson's track and its place in it, from 0.
    pub fn find(&self, id: &str) -> Option<(&Track, usize)> {
        self.tracks
            .iter()
            .find_map(|track| track.lessons.iter().position(|lesson| lesson.id == id).map(|at| (track, at)))
    }

    /// The lesson after that one in its track.
    pub fn after(&self, id: &str) -> Option<&Lesson> {
        self.find(id).and_then(|(track, at)| track.lessons.get(at + 1))
    }
}

struct Loader<'a> {
    dir: PathBuf,
    catalog: &'a Catalog,
    shapes: &'a Shapes<'a>,
    /// Every lesson a track lists, for links.
    lessons: BTreeSet<String>,
    flaws: Vec<Flaw>,
}

impl Loader<'_> {
    fn tracks(&mut self) -> Vec<Track> {
        let mut files = Vec::new();
        for track in self.subfolders("") {
            if let Some((source, file)) = self.track_file(&track) {
                self.lessons.extend(file.lessons.iter().map(|lesson| format!("{track}/{lesson}")));
                files.push((track, source, file));
            }
        }
        files.sort_by_key(|(_, _, file)| file.place);
        files.into_iter().map(|(id, source, file)| self.track(id, &source, file)).collect()
    }

    fn track_file(&mut self, track: &str) -> Option<(Source, TrackFile)> {
        let name = format!("{track}/track.toml");
        let source = self.toml(&name)?;
        let slips = self.shapes.track.slips(&source.value);
        if !slips.is_empty() {
            self.flaws.extend(slips.into_iter().map(|slip| source.flaw(slip)));
            return None;
        }
        let file = TrackFile::deserialize(&source.value).ok()?;
        Some((source, file))
    }

    fn track(&mut self, id: String, source: &Source, file: TrackFile) -> Track {
        let folders = self.subfolders(&id);
        if !is_kebab(&id) {
            self.flaws.push(source.flaw(kebab("", &id)));
        }
        for (i, lesson) in file.lessons.iter().enumerate() {
            let pointer = format!("/lessons/{i}");
            if file.lessons[..i].contains(lesson) {
                self.flaws.push(source.flaw(Slip::value(&pointer, format!("`{lesson}` is listed twice"), "")));
            }
            if !folders.contains(lesson) {
                let hint = did_you_mean(lesson, folders.iter().map(String::as_str));
                self.flaws.push(source.flaw(Slip::value(&pointer, format!("there is no folder `{lesson}`"), hint)));
            } else if !is_kebab(lesson) {
                self.flaws.push(source.flaw(kebab(&pointer, lesson)));
            }
        }
        for folder in folders.iter().filter(|folder| !file.lessons.contains(folder)) {
            let hint = format!("Add \"{folder}\" to `lessons`, where it belongs in the order.");
            self.flaws.push(source.flaw(Slip::key("/lessons", format!("the lesson `{folder}` is not listed"), hint)));
        }
        let here = file.lessons.iter().filter(|lesson| folders.contains(lesson));
        let lessons = here.filter_map(|lesson| self.lesson(&format!("{id}/{lesson}"))).collect();
        Track { id, title: file.title, says: file.says, stage: file.stage, lessons }
    }

    /// Reads a TOML file of the folder.
    fn toml(&mut self, name: &str) -> Option<Source> {
        let text = self.text(name)?;
        Source::parse(name, &text).map_err(|flaw| self.flaws.push(flaw)).ok()
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match fs::read_to_string(self.dir.join(name)) {
            Ok(text) => Some(text.replace("\r\n", "\n")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.flaw(name, "this file is missing", "");
                None
            }
            Err(error) => {
                self.flaw(name, format!("this file cannot be read: {error}"), "");
                None
            }
        }
    }

    fn flaw(&mut self, file: &str, says: impl Into<String>, hint: impl Into<String>) {
        let flaw = Flaw { file: file.to_owned(), line: 1, column: 1, says: says.into(), hint: hint.into() };
        self.flaws.push(flaw);
    }

    /// Names of the folders in a folder, sorted; hidden ones are nobody's.
    fn subfolders(&mut self, of: &str) -> Vec<String> {
        let entries = match fs::read_dir(self.dir.join(of)) {
            Ok(entries) => entries,
            Err(error) => {
                self.flaw(of, format!("this folder cannot be read: {error}"), "");
                return Vec::new();
            }
        };
        let folders = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }
}

/// Ids are keys of saved progress and parts of addresses.
fn kebab(pointer: &str, id: &str) -> Slip {
    Slip::value(
        pointer,
        format!("`{id}` is not kebab-case"),
        "Use a-z, 0-9 and single hyphens, beginning with a letter.",
    )
}
