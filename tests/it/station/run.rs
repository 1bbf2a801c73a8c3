//! The runs of a station on the scripted clock, output and storage.
use loa::concern::HostFacts;
use loa::schedule::settings::OutputSettings;

use super::*;

/// A computer without any concern whose disk has this much free space.
fn healthy_host(free_bytes: u64, sound_cards_hash: u64) -> HostFacts {
    HostFacts {
        free_bytes: Some(free_bytes),
        is_read_only: false,
        is_folder_moved: false,
        is_reachable: true,
        is_supervised: true,
        is_amplifier_untried: false,
        sound_cards_hash: Some(sound_cards_hash),
    }
}

fn advance(playout: &mut Playout<ScriptedClock, MemoryStorage>, clock: &ScriptedClock, to: BootTime) {
    clock.stop_at(to);
    // A loop that never waits would hang the test, and on a real machine it would use all of the processor.
    let (mut start_of_second, mut steps) = (clock.boot(), 0);
    while clock.boot() < to {
        playout.step();
        playout.wait();
        steps += 1;
        if clock.boot().since(start_of_second) > SECOND_US {
            (start_of_second, steps) = (clock.boot(), 0);
        }
        assert!(steps < 1000, "a thousand steps within the second that starts at {start_of_second:?}");
    }
    playout.step();
}

impl Station {
    pub(super) fn run(&mut self, seconds: i64, end_cause: Option<&str>) {
        let next_start = self.next_start.take();
        self.boot_count += u32::from(next_start.is_none());
        let boot_id = format!("boot-{}", self.boot_count);
        let start = next_start.unwrap_or(self.machine_start_duration);
        let clock = ScriptedClock::new(self.wall, self.is_synchronised, &boot_id).with_boot(start);
        let end_boot = start.plus(seconds * SECOND_US);
        let mut events = std::mem::take(&mut self.events);
        events.iter_mut().for_each(|(at, _)| *at = at.plus(start.0));
        events.sort_by_key(|(at, _)| *at);
        let (events_in_run, later_events): (Vec<_>, Vec<_>) = events.into_iter().partition(|(at, _)| *at <= end_boot);
        assert!(later_events.is_empty(), "an event is after the end of the run");
        for (at, event) in &events_in_run {
            if let StationEvent::ClockChange(change) = event {
                clock.add_change(*at, *change);
            }
        }
        let (mut playout, commands) = self.start_daemon(&clock, &boot_id);
        for (at, event) in events_in_run {
            if let StationEvent::ClockChange(_) = event {
                continue;
            }
            advance(&mut playout, &clock, at);
            if let StationEvent::Stall(us) = event {
                clock.stop_at(BootTime(i64::MAX));
                clock.clone().wait(at.plus(us));
                continue;
            }
            self.apply_event(&mut playout, &commands, event);
        }
        advance(&mut playout, &clock, end_boot);
        if let Some(cause) = end_cause {
            commands.send(PlayoutCommand::Shutdown { cause: cause.to_owned() }).expect("the loop runs");
            clock.stop_at(BootTime(i64::MAX));
            while playout.step() {
                playout.wait();
            }
        }
        self.wall = clock.read().wall;
        self.stopped_at = clock.boot();
        self.is_synchronised = clock.read().sync.is_synchronised;
    }

