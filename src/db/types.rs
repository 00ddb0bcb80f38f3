//! Column types that both databases share.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;
use serde::{Serialize, Serializer};

/// A time in UTC. Columns are `TIMESTAMP` without a zone; this is the one place that converts. It
/// is also how answers write times; what needs the microseconds of a column is a [`DateTime`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct UtcTime(NaiveDateTime);

impl From<DateTime<Utc>> for UtcTime {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.naive_utc())
    }
}

impl From<UtcTime> for DateTime<Utc> {
    fn from(time: UtcTime) -> Self {
        time.0.and_utc()
    }
}

impl UtcTime {
    /// RFC 3339 with three digits of a second, whatever they are: some clients read no other number
    /// of them. What is less than a millisecond is left out.
    pub fn to_text(self) -> String {
        DateTime::from(self).to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for UtcTime
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for UtcTime
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_has_three_digits_of_a_second_and_no_zone_but_utc() {
        for (time, written) in [
            ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z"),
            ("2026-03-01T12:00:00.5+09:00", "2026-03-01T03:00:00.500Z"),
            ("2026-03-01T12:00:00.000999Z", "2026-03-01T12:00:00.000Z"),
            ("2026-03-01T23:59:59.999999999Z", "2026-03-01T23:59:59.999Z"),
        ] {
            let time: DateTime<Utc> = time.parse().expect("a time");
            assert_eq!(json!(UtcTime::from(time)), written);
        }
    }
}
