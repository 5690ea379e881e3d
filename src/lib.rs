#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod docs;
pub mod predefined;

mod account;
mod audit;
mod authorizer;
mod catalog;
mod change;
mod credential;
mod digest;
mod error;
mod guard;
mod id;
mod key;
mod name;
mod quote;
mod reach;

mod review;
mod set;
mod slots;
mod upgrade;
mod work;

// The public interface is:

pub use account::{
    ACCOUNT_FORMAT, Account, AccountRecord, AssignmentRecord, CustomRole, CustomRoleRecord, Drift, Edit,
    Edited, Effect, Granted, ImportRecord, Imported, ImportedFrom, MAX_LIMITS, MAX_REVISION, MAX_TEAMS,
    MAX_USERS, Released, Role, Team, TeamRecord, Unassigned, User, UserRecord,
};
pub use audit::{AuditError, JournalEntry, Origin, origins};
pub use authorizer::{
    Authorizer, BoundSubject, Decision, DenyReason, Explanation, Grant, GrantPath, HeldRole, Repair, Repairs,
    Subject,
};
pub use catalog::{
    Act, CATALOG_FORMAT, Catalog, CatalogBuilder, CatalogRecord, Exclusion, ExclusionRecord, Feature,
    FeatureRecord, FeatureSet, FollowError, GovernedRecord, GuardRecord, Kind, KindChange, KindRecord,
    MAX_FEATURES, MAX_PERMISSIONS, MAX_ROLES, MAX_SCOPES, MinimumRecord, Permission, PermissionRecord,
    PermissionSet, PredefinedRole, PredefinedRoleRecord, Resource, ResourceError, Scope, ScopeRecord,
    ScopeSet, Seat, SeatRecord, Section, SectionRecord, SuccessionRecord, SuccessionsRecord, Undeclared,
    UnknownKey, table,
};
pub use change::{
    Attribution, CHANGE_FORMAT, CatalogId, Change, Fact, Freshness, Head, HeadError, Needs, Succession,
    Successions,
};
pub use credential::{
    AcceptedScope, CREDENTIAL_FORMAT, CallExplanation, Caller, Credential, CredentialRecord, Endpoint,
    ScopeExplanation, ScopeGap, ScopeGapReason, ScopeSource,
};
pub use error::{
    AccountProblem, CatalogError, CatalogProblem, EditError, Inherited, KeyError, KeyFault, Leaving, Losses,
    MintError, NameError, NameFault, ReplayError, RestoreError, RestoreFault, SuccessionFault, UpgradeError,
};
pub use guard::{Admitted, Conflict, MAX_REFUSALS, Refusal, Refused, Violation, Whom, judge};
pub use id::{FeatureId, KindId, PermissionId, ScopeId};
pub use key::{
    AccountId, Assignee, ContentHash, Digest, FeatureKey, Incarnation, KindKey, MAX_ID_LEN, MAX_KEY_LEN,
    Named, NamedRole, PermissionKey, ResourceId, RoleId, RoleKey, RoleRef, ScopeKey, SeatKey, SectionKey,
    TeamId, UserId,
};
pub use name::{MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS};
pub use quote::Quoted;
pub use reach::{Reach, Reached};
pub use review::{
    CatalogDifference, Deletion, Holder, ReachDifference, RoleDifference, RoleFilter, RoleSummary,
    SectionCount, UserDifference,
};
pub use upgrade::{Upgrade, UpgradeReport, UserUpgrade};
