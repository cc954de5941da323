//! The linter: a sentence is checked against the model's schema before an engine is ever asked.
//!
//! CEL alone would let a wrong field pass (`[].all(p, p.nonsense == 3)` is true, and `a || nonsense` hides it). Here
//! every name must exist, every comparison must make sense, and nothing may be true because nothing is there.

mod calls;
mod guard;
mod joined;
mod macros;
pub(crate) mod spell;
pub(crate) mod types;

use cel::{
    Env,
    common::ast::{Expr, IdedExpr, LiteralValue, SourceInfo, operators},
};
use serde_json::Value;

pub(crate) use crate::sentence::{BEFORE, BEGAN};
use crate::{
    error::Error,
    flaw::{Slip, did_you_mean},
    sentence::refused,
};
use guard::Given;
pub(crate) use joined::joined;
use types::{Kind, Type, Types};

/// Everything in an expression that a model of that schema cannot mean. Slips point into the text.
pub(crate) fn slips(holds: &str, model_schema: &Value) -> Vec<Slip> {
    // Without macros, `all` and `exists` stay the calls they were written as.
    let parser = Env::default().with_optional_support(false).parser();
    let (expr, info) = match parser.parse_with_source_info(holds) {
        Ok(parsed) => parsed,
        Err(errors) => return vec![unreadable(holds, &refused(holds, &errors))],
    };
    let mut linter = Linter {
        types: Types::new(model_schema),
        info: &info,
        scope: Vec::new(),
        givens: Vec::new(),
        slips: Vec::new(),
    };
    let whole = linter.walk(&expr, Some(true));
    if !matches!(whole.kind, Kind::Bool | Kind::Any) {
        linter.slip(&expr, format!("a sentence must be true or false, and this is {}", whole.says()), "");
    }
    linter.slips
}

fn unreadable(holds: &str, error: &Error) -> Slip {
    let Error::Holds { why, offset, .. } = error else { return Slip::inside(0, error.to_string(), error.hint()) };
    let hint = match holds.get(*offset..) {
        Some(rest) if rest.starts_with('=') && !rest.starts_with("==") => "Two are compared with `==`.",
        _ if holds.contains('{') => "A `{name}` of the lesson stands inside quotes: `topic == '{topic}'`.",
        _ => error.hint(),
    };
    Slip::inside(*offset, format!("this cannot be read: {why}"), hint)
}

/// What the sentence needs a part of it to be: true, false, or either.
type Asserted = Option<bool>;

struct Linter<'s, 'e> {
    types: Types<'s>,
    info: &'e SourceInfo,
    /// Variables bound by `all`, `exists`, …, innermost last.
    scope: Vec<(&'e str, Type<'s>)>,
    /// What stands beside the part being looked at.
    givens: Vec<Given<'e>>,
    slips: Vec<Slip>,
}

impl<'s, 'e> Linter<'s, 'e> {
    fn walk(&mut self, expr: &'e IdedExpr, asserted: Asserted) -> Type<'s> {
        match &expr.expr {
            Expr::Literal(literal) => literal_type(literal),
            Expr::Ident(name) => self.variable(expr, name),
            Expr::Select(select) => {
                let record = self.walk(&select.operand, None);
                self.field(expr, &record, &select.field)
            }
            Expr::List(list) => {
                let items: Vec<Type<'s>> = list.elements.iter().map(|item| self.walk(item, None)).collect();
                Type::of(Kind::List(Box::new(items.into_iter().next().unwrap_or_else(Type::any))))
            }
            Expr::Call(call) => self.call(expr, call, asserted),
            Expr::Unspecified | Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) => {
                self.slip(expr, "objects cannot be written in a sentence", "Compare single fields.");
                Type::any()
            }
        }
    }

    fn variable(&mut self, expr: &IdedExpr, name: &str) -> Type<'s> {
        if let Some((_, bound)) = self.scope.iter().rev().find(|(variable, _)| *variable == name) {
            return bound.clone();
        }
        let model = self.types.model();
        let Kind::Record(record) = &model.kind else { return Type::any() };
        match (self.types.field(record, name), name) {
            (Some(found), _) => found,
            (None, BEGAN) => Type::of(Kind::Int),
            (None, BEFORE) => model,
            (None, _) => {
                let bound = self.scope.iter().map(|(variable, _)| *variable);
                let known = Types::fields(record).into_iter().chain(bound).chain([BEFORE, BEGAN]);
                let hint = did_you_mean(name, known);
                self.slip(expr, format!("the view's model has no `{name}`"), hint);
                Type::any()
            }
        }
    }

    fn field(&mut self, expr: &IdedExpr, of: &Type<'s>, name: &str) -> Type<'s> {
        match &of.kind {
            Kind::Any => Type::any(),
            Kind::Map(value) => (**value).clone(),
            Kind::Record(record) => self.types.field(record, name).unwrap_or_else(|| {
                let hint = did_you_mean(name, Types::fields(record));
                self.slip(expr, format!("`{}` has no field `{name}`", before_dot(expr)), hint);
                Type::any()
            }),
            _ => {
                let says = format!("`{}` is {} and has no field `{name}`", before_dot(expr), of.says());
                let hint = if matches!(of.kind, Kind::List(_)) {
                    "Use `.exists(x, …)`, `.all(x, …)` or `[0]`."
                } else {
                    ""
                };
                self.slip(expr, says, hint);
                Type::any()
            }
        }
    }

    /// Looks at a part with something more taken as given.
    fn walk_given(&mut self, expr: &'e IdedExpr, asserted: Asserted, givens: Vec<Given<'e>>) -> Type<'s> {
        let before = self.givens.len();
        self.givens.extend(givens);
        let found = self.walk(expr, asserted);
        self.givens.truncate(before);
        found
    }

    fn slip(&mut self, expr: &IdedExpr, says: impl Into<String>, hint: impl Into<String>) {
        self.slips.push(Slip::inside(self.offset(expr), says, hint));
    }

    /// The byte where the word stands that an expression is named by.
    fn offset(&self, expr: &IdedExpr) -> usize {
        let start = self.info.offset_for(expr.id).map_or(0, |(start, _)| start as usize);
        match (&expr.expr, self.info.source.as_bytes().get(start)) {
            (Expr::Select(_), Some(b'.')) => start + 1,
            (Expr::Call(call), Some(b'(')) => start.saturating_sub(call.func_name.len()),
            _ => start,
        }
    }
}

fn before_dot(expr: &IdedExpr) -> String {
    match &expr.expr {
        Expr::Select(select) => spell::spell(&select.operand),
        _ => String::new(),
    }
}

fn literal_type<'s>(literal: &LiteralValue) -> Type<'s> {
    let kind = match literal {
        LiteralValue::Boolean(_) => Kind::Bool,
        LiteralValue::Int(_) | LiteralValue::UInt(_) => Kind::Int,
        LiteralValue::Double(_) => Kind::Float,
        LiteralValue::String(_) => Kind::Text(None),
        LiteralValue::Bytes(_) => Kind::Any,
        LiteralValue::Null => return Type { nullable: true, kind: Kind::Null },
    };
    Type::of(kind)
}

/// The parts of `a && b && c`, however the parser nested them.
fn operands<'e>(expr: &'e IdedExpr, operator: &str) -> Vec<&'e IdedExpr> {
    match &expr.expr {
        Expr::Call(call) if call.func_name == operator => {
            call.args.iter().flat_map(|part| operands(part, operator)).collect()
        }
        _ => vec![expr],
    }
}

fn is_logic(operator: &str) -> bool {
    matches!(operator, operators::LOGICAL_AND | operators::LOGICAL_OR)
}
