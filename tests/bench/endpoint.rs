//! A scripted service in a process of its own: it speaks just enough of the protocol, is strict
//! about it, and accounts for every task.

mod desk;
mod wire;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep, sleep_until};

use self::desk::{Answer, Asked, Desk};
use self::wire::{Connection, Request};
use crate::control::{say, told};
use crate::machine::pin;
use crate::script::{Conditions, Order};

/// The service holds a poll for as long.
const HOLD: Duration = Duration::from_secs(60);

/// Serves until its standard input ends.
pub(crate) fn serve(conditions: Conditions) {
    pin(0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    let orders = told();
    LocalSet::new().block_on(&runtime, run(conditions, orders));
}

async fn run(conditions: Conditions, mut orders: mpsc::UnboundedReceiver<Order>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    say(&listener.local_addr().expect("it is bound").port());

    let desk = Rc::new(RefCell::new(Desk::new(conditions.faults)));
    let mut tasks = JoinSet::new();
    let mut pace = JoinSet::new();
    if conditions.busy {
        tasks.spawn_local(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
    }
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let desk = Rc::clone(&desk);
                tasks.spawn_local(connection(stream, desk, conditions.round_trip / 2));
            }
            order = orders.recv() => {
                let Some(order) = order else { return };
                match order {
                    Order::Flood => desk.borrow_mut().flood(),
                    Order::Batch(tasks) => {
                        for _ in 0..tasks {
                            desk.borrow_mut().arrive();
                        }
                    }
                    Order::Paced { per_second, seed } => {
                        pace.spawn_local(arrivals(Rc::clone(&desk), per_second, seed));
                    }
                    Order::Calm => {
                        pace.abort_all();
                        desk.borrow_mut().calm();
                    }
                    Order::Status => {}
                }
                say(&desk.borrow().status());
            }
        }
    }
}

/// Tasks that arrive independently of each other.
async fn arrivals(desk: Rc<RefCell<Desk>>, per_second: u32, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut due = Instant::now();
    loop {
        due += Duration::from_secs_f64(-(1.0 - random.f64()).ln() / f64::from(per_second));
        sleep_until(due).await;
        desk.borrow_mut().arrive();
    }
}

async fn connection(stream: TcpStream, desk: Rc<RefCell<Desk>>, half: Duration) {
    let _ = stream.set_nodelay(true);
    let mut connection = Connection::new(stream);
    desk.borrow_mut().connected();
    let mut beats = false;
    while let Some(request) = connection.request().await {
        if !half.is_zero() {
            sleep(half).await;
        }
        let Some(request) = request else {
            desk.borrow_mut().misunderstood();
            break;
        };
        if matches!(request, Request::Heartbeat { .. }) && !std::mem::replace(&mut beats, true) {
            desk.borrow_mut().beats_on_another_connection();
        }
        let Some(answer) = answer(&mut connection, &desk, request).await else {
            break;
        };
        if !half.is_zero() {
            sleep(half).await;
        }
        if connection.answer(&answer).await.is_err() {
            break;
        }
    }
    desk.borrow_mut().disconnected();
}

/// Nothing if the connection is to be cut.
async fn answer(
    connection: &mut Connection,
    desk: &Rc<RefCell<Desk>>,
    request: Request,
) -> Option<Answer> {
    let asked = desk.borrow_mut().asked(request);
    match asked {
        Asked::Answer(answer) => Some(answer),
        Asked::Cut => None,
        Asked::Wait(task) => {
            let task = tokio::select! {
                task = task => task.ok(),
                () = sleep(HOLD) => None,
                () = connection.hung_up() => return None,
            };
            Some(desk.borrow_mut().hand_over(task))
        }
    }
}
