//! Assets: found by name or URI, as somebody calls them.

use lab_model::Problem;
use lab_probe::action::failed;
use serde::Deserialize;

use super::{Scope, names::check_words, refused::Advice};
use crate::rest::{Failure, Rest};

/// Airflow gives no more than this at once.
const PAGE: usize = 100;
/// Assets that are looked through.
const READ: usize = 2000;

pub(super) const ADVICE: Advice = Advice {
    missing: "Look at the list of assets, and at the DAGs that make each of them.",
    conflict: "Look at the list of assets: only one that exactly one DAG makes can be materialized.",
};

/// One of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Asset {
    pub(super) id: i64,
    pub(super) name: String,
    uri: String,
    /// DAGs that its events schedule.
    #[serde(default)]
    pub(super) scheduled_dags: Vec<OfDag>,
    /// Tasks that make it.
    #[serde(default)]
    pub(super) producing_tasks: Vec<OfDag>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct OfDag {
    pub(super) dag_id: String,
}

#[derive(Debug, Deserialize)]
struct Assets {
    assets: Vec<Asset>,
}

pub(super) fn check_asset(asset: &str) -> Result<(), String> {
    check_words("asset", asset, 1500)
}

/// `--uri s3://x` or `--name x`: what somebody calls it by.
pub(super) fn called(asset: &str) -> String {
    let by = if asset.contains("://") { "uri" } else { "name" };
    format!("--{by}={asset}")
}

/// The one that is meant.
pub(super) async fn find(scope: &Scope, rest: &mut Rest, doing: &str, asset: &str) -> Result<Asset, Problem> {
    let found = scope.or_cancelled(doing, of_name(rest, asset)).await?;
    let mut found = found.map_err(|failure| ADVICE.on(doing, rest, &failure))?;
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => {
            let hint = "Look at the list of assets: each has a name and a URI, and is there while a DAG names it.";
            Err(failed::not_now(&format!("There is no asset {asset}"), hint))
        }
        (Some(_), false) => Err(failed::not_now(
            &format!("Several assets have {asset} as their name or URI"),
            "Call it by the other one.",
        )),
    }
}

async fn of_name(rest: &mut Rest, asset: &str) -> Result<Vec<Asset>, Failure> {
    let (mut read, mut found) = (0, Vec::new());
    loop {
        let page = rest.get::<Assets>(&format!("assets?order_by=id&limit={PAGE}&offset={read}")).await?.said.assets;
        let last = page.len() < PAGE;
        read += page.len();
        found.extend(page.into_iter().filter(|one| one.name == asset || one.uri == asset));
        if last || read >= READ {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_uri_is_called_by_it() {
        assert_eq!((called("s3://b/x").as_str(), called("-orders").as_str()), ("--uri=s3://b/x", "--name=-orders"));
    }
}
