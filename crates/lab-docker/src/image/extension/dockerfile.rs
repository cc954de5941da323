//! Reads a Dockerfile as far as it must be known before the engine builds from it: its instructions with their lines, and
//! the images that it names.

use super::BuildFault;

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instruction {
    /// The line it begins at, from 1.
    pub(super) line: u32,
    /// In capital letters.
    pub(super) keyword: String,
    /// What follows the keyword, on one line.
    pub(super) rest: String,
}

impl Instruction {
    /// As one line.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.keyword, self.rest).trim_end().to_owned()
    }

    /// The words that are not flags.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.rest.split_whitespace().filter(|word| !word.starts_with("--"))
    }
}

/// The instructions of a Dockerfile. Comments and empty lines may stand anywhere, also within an instruction.
pub(super) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape(text);
    let mut found = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let (part, goes_on) = match trimmed.strip_suffix(escape) {
            Some(part) => (part.trim_end(), true),
            None => (trimmed, false),
        };
        let (_, written) = open.get_or_insert_with(|| (number, String::new()));
        if !written.is_empty() {
            written.push(' ');
        }
        written.push_str(part);
        if !goes_on && let Some((line, written)) = open.take() {
            found.push(instruction(line, &written));
        }
    }
    found.extend(open.map(|(line, written)| instruction(line, &written)));
    found
}

fn instruction(line: u32, written: &str) -> Instruction {
    let (keyword, rest) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
    Instruction { line, keyword: keyword.to_ascii_uppercase(), rest: rest.trim().to_owned() }
}

/// What goes on over the end of a line: a backslash, unless the first lines say otherwise.
fn escape(text: &str) -> char {
    let directives = text.trim_start_matches('\u{feff}').lines().map_while(|line| line.trim().strip_prefix('#'));
    let named = directives.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == "escape");
    if named.is_some_and(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

/// The images that it names after FROM, each once; stages of its own are none.
pub(super) fn from(instructions: &[Instruction]) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    let mut stages = Stages::default();
    for instruction in instructions.iter().filter(|instruction| instruction.keyword == "FROM") {
        let image = instruction.words().next().unwrap_or_default();
        if !image.is_empty() && !stages.has(image) && named.iter().all(|known| known != image) {
            named.push(image.to_owned());
        }
        stages.begin(instruction);
    }
    named
}

