//! The image's cases: journals in, words and marks out.

use lab_model::{
    Draft, Source,
    facts::{
        image::{BuildFileSeen, ChoiceSeen, ImageFact, ImageSeen, LayerSeen},
        lab::{ImageInUse, LabFact, Origin, Outcome},
    },
};
use serde_json::{Value, json};

use super::TheView;
use crate::testing::*;

const OURS: &str = "pipewright/airflow:3.3.2";
const MINE: &str = "airflow-ml:1";

fn check(said: &[Draft], expected: &Value) {
    crate::testing::check::<TheView>(&json!({ "node": "airflow-1" }), said, expected);
}

fn d(fact: ImageFact) -> Draft {
    Draft::new(Source::Docker, fact)
}

fn id(reference: &str) -> String {
    format!("sha256:{reference}")
}

fn runs(reference: &str) -> Draft {
    let image = ImageInUse {
        engine: "Airflow".into(),
        version: "3.3.2".into(),
        reference: reference.into(),
        id: id(reference),
        origin: Origin::Own,
    };
    d(ImageFact::NodeRuns { node: "airflow-1".into(), image })
}

/// An image of these layers; each has a line, and what only describes has one more.
fn described(reference: &str, layers: &[&str]) -> Draft {
    let line = |created_by: String, size| LayerSeen { created_by, size, created: Some(AT) };
    let mut history: Vec<LayerSeen> = layers.iter().map(|layer| line(format!("RUN make {layer}"), 1_000_000)).collect();
    history.push(line(format!("ENV OF={reference}"), 0));
    let image = ImageSeen {
        id: id(reference),
        created: Some(AT),
        size: Some(1_000_000 * layers.len() as u64),
        diff_ids: layers.iter().map(ToString::to_string).collect(),
        history,
        env: vec!["PATH=/bin:/usr/bin".into(), "A=b=c".into(), "ALONE".into()],
        entrypoint: Some(vec!["/entrypoint".into()]),
        cmd: None,
        user: "50000".into(),
        working_dir: "/opt/airflow".into(),
    };
    d(ImageFact::ImageDescribed { image })
}

/// What is built on it begins with its lines, too.
fn described_on_ours() -> Draft {
    let mut draft = described(MINE, &["a", "b", "c"]);
    if let lab_model::Fact::Image(ImageFact::ImageDescribed { image }) = &mut draft.fact {
        let of_base = LayerSeen { created_by: format!("ENV OF={OURS}"), size: 0, created: Some(AT) };
        image.history.insert(2, of_base);
    }
    draft
}

fn choices(of: &[(&str, bool)]) -> Draft {
    let choice =
        |&(reference, extends): &(&str, bool)| ChoiceSeen { reference: reference.into(), id: id(reference), extends };
    d(ImageFact::ChoicesListed { node: "airflow-1".into(), choices: of.iter().map(choice).collect() })
}

fn began(tag: &str) -> Draft {
    d(ImageFact::BuildBegan { node: "airflow-1".into(), tag: tag.into(), from: vec![OURS.into()] })
}

fn step(number: u32, instruction: &str, line: Option<u32>) -> Draft {
    d(ImageFact::StepBegan { node: "airflow-1".into(), number, steps: 4, instruction: instruction.into(), line })
}

fn step_ended(number: u32, cached: bool) -> Draft {
    d(ImageFact::StepEnded { node: "airflow-1".into(), number, cached })
}

fn ended(outcome: Outcome, error: Option<&str>, line: Option<u32>, output: &[&str]) -> Draft {
    let image = (outcome == Outcome::Done).then(|| id(MINE));
    d(ImageFact::BuildEnded {
        node: "airflow-1".into(),
        tag: MINE.into(),
        outcome,
        image,
        error: error.map(Into::into),
        line,
        output: output.iter().map(ToString::to_string).collect(),
    })
}

/// A lab that runs the image of its stack.
fn at_first() -> Vec<Draft> {
    vec![airflow_started(), runs(OURS), choices(&[(OURS, false)]), described(OURS, &["a", "b"])]
}

