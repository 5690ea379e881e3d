//! Which roles a user holds, and how: directly, through teams, or both (D1, D4).

use std::fmt;

use super::Subject;
use crate::account::{Account, Grantor, LimitData, Role, UserData};
use crate::key::TeamId;
use crate::reach::Reach;

/// One way in which a user holds a role, and where the role counts by it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum GrantPath {
    /// The role is assigned to the user.
    Direct {
        /// Where the assignment counts.
        reach: Reach,
    },
    /// The role is assigned to a team of which the user is a member.
    Team {
        /// The team.
        team: TeamId,
        /// Where the team's assignment counts.
        reach: Reach,
    },
}

impl GrantPath {
    /// Where the role counts by this path.
    #[must_use]
    pub const fn reach(&self) -> &Reach {
        match self {
            Self::Direct { reach } | Self::Team { reach, .. } => reach,
        }
    }

    /// The team that the path leads through, if any.
    #[must_use]
    pub const fn team(&self) -> Option<&TeamId> {
        match self {
            Self::Direct { .. } => None,
            Self::Team { team, .. } => Some(team),
        }
    }
}

/// `directly` or `through team ...`, and the reach if it is limited.
impl fmt::Display for GrantPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.team() {
            None => f.write_str("directly")?,
            Some(team) => write!(f, "through team {team:#}")?,
        }
        match self.reach().is_everything() {
            true => Ok(()),
            false => write!(f, " ({})", self.reach()),
        }
    }
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
    pub(crate) const fn slot(&self) -> u32 {
        self.slot
    }

    pub(super) const fn grantor(&self) -> Grantor {
        Grantor::role(self.slot)
    }

    /// Whether the role is assigned to the user, beside what teams give.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.paths.iter().any(|path| path.team().is_none())
    }

    /// The teams through which the user holds the role, by id.
    pub fn teams(&self) -> impl Iterator<Item = &TeamId> {
        self.paths.iter().filter_map(GrantPath::team)
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
    let reach = |limit: Option<&LimitData>| account.reach_within(limit);
    let direct = account.assigned(&user.holds);
    let direct = direct.map(move |(slot, limit)| (slot, GrantPath::Direct { reach: reach(limit) }));
    let teams = user.holds.teams().filter_map(|team| account.team_table().get(team));
    direct.chain(teams.flat_map(move |team| {
        let roles = account.assigned(&team.roles);
        roles.map(move |(slot, limit)| (slot, GrantPath::Team { team: team.id.clone(), reach: reach(limit) }))
    }))
}
