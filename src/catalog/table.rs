//! Constant tables: a catalog written down as data.
//!
//! Every row is a `const` value made of borrowed text, so a whole product can be one constant that its
//! owner reads top to bottom, compiled in without a parser or a build step. Nothing is checked here:
//! [`Catalog::from_table`](crate::Catalog::from_table) and [`CatalogBuilder`](crate::CatalogBuilder)
//! judge the rows as a whole and report every problem together (C2).
//!
//! ```
//! use rolecall::table::{Table, feature, permission, role, section};
//!
//! const ACME: Table<'_> = Table::new("acme", 1)
//!     .features(&[feature("broadcast", "Broadcast").about("Campaigns to many recipients at once.")])
//!     .sections(&[section("campaigns", "Campaigns").permissions(&[
//!         permission("campaigns/edit", "Edit campaigns").requires(&["broadcast"]),
//!         permission("campaigns/send", "Send campaigns").requires(&["broadcast"]),
//!     ])])
//!     .roles(&[role("campaign-manager", "Campaign manager").grants(&["campaigns/edit", "campaigns/send"])]);
//!
//! let catalog = rolecall::Catalog::from_table(&ACME)?;
//! assert_eq!(catalog.permissions().count(), 2);
//! # Ok::<(), rolecall::CatalogError>(())
//! ```

pub use guard::{Exclusion, Guard, exclusion, guard};
pub use succession::{Since, Succession, merged, renamed, retired, since, split};

mod guard;
mod succession;

/// A whole catalog as one constant.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: u32,
    pub(crate) features: &'a [Feature<'a>],
    pub(crate) kinds: &'a [Kind<'a>],
    pub(crate) seats: &'a [Seat<'a>],
    pub(crate) scopes: &'a [Scope<'a>],
    pub(crate) sections: &'a [Section<'a>],
    pub(crate) roles: &'a [Role<'a>],
    pub(crate) guard: Guard<'a>,
    pub(crate) successions: &'a [Since<'a>],
}

impl<'a> Table<'a> {
    /// An empty catalog of this name and version.
    #[must_use]
    pub const fn new(name: &'a str, version: u32) -> Self {
        Self {
            name,
            version,
            features: &[],
            kinds: &[],
            seats: &[],
            scopes: &[],
            sections: &[],
            roles: &[],
            guard: guard(),
            successions: &[],
        }
    }

    /// The product's features, in the order shown.
    #[must_use]
    pub const fn features(mut self, rows: &'a [Feature<'a>]) -> Self {
        self.features = rows;
        self
    }

    /// The kinds of resource that permissions are exercised on.
    #[must_use]
    pub const fn kinds(mut self, rows: &'a [Kind<'a>]) -> Self {
        self.kinds = rows;
        self
    }

    /// The seats that permissions consume.
    #[must_use]
    pub const fn seats(mut self, rows: &'a [Seat<'a>]) -> Self {
        self.seats = rows;
        self
    }

    /// The API scopes that permissions provide.
    #[must_use]
    pub const fn scopes(mut self, rows: &'a [Scope<'a>]) -> Self {
        self.scopes = rows;
        self
    }

    /// The sections, each with its permissions, in the order an administrator sees them.
    #[must_use]
    pub const fn sections(mut self, rows: &'a [Section<'a>]) -> Self {
        self.sections = rows;
        self
    }

    /// The predefined roles, in the order an administrator sees them.
    #[must_use]
    pub const fn roles(mut self, rows: &'a [Role<'a>]) -> Self {
        self.roles = rows;
        self
    }

    /// Who may edit what (G1, G3, G4).
    #[must_use]
    pub const fn guard(mut self, row: Guard<'a>) -> Self {
        self.guard = row;
        self
    }

    /// What became of the keys of earlier versions, oldest first (C5).
    #[must_use]
    pub const fn successions(mut self, rows: &'a [Since<'a>]) -> Self {
        self.successions = rows;
        self
    }
}

/// A row of [`feature`].
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
}

/// A capability of the product that is enabled or not on an account.
#[must_use]
pub const fn feature<'a>(key: &'a str, name: &'a str) -> Feature<'a> {
    Feature { key, name, description: "" }
}

