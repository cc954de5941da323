//! Where this machine reaches the outside through a proxy that signs anew, what a build fetches must be trusted too, and a
//! Dockerfile of three lines says nothing of that. So it is built from an image that is the same one, and trusts what this
//! machine trusts. Elsewhere nothing is made.

use std::collections::{BTreeMap, HashMap};

use bollard::body_full;
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures::StreamExt;
use lab_model::{Progress, ProgressSink};
use sha2::{Digest, Sha256};

use crate::error::words;
use crate::image::context::{host_certificates, tar_of};
use crate::{Engine, label};

/// Where the certificates lie in the image: those that it had, and this machine's.
const BUNDLE: &str = "/opt/pipewright-certificates.pem";
/// What tells pip of another bundle. Where an image has it already, it trusts whom it needs to.
const PIP: &str = "PIP_CERT";

impl Engine {
    /// For each image another one that trusts what this machine does, where it must be told; else none. A failure tells the
    /// image at which it was.
    pub(super) async fn trusting(
        &self,
        images: &[String],
        progress: &ProgressSink,
    ) -> Result<BTreeMap<String, String>, (String, String)> {
        let mut instead = BTreeMap::new();
        let Some(bundle) = host_certificates() else { return Ok(instead) };
        for image in images {
            let made = self.trusting_one(image, &bundle, progress).await;
            instead.extend(made.map_err(|why| (image.clone(), why))?.map(|other| (image.clone(), other)));
        }
        Ok(instead)
    }

    async fn trusting_one(
        &self,
        image: &str,
        bundle: &[u8],
        progress: &ProgressSink,
    ) -> Result<Option<String>, String> {
        if matches!(self.image_here("", image).await, Ok(None)) {
            self.pull(image, progress).await?;
        }
        let inspected = self.docker.inspect_image(image).await.map_err(|error| words(&error))?;
        let config = inspected.config.unwrap_or_default();
        if config.env.iter().flatten().any(|entry| entry.starts_with(&format!("{PIP}="))) {
            return Ok(None);
        }
        let id = inspected.id.unwrap_or_default();
        let user = config.user.filter(|user| !user.is_empty()).unwrap_or_else(|| "0".to_owned());
        let dockerfile = dockerfile(image, &user);
        let other = format!("pipewright/trusting:{}", digest(&[id.as_bytes(), bundle, dockerfile.as_bytes()]));
        if let Ok(Some(_)) = self.image_here("", &other).await {
            return Ok(Some(other));
        }
        progress(Progress::step(format!("let {image} trust what this machine trusts")));
        let files = [("Dockerfile", dockerfile.as_bytes()), ("host.pem", bundle)];
        let archive = tar_of(files.into_iter().map(|(name, content)| (name, 0o644, 0, content)));
        let archive = archive.map_err(|error| error.to_string())?;
        let labels = HashMap::from([(label::IMAGE.to_owned(), "trusting".to_owned())]);
        let options = BuildImageOptionsBuilder::new().t(&other).rm(true).forcerm(true).labels(&labels).build();
        let mut events = Box::pin(self.docker.build_image(options, None, Some(body_full(archive.into()))));
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| words(&error))?;
            if let Some(error) = event.error_detail.and_then(|detail| detail.message) {
                return Err(format!("it could not be given the certificates of this machine: {error}"));
            }
        }
        Ok(Some(other))
    }
}

/// uv and Python's own client go by the other variable.
fn dockerfile(image: &str, user: &str) -> String {
    format!(
        "FROM {image}\n\
         USER 0\n\
         COPY host.pem /tmp/host.pem\n\
         RUN cat /etc/ssl/certs/ca-certificates.crt /tmp/host.pem > {BUNDLE}; chmod 0644 {BUNDLE}; rm /tmp/host.pem\n\
         ENV {PIP}={BUNDLE} SSL_CERT_FILE={BUNDLE}\n\
         USER {user}\n"
    )
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_image_with_the_same_user() {
        let written = dockerfile("pipewright/airflow:3.3.2", "50000");
        assert!(
            written.starts_with("FROM pipewright/airflow:3.3.2\n") && written.ends_with("USER 50000\n"),
            "{written}"
        );
    }

    #[test]
    fn another_base_or_another_bundle_is_another_image() {
        let of = |parts: &[&str]| digest(&parts.iter().map(|part| part.as_bytes()).collect::<Vec<_>>());
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_ne!(of(&["a", "b"]), of(&["ab", ""]));
        assert_eq!(of(&["a"]).len(), 16);
    }
}