fn after(more: impl IntoIterator<Item = Draft>) -> Vec<Draft> {
    at_first().into_iter().chain(more).collect()
}

#[test]
fn nothing_said_is_not_known() {
    let nothing = json!({
        "known": false, "/image": null, "/choices": null, "/files": null, "/build": null, "refusal": null,
        "awaits": ["which image airflow-1 runs"],
        "summary": "Which image airflow-1 runs is not known yet.",
    });
    check(&[], &nothing);
    check(&[airflow_started()], &nothing);
    let expected = json!({
        "known": true, "/image": null, "awaits": [format!("what is in {OURS}")],
        "summary": format!("airflow-1 runs {OURS}; what is in it is not known yet."),
    });
    check(&[airflow_started(), runs(OURS)], &expected);
}

#[test]
fn a_node_that_the_lab_does_not_have_is_refused() {
    let expected = json!({ "refusal": "The lab has no node kafka-1." });
    crate::testing::check::<TheView>(&json!({ "node": "kafka-1" }), &at_first(), &expected);
}

#[test]
fn the_image_of_the_stack_has_no_base() {
    let expected = json!({
        "known": true,
        "awaits": [],
        "/image/reference": OURS,
        "/image/base": null,
        "/image/size": 2_000_000,
        "/image/layers/0": { "created_by": "RUN make a", "size": 1_000_000, "created": AT, "of_base": null },
        "/image/env": [
            { "name": "PATH", "value": "/bin:/usr/bin" }, { "name": "A", "value": "b=c" }, { "name": "ALONE", "value": "" },
        ],
        "/image/entrypoint": ["/entrypoint"],
        "/image/cmd": null,
        "/image/user": "50000",
        "/choices": [{
            "reference": OURS, "id": id(OURS), "created": AT, "size": 2_000_000, "extends": false, "in_use": true,
        }],
        "summary": format!("airflow-1 runs {OURS}: 2 layers; 2 MB."),
    });
    check(&at_first(), &expected);
}

#[test]
fn what_was_built_on_it_tells_which_layers_are_its_own() {
    let said = after([choices(&[(OURS, false), (MINE, true)]), described_on_ours(), runs(MINE)]);
    let expected = json!({
        "/image/base": OURS,
        "/image/layers/1/of_base": true,
        "/image/layers/2/of_base": true,
        "/image/layers/3": { "created_by": "RUN make c", "size": 1_000_000, "created": AT, "of_base": false },
        "/image/layers/4/of_base": false,
        "/choices/0/in_use": false,
        "/choices/1/in_use": true,
        "/choices/1/extends": true,
        "table/0": ["image", "", "", "", "2000000", OURS],
        "table/2": ["layer", "1", "", "of the base", "1000000", "RUN make a"],
        "table/5": ["layer", "4", "", "its own", "1000000", "RUN make c"],
        "summary": format!("airflow-1 runs {MINE}: 3 layers, 2 of them those of {OURS}; 3 MB. It may run {OURS} instead."),
    });
    check(&said, &expected);
    // Layers that are not all there make no base.
    let other = after([choices(&[(OURS, false), (MINE, true)]), described(MINE, &["a", "x", "c"]), runs(MINE)]);
    check(&other, &json!({ "/image/base": null, "/image/layers/0/of_base": null }));
}

#[test]
fn a_name_that_went_to_a_newer_image_is_not_the_one_in_use() {
    let mut other = runs(OURS);
    if let lab_model::Fact::Image(ImageFact::NodeRuns { image, .. }) = &mut other.fact {
        image.id = "sha256:older".into();
    }
    check(&after([other]), &json!({ "/choices/0/in_use": false, "/image": null }));
}

