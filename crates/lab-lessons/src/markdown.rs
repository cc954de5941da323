//! A step's text: Markdown in, safe HTML out, and what an author may not write in it.
//!
//! Lesson packs are data: no HTML of their own, no address outside the lesson. Pictures are put into the page itself,
//! so nothing has to be served.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, html::push_html};

use crate::flaw::{Slip, did_you_mean};

/// What a text may refer to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// `track/lesson` of the lesson the text is in.
    pub(crate) lesson: String,
    /// All lessons, `track/lesson`.
    pub(crate) lessons: BTreeSet<String>,
    /// Pictures by path (`assets/log.svg`), as `data:` addresses.
    pub(crate) pictures: BTreeMap<String, String>,
}

/// A step's file in its two parts: what to read first, and what is shown once the step is done. A line `---` divides
/// them; a second one is given back as the byte it stands at.
pub(crate) fn parts(text: &str) -> (&str, &str, Option<usize>) {
    let mut fenced = false;
    let mut at = 0;
    let mut dividers = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.trim_end() == "---" {
            dividers.push((at, at + line.len()));
        }
        at += line.len();
    }
    match dividers.first() {
        Some((start, end)) => (&text[..*start], &text[*end..], dividers.get(1).map(|(start, _)| *start)),
        None => (text, "", None),
    }
}

/// What is wrong in a text; slips point into it.
pub(crate) fn slips(text: &str, around: &Around) -> Vec<Slip> {
    let events = Parser::new_ext(text, options()).into_offset_iter();
    let mut slips = Vec::new();
    let mut open_picture: Option<usize> = None;
    for (event, range) in events {
        let slip = match &event {
            Event::Html(_) | Event::InlineHtml(_) => {
                Some(("HTML cannot be written in a lesson".to_owned(), "Use Markdown.".to_owned()))
            }
            Event::Start(Tag::Link { dest_url, link_type, .. }) => link_slip(dest_url, *link_type, around),
            Event::Start(Tag::Image { dest_url, .. }) => {
                open_picture = Some(range.start);
                picture_slip(dest_url, around)
            }
            Event::End(pulldown_cmark::TagEnd::Image) => open_picture.take().map(|_| {
                let hint = "Write what it shows: `![three partitions](assets/log.svg)`.";
                ("this picture has no description".to_owned(), hint.to_owned())
            }),
            Event::Text(words) if !words.trim().is_empty() => {
                open_picture = None;
                None
            }
            _ => None,
        };
        slips.extend(slip.map(|(says, hint)| Slip::inside(range.start, says, hint)));
    }
    slips
}

fn link_slip(to: &str, kind: LinkType, around: &Around) -> Option<(String, String)> {
    if kind == LinkType::Autolink || kind == LinkType::Email || to.contains("://") || to.starts_with('/') {
        return Some((
            format!("`{to}` is not a lesson or a picture of this lesson"),
            "Link to another lesson: `[…](../its-folder)`.".to_owned(),
        ));
    }
    if other_lesson(to, around).is_some() {
        return None;
    }
    let known = around.lessons.iter().map(String::as_str);
    let wanted = resolve(to, &around.lesson).unwrap_or_else(|| to.to_owned());
    Some((format!("there is no lesson `{to}`"), did_you_mean(&wanted, known)))
}

fn picture_slip(path: &str, around: &Around) -> Option<(String, String)> {
    let missing = !around.pictures.contains_key(path);
    let known = around.pictures.keys().map(String::as_str);
    missing.then(|| (format!("there is no picture `{path}` in this lesson"), did_you_mean(path, known)))
}

/// `../other` or `../../track/other`, seen from a lesson, as `track/other`.
fn resolve(to: &str, lesson: &str) -> Option<String> {
    let mut here: Vec<&str> = lesson.split('/').collect();
    for part in to.trim_end_matches('/').split('/') {
        match part {
            ".." => drop(here.pop()?),
            "." => {}
            part => here.push(part),
        }
    }
    Some(here.join("/"))
}

fn other_lesson<'a>(to: &str, around: &'a Around) -> Option<&'a str> {
    let id = resolve(to, &around.lesson)?;
    around.lessons.get(&id).map(String::as_str)
}

/// Paths of the pictures a text shows.
pub(crate) fn pictures(text: &str) -> BTreeSet<String> {
    let shown = Parser::new_ext(text, options()).filter_map(|event| match event {
        Event::Start(Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    shown.collect()
}

/// Sanitised HTML. A link to a lesson becomes `<a href="#track/lesson">`, a picture a `data:` address.
pub(crate) fn html(text: &str, around: &Around) -> String {
    let events = Parser::new_ext(text, options()).map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let to = other_lesson(&dest_url, around).map_or(CowStr::Borrowed("#"), |id| format!("#{id}").into());
            Event::Start(Tag::Link { link_type, dest_url: to, title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let data = around.pictures.get(&*dest_url).map_or("", String::as_str);
            Event::Start(Tag::Image { link_type, dest_url: data.to_owned().into(), title, id })
        }
        other => other,
    });
    let mut html = String::new();
    push_html(&mut html, events);
    sanitised(&html)
}

fn sanitised(html: &str) -> String {
    let mut sanitiser = ammonia::Builder::default();
    sanitiser.url_schemes(["data"].into()).add_tag_attributes("code", ["class"]).attribute_filter(
        |element, attribute, value| {
            let data = value.trim_start().to_ascii_lowercase().starts_with("data:");
            (!data || (element == "img" && attribute == "src")).then(|| value.into())
        },
    );
    sanitiser.clean(html).to_string()
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}
