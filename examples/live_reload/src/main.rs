//! Edits an account of 100,000 users while four threads ask about it, and prints what they noticed.

use std::time::Duration;

use live_reload::drill::{Drill, Loading, Writing};
use live_reload::world::{World, answers_at};
use live_reload::{Failure, Live};

const OTHERS: usize = 100_000;
const READERS: usize = 4;
const EDITS: u64 = 1_000;

fn main() -> Result<(), Failure> {
    let (world, account) = World::new(OTHERS)?;
    let live = Live::new(account);
    let held = live.current();
    let before = held.account().record();

    let drill = |writing, loading| {
        let (rounds, pause) = (EDITS, Duration::from_millis(1));
        Drill { readers: READERS, rounds, pause, writing, loading }.run(&world, &live)
    };
    println!("{OTHERS} users, {READERS} readers");
    println!("nobody edits:          {}", drill(Writing::Nothing, Loading::EachRequest)?);
    let seen = drill(Writing::Edits, Loading::EachRequest)?;
    println!("{EDITS} edits:            {seen}");
    println!("a load each question:  {}", drill(Writing::Edits, Loading::EachQuestion)?);

    let unchanged = held.account().record() == before && world.ask(|| held.clone()) == answers_at(1);
    println!("who held revision 1 through {} publishes sees it unchanged: {unchanged}", live.journal().len());
    if seen.halves + seen.back > 0 || !unchanged {
        return Err("a reader saw what was never published".into());
    }
    Ok(())
}
