//! `airflow.build_image`

use std::sync::Arc;

use lab_model::Problem;
use lab_probe::action::Verb;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Actions, ByHand, Scope, image};

/// Builds an image that extends Airflow's.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BuildImage {
    /// The name that the image gets, like `airflow-ml:1`. One of this name that was built for this lab is replaced.
    #[schemars(length(min = 1, max = 257))]
    tag: String,
}

impl Verb<Actions> for BuildImage {
    const NAME: &'static str = "airflow.build_image";
    const TITLE: &'static str = "Build the image";
    const SAYS: &'static str =
        "Builds an image from the lab's Dockerfile and requirements.txt. Airflow goes on with the image that it has.";

    fn check(&self) -> Result<(), String> {
        image::check_tag(&self.tag)
    }

    fn by_hand(&self, place: &ByHand) -> Vec<String> {
        vec![place.build(&image::whole(&self.tag))]
    }

    fn unseen(&self) -> &'static str {
        "The steps of a build by hand are seen in your terminal alone; the image that it makes is seen here."
    }

    async fn run(self, scope: &Scope) -> Result<String, Problem> {
        scope.images()?.build(&image::whole(&self.tag), Arc::clone(&scope.progress), scope.cancel.clone()).await
    }
}