#[test]
fn a_build_is_told_step_by_step() {
    let begun = [
        began(MINE),
        step(1, "FROM pipewright/airflow:3.3.2", Some(1)),
        step_ended(1, true),
        step(2, "COPY requirements.txt /", Some(3)),
    ];
    let expected = json!({
        "/build/tag": MINE,
        "/build/from": [OURS],
        "/build/state": "running",
        "/build/began_at": 400,
        "/build/took": null,
        "/build/of": 4,
        "/build/steps/0": {
            "number": 1, "instruction": "FROM pipewright/airflow:3.3.2", "line": 1, "state": "done", "cached": true,
            "began_at": 500, "took": 100,
        },
        "/build/steps/1/state": "running",
        "/build/steps/1/cached": null,
        "summary": format!("airflow-1 runs {OURS}: 2 layers; 2 MB. {MINE} is being built: step 2 of 4, COPY requirements.txt /."),
    });
    check(&after(begun.clone()), &expected);
    let done = begun.into_iter().chain([step_ended(2, false), ended(Outcome::Done, None, None, &[])]);
    let expected = json!({
        "/build/state": "built",
        "/build/took": 500,
        "/build/image": id(MINE),
        "/build/error": null,
        "table/5": ["step", "2", "3", "done", "", "COPY requirements.txt /"],
        "summary": format!("airflow-1 runs {OURS}: 2 layers; 2 MB. {MINE} was built after 0.5 s: 1 of 2 steps came from the cache."),
    });
    check(&after(done), &expected);
}

#[test]
fn a_failed_build_tells_the_line_and_the_words_of_its_step() {
    let said = [
        began(MINE),
        step(1, "RUN pip install -r /requirements.txt", Some(3)),
        ended(Outcome::Failed, Some("returned a non-zero code: 1"), Some(3), &["Collecting x", "ERROR: no x"]),
        // Whatever is told afterwards is of no build.
        step(2, "COPY a /", None),
        step_ended(1, false),
    ];
    let expected = json!({
        "/image/reference": OURS,
        "/build/state": "failed",
        "/build/failed_line": 3,
        "/build/error": "returned a non-zero code: 1",
        "/build/output": ["Collecting x", "ERROR: no x"],
        "/build/image": null,
        "/build/steps/0/state": "failed",
        "/build/steps/1": null,
        "summary": format!("airflow-1 runs {OURS}: 2 layers; 2 MB. The build of {MINE} failed after 0.2 s at line 3 of the \
            Dockerfile: returned a non-zero code: 1."),
    });
    check(&after(said), &expected);
    let stopped = [began(MINE), step(1, "RUN x", None), ended(Outcome::Cancelled, None, None, &[])];
    check(&after(stopped), &json!({ "/build/state": "cancelled", "/build/steps/0/state": "cancelled" }));
}

#[test]
fn a_new_build_takes_the_place_of_the_one_before() {
    let said = [began("other:1"), step(1, "RUN x", None), began(MINE)];
    check(&after(said), &json!({ "/build/tag": MINE, "/build/steps": [], "/build/of": null }));
    let other = [
        began(MINE),
        d(ImageFact::BuildEnded {
            node: "airflow-1".into(),
            tag: "other:1".into(),
            outcome: Outcome::Done,
            image: None,
            error: None,
            line: None,
            output: Vec::new(),
        }),
    ];
    check(&after(other), &json!({ "/build/state": "running" }));
}

#[test]
fn the_files_are_what_was_read_last() {
    let read = |text: &str, written| {
        let file = BuildFileSeen { name: "Dockerfile".into(), text: text.into(), written };
        d(ImageFact::BuildFilesRead { node: "airflow-1".into(), files: vec![file] })
    };
    let said = after([read("FROM a\n", false), read("FROM b\n", true)]);
    check(&said, &json!({ "/files": [{ "name": "Dockerfile", "text": "FROM b\n", "written": true }] }));
}

#[test]
fn of_a_lab_that_was_removed_no_image_is_known() {
    check(&after([app(LabFact::LabStopped)]), &json!({ "known": false, "/image": null }));
    check(&after([airflow_started()]), &json!({ "known": false }));
    check(&after([app(start_airflow(true))]), &json!({ "known": true }));
}
