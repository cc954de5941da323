//! `airflow.put_build_file`

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope};

/// Bytes; a Dockerfile is a screen or two.
const LARGEST: usize = 64 * 1024;

/// Writes a file that the next image is built from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PutBuildFile {
    /// `Dockerfile` or `requirements.txt`.
    file: File,
    /// What is in it.
    #[schemars(length(max = 65_536))]
    text: String,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
enum File {
    Dockerfile,
    #[serde(rename = "requirements.txt")]
    Requirements,
}

impl File {
    fn name(self) -> &'static str {
        match self {
            Self::Dockerfile => "Dockerfile",
            Self::Requirements => "requirements.txt",
        }
    }
}

impl Verb<Actions> for PutBuildFile {
    const NAME: &'static str = "airflow.put_build_file";
    const TITLE: &'static str = "Write a file of the image";
    const SAYS: &'static str =
        "Writes the Dockerfile or the requirements.txt that the next image is built from. Nothing is built yet.";

    fn check(&self) -> Result<(), String> {
        // requirements.txt may be empty: no package is wanted.
        if matches!(self.file, File::Dockerfile) {
            lab_probe::action::check_text("text", &self.text)?;
        }
        if self.text.len() > LARGEST || self.text.contains('\0') {
            return Err(format!("`text` must be at most {LARGEST} bytes of text"));
        }
        Ok(())
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.edit(self.file.name())]
    }

    fn unseen(&self) -> &'static str {
        "Of files in a folder of your own nothing is seen. An image that is built from them is."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let name = self.file.name();
        let path = scope.images()?.put_file(name, &self.text).await?;
        Ok(format!("{name} is written ({path}); the next build is made from it"))
    }
}
