//! Picture, table and sentence of a node's image.

use lab_model::{Code, Problem, facts::image::ImageSeen};

use super::{Build, BuildFile, Choice, Image, Layer, Model, Params, State, Step, Variable, fold::OfNode};
use crate::{
    Gaps, Projection, Table,
    parts::words::{cell, count, list, seconds, short},
};

/// Letters of an instruction in a cell; those of a heredoc go on for pages.
const IN_CELL: usize = 160;

pub(super) fn project(state: &State, params: &Params) -> Projection<Model> {
    let nothing = OfNode::default();
    let of = state.nodes.get(&params.node).unwrap_or(&nothing);
    let model = Model {
        node: params.node.clone(),
        image: image(state, of),
        choices: of.choices.as_ref().map(|_| choices(state, of)),
        files: files(of),
        build: of.build.clone(),
    };
    let known = of.runs.is_some();
    Projection { table: table(&model), summary: summary(state, of, &model), known, model }
}

/// A node that the lab does not have; what was not described yet.
pub(super) fn gaps(state: &State, params: &Params) -> Gaps {
    let node = &params.node;
    if let Some(known) = state.of_lab.as_ref().filter(|known| !known.contains(node)) {
        let refusal = Problem {
            code: Code::Unknown,
            message: format!("The lab has no node {node}."),
            detail: String::new(),
            hint: format!("It has {}.", list(known)),
        };
        return Gaps { refusal: Some(refusal), awaits: Vec::new() };
    }
    let of = state.nodes.get(node);
    let runs = of.and_then(|of| of.runs.as_ref());
    let awaits = match runs {
        None => Some(format!("which image {node} runs")),
        Some(image) if !state.images.contains_key(&image.id) => Some(format!("what is in {}", image.reference)),
        Some(_) => None,
    };
    Gaps { refusal: None, awaits: awaits.into_iter().collect() }
}

fn image(state: &State, of: &OfNode) -> Option<Image> {
    let runs = of.runs.as_ref()?;
    let seen = state.images.get(&runs.id)?;
    let base = base(state, of, seen);
    let lines_of_base = base.map(|(_, base)| base.history.len());
    let layer = |(line, at): (&lab_model::facts::image::LayerSeen, usize)| Layer {
        created_by: line.created_by.clone(),
        size: line.size,
        created: line.created,
        of_base: lines_of_base.map(|lines| at < lines),
    };
    let variable = |entry: &String| {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        Variable { name: name.to_owned(), value: value.to_owned() }
    };
    Some(Image {
        reference: runs.reference.clone(),
        id: runs.id.clone(),
        created: seen.created,
        size: seen.size,
        base: base.map(|(reference, _)| reference.to_owned()),
        layers: seen.history.iter().zip(0..).map(layer).collect(),
        env: seen.env.iter().map(variable).collect(),
        entrypoint: seen.entrypoint.clone(),
        cmd: seen.cmd.clone(),
        user: seen.user.clone(),
        working_dir: seen.working_dir.clone(),
    })
}

/// The choice with the most layers of those whose layers are all the first of this one's.
fn base<'a>(state: &'a State, of: &'a OfNode, seen: &ImageSeen) -> Option<(&'a str, &'a ImageSeen)> {
    let choices = of.choices.iter().flatten();
    let described = choices.filter_map(|choice| Some((choice.reference.as_str(), state.images.get(&choice.id)?)));
    let below = described.filter(|(_, other)| {
        let (layers, lines) = (other.diff_ids.len(), other.history.len());
        let fewer = layers < seen.diff_ids.len() || lines < seen.history.len();
        other.id != seen.id
            && layers > 0
            && fewer
            && lines <= seen.history.len()
            && seen.diff_ids.starts_with(&other.diff_ids)
    });
    // Of two names for the same image the first one is told.
    below.reduce(|best, other| if other.1.history.len() > best.1.history.len() { other } else { best })
}

fn choices(state: &State, of: &OfNode) -> Vec<Choice> {
    let in_use = |reference: &str, id: &str| {
        of.runs.as_ref().is_some_and(|image| image.reference == reference && image.id == id)
    };
    let choice = |choice: &lab_model::facts::image::ChoiceSeen| Choice {
        reference: choice.reference.clone(),
        id: choice.id.clone(),
        created: state.images.get(&choice.id).and_then(|image| image.created),
        size: state.images.get(&choice.id).and_then(|image| image.size),
        extends: choice.extends,
        in_use: in_use(&choice.reference, &choice.id),
    };
    of.choices.iter().flatten().map(choice).collect()
}

