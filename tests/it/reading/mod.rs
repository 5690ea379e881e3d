//! An independent reading of the specification: what it says, over plain sets of text, written without a look at
//! the library. Tests compare the library with it.
//!
//! | part | what it answers |
//! |---|---|
//! | [`model`] | the words: `Catalog`, `Account`, `Role`, `Reach`, `Where`, `Observed`; short makers for tests |
//! | [`decide`] | D1–D4, L2–L4: `granted`, `allowed`, `usable`, `on_which`, `observe` |
//! | [`scopes`] | C3, C10, S1–S4: `scopes`, `granted_scopes`, `linked`, `opens`, `allowed_under` |
//! | [`edits`] | the table of R5: `grant`, `revoke`, `withhold`, `release`, `import`, `duplicate`, `set_permissions` |
//! | [`carry`] | C5: where a key goes (`carried`, `descendants`), where an assignee's roles go (`carried_roles`) |
//! | [`bound`] | P5, P6, P9: the most that a user may have afterwards: `declared`, `restored_with_old`, `restored_without_old` |
//! | [`lifecycle`] | L7, R6, U5–U7: `resource_gone`, `remove_user`, `delete_role`, `delete_team` |
//! | [`follows`] | C5: what a vendor's test must refuse and list: `changed_kinds`, `gone`, …; P5: `lacking` |
//! | [`checks`] | before, after and a bound compared, in words: `undeclared_gains`, `gains`, `not_within` |
//! | [`random`] | small worlds by seed: three versions of one catalog and an account of the first |
//!
//! How to use it for an upgrade: make a world (`random::world(seed)`), build the library's catalogs and account from
//! it, fill an [`Observed`](model::Observed) for each user before and after with what the library *grants* (features
//! and suspension ignored), and assert that
//! `undeclared_gains(user, &before, &after, &declared(&old, &new, &account, user))` is empty. For an account restored
//! and not upgraded, the same with `restored_with_old` or `restored_without_old`; `not_within` then compares restored
//! with upgraded. An upgrade over a pair for which `follows::changed_kinds` is not empty must be refused.
//! `decide::observe` is the same observation by this reading, to be compared with the library's by `checks::differs`.
//!
//! Three notions are kept apart, as §1 asks: *granted* (whatever the features and the user's state), *usable*, *allowed*.
//! Not modelled: ends (§12), the guard (§11), names and descriptions, what an import remembers (R3).
//! A comment that begins with "Judgement" marks where the specification can be read in more than one way.

pub mod bound;
pub mod carry;
pub mod checks;
pub mod decide;
pub mod edits;
pub mod follows;
pub mod lifecycle;
pub mod model;
pub mod random;
pub mod scopes;

mod changes;
mod maker;
mod plain_upgrade;
mod tests_bound;
mod tests_decide;
mod tests_edits;
mod tests_random;
mod tests_restored;
mod tests_upgrade;