/// Finds nothing wrong if it builds from images alone that are `allowed`, and from stages of its own.
pub(super) fn check(
    instructions: &[Instruction],
    allowed: impl Fn(&str) -> bool,
    instead: &str,
) -> Result<(), BuildFault> {
    let mut stages = Stages::default();
    for instruction in instructions {
        let keyword = instruction.keyword.as_str();
        let other = |named: Option<&str>| named.filter(|image| !stages.has(image) && !allowed(image)).map(shown);
        let problem = match keyword {
            "FROM" => {
                other(Some(instruction.words().next().unwrap_or_default())).map(|image| format!("FROM names {image}"))
            }
            _ if stages.number == 0 && keyword != "ARG" => Some(format!("{keyword} stands before FROM")),
            "COPY" | "ONBUILD" => {
                let flags = instruction.rest.split_whitespace().filter_map(|word| word.strip_prefix("--from="));
                flags
                    .filter_map(|from| other(Some(from).filter(|from| !stages.has_number(from))))
                    .next()
                    .map(|image| format!("--from names {image}"))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(BuildFault { line: Some(instruction.line), problem, hint: instead.to_owned() });
        }
        if keyword == "FROM" {
            stages.begin(instruction);
        }
    }
    if stages.number == 0 {
        return Err(BuildFault { line: None, problem: "it has no FROM".to_owned(), hint: instead.to_owned() });
    }
    Ok(())
}

/// Those that began.
#[derive(Default)]
struct Stages {
    names: Vec<String>,
    number: usize,
}

impl Stages {
    fn begin(&mut self, from: &Instruction) {
        let words: Vec<&str> = from.words().collect();
        if let [_, word, name] = words[..]
            && word.eq_ignore_ascii_case("as")
        {
            self.names.push(name.to_owned());
        }
        self.number += 1;
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn has_number(&self, number: &str) -> bool {
        number.parse::<usize>().is_ok_and(|number| number < self.number)
    }
}

/// The same Dockerfile, built from other images: line for line what it was, but for the names after FROM.
pub(super) fn with_images(text: &str, instructions: &[Instruction], other: impl Fn(&str) -> Option<String>) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for from in instructions.iter().filter(|instruction| instruction.keyword == "FROM") {
        let Some(image) = from.words().next() else { continue };
        let Some(instead) = other(image) else { continue };
        // An instruction may go on over several lines, and the image stands on one of them.
        let first = from.line as usize - 1;
        let on = lines.iter_mut().skip(first).find(|line| line.split_whitespace().any(|word| word == image));
        if let Some(line) = on {
            *line = line.split_inclusive(char::is_whitespace).map(|word| replaced(word, image, &instead)).collect();
        }
    }
    lines.join("\n") + "\n"
}

fn replaced(word: &str, image: &str, instead: &str) -> String {
    if word.trim_end() == image { word.replacen(image, instead, 1) } else { word.to_owned() }
}

/// What somebody wrote, or that it is nothing.
fn shown(image: &str) -> String {
    if image.is_empty() { "no image".to_owned() } else { image.chars().take(120).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "# Airflow with more\nFROM pipewright/airflow:3.3.2\n\nCOPY requirements.txt /\nRUN pip install \\\n  # quietly\n  --no-cache-dir \\\n  -r /requirements.txt\n";

    fn names(text: &str) -> Result<Vec<String>, BuildFault> {
        let found = instructions(text);
        check(&found, |image| image == "a:1" || image == "b:2", "Write FROM a:1.")?;
        Ok(from(&found))
    }

    #[test]
    fn instructions_keep_the_line_they_begin_at() {
        let found = instructions(SEED);
        let told: Vec<(u32, String)> = found.iter().map(|one| (one.line, one.text())).collect();
        assert_eq!(
            told,
            [
                (2, "FROM pipewright/airflow:3.3.2".to_owned()),
                (4, "COPY requirements.txt /".to_owned()),
                (5, "RUN pip install --no-cache-dir -r /requirements.txt".to_owned()),
            ]
        );
        assert_eq!(instructions("# escape=`\nfrom a:1\nRUN dir `\n c\n")[1].text(), "RUN dir c");
        assert_eq!(instructions("\u{feff}FROM a:1")[0].text(), "FROM a:1");
        assert!(instructions("# nothing\n\n").is_empty());
        assert_eq!(instructions("RUN a \\").len(), 1);
    }

    #[test]
    fn an_image_that_is_not_the_labs_is_named_with_its_line() {
        assert_eq!(names("FROM a:1\nFROM b:2\nFROM a:1\n").unwrap(), ["a:1", "b:2"]);
        assert_eq!(names("FROM --platform=linux/amd64 a:1 AS more\nFROM more\nCOPY --from=0 /x /\n").unwrap(), ["a:1"]);
        for (text, line, problem) in [
            ("FROM debian\n", Some(1), "FROM names debian"),
            ("ARG X=a:1\nFROM ${X}\n", Some(2), "FROM names ${X}"),
            ("FROM a:1\nCOPY --from=debian /x /\n", Some(2), "--from names debian"),
            ("FROM a:1\nCOPY --from=1 /x /\n", Some(2), "--from names 1"),
            ("RUN x\nFROM a:1\n", Some(1), "RUN stands before FROM"),
            ("FROM\n", Some(1), "FROM names no image"),
            ("# nothing\n", None, "it has no FROM"),
        ] {
            let fault = names(text).unwrap_err();
            assert_eq!((fault.line, fault.problem.as_str()), (line, problem), "{text}");
        }
    }

    #[test]
    fn other_images_change_no_line_but_that_of_from() {
        let other = |image: &str| (image == "a:1").then(|| "t:9".to_owned());
        let text = "FROM a:1 AS a\nCOPY a:1 /\nFROM \\\n  a:1\nFROM a\n";
        let found = instructions(text);
        assert_eq!(with_images(text, &found, other), "FROM t:9 AS a\nCOPY a:1 /\nFROM \\\n  t:9\nFROM a\n");
    }

    #[test]
    fn any_text_is_read() {
        for text in ["\\", "\\\n\\\n", "FROM \\", "#", "# escape=`", "`", "\0", "FROM a:1 as", "ONBUILD COPY --from="] {
            let found = instructions(text);
            // It may be refused, but not by a panic.
            drop(names(text));
            with_images(text, &found, |_| Some("x".to_owned()));
        }
    }
}
