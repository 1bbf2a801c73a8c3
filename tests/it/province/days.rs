//! Builds a simulated log, one day at a time.
use super::*;

impl SimulatedStation {
    /// Adds a note of the station about an airing.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn noted(mut self, airing: &str, text: &str) -> Self {
        let at = self.at(self.next_date, "04:00:00");
        let who = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()), via: None };
        self.append(at, vec![Body::Remark(RemarkEntry { id: airing.to_owned(), text: text.to_owned(), who })]);
        self
    }

    /// Adds this number of days to the log.
    #[must_use]
    pub fn days(mut self, count: i64) -> Self {
        for _ in 0..count {
            self.add_day();
        }
        self
    }

    pub(super) fn add_day(&mut self) {
        let evening = self.begin_day();
        self.end_day(evening);
    }

    /// Adds the morning of a day, and plans its evening.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn morning(mut self) -> Self {
        self.evening_airings = self.begin_day();
        self
    }

    /// Adds the evening of a day that [`SimulatedStation::morning`] has begun.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn evening(mut self) -> Self {
        let evening = std::mem::take(&mut self.evening_airings);
        self.end_day(evening);
        self
    }

    /// Adds a day on which every airing has the outcome `aired`. `change` may edit each outcome entry before it is
    /// logged.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn day_with(mut self, change: impl Fn(&mut OutcomeEntry)) -> Self {
        let date = self.next_date;
        let plan = self.plan(date, |_| true);
        let end = self.at(date, "17:55:00");
        for airing in &plan {
            let mut outcome = outcome_of(labels_of(airing), Outcome::Aired, None, airing.duration_ms, Some(700));
            change(&mut outcome);
            self.append(end, vec![self.start(airing, 700), Body::Outcome(outcome)]);
        }
        self.next_date = date + TimeDelta::days(1);
        self
    }

    /// Adds a morning, and then a second plan of the day without the evening airings, which get no outcome.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn day_with_shorter_plan(mut self) -> Self {
        let date = self.next_date;
        self.begin_day();
        self.plan(date, |airing| airing.session.as_str() == "sang");
        self.next_date = date + TimeDelta::days(1);
        self
    }

    /// Sets whether the clock is synchronised from now on.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn clock_synchronised(mut self, is_synchronised: bool) -> Self {
        self.has_synchronised_clock = is_synchronised;
        self
    }

    /// Adds a command with which the operator confirms the clock.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn clock_confirmed(mut self) -> Self {
        let user = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()), via: None };
        let entry = OperatorEntry { action: "clock-confirm".into(), id: None, who: user };
        self.append(self.at(self.next_date, "00:00:00"), vec![Body::Operator(entry)]);
        self
    }

    /// Adds an edit of the schedule on the morning of the next day. It changes the planned airtime of topic 5 by this
    /// number of airings, 730 s each, on the day that begins so many days later.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn edited(mut self, days_later: i64, airings: i64) -> Self {
        let change = AirtimeChange {
            date: self.next_date + TimeDelta::days(days_later),
            campaign: Some("giam-ngheo-2023".to_owned()),
            topic: Some(5),
            language: "vi".to_owned(),
            airings,
            planned_ms: airings * 730_000,
        };
        let edit = EditEntry {
            date: self.next_date,
            days: 7,
            changes: Vec::new(),
            more: 1,
            airtime: vec![change],
            airtime_more: 0,
        };
        self.append(self.at(self.next_date, "00:00:00"), vec![Body::Edit(edit)]);
        self
    }

    /// Skips days on which the station is off. The log contains no plan for them.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn off_for_days(mut self, days: i64) -> Self {
        self.next_date += TimeDelta::days(days);
        self
    }

    /// Plans those airings of a day that `is_selected` selects, and logs the plan.
    pub(super) fn plan(&mut self, date: NaiveDate, is_selected: impl Fn(&Airing) -> bool) -> Vec<Airing> {
        let mut plan = Planner::new(&self.schedule, &self.library).plan_for(date);
        plan.airings.retain(is_selected);
        let bytes = plan.to_json_bytes();
        let entry = PlanEntry {
            date,
            count: plan.expected_airing_count(),
            rows: plan.airings.len() as u64,
            sha256: sha256_hex(&bytes),
        };
        self.keep(format!("kept/{}.json", entry.sha256), bytes);
        self.append(self.at(date, "00:00:00"), vec![Body::Plan(entry)]);
        plan.airings
    }

    /// Plans the next day and adds its morning. Returns the airings of the evening.
    pub(super) fn begin_day(&mut self) -> Vec<Airing> {
        let date = self.next_date;
        let airings = self.plan(date, |_| true);
        let (morning, evening): (Vec<_>, Vec<_>) = airings.into_iter().partition(|a| a.session.as_str() == "sang");
        self.append_session(&morning, self.at(date, "06:10:00"));
        evening
    }

    pub(super) fn end_day(&mut self, evening: Vec<Airing>) {
        let date = self.next_date;
        self.append_session(&evening, self.at(date, "17:55:00"));
        if self.dice.below(20) == 0 {
            self.play_unplanned(date);
        }
        self.next_date = date + TimeDelta::days(1);
    }

    fn append_session(&mut self, airings: &[Airing], end: DateTime<FixedOffset>) {
        // A power cut ends one session in forty, at a random item.
        let cut_index = (self.dice.below(40) == 0).then(|| self.dice.below(airings.len() as u64));
        let mut batch = Vec::new();
        for (airing, number) in airings.iter().zip(0_u64..) {
            match cut_index {
                Some(cut_index) if number == cut_index => batch.extend(self.entries_of_cut_airing(airing)),
                Some(cut_index) if number > cut_index => batch.push(self.missed(airing, Reason::PowerOff)),
                _ => batch.extend(self.entries_of_airing(airing)),
            }
        }
        if cut_index.is_some() {
            self.boot_count += 1;
            batch.push(self.boot(Some(3600)));
        }
        self.append(end, batch);
    }

    fn entries_of_airing(&mut self, airing: &Airing) -> Vec<Body> {
        match self.dice.below(200) {
            0 => vec![self.missed(airing, Reason::FileMissing)],
            1 => vec![self.missed(airing, Reason::DeviceLost)],
            2 => {
                let played_ms = airing.duration_ms / 2;
                vec![
                    self.start(airing, 1500),
                    self.outcome(airing, Outcome::Partial, Some(Reason::OperatorStop), played_ms, 1500),
                ]
            }
            3 => vec![
                self.start(airing, 4_200_000),
                self.outcome(airing, Outcome::Aired, None, airing.duration_ms, 4_200_000),
            ],
            _ => {
                let late_us = i64::try_from(self.dice.below(2400)).expect("the number fits") - 200;
                vec![
                    self.start(airing, late_us),
                    self.outcome(airing, Outcome::Aired, None, airing.duration_ms, late_us),
                ]
            }
        }
    }

    fn entries_of_cut_airing(&mut self, airing: &Airing) -> Vec<Body> {
        let played_ms = airing.duration_ms * i64::try_from(self.dice.below(100)).expect("the number fits") / 100;
        let reason = Some(Reason::PowerOff);
        vec![self.start(airing, 700), self.outcome(airing, Outcome::Partial, reason, played_ms.max(1), 700)]
    }

    /// Adds the airing of a segment that the operator plays outside the plan.
    fn play_unplanned(&mut self, date: NaiveDate) {
        let at = self.at(date, "09:30:00");
        let segment = self.schedule.segments[5].clone();
        let id = format!("operator@{}", at.format("%Y-%m-%dT%H:%M:%S%.6f%:z"));
        let labels = AiringLabels {
            id: id.clone(),
            segment: segment.id.clone(),
            session: None,
            planned_at: None,
            planned_ms: 505_000,
            priority: Priority::Normal,
            campaign: Id::new("giam-ngheo-2023"),
            topic: Some(4),
            language: "rad".to_owned(),
            source: segment.source,
            title: segment.title.clone(),
            file: segment.file.clone(),
        };
        let user = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()), via: None };
        let command = Body::Operator(OperatorEntry { action: "play".into(), id: Some(id), who: user });
        let outcome = outcome_of(labels.clone(), Outcome::Aired, None, 505_000, None);
        // The log already contains the evening, so these entries get a later time.
        let start = self.at(date, "18:30:00");
        self.append(start, vec![command, start_of(labels, None)]);
        self.append(start + TimeDelta::seconds(510), vec![Body::Outcome(outcome)]);
    }

    pub(super) fn start(&self, airing: &Airing, late_us: i64) -> Body {
        start_of(labels_of(airing), Some(late_us))
    }

    fn outcome(&self, airing: &Airing, result: Outcome, reason: Option<Reason>, played_ms: i64, late_us: i64) -> Body {
        Body::Outcome(outcome_of(labels_of(airing), result, reason, played_ms, Some(late_us)))
    }

    fn missed(&self, airing: &Airing, reason: Reason) -> Body {
        let mut outcome = outcome_of(labels_of(airing), Outcome::Missed, Some(reason), 0, None);
        (outcome.level, outcome.device, outcome.rate, outcome.volume, outcome.sha256) = (0, None, 0, None, None);
        Body::Outcome(outcome)
    }
}
