//! The filtered query gives the same rows as asking about each row (L4).

use reach_sqlite::filter;
use rolecall::{Account, Assignee, Authorizer, Reach, predefined};
use rusqlite::Connection;

/// Ids that would break a clause in which they were written out.
const QUEUES: [&str; 8] = [
    "vip",
    "VIP",
    "o'hara",
    "\"quoted\"",
    "back\\slash",
    "a,b",
    "\u{fc}ber \u{1F600}",
    "'); DROP TABLE conversation; --",
];

#[test]
fn a_filtered_query_gives_the_rows_that_single_questions_allow() {
    let catalog = predefined::current();
    let view = catalog.permission("conversations/view-queue").unwrap();
    let database = Connection::open_in_memory().unwrap();
    database.execute("CREATE TABLE conversation (id INTEGER PRIMARY KEY, queue TEXT NOT NULL)", ()).unwrap();
    for id in 0..400 {
        let queue = QUEUES[id % QUEUES.len()];
        database.execute("INSERT INTO conversation (id, queue) VALUES (?, ?)", (id as i64, queue)).unwrap();
    }

    // Every subset of the queues, directly or in two parts, one of them through a team; and nobody at all.
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    edit.enable_feature("conversations").unwrap();
    for subset in 0..1_u32 << QUEUES.len() {
        let (user, team) = (format!("user-{subset}"), format!("team-{subset}"));
        let of = |odd: u32| {
            let all = QUEUES.iter().enumerate().filter(move |(n, _)| subset >> n & 1 == 1);
            all.filter(move |(n, _)| subset % 3 != 0 || *n as u32 % 2 == odd).map(|(_, queue)| *queue)
        };
        let within = |odd| Reach::only("queue", of(odd)).unwrap();
        edit.assign_within("viewer-for-conversations", Assignee::user(&user).unwrap(), within(0)).unwrap();
        edit.create_team(&team, "Team").unwrap();
        edit.assign_within("viewer-for-conversations", Assignee::team(&team).unwrap(), within(1)).unwrap();
        edit.add_member(&team, &user).unwrap();
    }
    edit.assign("supervisor-for-conversations", Assignee::user("everything").unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());

    let mut lists = 0;
    let users = auth.account().users().map(|user| user.id().to_string()).chain(["nobody".to_owned()]);
    for user in users {
        let subject = auth.subject(&user);
        let filter = filter(&subject, view, "queue");
        let sql = format!("SELECT id FROM conversation WHERE {} ORDER BY id", filter.condition);
        let mut query = database.prepare(&sql).unwrap();
        let rows = query.query_map(rusqlite::params_from_iter(filter.parameter), |row| row.get::<_, i64>(0));
        let filtered: Vec<i64> = rows.unwrap().map(Result::unwrap).collect();

        let mut query = database.prepare("SELECT id, queue FROM conversation ORDER BY id").unwrap();
        let rows = query.query_map((), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
        let mut asked = Vec::new();
        for row in rows {
            let (id, queue) = row.unwrap();
            if subject.can_on(view, &catalog.resource("queue", &queue).unwrap()) {
                asked.push(id);
            }
        }
        assert_eq!(filtered, asked, "{user}");
        lists += usize::from(!filtered.is_empty() && filtered.len() < 400);
    }
    assert!(lists > 200, "most users see some of the rows");
    let left: i64 = database.query_row("SELECT count(*) FROM conversation", (), |row| row.get(0)).unwrap();
    assert_eq!(left, 400);
}
