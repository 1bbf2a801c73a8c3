//! Simulations with a fault at each operation.
use super::*;

/// Runs one simulation with one fault. Returns the number of operations, and the errors in interrupted exports and in
/// the log before recovery.
fn run_simulation(fault: Fault, survival: Survival) -> (u64, [BTreeSet<&'static str>; 2]) {
    let machine = Machine::new(fault);
    let (export_errors, errors_before_recovery) = (BTreeSet::new(), BTreeSet::new());
    let mut simulation =
        Simulation { machine, log: None, model: Model::default(), clock_us: 0, export_errors, errors_before_recovery };
    simulation.run_scenario(survival);
    simulation.machine.lock().expect("lock the machine").fault = Fault::None;
    simulation.check();
    let operation_count = simulation.machine.lock().expect("lock the machine").operation_count;
    (operation_count, [simulation.export_errors, simulation.errors_before_recovery])
}

/// Runs a simulation with each fault, on two threads. Fails with a list of the faults that broke the log's guarantees.
fn run_simulations(name: &str, faults: &[(Fault, Survival)]) {
    let start = std::time::Instant::now();
    let (next_index, harmful_faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let errors = Mutex::new([BTreeSet::new(), BTreeSet::new()]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((fault, survival)) = faults.get(next_index.fetch_add(1, Ordering::Relaxed)) {
                    match std::panic::catch_unwind(|| run_simulation(*fault, *survival)) {
                        Ok((_, new_errors)) => errors
                            .lock()
                            .expect("no thread panicked")
                            .iter_mut()
                            .zip(new_errors)
                            .for_each(|(a, b)| a.extend(b)),
                        Err(_) => harmful_faults.lock().expect("no thread panicked").push((*fault, *survival)),
                    }
                }
            });
        }
    });
    let (harmful_faults, [export_errors, errors_before_recovery]) =
        (harmful_faults.into_inner().expect("no thread panicked"), errors.into_inner().expect("no thread panicked"));
    println!("{name}: {} simulations in {:?}", faults.len(), start.elapsed());
    println!(
        "errors in interrupted exports: {export_errors:?}; in the log before recovery: {errors_before_recovery:?}"
    );
    let examples: Vec<_> = harmful_faults.iter().take(5).collect();
    assert!(
        harmful_faults.is_empty(),
        "{} of {} simulations failed, the first: {examples:?}",
        harmful_faults.len(),
        faults.len()
    );
}

fn operation_count() -> u64 {
    run_simulation(Fault::None, Survival::None).0
}

/// True if the run tries all faults, however long that takes.
fn is_exhaustive() -> bool {
    std::env::var_os("LOA_CRASHES").is_some()
}

#[test]
fn a_power_cut_at_any_operation_loses_no_acknowledged_entry() {
    let mut faults = Vec::new();
    for operation_number in 0..operation_count() {
        for survival in [Survival::None, Survival::Half, Survival::All] {
            let power_cut = |takes_effect| (Fault::PowerCut { operation_number, takes_effect }, survival);
            faults.extend([false, true].map(power_cut));
        }
    }
    run_simulations("power cuts", &faults);
}

#[test]
fn a_refusal_of_any_operation_loses_no_acknowledged_entry() {
    let kinds = [io::ErrorKind::StorageFull, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::Other];
    let mut faults = Vec::new();
    for from in 0..operation_count() {
        for count in 1..=3 {
            // Rotates through the kinds of error; an exhaustive run tries them all.
            let index = (from + count) as usize % 3;
            for kind in if is_exhaustive() { &kinds[..] } else { &kinds[index..=index] } {
                let kind = *kind;
                let mode = FailureMode::WithoutEffect;
                faults.push((
                    Fault::Failing { from, count, mode, kind, operations_before_power_cut: None },
                    Survival::None,
                ));
            }
            for mode in [FailureMode::AfterEffect, FailureMode::OnSync] {
                let kind = io::ErrorKind::Other;
                faults.push((
                    Fault::Failing { from, count, mode, kind, operations_before_power_cut: None },
                    Survival::None,
                ));
            }
        }
    }
    run_simulations("refusals", &faults);
}

#[test]
fn a_power_cut_while_the_disk_refuses_loses_no_acknowledged_entry() {
    // Tries a sample; an exhaustive run tries all faults.
    let sampling_interval = if is_exhaustive() { 1 } else { 17 };
    let mut faults = Vec::new();
    for from in 0..operation_count() {
        for mode in [FailureMode::WithoutEffect, FailureMode::AfterEffect, FailureMode::OnSync] {
            for count in 1..=2 {
                for delay in 0..8 {
                    for survival in [Survival::None, Survival::Half] {
                        let kind = io::ErrorKind::Other;
                        let fault =
                            Fault::Failing { from, count, mode, kind, operations_before_power_cut: Some(delay) };
                        faults.push((fault, survival));
                    }
                }
            }
        }
    }
    let faults: Vec<_> = faults.into_iter().step_by(sampling_interval).collect();
    run_simulations("power cuts after refusals", &faults);
}
