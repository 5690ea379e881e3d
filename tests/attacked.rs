//! Faults found by attacking the crate from the words of the specification.

use rolecall::table::{permission, role, section};
use rolecall::{Account, Assignee, Catalog, Effect, Fact, Reach, RoleId};

/// L7, U6, R6: a role deleted in a session is held by nobody, so its limits name no resource any more, neither for the
/// list nor for the edit.
#[test]
fn l7_a_limit_of_a_role_deleted_in_the_session_names_nothing() {
    let permissions = [permission("p", "P").on("queue")];
    let catalog = Catalog::builder("acme", 1)
        .kind(rolecall::table::kind("queue", "Queue"))
        .section(section("s", "S").permissions(&permissions))
        .role(role("r", "R").grants(&["p"]))
        .build()
        .unwrap();
    let custom = RoleId::new("c").unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.create_role(&custom, "Custom").unwrap();
    let only = || Reach::only("queue", ["vip"]).unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    let account = edit.finish().unwrap().into_account();

    let mut edit = account.edit();
    edit.delete_role(&custom).unwrap();
    assert_eq!(edit.account().assignments_naming("queue", "vip").unwrap(), []);
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Unchanged);
    assert_eq!(edit.facts(), [Fact::RoleDeleted { role: custom.clone() }]);
    // A later role of the same id in the same session has its own limits.
    edit.create_role(&custom, "Custom").unwrap();
    edit.assign_within(&custom, Assignee::user("maja").unwrap(), only()).unwrap();
    assert_eq!(edit.forget_resource("queue", "vip").unwrap(), Effect::Changed);
    let done = edit.finish().unwrap();
    assert_eq!(account.replay(done.change()).unwrap().record(), done.account().record());
    let reach = done.account().user("maja").unwrap().reach(&custom).unwrap();
    assert_eq!(reach.to_string(), "only queue: none");
}
