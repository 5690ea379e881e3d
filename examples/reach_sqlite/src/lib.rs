//! From *where may this user do that* to a filter of the host's own query.
//!
//! The answer has three cases, and so has the clause: everything, only these, nothing. The ids travel as one
//! bound parameter, a JSON array, so that neither their number nor their text is part of the SQL.

use rolecall::{PermissionId, Reached, Subject};
use rusqlite::types::Value;

/// A condition on one column, and the parameter that it binds, if any.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The condition, to be put behind `WHERE`.
    pub condition: String,
    /// What to bind to its `?`.
    pub parameter: Option<Value>,
}

/// The condition that keeps the rows whose `column` names a resource on which the user may do this.
///
/// `column` is part of the SQL: a constant of the host, never input.
#[must_use]
pub fn filter(subject: &Subject<'_>, permission: PermissionId, column: &'static str) -> Filter {
    match subject.reach_of(permission) {
        Reached::Everything => Filter { condition: "TRUE".to_owned(), parameter: None },
        Reached::Nothing => Filter { condition: "FALSE".to_owned(), parameter: None },
        Reached::Only(ids) => {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            Filter {
                condition: format!("{column} IN (SELECT value FROM json_each(?))"),
                parameter: Some(Value::Text(serde_json::json!(ids).to_string())),
            }
        }
    }
}
