//! The files that an image is built from, in a folder of the lab's own. Before somebody wrote them they are what everybody
//! begins with: three lines, and no package.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    string::FromUtf8Error,
};

use lab_model::{Code, Problem, facts::image::BuildFileSeen};

/// Their names.
pub(super) const DOCKERFILE: &str = "Dockerfile";
pub(super) const REQUIREMENTS: &str = "requirements.txt";

/// The same version of Airflow again: else pip may put another one in its place without a word.
fn first_dockerfile(base: &str) -> String {
    format!(
        "FROM {base}\n\
         COPY requirements.txt /\n\
         RUN pip install --no-cache-dir \"apache-airflow==${{AIRFLOW_VERSION}}\" -r /requirements.txt\n"
    )
}

const FIRST_REQUIREMENTS: &str = "# One package a line, e.g. quixstreams==3.28.1\n";

/// The files of one node's builds.
pub(super) struct Files {
    folder: PathBuf,
    first: [(&'static str, String); 2],
}

impl Files {
    /// In that folder; of which nothing need be there.
    pub(super) fn new(folder: &Path, base: &str) -> Self {
        let first = [(DOCKERFILE, first_dockerfile(base)), (REQUIREMENTS, FIRST_REQUIREMENTS.to_owned())];
        Self { folder: folder.to_owned(), first }
    }

    /// All of them.
    pub(super) fn read(&self) -> io::Result<Vec<BuildFileSeen>> {
        let one = |(name, first): &(&str, String)| match fs::read(self.folder.join(name)) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).map_err(|error| not_text(name, &error))?;
                Ok(BuildFileSeen { name: (*name).to_owned(), text, written: true })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(BuildFileSeen { name: (*name).to_owned(), text: first.clone(), written: false })
            }
            Err(error) => Err(error),
        };
        self.first.iter().map(one).collect()
    }

    /// Writes one; gives where it is. Whoever reads it meanwhile has the old one or the new one.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        if self.first.iter().all(|(known, _)| *known != name) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "nothing is built from a file of that name"));
        }
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(name);
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        new.write_all(text.as_bytes())?;
        new.persist(&path)?;
        Ok(path)
    }
}

/// What somebody wrote by hand is built as it is, or not at all.
fn not_text(name: &str, error: &FromUtf8Error) -> io::Error {
    let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    io::Error::new(io::ErrorKind::InvalidData, format!("{name}, line {line}: this is not UTF-8"))
}

pub(super) fn not_here(error: &io::Error) -> Problem {
    Problem {
        code: Code::NotNow,
        message: "Which images the lab has is not known yet.".into(),
        detail: error.to_string(),
        hint: "Look whether the container engine answers: pipewright doctor".into(),
    }
}

pub(super) fn not_written(name: &str, error: &io::Error) -> Problem {
    Problem {
        code: Code::Storage,
        message: format!("{name} cannot be written."),
        detail: error.to_string(),
        hint: "Check that the folder of Pipewright's data can be written.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_anything_was_written_it_is_the_three_lines_of_everybody() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(&folder.path().join("airflow-1"), "pipewright/airflow:3.3.2");
        let read = files.read().unwrap();
        assert!(read.iter().all(|file| !file.written));
        let lines: Vec<&str> = read[0].text.lines().collect();
        assert_eq!(lines[..2], ["FROM pipewright/airflow:3.3.2", "COPY requirements.txt /"]);
        assert_eq!(lines.len(), 3);
        assert!(read[1].text.starts_with('#'));
        assert!(!folder.path().join("airflow-1").exists(), "to look writes nothing");
    }

    #[test]
    fn what_was_written_is_read_and_the_other_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(&folder.path().join("airflow-1"), "a:1");
        files.write(REQUIREMENTS, "humanize\n").unwrap();
        files.write(REQUIREMENTS, "humanize==4\n").unwrap();
        let read = files.read().unwrap();
        assert_eq!((read[1].text.as_str(), read[1].written, read[0].written), ("humanize==4\n", true, false));
        let left = fs::read_dir(folder.path().join("airflow-1")).unwrap().count();
        assert_eq!(left, 1, "no half-written file is left");
    }

    #[test]
    fn what_is_no_text_is_told_with_its_line_and_not_altered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(DOCKERFILE), b"FROM a:1\n# gr\xfc\xdfe\n").unwrap();
        let error = Files::new(folder.path(), "a:1").read().unwrap_err();
        assert_eq!(error.to_string(), "Dockerfile, line 2: this is not UTF-8");
    }

    #[test]
    fn only_files_of_a_build_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let error = Files::new(folder.path(), "a:1").write("../x", "").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
