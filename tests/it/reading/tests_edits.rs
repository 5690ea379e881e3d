//! The table of R5, row by row.

use super::edits::{
    Fact, Outcome, Refusal, duplicate, grant, import, is_blocked, order_matters, release, revoke,
    set_permissions, withhold,
};
use super::model::{Account, Catalog, CustomRole, Keys, Role, keys};

/// `wide` includes `narrow`. `any` provides both, `some` only `narrow`, `all` only `wide`, `other` its own.
fn catalog() -> Catalog {
    let mut it = Catalog::new(1)
        .permission("any", &["wide", "narrow"], None)
        .permission("some", &["narrow"], None)
        .permission("all", &["wide"], None)
        .permission("other", &["own"], None)
        .permission("vendor", &["own"], None)
        .scope("wide", &["narrow"])
        .role("role", &["any", "other", "vendor"]);
    it.permissions.get_mut("vendor").unwrap().reserved = true;
    it
}

fn granted(permission: &str, scopes: &[&str]) -> Fact {
    Fact::Granted { permission: permission.into(), scopes: keys(scopes) }
}

fn changed(facts: &[Fact]) -> Outcome {
    Outcome::Changed(facts.to_vec())
}

fn not_provided(scope: &str, covered_by: &[&str]) -> Outcome {
    Outcome::Refused(Refusal::NotProvided { scope: scope.into(), covered_by: keys(covered_by) })
}

#[test]
fn r5_granting_selects_what_is_provided_less_the_unwanted() {
    let empty = CustomRole::default();
    let (role, outcome) = grant(&catalog(), &empty, "any", &Keys::new());
    assert_eq!(outcome, changed(&[granted("any", &["narrow", "wide"])]));
    assert_eq!(role, CustomRole::new(&["any"], &["narrow", "wide"]));
    assert_eq!(grant(&catalog(), &role, "any", &keys(&["wide"])), (role, Outcome::Unchanged));
    let (role, _) = grant(&catalog(), &empty, "any", &keys(&["wide"]));
    assert_eq!(role, CustomRole::new(&["any"], &["narrow"]));
    let refused = |outcome| (empty.clone(), outcome);
    assert_eq!(
        grant(&catalog(), &empty, "none", &Keys::new()),
        refused(Outcome::Refused(Refusal::Unknown("none".into())))
    );
    assert_eq!(grant(&catalog(), &empty, "vendor", &Keys::new()), refused(Outcome::LeftOut));
    assert_eq!(grant(&catalog(), &empty, "any", &keys(&["own"])), refused(not_provided("own", &[])));
}

#[test]
fn r5_a_blocked_scope_is_never_selected_by_granting() {
    // What is provided and not selected blocks itself and what includes it.
    let quiet = CustomRole::new(&["some"], &[]);
    assert!(is_blocked(&catalog(), &quiet, "narrow") && is_blocked(&catalog(), &quiet, "wide"));
    let (role, outcome) = grant(&catalog(), &quiet, "any", &Keys::new());
    assert_eq!((role.scopes, outcome), (Keys::new(), changed(&[granted("any", &[])])));
    // The other way round nothing is blocked: `wide` withheld does not touch what it includes.
    let (role, _) = grant(&catalog(), &CustomRole::new(&["all"], &[]), "any", &Keys::new());
    assert_eq!(role.scopes, keys(&["narrow"]));
}

#[test]
fn r5_revoking_forgets_what_nothing_else_provides_and_a_later_grant_selects_anew() {
    let role = CustomRole::new(&["any", "some"], &["narrow"]);
    let (left, outcome) = revoke(&catalog(), &role, "some");
    assert_eq!(left, CustomRole::new(&["any"], &["narrow"]));
    assert_eq!(outcome, changed(&[Fact::Revoked { permission: "some".into() }]));
    assert_eq!(revoke(&catalog(), &left, "some"), (left.clone(), Outcome::Unchanged));
    let (empty, _) = revoke(&catalog(), &left, "any");
    assert_eq!(empty, CustomRole::default());
    assert_eq!(grant(&catalog(), &empty, "any", &Keys::new()).0.scopes, keys(&["narrow", "wide"]));
}

