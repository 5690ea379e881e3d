//! Histories drawn at random: what can happen, and how often.

use proptest::prelude::*;
use rolecall::{Assignee, Reach, RoleRef};

use crate::versions::{Fate, fates};
use crate::world::{CUSTOM, USERS, Wish, wishes};

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A session; the number chooses words (see `words::said`).
    Edit(Vec<(Wish, u8)>, End, Publish),
    /// Stored and restored, the catalog too.
    Store(Publish),
    /// All changes again, from the start and from a snapshot; and out of order.
    Replay(u8),
    /// To a later version of the catalog; directly, or after being restored under it.
    Upgrade(Vec<Fate>, Vec<u32>, bool, Publish),
    /// A credential with some scopes, from a user or from an earlier one.
    Mint(&'static str, u8, Option<u8>),
    /// A snapshot is kept, to be looked at again in the end, and stored, to be replayed from.
    Keep,
    /// Who gave this user this permission?
    Origins(&'static str, u8),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Finished,
    Dropped,
    /// Judged for somebody: mostly for those who may do most.
    JudgedFor(u8),
}

/// How the next authorizer comes to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Publish {
    New,
    Refreshed,
    /// Refreshed from one that was kept.
    RefreshedFromOld,
}

fn steps() -> impl Strategy<Value = Step> {
    let publish = || prop_oneof![1 => Just(Publish::New), 3 => Just(Publish::Refreshed), 1 => Just(Publish::RefreshedFromOld)];
    let end = prop_oneof![
        5 => Just(End::Finished),
        1 => Just(End::Dropped),
        4 => any::<u8>().prop_map(End::JudgedFor),
    ];
    let users = || prop::sample::select(&USERS[..]);
    prop_oneof![
        12 => (session(1..=5), end, publish()).prop_map(|(wishes, end, publish)| Step::Edit(wishes, end, publish)),
        1 => publish().prop_map(Step::Store),
        1 => any::<u8>().prop_map(Step::Replay),
        1 => (fates(), prop::collection::vec(any::<u32>(), 24), any::<bool>(), publish())
            .prop_map(|(fates, seeds, waiting, publish)| Step::Upgrade(fates, seeds, waiting, publish)),
        2 => (users(), any::<u8>(), prop::option::of(any::<u8>())).prop_map(|(u, s, from)| Step::Mint(u, s, from)),
        1 => Just(Step::Keep),
        2 => (users(), any::<u8>()).prop_map(|(user, permission)| Step::Origins(user, permission)),
    ]
}

/// Wishes as anywhere, and more often than elsewhere users are suspended and reinstated, and roles deleted.
fn session(wishes_of: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<(Wish, u8)>> {
    let user = || prop::sample::select(&USERS[..]);
    let wish = prop_oneof![
        16 => wishes(),
        1 => user().prop_map(Wish::Suspend),
        2 => user().prop_map(Wish::Reinstate),
        1 => prop::sample::select(&CUSTOM[..]).prop_map(Wish::DeleteRole),
    ];
    prop::collection::vec((wish, any::<u8>()), wishes_of)
}

/// Somebody who may do much, somebody who may do less, and who has what an upgrade or the guard must not lose.
fn founders() -> Vec<(Wish, u8)> {
    let role = |key: &str| RoleRef::predefined(key).unwrap();
    let (maja, ivo) = (|| Assignee::user("maja").unwrap(), || Assignee::user("ivo").unwrap());
    let team = || Assignee::team("t2").unwrap();
    let una = || Assignee::user("u4").unwrap();
    let only = |kind: &str, ids: &[&str]| Reach::only(kind, ids.iter().copied()).unwrap();
    let keeper = RoleRef::custom("r3").unwrap();
    let wishes = [
        Wish::Enable("alpha"),
        Wish::Enable("beta"),
        Wish::Enable("gamma"),
        Wish::CreateRole("r3", "Keeper"),
        Wish::Grant("r3", "gated/g"),
        Wish::Grant("r3", "plain/edit"),
        Wish::Assign(role("shared"), maja()),
        Wish::Assign(role("viewer"), maja()),
        Wish::Assign(keeper.clone(), maja()),
        Wish::Assign(role("editor"), ivo()),
        Wish::Assign(keeper.clone(), ivo()),
        Wish::AssignWithin(role("viewer"), una(), only("channel", &["vip"])),
        Wish::AssignWithin(role("editor"), una(), only("channel", &["gold", "maja"])),
        Wish::AssignWithin(role("shared"), una(), only("queue", &["vip", "gold"])),
        Wish::AssignWithin(role("nothing"), una(), only("queue", &["gold"])),
        Wish::CreateRole("night", "Night"),
        Wish::Import("night", vec![keeper.clone(), role("editor")]),
        Wish::CreateTeam("t2", "Two"),
        Wish::Join("t2", "u4"),
        Wish::AssignWithin(RoleRef::custom("night").unwrap(), una(), only("channel", &["vip"])),
        Wish::AssignWithin(RoleRef::custom("night").unwrap(), team(), only("queue", &["vip"])),
        Wish::AssignWithin(keeper, team(), only("channel", &["gold"])),
        Wish::Assign(role("shared"), Assignee::user("u5").unwrap()),
        Wish::Suspend("u5"),
    ];
    wishes.map(|wish| (wish, 0)).into()
}

/// A first session that builds something up, then whatever comes.
pub(super) fn histories() -> impl Strategy<Value = Vec<Step>> {
    let founded = prop_oneof![1 => Just(Vec::new()), 2 => Just(founders())];
    let first = (founded, session(0..=30))
        .prop_map(|(founded, wishes)| Step::Edit([founded, wishes].concat(), End::Finished, Publish::New));
    (first, prop::collection::vec(steps(), 1..=24)).prop_map(|(first, then)| [vec![first], then].concat())
}
