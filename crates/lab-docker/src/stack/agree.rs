//! stack.toml and compose.yaml must speak of the same nodes, variables and choices. Reads only; nothing is decided for an
//! engine here.

use super::Stack;
use super::about::{SecretFile, StackOption};
use super::check::LabSpec;
use crate::error::{Error, Result};
use crate::label;

/// What is wrong: a text in stack.toml that stands on the line, the problem, what to write instead.
type Wrong = (String, String, String);

/// `spec` is of the stack's own compose.yaml, without what that includes.
pub(super) fn check(stack: &Stack, spec: &LabSpec) -> Result<()> {
    let checks = [nodes, variables, spares, files, secret, options];
    let Some((needle, problem, instead)) = checks.iter().find_map(|check| check(stack, spec)) else { return Ok(()) };
    let file = stack.folder.join("stack.toml");
    let text = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    let line = text.lines().position(|line| line.contains(&needle)).map_or(1, |index| index + 1);
    Err(Error::Stack { file, line, problem, instead })
}

fn nodes(stack: &Stack, spec: &LabSpec) -> Option<Wrong> {
    let services: Vec<&str> = spec.services.iter().map(|service| service.name.as_str()).collect();
    if let Some(node) = stack.own.nodes.iter().find(|node| !services.contains(&node.name.as_str())) {
        return Some((
            format!("\"{}\"", node.name),
            format!("compose.yaml has no service {}", node.name),
            format!("Its services are {}.", services.join(", ")),
        ));
    }
    let service = services.iter().find(|name| stack.own.nodes.iter().all(|node| node.name != **name))?;
    Some((
        "[[nodes]]".into(),
        format!("the service {service} is not among the nodes"),
        format!("Add [[nodes]] with name = \"{service}\" and its system."),
    ))
}

fn variables(stack: &Stack, _: &LabSpec) -> Option<Wrong> {
    let about = &stack.own;
    let images = about.images.iter().map(|image| image.variable.as_str());
    // A secret that is a file is in no environment.
    let secret = about.choose.secret.as_ref().filter(|_| about.choose.secret_file.is_none());
    let chosen = about.choose.subnet.iter().chain(secret).map(String::as_str);
    let options = about.options.iter().flat_map(|option| {
        let with = option.values.iter().flat_map(|value| value.with.keys());
        std::iter::once(option.variable.as_str()).chain(with.map(String::as_str))
    });
    let known = stack.defaults();
    let unknown =
        stack.port_variables().chain(images).chain(chosen).chain(options).find(|v| !known.contains_key(*v))?;
    Some((
        unknown.to_owned(),
        format!("compose.yaml has no variable {unknown} with a default"),
        format!(
            "Use one that stands there as ${{NAME:-default}}: {}.",
            known.keys().cloned().collect::<Vec<_>>().join(", ")
        ),
    ))
}

/// `docker compose up` by hand must leave the same nodes unstarted.
fn spares(stack: &Stack, spec: &LabSpec) -> Option<Wrong> {
    let differs = |name: &str, spare: bool| spec.services.iter().any(|s| s.name == name && s.spare != spare);
    let node = stack.own.nodes.iter().find(|node| differs(&node.name, node.may_wait()))?;
    let problem = if node.may_wait() {
        format!("{} is a spare here, and compose.yaml starts it with the others", node.name)
    } else {
        format!("compose.yaml has a profile for {}, which is no spare here", node.name)
    };
    let instead = "Give a spare node a path in `spare` here, or `stands_in = true`, and `profiles: [spare]` in \
                   compose.yaml; others neither.";
    Some((format!("\"{}\"", node.name), problem, instead.into()))
}

fn files(stack: &Stack, _: &LabSpec) -> Option<Wrong> {
    let file = stack.own.files.iter().find(|file| {
        let whole = file.from.starts_with('/') && is_whole(&file.to);
        !whole || stack.own.nodes.iter().all(|node| node.kind != file.kind)
    })?;
    Some((
        format!("\"{}\"", file.to),
        format!("{} cannot be put into nodes of kind {}", file.to, file.kind),
        "Give whole paths of files, from / on, and a kind that a node has.".into(),
    ))
}

/// The secret is read back from a container, so it must stand in one's environment or in a file of one.
fn secret(stack: &Stack, spec: &LabSpec) -> Option<Wrong> {
    let file = stack.own.choose.secret_file.as_ref();
    let Some(secret) = &stack.own.choose.secret else {
        return file.map(|file| {
            let problem = format!("{} is the file of no secret", file.path);
            (file.path.clone(), problem, "Name its variable: secret = \"…\" under [choose].".into())
        });
    };
    if let Some(file) = file {
        return secret_file(secret, file, spec);
    }
    let kept = spec.services.iter().any(|service| service.environment.contains_key(secret));
    (!kept).then(|| {
        (
            format!("\"{secret}\""),
            format!("no service has {secret} in its environment"),
            format!("Write {secret}: ${{{secret}:-}} there; a lab's secret is read back from its containers."),
        )
    })
}

/// A file that keeps a secret does so only if the secret is nowhere else.
fn secret_file(secret: &str, file: &SecretFile, spec: &LabSpec) -> Option<Wrong> {
    let needle = format!("\"{}\"", file.path);
    if spec.services.iter().all(|service| service.name != file.node) || !is_whole(&file.path) {
        let problem = format!("{} cannot be put into {}", file.path, file.node);
        return Some((needle, problem, "Give the whole path of a file, from / on, and a node of the lab.".into()));
    }
    let shown = spec.services.iter().find(|service| service.environment.contains_key(secret))?;
    let problem = format!("{secret} is a file, and stands in the environment of {} too", shown.name);
    Some((needle, problem, "Take it out of the environment in compose.yaml.".into()))
}

/// The path of a file, from / on.
fn is_whole(path: &str) -> bool {
    path.starts_with('/') && !path.ends_with('/')
}

/// What was chosen is read back from labels of containers, or of the volumes that outlive them.
fn options(stack: &Stack, spec: &LabSpec) -> Option<Wrong> {
    let labelled = |option: &StackOption| {
        let has = |labels: &label::Labels| super::chosen_in(labels).contains_key(&option.variable);
        spec.services.iter().all(|s| has(&s.labels)) && spec.volumes.iter().all(|v| has(&v.labels))
    };
    if let Some(option) = stack.own.options.iter().find(|option| !labelled(option)) {
        let entry = format!("{0}=${{{0}:-…}}", option.variable);
        return Some((
            format!("\"{}\"", option.variable),
            format!("{} cannot be read back from a lab", option.variable),
            format!("Give every service and volume the label {} with {entry}.", label::OPTIONS),
        ));
    }
    let defaults = stack.defaults();
    let has_default =
        |option: &StackOption| option.values.iter().any(|v| Some(&v.value) == defaults.get(&option.variable));
    let option = stack.own.options.iter().find(|option| !has_default(option))?;
    Some((
        format!("\"{}\"", option.variable),
        format!("the default of {} is not among what may be chosen", option.variable),
        "Add [[options.values]] with compose.yaml's default as its value.".into(),
    ))
}
