//! Sets the schedule, the files, and the events of the next run.
use super::*;

impl Station {
    /// Sets the text of `station.toml`.
    #[must_use]
    pub fn settings(mut self, text: &str) -> Self {
        self.files[0].text = text.to_owned();
        self
    }

    /// Sets the only playlist. Every `file = "s-N.mp3"` in it is a good file of N seconds.
    #[must_use]
    pub fn playlist(mut self, text: &str) -> Self {
        self.set_playlist(text);
        self
    }

    fn set_playlist(&mut self, text: &str) {
        self.files.truncate(1);
        self.files.push(SourceFile::new("playlists/test.toml", text.as_bytes()));
        for file in read(&self.files).schedule.segments.into_iter().map(|s| s.file) {
            let seconds = file.trim_start_matches("s-").trim_end_matches(".mp3").parse::<u64>();
            if let Ok(seconds) = seconds {
                self.library.files.entry(file).or_insert_with(|| FileStatus::Good(scan_of((seconds, 48_000))));
            }
        }
    }

    /// Sets the status of an audio file.
    #[must_use]
    pub fn file(mut self, name: &str, status: FileStatus) -> Self {
        self.library.files.insert(name.to_owned(), status);
        self
    }

    /// Changes a file after its scan, so that a scan at air time would give `scan`.
    #[must_use]
    pub fn changed_before_airing(mut self, name: &str, scan: Scan) -> Self {
        self.changed_files.files.insert(name.to_owned(), FileStatus::Good(scan));
        self
    }

    /// Changes a file during the run, so that the output finds it in this state. The library does not notice the change.
    #[must_use]
    pub fn file_changes(mut self, after_s: i64, name: &str, status: FileStatus) -> Self {
        self.add_event(after_s, StationEvent::FileChange(name.to_owned(), status));
        self
    }

    /// Sets the free space of the computer's disk after some seconds of boot time.
    #[must_use]
    pub fn free_bytes(mut self, after_s: i64, bytes: u64) -> Self {
        self.add_event(after_s, StationEvent::FreeBytes(bytes));
        self
    }

    /// Changes the computer's list of sound cards after some seconds of boot time.
    #[must_use]
    pub fn sound_cards(mut self, after_s: i64, hash: u64) -> Self {
        self.add_event(after_s, StationEvent::SoundCards(hash));
        self
    }

    /// Reports facts from another part of the program, for the list of concerns.
    #[must_use]
    pub fn external_facts(mut self, after_s: i64, facts: ExternalFacts) -> Self {
        self.add_event(after_s, StationEvent::ExternalFacts(facts));
        self
    }

    /// Makes the clock unsynchronised at the start.
    #[must_use]
    pub fn unsynchronised(mut self) -> Self {
        self.is_synchronised = false;
        self
    }

    /// Steps the clock by `by_s` seconds, `after_s` seconds after the start of the next run.
    #[must_use]
    pub fn step(mut self, after_s: i64, by_s: i64) -> Self {
        self.add_event(after_s, StationEvent::ClockChange(ClockChange::Step(by_s * SECOND_US)));
        self
    }

    /// Makes the clock synchronised or unsynchronised during the run.
    #[must_use]
    pub fn sync(mut self, after_s: i64, is_synchronised: bool) -> Self {
        self.add_event(after_s, StationEvent::ClockChange(ClockChange::SetSynchronised(is_synchronised)));
        self
    }

    /// Gives an operator's command.
    #[must_use]
    pub fn command(mut self, after_s: i64, command: OperatorCommand) -> Self {
        self.add_event(after_s, StationEvent::Command(command));
        self
    }

    /// Edits the playlist.
    #[must_use]
    pub fn edit(mut self, after_s: i64, text: &str) -> Self {
        let old_files = self.files.clone();
        self.set_playlist(text);
        let files = std::mem::replace(&mut self.files, old_files);
        self.add_event(after_s, StationEvent::Edit(files));
        self
    }

    /// Removes a file of the schedule. `remaining_playlist` is the playlist without that file.
    #[must_use]
    pub fn vanish(mut self, after_s: i64, file: &str, remaining_playlist: &str) -> Self {
        let old_files = self.files.clone();
        self.set_playlist(remaining_playlist);
        let files = std::mem::replace(&mut self.files, old_files);
        self.add_event(after_s, StationEvent::FileVanished(file.to_owned(), files));
        self
    }

