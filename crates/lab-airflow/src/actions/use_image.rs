//! `airflow.use_image`

use std::sync::Arc;

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, image};

/// Lets Airflow run another image.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UseImage {
    /// The image: one that was built for this lab, or the stack's own, like `pipewright/airflow:3.3.2`. Without it the
    /// stack's own.
    #[serde(default)]
    #[schemars(length(min = 1, max = 257))]
    tag: Option<String>,
}

impl Verb<Actions> for UseImage {
    const NAME: &'static str = "airflow.use_image";
    const TITLE: &'static str = "Run the image";
    const SAYS: &'static str = "Makes Airflow's container anew from an image, and waits until Airflow is ready. DAGs, runs and \
        Variables stay: they are in volumes. Tasks that run are ended.";
    const DANGEROUS: bool = true;

    fn check(&self) -> Result<(), String> {
        self.tag.as_deref().map_or(Ok(()), image::check_tag)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![match &self.tag {
            Some(tag) => place.up(&image::whole(tag)),
            None => place.up_again(),
        }]
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        let tag = self.tag.as_deref().map(image::whole);
        scope.images()?.run(tag.as_deref(), Arc::clone(&scope.progress), scope.cancel.clone()).await
    }
}
