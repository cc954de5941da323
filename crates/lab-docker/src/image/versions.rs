//! docker/versions.env, the one place where versions are pinned.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The pinned names and versions.
#[derive(Debug)]
pub(crate) struct Versions {
    file: PathBuf,
    values: BTreeMap<String, String>,
}

impl Versions {
    /// Reads `versions.env` in that folder.
    pub(crate) fn load(docker: &Path) -> Result<Self> {
        let file = docker.join("versions.env");
        let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let values = lines.filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into()));
        Ok(Self { file, values: values.collect() })
    }

    /// A value.
    pub(crate) fn get(&self, name: &str) -> Result<&str> {
        self.find(name).ok_or_else(|| Error::Stack {
            file: self.file.clone(),
            line: 1,
            problem: format!("{name} is missing"),
            instead: format!("Add {name}=…"),
        })
    }

    /// A value that need not be there.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Every image that is named.
    pub(crate) fn images(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|(name, _)| name.ends_with("_IMAGE")).map(|(_, image)| image.as_str())
    }

    /// Has a name stand for a value from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// The values that a Dockerfile takes as build arguments.
    pub(crate) fn arguments(&self, dockerfile: &str) -> BTreeMap<String, String> {
        let taken: Vec<&str> = dockerfile
            .lines()
            .filter_map(|line| line.trim().strip_prefix("ARG "))
            .map(|argument| argument.split('=').next().unwrap_or(argument).trim())
            .collect();
        self.values
            .iter()
            .filter(|(name, _)| taken.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_gets_the_arguments_it_names_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("versions.env"), "# pinned\nA=1\n\nB=x:y=z\nC=3\n").unwrap();
        let versions = Versions::load(folder.path()).unwrap();
        let taken = versions.arguments("ARG B=default\nFROM ${B}\nARG A\nRUN echo C\n");
        assert_eq!(taken, BTreeMap::from([("A".into(), "1".into()), ("B".into(), "x:y=z".into())]));
        assert!(versions.get("D").unwrap_err().to_string().contains("D is missing"));
    }
}