#[test]
fn r5_withholding_takes_what_includes_the_scope_and_releasing_gives_only_it() {
    let role = CustomRole::new(&["any"], &["narrow", "wide"]);
    let (quiet, outcome) = withhold(&catalog(), &role, "narrow");
    assert_eq!(quiet, CustomRole::new(&["any"], &[]));
    let withheld = |scope: &str| Fact::Withheld { scope: scope.into() };
    assert_eq!(outcome, changed(&[withheld("narrow"), withheld("wide")]));
    assert_eq!(withhold(&catalog(), &quiet, "narrow"), (quiet.clone(), Outcome::Unchanged));
    assert_eq!(withhold(&catalog(), &role, "wide").0.scopes, keys(&["narrow"]));
    // Neither selected, but covered: there is something to withhold.
    let covered = CustomRole::new(&["any"], &["wide"]);
    assert_eq!(withhold(&catalog(), &covered, "narrow").0.scopes, Keys::new());
    // Not provided, only covered: an error that names what covers it.
    let only_wide = CustomRole::new(&["all"], &["wide"]);
    assert_eq!(withhold(&catalog(), &only_wide, "narrow").1, not_provided("narrow", &["wide"]));
    assert_eq!(release(&catalog(), &only_wide, "narrow").1, not_provided("narrow", &["wide"]));
    assert_eq!(release(&catalog(), &quiet, "own").1, not_provided("own", &[]));
    let (released, outcome) = release(&catalog(), &quiet, "wide");
    assert_eq!(released.scopes, keys(&["wide"]));
    assert_eq!(outcome, changed(&[Fact::Released { scope: "wide".into() }]));
    assert_eq!(release(&catalog(), &released, "wide"), (released, Outcome::Unchanged));
}

#[test]
fn r5_importing_adds_what_the_source_selects_less_the_blocked() {
    let account = Account::default().custom("quiet", &["any", "some"], &["narrow"]);
    let sources = [Role::custom("quiet"), Role::predefined("role")];
    let (role, _) = import(&catalog(), &account, &CustomRole::default(), &sources);
    // `any` came first from the quiet role, so its other scope is not selected by the second source.
    assert_eq!(role, CustomRole::new(&["any", "other", "some"], &["narrow", "own"]));
    assert_eq!(import(&catalog(), &account, &role, &sources), (role.clone(), Outcome::LeftOut));
    assert_eq!(import(&catalog(), &account, &role, &sources[..1]).1, Outcome::Unchanged);
    let reversed = [Role::predefined("role"), Role::custom("quiet")];
    let (other, _) = import(&catalog(), &account, &CustomRole::default(), &reversed);
    assert_eq!(other.scopes, keys(&["narrow", "own", "wide"]));
    let (same, outcome) = import(&catalog(), &account, &role, &[Role::predefined("none")]);
    assert_eq!((same, outcome), (role, Outcome::Refused(Refusal::Unknown("none".into()))));
}

#[test]
fn r5_within_one_source_the_order_is_not_said() {
    // The source provides `narrow`, does not select it, and selects `wide`, released after it was withheld.
    let account =
        Account::default().custom("odd", &["all", "some"], &["wide"]).custom("plain", &["all"], &["wide"]);
    let empty = CustomRole::default();
    assert!(order_matters(&catalog(), &account, &empty, &Role::custom("odd")));
    assert!(!order_matters(&catalog(), &account, &empty, &Role::custom("plain")));
    assert_eq!(import(&catalog(), &account, &empty, &[Role::custom("odd")]).0.scopes, keys(&["wide"]));
}

#[test]
fn r5_a_duplicate_has_exactly_the_selection_and_nothing_reserved() {
    let account = Account::default().custom("odd", &["all", "some"], &["wide"]);
    assert_eq!(duplicate(&catalog(), &account, &Role::custom("odd")), account.custom["odd"]);
    let copy = duplicate(&catalog(), &account, &Role::predefined("role"));
    assert_eq!(copy, CustomRole::new(&["any", "other"], &["narrow", "own", "wide"]));
}

#[test]
fn r5_a_set_grants_first_and_revokes_then() {
    // `some` blocks `any`, although it is about to go.
    let role = CustomRole::new(&["some"], &[]);
    let (after, outcome) = set_permissions(&catalog(), &role, &keys(&["any"]));
    assert_eq!(after, CustomRole::new(&["any"], &[]));
    assert_eq!(outcome, changed(&[granted("any", &[]), Fact::Revoked { permission: "some".into() }]));
    assert_eq!(set_permissions(&catalog(), &after, &keys(&["any"])), (after, Outcome::Unchanged));
}
