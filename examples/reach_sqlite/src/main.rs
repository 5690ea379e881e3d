//! Lists the conversations that some users may view: by one filtered query each.

use reach_sqlite::filter;
use rolecall::{Account, Assignee, Authorizer, Reach, predefined};
use rusqlite::Connection;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = predefined::current();
    let view = catalog.permission("conversations/view-queue")?;
    let mut edit = Account::new(&catalog, "initech")?.edit();
    edit.enable_feature("conversations")?;
    let queues = Reach::only("queue", ["vip", "billing"])?;
    edit.assign_within("viewer-for-conversations", Assignee::user("ivo")?, queues)?;
    edit.assign("supervisor-for-conversations", Assignee::user("maja")?)?;
    let auth = Authorizer::new(edit.finish().ok_or("nothing to save")?.into_account());

    let database = Connection::open_in_memory()?;
    database.execute_batch(
        "CREATE TABLE conversation (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, subject TEXT NOT NULL);
         INSERT INTO conversation (queue, subject) VALUES
             ('vip', 'Lost luggage'), ('sales', 'A quote'), ('billing', 'Invoice twice'), ('vip', 'Thank you');",
    )?;
    for user in ["maja", "ivo", "eva"] {
        let filter = filter(&auth.subject(user), view, "queue");
        let sql =
            format!("SELECT id, queue, subject FROM conversation WHERE {} ORDER BY id", filter.condition);
        println!("{user}: {sql}");
        let mut query = database.prepare(&sql)?;
        let mut rows = query.query(rusqlite::params_from_iter(filter.parameter))?;
        while let Some(row) = rows.next()? {
            println!("  {} {} {}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?);
        }
    }
    Ok(())
}
