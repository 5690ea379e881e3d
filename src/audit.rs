//! Who gave it: from a journal to the edits by which a user came to have a permission.

use thiserror::Error;

use crate::account::Account;
use crate::authorizer::{Authorizer, GrantPath};
use crate::catalog::Catalog;
use crate::catalog::UnknownKey;
use crate::change::{Attribution, Change, Fact};
use crate::error::ReplayError;
use crate::key::{Named, PermissionKey, RoleRef, UserId};

mod way;

/// One way in which a user comes to have a permission, and the edits that it rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// The role that grants the permission.
    pub role: RoleRef,
    /// How the user holds the role.
    pub path: GrantPath,
    /// The edits that it rests on, oldest first: the permission granted to the role, the role assigned, its
    /// reach altered since, the user added to the team; and each upgrade that gave the role or the permission its
    /// present key, or the permission to the role. What the journal began with is not among them.
    pub entries: Vec<JournalEntry>,
}

/// One fact of a journal, and who is responsible for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JournalEntry {
    /// The revision that the change led to.
    pub revision: u64,
    /// Who made the change, for whom, when and why.
    pub attribution: Attribution,
    /// What happened.
    pub fact: Fact,
}

/// Why a journal could not be read.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum AuditError {
    /// A permission that the catalog does not have.
    #[error(transparent)]
    Unknown(#[from] UnknownKey),
    /// A change that does not follow from those before it.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// How did this user come to have this permission, and who gave it?
///
/// The permission is one of the catalog that the journal ends with. `catalogs` are those that upgrades in the journal
/// lead to; none if there are none.
///
/// Every way in which the user is granted the permission in the end, enabled or not, in the order of
/// [`Explanation::grants`](crate::Explanation::grants). None: they are not granted it.
///
/// ```
/// use rolecall::{Account, Assignee, Attribution, origins, predefined};
///
/// let start = Account::new(&predefined::current(), "initech")?;
/// let mut edit = start.edit().attributed(Attribution::by("ana").because("the spring campaign"));
/// edit.create_team("growth", "Growth")?;
/// edit.assign("campaign-manager", Assignee::team("growth")?)?;
/// let first = edit.finish().expect("something changed");
/// let mut edit = first.account().edit().attributed(Attribution::by("ivo").on_behalf_of("ana"));
/// edit.add_member("growth", "maja")?;
/// let second = edit.finish().expect("something changed");
///
/// let journal = [first.change().clone(), second.change().clone()];
/// let origins = origins(&start, &journal, &[], "maja", "campaigns/send")?;
/// assert_eq!(origins.len(), 1);
/// let who: Vec<_> = origins[0].entries.iter().map(|entry| entry.attribution.who.as_deref()).collect();
/// assert_eq!(who, [Some("ana"), Some("ivo")]); // the role to the team, then Maja to the team
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Cost: that of replaying the journal, then a pass over it for each way.
///
/// # Errors
///
/// - The catalog has no such permission.
/// - A change does not follow from those before it, or upgrades to a catalog that is not given.
pub fn origins<'c>(
    start: &Account,
    journal: impl IntoIterator<Item = &'c Change>,
    catalogs: &[Catalog],
    user: impl Named<UserId>,
    permission: impl Named<PermissionKey>,
) -> Result<Vec<Origin>, AuditError> {
    let (mut account, mut changes) = (start.clone(), Vec::new());
    for change in journal {
        changes.push((change, account.catalog().clone()));
        account = account.replay_with(change, catalogs)?;
    }
    let id = account.catalog().permission(permission.text())?;
    let authorizer = Authorizer::new(account);
    let Some(view) = authorizer.catalog().permission_by_id(id) else { return Ok(Vec::new()) };
    let grants = authorizer.subject(user.text()).explain(id).grants;
    let ways = grants.into_iter().flat_map(|grant| {
        let role = grant.role;
        grant.paths.into_iter().map(move |path| (role.clone(), path))
    });
    Ok(ways
        .map(|(role, path)| {
            let entries = way::entries(&changes, &role, &path, user.text(), view.key());
            Origin { role, path, entries }
        })
        .collect())
}
