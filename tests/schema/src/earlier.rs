//! The small catalog two versions ago, as `tests/it/golden.rs` has it: the golden account of that version knows its hash.

use rolecall::table::{Table, feature, kind, permission, role, scope, section};
use rolecall::{AccountRecord, Catalog};

use crate::{decode, golden};

const SMALL_1: Table<'_> = Table::new("small", 1)
    .features(&[feature("first", "First"), feature("beta", "Beta"), feature("omega", "Omega")])
    .kinds(&[kind("line", "Line"), kind("shelf", "Shelf")])
    .scopes(&[scope("everything"), scope("fax:send")])
    .sections(&[section("all", "All").permissions(&[
        permission("plain/all", "All").provides(&["everything"]),
        permission("plain/mystery", "Mystery").provides(&["fax:send"]),
        permission("gated/one", "One").requires(&["first"]),
        permission("gated/two", "Two").requires(&["beta"]).provides(&["fax:send"]),
        permission("gated/b1", "B1").on("line"),
        permission("gated/b2", "B2").on("line"),
    ])])
    .roles(&[
        role("owner", "Owner").grants(&["plain/all"]),
        role("viewer", "Viewer").grants(&["gated/one"]),
        role("ghost", "Ghost").grants(&["plain/mystery"]),
    ]);

pub fn catalog() -> Catalog {
    Catalog::from_table(&SMALL_1).unwrap()
}

#[test]
fn it_is_the_catalog_of_the_golden_account() {
    let old: AccountRecord = decode(&golden("account-of-version-1.json")).unwrap();
    assert!(old.catalog.find(&[catalog()]).is_some());
}
