//! Makes the ids of `ids.rs` columns on both databases: in conditions, in new rows and in rows that
//! are read. Used in the `rows.rs` of the feature that owns the id, because value types do not know
//! Diesel.

use diesel::Selectable;
use diesel::pg::Pg;

/// The columns of the fields of a row, in turn. `Selectable` asks for a database, and gives the
/// same columns for each.
pub fn columns_of<Row: Selectable<Pg>>() -> Row::SelectExpression {
    Row::construct_selection()
}

/// What `#[derive(FromSqlRow)]` and `#[derive(AsExpression)]` write for a type that is stored as
/// `$stored`. A stored value that the type refuses is a database error.
macro_rules! stored_as {
    ($type:ty, $sql:ty, $stored:ty, $read:expr, $write:expr) => {
        impl<DB> ::diesel::deserialize::FromSql<$sql, DB> for $type
        where
            DB: ::diesel::backend::Backend,
            $stored: ::diesel::deserialize::FromSql<$sql, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let stored = <$stored>::from_sql(value)?;
                $read(&stored).ok_or_else(|| concat!("a value is no ", stringify!($type)).into())
            }
        }

        impl<DB, ST> ::diesel::deserialize::Queryable<ST, DB> for $type
        where
            DB: ::diesel::backend::Backend,
            ST: ::diesel::sql_types::SingleValue,
            Self: ::diesel::deserialize::FromSql<ST, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> ::diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }

        $crate::db::columns::stored_as! { @expression $type, $sql, $stored, $write }
        $crate::db::columns::stored_as! {
            @expression $type, ::diesel::sql_types::Nullable<$sql>, $stored, $write
        }
    };
    (@expression $type:ty, $sql:ty, $stored:ty, $write:expr) => {
        impl ::diesel::expression::AsExpression<$sql> for $type {
            type Expression = <$stored as ::diesel::expression::AsExpression<$sql>>::Expression;

            fn as_expression(self) -> Self::Expression {
                ::diesel::expression::AsExpression::<$sql>::as_expression($write(self))
            }
        }

        impl ::diesel::expression::AsExpression<$sql> for &$type {
            type Expression = <$stored as ::diesel::expression::AsExpression<$sql>>::Expression;

            fn as_expression(self) -> Self::Expression {
                ::diesel::expression::AsExpression::<$sql>::as_expression($write(
                    ::std::clone::Clone::clone(self),
                ))
            }
        }
    };
}
pub(crate) use stored_as;

/// Columns of the ids that `row_id!` makes, and of others with `new` and `get`: `BIGINT`. They may
/// stand in an `Option`, too.
macro_rules! number_columns {
    ($($type:ty),*) => {$(
        $crate::db::columns::stored_as! {
            $type,
            ::diesel::sql_types::BigInt,
            i64,
            |number: &i64| <$type>::new(*number),
            <$type>::get
        }

        impl<DB> ::diesel::serialize::ToSql<::diesel::sql_types::BigInt, DB> for $type
        where
            DB: ::diesel::backend::Backend,
            i64: ::diesel::serialize::ToSql<::diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                self.as_number().to_sql(out)
            }
        }
    )*};
}
pub(crate) use number_columns;

/// Columns of the ids that `random_id!` makes, as their bytes.
macro_rules! bytes_columns {
    ($($type:ty),*) => {$(
        $crate::db::columns::stored_as! {
            $type,
            ::diesel::sql_types::Binary,
            Vec<u8>,
            |bytes: &Vec<u8>| Some(<$type>::from_bytes(bytes.as_slice().try_into().ok()?)),
            |id: $type| id.as_bytes().to_vec()
        }

        impl<DB> ::diesel::serialize::ToSql<::diesel::sql_types::Binary, DB> for $type
        where
            DB: ::diesel::backend::Backend,
            [u8]: ::diesel::serialize::ToSql<::diesel::sql_types::Binary, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                self.as_bytes().as_slice().to_sql(out)
            }
        }
    )*};
}
pub(crate) use bytes_columns;

/// Columns of the ids that `random_id!` makes, as their text.
macro_rules! text_columns {
    ($($type:ty),*) => {$(
        $crate::db::columns::stored_as! {
            $type,
            ::diesel::sql_types::Text,
            String,
            |text: &String| <$type>::parse(text),
            <$type>::to_text
        }
    )*};
}
pub(crate) use text_columns;

/// Columns of enums, as their text: the one of `strum`.
macro_rules! enum_columns {
    ($($type:ty),*) => {$(
        $crate::db::columns::stored_as! {
            $type,
            ::diesel::sql_types::Text,
            String,
            |text: &String| text.parse::<$type>().ok(),
            |value: $type| <&'static str>::from(value).to_owned()
        }
    )*};
}
pub(crate) use enum_columns;
