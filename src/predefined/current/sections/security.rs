//! How users and programs prove who they are, and what is recorded of it.

use crate::catalog::table::{Section, permission, section};

pub(crate) const SECURITY: Section<'static> = section("security", "Security and audit log")
    .about("How users of the web interface log in, and the record of what they did.")
    .permissions(&[
        permission("security/view", "View security settings").about("See which login rules apply."),
        permission("security/two-factor", "Manage two-factor login")
            .about("Require a second factor of users of the web interface, and choose which ones count."),
        permission("security/password-policy", "Manage password policy")
            .about("Set length, expiry, and reuse of passwords."),
        permission("security/sso", "Manage single sign-on")
            .about("Connect the company's identity provider and require login through it.")
            .requires(&["sso"]),
        permission("audit-log/view", "View audit log")
            .about("See logins and changes, failed ones included, and export them.")
            .requires(&["audit-log"])
            .provides(&["audit-logs:read"]),
    ]);

// Keys are made through the API with `accounts/full-api`: no narrower scope exists.
pub(super) const API_KEYS: Section<'static> = section("api-keys", "API keys")
    .about("Keys by which programs call the API on behalf of the account.")
    .permissions(&[
        permission("api-keys/view", "View API keys")
            .about("See API keys, their scopes, allowed addresses, and expiry, but not the keys themselves.")
            .requires(&["api-keys"]),
        permission("api-keys/manage", "Create and edit API keys")
            .about("Create keys, and change their names, scopes, allowed addresses, and expiry.")
            .requires(&["api-keys"]),
        permission("api-keys/revoke", "Revoke API keys")
            .about("Disable keys at once, for example after a leak.")
            .requires(&["api-keys"]),
        // A key can't do more than its owner, so the scopes of SDK keys need an owner who has them.
        permission("api-keys/sdk", "Issue keys for client-side SDKs")
            .about("Create keys that ship inside apps and websites, and open little else.")
            .requires(&["api-keys"])
            .provides(&["2fa:sdk", "web:sdk", "web:tracking:sdk"]),
    ]);
