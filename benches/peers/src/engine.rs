//! What all engines have in common here, and the list of them.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::cedar::{Cedar, GrantsAsGroups, PolicyPerRole, RolesOfResource};
use crate::measure;
use crate::world::World;
use crate::{casbin, gatehouse, regorus, role_system, rolecall, rust_rbac};

/// An engine, set up for a world.
pub trait Engine: Sized {
    /// Its name in the table.
    const NAME: &'static str;
    /// The crate that it is of.
    const PACKAGE: &'static str;

    /// From plain data in memory to the first answer: all that the engine asks of its host is part of it.
    fn build(world: &World) -> Self;

    /// Whether a user, named by text, may use a permission, named by its position in the world. What the engine
    /// lets a host prepare for a permission is prepared.
    fn allows(&mut self, user: &str, permission: usize) -> bool;
}

/// An engine as the table knows it.
pub struct Peer {
    pub name: &'static str,
    pub package: &'static str,
    pub measure: fn(&World),
    #[cfg(test)]
    pub answers: fn(&World) -> Vec<bool>,
}

/// All of them, in the order of the table.
pub const PEERS: [Peer; 11] = [
    peer::<rolecall::Rolecall>(),
    peer::<casbin::Casbin>(),
    peer::<Cedar<PolicyPerRole>>(),
    peer::<Cedar<RolesOfResource>>(),
    peer::<Cedar<GrantsAsGroups>>(),
    peer::<regorus::Interpreted>(),
    peer::<regorus::Compiled>(),
    peer::<gatehouse::Gatehouse>(),
    peer::<rust_rbac::RustRbac>(),
    peer::<role_system::AskedBefore>(),
    peer::<role_system::NotCached>(),
];

const fn peer<E: Engine>() -> Peer {
    Peer {
        name: E::NAME,
        package: E::PACKAGE,
        measure: measure::measure::<E>,
        #[cfg(test)]
        answers: answers::<E>,
    }
}

#[cfg(test)]
fn answers<E: Engine>(world: &World) -> Vec<bool> {
    let mut engine = E::build(world);
    world.questions.iter().map(|question| engine.allows(&question.user, question.permission)).collect()
}

/// The result of a future that never waits.
///
/// The cheapest executor there is: the asynchronous engines keep everything in memory here, so one poll
/// is enough, and they pay for no scheduler.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("everything is in memory: there is nothing to wait for"),
    }
}
