//! What a library gives: lessons in order, names filled in, texts rendered, attempts for the laws.

use lab_lessons::{Library, Names, When};

use crate::support::{catalog, content};

fn good() -> Library {
    let (library, flaws) = Library::load(&content().join("good"), &catalog());
    assert_eq!(flaws, []);
    library
}

#[test]
fn lessons_come_in_the_order_of_their_track() {
    let library = good();
    let ids: Vec<&str> = library.tracks()[0].lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    assert_eq!(ids, ["kafka/small", "kafka/other"]);
    assert_eq!(library.after("kafka/small").map(|lesson| lesson.id.as_str()), Some("kafka/other"));
    assert!(library.after("kafka/other").is_none() && library.lesson("kafka/none").is_none());
}

#[test]
fn names_are_filled_in_everywhere() {
    let lesson = good().lesson("kafka/small").unwrap().clone();
    let create = &lesson.steps[0];
    assert_eq!(create.views[0].with["topic"], "readings");
    assert_eq!(create.actions[0].action.to_string(), "kafka.create_topic partitions=3 topic=readings");
    assert_eq!(create.checks[0].say, "`readings` has three partitions");
    assert_eq!(create.hints[1], "It is called `readings`.");
    assert_eq!(create.solution[0].args["topic"], "readings");
    assert!(create.html.contains("<code>readings</code>") && create.after.contains("`readings`"));

    let other = lesson.renamed(lesson.names.suffixed("-a1").unwrap()).unwrap();
    assert_eq!(other.steps[0].checks[0].with["topic"], "readings-a1");
    assert_eq!(other.steps[0].wrong[0].actions[0].args["topic"], "readings-a1");
    assert_eq!(other.steps[0].rivals[0].actions[0].args["topic"], "readings-a1-other");
    assert!(lesson.renamed(Names::default()).is_err(), "a name is missing");
}

#[test]
fn texts_become_safe_html_with_pictures_in_the_page() {
    let lesson = good().lesson("kafka/small").unwrap().clone();
    let html = &lesson.steps[0].html;
    assert!(html.contains("<strong>topic</strong>"), "{html}");
    assert!(html.contains("src=\"data:image/svg+xml;base64,"), "{html}");
    assert!(html.contains("alt=\"three logs side by side\""), "{html}");
    assert!(html.contains("href=\"#kafka/other\""), "{html}");
    assert_eq!(lesson.steps[0].after_html, "<p>Now there are three of <code>readings</code>.</p>\n");
    assert_eq!(lesson.steps[1].after_html, "");
}

#[test]
fn attempts_are_the_whole_lesson_and_what_nothing_leads_back_from() {
    let lesson = good().lesson("kafka/small").unwrap().clone();
    let attempts = lesson.attempts("run").unwrap();
    let told: Vec<Vec<String>> = attempts
        .iter()
        .map(|attempt| {
            let stages = attempt.stages.iter().map(|stage| {
                let told = |actions: &[lab_model::ActionCall]| {
                    actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                };
                let (back, actions) = (told(&stage.back), told(&stage.actions));
                format!("{} {} <{back}> [{actions}] {:?}", stage.step, stage.says, stage.then)
            });
            stages.collect()
        })
        .collect();
    assert_eq!(
        told,
        [
            vec![
                "0 begins undone <> [] Untouched",
                "0 wrong: a broker paused <> [node.pause node=kafka-1] NotDone",
                "0 wrong: another paused <node.pause node=kafka-3> [node.pause node=kafka-2] NotDone",
                "0 solution <> [kafka.create_topic partitions=3 topic=readings_run0] Done",
                "1 begins undone <> [] Untouched",
                "1 solution <> [node.pause node=kafka-2] Done",
            ],
            vec!["0 wrong: one partition only <> [kafka.create_topic partitions=1 topic=readings_run1] NotDone"],
            vec![
                "0 rival: a topic that somebody else made <> [kafka.create_topic partitions=3 topic=readings_run2-other] NotDone"
            ],
        ]
    );
}

#[test]
fn modes_are_read_as_written() {
    for (text, when) in [
        ("now", When::Now),
        ("ever", When::Ever),
        ("never", When::Never),
        ("for 5s", When::For(5000)),
        ("for 250ms", When::For(250)),
        ("for 2m", When::For(120_000)),
    ] {
        assert_eq!(text.parse::<When>().unwrap(), when);
    }
    for text in ["", "for", "for 5", "for 0s", "for -1s", "for 5 s s", "always", "for 99999999999999999999s"] {
        assert!(text.parse::<When>().is_err(), "{text}");
    }
}
