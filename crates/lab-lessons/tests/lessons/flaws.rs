//! Lesson text → flaws. Each case changes one thing in lessons that are without flaw.

use std::fs;

use lab_lessons::Library;

use crate::support::{catalog, content, copy};

/// One change and everything that must be said of it.
struct Case {
    name: &'static str,
    file: &'static str,
    /// What is written there now; empty to write the whole file.
    from: &'static str,
    to: &'static str,
    flaws: &'static [&'static str],
}

fn flaws(case: &Case) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    copy(&content().join("good"), dir.path());
    let file = dir.path().join(case.file);
    if case.from.is_empty() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, case.to).unwrap();
    } else {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(case.from), "{}: the fixture does not hold {:?}", case.name, case.from);
        fs::write(&file, text.replacen(case.from, case.to, 1)).unwrap();
    }
    let (library, flaws) = Library::load(dir.path(), &catalog());
    let id = case.file.rsplit_once('/').unwrap().0;
    if !flaws.is_empty() {
        assert!(library.lesson(id).is_none(), "{}: a lesson with a flaw must be left out", case.name);
    }
    flaws.iter().map(|flaw| flaw.to_string().replace("\n  → ", " → ")).collect()
}

#[test]
fn every_flaw_is_found_with_its_place_and_the_nearest_word() {
    let found: Vec<_> = CASES.iter().map(|case| (case.name, flaws(case), case.flaws)).collect();
    let other: Vec<_> = found.iter().filter(|(_, flaws, wanted)| flaws != wanted).collect();
    assert!(other.is_empty(), "{other:#?}");
}

const LESSON: &str = "kafka/small/lesson.toml";
const SOLUTION: &str = "kafka/small/solution.toml";
const TEXT: &str = "kafka/small/create.md";

