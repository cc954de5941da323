//! Reads what the builder prints - `Step 3/4 : …`, whether the step's layer was there, the step's own lines - as facts.

use std::collections::VecDeque;

use lab_model::facts::image::ImageFact;

use super::BuildFault;
use super::dockerfile::Instruction;

/// How many of the last lines of a step are told when it fails.
const LAST_LINES: usize = 20;
/// Characters of a line that are kept: a tool may write a progress bar of thousands.
const LONGEST: usize = 400;

/// A line that was heard, and the fact that it tells.
pub(super) struct Heard {
    pub(super) detail: String,
    pub(super) facts: Vec<ImageFact>,
}

/// What the builder has printed so far.
pub(super) struct Output<'a> {
    node: &'a str,
    instructions: &'a [Instruction],
    /// The end of a line that did not come yet.
    rest: String,
    step: Option<Step>,
    last: VecDeque<String>,
}

struct Step {
    number: u32,
    of: u32,
    line: Option<u32>,
    cached: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(node: &'a str, instructions: &'a [Instruction]) -> Self {
        Self { node, instructions, rest: String::new(), step: None, last: VecDeque::new() }
    }

    /// Steps that are done, and how many there are.
    pub(super) fn at(&self) -> (Option<u64>, Option<u64>) {
        self.step.as_ref().map(|step| (u64::from(step.number - 1), u64::from(step.of))).unzip()
    }

    /// The base is being pulled: it was not there.
    pub(super) fn pulls(&mut self) {
        if let Some(step) = &mut self.step {
            step.cached = false;
        }
    }

    /// Hears a piece of what is printed; the lines that are whole now.
    pub(super) fn hear(&mut self, piece: &str) -> Vec<Heard> {
        self.rest.push_str(piece);
        let Some(end) = self.rest.rfind(['\n', '\r']) else {
            // The line of a step comes without its end, which is told with the next piece.
            return Vec::new();
        };
        let whole: String = self.rest.drain(..=end).collect();
        whole.split(['\n', '\r']).filter_map(|line| self.line(&plain(line))).collect()
    }

    fn line(&mut self, line: &str) -> Option<Heard> {
        if line.trim().is_empty() {
            return None;
        }
        let detail: String = line.chars().take(LONGEST).collect();
        if let Some((number, of, told)) = step(line) {
            return Some(Heard { detail, facts: self.begin(number, of, told) });
        }
        if let Some(about) = line.strip_prefix(" ---> ") {
            let known = self.step.as_mut();
            match (about.trim(), known) {
                ("Using cache", Some(step)) => step.cached = true,
                (about, Some(step)) if about.starts_with("Running in ") => step.cached = false,
                _ => {}
            }
        } else if !line.starts_with("Removing intermediate container ") {
            if self.last.len() == LAST_LINES {
                self.last.pop_front();
            }
            self.last.push_back(detail.clone());
        }
        Some(Heard { detail, facts: Vec::new() })
    }

    fn begin(&mut self, number: u32, of: u32, told: &str) -> Vec<ImageFact> {
        let mut facts = self.end();
        self.last.clear();
        let keyword = told.split_whitespace().next().unwrap_or_default();
        // After the instructions of the file comes the label that makes the image ours.
        let written =
            self.instructions.get(number as usize - 1).filter(|one| one.keyword.eq_ignore_ascii_case(keyword));
        let line = written.map(|one| one.line);
        // What is there needs no work: FROM an image that is here, until it is pulled.
        self.step = Some(Step { number, of, line, cached: keyword.eq_ignore_ascii_case("FROM") });
        let instruction = written.map_or_else(|| told.to_owned(), Instruction::text);
        facts.push(ImageFact::StepBegan { node: self.node.to_owned(), number, steps: of, instruction, line });
        facts
    }

    /// The step is done.
    pub(super) fn end(&mut self) -> Vec<ImageFact> {
        let done = self.step.take();
        let ended =
            |step: Step| ImageFact::StepEnded { node: self.node.to_owned(), number: step.number, cached: step.cached };
        done.map(ended).into_iter().collect()
    }

    /// Why it failed, at the step that was under way, or where the engine says that the file cannot be read.
    pub(super) fn fault(&self, problem: &str, hint: &str) -> BuildFault {
        let line = match &self.step {
            Some(step) => step.line,
            None => line_in(problem),
        };
        let at = self.instructions.iter().find(|one| Some(one.line) == line);
        let hint = match at {
            Some(one) if one.keyword == "FROM" => hint.to_owned(),
            _ => "Change the files and build again. Until then the lab goes on with the image that it has.".to_owned(),
        };
        BuildFault { line, problem: problem.to_owned(), hint }
    }

    /// The last lines that the step under way wrote.
    pub(super) fn last(&self) -> Vec<String> {
        let rest = plain(&self.rest);
        let rest = (!rest.trim().is_empty()).then(|| rest.chars().take(LONGEST).collect());
        self.last.iter().cloned().chain(rest).collect()
    }
}

