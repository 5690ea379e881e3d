//! What a check costs, beside one probe of a map that holds no more than the names.

use std::collections::HashMap;
use std::hint::black_box;

use foldhash::fast::RandomState;
use rolecall::{Authorizer, BoundSubject, PermissionId};

use crate::figures::Panel;
use crate::time;
use crate::world::{Ring, World};

/// Bound users, each asked many things in a row, as in a request.
const BOUND: usize = 64;
const ASKED_OF_BOUND: usize = 2_048;

pub(crate) fn measure(users: usize, world: &World, authorizer: &Authorizer, panel: &mut Panel) {
    let mut asked = Ring::new(&world.questions);
    let value = time::each(|| {
        let question = asked.next();
        black_box(authorizer.subject(question.user.as_str()).can(question.id));
    });
    panel.add("user named by text", users, value);

    let names = world.record.users.iter().map(|user| (user.id.to_string(), ()));
    let names: HashMap<String, (), RandomState> = names.collect();
    let mut asked = Ring::new(&world.questions);
    let value = time::each(|| {
        black_box(names.contains_key(asked.next().user.as_str()));
    });
    panel.add_for_scale("a probe of a map of names, for scale", users, value);
    drop(names);

    let subjects = world.questions.iter().map(|question| (authorizer.subject(&question.user), question.id));
    let subjects: Vec<_> = subjects.collect();
    let mut asked = Ring::new(&subjects);
    let value = time::each(|| {
        let (subject, id) = asked.next();
        black_box(subject.can(*id));
    });
    panel.add("user in hand", users, value);
    drop(subjects);

    let bound = world.questions.iter().take(BOUND).map(|question| authorizer.bind(&question.user));
    let bound: Vec<_> = bound.collect();
    let ids = world.questions.iter().map(|question| question.id);
    let ids: Vec<_> = ids.take(BOUND * ASKED_OF_BOUND).collect();
    let mut asked = BoundUsers::new(&bound, &ids);
    let value = time::each(|| {
        let (user, id) = asked.next();
        let _ = black_box(user.check(id));
    });
    panel.add("bound user, with the reason", users, value);
    let mut asked = BoundUsers::new(&bound, &ids);
    let value = time::each(|| {
        let (user, id) = asked.next();
        black_box(user.can(id));
    });
    panel.add("bound user", users, value);
}

/// One user after another, each with as many questions.
struct BoundUsers<'a> {
    users: Ring<'a, BoundSubject>,
    user: &'a BoundSubject,
    ids: Ring<'a, PermissionId>,
    asked: usize,
}

impl<'a> BoundUsers<'a> {
    fn new(users: &'a [BoundSubject], ids: &'a [PermissionId]) -> Self {
        let mut users = Ring::new(users);
        Self { user: users.next(), users, ids: Ring::new(ids), asked: 0 }
    }

    #[inline]
    fn next(&mut self) -> (&'a BoundSubject, PermissionId) {
        self.asked += 1;
        if self.asked.is_multiple_of(ASKED_OF_BOUND) {
            self.user = self.users.next();
        }
        (self.user, *self.ids.next())
    }
}
