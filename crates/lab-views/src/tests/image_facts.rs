//! Facts about images in every combination, for the tests of all kinds.

use lab_model::facts::{
    image::{BuildFileSeen, ChoiceSeen, ImageFact as Fact, ImageSeen, LayerSeen},
    lab::{ImageInUse, Origin, Outcome},
};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_oneof},
    sample::{select, subsequence},
};

fn text(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    select(of.to_vec()).prop_map(ToOwned::to_owned)
}

fn node() -> impl Strategy<Value = String> {
    text(&["airflow-1", "kafka-1"])
}

fn reference() -> impl Strategy<Value = String> {
    text(&["pipewright/airflow:3.3.2", "mine:1", "mine:2"])
}

fn id() -> impl Strategy<Value = String> {
    text(&["sha256:a", "sha256:b", "sha256:c"])
}

fn image() -> impl Strategy<Value = ImageSeen> {
    let layers = subsequence(vec!["l1".to_owned(), "l2".to_owned(), "l3".to_owned()], 0..=3);
    let line =
        any::<(u64, Option<i64>)>().prop_map(|(size, created)| LayerSeen { created_by: "RUN x".into(), size, created });
    (id(), layers, vec(line, 0..5), any::<(Option<i64>, Option<u64>)>()).prop_map(
        |(id, diff_ids, history, (created, size))| ImageSeen {
            id,
            created,
            size,
            diff_ids,
            history,
            env: vec!["A=1".into()],
            ..ImageSeen::default()
        },
    )
}

fn about_images() -> impl Strategy<Value = Fact> {
    let choice =
        (reference(), id(), any::<bool>()).prop_map(|(reference, id, extends)| ChoiceSeen { reference, id, extends });
    let file = (text(&["Dockerfile", "requirements.txt"]), text(&["a", "b"]), any::<bool>())
        .prop_map(|(name, text, written)| BuildFileSeen { name, text, written });
    prop_oneof![
        (node(), reference(), id()).prop_map(|(node, reference, id)| {
            let (engine, version, origin) = ("Airflow".to_owned(), "3.3.2".to_owned(), Origin::Own);
            Fact::NodeRuns { node, image: ImageInUse { engine, version, reference, id, origin } }
        }),
        image().prop_map(|image| Fact::ImageDescribed { image }),
        (node(), vec(choice, 0..4)).prop_map(|(node, choices)| Fact::ChoicesListed { node, choices }),
        (node(), vec(file, 0..3)).prop_map(|(node, files)| Fact::BuildFilesRead { node, files }),
    ]
}

fn about_builds() -> impl Strategy<Value = Fact> {
    let outcome = select(vec![Outcome::Done, Outcome::Failed, Outcome::Cancelled]);
    prop_oneof![
        (node(), reference()).prop_map(|(node, tag)| Fact::BuildBegan { node, tag, from: vec!["x:1".into()] }),
        (node(), 1..4_u32, 1..4_u32, option::of(1..9_u32)).prop_map(|(node, number, steps, line)| Fact::StepBegan {
            node,
            number,
            steps,
            instruction: "RUN x".into(),
            line,
        }),
        (node(), 1..4_u32, any::<bool>()).prop_map(|(node, number, cached)| Fact::StepEnded { node, number, cached }),
        (node(), reference(), outcome, option::of(id()), option::of(1..9_u32)).prop_map(
            |(node, tag, outcome, image, line)| Fact::BuildEnded {
                node,
                tag,
                outcome,
                image,
                error: line.map(|line| format!("at {line}")),
                line,
                output: Vec::new(),
            }
        ),
    ]
}

pub(super) fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![about_images(), about_builds()]
}