const CASES: &[Case] = &[
    Case { name: "nothing wrong", file: LESSON, from: "minutes = 5", to: "minutes = 6", flaws: &[] },
    Case {
        name: "not TOML",
        file: LESSON,
        from: "title = \"A",
        to: "title = A",
        flaws: &["kafka/small/lesson.toml:2:9: this is not TOML: missing opening quote, expected `\"`"],
    },
    Case {
        name: "unknown field",
        file: LESSON,
        from: "minutes = 5",
        to: "minute = 5",
        flaws: &[
            "kafka/small/lesson.toml:1:1: `minutes` is missing",
            "kafka/small/lesson.toml:4:1: there is no `minute` here → Did you mean `minutes`?",
        ],
    },
    Case {
        name: "unknown field of a step",
        file: LESSON,
        from: "hints = [\"A",
        to: "hint = [\"A",
        flaws: &[
            "kafka/small/lesson.toml:10:1: `hints` is missing",
            "kafka/small/lesson.toml:15:1: there is no `hint` here → Did you mean `hints`?",
        ],
    },
    Case {
        name: "unknown field of a check",
        file: LESSON,
        from: "say = \"`{topic}` has",
        to: "says = \"`{topic}` has",
        flaws: &[
            "kafka/small/lesson.toml:24:1: `say` is missing",
            "kafka/small/lesson.toml:25:1: there is no `says` here → Did you mean `say`?",
        ],
    },
    Case {
        name: "wrong type",
        file: LESSON,
        from: "minutes = 5",
        to: "minutes = \"five\"",
        flaws: &["kafka/small/lesson.toml:4:11: `minutes`: \"five\" is not of type \"integer\""],
    },
    Case {
        name: "newer format",
        file: LESSON,
        from: "format = 1",
        to: "format = 2",
        flaws: &["kafka/small/lesson.toml:1:10: this format is not known → This version reads format 1."],
    },
    Case {
        name: "unknown stack",
        file: LESSON,
        from: "\"kafka-3\"",
        to: "\"kafka-33\"",
        flaws: &["kafka/small/lesson.toml:5:9: there is no stack `kafka-33` → Did you mean `kafka-3`?"],
    },
    Case {
        name: "unknown view of a picture",
        file: LESSON,
        from: "kind = \"kafka_partitions\"",
        to: "kind = \"kafka_partition\"",
        flaws: &[
            "kafka/small/lesson.toml:13:19: there is no view `kafka_partition` → Did you mean `kafka_partitions`?",
        ],
    },
    Case {
        name: "unknown parameter of a view",
        file: LESSON,
        from: "with = { topic = \"{topic}\" } }]",
        to: "with = { topics = \"{topic}\" } }]",
        flaws: &[
            "kafka/small/lesson.toml:13:39: `topic` is missing",
            "kafka/small/lesson.toml:13:48: there is no `topics` here → Did you mean `topic`?",
        ],
    },
    Case {
        name: "unknown action",
        file: LESSON,
        from: "do = \"kafka.create_topic\"",
        to: "do = \"kafka.make_topic\"",
        flaws: &[
            "kafka/small/lesson.toml:14:47: there is no action `kafka.make_topic` → Did you mean `kafka.create_topic`?",
        ],
    },
    Case {
        name: "unknown argument",
        file: LESSON,
        from: "partitions = 3 }",
        to: "partition = 3 }",
        flaws: &["kafka/small/lesson.toml:14:88: there is no `partition` here → Did you mean `partitions`?"],
    },
    Case {
        name: "argument out of bounds",
        file: LESSON,
        from: "partitions = 3 }",
        to: "partitions = 0 }",
        flaws: &["kafka/small/lesson.toml:14:101: `partitions`: 0 is less than the minimum of 1"],
    },
    Case {
        name: "argument not among the words",
        file: LESSON,
        from: "partitions = 3 }",
        to: "cleanup = \"compacted\" }",
        flaws: &["kafka/small/lesson.toml:14:98: `compacted` is not possible here → Did you mean `compact`?"],
    },
    Case {
        name: "fault on a node that is not there",
        file: LESSON,
        from: "node = \"kafka-2\"",
        to: "node = \"kafka-22\"",
        flaws: &["kafka/small/lesson.toml:33:65: the lesson's stack has no node `kafka-22` → Did you mean `kafka-2`?"],
    },
    Case {
        name: "fault the stack cannot have",
        file: LESSON,
        from: "node.pause",
        to: "node.cut",
        flaws: &[
            "kafka/small/lesson.toml:33:44: the lesson's stack cannot have the fault `cut` → Known: kill, pause, stop.",
        ],
    },
    Case {
        name: "unknown mode",
        file: LESSON,
        from: "when = \"for 2s\"",
        to: "when = \"for 2 weeks\"",
        flaws: &[
            "kafka/small/lesson.toml:44:8: \"for 2 weeks\" is not possible here → `now` (unless told), `ever` since the step began, `never` since then, or `for 5s` without a break.",
        ],
    },
    Case {
        name: "unknown view of a check",
        file: LESSON,
        from: "view = \"kafka_partitions\"\nwith",
        to: "view = \"kafka_partitons\"\nwith",
        flaws: &["kafka/small/lesson.toml:26:8: there is no view `kafka_partitons` → Did you mean `kafka_partitions`?"],
    },
    Case {
        name: "unknown field of a model",
        file: LESSON,
        from: "holds = \"partitions.size() == 3\"",
        to: "holds = \"partition.size() == 3\"",
        flaws: &["kafka/small/lesson.toml:28:10: the view's model has no `partition` → Did you mean `partitions`?"],
    },
    Case {
        name: "unknown field on the second line of a sentence",
        file: LESSON,
        from: "!r.in_sync",
        to: "!r.insync",
        flaws: &["kafka/small/lesson.toml:42:69: `r` has no field `insync` → Did you mean `in_sync`?"],
    },
    Case {
        name: "unknown field in a prediction",
        file: LESSON,
        from: "partition_count == 1",
        to: "partition_cuont == 1",
        flaws: &[
            "kafka/small/lesson.toml:20:86: the view's model has no `partition_cuont` → Did you mean `partition_count`?",
        ],
    },
    Case {
        name: "not CEL",
        file: LESSON,
        from: "partition_count == 1",
        to: "partition_count == ",
        flaws: &[
            "kafka/small/lesson.toml:20:105: this cannot be read: it ends too early → Sentences are written in CEL; lessons/README.md has examples of every kind.",
        ],
    },
    Case {
        name: "a name outside quotes in a sentence",
        file: LESSON,
        from: "partition_count == 1",
        to: "topic == {topic}",
        flaws: &[
            "kafka/small/lesson.toml:20:101: this cannot be read: `}` does not belong here → A `{name}` of the lesson stands inside quotes: `topic == '{topic}'`.",
        ],
    },
    Case {
        name: "a prediction without a choice",
        file: LESSON,
        from: "    { say = \"Three\", view = \"kafka_partitions\", with = { topic = \"{topic}\" }, holds = \"partition_count == 3\", when = \"ever\" },\n",
        to: "",
        flaws: &["kafka/small/lesson.toml:19:1: `options` needs at least 2"],
    },
    Case {
        name: "two steps of one id",
        file: LESSON,
        from: "id = \"stop-one\"",
        to: "id = \"create\"",
        flaws: &[
            "kafka/small/lesson.toml:31:6: there are two steps `create`",
            "kafka/small/solution.toml:7:2: the lesson has no step `stop-one` → Known: create.",
            "kafka/small/stop-one.md:1:1: nothing in the lesson speaks of this file → Remove it, or name a step after it.",
        ],
    },
    Case {
        name: "an id that is not kebab-case",
        file: LESSON,
        from: "id = \"stop-one\"",
        to: "id = \"Stop_One\"",
        flaws: &[
            "kafka/small/Stop_One.md:1:1: this file is missing",
            "kafka/small/lesson.toml:31:6: `Stop_One` is not kebab-case → Use a-z, 0-9 and single hyphens, beginning with a letter.",
            "kafka/small/solution.toml:1:1: the step `Stop_One` has no solution → Add `[Stop_One]` with `solution = […]`.",
            "kafka/small/solution.toml:7:2: the lesson has no step `stop-one` → Did you mean `Stop_One`?",
            "kafka/small/stop-one.md:1:1: nothing in the lesson speaks of this file → Did you mean `Stop_One.md`?",
        ],
    },
    Case {
        name: "no hint",
        file: LESSON,
        from: "hints = [\"Watch the in-sync replicas.\"]",
        to: "hints = []",
        flaws: &["kafka/small/lesson.toml:34:1: `hints` needs at least 1"],
    },
    Case {
        name: "an empty hint",
        file: LESSON,
        from: "Watch the in-sync replicas.",
        to: " ",
        flaws: &["kafka/small/lesson.toml:34:10: a hint must say something"],
    },
    Case {
        name: "nothing but never",
        file: LESSON,
        from: "when = \"for 2s\"",
        to: "when = \"never\"",
        flaws: &[
            "kafka/small/lesson.toml:36:8: with nothing but `never`, the step is done before it begins → Add a check that becomes true by what the learner does.",
        ],
    },
    Case {
        name: "a name that is no name",
        file: LESSON,
        from: "topic = \"readings\"",
        to: "topic = \"Readings!\"",
        flaws: &[
            "kafka/small/lesson.toml:8:9: \"Readings!\" cannot be a name in an engine → Use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit.",
        ],
    },
    Case {
        name: "a name used nowhere",
        file: LESSON,
        from: "topic = \"readings\"",
        to: "topic = \"readings\"\ngroup = \"dashboard\"",
        flaws: &["kafka/small/lesson.toml:9:1: `{group}` is used nowhere → Remove it."],
    },
    Case {
        name: "a name that is not declared",
        file: LESSON,
        from: "called `{topic}`.\"]",
        to: "called `{topik}`.\"]",
        flaws: &["kafka/small/lesson.toml:15:69: `{topik}` stands for no name of this lesson → Did you mean `topic`?"],
    },
    Case {
        name: "a name written out",
        file: LESSON,
        from: "do = \"kafka.create_topic\", topic = \"{topic}\"",
        to: "do = \"kafka.create_topic\", topic = \"readings\"",
        flaws: &[
            "kafka/small/lesson.toml:14:77: `readings` is one of the lesson's names, written out → Write `{topic}`, so that the name can be another when lessons share a lab.",
        ],
    },
    Case {
        name: "a step without solution",
        file: SOLUTION,
        from: "[stop-one]",
        to: "[stop-on]",
        flaws: &[
            "kafka/small/solution.toml:1:1: the step `stop-one` has no solution → Add `[stop-one]` with `solution = […]`.",
            "kafka/small/solution.toml:7:2: the lesson has no step `stop-on` → Did you mean `stop-one`?",
        ],
    },
    Case {
        name: "buttons but no wrong attempt",
        file: SOLUTION,
        from: "no_wrong_because = \"the fixture has one already\"\n",
        to: "",
        flaws: &[
            "kafka/small/solution.toml:7:2: the step `stop-one` has buttons, but no wrong attempt → Add `[[stop-one.wrong]]`, or say `no_wrong_because = \"…\"`.",
        ],
    },
    Case {
        name: "a wrong attempt that is the solution",
        file: SOLUTION,
        from: "partitions = 1",
        to: "partitions = 3",
        flaws: &["kafka/small/solution.toml:3:1: this wrong attempt is the solution"],
    },
    Case {
        name: "an unknown action in a wrong attempt",
        file: SOLUTION,
        from: "actions = [{ do = \"kafka.create_topic\"",
        to: "actions = [{ do = \"kafka.creat_topic\"",
        flaws: &[
            "kafka/small/solution.toml:5:19: there is no action `kafka.creat_topic` → Did you mean `kafka.create_topic`?",
        ],
    },
    Case {
        name: "no wrong attempt at all",
        file: "kafka/other/solution.toml",
        from: "wrong = [{",
        to: "wrong = [] #",
        flaws: &[
            "kafka/other/solution.toml:1:1: the lesson has no wrong attempt at all → At least one step shows what does not count.",
        ],
    },
    Case {
        name: "an empty text",
        file: "kafka/other/look.md",
        from: "Look.",
        to: "\n---\nSeen.",
        flaws: &[
            "kafka/other/look.md:1:1: the step has no text → Say what to do and what to look at, before a line `---`.",
        ],
    },
    Case {
        name: "HTML in a text",
        file: TEXT,
        from: "**topic**",
        to: "<b onclick='x()'>topic</b>",
        flaws: &[
            "kafka/small/create.md:1:3: HTML cannot be written in a lesson → Use Markdown.",
            "kafka/small/create.md:1:25: HTML cannot be written in a lesson → Use Markdown.",
        ],
    },
    Case {
        name: "a link out of the lessons",
        file: TEXT,
        from: "(../other)",
        to: "(https://example.org/)",
        flaws: &[
            "kafka/small/create.md:5:12: `https://example.org/` leads out of the lessons → Link to another lesson: `[…](../its-folder)`.",
        ],
    },
    Case {
        name: "a link to no lesson",
        file: TEXT,
        from: "(../other)",
        to: "(../othr)",
        flaws: &["kafka/small/create.md:5:12: there is no lesson `../othr` → Did you mean `kafka/other`?"],
    },
    Case {
        name: "a picture that is not there",
        file: TEXT,
        from: "logs.svg",
        to: "log.svg",
        flaws: &[
            "kafka/small/assets/logs.svg:1:1: nothing in the lesson speaks of this file → Did you mean `assets/log.svg`?",
            "kafka/small/create.md:3:1: there is no picture `assets/log.svg` in this lesson → Did you mean `assets/logs.svg`?",
        ],
    },
    Case {
        name: "a picture without words",
        file: TEXT,
        from: "![three logs side by side]",
        to: "![]",
        flaws: &[
            "kafka/small/create.md:3:1: a picture without words cannot be heard → Write what it shows: `![three partitions](assets/log.svg)`.",
        ],
    },
    Case {
        name: "a second divider",
        file: TEXT,
        from: "Now there",
        to: "---\n\nNow there",
        flaws: &[
            "kafka/small/create.md:9:1: a second `---` → One divides the text from what follows the step; use `***` for a rule.",
        ],
    },
    Case {
        name: "a name in a text that is not declared",
        file: TEXT,
        from: "`{topic}` is",
        to: "`{topc}` is",
        flaws: &["kafka/small/create.md:1:21: `{topc}` stands for no name of this lesson → Did you mean `topic`?"],
    },
    Case {
        name: "a file nothing speaks of",
        file: "kafka/small/stop-two.md",
        from: "",
        to: "?",
        flaws: &[
            "kafka/small/stop-two.md:1:1: nothing in the lesson speaks of this file → Did you mean `stop-one.md`?",
        ],
    },
    Case {
        name: "a picture nothing shows",
        file: "kafka/small/assets/unused.png",
        from: "",
        to: "?",
        flaws: &[
            "kafka/small/assets/unused.png:1:1: nothing in the lesson speaks of this file → Show it in a step's text, or remove it.",
        ],
    },
    Case {
        name: "a picture no page can show",
        file: "kafka/small/assets/notes.txt",
        from: "",
        to: "?",
        flaws: &[
            "kafka/small/assets/notes.txt:1:1: `assets/notes.txt` is no picture a page can show → Pictures are svg, png, jpg, webp or gif, 400 kB at most.",
            "kafka/small/assets/notes.txt:1:1: nothing in the lesson speaks of this file → Show it in a step's text, or remove it.",
        ],
    },
];
