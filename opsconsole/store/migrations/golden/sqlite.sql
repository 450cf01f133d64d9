index account.account_file CREATE INDEX account_file ON account (province, file)
index account.account_order CREATE INDEX account_order ON account (province, sort_key, key, ended)
index account.account_orphaned CREATE INDEX account_orphaned ON account (province, orphaned) WHERE orphaned > 0
index account.account_unit CREATE INDEX account_unit ON account (province, unit_id)
index alert.alert_open CREATE UNIQUE INDEX alert_open ON alert (province, event, subject) WHERE closed_at IS NULL
index alert.alert_opened CREATE INDEX alert_opened ON alert (province, opened_at)
index alert_message.alert_message_due CREATE INDEX alert_message_due ON alert_message (province, state, due_at)
index asset.asset_file CREATE INDEX asset_file ON asset (province, file)
index asset.asset_order CREATE INDEX asset_order ON asset (province, sort_key, key, ended)
index asset.asset_orphaned CREATE INDEX asset_orphaned ON asset (province, orphaned) WHERE orphaned > 0
index asset.asset_unit CREATE INDEX asset_unit ON asset (province, unit_id)
index attendance.attendance_file CREATE INDEX attendance_file ON attendance (province, source_file)
index attendance.attendance_session CREATE INDEX attendance_session ON attendance (province, session)
index attendance.attendance_site CREATE INDEX attendance_site ON attendance (province, site, month)
index change.change_key CREATE INDEX change_key ON change (province, kind, key, sequence)
index change.change_kind CREATE INDEX change_kind ON change (province, kind, sequence)
index check_rule.check_rule_file CREATE INDEX check_rule_file ON check_rule (province, file)
index check_rule.check_rule_order CREATE INDEX check_rule_order ON check_rule (province, sort_key, key, ended)
index check_rule.check_rule_orphaned CREATE INDEX check_rule_orphaned ON check_rule (province, orphaned) WHERE orphaned > 0
index connection.connection_file CREATE INDEX connection_file ON connection (province, file)
index connection.connection_order CREATE INDEX connection_order ON connection (province, sort_key, key, ended)
index connection.connection_orphaned CREATE INDEX connection_orphaned ON connection (province, orphaned) WHERE orphaned > 0
index connection.connection_unit CREATE INDEX connection_unit ON connection (province, unit_id)
index edit_journal.edit_journal_person CREATE INDEX edit_journal_person ON edit_journal (province, person, place, number)
index figure.figure_file CREATE INDEX figure_file ON figure (province, file)
index figure.figure_order CREATE INDEX figure_order ON figure (province, sort_key, key, ended)
index figure.figure_orphaned CREATE INDEX figure_orphaned ON figure (province, orphaned) WHERE orphaned > 0
index figure.figure_unit CREATE INDEX figure_unit ON figure (province, unit_id)
index indicator.indicator_file CREATE INDEX indicator_file ON indicator (province, file)
index indicator.indicator_order CREATE INDEX indicator_order ON indicator (province, sort_key, key, ended)
index indicator.indicator_orphaned CREATE INDEX indicator_orphaned ON indicator (province, orphaned) WHERE orphaned > 0
index job_run.job_run_due CREATE INDEX job_run_due ON job_run (province, state, due_at)
index job_run.job_run_slot CREATE INDEX job_run_slot ON job_run (province, slot)
index join_failure.join_failure_file CREATE INDEX join_failure_file ON join_failure (province, source_file)
index join_failure.join_failure_session CREATE INDEX join_failure_session ON join_failure (province, session)
index meeting_record.meeting_record_meeting CREATE INDEX meeting_record_meeting ON meeting_record (province, source, meeting)
index meeting_record.meeting_record_month CREATE INDEX meeting_record_month ON meeting_record (province, month)
index meeting_record.meeting_record_session CREATE INDEX meeting_record_session ON meeting_record (province, session)
index observation.observation_current CREATE INDEX observation_current ON observation (province, current, indicator, period)
index person.person_file CREATE INDEX person_file ON person (province, file)
index person.person_order CREATE INDEX person_order ON person (province, sort_key, key, ended)
index person.person_orphaned CREATE INDEX person_orphaned ON person (province, orphaned) WHERE orphaned > 0
index person.person_unit CREATE INDEX person_unit ON person (province, unit_id)
index preflight_result.preflight_result_session CREATE INDEX preflight_result_session ON preflight_result (province, session, run)
index preflight_result.preflight_result_site CREATE INDEX preflight_result_site ON preflight_result (province, site, run)
index probe_result.probe_result_at CREATE INDEX probe_result_at ON probe_result (province, at)
index rate.rate_file CREATE INDEX rate_file ON rate (province, file)
index rate.rate_order CREATE INDEX rate_order ON rate (province, sort_key, key, ended)
index rate.rate_orphaned CREATE INDEX rate_orphaned ON rate (province, orphaned) WHERE orphaned > 0
index reorganisation.reorganisation_file CREATE INDEX reorganisation_file ON reorganisation (province, file)
index reorganisation.reorganisation_order CREATE INDEX reorganisation_order ON reorganisation (province, sort_key, key, ended)
index reorganisation.reorganisation_orphaned CREATE INDEX reorganisation_orphaned ON reorganisation (province, orphaned) WHERE orphaned > 0
index report.report_outline CREATE INDEX report_outline ON report (province, outline, period)
index report_figure.report_figure_key CREATE INDEX report_figure_key ON report_figure (province, key)
index report_file.report_file_sha256 CREATE INDEX report_file_sha256 ON report_file (province, sha256)
index roll_stay.roll_stay_month CREATE INDEX roll_stay_month ON roll_stay (province, month)
index rule.rule_file CREATE INDEX rule_file ON rule (province, file)
index rule.rule_order CREATE INDEX rule_order ON rule (province, sort_key, key, ended)
index rule.rule_orphaned CREATE INDEX rule_orphaned ON rule (province, orphaned) WHERE orphaned > 0
index session.session_file CREATE INDEX session_file ON session (province, file)
index session.session_order CREATE INDEX session_order ON session (province, sort_key, key, ended)
index session.session_orphaned CREATE INDEX session_orphaned ON session (province, orphaned) WHERE orphaned > 0
index session.session_starts_at CREATE INDEX session_starts_at ON session (province, starts_at)
index session_use.session_use_day CREATE INDEX session_use_day ON session_use (province, day)
index shared_system.shared_system_file CREATE INDEX shared_system_file ON shared_system (province, file)
index shared_system.shared_system_order CREATE INDEX shared_system_order ON shared_system (province, sort_key, key, ended)
index shared_system.shared_system_orphaned CREATE INDEX shared_system_orphaned ON shared_system (province, orphaned) WHERE orphaned > 0
index shared_system.shared_system_unit CREATE INDEX shared_system_unit ON shared_system (province, unit_id)
index site.site_file CREATE INDEX site_file ON site (province, file)
index site.site_order CREATE INDEX site_order ON site (province, sort_key, key, ended)
index site.site_orphaned CREATE INDEX site_orphaned ON site (province, orphaned) WHERE orphaned > 0
index site.site_unit CREATE INDEX site_unit ON site (province, unit_id)
index source_file.source_file_source CREATE INDEX source_file_source ON source_file (province, source)
index target.target_file CREATE INDEX target_file ON target (province, file)
index target.target_order CREATE INDEX target_order ON target (province, sort_key, key, ended)
index target.target_orphaned CREATE INDEX target_orphaned ON target (province, orphaned) WHERE orphaned > 0
index target.target_unit CREATE INDEX target_unit ON target (province, unit_id)
index unit.unit_file CREATE INDEX unit_file ON unit (province, file)
index unit.unit_order CREATE INDEX unit_order ON unit (province, sort_key, key, ended)
index unit.unit_orphaned CREATE INDEX unit_orphaned ON unit (province, orphaned) WHERE orphaned > 0
index unit_era.unit_era_code CREATE INDEX unit_era_code ON unit_era (province, code, valid_from)
index unit_holder.unit_holder_holder CREATE INDEX unit_holder_holder ON unit_holder (province, holder_id)
index workday.workday_file CREATE INDEX workday_file ON workday (province, file)
index workday.workday_order CREATE INDEX workday_order ON workday (province, sort_key, key, ended)
index workday.workday_orphaned CREATE INDEX workday_orphaned ON workday (province, orphaned) WHERE orphaned > 0
part access_head.PRIMARY KEY (province)
part access_head.hash TEXT NOT NULL
part access_head.province TEXT NOT NULL
part access_head.purged INTEGER NOT NULL
part access_head.purged_hash TEXT NOT NULL
part access_head.sequence INTEGER NOT NULL
part access_log.PRIMARY KEY (province, sequence)
part access_log.actor TEXT NOT NULL
part access_log.at TEXT NOT NULL
part access_log.detail TEXT NOT NULL
part access_log.given INTEGER NOT NULL
part access_log.hash TEXT NOT NULL
part access_log.province TEXT NOT NULL
part access_log.sequence INTEGER NOT NULL
part access_log.what TEXT NOT NULL
part account.CONSTRAINT account_orphaned_in CHECK (orphaned >= 0)
part account.CONSTRAINT account_sample CHECK (sample IN (0, 1))
part account.PRIMARY KEY (province, key)
part account.aliases TEXT
part account.digest TEXT NOT NULL
part account.ended TEXT
part account.ended_decision TEXT
part account.ended_reason TEXT
part account.file TEXT NOT NULL
part account.fold TEXT NOT NULL
part account.former TEXT
part account.forwards TEXT
part account.key TEXT NOT NULL
part account.line INTEGER NOT NULL
part account.locked INTEGER
part account.name TEXT
part account.opened TEXT
part account.orphaned INTEGER NOT NULL
part account.owner TEXT
part account.province TEXT NOT NULL
part account.quota_mb INTEGER
part account.revision INTEGER NOT NULL
part account.sample INTEGER NOT NULL
part account.sort_key TEXT NOT NULL
part account.type TEXT NOT NULL
part account.unit_id TEXT NOT NULL
part alert.PRIMARY KEY (province, id)
part alert.closed_at TEXT
part alert.detail TEXT NOT NULL
part alert.event TEXT NOT NULL
part alert.id INTEGER NOT NULL
part alert.opened_at TEXT NOT NULL
part alert.province TEXT NOT NULL
part alert.subject TEXT NOT NULL
part alert_message.CONSTRAINT alert_message_state CHECK (state IN ('queued','sent','failed'))
part alert_message.CONSTRAINT alert_message_what CHECK (what IN ('raised','over'))
part alert_message.PRIMARY KEY (province, alert, what, channel)
part alert_message.alert INTEGER NOT NULL
part alert_message.attempts INTEGER NOT NULL
part alert_message.batch TEXT NOT NULL
part alert_message.channel TEXT NOT NULL
part alert_message.due_at TEXT NOT NULL
part alert_message.error TEXT
part alert_message.province TEXT NOT NULL
part alert_message.queued_at TEXT NOT NULL
part alert_message.sent_at TEXT
part alert_message.state TEXT NOT NULL
part alert_message.what TEXT NOT NULL
part asset.CONSTRAINT asset_orphaned_in CHECK (orphaned >= 0)
part asset.CONSTRAINT asset_sample CHECK (sample IN (0, 1))
part asset.PRIMARY KEY (province, key)
part asset.bought TEXT
part asset.class TEXT NOT NULL
part asset.custodian TEXT
part asset.digest TEXT NOT NULL
part asset.ended TEXT
part asset.ended_decision TEXT
part asset.ended_reason TEXT
part asset.file TEXT NOT NULL
part asset.fold TEXT NOT NULL
part asset.key TEXT NOT NULL
part asset.line INTEGER NOT NULL
part asset.mac TEXT
part asset.model TEXT NOT NULL
part asset.note TEXT
part asset.orphaned INTEGER NOT NULL
part asset.price INTEGER
part asset.province TEXT NOT NULL
part asset.revision INTEGER NOT NULL
part asset.room TEXT
part asset.sample INTEGER NOT NULL
part asset.serial TEXT
part asset.sort_key TEXT NOT NULL
part asset.status TEXT NOT NULL
part asset.unit_id TEXT NOT NULL
part asset.used_from TEXT
part asset.warranty_until TEXT
part attendance.PRIMARY KEY (province, month, source_file, position)
part attendance.ending TEXT NOT NULL
part attendance.joined_at TEXT NOT NULL
part attendance.left_at TEXT NOT NULL
part attendance.month TEXT NOT NULL
part attendance.position INTEGER NOT NULL
part attendance.province TEXT NOT NULL
part attendance.record INTEGER NOT NULL
part attendance.session TEXT NOT NULL
part attendance.site TEXT NOT NULL
part attendance.source_file INTEGER NOT NULL
part change.CONSTRAINT change_action CHECK (action IN ('create','update','transfer','end','revive','protect','unprotect'))
part change.PRIMARY KEY (province, sequence)
part change.action TEXT NOT NULL
part change.after TEXT
part change.before TEXT
part change.effective TEXT NOT NULL
part change.file TEXT NOT NULL
part change.hash TEXT NOT NULL
part change.key TEXT NOT NULL
part change.kind TEXT NOT NULL
part change.line INTEGER NOT NULL
part change.province TEXT NOT NULL
part change.revision INTEGER NOT NULL
part change.sequence INTEGER NOT NULL
part change.unit_id TEXT
part check_rule.CONSTRAINT check_rule_orphaned_in CHECK (orphaned >= 0)
part check_rule.CONSTRAINT check_rule_sample CHECK (sample IN (0, 1))
part check_rule.PRIMARY KEY (province, key)
part check_rule.closing TEXT
part check_rule.decimals INTEGER
part check_rule.digest TEXT NOT NULL
part check_rule.ended TEXT
part check_rule.ended_decision TEXT
part check_rule.ended_reason TEXT
part check_rule.figures TEXT
part check_rule.file TEXT NOT NULL
part check_rule.fold TEXT NOT NULL
part check_rule.key TEXT NOT NULL
part check_rule.least TEXT
part check_rule.line INTEGER NOT NULL
part check_rule.most TEXT
part check_rule.name TEXT NOT NULL
part check_rule.name_en TEXT NOT NULL
part check_rule.note TEXT
part check_rule.opening TEXT
part check_rule.orphaned INTEGER NOT NULL
part check_rule.part TEXT
part check_rule.parts TEXT
part check_rule.province TEXT NOT NULL
part check_rule.received TEXT
part check_rule.resolved TEXT
part check_rule.revision INTEGER NOT NULL
part check_rule.sample INTEGER NOT NULL
part check_rule.share TEXT
part check_rule.sort TEXT NOT NULL
part check_rule.sort_key TEXT NOT NULL
part check_rule.whole TEXT
part check_rule.year INTEGER NOT NULL
part conference_day.PRIMARY KEY (province, day)
part conference_day.day TEXT NOT NULL
part conference_day.province TEXT NOT NULL
part conference_day.sessions INTEGER NOT NULL
part conference_day.sessions_at TEXT NOT NULL
part conference_day.sites INTEGER NOT NULL
part conference_day.sites_at TEXT NOT NULL
part conference_mark.CONSTRAINT conference_mark_of CHECK ((sort = 'state') = (state <> '') AND (sort <> 'state' OR site <> ''))
part conference_mark.CONSTRAINT conference_mark_origin CHECK (origin IN ('person','server'))
part conference_mark.CONSTRAINT conference_mark_retract CHECK ((sort <> 'retract' OR corrects IS NOT NULL))
part conference_mark.CONSTRAINT conference_mark_sort CHECK (sort IN ('state','note','handover','takeover','begun','ended','retract'))
part conference_mark.CONSTRAINT conference_mark_state CHECK (state IN ('','expected','invited','connected','late','lost','absent','excused'))
part conference_mark.PRIMARY KEY (province, session, number)
part conference_mark.about TEXT NOT NULL
part conference_mark.actor TEXT NOT NULL
part conference_mark.at TEXT NOT NULL
part conference_mark.corrects INTEGER
part conference_mark.number INTEGER NOT NULL
part conference_mark.origin TEXT NOT NULL
part conference_mark.province TEXT NOT NULL
part conference_mark.said TEXT NOT NULL
part conference_mark.session TEXT NOT NULL
part conference_mark.site TEXT NOT NULL
part conference_mark.sort TEXT NOT NULL
part conference_mark.state TEXT NOT NULL
part connection.CONSTRAINT connection_orphaned_in CHECK (orphaned >= 0)
part connection.CONSTRAINT connection_sample CHECK (sample IN (0, 1))
part connection.PRIMARY KEY (province, key)
part connection.bandwidth_mbps INTEGER
part connection.digest TEXT NOT NULL
part connection.ended TEXT
part connection.ended_decision TEXT
part connection.ended_reason TEXT
part connection.file TEXT NOT NULL
part connection.fold TEXT NOT NULL
part connection.key TEXT NOT NULL
part connection.line INTEGER NOT NULL
part connection.medium TEXT
part connection.note TEXT
part connection.orphaned INTEGER NOT NULL
part connection.provider TEXT
part connection.province TEXT NOT NULL
part connection.revision INTEGER NOT NULL
part connection.sample INTEGER NOT NULL
part connection.since TEXT
part connection.sort TEXT NOT NULL
part connection.sort_key TEXT NOT NULL
part connection.there INTEGER NOT NULL
part connection.unit_id TEXT NOT NULL
part coverage.PRIMARY KEY (province, source, day)
part coverage.day TEXT NOT NULL
part coverage.first_at TEXT NOT NULL
part coverage.half_hours INTEGER NOT NULL
part coverage.inferred INTEGER NOT NULL
part coverage.last_at TEXT NOT NULL
part coverage.lines INTEGER NOT NULL
part coverage.lost INTEGER NOT NULL
part coverage.others INTEGER NOT NULL
part coverage.province TEXT NOT NULL
part coverage.source TEXT NOT NULL
part declared_file.PRIMARY KEY (province, path)
part declared_file.hash TEXT NOT NULL
part declared_file.kind TEXT NOT NULL
part declared_file.modified INTEGER NOT NULL
part declared_file.path TEXT NOT NULL
part declared_file.province TEXT NOT NULL
part declared_file.revision INTEGER NOT NULL
part declared_file.size INTEGER NOT NULL
part edit_journal.PRIMARY KEY (province, number)
part edit_journal.at TEXT NOT NULL
part edit_journal.back TEXT NOT NULL
part edit_journal.done INTEGER NOT NULL
part edit_journal.files TEXT NOT NULL
part edit_journal.forth TEXT NOT NULL
part edit_journal.number INTEGER NOT NULL
part edit_journal.person TEXT NOT NULL
part edit_journal.place TEXT NOT NULL
part edit_journal.province TEXT NOT NULL
part edit_journal.revision INTEGER NOT NULL
part edit_journal.things INTEGER NOT NULL
part edit_journal.title TEXT NOT NULL
part edit_journal.turned INTEGER NOT NULL
part edit_journal.turning INTEGER NOT NULL
part evidence_gap.PRIMARY KEY (province, source_file, reason)
part evidence_gap.noted_at TEXT NOT NULL
part evidence_gap.path TEXT NOT NULL
part evidence_gap.position INTEGER NOT NULL
part evidence_gap.province TEXT NOT NULL
part evidence_gap.reason TEXT NOT NULL
part evidence_gap.source TEXT NOT NULL
part evidence_gap.source_file INTEGER NOT NULL
part figure.CONSTRAINT figure_orphaned_in CHECK (orphaned >= 0)
part figure.CONSTRAINT figure_sample CHECK (sample IN (0, 1))
part figure.PRIMARY KEY (province, key)
part figure.digest TEXT NOT NULL
part figure.ended TEXT
part figure.ended_decision TEXT
part figure.ended_reason TEXT
part figure.file TEXT NOT NULL
part figure.fold TEXT NOT NULL
part figure.indicator TEXT
part figure.inexact TEXT
part figure.key TEXT NOT NULL
part figure.level TEXT
part figure.line INTEGER NOT NULL
part figure.meaning TEXT
part figure.name TEXT NOT NULL
part figure.note TEXT
part figure.orphaned INTEGER NOT NULL
part figure.page TEXT
part figure.period TEXT NOT NULL
part figure.place TEXT
part figure.province TEXT NOT NULL
part figure.quote TEXT
part figure.replaces TEXT
part figure.revision INTEGER NOT NULL
part figure.sample INTEGER NOT NULL
part figure.sort_key TEXT NOT NULL
part figure.source TEXT NOT NULL
part figure.stated TEXT
part figure.unit_id TEXT
part figure.unit_of_measure TEXT NOT NULL
part figure.unit_of_measure_en TEXT
part figure.value REAL NOT NULL
part frozen_observation.CONSTRAINT frozen_observation_is_below CHECK (below IN (0, 1))
part frozen_observation.PRIMARY KEY (province, quoted_by, indicator, unit_id, level, period, as_of, units_as_of, below)
part frozen_observation.as_of TEXT NOT NULL
part frozen_observation.below INTEGER NOT NULL
part frozen_observation.denominator REAL
part frozen_observation.files_sequence INTEGER NOT NULL
part frozen_observation.frozen_at TEXT NOT NULL
part frozen_observation.high REAL
part frozen_observation.indicator TEXT NOT NULL
part frozen_observation.inputs TEXT NOT NULL
part frozen_observation.last_day TEXT NOT NULL
part frozen_observation.level TEXT NOT NULL
part frozen_observation.low REAL
part frozen_observation.numerator REAL NOT NULL
part frozen_observation.over TEXT NOT NULL
part frozen_observation.period TEXT NOT NULL
part frozen_observation.province TEXT NOT NULL
part frozen_observation.quoted_by TEXT NOT NULL
part frozen_observation.rule TEXT NOT NULL
part frozen_observation.sequence INTEGER NOT NULL
part frozen_observation.unit_id TEXT NOT NULL
part frozen_observation.units_as_of TEXT NOT NULL
part frozen_observation.value REAL
part frozen_observation.version INTEGER NOT NULL
part host_metric.PRIMARY KEY (province, host, at)
part host_metric.at TEXT NOT NULL
part host_metric.cpu_percent REAL NOT NULL
part host_metric.disk_free INTEGER NOT NULL
part host_metric.disk_percent REAL NOT NULL
part host_metric.host TEXT NOT NULL
part host_metric.load_1m REAL NOT NULL
part host_metric.memory_percent REAL NOT NULL
part host_metric.memory_total INTEGER NOT NULL
part host_metric.network_received INTEGER
part host_metric.network_sent INTEGER
part host_metric.province TEXT NOT NULL
part host_metric.received_counter INTEGER
part host_metric.sent_counter INTEGER
part host_metric_span.CONSTRAINT host_metric_span_length CHECK (span IN ('hour','day'))
part host_metric_span.PRIMARY KEY (province, host, span, at)
part host_metric_span.at TEXT NOT NULL
part host_metric_span.cpu_mean REAL NOT NULL
part host_metric_span.cpu_most REAL NOT NULL
part host_metric_span.disk_free_least INTEGER NOT NULL
part host_metric_span.disk_most REAL NOT NULL
part host_metric_span.host TEXT NOT NULL
part host_metric_span.load_mean REAL NOT NULL
part host_metric_span.load_most REAL NOT NULL
part host_metric_span.memory_mean REAL NOT NULL
part host_metric_span.memory_most REAL NOT NULL
part host_metric_span.network_received INTEGER NOT NULL
part host_metric_span.network_sent INTEGER NOT NULL
part host_metric_span.province TEXT NOT NULL
part host_metric_span.samples INTEGER NOT NULL
part host_metric_span.span TEXT NOT NULL
part indicator.CONSTRAINT indicator_orphaned_in CHECK (orphaned >= 0)
part indicator.CONSTRAINT indicator_sample CHECK (sample IN (0, 1))
part indicator.PRIMARY KEY (province, key)
part indicator.denominator TEXT
part indicator.digest TEXT NOT NULL
part indicator.direction TEXT NOT NULL
part indicator.ended TEXT
part indicator.ended_decision TEXT
part indicator.ended_reason TEXT
part indicator.file TEXT NOT NULL
part indicator.fold TEXT NOT NULL
part indicator.formula TEXT
part indicator.formula_en TEXT
part indicator.key TEXT NOT NULL
part indicator.levels TEXT
part indicator.line INTEGER NOT NULL
part indicator.measure TEXT NOT NULL
part indicator.name TEXT NOT NULL
part indicator.name_en TEXT NOT NULL
part indicator.numerator TEXT
part indicator.orphaned INTEGER NOT NULL
part indicator.period_rule TEXT
part indicator.province TEXT NOT NULL
part indicator.revision INTEGER NOT NULL
part indicator.rule TEXT
part indicator.sample INTEGER NOT NULL
part indicator.short TEXT
part indicator.short_en TEXT
part indicator.sort_key TEXT NOT NULL
part indicator.unit_of_measure TEXT NOT NULL
part indicator.unit_of_measure_en TEXT
part indicator.version INTEGER NOT NULL
part job_run.CONSTRAINT job_run_kind CHECK (kind IN ('scheduled','asked'))
part job_run.CONSTRAINT job_run_state CHECK (state IN ('due','running','ok','failed','interrupted','skipped'))
part job_run.PRIMARY KEY (province, job, slot)
part job_run.attempt INTEGER NOT NULL
part job_run.counts TEXT NOT NULL
part job_run.due_at TEXT
part job_run.error TEXT
part job_run.failures INTEGER NOT NULL
part job_run.finished_at TEXT
part job_run.heartbeat_at TEXT
part job_run.job TEXT NOT NULL
part job_run.kind TEXT NOT NULL
part job_run.log TEXT
part job_run.owner TEXT
part job_run.province TEXT NOT NULL
part job_run.slot TEXT NOT NULL
part job_run.slot_end TEXT NOT NULL
part job_run.started_at TEXT
part job_run.state TEXT NOT NULL
part join_failure.PRIMARY KEY (province, month, source_file, position)
part join_failure.at TEXT NOT NULL
part join_failure.cause TEXT NOT NULL
part join_failure.month TEXT NOT NULL
part join_failure.position INTEGER NOT NULL
part join_failure.province TEXT NOT NULL
part join_failure.record INTEGER NOT NULL
part join_failure.session TEXT NOT NULL
part join_failure.site TEXT NOT NULL
part join_failure.source_file INTEGER NOT NULL
part mail_activity.CONSTRAINT mail_activity_login_days CHECK (login_days BETWEEN 0 AND 2147483647)
part mail_activity.CONSTRAINT mail_activity_poll_days CHECK (poll_days BETWEEN 0 AND 2147483647)
part mail_activity.CONSTRAINT mail_activity_received_days CHECK (received_days BETWEEN 0 AND 2147483647)
part mail_activity.CONSTRAINT mail_activity_sent_days CHECK (sent_days BETWEEN 0 AND 2147483647)
part mail_activity.CONSTRAINT mail_activity_webmail_days CHECK (webmail_days BETWEEN 0 AND 2147483647)
part mail_activity.PRIMARY KEY (province, month, account, source)
part mail_activity.account TEXT NOT NULL
part mail_activity.automatic INTEGER NOT NULL
part mail_activity.failed INTEGER NOT NULL
part mail_activity.login_days INTEGER NOT NULL
part mail_activity.logins INTEGER NOT NULL
part mail_activity.logins_to_14 INTEGER NOT NULL
part mail_activity.month TEXT NOT NULL
part mail_activity.poll_days INTEGER NOT NULL
part mail_activity.polls INTEGER NOT NULL
part mail_activity.polls_to_14 INTEGER NOT NULL
part mail_activity.province TEXT NOT NULL
part mail_activity.received INTEGER NOT NULL
part mail_activity.received_days INTEGER NOT NULL
part mail_activity.received_to_14 INTEGER NOT NULL
part mail_activity.sent INTEGER NOT NULL
part mail_activity.sent_days INTEGER NOT NULL
part mail_activity.sent_to_14 INTEGER NOT NULL
part mail_activity.source TEXT NOT NULL
part mail_activity.webmail_days INTEGER NOT NULL
part mail_activity.webmails INTEGER NOT NULL
part mail_activity.webmails_to_14 INTEGER NOT NULL
part mail_kept.PRIMARY KEY (province, what)
part mail_kept.basis TEXT NOT NULL
part mail_kept.content TEXT NOT NULL
part mail_kept.province TEXT NOT NULL
part mail_kept.what TEXT NOT NULL
part mail_traffic.PRIMARY KEY (province, source, day, what)
part mail_traffic.day TEXT NOT NULL
part mail_traffic.province TEXT NOT NULL
part mail_traffic.source TEXT NOT NULL
part mail_traffic.times INTEGER NOT NULL
part mail_traffic.what TEXT NOT NULL
part measured_from.PRIMARY KEY (province, indicator, period)
part measured_from.basis TEXT NOT NULL
part measured_from.indicator TEXT NOT NULL
part measured_from.period TEXT NOT NULL
part measured_from.province TEXT NOT NULL
part meeting_record.CONSTRAINT meeting_record_state CHECK (state IN ('ended','running','never-started','empty','failed','unknown','lost'))
part meeting_record.PRIMARY KEY (province, source_file, position)
part meeting_record.candidates TEXT NOT NULL
part meeting_record.ended_at TEXT
part meeting_record.first_at TEXT NOT NULL
part meeting_record.last_at TEXT NOT NULL
part meeting_record.meeting TEXT NOT NULL
part meeting_record.month TEXT NOT NULL
part meeting_record.number TEXT NOT NULL
part meeting_record.participants INTEGER NOT NULL
part meeting_record.peak INTEGER
part meeting_record.planned_at TEXT
part meeting_record.planned_end TEXT
part meeting_record.position INTEGER NOT NULL
part meeting_record.province TEXT NOT NULL
part meeting_record.session TEXT NOT NULL
part meeting_record.source TEXT NOT NULL
part meeting_record.source_file INTEGER NOT NULL
part meeting_record.started_at TEXT
part meeting_record.state TEXT NOT NULL
part meeting_record.superseded_by INTEGER NOT NULL
part meeting_record.title TEXT NOT NULL
part meeting_record.unknown INTEGER NOT NULL
part observation.CONSTRAINT observation_is_current CHECK (current IN (0, 1))
part observation.PRIMARY KEY (province, indicator, unit_id, level, period, sequence)
part observation.current INTEGER NOT NULL
part observation.cut_off TEXT NOT NULL
part observation.denominator REAL
part observation.high REAL
part observation.indicator TEXT NOT NULL
part observation.inputs TEXT NOT NULL
part observation.level TEXT NOT NULL
part observation.low REAL
part observation.measured_at TEXT NOT NULL
part observation.numerator REAL NOT NULL
part observation.period TEXT NOT NULL
part observation.province TEXT NOT NULL
part observation.reason TEXT NOT NULL
part observation.rule TEXT NOT NULL
part observation.sequence INTEGER NOT NULL
part observation.unit_id TEXT NOT NULL
part observation.value REAL
part observation.version INTEGER NOT NULL
part person.CONSTRAINT person_orphaned_in CHECK (orphaned >= 0)
part person.CONSTRAINT person_sample CHECK (sample IN (0, 1))
part person.PRIMARY KEY (province, key)
part person.digest TEXT NOT NULL
part person.ended TEXT
part person.ended_decision TEXT
part person.ended_reason TEXT
part person.file TEXT NOT NULL
part person.fold TEXT NOT NULL
part person.key TEXT NOT NULL
part person.line INTEGER NOT NULL
part person.name TEXT NOT NULL
part person.orphaned INTEGER NOT NULL
part person.phone TEXT
part person.position TEXT
part person.province TEXT NOT NULL
part person.revision INTEGER NOT NULL
part person.sample INTEGER NOT NULL
part person.sort_key TEXT NOT NULL
part person.unit_id TEXT NOT NULL
part preflight_result.CONSTRAINT preflight_result_state CHECK (state IN ('pass','slow','fail'))
part preflight_result.PRIMARY KEY (province, run, site)
part preflight_result.actor TEXT NOT NULL
part preflight_result.cause TEXT NOT NULL
part preflight_result.checks TEXT NOT NULL
part preflight_result.milliseconds REAL
part preflight_result.province TEXT NOT NULL
part preflight_result.run TEXT NOT NULL
part preflight_result.session TEXT NOT NULL
part preflight_result.site TEXT NOT NULL
part preflight_result.state TEXT NOT NULL
part probe_result.CONSTRAINT probe_result_state CHECK (state IN ('open','refused','timeout','unreachable','unresolved'))
part probe_result.PRIMARY KEY (province, name, at)
part probe_result.at TEXT NOT NULL
part probe_result.endpoint TEXT NOT NULL
part probe_result.error TEXT
part probe_result.milliseconds REAL
part probe_result.name TEXT NOT NULL
part probe_result.province TEXT NOT NULL
part probe_result.state TEXT NOT NULL
part protection.PRIMARY KEY (province, kind, key)
part protection.actor TEXT NOT NULL
part protection.at TEXT NOT NULL
part protection.key TEXT NOT NULL
part protection.kind TEXT NOT NULL
part protection.province TEXT NOT NULL
part protection.reason TEXT NOT NULL
part rate.CONSTRAINT rate_orphaned_in CHECK (orphaned >= 0)
part rate.CONSTRAINT rate_sample CHECK (sample IN (0, 1))
part rate.PRIMARY KEY (province, key)
part rate.digest TEXT NOT NULL
part rate.ended TEXT
part rate.ended_decision TEXT
part rate.ended_reason TEXT
part rate.file TEXT NOT NULL
part rate.fold TEXT NOT NULL
part rate.key TEXT NOT NULL
part rate.line INTEGER NOT NULL
part rate.name TEXT NOT NULL
part rate.name_en TEXT NOT NULL
part rate.note TEXT
part rate.orphaned INTEGER NOT NULL
part rate.page TEXT
part rate.province TEXT NOT NULL
part rate.rate TEXT NOT NULL
part rate.revision INTEGER NOT NULL
part rate.sample INTEGER NOT NULL
part rate.sort_key TEXT NOT NULL
part rate.source TEXT NOT NULL
part rate.unit_of_measure TEXT NOT NULL
part rate.valid_from TEXT NOT NULL
part rate.value REAL NOT NULL
part register.PRIMARY KEY (province)
part register.head TEXT NOT NULL
part register.id TEXT NOT NULL
part register.province TEXT NOT NULL
part register.revision INTEGER NOT NULL
part register.sequence INTEGER NOT NULL
part reorganisation.CONSTRAINT reorganisation_orphaned_in CHECK (orphaned >= 0)
part reorganisation.CONSTRAINT reorganisation_sample CHECK (sample IN (0, 1))
part reorganisation.PRIMARY KEY (province, key)
part reorganisation.changes TEXT
part reorganisation.decided TEXT
part reorganisation.decision TEXT NOT NULL
part reorganisation.digest TEXT NOT NULL
part reorganisation.effective TEXT NOT NULL
part reorganisation.ended TEXT
part reorganisation.ended_decision TEXT
part reorganisation.ended_reason TEXT
part reorganisation.ends TEXT
part reorganisation.file TEXT NOT NULL
part reorganisation.fold TEXT NOT NULL
part reorganisation.key TEXT NOT NULL
part reorganisation.line INTEGER NOT NULL
part reorganisation.orphaned INTEGER NOT NULL
part reorganisation.province TEXT NOT NULL
part reorganisation.reverts TEXT
part reorganisation.revision INTEGER NOT NULL
part reorganisation.sample INTEGER NOT NULL
part reorganisation.sort_key TEXT NOT NULL
part reorganisation.source TEXT
part reorganisation.title TEXT NOT NULL
part report.CONSTRAINT report_is_personal CHECK (personal IN (0, 1))
part report.CONSTRAINT report_number CHECK (number > 0)
part report.PRIMARY KEY (province, year, number)
part report.conflict_reason TEXT NOT NULL
part report.conflicts TEXT NOT NULL
part report.corrects_number INTEGER
part report.corrects_reason TEXT NOT NULL
part report.corrects_year INTEGER
part report.cut_off TEXT NOT NULL
part report.folder TEXT NOT NULL
part report.head TEXT NOT NULL
part report.issued_at TEXT NOT NULL
part report.issued_by TEXT NOT NULL
part report.issued_on TEXT NOT NULL
part report.language TEXT NOT NULL
part report.manifest TEXT NOT NULL
part report.number INTEGER NOT NULL
part report.outline TEXT NOT NULL
part report.outline_digest TEXT NOT NULL
part report.period TEXT NOT NULL
part report.personal INTEGER NOT NULL
part report.province TEXT NOT NULL
part report.register_id TEXT NOT NULL
part report.revision INTEGER NOT NULL
part report.sequence INTEGER NOT NULL
part report.sign TEXT NOT NULL
part report.subject TEXT NOT NULL
part report.title TEXT NOT NULL
part report.unit_id TEXT NOT NULL
part report.year INTEGER NOT NULL
part report_figure.CONSTRAINT report_figure_sort CHECK (sort IN ('observed','reported','target'))
part report_figure.PRIMARY KEY (province, year, number, place)
part report_figure.data TEXT NOT NULL
part report_figure.key TEXT NOT NULL
part report_figure.name TEXT NOT NULL
part report_figure.number INTEGER NOT NULL
part report_figure.place INTEGER NOT NULL
part report_figure.province TEXT NOT NULL
part report_figure.sequence INTEGER NOT NULL
part report_figure.sort TEXT NOT NULL
part report_figure.value REAL
part report_figure.year INTEGER NOT NULL
part report_file.PRIMARY KEY (province, year, number, name)
part report_file.format TEXT NOT NULL
part report_file.name TEXT NOT NULL
part report_file.number INTEGER NOT NULL
part report_file.province TEXT NOT NULL
part report_file.sha256 TEXT NOT NULL
part report_file.size INTEGER NOT NULL
part report_file.year INTEGER NOT NULL
part report_table.PRIMARY KEY (province, year, number, place)
part report_table.name TEXT NOT NULL
part report_table.number INTEGER NOT NULL
part report_table.place INTEGER NOT NULL
part report_table.province TEXT NOT NULL
part report_table.rows INTEGER NOT NULL
part report_table.sha256 TEXT NOT NULL
part report_table.title TEXT NOT NULL
part report_table.year INTEGER NOT NULL
part revision.PRIMARY KEY (province, number)
part revision.actor TEXT NOT NULL
part revision.at TEXT NOT NULL
part revision.effective TEXT NOT NULL
part revision.first_sequence INTEGER NOT NULL
part revision.hash TEXT NOT NULL
part revision.last_sequence INTEGER NOT NULL
part revision.number INTEGER NOT NULL
part revision.plan TEXT NOT NULL
part revision.previous TEXT NOT NULL
part revision.province TEXT NOT NULL
part revision.reason TEXT NOT NULL
part roll_stay.PRIMARY KEY (province, session, site, joined_at)
part roll_stay.joined_at TEXT NOT NULL
part roll_stay.left_at TEXT NOT NULL
part roll_stay.month TEXT NOT NULL
part roll_stay.province TEXT NOT NULL
part roll_stay.session TEXT NOT NULL
part roll_stay.site TEXT NOT NULL
part rule.CONSTRAINT rule_orphaned_in CHECK (orphaned >= 0)
part rule.CONSTRAINT rule_sample CHECK (sample IN (0, 1))
part rule.PRIMARY KEY (province, key)
part rule.accounts TEXT NOT NULL
part rule.by TEXT
part rule.days TEXT
part rule.digest TEXT NOT NULL
part rule.ended TEXT
part rule.ended_decision TEXT
part rule.ended_reason TEXT
part rule.events TEXT NOT NULL
part rule.file TEXT NOT NULL
part rule.fold TEXT NOT NULL
part rule.idle_days INTEGER
part rule.key TEXT NOT NULL
part rule.least_days INTEGER
part rule.least_days_each_week INTEGER
part rule.least_share_of_days REAL
part rule.leave_out TEXT
part rule.line INTEGER NOT NULL
part rule.name TEXT NOT NULL
part rule.name_en TEXT
part rule.orphaned INTEGER NOT NULL
part rule.province TEXT NOT NULL
part rule.revision INTEGER NOT NULL
part rule.sample INTEGER NOT NULL
part rule.sort_key TEXT NOT NULL
part rule.version INTEGER NOT NULL
part rule.window_days INTEGER
part session.CONSTRAINT session_orphaned_in CHECK (orphaned >= 0)
part session.CONSTRAINT session_sample CHECK (sample IN (0, 1))
part session.PRIMARY KEY (province, key)
part session.agenda TEXT
part session.digest TEXT NOT NULL
part session.ended TEXT
part session.ended_decision TEXT
part session.ended_reason TEXT
part session.ends_at TEXT NOT NULL
part session.file TEXT NOT NULL
part session.fold TEXT NOT NULL
part session.host TEXT
part session.key TEXT NOT NULL
part session.kind TEXT NOT NULL
part session.line INTEGER NOT NULL
part session.meeting TEXT
part session.note TEXT
part session.operator TEXT
part session.orphaned INTEGER NOT NULL
part session.province TEXT NOT NULL
part session.rate_mbps REAL
part session.recurrence TEXT
part session.revision INTEGER NOT NULL
part session.sample INTEGER NOT NULL
part session.sites TEXT
part session.sort_key TEXT NOT NULL
part session.starts_at TEXT NOT NULL
part session.title TEXT NOT NULL
part session.uid TEXT
part session_stale.PRIMARY KEY (province, session)
part session_stale.province TEXT NOT NULL
part session_stale.session TEXT NOT NULL
part session_use.PRIMARY KEY (province, session)
part session_use.basis TEXT NOT NULL
part session_use.by_site TEXT NOT NULL
part session_use.came INTEGER NOT NULL
part session_use.day TEXT NOT NULL
part session_use.expected INTEGER NOT NULL
part session_use.failures INTEGER NOT NULL
part session_use.held INTEGER NOT NULL
part session_use.in_time INTEGER NOT NULL
part session_use.invited INTEGER NOT NULL
part session_use.kind TEXT NOT NULL
part session_use.peak INTEGER NOT NULL
part session_use.province TEXT NOT NULL
part session_use.rejoins INTEGER NOT NULL
part session_use.seconds INTEGER NOT NULL
part session_use.session TEXT NOT NULL
part session_use.site_seconds INTEGER NOT NULL
part session_use.sites INTEGER NOT NULL
part session_use.spans TEXT NOT NULL
part shared_system.CONSTRAINT shared_system_orphaned_in CHECK (orphaned >= 0)
part shared_system.CONSTRAINT shared_system_sample CHECK (sample IN (0, 1))
part shared_system.PRIMARY KEY (province, key)
part shared_system.digest TEXT NOT NULL
part shared_system.ended TEXT
part shared_system.ended_decision TEXT
part shared_system.ended_reason TEXT
part shared_system.file TEXT NOT NULL
part shared_system.fold TEXT NOT NULL
part shared_system.indicators TEXT NOT NULL
part shared_system.key TEXT NOT NULL
part shared_system.line INTEGER NOT NULL
part shared_system.name TEXT NOT NULL
part shared_system.name_en TEXT NOT NULL
part shared_system.note TEXT
part shared_system.orphaned INTEGER NOT NULL
part shared_system.place INTEGER NOT NULL
part shared_system.province TEXT NOT NULL
part shared_system.revision INTEGER NOT NULL
part shared_system.sample INTEGER NOT NULL
part shared_system.section TEXT
part shared_system.sort_key TEXT NOT NULL
part shared_system.unit_id TEXT
part site.CONSTRAINT site_orphaned_in CHECK (orphaned >= 0)
part site.CONSTRAINT site_sample CHECK (sample IN (0, 1))
part site.PRIMARY KEY (province, key)
part site.address TEXT
part site.aliases TEXT
part site.bandwidth_mbps INTEGER
part site.central_km REAL
part site.contact TEXT
part site.digest TEXT NOT NULL
part site.distance_km REAL
part site.district_km REAL
part site.ended TEXT
part site.ended_decision TEXT
part site.ended_reason TEXT
part site.endpoint TEXT NOT NULL
part site.equipment TEXT
part site.file TEXT NOT NULL
part site.fold TEXT NOT NULL
part site.key TEXT NOT NULL
part site.line INTEGER NOT NULL
part site.line_name TEXT
part site.name TEXT NOT NULL
part site.orphaned INTEGER NOT NULL
part site.province TEXT NOT NULL
part site.revision INTEGER NOT NULL
part site.room TEXT
part site.sample INTEGER NOT NULL
part site.seats INTEGER
part site.sort_key TEXT NOT NULL
part site.unit_id TEXT NOT NULL
part site_use.PRIMARY KEY (province, month, site, kind)
part site_use.came INTEGER NOT NULL
part site_use.expected INTEGER NOT NULL
part site_use.failures INTEGER NOT NULL
part site_use.in_time INTEGER NOT NULL
part site_use.invited INTEGER NOT NULL
part site_use.kind TEXT NOT NULL
part site_use.month TEXT NOT NULL
part site_use.province TEXT NOT NULL
part site_use.rejoins INTEGER NOT NULL
part site_use.seconds INTEGER NOT NULL
part site_use.sessions INTEGER NOT NULL
part site_use.site TEXT NOT NULL
part source_file.PRIMARY KEY (province, id)
part source_file.events INTEGER NOT NULL
part source_file.head BLOB NOT NULL
part source_file.id INTEGER NOT NULL
part source_file.lines INTEGER NOT NULL
part source_file.path TEXT NOT NULL
part source_file.position INTEGER NOT NULL
part source_file.province TEXT NOT NULL
part source_file.read_at TEXT NOT NULL
part source_file.seen TEXT NOT NULL
part source_file.source TEXT NOT NULL
part source_file.state TEXT NOT NULL
part source_file.tail BLOB NOT NULL
part target.CONSTRAINT target_orphaned_in CHECK (orphaned >= 0)
part target.CONSTRAINT target_sample CHECK (sample IN (0, 1))
part target.PRIMARY KEY (province, key)
part target.baseline REAL
part target.basis TEXT
part target.digest TEXT NOT NULL
part target.direction TEXT NOT NULL
part target.ended TEXT
part target.ended_decision TEXT
part target.ended_reason TEXT
part target.file TEXT NOT NULL
part target.fold TEXT NOT NULL
part target.indicator TEXT NOT NULL
part target.key TEXT NOT NULL
part target.level TEXT NOT NULL
part target.line INTEGER NOT NULL
part target.orphaned INTEGER NOT NULL
part target.pace TEXT NOT NULL
part target.page TEXT
part target.province TEXT NOT NULL
part target.revision INTEGER NOT NULL
part target.sample INTEGER NOT NULL
part target.sort_key TEXT NOT NULL
part target.source TEXT NOT NULL
part target.unit_id TEXT
part target.value REAL NOT NULL
part target.when_merged TEXT
part target.year INTEGER NOT NULL
part unit.CONSTRAINT unit_orphaned_in CHECK (orphaned >= 0)
part unit.CONSTRAINT unit_sample CHECK (sample IN (0, 1))
part unit.PRIMARY KEY (province, key)
part unit.digest TEXT NOT NULL
part unit.ended TEXT
part unit.ended_decision TEXT
part unit.ended_reason TEXT
part unit.file TEXT NOT NULL
part unit.fold TEXT NOT NULL
part unit.key TEXT NOT NULL
part unit.level TEXT NOT NULL
part unit.line INTEGER NOT NULL
part unit.name TEXT NOT NULL
part unit.orphaned INTEGER NOT NULL
part unit.parent TEXT
part unit.province TEXT NOT NULL
part unit.revision INTEGER NOT NULL
part unit.sample INTEGER NOT NULL
part unit.sort_key TEXT NOT NULL
part unit.source TEXT
part unit.type TEXT NOT NULL
part unit.valid_from TEXT NOT NULL
part unit_era.PRIMARY KEY (province, id)
part unit_era.begun_by TEXT
part unit_era.code TEXT NOT NULL
part unit_era.ended_by TEXT
part unit_era.fold TEXT NOT NULL
part unit_era.id TEXT NOT NULL
part unit_era.level TEXT NOT NULL
part unit_era.name TEXT NOT NULL
part unit_era.parent TEXT
part unit_era.province TEXT NOT NULL
part unit_era.restores TEXT
part unit_era.sort_key TEXT NOT NULL
part unit_era.type TEXT NOT NULL
part unit_era.valid_from TEXT NOT NULL
part unit_era.valid_to TEXT
part unit_holder.CONSTRAINT unit_holder_span CHECK (valid_from < valid_to)
part unit_holder.PRIMARY KEY (province, unit_id, valid_from)
part unit_holder.holder_id TEXT NOT NULL
part unit_holder.province TEXT NOT NULL
part unit_holder.unit_id TEXT NOT NULL
part unit_holder.valid_from TEXT NOT NULL
part unit_holder.valid_to TEXT NOT NULL
part unit_link.PRIMARY KEY (province, from_id, to_id)
part unit_link.at TEXT NOT NULL
part unit_link.change TEXT NOT NULL
part unit_link.follows INTEGER NOT NULL
part unit_link.from_id TEXT NOT NULL
part unit_link.province TEXT NOT NULL
part unit_link.reorganisation TEXT NOT NULL
part unit_link.share TEXT NOT NULL
part unit_link.to_id TEXT NOT NULL
part unmatched.PRIMARY KEY (province, source, sort, value)
part unmatched.candidates TEXT NOT NULL
part unmatched.count INTEGER NOT NULL
part unmatched.first_day TEXT NOT NULL
part unmatched.last_day TEXT NOT NULL
part unmatched.province TEXT NOT NULL
part unmatched.sort TEXT NOT NULL
part unmatched.source TEXT NOT NULL
part unmatched.value TEXT NOT NULL
part unreadable.PRIMARY KEY (province, source, reason)
part unreadable.count INTEGER NOT NULL
part unreadable.position INTEGER NOT NULL
part unreadable.province TEXT NOT NULL
part unreadable.reason TEXT NOT NULL
part unreadable.sample TEXT NOT NULL
part unreadable.source TEXT NOT NULL
part unreadable.source_file INTEGER NOT NULL
part workday.CONSTRAINT workday_orphaned_in CHECK (orphaned >= 0)
part workday.CONSTRAINT workday_sample CHECK (sample IN (0, 1))
part workday.PRIMARY KEY (province, key)
part workday.decision TEXT
part workday.digest TEXT NOT NULL
part workday.ended TEXT
part workday.ended_decision TEXT
part workday.ended_reason TEXT
part workday.file TEXT NOT NULL
part workday.fold TEXT NOT NULL
part workday.key TEXT NOT NULL
part workday.line INTEGER NOT NULL
part workday.orphaned INTEGER NOT NULL
part workday.province TEXT NOT NULL
part workday.reason TEXT NOT NULL
part workday.revision INTEGER NOT NULL
part workday.sample INTEGER NOT NULL
part workday.sort_key TEXT NOT NULL
part workday.works INTEGER NOT NULL
table access_head STRICT
table access_log STRICT
table account STRICT
table alert STRICT
table alert_message STRICT
table asset STRICT
table attendance STRICT
table change STRICT
table check_rule STRICT
table conference_day STRICT,WITHOUT ROWID
table conference_mark STRICT
table connection STRICT
table coverage STRICT
table declared_file STRICT
table edit_journal STRICT
table evidence_gap STRICT
table figure STRICT
table frozen_observation STRICT
table host_metric STRICT
table host_metric_span STRICT
table indicator STRICT
table job_run STRICT
table join_failure STRICT
table mail_activity STRICT,WITHOUT ROWID
table mail_kept STRICT
table mail_traffic STRICT
table measured_from STRICT
table meeting_record STRICT
table observation STRICT
table person STRICT
table preflight_result STRICT
table probe_result STRICT
table protection STRICT
table rate STRICT
table register STRICT
table reorganisation STRICT
table report STRICT
table report_figure STRICT
table report_file STRICT
table report_table STRICT
table revision STRICT
table roll_stay STRICT
table rule STRICT
table session STRICT
table session_stale STRICT,WITHOUT ROWID
table session_use STRICT
table shared_system STRICT
table site STRICT
table site_use STRICT,WITHOUT ROWID
table source_file STRICT
table target STRICT
table unit STRICT
table unit_era 
table unit_holder WITHOUT ROWID
table unit_link 
table unmatched STRICT
table unreadable STRICT
table workday STRICT
trigger change.change_no_delete CREATE TRIGGER change_no_delete BEFORE delete ON change BEGIN SELECT RAISE(ABORT, 'the history (change) is only ever added to'); END
trigger change.change_no_update CREATE TRIGGER change_no_update BEFORE update ON change BEGIN SELECT RAISE(ABORT, 'the history (change) is only ever added to'); END
trigger conference_mark.conference_mark_no_delete CREATE TRIGGER conference_mark_no_delete BEFORE delete ON conference_mark BEGIN SELECT RAISE(ABORT, 'the history (conference_mark) is only ever added to'); END
trigger conference_mark.conference_mark_no_update CREATE TRIGGER conference_mark_no_update BEFORE update ON conference_mark BEGIN SELECT RAISE(ABORT, 'the history (conference_mark) is only ever added to'); END
trigger frozen_observation.frozen_observation_no_delete CREATE TRIGGER frozen_observation_no_delete BEFORE delete ON frozen_observation BEGIN SELECT RAISE(ABORT, 'the history (frozen_observation) is only ever added to'); END
trigger frozen_observation.frozen_observation_no_update CREATE TRIGGER frozen_observation_no_update BEFORE update ON frozen_observation BEGIN SELECT RAISE(ABORT, 'the history (frozen_observation) is only ever added to'); END
trigger report.report_no_delete CREATE TRIGGER report_no_delete BEFORE delete ON report BEGIN SELECT RAISE(ABORT, 'the history (report) is only ever added to'); END
trigger report.report_no_update CREATE TRIGGER report_no_update BEFORE update ON report BEGIN SELECT RAISE(ABORT, 'the history (report) is only ever added to'); END
trigger report_figure.report_figure_no_delete CREATE TRIGGER report_figure_no_delete BEFORE delete ON report_figure BEGIN SELECT RAISE(ABORT, 'the history (report_figure) is only ever added to'); END
trigger report_figure.report_figure_no_update CREATE TRIGGER report_figure_no_update BEFORE update ON report_figure BEGIN SELECT RAISE(ABORT, 'the history (report_figure) is only ever added to'); END
trigger report_file.report_file_no_delete CREATE TRIGGER report_file_no_delete BEFORE delete ON report_file BEGIN SELECT RAISE(ABORT, 'the history (report_file) is only ever added to'); END
trigger report_file.report_file_no_update CREATE TRIGGER report_file_no_update BEFORE update ON report_file BEGIN SELECT RAISE(ABORT, 'the history (report_file) is only ever added to'); END
trigger report_table.report_table_no_delete CREATE TRIGGER report_table_no_delete BEFORE delete ON report_table BEGIN SELECT RAISE(ABORT, 'the history (report_table) is only ever added to'); END
trigger report_table.report_table_no_update CREATE TRIGGER report_table_no_update BEFORE update ON report_table BEGIN SELECT RAISE(ABORT, 'the history (report_table) is only ever added to'); END
trigger revision.revision_no_delete CREATE TRIGGER revision_no_delete BEFORE delete ON revision BEGIN SELECT RAISE(ABORT, 'the history (revision) is only ever added to'); END
trigger revision.revision_no_update CREATE TRIGGER revision_no_update BEFORE update ON revision BEGIN SELECT RAISE(ABORT, 'the history (revision) is only ever added to'); END