    /// Edits `station.toml`.
    #[must_use]
    pub fn edit_settings(mut self, after_s: i64, text: &str) -> Self {
        let mut files = self.files.clone();
        files[0].text = text.to_owned();
        self.add_event(after_s, StationEvent::Edit(files));
        self
    }

    /// Makes the device unavailable for a period, in seconds after the start of the run.
    #[must_use]
    pub fn device_unavailable(mut self, from_s: i64, until_s: i64) -> Self {
        self.outages.push((BootTime(from_s * SECOND_US), BootTime(until_s * SECOND_US)));
        self
    }

    /// Makes the amplifier's relay fail for a period, in seconds after the start of the run.
    #[must_use]
    pub fn relay_broken(mut self, from_s: i64, until_s: i64) -> Self {
        self.relay.outages.push((BootTime(from_s * SECOND_US), BootTime(until_s * SECOND_US)));
        self
    }

    /// Makes the amplifier's relay fail whenever it is switched on. Switching it off works.
    #[must_use]
    pub fn relay_cannot_switch_on(mut self) -> Self {
        self.relay.cannot_switch_on = true;
        self
    }

    /// Marks the amplifier's commands as untried.
    #[must_use]
    pub fn relay_untried(mut self) -> Self {
        self.relay.is_untried = true;
        self
    }

    /// Steps the clock by milliseconds.
    #[must_use]
    pub fn step_ms(mut self, after_ms: i64, by_ms: i64) -> Self {
        self.events.push((BootTime(after_ms * 1000), StationEvent::ClockChange(ClockChange::Step(by_ms * 1000))));
        self
    }

    /// Makes the device unavailable for a period, in milliseconds after the start of the run.
    #[must_use]
    pub fn device_unavailable_ms(mut self, from_ms: i64, until_ms: i64) -> Self {
        self.outages.push((BootTime(from_ms * 1000), BootTime(until_ms * 1000)));
        self
    }

    /// Stops the loop for some milliseconds, as a hanging disk does.
    #[must_use]
    pub fn stall_ms(mut self, after_ms: i64, duration_ms: i64) -> Self {
        self.events.push((BootTime(after_ms * 1000), StationEvent::Stall(duration_ms * 1000)));
        self
    }

    /// Sets the sink to which the sound device plays.
    #[must_use]
    pub fn sink(mut self, name: &str, is_hardware: Option<bool>) -> Self {
        self.device.sink = SinkInfo { name: Some(name.to_owned()), is_hardware };
        self
    }

    /// Makes the station use a device other than the chosen one.
    #[must_use]
    pub fn fallback_device(mut self, reason: &str) -> Self {
        self.device.fallback_reason = Some(reason.to_owned());
        self
    }

    /// Sets the time that the sound device needs to open.
    #[must_use]
    pub fn opens_in_ms(mut self, ms: i64) -> Self {
        self.device.opening_us = ms * 1000;
        self
    }

    /// Sets the time that the sound device needs for each airing beyond its length.
    #[must_use]
    pub fn extra_time_ms(mut self, ms: i64) -> Self {
        self.device.extra_us = ms * 1000;
        self
    }

    /// Gives the output this fault.
    #[must_use]
    pub fn with_output_fault(mut self, fault: OutputFault) -> Self {
        self.output_fault = Some(fault);
        self
    }

    /// Allows recovery to find the log damaged, for tests that change the station's folders.
    #[must_use]
    pub fn allow_damage(mut self) -> Self {
        self.allows_damage = true;
        self
    }

    /// Changes the disk and the folder of the keys during the run.
    #[must_use]
    pub fn change_disk(mut self, after_s: i64, action: impl Fn(&MemoryStorage, &MemoryStorage) + 'static) -> Self {
        self.add_event(after_s, StationEvent::DiskChange(DiskActionRef(Rc::new(action))));
        self
    }

    fn add_event(&mut self, after_s: i64, event: StationEvent) {
        self.events.push((BootTime(after_s * SECOND_US), event));
    }
}
