//! Values that stand in the statement itself.
//!
//! An index of some rows alone, such as those that are open, serves a statement that asks for just these.
//! Of a parameter neither database knows that when it plans: on SQLite the index is never taken, on
//! PostgreSQL not by a plan that is kept. Then all rows are looked at, ever more of which are over.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, Value};

/// A column has this value, a constant of our own and never what somebody has said.
pub(crate) fn is(column: impl ColumnTrait, value: impl Into<Value>) -> Expr {
    column.into_expr().eq(Expr::Constant(value.into()))
}

/// As [`is`], it has another one.
pub(crate) fn is_not(column: impl ColumnTrait, value: impl Into<Value>) -> Expr {
    column.into_expr().ne(Expr::Constant(value.into()))
}

/// As [`is`], it has one of these.
pub(crate) fn is_one_of(
    column: impl ColumnTrait,
    values: impl IntoIterator<Item = &'static str>,
) -> Expr {
    column.into_expr().is_in(values.into_iter().map(|value| Expr::Constant(value.into())))
}
