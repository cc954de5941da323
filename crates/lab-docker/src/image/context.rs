//! What is sent to the engine to build from: a folder as a tar, plus what this machine needs to fetch through its proxy.
//!
//! The folder alone makes the digest; the machine's certificates do not, since they must not change the image.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Where a Dockerfile's fetching stage finds the machine's certificates.
const HOST_CERTIFICATES: &str = "host/ca.crt";

/// A build context in memory; ours are a few dozen kilobytes.
#[derive(Debug)]
pub(super) struct Context {
    /// Path → (mode, content), sorted by path.
    files: BTreeMap<String, (u32, Vec<u8>)>,
}

impl Context {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(&next).map_err(Error::file(&next))? {
                let path = entry.map_err(Error::file(&next))?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                let content = std::fs::read(&path).map_err(Error::file(&path))?;
                files.insert(name, (mode(&path, &content), content));
            }
        }
        files.remove(HOST_CERTIFICATES);
        Ok(Self { files })
    }

    pub(super) fn dockerfile(&self) -> String {
        self.files
            .get("Dockerfile")
            .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
            .unwrap_or_default()
    }

    /// Changes when any file, or its being executable, changes.
    pub(super) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (name, (mode, content)) in &self.files {
            hash.update(format!("{name}\0{mode:o}\0{}\0", content.len()));
            hash.update(content);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The same with the machine's certificates, where a Dockerfile asks for them.
    pub(super) fn with_host_certificates(mut self) -> Self {
        if self.dockerfile().contains("COPY host/")
            && let Some(bundle) = host_certificates()
        {
            self.files.insert(HOST_CERTIFICATES.to_owned(), (0o644, bundle));
        }
        self
    }

    pub(super) fn tar(&self) -> Result<Vec<u8>> {
        let files = self.files.iter().map(|(name, (mode, content))| (name.as_str(), *mode, 0, content.as_slice()));
        tar_of(files)
    }
}

/// A tar of files (name, mode, owner, content), with a fixed time, so that equal files give equal layers.
pub(crate) fn tar_of<'a>(files: impl Iterator<Item = (&'a str, u32, u32, &'a [u8])>) -> Result<Vec<u8>> {
    tar_written_at(1_000_000_000, files)
}

/// The same with the time at which they count as written, Unix seconds.
pub(crate) fn tar_written_at<'a>(
    time: u64,
    files: impl Iterator<Item = (&'a str, u32, u32, &'a [u8])>,
) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, mode, owner, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        header.set_uid(owner.into());
        header.set_mtime(time);
        archive.append_data(&mut header, name, content).map_err(Error::file(name))?;
    }
    archive.into_inner().map_err(Error::file("archive"))
}

/// Where the file system knows no executable bit, a script is what begins like one.
fn mode(path: &Path, content: &[u8]) -> u32 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = content;
        let executable = std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0);
        if executable { 0o755 } else { 0o644 }
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        if content.starts_with(b"#!") { 0o755 } else { 0o644 }
    }
}

/// The bundle that this machine's tools are told to trust, else the certificates its administrator added.
pub(super) fn host_certificates() -> Option<Vec<u8>> {
    for variable in ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        if let Some(bundle) = std::env::var_os(variable).and_then(|file| std::fs::read(file).ok()) {
            return Some(bundle);
        }
    }
    let folders = [
        "/usr/local/share/ca-certificates",
        "/etc/pki/ca-trust/source/anchors",
        "/etc/ca-certificates/trust-source/anchors",
    ];
    let mut bundle = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        for file in files {
            if let Ok(content) = std::fs::read(&file)
                && content.starts_with(b"-----BEGIN")
            {
                bundle.extend(content);
                bundle.push(b'\n');
            }
        }
    }
    (!bundle.is_empty()).then_some(bundle)
}

/// The proxy settings of this machine, in the spelling that Docker hands to builds without keeping them in the image.
pub(super) fn proxies() -> BTreeMap<String, String> {
    let names = ["http_proxy", "https_proxy", "no_proxy", "all_proxy"];
    let value = |name: &str| std::env::var(name).or_else(|_| std::env::var(name.to_uppercase())).ok();
    names.iter().filter_map(|name| Some(((*name).to_owned(), value(name).filter(|v| !v.is_empty())?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("host")).unwrap();
        std::fs::write(folder.path().join("Dockerfile"), "FROM x\nCOPY host/ /host/\n").unwrap();
        std::fs::write(folder.path().join("host/README.md"), "here").unwrap();
        folder
    }

    #[test]
    fn certificates_of_the_machine_do_not_change_the_digest_and_other_files_do() {
        let folder = folder();
        let plain = Context::read(folder.path()).unwrap().digest();
        std::fs::write(folder.path().join("host/ca.crt"), "-----BEGIN CERTIFICATE-----").unwrap();
        assert_eq!(Context::read(folder.path()).unwrap().digest(), plain);
        std::fs::write(folder.path().join("host/README.md"), "there").unwrap();
        assert_ne!(Context::read(folder.path()).unwrap().digest(), plain);
    }

    #[test]
    fn the_archive_holds_every_file_with_its_mode() {
        let folder = folder();
        let archive = Context::read(folder.path()).unwrap().tar().unwrap();
        let mut archive = tar::Archive::new(archive.as_slice());
        let names: Vec<(String, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (entry.path().unwrap().to_string_lossy().into_owned(), entry.header().mode().unwrap())
            })
            .collect();
        assert_eq!(names, [("Dockerfile".into(), 0o644), ("host/README.md".into(), 0o644)]);
    }
}
