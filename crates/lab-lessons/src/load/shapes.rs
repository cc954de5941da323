//! The shapes that files and calls must have, each compiled once for all lessons, when it is first looked for.

use std::{
    cell::{LazyCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use crate::{
    Catalog,
    file::{lesson_schema, sentence_schema, solution_schema, track_schema},
    shape::Shape,
};

/// A shape that nobody may ever look for.
type OfFile = LazyCell<Shape>;

pub(super) struct Shapes<'a> {
    catalog: &'a Catalog,
    pub(super) track: OfFile,
    pub(super) lesson: OfFile,
    pub(super) solution: OfFile,
    pub(super) sentence: OfFile,
    views: RefCell<BTreeMap<String, Rc<Shape>>>,
    actions: RefCell<BTreeMap<String, Rc<Shape>>>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            track: LazyCell::new(|| Shape::new(track_schema())),
            lesson: LazyCell::new(|| Shape::new(lesson_schema())),
            solution: LazyCell::new(|| Shape::new(solution_schema())),
            sentence: LazyCell::new(|| Shape::new(sentence_schema())),
            views: RefCell::default(),
            actions: RefCell::default(),
        }
    }

    /// Of a view's parameters; none if there is no such view.
    pub(super) fn of_view(&self, kind: &str) -> Option<Rc<Shape>> {
        let params = &self.catalog.views.get(kind)?.params;
        Some(once(&self.views, kind, || Shape::of_arguments(params)))
    }

    /// Of an action's arguments; none if there is no such action.
    pub(super) fn of_action(&self, name: &str) -> Option<Rc<Shape>> {
        let params = &self.catalog.actions.get(name)?.params;
        Some(once(&self.actions, name, || Shape::of_arguments(params)))
    }
}

fn once(known: &RefCell<BTreeMap<String, Rc<Shape>>>, name: &str, make: impl FnOnce() -> Shape) -> Rc<Shape> {
    Rc::clone(known.borrow_mut().entry(name.to_owned()).or_insert_with(|| Rc::new(make())))
}
