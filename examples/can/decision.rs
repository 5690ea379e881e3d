//! May the user do it, and why?

use rolecall::{Account, Assignee, Authorizer, Decision, Explanation, Quoted, Repair, RoleRef};
use serde::Serialize;

use super::failure::Failure;
use super::names::{self, Held, Name, RoleName, TeamName, title};
use super::page::{Page, Report, pretty};

#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    decision: &'static str,
    reason: Option<String>,
    user: String,
    /// Of a user whom the account does not know.
    nearest_user: Option<String>,
    permission: Name,
    /// The resource asked about, as it was named.
    on: Option<String>,
    grants: Vec<Held>,
    missing_features: Vec<Name>,
    repairs: Steps,
}

/// All of the steps, and one of the alternatives if there are any.
#[derive(Debug, Serialize)]
struct Steps {
    steps: Vec<Step>,
    one_of: Vec<Step>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
enum Step {
    Reinstate,
    EnableFeature { feature: Name },
    Assign { role: RoleName },
    Join { team: TeamName },
    Grant { role: RoleName },
    Extend { role: RoleName, assignee: Assignee, kind: String, resource: String },
    Lift { role: RoleName, assignee: Assignee, kind: String },
    Other { text: String },
}

/// Whether the answer is yes, in one word.
pub(crate) const fn word(decision: Decision) -> &'static str {
    if decision.is_allowed() { "allow" } else { "deny" }
}

impl Answer {
    pub(crate) fn new(
        authorizer: &Authorizer,
        user: &str,
        permission: &str,
        on: Option<&str>,
    ) -> Result<(Self, Decision), Failure> {
        let account = authorizer.account();
        let permission = names::permission(account, permission)?;
        let subject = authorizer.subject(user);
        let resource = on.map(|on| names::resource(account, on)).transpose()?;
        let Explanation { decision, grants, missing_features, repairs, .. } = match &resource {
            Some(resource) => subject.explain_on(permission.id(), resource),
            None => subject.explain(permission.id()),
        };
        let nearest_user = match subject.id() {
            Some(_) => None,
            None => names::nearest_user(account, user),
        };
        let steps = |repairs: &[Repair]| repairs.iter().map(|repair| Step::new(account, repair)).collect();
        let answer = Self {
            decision: word(decision),
            reason: decision.reason().map(|reason| reason.to_string()),
            user: user.to_owned(),
            nearest_user,
            permission: permission.into(),
            on: on.map(str::to_owned),
            grants: grants.iter().map(|grant| Held::new(account, grant)).collect(),
            missing_features: missing_features
                .iter()
                .map(|feature| Name::feature(account.catalog(), feature))
                .collect(),
            repairs: Steps { steps: steps(&repairs.steps), one_of: steps(&repairs.one_of) },
        };
        Ok((answer, decision))
    }
}

impl Step {
    fn new(account: &Account, repair: &Repair) -> Self {
        match repair {
            Repair::Reinstate => Self::Reinstate,
            Repair::EnableFeature(feature) => {
                Self::EnableFeature { feature: Name::feature(account.catalog(), feature) }
            }
            Repair::Assign(role) => Self::Assign { role: RoleName::of(account, role) },
            Repair::Join(team) => Self::Join { team: TeamName::of(account, team) },
            Repair::Grant(role) => {
                Self::Grant { role: RoleName::of(account, &RoleRef::Custom(role.clone())) }
            }
            Repair::Extend { role, assignee, kind, resource } => Self::Extend {
                role: RoleName::of(account, role),
                assignee: assignee.clone(),
                kind: kind.to_string(),
                resource: resource.to_string(),
            },
            Repair::Lift { role, assignee, kind } => Self::Lift {
                role: RoleName::of(account, role),
                assignee: assignee.clone(),
                kind: kind.to_string(),
            },
            other => Self::Other { text: other.to_string() },
        }
    }

    fn text(&self, permission: &Name) -> String {
        match self {
            Self::Reinstate => "reinstate the user".to_owned(),
            Self::EnableFeature { feature } => format!("enable feature {feature}"),
            Self::Assign { role } => format!("assign {role}"),
            Self::Join { team } => format!("add the user to {team}"),
            Self::Grant { role } => {
                format!("grant {} to {role}, which the user holds", Quoted(&permission.key))
            }
            Self::Extend { role, assignee, kind, resource } => {
                format!("extend {role} of {assignee} to {} {}", title(kind), Quoted(resource))
            }
            Self::Lift { role, assignee, kind } => {
                format!("lift the {} limit of {role} of {assignee}", title(kind))
            }
            Self::Other { text } => text.clone(),
        }
    }
}

impl Report for Answer {
    fn print(&self, page: &mut Page) {
        match &self.reason {
            None => page.line(self.decision),
            Some(reason) => page.line(format_args!("{}: {reason}", self.decision)),
        }
        match &self.on {
            None => {
                page.paragraph(
                    2,
                    format_args!("user {}, permission {}", Quoted(&self.user), self.permission),
                );
            }
            Some(on) => page.paragraph(
                2,
                format_args!(
                    "user {}, permission {}, on {}",
                    Quoted(&self.user),
                    self.permission,
                    names::place(on)
                ),
            ),
        }
        if let Some(nearest) = &self.nearest_user {
            page.paragraph(2, format_args!("did you mean user {}?", Quoted(nearest)));
        }
        for grant in &self.grants {
            page.paragraph(2, format_args!("granted by {}", grant.role));
            grant.paths.iter().for_each(|path| page.paragraph(4, path));
        }
        for feature in &self.missing_features {
            page.paragraph(2, format_args!("requires feature {feature}, which is disabled"));
        }
        self.repairs.print(self, page);
    }

    fn json(&self) -> serde_json::Result<String> {
        pretty(self)
    }
}

impl Steps {
    fn print(&self, answer: &Answer, page: &mut Page) {
        let mut list = |heading: &str, steps: &[Step]| {
            if let [_, ..] = steps {
                page.line(format_args!("  {heading}:"));
                steps.iter().for_each(|step| page.paragraph(4, step.text(&answer.permission)));
            }
        };
        list("to allow", &self.steps);
        let (and, one_of) =
            if self.steps.is_empty() { ("to allow", "to allow, one of") } else { ("and", "and one of") };
        list(if self.one_of.len() > 1 { one_of } else { and }, &self.one_of);
        if answer.reason.is_some()
            && answer.grants.is_empty()
            && self.steps.is_empty()
            && self.one_of.is_empty()
        {
            page.paragraph(2, format_args!("{and}: create a custom role that grants it, and assign that"));
        }
    }
}
