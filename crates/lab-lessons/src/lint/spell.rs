//! Spells an expression the same way however it was written: to recognise the same list twice, and for messages.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

/// The expression as text. Equal texts mean equal expressions.
pub(crate) fn spell(expr: &IdedExpr) -> String {
    match &expr.expr {
        Expr::Ident(name) => name.clone(),
        Expr::Select(select) => format!("{}.{}", spell(&select.operand), select.field),
        Expr::Literal(literal) => spell_literal(literal),
        Expr::List(list) => format!("[{}]", joined(&list.elements)),
        Expr::Call(call) => spell_call(call),
        Expr::Unspecified | Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) => "…".to_owned(),
    }
}

fn spell_call(call: &CallExpr) -> String {
    let name = call.func_name.as_str();
    match (name, &call.target, call.args.as_slice()) {
        (operators::INDEX, None, [list, at]) => format!("{}[{}]", spell(list), spell(at)),
        (operators::LOGICAL_NOT, None, [one]) => format!("!{}", spell(one)),
        (operators::NEGATE, None, [one]) => format!("-{}", spell(one)),
        ("size", None, [list]) => format!("{}.size()", spell(list)),
        (_, None, [one, other]) if symbol(name).is_some() => {
            format!("({} {} {})", spell(one), symbol(name).unwrap_or_default(), spell(other))
        }
        (_, Some(target), args) => format!("{}.{name}({})", spell(target), joined(args)),
        (_, None, args) => format!("{name}({})", joined(args)),
    }
}

/// An operator as it is written between its operands.
pub(crate) fn symbol(operator: &str) -> Option<&str> {
    match operator {
        operators::IN => Some("in"),
        _ => operator.strip_prefix('_')?.strip_suffix('_'),
    }
}

fn spell_literal(literal: &LiteralValue) -> String {
    match literal {
        LiteralValue::Boolean(yes) => yes.inner().to_string(),
        LiteralValue::Int(number) => number.inner().to_string(),
        LiteralValue::UInt(number) => number.inner().to_string(),
        LiteralValue::Double(number) => number.inner().to_string(),
        LiteralValue::String(text) => format!("{:?}", text.inner()),
        LiteralValue::Bytes(_) => "bytes".to_owned(),
        LiteralValue::Null => "null".to_owned(),
    }
}

fn joined(parts: &[IdedExpr]) -> String {
    parts.iter().map(spell).collect::<Vec<_>>().join(", ")
}
