//! Which roles a user holds, and how: directly, through teams, or both (D1, D4).

use super::Subject;
use crate::account::{Account, Grantor, Role, UserData};
use crate::key::TeamId;

/// One way in which a user holds a role.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum GrantPath {
    /// The role is assigned to the user.
    Direct,
    /// The role is assigned to this team, of which the user is a member.
    Team(TeamId),
}

/// A role that a user holds, and how they come to hold it.
#[derive(Clone, Debug)]
pub struct HeldRole<'a> {
    /// The role.
    pub role: Role<'a>,
    /// Every way in which the user holds it: directly first, then through teams by id.
    pub paths: Vec<GrantPath>,
    pub(super) slot: u32,
}

impl HeldRole<'_> {
    pub(super) const fn grantor(&self) -> Grantor {
        Grantor::role(self.slot)
    }

    /// Whether the role is assigned to the user, beside what teams give.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.paths.contains(&GrantPath::Direct)
    }

    /// The teams through which the user holds the role, by id.
    pub fn teams(&self) -> impl Iterator<Item = &TeamId> {
        self.paths.iter().filter_map(|path| match path {
            GrantPath::Direct => None,
            GrantPath::Team(team) => Some(team),
        })
    }
}

impl<'a> Subject<'a> {
    /// Every role that the user holds, in the order of [`Account::roles`], each with *directly* or *through
    /// which teams* or both (V2).
    #[must_use]
    pub fn roles(&self) -> Vec<HeldRole<'a>> {
        let account = self.authorizer.account();
        let Some(user) = self.user else { return Vec::new() };
        let mut ways: Vec<(u32, GrantPath)> = ways(account, user).collect();
        ways.sort_unstable();
        ways.dedup();
        let mut held: Vec<HeldRole<'a>> = Vec::new();
        for (slot, path) in ways {
            match held.last_mut().filter(|last| last.slot == slot) {
                Some(last) => last.paths.push(path),
                None => held.extend(account.role_view(slot).map(|role| HeldRole {
                    role,
                    paths: vec![path],
                    slot,
                })),
            }
        }
        held.sort_by(|a, b| Role::listed(&a.role, &b.role));
        held
    }
}

/// Every role that the user holds and one way in which they hold it, as often as there are ways.
fn ways<'a>(account: &'a Account, user: &'a UserData) -> impl Iterator<Item = (u32, GrantPath)> + 'a {
    let (direct, teams) = user.holds.split();
    let teams = teams.iter().filter_map(|team| account.team_table().get(team.slot()));
    direct.iter().map(|role| (role.slot(), GrantPath::Direct)).chain(
        teams.flat_map(|team| {
            team.roles.all().iter().map(|role| (role.slot(), GrantPath::Team(team.id.clone())))
        }),
    )
}