/// A row of [`kind`].
#[derive(Clone, Copy, Debug)]
pub struct Kind<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
}

/// A kind of resource that permissions are exercised on (L1): a queue, a channel, a template.
#[must_use]
pub const fn kind<'a>(key: &'a str, name: &'a str) -> Kind<'a> {
    Kind { key, name, description: "" }
}

/// A row of [`seat`].
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
}

/// Something a user consumes by being able to use certain permissions (C9).
#[must_use]
pub const fn seat<'a>(key: &'a str, name: &'a str) -> Seat<'a> {
    Seat { key, name, description: "" }
}

/// A row of [`scope`].
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub(crate) key: &'a str,
    pub(crate) description: &'a str,
    pub(crate) includes: &'a [&'a str],
}

/// An API scope. Scopes have no name beside their key.
#[must_use]
pub const fn scope(key: &str) -> Scope<'_> {
    Scope { key, description: "", includes: &[] }
}

impl<'a> Scope<'a> {
    /// The scopes that this one includes (C3). Inclusion is closed transitively: name only the next ones.
    #[must_use]
    pub const fn includes(mut self, scopes: &'a [&'a str]) -> Self {
        self.includes = scopes;
        self
    }
}

/// A row of [`section`].
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) permissions: &'a [Permission<'a>],
}

/// A named group of permissions, as an administrator sees them.
#[must_use]
pub const fn section<'a>(key: &'a str, name: &'a str) -> Section<'a> {
    Section { key, name, description: "", permissions: &[] }
}

impl<'a> Section<'a> {
    /// The permissions of the section, in the order shown.
    #[must_use]
    pub const fn permissions(mut self, rows: &'a [Permission<'a>]) -> Self {
        self.permissions = rows;
        self
    }
}

/// A row of [`permission`].
#[derive(Clone, Copy, Debug)]
pub struct Permission<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) features: &'a [&'a str],
    pub(crate) scopes: &'a [&'a str],
    pub(crate) kind: Option<&'a str>,
    pub(crate) seat: Option<&'a str>,
}

/// One atomic right.
#[must_use]
pub const fn permission<'a>(key: &'a str, name: &'a str) -> Permission<'a> {
    Permission { key, name, description: "", features: &[], scopes: &[], kind: None, seat: None }
}

impl<'a> Permission<'a> {
    /// The features that must **all** be enabled for the permission to be usable (D1).
    #[must_use]
    pub const fn requires(mut self, features: &'a [&'a str]) -> Self {
        self.features = features;
        self
    }

    /// The API scopes that whoever can use the permission has (S1).
    #[must_use]
    pub const fn provides(mut self, scopes: &'a [&'a str]) -> Self {
        self.scopes = scopes;
        self
    }

    /// The kind of resource the permission is exercised on (L1).
    #[must_use]
    pub const fn on(mut self, kind: &'a str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The seat that whoever can use the permission consumes (C9).
    #[must_use]
    pub const fn seat(mut self, seat: &'a str) -> Self {
        self.seat = Some(seat);
        self
    }
}

/// A row of [`role`].
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) group: &'a str,
    pub(crate) permissions: &'a [&'a str],
}

/// A predefined role, in no group.
#[must_use]
pub const fn role<'a>(key: &'a str, name: &'a str) -> Role<'a> {
    Role { key, name, description: "", group: "", permissions: &[] }
}

impl<'a> Role<'a> {
    /// The heading under which the role is listed.
    #[must_use]
    pub const fn group(mut self, name: &'a str) -> Self {
        self.group = name;
        self
    }

    /// The permissions that the role grants.
    #[must_use]
    pub const fn grants(mut self, permissions: &'a [&'a str]) -> Self {
        self.permissions = permissions;
        self
    }
}

/// `about` is the same one line for every row that has a description.
macro_rules! described {
    ($($row:ident)*) => {$(
        impl<'a> $row<'a> {
            /// A description, in words an administrator understands.
            #[must_use]
            pub const fn about(mut self, description: &'a str) -> Self {
                self.description = description;
                self
            }
        }
    )*};
}

described!(Feature Kind Seat Scope Section Permission Role);