/// `Step 3/4 : RUN make`.
fn step(line: &str) -> Option<(u32, u32, &str)> {
    let (count, told) = line.strip_prefix("Step ")?.split_once(" : ")?;
    let (number, of) = count.split_once('/')?;
    let number: u32 = number.trim().parse().ok()?;
    (number > 0).then_some((number, of.trim().parse().ok()?, told))
}

/// `dockerfile parse error line 3: unknown instruction: RUNN`.
fn line_in(problem: &str) -> Option<u32> {
    let (_, after) = problem.split_once(" line ")?;
    after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// Without the marks by which a terminal is told colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => {
                // `ESC [ … letter`
                if letters.next() == Some('[') {
                    letters.by_ref().find(|letter| ('@'..='~').contains(letter));
                }
            }
            '\t' => text.push(' '),
            letter if letter.is_control() => {}
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::dockerfile::instructions;
    use super::*;

    const FILE: &str =
        "FROM pipewright/airflow:3.3.2\n# more\nCOPY requirements.txt /\nRUN pip install \\\n  -r /requirements.txt\n";

    /// As Docker 20.10 prints it.
    const PIECES: [&str; 11] = [
        "Step 1/4 : FROM pipewright/trusting:0123",
        "\n",
        " ---> a13b1a59f6b8\n",
        "Step 2/4 : COPY requirements.txt /",
        "\n",
        " ---> Using cache\n",
        " ---> 2ab0a6b0f5c1\n",
        "Step 3/4 : RUN pip install   -r /requirements.txt",
        "\n",
        " ---> Running in 0d5a3a4b3c2d\n",
        "Collecting nonsense\r\n",
    ];

    fn hear(output: &mut Output<'_>, pieces: &[&str]) -> Vec<String> {
        let facts = pieces.iter().flat_map(|piece| output.hear(piece)).flat_map(|heard| heard.facts);
        facts.map(|fact| fact.to_string()).collect()
    }

    #[test]
    fn each_step_is_told_with_its_line_and_whether_its_layer_was_there() {
        let file = instructions(FILE);
        let mut output = Output::new("airflow-1", &file);
        let mut told = hear(&mut output, &PIECES);
        told.extend(hear(&mut output, &["Step 4/4 : LABEL dev.pipewright.extends=lab", "\n", " ---> Running in 77\n"]));
        told.extend(output.end().iter().map(ToString::to_string));
        assert_eq!(
            told,
            [
                "step 1 of 4 (line 1): FROM pipewright/airflow:3.3.2",
                "step 1 done, from the cache",
                "step 2 of 4 (line 3): COPY requirements.txt /",
                "step 2 done, from the cache",
                "step 3 of 4 (line 4): RUN pip install -r /requirements.txt",
                "step 3 done",
                "step 4 of 4: LABEL dev.pipewright.extends=lab",
                "step 4 done",
            ]
        );
    }

    #[test]
    fn a_base_that_is_pulled_was_not_there() {
        let file = instructions(FILE);
        let mut output = Output::new("airflow-1", &file);
        hear(&mut output, &PIECES[..2]);
        output.pulls();
        assert_eq!(hear(&mut output, &PIECES[2..5])[0], "step 1 done");
    }

    #[test]
    fn a_failure_is_told_with_its_line_and_the_words_of_its_step() {
        let file = instructions(FILE);
        let mut output = Output::new("airflow-1", &file);
        hear(&mut output, &PIECES);
        hear(&mut output, &["\u{1b}[91mERROR: No matching distribution found for nonsense\n\u{1b}[0m"]);
        let fault = output.fault("The command '/bin/sh -c …' returned a non-zero code: 1", "Write FROM x.");
        assert_eq!(fault.line, Some(4));
        assert!(fault.hint.starts_with("Change the files"), "{}", fault.hint);
        assert_eq!(output.last(), ["Collecting nonsense", "ERROR: No matching distribution found for nonsense"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_with_the_line_that_the_engine_names() {
        let output = Output::new("airflow-1", &[]);
        let fault = output.fault("dockerfile parse error line 3: unknown instruction: RUNN", "");
        assert_eq!((fault.line, output.last().len()), (Some(3), 0));
        assert_eq!(output.fault("no space left on device", "").line, None);
    }

    #[test]
    fn any_output_is_heard() {
        let file = instructions(FILE);
        let mut output = Output::new("airflow-1", &file);
        for piece in ["Step 0/0 : \n", "Step 9/4 : X\n", "Step /: \n", "\u{1b}", "[\n", " ---> \n", "\u{1b}[\n", "ü\r"]
        {
            hear(&mut output, &[piece]);
        }
        assert_eq!(output.at().1, Some(4));
    }
}