    fn start_daemon(
        &mut self,
        clock: &ScriptedClock,
        boot_id: &str,
    ) -> (Playout<ScriptedClock, MemoryStorage>, Sender<PlayoutCommand>) {
        let recovered = recover_log(&mut self.disk, &mut self.keys).expect("recover an honest log");
        assert!(
            self.allows_damage || recovered.damaged.is_none(),
            "an honest log was found damaged: {:?}",
            recovered.damaged
        );
        let settings = read(&self.files).schedule.station;
        let setup = StationSetup {
            id: settings.id.clone(),
            settings,
            audio_dir: Path::new("audio").to_owned(),
            built_at: self.built_at,
            boot_id: boot_id.to_owned(),
            rehearsal_until: None,
        };
        let restored = RestoredStation::open(self.disk.clone(), self.keys.clone(), recovered, setup)
            .expect("in-memory storage never fails");
        let recovery = &restored.recovered_schedule;
        // A test that loses a kept file on purpose renames it to `gone`.
        let has_all_files = recovery.lost_files.is_empty() && recovery.lost_plan_dates.is_empty();
        assert!(
            self.allows_damage || has_all_files || self.disk.names().iter().any(|n| n == "gone"),
            "a kept file is lost"
        );
        let station = restored.start(clock.read());
        let (commands, receiver) = mpsc::channel();
        let (outages, mut library, output_clock) =
            (std::mem::take(&mut self.outages), self.library.clone(), clock.clone());
        library.files.extend(self.changed_files.files.clone());
        *self.disk_files.borrow_mut() = library;
        let disk_files = self.disk_files.clone();
        let (output_fault, device, start) = (self.output_fault, self.device.clone(), clock.boot().0);
        let (start_count, silent_start_count) = (self.start_count.clone(), self.silent_start_count.clone());
        let (relay_clock, concern_notices) = (clock.clone(), self.concern_notices.clone());
        let (notices, free_bytes) = (self.notices.clone(), self.free_bytes.clone());
        let sound_cards_hash = self.sound_cards_hash.clone();
        let make_output = move |settings: &OutputSettings| {
            // Only a real device can hang while it is opened.
            let output_fault =
                output_fault.filter(|fault| *fault != OutputFault::HangsOpening || settings.device.is_real());
            let disk_files = disk_files.clone();
            let lookup = move |path: &Path| {
                let name = path.strip_prefix("audio").unwrap_or(path).to_string_lossy().into_owned();
                disk_files.borrow().files.get(&name).cloned().unwrap_or(FileStatus::Missing { last: None })
            };
            let mut output = ScriptedOutput::new(output_clock.clone(), "test", Box::new(lookup));
            for (from, until) in &outages {
                output.add_outage(from.plus(start), until.plus(start));
            }
            output.set_sink(device.sink.clone());
            output.set_fallback(device.fallback_reason.clone());
            output.set_opening_time_us(device.opening_us);
            output.set_extra_time_us(device.extra_us);
            match output_fault {
                Some(fault) => Box::new(FaultyOutput { inner: output, fault }) as Box<dyn Output>,
                None => {
                    let (start_count, silent_start_count) = (start_count.clone(), silent_start_count.clone());
                    Box::new(CountingOutput {
                        inner: output,
                        start_count,
                        silent_start_count,
                        started_cues: Default::default(),
                        cut_cues: Default::default(),
                    })
                }
            }
        };
        commands.send(PlayoutCommand::Adopt(self.revision_of(&self.files.clone()))).expect("the receiver exists");
        let relay = self.relay.clone();
        let switch_amplifier = move |switch: SwitchRequest| {
            let is_in_outage =
                relay.outages.iter().any(|(from, until)| (*from..*until).contains(&relay_clock.boot().plus(-start)));
            let is_broken = is_in_outage || (relay.cannot_switch_on && switch.power.is_on());
            let error = (relay.is_untried && !switch.by_operator)
                .then_some(SwitchError::Untried)
                .or(is_broken.then(|| SwitchError::Failed("no relay".to_owned())));
            Some(SwitchResult { serial: switch.serial, power: switch.power, duration_ms: 5, error })
        };
        let effects = Effects {
            make_output: Box::new(make_output),
            switch_amplifier: Box::new(switch_amplifier),
            read_host_facts: Box::new(move |_| Some(healthy_host(free_bytes.get()?, sound_cards_hash.get()))),
            read_hand_in_state: Box::new(|_| None),
            read_alarm_facts: Box::new(|_| None),
            notify: Box::new(move |notice| match notice {
                PlayoutNotice::Engine(Notice::Concern(notice)) => {
                    concern_notices.borrow_mut().push(notice.as_ref().clone());
                }
                PlayoutNotice::Engine(Notice::AiringStarted(_) | Notice::AiringEnded { .. }) => {}
                PlayoutNotice::Engine(notice) => notices.borrow_mut().push(notice.clone()),
                _ => {}
            }),
        };
        let playout = station.into_playout(clock.clone(), effects, receiver);
        (playout, commands)
    }

    fn revision_of(&self, files: &[SourceFile]) -> Arc<loa::playout::engine::ScheduleRevision> {
        let parsed = read(files);
        let structural_problems: Vec<_> = parsed.problems.iter().filter(|p| p.is_structural).collect();
        assert!(structural_problems.is_empty(), "{structural_problems:?}");
        Arc::new(adoption::prepare_revision(files, parsed.schedule, self.library.clone()))
    }

    fn apply_event(
        &mut self,
        playout: &mut Playout<ScriptedClock, MemoryStorage>,
        commands: &Sender<PlayoutCommand>,
        event: StationEvent,
    ) {
        let (reply_sender, replies) = mpsc::channel();
        let playout_command = match event {
            StationEvent::ClockChange(_) | StationEvent::Stall(_) => return,
            StationEvent::DiskChange(DiskActionRef(action)) => return action(&self.disk, &self.keys),
            StationEvent::FileChange(name, status) => {
                self.disk_files.borrow_mut().files.insert(name, status);
                return;
            }
            StationEvent::FreeBytes(bytes) => return self.free_bytes.set(Some(bytes)),
            StationEvent::SoundCards(hash) => return self.sound_cards_hash.set(hash),
            StationEvent::ExternalFacts(facts) => PlayoutCommand::ExternalFacts(facts),
            StationEvent::Command(operator_command) => {
                let user = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()), via: None };
                PlayoutCommand::Operator(operator_command, user, reply_sender)
            }
            StationEvent::Edit(files) => {
                self.files = files;
                PlayoutCommand::Adopt(self.revision_of(&self.files))
            }
            StationEvent::FileVanished(file, files) => {
                let suspect_files = vec![SuspectFile { file, reason: loa::schedule::finding::SuspectReason::Gone }];
                PlayoutCommand::SuspectFiles {
                    files: suspect_files,
                    schedule_without_suspects: Some(self.revision_of(&files)),
                }
            }
        };
        commands.send(playout_command).expect("the loop runs");
        playout.step();
        self.replies.extend(replies.try_iter());
    }
}
