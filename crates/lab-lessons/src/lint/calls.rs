//! Operators and functions: do their operands fit, and can nothing-known make them true?

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::{
    Asserted, Linter,
    guard::{given, is_null, not_null},
    is_logic, operands,
    spell::{spell, symbol},
    types::{Kind, Type},
};
use crate::flaw::did_you_mean;

/// Functions a sentence may use, apart from operators.
const FUNCTIONS: &[&str] = &[
    "all",
    "contains",
    "double",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "int",
    "map",
    "size",
    "startsWith",
    "string",
];

impl<'s, 'e> Linter<'s, 'e> {
    pub(super) fn call(&mut self, expr: &'e IdedExpr, call: &'e CallExpr, asserted: Asserted) -> Type<'s> {
        let name = call.func_name.as_str();
        match (name, call.target.as_deref(), call.args.as_slice()) {
            (name, None, _) if is_logic(name) => self.logic(expr, name, asserted),
            (operators::LOGICAL_NOT, None, [inner]) => {
                let found = self.walk(inner, asserted.map(|truth| !truth));
                self.expect_bool(inner, &found)
            }
            (operators::CONDITIONAL, None, [condition, yes, no]) => self.conditional(condition, yes, no, asserted),
            (operators::EQUALS | operators::NOT_EQUALS, None, [one, other]) => {
                self.equality(expr, [one, other], (name == operators::EQUALS) == asserted.unwrap_or(true), asserted)
            }
            (
                operators::GREATER | operators::GREATER_EQUALS | operators::LESS | operators::LESS_EQUALS,
                None,
                [one, other],
            ) => self.order(expr, one, other),
            (operators::IN, None, [one, list]) => self.membership(expr, one, list, asserted),
            (operators::INDEX, None, [list, at]) => self.index(expr, list, at),
            (operators::NEGATE, None, [inner]) => self.walk(inner, None),
            (name, None, [one, other]) if symbol(name).is_some() => self.arithmetic(expr, name, one, other),
            ("size", Some(list), []) | ("size", None, [list]) => self.size(list),
            ("contains" | "startsWith" | "endsWith", Some(text), [part]) => self.text(expr, text, part),
            ("int" | "double" | "string", None, [inner]) => self.conversion(name, inner),
            ("all" | "exists" | "exists_one" | "filter" | "map", Some(list), args) => {
                self.list_macro(expr, list, name, args, asserted)
            }
            ("has", ..) => {
                let hint = "Compare with null: `p.leader != null`.";
                self.slip(expr, "`has` is always true: a model has all its fields", hint);
                Type::of(Kind::Bool)
            }
            _ => {
                let hint = did_you_mean(name, FUNCTIONS.iter().copied());
                self.slip(expr, format!("a sentence cannot use `{name}` like this"), hint);
                Type::any()
            }
        }
    }

    /// A part of `a && b` may rely on what must be so beside it; a part of `a || b` on what is not so to its left.
    fn logic(&mut self, expr: &'e IdedExpr, operator: &str, asserted: Asserted) -> Type<'s> {
        let parts = operands(expr, operator);
        let and = operator == operators::LOGICAL_AND;
        let all_needed = asserted == Some(and);
        for (i, part) in parts.iter().enumerate() {
            let beside = parts.iter().enumerate().filter(|(j, _)| *j < i || (all_needed && *j != i));
            let givens = beside.flat_map(|(_, sibling)| given(sibling, and)).collect();
            let found = self.walk_given(part, asserted, givens);
            self.expect_bool(part, &found);
        }
        Type::of(Kind::Bool)
    }

    fn conditional(
        &mut self,
        condition: &'e IdedExpr,
        yes: &'e IdedExpr,
        no: &'e IdedExpr,
        asserted: Asserted,
    ) -> Type<'s> {
        let found = self.walk(condition, None);
        self.expect_bool(condition, &found);
        let one = self.walk_given(yes, asserted, given(condition, true));
        let other = self.walk_given(no, asserted, given(condition, false));
        if one.kind == Kind::Null { other } else { one }
    }

    pub(super) fn expect_bool(&mut self, expr: &IdedExpr, found: &Type<'s>) -> Type<'s> {
        if !matches!(found.kind, Kind::Bool | Kind::Any) {
            self.slip(expr, format!("`{}` is {}, not true or false", spell(expr), found.says()), "");
        }
        Type::of(Kind::Bool)
    }

    /// `equal`: whether the sentence needs the two to be equal, rather than different.
    fn equality(&mut self, expr: &'e IdedExpr, sides: [&'e IdedExpr; 2], equal: bool, asserted: Asserted) -> Type<'s> {
        let [one, other] = sides.map(|side| self.walk(side, None));
        for (side, beside, its) in [(sides[0], sides[1], &one), (sides[1], sides[0], &other)] {
            self.known_word(its, beside);
            if is_null(beside) && !its.nullable && its.kind != Kind::Any {
                self.slip(expr, format!("`{}` is never null", spell(side)), "");
            }
            let differs_by_null = !equal && its.nullable && !is_null(side) && !is_null(beside);
            if asserted.is_some() && differs_by_null && !not_null(&self.givens, side) {
                self.null_passes(expr, side, asserted);
            }
        }
        let both_null = equal && one.nullable && other.nullable && !sides.iter().any(|side| is_null(side));
        if asserted.is_some() && both_null && !sides.iter().any(|side| not_null(&self.givens, side)) {
            self.null_passes(expr, sides[0], asserted);
        }
        if !comparable(&one, &other) {
            self.unlike(expr, sides, &one, &other);
        }
        Type::of(Kind::Bool)
    }

    fn null_passes(&mut self, expr: &IdedExpr, side: &IdedExpr, asserted: Asserted) {
        let side = spell(side);
        let hint = match asserted {
            Some(false) => format!("Within the negation write `{side} == null || …` beside it."),
            _ => format!("Write `{side} != null && …` beside it."),
        };
        self.slip(expr, format!("`{side}` may be null, and then this would be true with nothing known"), hint);
    }

    fn unlike(&mut self, expr: &IdedExpr, sides: [&IdedExpr; 2], one: &Type<'s>, other: &Type<'s>) {
        let [left, right] = sides.map(spell);
        self.slip(expr, format!("`{left}` is {}, `{right}` is {}: they are never equal", one.says(), other.says()), "");
    }

    fn known_word(&mut self, its: &Type<'s>, beside: &IdedExpr) {
        let (Kind::Text(Some(words)), Expr::Literal(LiteralValue::String(word))) = (&its.kind, &beside.expr) else {
            return;
        };
        if !words.contains(word.inner()) {
            let hint = did_you_mean(word.inner(), words.iter().map(String::as_str));
            self.slip(beside, format!("it is never `{}`", word.inner()), hint);
        }
    }

    fn order(&mut self, expr: &'e IdedExpr, one: &'e IdedExpr, other: &'e IdedExpr) -> Type<'s> {
        let (left, right) = (self.walk(one, None), self.walk(other, None));
        let numbers = is_number(&left) && is_number(&right);
        let texts = matches!(left.kind, Kind::Text(_) | Kind::Any) && matches!(right.kind, Kind::Text(_) | Kind::Any);
        if !numbers && !texts {
            self.slip(expr, format!("{} has no order with {}", left.says(), right.says()), "");
        }
        Type::of(Kind::Bool)
    }

    fn membership(
        &mut self,
        expr: &'e IdedExpr,
        one: &'e IdedExpr,
        list: &'e IdedExpr,
        asserted: Asserted,
    ) -> Type<'s> {
        let (item, within) = (self.walk(one, None), self.walk(list, None));
        match &within.kind {
            Kind::List(element) => {
                self.known_word(element, one);
                if !comparable(&item, element) {
                    let says =
                        format!("`{}` is {}, and in `{}` is {}", spell(one), item.says(), spell(list), element.says());
                    self.slip(expr, says, "");
                }
            }
            Kind::Map(_) | Kind::Any => {}
            _ => self.slip(list, format!("`{}` is {}, not a list", spell(list), within.says()), ""),
        }
        if asserted == Some(false) && item.nullable && !not_null(&self.givens, one) {
            self.null_passes(expr, one, asserted);
        }
        Type::of(Kind::Bool)
    }

    fn index(&mut self, expr: &'e IdedExpr, list: &'e IdedExpr, at: &'e IdedExpr) -> Type<'s> {
        let (within, at) = (self.walk(list, None), self.walk(at, None));
        match within.kind {
            Kind::List(element) if matches!(at.kind, Kind::Int | Kind::Any) => *element,
            Kind::Map(value) if matches!(at.kind, Kind::Text(_) | Kind::Any) => *value,
            Kind::Any => Type::any(),
            _ => {
                self.slip(expr, format!("`{}` cannot be indexed by {}", spell(list), at.says()), "");
                Type::any()
            }
        }
    }

    fn arithmetic(&mut self, expr: &'e IdedExpr, operator: &str, one: &'e IdedExpr, other: &'e IdedExpr) -> Type<'s> {
        let (left, right) = (self.walk(one, None), self.walk(other, None));
        match (left.kind, right.kind) {
            (Kind::Any, kind) | (kind, Kind::Any) => Type::of(kind),
            (Kind::Int, Kind::Int) => Type::of(Kind::Int),
            (Kind::Float, Kind::Float) if operator != operators::MODULO => Type::of(Kind::Float),
            (Kind::Text(_), Kind::Text(_)) if operator == operators::ADD => Type::of(Kind::Text(None)),
            (Kind::List(items), Kind::List(_)) if operator == operators::ADD => Type::of(Kind::List(items)),
            (Kind::Int, Kind::Float) | (Kind::Float, Kind::Int) => {
                self.slip(
                    expr,
                    "a whole number and a fraction do not add up",
                    "Write `double(…)` around the whole number.",
                );
                Type::of(Kind::Float)
            }
            _ => {
                let symbol = symbol(operator).unwrap_or(operator);
                self.slip(expr, format!("`{symbol}` needs two numbers"), "");
                Type::any()
            }
        }
    }

    fn size(&mut self, list: &'e IdedExpr) -> Type<'s> {
        let found = self.walk(list, None);
        if !matches!(found.kind, Kind::List(_) | Kind::Map(_) | Kind::Text(_) | Kind::Any) {
            self.slip(list, format!("`{}` is {} and has no size", spell(list), found.says()), "");
        }
        Type::of(Kind::Int)
    }

    fn text(&mut self, expr: &'e IdedExpr, text: &'e IdedExpr, part: &'e IdedExpr) -> Type<'s> {
        for side in [text, part] {
            let found = self.walk(side, None);
            if !matches!(found.kind, Kind::Text(_) | Kind::Any) {
                let hint = if matches!(found.kind, Kind::List(_)) { "For a list write `x in list`." } else { "" };
                self.slip(expr, format!("`{}` is {}, not a text", spell(side), found.says()), hint);
            }
        }
        Type::of(Kind::Bool)
    }

    fn conversion(&mut self, name: &str, inner: &'e IdedExpr) -> Type<'s> {
        let found = self.walk(inner, None);
        if !matches!(found.kind, Kind::Int | Kind::Float | Kind::Text(_) | Kind::Any) {
            self.slip(inner, format!("`{}` is {} and cannot be converted", spell(inner), found.says()), "");
        }
        Type::of(match name {
            "int" => Kind::Int,
            "double" => Kind::Float,
            _ => Kind::Text(None),
        })
    }
}

fn is_number(found: &Type<'_>) -> bool {
    matches!(found.kind, Kind::Int | Kind::Float | Kind::Any)
}

/// Can the two ever be equal?
fn comparable(one: &Type<'_>, other: &Type<'_>) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Any | Kind::Null, _) | (_, Kind::Any | Kind::Null) => true,
        (Kind::Int | Kind::Float, Kind::Int | Kind::Float) | (Kind::Bool, Kind::Bool) => true,
        (Kind::Text(Some(some)), Kind::Text(Some(more))) => !some.is_disjoint(more),
        (Kind::Text(_), Kind::Text(_)) => true,
        (Kind::List(one), Kind::List(other)) => comparable(one, other),
        (Kind::Record(_) | Kind::Map(_), Kind::Record(_) | Kind::Map(_)) => true,
        _ => false,
    }
}