fn files(of: &OfNode) -> Option<Vec<BuildFile>> {
    let file = |file: &lab_model::facts::image::BuildFileSeen| BuildFile {
        name: file.name.clone(),
        text: file.text.clone(),
        written: file.written,
    };
    of.files.as_ref().map(|files| files.iter().map(file).collect())
}

fn summary(state: &State, of: &OfNode, model: &Model) -> String {
    let node = &model.node;
    let mut said = Vec::new();
    match (&of.runs, &model.image) {
        (None, _) => said.push(format!("Which image {node} runs is not known yet.")),
        (Some(runs), None) => said.push(format!("{node} runs {}; what is in it is not known yet.", runs.reference)),
        (Some(_), Some(image)) => said.push(runs(state, of, node, image)),
    }
    let others = model.choices.iter().flatten().filter(|choice| !choice.in_use);
    let others: Vec<&str> = others.map(|choice| choice.reference.as_str()).collect();
    if !others.is_empty() {
        said.push(format!("It may run {} instead.", list(others)));
    }
    said.extend(model.build.as_ref().map(build));
    said.join(" ")
}

fn runs(state: &State, of: &OfNode, node: &str, image: &Image) -> String {
    let seen = state.images.get(&image.id);
    let layers = seen.map_or(0, |seen| seen.diff_ids.len());
    let below = seen.and_then(|seen| base(state, of, seen));
    let base = match below {
        Some((name, below)) => format!(", {} of them those of {name}", below.diff_ids.len()),
        None => String::new(),
    };
    let size = image.size.map(|size| format!("; {}", megabytes(size))).unwrap_or_default();
    format!("{node} runs {}: {}{base}{size}.", image.reference, count(layers, "layer"))
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", (bytes + 500_000) / 1_000_000)
}

fn build(build: &Build) -> String {
    let tag = &build.tag;
    let took = build.took.map(|took| format!(" after {} s", seconds(took))).unwrap_or_default();
    match build.state.as_str() {
        "built" => format!("{tag} was built{took}: {}.", from_cache(&build.steps)),
        "cancelled" => format!("The build of {tag} was stopped{took}."),
        "failed" => {
            let at = build.failed_line.map(|line| format!(" at line {line} of the Dockerfile")).unwrap_or_default();
            let why = build.error.as_deref().map(|why| format!(": {}", short(why, IN_CELL))).unwrap_or_default();
            format!("The build of {tag} failed{took}{at}{}.", why.trim_end_matches('.'))
        }
        _ => match build.steps.last() {
            None => format!("{tag} is being built."),
            Some(step) => format!(
                "{tag} is being built: step {} of {}, {}.",
                step.number,
                cell(build.of),
                short(&step.instruction, IN_CELL)
            ),
        },
    }
}

fn from_cache(steps: &[Step]) -> String {
    let cached = steps.iter().filter(|step| step.cached == Some(true)).count();
    format!("{cached} of {} came from the cache", count(steps.len(), "step"))
}

fn table(model: &Model) -> Table {
    let mut table = Table::new(&["Part", "#Number", "#Line", "State", "#Bytes", "What it is"]);
    for choice in model.choices.iter().flatten() {
        let state = if choice.in_use { "in use" } else { "" };
        row(&mut table, ["image", "", "", state, &cell(choice.size), &choice.reference]);
    }
    for (layer, number) in model.image.iter().flat_map(|image| &image.layers).zip(1..) {
        let whose = match layer.of_base {
            Some(true) => "of the base",
            Some(false) => "its own",
            None => "",
        };
        let what = short(&layer.created_by, IN_CELL);
        row(&mut table, ["layer", &number.to_string(), "", whose, &layer.size.to_string(), &what]);
    }
    for step in model.build.iter().flat_map(|build| &build.steps) {
        let state = match step.cached {
            Some(true) => format!("{}, from the cache", step.state),
            _ => step.state.clone(),
        };
        let what = short(&step.instruction, IN_CELL);
        row(&mut table, ["step", &step.number.to_string(), &cell(step.line), &state, "", &what]);
    }
    table
}

fn row(table: &mut Table, cells: [&str; 6]) {
    table.row(cells);
}
