//! A role on some resources only: a viewer of two queues, an agent on one channel, a content creator on a set
//! of templates; and where a user may do something, as a filter.

use rolecall::{Account, Assignee, Authorizer, Reach, Reached, ResourceId, predefined};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech")?.edit();
    for feature in catalog.features() {
        edit.enable_feature(feature.key())?;
    }

    // Assign within a reach, to a user or to a team.
    let queues = Reach::only("queue", ["vip", "billing"])?;
    edit.assign_within("viewer-for-conversations", Assignee::user("ivo")?, queues)?;
    edit.create_team("whatsapp-desk", "WhatsApp desk")?;
    let whatsapp = Reach::only("channel", ["whatsapp"])?;
    edit.assign_within("agent-for-conversations", Assignee::team("whatsapp-desk")?, whatsapp)?;
    edit.add_member("whatsapp-desk", "maja")?;
    let templates = Reach::only("template", ["spring-sale", "newsletter"])?;
    edit.assign_within("campaign-content-creator", Assignee::user("eva")?, templates)?;
    let auth = Authorizer::new(edit.finish().ok_or("nothing to save")?.into_account());

    // May this user do this, on that resource?
    let view = catalog.permission("conversations/view-queue")?;
    for queue in ["vip", "sales"] {
        let on = catalog.resource("queue", queue)?;
        println!("ivo on queue {queue}: {}", auth.subject("ivo").check_on(view, &on));
    }
    println!("ivo, no queue named: {}", auth.subject("ivo").check(view));

    // On which resources? A host turns the answer into a filter of its own query.
    for (user, permission) in [
        ("ivo", "conversations/view-queue"),
        ("maja", "conversations/reply-assigned"),
        ("eva", "content/edit"),
    ] {
        match auth.subject(user).reach_of(catalog.permission(permission)?) {
            Reached::Everything => println!("{user} {permission}: no filter"),
            Reached::Only(ids) => {
                let ids: Vec<&str> = ids.iter().map(ResourceId::as_str).collect();
                println!("{user} {permission}: only {}", ids.join(", "));
            }
            Reached::Nothing => println!("{user} {permission}: no rows at all"),
        }
    }

    // Why not, and what would help.
    let reply = catalog.permission("conversations/reply-assigned")?;
    println!("{}", auth.subject("maja").explain_on(reply, &catalog.resource("channel", "sms")?));

    // Limits are changed on purpose only: extend adds, limit takes away, lift ends the limit.
    let mut edit = auth.account().edit();
    edit.extend("viewer-for-conversations", Assignee::user("ivo")?, "queue", ["sales"])?;
    edit.limit("campaign-content-creator", Assignee::user("eva")?, "template", ["newsletter"])?;
    edit.lift("agent-for-conversations", Assignee::team("whatsapp-desk")?, "channel")?;
    for difference in auth.preview(&edit) {
        for moved in &difference.moved {
            println!("{} {}: {} -> {}", difference.user, moved.permission, moved.before, moved.after);
        }
    }
    Ok(())
}
