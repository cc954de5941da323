//! A stack that is made of others: its compose.yaml includes theirs. Its own stack.toml says only what is its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_saphyr::{Location, Spanned};

use super::about::About;
use super::check::{LabSpec, Place, ServiceSpec};
use super::compose::{Compose, Include};
use super::{Changed, Stack, Variables, compose};
use crate::error::{Error, Result};

/// A stack that is included, or several of which an option chooses one: `../kafka-${BROKERS:-1}/compose.yaml`.
#[derive(Debug, Clone)]
pub(super) struct Included {
    /// Where compose.yaml names it.
    at: Location,
    /// The variable in its path.
    variable: Option<String>,
    /// By value of the variable; without one, a single stack.
    stacks: BTreeMap<String, Stack>,
}

impl Included {
    pub(super) fn at(&self) -> Location {
        self.at
    }
}

/// What a part asks for.
pub(super) struct Asked {
    /// Where the whole names it.
    pub(super) at: Location,
    /// The part's name.
    pub(super) of: String,
    pub(super) spec: LabSpec,
}

/// The stacks whose compose.yaml this one includes, or may include.
pub(super) fn load(include: &[Spanned<Include>], whole: &Stack, place: &Place<'_>) -> Result<Vec<Included>> {
    include.iter().map(|include| included(include, whole, place)).collect()
}

fn included(include: &Spanned<Include>, whole: &Stack, place: &Place<'_>) -> Result<Included> {
    let at = include.referenced;
    let path = &include.value.path;
    let Some((before, rest)) = path.split_once("${") else {
        let stacks = BTreeMap::from([(String::new(), part(include, path, whole, place)?)]);
        return Ok(Included { at, variable: None, stacks });
    };
    let inside = rest.split_once('}').filter(|(_, after)| !after.contains('$'));
    let parted = inside.and_then(|(inside, after)| Some((inside.split_once(":-")?, after)));
    let Some(((variable, default), after)) = parted else {
        let problem = format!("{path} takes its variable in another way");
        return Err(place.wrong(at, problem, "Write one ${NAME:-default} in it, with the variable of an option."));
    };
    let Some(option) = whole.own.options.iter().find(|option| option.variable == variable) else {
        let problem = format!("nobody chooses {variable}, by which {path} is included");
        let instead =
            format!("Add [[options]] with variable = \"{variable}\" to stack.toml, or write the path without it.");
        return Err(place.wrong(at, problem, instead));
    };
    if option.values.iter().all(|value| value.value != default) {
        let problem = format!("{default}, the default of {variable}, is not among what may be chosen");
        return Err(place.wrong(at, problem, "Add it to the option's values in stack.toml, or write another default."));
    }
    let stack = |value: &str| part(include, &format!("{before}{value}{after}"), whole, place);
    let stacks = option.values.iter().map(|value| Ok((value.value.clone(), stack(&value.value)?)));
    Ok(Included { at, variable: Some(variable.to_owned()), stacks: stacks.collect::<Result<_>>()? })
}

/// Only stacks beside this one: what a lab may do is decided for each of them by itself.
fn part(include: &Spanned<Include>, path: &str, whole: &Stack, place: &Place<'_>) -> Result<Stack> {
    let folder = &whole.folder;
    let wrong = |problem: String| place.wrong(include.referenced, problem, "Write ../<stack>/compose.yaml.");
    let name = path.strip_prefix("../").and_then(|rest| rest.strip_suffix("/compose.yaml"));
    let name = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\', '.']));
    let name = name.ok_or_else(|| wrong(format!("{path} is no compose.yaml of another stack")))?;
    let beside: PathBuf = folder.parent().unwrap_or(folder).join(name);
    if !beside.join("compose.yaml").is_file() {
        return Err(wrong(format!("there is no stack {name}")));
    }
    let text = std::fs::read_to_string(beside.join("compose.yaml")).unwrap_or_default();
    // Found before it is loaded: two that include each other would never end.
    if compose::shape(&text).is_ok_and(|compose: Compose| !compose.include.is_empty()) {
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

/// The stacks that are included with these choices, in the order of `include`.
///
/// # Errors
/// The variable whose value chooses none.
pub(super) fn chosen<'a>(include: &'a [Included], choices: &Variables) -> std::result::Result<Vec<Stack>, &'a str> {
    let of = |included: &'a Included| {
        let variable = included.variable.as_deref().unwrap_or_default();
        let value = choices.get(variable).map_or("", String::as_str);
        included.stacks.get(value).cloned().ok_or(variable)
    };
    include.iter().map(of).collect()
}

/// Every set of choices that includes other stacks.
pub(super) fn ways(include: &[Included]) -> Vec<Variables> {
    let mut ways = vec![Variables::new()];
    for included in include {
        let Some(variable) = &included.variable else { continue };
        if ways.iter().any(|way| way.contains_key(variable)) {
            continue;
        }
        let with = |way: &Variables| {
            let way = way.clone();
            included.stacks.keys().map(move |value| {
                way.clone().into_iter().chain([(variable.clone(), value.clone())]).collect::<Variables>()
            })
        };
        ways = ways.iter().flat_map(with).collect();
    }
    ways
}

/// What all of them ask for together. A network may be in several, if it is the same in all.
pub(super) fn together(parts: Vec<Asked>, mut own: LabSpec, place: &Place<'_>) -> Result<LabSpec> {
    for service in &mut own.services {
        depends_on_whole_parts(service, &parts);
    }
    let own = Asked { at: Location::UNKNOWN, of: place.stack.to_owned(), spec: own };
    let (mut services, mut networks, mut volumes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut addresses = BTreeMap::new();
    for Asked { at, of, spec } in parts.into_iter().chain([own]) {
        let twice = |what: String| Err(place.wrong(at, what, "Give one of them another name."));
        for service in spec.services {
            for (on, address) in service.networks.iter().filter_map(|on| Some((&on.network, on.address?))) {
                let who = format!("{} of {of}", service.name);
                if let Some(before) = addresses.insert((on.clone(), address), who.clone()) {
                    let problem = format!("{before} and {who} have the same address on {on}: {address}");
                    return Err(place.wrong(at, problem, "Give one of them another ipv4_address."));
                }
            }
            if let Some(before) = services.insert(service.name.clone(), service) {
                return twice(format!("the service {} stands in two files", before.name));
            }
        }
        for volume in spec.volumes {
            if let Some(before) = volumes.insert(volume.name.clone(), volume) {
                return twice(format!("the volume {} stands in two files", before.name));
            }
        }
        for network in spec.networks {
            match networks.get(&network.name) {
                Some(before) if *before != network => {
                    return twice(format!("the network {} is another one in another file", network.name));
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

/// How many nodes a part has may be chosen, and compose.yaml can name only those that are always there. So what depends on one
/// node of a part depends on all that are started with it.
fn depends_on_whole_parts(service: &mut ServiceSpec, parts: &[Asked]) {
    let names =
        |part: &Asked| part.spec.services.iter().filter(|s| !s.spare).map(|s| s.name.clone()).collect::<Vec<_>>();
    let of_parts = parts.iter().map(names).filter(|names| names.iter().any(|name| service.depends_on.contains(name)));
    let whole: BTreeSet<String> = of_parts.flatten().collect();
    service.depends_on.retain(|name| !whole.contains(name));
    service.depends_on.extend(whole);
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
