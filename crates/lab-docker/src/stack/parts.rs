//! A stack that is made of others: its compose.yaml includes theirs. Its own stack.toml says only what is its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_saphyr::Spanned;

use super::about::About;
use super::check::{LabSpec, Place};
use super::compose::{Compose, Include};
use super::{Changed, Stack, Variables, compose};
use crate::error::{Error, Result};

/// The stacks whose compose.yaml this one includes.
pub(super) fn load(include: &[Spanned<Include>], folder: &Path, place: &Place<'_>) -> Result<Vec<Stack>> {
    include.iter().map(|include| part(include, folder, place)).collect()
}

/// Only stacks beside this one: what a lab may do is decided for each of them by itself.
fn part(include: &Spanned<Include>, folder: &Path, place: &Place<'_>) -> Result<Stack> {
    let wrong = |problem: String| place.wrong(include.referenced, problem, "Write ../<stack>/compose.yaml.");
    let path = &include.value.path;
    let name = path.strip_prefix("../").and_then(|rest| rest.strip_suffix("/compose.yaml"));
    let name = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\', '.']));
    let name = name.ok_or_else(|| wrong(format!("{path} is no compose.yaml of another stack")))?;
    let beside: PathBuf = folder.parent().unwrap_or(folder).join(name);
    if !beside.join("compose.yaml").is_file() {
        return Err(wrong(format!("there is no stack {name}")));
    }
    let text = std::fs::read_to_string(beside.join("compose.yaml")).unwrap_or_default();
    // Found before it is loaded: two that include each other would never end.
    if compose::parse(&text, &Variables::new()).is_ok_and(|compose: Compose| !compose.include.is_empty()) {
        return Err(wrong(format!("{name} includes other stacks itself")));
    }
    let part = Stack::load(&beside)?;
    let Some(changes) = &include.value.changes else { return Ok(part) };
    if changes.contains(['/', '\\']) || !folder.join(changes).is_file() {
        return Err(wrong(format!("there is no file {changes} beside this one")));
    }
    let file = folder.join(changes);
    let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    Ok(Stack { changed: Some(Changed { file, text }), ..part })
}

/// What all of them ask for together. A network may be in several, if it is the same in all.
pub(super) fn together(parts: Vec<LabSpec>, own: LabSpec, place: &Place<'_>) -> Result<LabSpec> {
    let mut services = BTreeMap::new();
    let mut networks = BTreeMap::new();
    let mut volumes = BTreeMap::new();
    let twice = |what: &str, name: &str, problem: &str| {
        place.wrong(
            serde_saphyr::Location::UNKNOWN,
            format!("{what} {name} {problem}"),
            "Give one of them another name.",
        )
    };
    for spec in parts.into_iter().chain([own]) {
        for service in spec.services {
            if let Some(before) = services.insert(service.name.clone(), service) {
                return Err(twice("the service", &before.name, "stands in two files"));
            }
        }
        for volume in spec.volumes {
            if let Some(before) = volumes.insert(volume.name.clone(), volume) {
                return Err(twice("the volume", &before.name, "stands in two files"));
            }
        }
        for network in spec.networks {
            match networks.get(&network.name) {
                Some(before) if *before != network => {
                    return Err(twice("the network", &network.name, "is another one in another file"));
                }
                _ => networks.insert(network.name.clone(), network),
            };
        }
    }
    Ok(LabSpec {
        services: services.into_values().collect(),
        networks: networks.into_values().collect(),
        volumes: volumes.into_values().collect(),
    })
}

/// What is said of all of them. An image of the whole takes the place of a part's in its variable, and is made after it.
pub(super) fn about(parts: &[Stack], own: About) -> About {
    let mut all = own;
    let own = (std::mem::take(&mut all.images), std::mem::take(&mut all.nodes), std::mem::take(&mut all.ready));
    for part in parts {
        let about = &part.about;
        all.memory_mib += about.memory_mib;
        all.images.extend(about.images.iter().filter(|image| !all.images.contains(image)).cloned().collect::<Vec<_>>());
        all.files.extend(about.files.iter().filter(|file| !all.files.contains(file)).cloned().collect::<Vec<_>>());
        all.nodes.extend(about.nodes.iter().cloned());
        all.options.extend(about.options.iter().cloned());
        all.settings.extend(about.settings.iter().cloned());
        all.ready.extend(about.ready.iter().cloned());
    }
    all.images.extend(own.0);
    all.nodes.extend(own.1);
    all.ready.extend(own.2);
    all
}
