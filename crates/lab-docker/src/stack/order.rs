//! In which order services are started: `depends_on`.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::Spanned;

use super::check::Place;
use super::compose::Service;
use crate::error::Result;

/// Every service that another one depends on is there, or among the `included`, which depend on nothing here; none waits for
/// itself.
pub(super) fn check(services: &BTreeMap<String, Spanned<Service>>, included: &[&str], place: &Place<'_>) -> Result<()> {
    for (name, service) in services {
        let is_there = |needed: &String| services.contains_key(needed) || included.contains(&needed.as_str());
        if let Some(unknown) = service.value.depends_on.iter().find(|needed| !is_there(needed)) {
            let problem = format!("{name} depends on {unknown}, and there is no such service");
            return Err(place.wrong(
                service.referenced,
                problem,
                "Name a service of this file, or of one it includes.",
            ));
        }
    }
    let mut left: Vec<(&String, &Service)> = services.iter().map(|(name, service)| (name, &service.value)).collect();
    while !left.is_empty() {
        let names: BTreeSet<&String> = left.iter().map(|(name, _)| *name).collect();
        let before = left.len();
        left.retain(|(_, service)| service.depends_on.iter().any(|needed| names.contains(needed)));
        if let Some((name, _)) = left.first().filter(|_| left.len() == before) {
            let problem = format!("{name} depends on what depends on {name}: none of them could be started first");
            let at = services[*name].referenced;
            return Err(place.wrong(at, problem, "Take one of the names out of depends_on."));
        }
    }
    Ok(())
}
