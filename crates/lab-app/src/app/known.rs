//! Which labs can be named: those that run, and those of which something is left or was looked at.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use lab_docker::{Census, Remains};
use lab_model::{Code, Problem};

use super::App;
use crate::{
    lab::{Lab, was_removed},
    schema::{LabInfo, OwnPages, Phase},
};

/// Labs that are no more.
#[derive(Default)]
pub(super) struct Past {
    /// Labs that were observed until somebody removed them, as they were last.
    removed: BTreeMap<String, LabInfo>,
    /// What is left of labs whose containers are gone.
    remains: Vec<Remains>,
}

impl Past {
    /// A lab was removed by somebody: it stays listed while its data is kept, and for whoever looked at it.
    pub(super) fn note(&mut self, lab: &Lab) {
        self.removed.insert(lab.name.clone(), as_removed(lab));
    }

    /// A person removed it here: nobody needs to be told. What keeps its data stays listed.
    pub(super) fn forget(&mut self, name: &str, kept: Option<&Lab>) {
        self.removed.remove(name);
        self.remains.retain(|left| left.project != name);
        if let Some(lab) = kept {
            self.note(lab);
        }
    }

    /// What the engine says now. True if the list differs.
    pub(super) fn learn(&mut self, census: &Census) -> bool {
        let before = (self.removed.clone(), self.remains.clone());
        self.remains.clone_from(&census.remains);
        self.removed.retain(|name, _| census.labs.iter().all(|lab| lab.project != *name));
        for (name, info) in &mut self.removed {
            info.data_kept = census.remains.iter().any(|left| left.project == *name && left.volumes > 0);
        }
        before != (self.removed.clone(), self.remains.clone())
    }

    fn infos(&self) -> Vec<LabInfo> {
        let others = self.remains.iter().filter(|left| left.volumes > 0 && !self.removed.contains_key(&left.project));
        self.removed.values().cloned().chain(others.map(remains)).collect()
    }
}

fn as_removed(lab: &Lab) -> LabInfo {
    LabInfo { phase: Phase::Removed, well: false, troubles: Vec::new(), memory_mib: None, ..lab.info() }
}

/// What is left of a lab, as hosts show it.
pub(super) fn remains(left: &Remains) -> LabInfo {
    let data_kept = left.volumes > 0;
    LabInfo { phase: Phase::Removed, data_kept, ..found(&left.project, &left.stack) }
}

/// A lab that nobody looked at yet.
pub(super) fn found(lab: &str, stack: &str) -> LabInfo {
    LabInfo {
        lab: lab.to_owned(),
        stack: stack.to_owned(),
        phase: Phase::Starting,
        nodes: Vec::new(),
        images: Vec::new(),
        endpoints: BTreeMap::new(),
        memory_mib: None,
        machine_memory_mib: 0,
        ready: Vec::new(),
        well: false,
        troubles: Vec::new(),
        data_kept: true,
    }
}

impl App {
    /// A lab we observe.
    ///
    /// # Errors
    /// `not_now` if it was removed, `unknown` if there is none of that name.
    pub fn lab(&self, name: &str) -> Result<Arc<Lab>, Problem> {
        if let Some(lab) = self.lock_labs().get(name) {
            return Ok(Arc::clone(lab));
        }
        let past = self.lock_past().infos().into_iter().find(|info| info.lab == name);
        Err(past.map_or_else(|| self.no_such_lab(name), |info| was_removed(name, &info.stack)))
    }

    fn no_such_lab(&self, name: &str) -> Problem {
        let names: Vec<String> = self.labs().iter().map(|lab| lab.name.clone()).collect();
        let hint = match names.as_slice() {
            [] => "No lab is running. Start one: pipewright up kafka-1".to_owned(),
            names => format!("These run: {}.", names.join(", ")),
        };
        Problem { code: Code::Unknown, message: format!("There is no lab {name}."), detail: String::new(), hint }
    }

    /// All labs we observe.
    pub fn labs(&self) -> Vec<Arc<Lab>> {
        self.lock_labs().values().cloned().collect()
    }

    /// Whether it is a page of an engine of a lab that is known here.
    pub fn is_own_page(&self, url: &str) -> bool {
        let begins = |pages: OwnPages| url.strip_prefix(&pages.url).is_some_and(|rest| matches!(rest, "" | "/"));
        self.labs().iter().filter_map(|lab| lab.own_pages()).any(begins)
    }

    /// The labs as hosts show them: those that run, then those that were removed and are not forgotten.
    pub fn lab_infos(&self) -> Vec<LabInfo> {
        let running: Vec<LabInfo> = self.labs().iter().map(|lab| lab.info()).collect();
        let past = self.lock_past().infos();
        let past = past.into_iter().filter(|past| running.iter().all(|lab| lab.lab != past.lab)).collect::<Vec<_>>();
        running.into_iter().chain(past).collect()
    }

    pub(super) fn lock_past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(project: &str, volumes: usize) -> Remains {
        Remains { project: project.into(), stack: "kafka-1".into(), volumes, networks: 1 }
    }

    #[test]
    fn what_keeps_its_data_is_listed_and_what_left_nothing_is_not() {
        let mut past = Past::default();
        let census = Census { labs: Vec::new(), remains: vec![left("a", 1), left("b", 0)] };
        assert!(past.learn(&census));
        assert!(!past.learn(&census));
        let listed: Vec<(String, bool)> = past.infos().into_iter().map(|info| (info.lab, info.data_kept)).collect();
        assert_eq!(listed, [("a".to_owned(), true)]);
    }

    #[test]
    fn a_removed_lab_tells_when_its_data_went_too_and_goes_when_it_is_back() {
        let mut past = Past::default();
        past.removed.insert("a".into(), remains(&left("a", 1)));
        past.learn(&Census::default());
        assert_eq!(past.infos().iter().map(|info| info.data_kept).collect::<Vec<_>>(), [false]);
        let back = lab_docker::Lab::new("a", "kafka-1");
        past.learn(&Census { labs: vec![back], remains: Vec::new() });
        assert!(past.infos().is_empty());
    }
}
