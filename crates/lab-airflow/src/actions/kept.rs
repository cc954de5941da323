//! What Airflow keeps by name (variables, connections, pools): made or changed, and taken away. Doing either twice does no
//! harm, so what nobody knows of is done again.

use lab_model::Problem;
use serde_json::Value;

use super::{Scope, again::Tries, refused::Advice};
use crate::rest::{Failure, Rest, part};

/// One of them.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    /// `variables`, `connections`, `pools`.
    pub(super) all: &'static str,
    /// Its name, as it stands in a path.
    pub(super) name: &'a str,
}

/// How it is to be.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The body that makes it.
    pub(super) make: Value,
    /// The body that changes it, and which parts of it count; empty for all.
    pub(super) change: Value,
    pub(super) mask: &'static str,
}

impl Kept<'_> {
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.all, part(self.name))
    }

    async fn is_there(&self, rest: &mut Rest) -> Result<bool, Failure> {
        match rest.get::<Value>(&self.path()).await {
            Ok(_) => Ok(true),
            Err(failure) if failure.is_missing() => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Gives whether it was there before.
    async fn put(&self, rest: &mut Rest, wanted: &Wanted) -> Result<bool, Failure> {
        let before = self.is_there(rest).await?;
        let (mut there, mut tries) = (before, Tries::default());
        loop {
            let done = if there {
                rest.patch::<Value>(&format!("{}{}", self.path(), wanted.mask), &wanted.change).await
            } else {
                rest.post::<Value>(self.all, &wanted.make).await
            };
            match done {
                Ok(_) => return Ok(before),
                // Somebody made it meanwhile: we did, if a try only seemed lost.
                Err(Failure::Refused { status: 409, .. }) if !there => there = true,
                Err(failure) if tries.look(&failure).await => there = self.is_there(rest).await?,
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn take_away(&self, rest: &mut Rest) -> Result<(), Failure> {
        let mut tries = Tries::default();
        loop {
            match rest.delete(&self.path()).await {
                Ok(()) => return Ok(()),
                // Gone by an earlier try that only seemed lost.
                Err(failure) if failure.is_missing() && tries.is_second() => return Ok(()),
                Err(failure) if tries.look(&failure).await => {}
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Makes it, or changes it: `variable rows is made`.
    pub(super) async fn set(
        &self,
        scope: &Scope,
        what: &str,
        wanted: &Wanted,
        advice: Advice,
    ) -> Result<String, Problem> {
        let doing = format!("set {what}");
        let mut rest = scope.rest();
        let before = scope.or_cancelled(&doing, self.put(&mut rest, wanted)).await?;
        let before = before.map_err(|failure| advice.on(&doing, &rest, &failure))?;
        Ok(format!("{what} is {}", if before { "changed" } else { "made" }))
    }

    /// Takes it away: `variable rows is deleted`.
    pub(super) async fn delete(&self, scope: &Scope, what: &str, advice: Advice) -> Result<String, Problem> {
        let doing = format!("delete {what}");
        let mut rest = scope.rest();
        let gone = scope.or_cancelled(&doing, self.take_away(&mut rest)).await?;
        gone.map_err(|failure| advice.on(&doing, &rest, &failure))?;
        Ok(format!("{what} is deleted"))
    }
}
