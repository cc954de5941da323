//! How much of journals is kept: so much of each lab, and so much of all together. The oldest parts go first, and never one
//! that is being written.

use std::{fs, io, path::Path};

use super::part::{self, Part};

/// Bytes kept of one lab's journals.
const OF_A_LAB: u64 = 512 * 1024 * 1024;
/// Parts kept of one lab's journals: a live `watch` of a few seconds writes one, too.
const PARTS_OF_A_LAB: usize = 200;
/// Bytes kept of all labs' journals.
const OF_ALL: u64 = 2 * 1024 * 1024 * 1024;

/// Removes what is too much, with room for one more part of `room` bytes in the folder of `lab`.
pub(super) fn make_room(lab: &Path, room: u64) -> io::Result<()> {
    within(part::of_lab(lab), OF_A_LAB.saturating_sub(room), PARTS_OF_A_LAB - 1)?;
    lab.parent().map_or(Ok(()), |journals| within(part::all(journals), OF_ALL.saturating_sub(room), usize::MAX))
}

/// Puts a journal's parts into another folder too, under their own names.
pub(super) fn link(stem: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let (Some(lab), Some(name)) = (stem.parent(), stem.file_name()) else { return Ok(()) };
    for part in part::of_lab(lab).into_iter().filter(|part| Some(part.journal().as_str()) == name.to_str()) {
        let Some(file) = part.path.file_name() else { continue };
        match fs::hard_link(&part.path, folder.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn within(parts: Vec<Part>, bytes: u64, number: usize) -> io::Result<()> {
    let mut left = parts.len();
    let mut sum = parts.iter().map(Part::bytes).fold(0, u64::saturating_add);
    for part in parts.into_iter().filter(|part| !part.is_written()) {
        if sum <= bytes && left <= number {
            break;
        }
        let freed = part.bytes();
        match fs::remove_file(&part.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => (sum, left) = (sum.saturating_sub(freed), left - 1),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_what_is_written_stays() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| fs::write(dir.path().join(name), [0; 100]).unwrap();
        for name in ["7-1.0.ndjson", "7-1.2.ndjson", "7-1.10.ndjson", "8-1.0.ndjson"] {
            write(name);
        }
        let written = fs::File::open(dir.path().join("7-1.2.ndjson")).unwrap();
        written.try_lock().unwrap();
        within(part::of_lab(dir.path()), 250, 3).unwrap();
        let left: Vec<String> = part::of_lab(dir.path())
            .iter()
            .map(|part| part.path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(left, ["7-1.2.ndjson", "8-1.0.ndjson"]);
        within(part::of_lab(dir.path()), u64::MAX, 1).unwrap();
        assert_eq!(part::of_lab(dir.path()).len(), 1);
    }
}
