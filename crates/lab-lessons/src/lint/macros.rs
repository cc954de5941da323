//! `all`, `exists`, `exists_one`, `filter`, `map`: they bind a variable to each element of a list.
//!
//! `all` is true of an empty list, and so is `!exists`: both need a word beside them on how many there are.

use cel::common::ast::{Expr, IdedExpr};

use super::{
    Asserted, Linter,
    guard::not_empty,
    spell::spell,
    types::{Kind, Type, Types},
};
use crate::sentence::{BEFORE, BEGAN};

impl<'s, 'e> Linter<'s, 'e> {
    pub(super) fn list_macro(
        &mut self,
        expr: &'e IdedExpr,
        list: &'e IdedExpr,
        name: &str,
        args: &'e [IdedExpr],
        asserted: Asserted,
    ) -> Type<'s> {
        let within = self.walk(list, None);
        let element = match &within.kind {
            Kind::List(element) => (**element).clone(),
            Kind::Any => Type::any(),
            _ => {
                self.slip(expr, format!("`{}` is {}, not a list", spell(list), within.says()), "");
                Type::any()
            }
        };
        self.empty_list_passes(expr, list, name, asserted);
        let (Some((variable, rest)), true) =
            (args.split_first(), args.len() == 2 || (name == "map" && args.len() == 3))
        else {
            self.slip(expr, format!("`{name}` takes a variable and an expression"), format!("`{name}(p, …)`"));
            return Type::any();
        };
        let Some(variable) = self.binds(variable) else { return Type::any() };
        self.scope.push((variable, element.clone()));
        let found = self.bodies(name, rest, asserted);
        self.scope.pop();
        match name {
            "filter" => Type::of(Kind::List(Box::new(element))),
            "map" => Type::of(Kind::List(Box::new(found))),
            _ => Type::of(Kind::Bool),
        }
    }

    /// Looks at what is said of each element; the type of the last part.
    fn bodies(&mut self, name: &str, bodies: &'e [IdedExpr], asserted: Asserted) -> Type<'s> {
        let mut found = Type::any();
        for (i, body) in bodies.iter().enumerate() {
            let last = i + 1 == bodies.len();
            let value = name == "map" && last;
            let needed = match name {
                "all" | "exists" => asserted,
                _ if value => None,
                // What is counted or kept is what the predicate is true of.
                _ => Some(true),
            };
            found = self.walk(body, needed);
            if !value {
                self.expect_bool(body, &found);
            }
        }
        found
    }

    fn binds(&mut self, variable: &'e IdedExpr) -> Option<&'e str> {
        let Expr::Ident(name) = &variable.expr else {
            self.slip(variable, "the first argument is the name of a variable", "`all(p, …)`");
            return None;
        };
        let model = self.types.model();
        let is_field = matches!(&model.kind, Kind::Record(record) if Types::fields(record).contains(&name.as_str()));
        let is_bound = self.scope.iter().any(|(bound, _)| bound == name);
        if is_field || is_bound || name == BEFORE || name == BEGAN {
            self.slip(variable, format!("`{name}` already means something here"), "Choose another name.");
        }
        Some(name)
    }

    fn empty_list_passes(&mut self, expr: &'e IdedExpr, list: &'e IdedExpr, name: &str, asserted: Asserted) {
        let vacuous = match name {
            "all" => asserted != Some(false),
            "exists" => asserted != Some(true),
            _ => false,
        };
        if !vacuous || not_empty(&self.givens, list) {
            return;
        }
        let list = spell(list);
        let says = match name {
            "all" => format!("`{list}` may be empty, and `all` is true of an empty list"),
            _ => format!("`{list}` may be empty, and then nothing exists in it"),
        };
        let hint = match name {
            "all" => format!("Say how many beside it: `{list}.size() == 3 && …`."),
            _ => format!("Say how many beside it, or count: `{list}.filter(…).size() == 0`."),
        };
        self.slip(expr, says, hint);
    }
}
