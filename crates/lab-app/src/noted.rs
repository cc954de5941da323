//! A small file that notes something of one instance of a lab, beside the lab's env file: labs outlive the program, and a
//! lab that was made anew under the same name is another one, of which nothing is noted.
//!
//! Whoever reads or changes it has it alone meanwhile, in this process and in others.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What is noted of an instance, of type `T`.
pub(crate) struct Noted<T> {
    file: PathBuf,
    instance: String,
    what: PhantomData<fn() -> T>,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    instance: String,
    #[serde(flatten)]
    what: T,
}

impl<T: Serialize + DeserializeOwned + Default> Noted<T> {
    /// Of that instance of a lab; `name` tells it from other such files.
    pub(crate) fn of(data_dir: &Path, lab: &str, instance: &str, name: &str) -> Self {
        let file = data_dir.join("labs").join(format!("{lab}.{name}.json"));
        Self { file, instance: instance.to_owned(), what: PhantomData }
    }

    /// Where it is.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// What is noted; nothing if the file is not there, damaged, or of another instance.
    pub(crate) fn read(&self) -> T {
        let read = || -> io::Result<T> {
            let mut file = File::open(&self.file)?;
            file.lock_shared()?;
            self.noted_in(&mut file)
        };
        read().unwrap_or_default()
    }

    /// Changes what is noted.
    ///
    /// # Errors
    /// If the file cannot be read or written: then nothing is changed.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> io::Result<R> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.file)?;
        // The lock goes with the file.
        file.lock()?;
        let mut kept = Kept { instance: self.instance.clone(), what: self.noted_in(&mut file)? };
        let answer = change(&mut kept.what);
        let text = serde_json::to_vec(&kept)?;
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(&text)?;
        Ok(answer)
    }

    fn noted_in(&self, file: &mut File) -> io::Result<T> {
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let kept: Option<Kept<T>> = serde_json::from_slice(&text).ok();
        Ok(kept.filter(|kept| kept.instance == self.instance).map(|kept| kept.what).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Count {
        count: u64,
    }

    fn noted(data: &Path, instance: &str) -> Noted<Count> {
        Noted::of(data, "lab", instance, "count")
    }

    fn more(noted: &Noted<Count>) -> u64 {
        let more = |noted: &mut Count| {
            noted.count += 1;
            noted.count
        };
        noted.change(more).unwrap()
    }

    #[test]
    fn what_was_noted_is_read_by_whoever_comes_later() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!((more(&noted(data.path(), "one")), more(&noted(data.path(), "one"))), (1, 2));
        assert_eq!(noted(data.path(), "one").read(), Count { count: 2 });
    }

    #[test]
    fn of_a_lab_made_anew_nothing_is_noted() {
        let data = tempfile::tempdir().unwrap();
        more(&noted(data.path(), "one"));
        assert_eq!(noted(data.path(), "two").read(), Count::default());
        assert_eq!(more(&noted(data.path(), "two")), 1);
    }

    #[test]
    fn a_damaged_file_is_one_in_which_nothing_is_noted() {
        let data = tempfile::tempdir().unwrap();
        more(&noted(data.path(), "one"));
        fs::write(noted(data.path(), "one").file(), "{").unwrap();
        assert_eq!(more(&noted(data.path(), "one")), 1);
    }

    #[test]
    fn no_change_of_several_at_once_is_lost() {
        let data = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        more(&noted(data.path(), "one"));
                    }
                });
            }
        });
        assert_eq!(noted(data.path(), "one").read().count, 200);
    }
}
