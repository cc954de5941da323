//! Whether a proof still holds: what was said then, and what is said now.

use std::collections::{BTreeMap, BTreeSet};

use super::{OneHop, OneRecord, Proof};

/// Whether a finding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It is as it was.
    Holds,
    /// It is not.
    Broken,
    /// Nobody can tell now.
    Unknown,
}

/// One thing that was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of what: an image, a count, a record.
    pub what: String,
    /// How it stands.
    pub stands: Stands,
    /// In a sentence.
    pub says: String,
}

/// Hops whose engine deletes what is old.
const AGING: [&str; 3] = ["payload", "task", "log"];
/// Counts that only grow, unless something goes.
const GROWING: [&str; 3] = ["fetched", "stored", "windows"];

/// Everything that was said then, against what is said now.
pub fn compare(then: &Proof, now: &Proof) -> Vec<Finding> {
    let mut found = vec![if then.stack == now.stack {
        finding("stack", Stands::Holds, format!("The lab still is of {}.", now.stack))
    } else {
        finding("stack", Stands::Broken, format!("The lab was of {}, and is of {}.", then.stack, now.stack))
    }];
    found.extend(images(then, now));
    found.extend(counts(then, now));
    found.extend(then.records.iter().map(|record| {
        let again = now.records.iter().find(|again| again.topic == record.topic && again.record == record.record);
        self::record(record, again)
    }));
    found
}

fn finding(what: &str, stands: Stands, says: String) -> Finding {
    Finding { what: what.to_owned(), stands, says }
}

fn images(then: &Proof, now: &Proof) -> Vec<Finding> {
    let by_engine: BTreeMap<&str, _> = now.images.iter().map(|image| (image.engine.as_str(), image)).collect();
    let image = |was: &lab_model::facts::lab::ImageInUse| match by_engine.get(was.engine.as_str()) {
        None => finding(&was.engine, Stands::Unknown, "The lab tells no image of it now.".to_owned()),
        Some(is) if is.id == was.id => {
            finding(&was.engine, Stands::Holds, format!("It still runs {} ({}).", is.reference, was.version))
        }
        Some(is) => {
            let says = format!(
                "It ran {} {}, and runs {} {} now.",
                was.reference,
                short(&was.id),
                is.reference,
                short(&is.id)
            );
            finding(&was.engine, Stands::Broken, says)
        }
    };
    then.images.iter().map(image).collect()
}

fn short(id: &str) -> &str {
    id.get(..19).unwrap_or(id)
}

fn counts(then: &Proof, now: &Proof) -> Vec<Finding> {
    let of = |proof: &Proof, name: &str| proof.flow.counts.get(name).copied().flatten();
    let mut found = Vec::new();
    for name in GROWING {
        let Some(was) = of(then, name) else { continue };
        found.push(match of(now, name) {
            None => finding(name, Stands::Unknown, format!("There were {was}; how many there are is not known now.")),
            Some(is) if is >= was => finding(name, Stands::Holds, format!("There were {was}, and there are {is}.")),
            Some(is) => finding(name, Stands::Broken, format!("There were {was}, and there are {is}: some are gone.")),
        });
    }
    if let Some(was) = of(then, "lost") {
        found.push(match of(now, "lost") {
            None => finding("lost", Stands::Unknown, format!("{was} were lost; how many are is not known now.")),
            Some(is) if is <= was => finding("lost", Stands::Holds, format!("{was} were lost, and {is} are.")),
            Some(is) => finding("lost", Stands::Broken, format!("{was} were lost, and {is} are.")),
        });
    }
    found
}

fn record(was: &OneRecord, is: Option<&OneRecord>) -> Finding {
    let what = format!("{} {}", was.topic, was.record);
    let Some(is) = is else { return finding(&what, Stands::Unknown, "It was not looked at.".to_owned()) };
    let hops = was.hops.iter().filter(|hop| hop.standing == "found").map(|hop| {
        let again = is.hops.iter().find(|again| again.hop == hop.hop);
        self::hop(hop, again)
    });
    let (mut broken, mut unknown, mut holds, mut read) = (Vec::new(), Vec::new(), 0, 0);
    for (stands, says, was_read) in hops {
        match stands {
            Stands::Holds => {
                holds += 1;
                read += usize::from(was_read);
            }
            Stands::Broken => broken.push(says),
            Stands::Unknown => unknown.push(says),
        }
    }
    if !broken.is_empty() {
        return finding(&what, Stands::Broken, broken.join(" "));
    }
    if !unknown.is_empty() {
        return finding(&what, Stands::Unknown, unknown.join(" "));
    }
    let says =
        format!("It is at the same {holds} hops; at {read} of them its content was read again, and is the same.");
    finding(&what, Stands::Holds, says)
}

/// How a hop at which the record was found stands, in a sentence, and whether its content was read.
fn hop(was: &OneHop, is: Option<&OneHop>) -> (Stands, String, bool) {
    let title = &was.title;
    let Some(is) = is else { return (Stands::Unknown, format!("{title}: not looked at."), false) };
    match is.standing.as_str() {
        "found" => {}
        "unknown" => {
            return (Stands::Unknown, format!("{title}: {}", is.why.as_deref().unwrap_or("not known.")), false);
        }
        "missing" if AGING.contains(&was.hop.as_str()) => {
            let why = is.why.as_deref().unwrap_or_default();
            let says = format!(
                "{title}: {why} Its engine keeps it for a time only, so nobody can tell whether it was deleted."
            );
            return (Stands::Unknown, says, false);
        }
        _ => {
            return (
                Stands::Broken,
                format!("{title}: it was there. {}", is.why.as_deref().unwrap_or("It is not now.")),
                false,
            );
        }
    }
    let (before, now) = (read(was), read(is));
    let other = before.iter().find_map(|(by, hashes)| {
        let found = now.get(by)?;
        (hashes != found).then(|| (*by, few(hashes), few(found)))
    });
    if let Some((by, was, is)) = other {
        return (Stands::Broken, format!("{title}: {by} said {was}, and says {is} now."), true);
    }
    // The content may be as it was, and what is written beside it not.
    let denied = |hop: &OneHop| hop.places.iter().filter(|place| place.same == Some(false)).count();
    if denied(is) > denied(was) {
        return (
            Stands::Broken,
            format!("{title}: what is said there is no longer what the record's hash says."),
            true,
        );
    }
    if let Some(by) = before.keys().find(|by| !now.contains_key(*by)) {
        return (Stands::Unknown, format!("{title}: what {by} has could not be read now."), false);
    }
    (Stands::Holds, String::new(), !before.is_empty())
}

/// The hashes of what each of them returned, of the record or of what was made of it.
fn read(hop: &OneHop) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all = BTreeMap::<&str, BTreeSet<&str>>::new();
    for place in &hop.places {
        if let Some(hash) = &place.hash {
            all.entry(place.said_by.as_deref().unwrap_or("somebody")).or_default().insert(hash);
        }
    }
    all
}

fn few(hashes: &BTreeSet<&str>) -> String {
    hashes.iter().copied().collect::<Vec<_>>().join(" and ")
}
