//! A running cell: its trials and the node that each of them asks, the rules for it, and its end.

use std::collections::BTreeSet;

use super::{
    keys::Key,
    levels::{Needs, total},
    placement::Ring,
    theory::{self, Scene, Seat},
    trying::{Spec, Tried},
};
use crate::schema::{Cell, CellPlan, CellState, Episode, FaultKind, Theory, Trial};

/// A cell under way.
pub(super) struct Sheet {
    pub(super) cell: Cell,
    pub(super) plan: CellPlan,
    /// What is going to be tried.
    pub(super) specs: Vec<Spec>,
    /// What was.
    pub(super) tried: Vec<Tried>,
}

impl Sheet {
    /// The trials so far.
    pub(super) fn trials(&self) -> Vec<Trial> {
        self.tried.iter().map(|tried| tried.trial.clone()).collect()
    }
}

/// The nodes that a trial asks, in turn.
pub(super) fn spec(ring: &Ring, plan: &CellPlan, victims: &BTreeSet<String>, number: u32, key: Key) -> Spec {
    let seat = |node: &String| Seat {
        node: node.clone(),
        dc: ring.member(node).map(|member| member.dc.clone()).unwrap_or_default(),
    };
    let able: Vec<Seat> = ring
        .members()
        .iter()
        .filter(|member| !victims.contains(&member.node))
        .map(|member| seat(&member.node))
        .collect();
    let lost: Vec<Seat> = victims.iter().map(seat).collect();
    let turn = usize::try_from(number).unwrap_or_default();
    let writer = able[turn % able.len()].clone();
    // In turn the node that wrote and another one; and a node that is cut off is asked every second time.
    let mut reader = able[(turn + 1 + turn / able.len()) % able.len()].clone();
    if plan.fault == FaultKind::Cut && turn % 2 == 1 {
        reader = lost[(turn / 2) % lost.len()].clone();
    }
    Spec {
        number,
        key: key.key,
        scene: Scene {
            replicas: key.replicas.iter().map(seat).collect(),
            victims: victims.clone(),
            fault: plan.fault,
            phase: plan.phase,
        },
        writer,
        reader,
        returned: (!lost.is_empty()).then(|| lost[turn % lost.len()].clone()),
        at_once: (turn / 2) % 2 == 1,
        trace: false,
    }
}

/// Writes the rules into a cell, from its requests and the nodes that they ask.
pub(super) fn foretell(cell: &mut Cell, plan: &CellPlan, specs: &[Spec]) {
    let Some(first) = specs.first() else { return };
    let all = first.scene.all();
    let must = |spec: &Spec, seat: &Seat| spec.scene.must_be_fresh((plan.write, &spec.writer), (plan.read, seat));
    let fresh: Vec<bool> = specs
        .iter()
        .flat_map(|spec| std::iter::once(&spec.reader).chain(&spec.returned).map(move |seat| must(spec, seat)))
        .collect();
    let (always, sometimes) = (fresh.iter().all(|must| *must), fresh.iter().any(|must| *must));
    let ends = |of: &dyn Fn(&Spec) -> theory::Ends| -> Vec<String> {
        specs.iter().flat_map(of).collect::<theory::Ends>().into_iter().map(str::to_owned).collect()
    };
    let needs = |level| Needs::of(level, &all, &first.writer.dc).sum();
    cell.theory = Theory {
        write: ends(&|spec| spec.scene.write_ends(plan.write, &spec.writer)),
        read: ends(&|spec| spec.scene.read_ends(plan.read, &spec.reader)),
        replicas: total(&all),
        write_needs: needs(plan.write),
        read_needs: needs(plan.read),
        live: total(&first.scene.answering(&first.writer)),
        must_be_fresh: always,
        must_be_fresh_reads: 0,
        says: theory::says(plan, &first.scene, &first.writer, always, sometimes && !always),
        disagrees: Vec::new(),
    };
}

/// Ends every cell.
pub(super) fn conclude(sheets: &mut [Sheet], episode: &Episode) {
    for sheet in sheets {
        let missing = sheet.cell.planned.saturating_sub(u32::try_from(sheet.tried.len()).unwrap_or(u32::MAX));
        if missing > 0 {
            sheet.cell.why = Some(format!("{missing} trials did not run: the other nodes marked the node down before"));
        }
        sheet.cell.state = if sheet.tried.iter().any(|tried| tried.trial.set_aside.is_none()) {
            CellState::Done
        } else {
            CellState::Incomplete
        };
        if sheet.cell.state == CellState::Incomplete {
            let aside = sheet.tried.len();
            sheet.cell.why = Some(format!("no trial counts: {aside} were set aside, {missing} did not run"));
        }
        // If none were written in the whole episode, none were written in any of its cells.
        if episode.hints == Some(0) {
            sheet.cell.hints = Some(0);
        }
    }
}
