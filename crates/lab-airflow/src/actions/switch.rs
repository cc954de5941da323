//! A DAG is paused or not: the same to do both ways.

use std::time::Duration;

use lab_model::Problem;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::Scope;
use crate::{
    ask, error,
    rest::{Failure, Rest, part},
};

/// So often it is tried where nobody knows whether it was done.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_millis(300);

/// Sets it; gives whether that changed anything.
pub(super) async fn set(scope: &Scope, dag: &str, paused: bool) -> Result<bool, Problem> {
    let doing = format!("{} {dag}", if paused { "pause" } else { "unpause" });
    let mut rest = scope.rest();
    let changed = scope.or_cancelled(&doing, change(&mut rest, dag, paused)).await?;
    changed.map_err(|failure| error::asking(&doing, rest.node(), &failure))
}

async fn change(rest: &mut Rest, dag: &str, paused: bool) -> Result<bool, Failure> {
    if ask::dag(rest, dag).await?.is_paused == paused {
        return Ok(false);
    }
    let path = format!("dags/{}?update_mask=is_paused", part(dag));
    let mut tries = 1;
    loop {
        match rest.patch::<Value>(&path, &json!({ "is_paused": paused })).await {
            Ok(_) => return Ok(true),
            Err(failure) if failure.leaves_open() && tries < TRIES => {
                tries += 1;
                sleep(BETWEEN).await;
                if ask::dag(rest, dag).await?.is_paused == paused {
                    return Ok(true);
                }
            }
            Err(failure) => return Err(failure),
        }
    }
}
