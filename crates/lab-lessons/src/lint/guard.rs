//! What stands beside a part of a sentence and so may be taken as given there: that a list is not empty, that a value
//! is not null.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators};

use super::spell::spell;

/// An expression that is known to be true, or known to be false.
pub(super) type Given<'e> = (&'e IdedExpr, bool);

/// Takes an expression that is `truth` apart into what follows from it.
pub(super) fn given<'e>(expr: &'e IdedExpr, truth: bool) -> Vec<Given<'e>> {
    if let Expr::Call(call) = &expr.expr {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_NOT, [inner]) => return given(inner, !truth),
            (operators::LOGICAL_AND, parts) if truth => return parts.iter().flat_map(|p| given(p, true)).collect(),
            (operators::LOGICAL_OR, parts) if !truth => return parts.iter().flat_map(|p| given(p, false)).collect(),
            _ => {}
        }
    }
    vec![(expr, truth)]
}

/// Is the list known to have an element?
pub(super) fn not_empty(givens: &[Given<'_>], list: &IdedExpr) -> bool {
    match &list.expr {
        Expr::List(literal) if !literal.elements.is_empty() => return true,
        // A mapped list is as long as what it was made from.
        Expr::Call(call)
            if call.func_name == operators::MAP
                && call.args.len() == 2
                && call.target.as_deref().is_some_and(|source| not_empty(givens, source)) =>
        {
            return true;
        }
        _ => {}
    }
    let list = spell(list);
    givens.iter().any(|(expr, truth)| says_not_empty(expr, *truth, &list))
}

fn says_not_empty(expr: &IdedExpr, truth: bool, list: &str) -> bool {
    let Expr::Call(call) = &expr.expr else { return false };
    let is_list = |expr: &IdedExpr| spell(expr) == list;
    match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
        (operators::EXISTS | operators::EXISTS_ONE, Some(target), _) => truth && is_list(target),
        (operators::ALL, Some(target), _) => !truth && is_list(target),
        (operators::IN, None, [_, target]) => truth && is_list(target),
        (operator, None, [one, other]) => {
            let size = format!("{list}.size()");
            if spell(one) == size {
                integer(other).is_some_and(|n| excludes_zero(operator, n, truth))
            } else if spell(other) == size {
                integer(one).is_some_and(|n| excludes_zero(mirrored(operator), n, truth))
            } else {
                false
            }
        }
        _ => false,
    }
}

/// `size <operator> n` being `truth` leaves no room for a size of 0.
fn excludes_zero(operator: &str, n: i64, truth: bool) -> bool {
    let zero_fits = match operator {
        operators::EQUALS => n == 0,
        operators::NOT_EQUALS => n != 0,
        operators::GREATER => 0 > n,
        operators::GREATER_EQUALS => 0 >= n,
        operators::LESS => 0 < n,
        operators::LESS_EQUALS => 0 <= n,
        _ => return false,
    };
    zero_fits != truth
}

fn mirrored(operator: &str) -> &str {
    match operator {
        operators::GREATER => operators::LESS,
        operators::GREATER_EQUALS => operators::LESS_EQUALS,
        operators::LESS => operators::GREATER,
        operators::LESS_EQUALS => operators::GREATER_EQUALS,
        other => other,
    }
}

fn integer(expr: &IdedExpr) -> Option<i64> {
    match &expr.expr {
        Expr::Literal(LiteralValue::Int(number)) => Some(*number.inner()),
        _ => None,
    }
}

/// Is the value known not to be null?
pub(super) fn not_null(givens: &[Given<'_>], value: &IdedExpr) -> bool {
    let value = spell(value);
    givens.iter().any(|(expr, truth)| says_not_null(expr, *truth, &value))
}

fn says_not_null(expr: &IdedExpr, truth: bool, value: &str) -> bool {
    let Expr::Call(call) = &expr.expr else { return false };
    let (operator, [one, other]) = (call.func_name.as_str(), call.args.as_slice()) else { return false };
    let about = |side: &IdedExpr, beside: &IdedExpr| spell(side) == value && is_null(beside);
    let compared_with_null = about(one, other) || about(other, one);
    match operator {
        operators::NOT_EQUALS => truth && compared_with_null,
        operators::EQUALS => !truth && compared_with_null,
        // An order is an error with null, and so is a sum: neither is ever true.
        operators::GREATER | operators::GREATER_EQUALS | operators::LESS | operators::LESS_EQUALS => {
            truth && (reckons_with(one, value) || reckons_with(other, value))
        }
        _ => false,
    }
}

fn reckons_with(expr: &IdedExpr, value: &str) -> bool {
    const SUMS: [&str; 5] =
        [operators::ADD, operators::SUBSTRACT, operators::MULTIPLY, operators::DIVIDE, operators::MODULO];
    let in_sum = match &expr.expr {
        Expr::Call(call) if SUMS.contains(&call.func_name.as_str()) => {
            call.args.iter().any(|part| reckons_with(part, value))
        }
        _ => false,
    };
    in_sum || spell(expr) == value
}

pub(super) fn is_null(expr: &IdedExpr) -> bool {
    matches!(expr.expr, Expr::Literal(LiteralValue::Null))
}
