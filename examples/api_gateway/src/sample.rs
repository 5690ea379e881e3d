//! A company to try the service with.

use rolecall::{Account, Assignee, Catalog, Reach, RoleId};

use crate::Failure;
use crate::company::Company;

/// Initech, with every feature of the product:
///
/// - `maja` is campaign manager and account admin;
/// - `ivo` sends SMS, by a custom role, and no more;
/// - `filip` is campaign manager, but on the channel `sms` only;
/// - `sara` supervises the conversations of two queues, `vip` and `billing`.
pub fn company(catalog: &Catalog) -> Result<Company, Failure> {
    let company = Company::new(Account::new(catalog, "initech")?);
    company.edit("vendor", |edit| {
        for feature in catalog.features() {
            edit.enable_feature(feature.key())?;
        }
        Ok(())
    })?;
    company.edit("maja", |edit| {
        edit.assign("campaign-manager", Assignee::user("maja")?)?;
        edit.assign("account-admin", Assignee::user("maja")?)?;
        let texting = RoleId::new("texting")?;
        edit.create_role(&texting, "Texting")?;
        let _scopes = edit.grant(&texting, "sms/send")?;
        edit.assign(&texting, Assignee::user("ivo")?)?;
        edit.assign_within("campaign-manager", Assignee::user("filip")?, Reach::only("channel", ["sms"])?)?;
        let queues = Reach::only("queue", ["vip", "billing"])?;
        edit.assign_within("supervisor-for-conversations", Assignee::user("sara")?, queues)?;
        Ok(())
    })?;
    Ok(company)
}
