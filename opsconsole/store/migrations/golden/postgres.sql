column access_head.hash text COLLATE C NOT NULL
column access_head.province text COLLATE C NOT NULL
column access_head.purged bigint NOT NULL
column access_head.purged_hash text COLLATE C NOT NULL
column access_head.sequence bigint NOT NULL
column access_log.actor text COLLATE C NOT NULL
column access_log.at text COLLATE C NOT NULL
column access_log.detail text COLLATE C NOT NULL
column access_log.given bigint NOT NULL
column access_log.hash text COLLATE C NOT NULL
column access_log.province text COLLATE C NOT NULL
column access_log.sequence bigint NOT NULL
column access_log.what text COLLATE C NOT NULL
column account.aliases text COLLATE C
column account.digest text COLLATE C NOT NULL
column account.ended text COLLATE C
column account.ended_decision text COLLATE C
column account.ended_reason text COLLATE C
column account.file text COLLATE C NOT NULL
column account.fold text COLLATE C NOT NULL
column account.former text COLLATE C
column account.forwards text COLLATE C
column account.key text COLLATE C NOT NULL
column account.line bigint NOT NULL
column account.locked bigint
column account.name text COLLATE C
column account.opened text COLLATE C
column account.orphaned bigint NOT NULL
column account.owner text COLLATE C
column account.province text COLLATE C NOT NULL
column account.quota_mb bigint
column account.revision bigint NOT NULL
column account.sample bigint NOT NULL
column account.sort_key text COLLATE C NOT NULL
column account.type text COLLATE C NOT NULL
column account.unit_id text COLLATE C NOT NULL
column alert.closed_at text COLLATE C
column alert.detail text COLLATE C NOT NULL
column alert.event text COLLATE C NOT NULL
column alert.id bigint NOT NULL
column alert.opened_at text COLLATE C NOT NULL
column alert.province text COLLATE C NOT NULL
column alert.subject text COLLATE C NOT NULL
column alert_message.alert bigint NOT NULL
column alert_message.attempts bigint NOT NULL
column alert_message.batch text COLLATE C NOT NULL
column alert_message.channel text COLLATE C NOT NULL
column alert_message.due_at text COLLATE C NOT NULL
column alert_message.error text COLLATE C
column alert_message.province text COLLATE C NOT NULL
column alert_message.queued_at text COLLATE C NOT NULL
column alert_message.sent_at text COLLATE C
column alert_message.state text COLLATE C NOT NULL
column alert_message.what text COLLATE C NOT NULL
column asset.bought text COLLATE C
column asset.class text COLLATE C NOT NULL
column asset.custodian text COLLATE C
column asset.digest text COLLATE C NOT NULL
column asset.ended text COLLATE C
column asset.ended_decision text COLLATE C
column asset.ended_reason text COLLATE C
column asset.file text COLLATE C NOT NULL
column asset.fold text COLLATE C NOT NULL
column asset.key text COLLATE C NOT NULL
column asset.line bigint NOT NULL
column asset.mac text COLLATE C
column asset.model text COLLATE C NOT NULL
column asset.note text COLLATE C
column asset.orphaned bigint NOT NULL
column asset.price bigint
column asset.province text COLLATE C NOT NULL
column asset.revision bigint NOT NULL
column asset.room text COLLATE C
column asset.sample bigint NOT NULL
column asset.serial text COLLATE C
column asset.sort_key text COLLATE C NOT NULL
column asset.status text COLLATE C NOT NULL
column asset.unit_id text COLLATE C NOT NULL
column asset.used_from text COLLATE C
column asset.warranty_until text COLLATE C
column attendance.ending text COLLATE C NOT NULL
column attendance.joined_at text COLLATE C NOT NULL
column attendance.left_at text COLLATE C NOT NULL
column attendance.month text COLLATE C NOT NULL
column attendance.position bigint NOT NULL
column attendance.province text COLLATE C NOT NULL
column attendance.record bigint NOT NULL
column attendance.session text COLLATE C NOT NULL
column attendance.site text COLLATE C NOT NULL
column attendance.source_file bigint NOT NULL
column change.action text COLLATE C NOT NULL
column change.after text COLLATE C
column change.before text COLLATE C
column change.effective text COLLATE C NOT NULL
column change.file text COLLATE C NOT NULL
column change.hash text COLLATE C NOT NULL
column change.key text COLLATE C NOT NULL
column change.kind text COLLATE C NOT NULL
column change.line bigint NOT NULL
column change.province text COLLATE C NOT NULL
column change.revision bigint NOT NULL
column change.sequence bigint NOT NULL
column change.unit_id text COLLATE C
column check_rule.closing text COLLATE C
column check_rule.decimals bigint
column check_rule.digest text COLLATE C NOT NULL
column check_rule.ended text COLLATE C
column check_rule.ended_decision text COLLATE C
column check_rule.ended_reason text COLLATE C
column check_rule.figures text COLLATE C
column check_rule.file text COLLATE C NOT NULL
column check_rule.fold text COLLATE C NOT NULL
column check_rule.key text COLLATE C NOT NULL
column check_rule.least text COLLATE C
column check_rule.line bigint NOT NULL
column check_rule.most text COLLATE C
column check_rule.name text COLLATE C NOT NULL
column check_rule.name_en text COLLATE C NOT NULL
column check_rule.note text COLLATE C
column check_rule.opening text COLLATE C
column check_rule.orphaned bigint NOT NULL
column check_rule.part text COLLATE C
column check_rule.parts text COLLATE C
column check_rule.province text COLLATE C NOT NULL
column check_rule.received text COLLATE C
column check_rule.resolved text COLLATE C
column check_rule.revision bigint NOT NULL
column check_rule.sample bigint NOT NULL
column check_rule.share text COLLATE C
column check_rule.sort text COLLATE C NOT NULL
column check_rule.sort_key text COLLATE C NOT NULL
column check_rule.whole text COLLATE C
column check_rule.year bigint NOT NULL
column conference_day.day text COLLATE C NOT NULL
column conference_day.province text COLLATE C NOT NULL
column conference_day.sessions bigint NOT NULL
column conference_day.sessions_at text COLLATE C NOT NULL
column conference_day.sites bigint NOT NULL
column conference_day.sites_at text COLLATE C NOT NULL
column conference_mark.about text COLLATE C NOT NULL
column conference_mark.actor text COLLATE C NOT NULL
column conference_mark.at text COLLATE C NOT NULL
column conference_mark.corrects bigint
column conference_mark.number bigint NOT NULL
column conference_mark.origin text COLLATE C NOT NULL
column conference_mark.province text COLLATE C NOT NULL
column conference_mark.said text COLLATE C NOT NULL
column conference_mark.session text COLLATE C NOT NULL
column conference_mark.site text COLLATE C NOT NULL
column conference_mark.sort text COLLATE C NOT NULL
column conference_mark.state text COLLATE C NOT NULL
column connection.bandwidth_mbps bigint
column connection.digest text COLLATE C NOT NULL
column connection.ended text COLLATE C
column connection.ended_decision text COLLATE C
column connection.ended_reason text COLLATE C
column connection.file text COLLATE C NOT NULL
column connection.fold text COLLATE C NOT NULL
column connection.key text COLLATE C NOT NULL
column connection.line bigint NOT NULL
column connection.medium text COLLATE C
column connection.note text COLLATE C
column connection.orphaned bigint NOT NULL
column connection.provider text COLLATE C
column connection.province text COLLATE C NOT NULL
column connection.revision bigint NOT NULL
column connection.sample bigint NOT NULL
column connection.since text COLLATE C
column connection.sort text COLLATE C NOT NULL
column connection.sort_key text COLLATE C NOT NULL
column connection.there bigint NOT NULL
column connection.unit_id text COLLATE C NOT NULL
column coverage.day text COLLATE C NOT NULL
column coverage.first_at text COLLATE C NOT NULL
column coverage.half_hours bigint NOT NULL
column coverage.inferred bigint NOT NULL
column coverage.last_at text COLLATE C NOT NULL
column coverage.lines bigint NOT NULL
column coverage.lost bigint NOT NULL
column coverage.others bigint NOT NULL
column coverage.province text COLLATE C NOT NULL
column coverage.source text COLLATE C NOT NULL
column declared_file.hash text COLLATE C NOT NULL
column declared_file.kind text COLLATE C NOT NULL
column declared_file.modified bigint NOT NULL
column declared_file.path text COLLATE C NOT NULL
column declared_file.province text COLLATE C NOT NULL
column declared_file.revision bigint NOT NULL
column declared_file.size bigint NOT NULL
column edit_journal.at text COLLATE C NOT NULL
column edit_journal.back text COLLATE C NOT NULL
column edit_journal.done bigint NOT NULL
column edit_journal.files text COLLATE C NOT NULL
column edit_journal.forth text COLLATE C NOT NULL
column edit_journal.number bigint NOT NULL
column edit_journal.person text COLLATE C NOT NULL
column edit_journal.place text COLLATE C NOT NULL
column edit_journal.province text COLLATE C NOT NULL
column edit_journal.revision bigint NOT NULL
column edit_journal.things bigint NOT NULL
column edit_journal.title text COLLATE C NOT NULL
column edit_journal.turned bigint NOT NULL
column edit_journal.turning bigint NOT NULL
column evidence_gap.noted_at text COLLATE C NOT NULL
column evidence_gap.path text COLLATE C NOT NULL
column evidence_gap.position bigint NOT NULL
column evidence_gap.province text COLLATE C NOT NULL
column evidence_gap.reason text COLLATE C NOT NULL
column evidence_gap.source text COLLATE C NOT NULL
column evidence_gap.source_file bigint NOT NULL
column figure.digest text COLLATE C NOT NULL
column figure.ended text COLLATE C
column figure.ended_decision text COLLATE C
column figure.ended_reason text COLLATE C
column figure.file text COLLATE C NOT NULL
column figure.fold text COLLATE C NOT NULL
column figure.indicator text COLLATE C
column figure.inexact text COLLATE C
column figure.key text COLLATE C NOT NULL
column figure.level text COLLATE C
column figure.line bigint NOT NULL
column figure.meaning text COLLATE C
column figure.name text COLLATE C NOT NULL
column figure.note text COLLATE C
column figure.orphaned bigint NOT NULL
column figure.page text COLLATE C
column figure.period text COLLATE C NOT NULL
column figure.place text COLLATE C
column figure.province text COLLATE C NOT NULL
column figure.quote text COLLATE C
column figure.replaces text COLLATE C
column figure.revision bigint NOT NULL
column figure.sample bigint NOT NULL
column figure.sort_key text COLLATE C NOT NULL
column figure.source text COLLATE C NOT NULL
column figure.stated text COLLATE C
column figure.unit_id text COLLATE C
column figure.unit_of_measure text COLLATE C NOT NULL
column figure.unit_of_measure_en text COLLATE C
column figure.value double precision NOT NULL
column frozen_observation.as_of text COLLATE C NOT NULL
column frozen_observation.below bigint NOT NULL
column frozen_observation.denominator double precision
column frozen_observation.files_sequence bigint NOT NULL
column frozen_observation.frozen_at text COLLATE C NOT NULL
column frozen_observation.high double precision
column frozen_observation.indicator text COLLATE C NOT NULL
column frozen_observation.inputs text COLLATE C NOT NULL
column frozen_observation.last_day text COLLATE C NOT NULL
column frozen_observation.level text COLLATE C NOT NULL
column frozen_observation.low double precision
column frozen_observation.numerator double precision NOT NULL
column frozen_observation.over text COLLATE C NOT NULL
column frozen_observation.period text COLLATE C NOT NULL
column frozen_observation.province text COLLATE C NOT NULL
column frozen_observation.quoted_by text COLLATE C NOT NULL
column frozen_observation.rule text COLLATE C NOT NULL
column frozen_observation.sequence bigint NOT NULL
column frozen_observation.unit_id text COLLATE C NOT NULL
column frozen_observation.units_as_of text COLLATE C NOT NULL
column frozen_observation.value double precision
column frozen_observation.version bigint NOT NULL
column host_metric.at text COLLATE C NOT NULL
column host_metric.cpu_percent double precision NOT NULL
column host_metric.disk_free bigint NOT NULL
column host_metric.disk_percent double precision NOT NULL
column host_metric.host text COLLATE C NOT NULL
column host_metric.load_1m double precision NOT NULL
column host_metric.memory_percent double precision NOT NULL
column host_metric.memory_total bigint NOT NULL
column host_metric.network_received bigint
column host_metric.network_sent bigint
column host_metric.province text COLLATE C NOT NULL
column host_metric.received_counter bigint
column host_metric.sent_counter bigint
column host_metric_span.at text COLLATE C NOT NULL
column host_metric_span.cpu_mean double precision NOT NULL
column host_metric_span.cpu_most double precision NOT NULL
column host_metric_span.disk_free_least bigint NOT NULL
column host_metric_span.disk_most double precision NOT NULL
column host_metric_span.host text COLLATE C NOT NULL
column host_metric_span.load_mean double precision NOT NULL
column host_metric_span.load_most double precision NOT NULL
column host_metric_span.memory_mean double precision NOT NULL
column host_metric_span.memory_most double precision NOT NULL
column host_metric_span.network_received bigint NOT NULL
column host_metric_span.network_sent bigint NOT NULL
column host_metric_span.province text COLLATE C NOT NULL
column host_metric_span.samples bigint NOT NULL
column host_metric_span.span text COLLATE C NOT NULL
column indicator.denominator text COLLATE C
column indicator.digest text COLLATE C NOT NULL
column indicator.direction text COLLATE C NOT NULL
column indicator.ended text COLLATE C
column indicator.ended_decision text COLLATE C
column indicator.ended_reason text COLLATE C
column indicator.file text COLLATE C NOT NULL
column indicator.fold text COLLATE C NOT NULL
column indicator.formula text COLLATE C
column indicator.formula_en text COLLATE C
column indicator.key text COLLATE C NOT NULL
column indicator.levels text COLLATE C
column indicator.line bigint NOT NULL
column indicator.measure text COLLATE C NOT NULL
column indicator.name text COLLATE C NOT NULL
column indicator.name_en text COLLATE C NOT NULL
column indicator.numerator text COLLATE C
column indicator.orphaned bigint NOT NULL
column indicator.period_rule text COLLATE C
column indicator.province text COLLATE C NOT NULL
column indicator.revision bigint NOT NULL
column indicator.rule text COLLATE C
column indicator.sample bigint NOT NULL
column indicator.short text COLLATE C
column indicator.short_en text COLLATE C
column indicator.sort_key text COLLATE C NOT NULL
column indicator.unit_of_measure text COLLATE C NOT NULL
column indicator.unit_of_measure_en text COLLATE C
column indicator.version bigint NOT NULL
column job_run.attempt bigint NOT NULL
column job_run.counts text COLLATE C NOT NULL
column job_run.due_at text COLLATE C
column job_run.error text COLLATE C
column job_run.failures bigint NOT NULL
column job_run.finished_at text COLLATE C
column job_run.heartbeat_at text COLLATE C
column job_run.job text COLLATE C NOT NULL
column job_run.kind text COLLATE C NOT NULL
column job_run.log text COLLATE C
column job_run.owner text COLLATE C
column job_run.province text COLLATE C NOT NULL
column job_run.slot text COLLATE C NOT NULL
column job_run.slot_end text COLLATE C NOT NULL
column job_run.started_at text COLLATE C
column job_run.state text COLLATE C NOT NULL
column join_failure.at text COLLATE C NOT NULL
column join_failure.cause text COLLATE C NOT NULL
column join_failure.month text COLLATE C NOT NULL
column join_failure.position bigint NOT NULL
column join_failure.province text COLLATE C NOT NULL
column join_failure.record bigint NOT NULL
column join_failure.session text COLLATE C NOT NULL
column join_failure.site text COLLATE C NOT NULL
column join_failure.source_file bigint NOT NULL
column mail_activity.account text COLLATE C NOT NULL
column mail_activity.automatic bigint NOT NULL
column mail_activity.failed bigint NOT NULL
column mail_activity.login_days bigint NOT NULL
column mail_activity.logins bigint NOT NULL
column mail_activity.logins_to_14 bigint NOT NULL
column mail_activity.month text COLLATE C NOT NULL
column mail_activity.poll_days bigint NOT NULL
column mail_activity.polls bigint NOT NULL
column mail_activity.polls_to_14 bigint NOT NULL
column mail_activity.province text COLLATE C NOT NULL
column mail_activity.received bigint NOT NULL
column mail_activity.received_days bigint NOT NULL
column mail_activity.received_to_14 bigint NOT NULL
column mail_activity.sent bigint NOT NULL
column mail_activity.sent_days bigint NOT NULL
column mail_activity.sent_to_14 bigint NOT NULL
column mail_activity.source text COLLATE C NOT NULL
column mail_activity.webmail_days bigint NOT NULL
column mail_activity.webmails bigint NOT NULL
column mail_activity.webmails_to_14 bigint NOT NULL
column mail_kept.basis text COLLATE C NOT NULL
column mail_kept.content text COLLATE C NOT NULL
column mail_kept.province text COLLATE C NOT NULL
column mail_kept.what text COLLATE C NOT NULL
column mail_traffic.day text COLLATE C NOT NULL
column mail_traffic.province text COLLATE C NOT NULL
column mail_traffic.source text COLLATE C NOT NULL
column mail_traffic.times bigint NOT NULL
column mail_traffic.what text COLLATE C NOT NULL
column measured_from.basis text COLLATE C NOT NULL
column measured_from.indicator text COLLATE C NOT NULL
column measured_from.period text COLLATE C NOT NULL
column measured_from.province text COLLATE C NOT NULL
column meeting_record.candidates text COLLATE C NOT NULL
column meeting_record.ended_at text COLLATE C
column meeting_record.first_at text COLLATE C NOT NULL
column meeting_record.last_at text COLLATE C NOT NULL
column meeting_record.meeting text COLLATE C NOT NULL
column meeting_record.month text COLLATE C NOT NULL
column meeting_record.number text COLLATE C NOT NULL
column meeting_record.participants bigint NOT NULL
column meeting_record.peak bigint
column meeting_record.planned_at text COLLATE C
column meeting_record.planned_end text COLLATE C
column meeting_record.position bigint NOT NULL
column meeting_record.province text COLLATE C NOT NULL
column meeting_record.session text COLLATE C NOT NULL
column meeting_record.source text COLLATE C NOT NULL
column meeting_record.source_file bigint NOT NULL
column meeting_record.started_at text COLLATE C
column meeting_record.state text COLLATE C NOT NULL
column meeting_record.superseded_by bigint NOT NULL
column meeting_record.title text COLLATE C NOT NULL
column meeting_record.unknown bigint NOT NULL
column observation.current bigint NOT NULL
column observation.cut_off text COLLATE C NOT NULL
column observation.denominator double precision
column observation.high double precision
column observation.indicator text COLLATE C NOT NULL
column observation.inputs text COLLATE C NOT NULL
column observation.level text COLLATE C NOT NULL
column observation.low double precision
column observation.measured_at text COLLATE C NOT NULL
column observation.numerator double precision NOT NULL
column observation.period text COLLATE C NOT NULL
column observation.province text COLLATE C NOT NULL
column observation.reason text COLLATE C NOT NULL
column observation.rule text COLLATE C NOT NULL
column observation.sequence bigint NOT NULL
column observation.unit_id text COLLATE C NOT NULL
column observation.value double precision
column observation.version bigint NOT NULL
column person.digest text COLLATE C NOT NULL
column person.ended text COLLATE C
column person.ended_decision text COLLATE C
column person.ended_reason text COLLATE C
column person.file text COLLATE C NOT NULL
column person.fold text COLLATE C NOT NULL
column person.key text COLLATE C NOT NULL
column person.line bigint NOT NULL
column person.name text COLLATE C NOT NULL
column person.orphaned bigint NOT NULL
column person.phone text COLLATE C
column person.position text COLLATE C
column person.province text COLLATE C NOT NULL
column person.revision bigint NOT NULL
column person.sample bigint NOT NULL
column person.sort_key text COLLATE C NOT NULL
column person.unit_id text COLLATE C NOT NULL
column preflight_result.actor text COLLATE C NOT NULL
column preflight_result.cause text COLLATE C NOT NULL
column preflight_result.checks text COLLATE C NOT NULL
column preflight_result.milliseconds double precision
column preflight_result.province text COLLATE C NOT NULL
column preflight_result.run text COLLATE C NOT NULL
column preflight_result.session text COLLATE C NOT NULL
column preflight_result.site text COLLATE C NOT NULL
column preflight_result.state text COLLATE C NOT NULL
column probe_result.at text COLLATE C NOT NULL
column probe_result.endpoint text COLLATE C NOT NULL
column probe_result.error text COLLATE C
column probe_result.milliseconds double precision
column probe_result.name text COLLATE C NOT NULL
column probe_result.province text COLLATE C NOT NULL
column probe_result.state text COLLATE C NOT NULL
column protection.actor text COLLATE C NOT NULL
column protection.at text COLLATE C NOT NULL
column protection.key text COLLATE C NOT NULL
column protection.kind text COLLATE C NOT NULL
column protection.province text COLLATE C NOT NULL
column protection.reason text COLLATE C NOT NULL
column rate.digest text COLLATE C NOT NULL
column rate.ended text COLLATE C
column rate.ended_decision text COLLATE C
column rate.ended_reason text COLLATE C
column rate.file text COLLATE C NOT NULL
column rate.fold text COLLATE C NOT NULL
column rate.key text COLLATE C NOT NULL
column rate.line bigint NOT NULL
column rate.name text COLLATE C NOT NULL
column rate.name_en text COLLATE C NOT NULL
column rate.note text COLLATE C
column rate.orphaned bigint NOT NULL
column rate.page text COLLATE C
column rate.province text COLLATE C NOT NULL
column rate.rate text COLLATE C NOT NULL
column rate.revision bigint NOT NULL
column rate.sample bigint NOT NULL
column rate.sort_key text COLLATE C NOT NULL
column rate.source text COLLATE C NOT NULL
column rate.unit_of_measure text COLLATE C NOT NULL
column rate.valid_from text COLLATE C NOT NULL
column rate.value double precision NOT NULL
column register.head text COLLATE C NOT NULL
column register.id text COLLATE C NOT NULL
column register.province text COLLATE C NOT NULL
column register.revision bigint NOT NULL
column register.sequence bigint NOT NULL
column reorganisation.changes text COLLATE C
column reorganisation.decided text COLLATE C
column reorganisation.decision text COLLATE C NOT NULL
column reorganisation.digest text COLLATE C NOT NULL
column reorganisation.effective text COLLATE C NOT NULL
column reorganisation.ended text COLLATE C
column reorganisation.ended_decision text COLLATE C
column reorganisation.ended_reason text COLLATE C
column reorganisation.ends text COLLATE C
column reorganisation.file text COLLATE C NOT NULL
column reorganisation.fold text COLLATE C NOT NULL
column reorganisation.key text COLLATE C NOT NULL
column reorganisation.line bigint NOT NULL
column reorganisation.orphaned bigint NOT NULL
column reorganisation.province text COLLATE C NOT NULL
column reorganisation.reverts text COLLATE C
column reorganisation.revision bigint NOT NULL
column reorganisation.sample bigint NOT NULL
column reorganisation.sort_key text COLLATE C NOT NULL
column reorganisation.source text COLLATE C
column reorganisation.title text COLLATE C NOT NULL
column report.conflict_reason text COLLATE C NOT NULL
column report.conflicts text COLLATE C NOT NULL
column report.corrects_number bigint
column report.corrects_reason text COLLATE C NOT NULL
column report.corrects_year bigint
column report.cut_off text COLLATE C NOT NULL
column report.folder text COLLATE C NOT NULL
column report.head text COLLATE C NOT NULL
column report.issued_at text COLLATE C NOT NULL
column report.issued_by text COLLATE C NOT NULL
column report.issued_on text COLLATE C NOT NULL
column report.language text COLLATE C NOT NULL
column report.manifest text COLLATE C NOT NULL
column report.number bigint NOT NULL
column report.outline text COLLATE C NOT NULL
column report.outline_digest text COLLATE C NOT NULL
column report.period text COLLATE C NOT NULL
column report.personal bigint NOT NULL
column report.province text COLLATE C NOT NULL
column report.register_id text COLLATE C NOT NULL
column report.revision bigint NOT NULL
column report.sequence bigint NOT NULL
column report.sign text COLLATE C NOT NULL
column report.subject text COLLATE C NOT NULL
column report.title text COLLATE C NOT NULL
column report.unit_id text COLLATE C NOT NULL
column report.year bigint NOT NULL
column report_figure.data text COLLATE C NOT NULL
column report_figure.key text COLLATE C NOT NULL
column report_figure.name text COLLATE C NOT NULL
column report_figure.number bigint NOT NULL
column report_figure.place bigint NOT NULL
column report_figure.province text COLLATE C NOT NULL
column report_figure.sequence bigint NOT NULL
column report_figure.sort text COLLATE C NOT NULL
column report_figure.value double precision
column report_figure.year bigint NOT NULL
column report_file.format text COLLATE C NOT NULL
column report_file.name text COLLATE C NOT NULL
column report_file.number bigint NOT NULL
column report_file.province text COLLATE C NOT NULL
column report_file.sha256 text COLLATE C NOT NULL
column report_file.size bigint NOT NULL
column report_file.year bigint NOT NULL
column report_table.name text COLLATE C NOT NULL
column report_table.number bigint NOT NULL
column report_table.place bigint NOT NULL
column report_table.province text COLLATE C NOT NULL
column report_table.rows bigint NOT NULL
column report_table.sha256 text COLLATE C NOT NULL
column report_table.title text COLLATE C NOT NULL
column report_table.year bigint NOT NULL
column revision.actor text COLLATE C NOT NULL
column revision.at text COLLATE C NOT NULL
column revision.effective text COLLATE C NOT NULL
column revision.first_sequence bigint NOT NULL
column revision.hash text COLLATE C NOT NULL
column revision.last_sequence bigint NOT NULL
column revision.number bigint NOT NULL
column revision.plan text COLLATE C NOT NULL
column revision.previous text COLLATE C NOT NULL
column revision.province text COLLATE C NOT NULL
column revision.reason text COLLATE C NOT NULL
column roll_stay.joined_at text COLLATE C NOT NULL
column roll_stay.left_at text COLLATE C NOT NULL
column roll_stay.month text COLLATE C NOT NULL
column roll_stay.province text COLLATE C NOT NULL
column roll_stay.session text COLLATE C NOT NULL
column roll_stay.site text COLLATE C NOT NULL
column rule.accounts text COLLATE C NOT NULL
column rule.by text COLLATE C
column rule.days text COLLATE C
column rule.digest text COLLATE C NOT NULL
column rule.ended text COLLATE C
column rule.ended_decision text COLLATE C
column rule.ended_reason text COLLATE C
column rule.events text COLLATE C NOT NULL
column rule.file text COLLATE C NOT NULL
column rule.fold text COLLATE C NOT NULL
column rule.idle_days bigint
column rule.key text COLLATE C NOT NULL
column rule.least_days bigint
column rule.least_days_each_week bigint
column rule.least_share_of_days double precision
column rule.leave_out text COLLATE C
column rule.line bigint NOT NULL
column rule.name text COLLATE C NOT NULL
column rule.name_en text COLLATE C
column rule.orphaned bigint NOT NULL
column rule.province text COLLATE C NOT NULL
column rule.revision bigint NOT NULL
column rule.sample bigint NOT NULL
column rule.sort_key text COLLATE C NOT NULL
column rule.version bigint NOT NULL
column rule.window_days bigint
column session.agenda text COLLATE C
column session.digest text COLLATE C NOT NULL
column session.ended text COLLATE C
column session.ended_decision text COLLATE C
column session.ended_reason text COLLATE C
column session.ends_at text COLLATE C NOT NULL
column session.file text COLLATE C NOT NULL
column session.fold text COLLATE C NOT NULL
column session.host text COLLATE C
column session.key text COLLATE C NOT NULL
column session.kind text COLLATE C NOT NULL
column session.line bigint NOT NULL
column session.meeting text COLLATE C
column session.note text COLLATE C
column session.operator text COLLATE C
column session.orphaned bigint NOT NULL
column session.province text COLLATE C NOT NULL
column session.rate_mbps double precision
column session.recurrence text COLLATE C
column session.revision bigint NOT NULL
column session.sample bigint NOT NULL
column session.sites text COLLATE C
column session.sort_key text COLLATE C NOT NULL
column session.starts_at text COLLATE C NOT NULL
column session.title text COLLATE C NOT NULL
column session.uid text COLLATE C
column session_stale.province text COLLATE C NOT NULL
column session_stale.session text COLLATE C NOT NULL
column session_use.basis text COLLATE C NOT NULL
column session_use.by_site text COLLATE C NOT NULL
column session_use.came bigint NOT NULL
column session_use.day text COLLATE C NOT NULL
column session_use.expected bigint NOT NULL
column session_use.failures bigint NOT NULL
column session_use.held bigint NOT NULL
column session_use.in_time bigint NOT NULL
column session_use.invited bigint NOT NULL
column session_use.kind text COLLATE C NOT NULL
column session_use.peak bigint NOT NULL
column session_use.province text COLLATE C NOT NULL
column session_use.rejoins bigint NOT NULL
column session_use.seconds bigint NOT NULL
column session_use.session text COLLATE C NOT NULL
column session_use.site_seconds bigint NOT NULL
column session_use.sites bigint NOT NULL
column session_use.spans text COLLATE C NOT NULL
column shared_system.digest text COLLATE C NOT NULL
column shared_system.ended text COLLATE C
column shared_system.ended_decision text COLLATE C
column shared_system.ended_reason text COLLATE C
column shared_system.file text COLLATE C NOT NULL
column shared_system.fold text COLLATE C NOT NULL
column shared_system.indicators text COLLATE C NOT NULL
column shared_system.key text COLLATE C NOT NULL
column shared_system.line bigint NOT NULL
column shared_system.name text COLLATE C NOT NULL
column shared_system.name_en text COLLATE C NOT NULL
column shared_system.note text COLLATE C
column shared_system.orphaned bigint NOT NULL
column shared_system.place bigint NOT NULL
column shared_system.province text COLLATE C NOT NULL
column shared_system.revision bigint NOT NULL
column shared_system.sample bigint NOT NULL
column shared_system.section text COLLATE C
column shared_system.sort_key text COLLATE C NOT NULL
column shared_system.unit_id text COLLATE C
column site.address text COLLATE C
column site.aliases text COLLATE C
column site.bandwidth_mbps bigint
column site.central_km double precision
column site.contact text COLLATE C
column site.digest text COLLATE C NOT NULL
column site.distance_km double precision
column site.district_km double precision
column site.ended text COLLATE C
column site.ended_decision text COLLATE C
column site.ended_reason text COLLATE C
column site.endpoint text COLLATE C NOT NULL
column site.equipment text COLLATE C
column site.file text COLLATE C NOT NULL
column site.fold text COLLATE C NOT NULL
column site.key text COLLATE C NOT NULL
column site.line bigint NOT NULL
column site.line_name text COLLATE C
column site.name text COLLATE C NOT NULL
column site.orphaned bigint NOT NULL
column site.province text COLLATE C NOT NULL
column site.revision bigint NOT NULL
column site.room text COLLATE C
column site.sample bigint NOT NULL
column site.seats bigint
column site.sort_key text COLLATE C NOT NULL
column site.unit_id text COLLATE C NOT NULL
column site_use.came bigint NOT NULL
column site_use.expected bigint NOT NULL
column site_use.failures bigint NOT NULL
column site_use.in_time bigint NOT NULL
column site_use.invited bigint NOT NULL
column site_use.kind text COLLATE C NOT NULL
column site_use.month text COLLATE C NOT NULL
column site_use.province text COLLATE C NOT NULL
column site_use.rejoins bigint NOT NULL
column site_use.seconds bigint NOT NULL
column site_use.sessions bigint NOT NULL
column site_use.site text COLLATE C NOT NULL
column source_file.events bigint NOT NULL
column source_file.head bytea NOT NULL
column source_file.id bigint NOT NULL
column source_file.lines bigint NOT NULL
column source_file.path text COLLATE C NOT NULL
column source_file.position bigint NOT NULL
column source_file.province text COLLATE C NOT NULL
column source_file.read_at text COLLATE C NOT NULL
column source_file.seen text COLLATE C NOT NULL
column source_file.source text COLLATE C NOT NULL
column source_file.state text COLLATE C NOT NULL
column source_file.tail bytea NOT NULL
column target.baseline double precision
column target.basis text COLLATE C
column target.digest text COLLATE C NOT NULL
column target.direction text COLLATE C NOT NULL
column target.ended text COLLATE C
column target.ended_decision text COLLATE C
column target.ended_reason text COLLATE C
column target.file text COLLATE C NOT NULL
column target.fold text COLLATE C NOT NULL
column target.indicator text COLLATE C NOT NULL
column target.key text COLLATE C NOT NULL
column target.level text COLLATE C NOT NULL
column target.line bigint NOT NULL
column target.orphaned bigint NOT NULL
column target.pace text COLLATE C NOT NULL
column target.page text COLLATE C
column target.province text COLLATE C NOT NULL
column target.revision bigint NOT NULL
column target.sample bigint NOT NULL
column target.sort_key text COLLATE C NOT NULL
column target.source text COLLATE C NOT NULL
column target.unit_id text COLLATE C
column target.value double precision NOT NULL
column target.when_merged text COLLATE C
column target.year bigint NOT NULL
column unit.digest text COLLATE C NOT NULL
column unit.ended text COLLATE C
column unit.ended_decision text COLLATE C
column unit.ended_reason text COLLATE C
column unit.file text COLLATE C NOT NULL
column unit.fold text COLLATE C NOT NULL
column unit.key text COLLATE C NOT NULL
column unit.level text COLLATE C NOT NULL
column unit.line bigint NOT NULL
column unit.name text COLLATE C NOT NULL
column unit.orphaned bigint NOT NULL
column unit.parent text COLLATE C
column unit.province text COLLATE C NOT NULL
column unit.revision bigint NOT NULL
column unit.sample bigint NOT NULL
column unit.sort_key text COLLATE C NOT NULL
column unit.source text COLLATE C
column unit.type text COLLATE C NOT NULL
column unit.valid_from text COLLATE C NOT NULL
column unit_era.begun_by text COLLATE C
column unit_era.code text COLLATE C NOT NULL
column unit_era.ended_by text COLLATE C
column unit_era.fold text COLLATE C NOT NULL
column unit_era.id text COLLATE C NOT NULL
column unit_era.level text COLLATE C NOT NULL
column unit_era.name text COLLATE C NOT NULL
column unit_era.parent text COLLATE C
column unit_era.province text COLLATE C NOT NULL
column unit_era.restores text COLLATE C
column unit_era.sort_key text COLLATE C NOT NULL
column unit_era.type text COLLATE C NOT NULL
column unit_era.valid_from text COLLATE C NOT NULL
column unit_era.valid_to text COLLATE C
column unit_holder.holder_id text COLLATE C NOT NULL
column unit_holder.province text COLLATE C NOT NULL
column unit_holder.unit_id text COLLATE C NOT NULL
column unit_holder.valid_from text COLLATE C NOT NULL
column unit_holder.valid_to text COLLATE C NOT NULL
column unit_link.at text COLLATE C NOT NULL
column unit_link.change text COLLATE C NOT NULL
column unit_link.follows bigint NOT NULL
column unit_link.from_id text COLLATE C NOT NULL
column unit_link.province text COLLATE C NOT NULL
column unit_link.reorganisation text COLLATE C NOT NULL
column unit_link.share text COLLATE C NOT NULL
column unit_link.to_id text COLLATE C NOT NULL
column unmatched.candidates text COLLATE C NOT NULL
column unmatched.count bigint NOT NULL
column unmatched.first_day text COLLATE C NOT NULL
column unmatched.last_day text COLLATE C NOT NULL
column unmatched.province text COLLATE C NOT NULL
column unmatched.sort text COLLATE C NOT NULL
column unmatched.source text COLLATE C NOT NULL
column unmatched.value text COLLATE C NOT NULL
column unreadable.count bigint NOT NULL
column unreadable.position bigint NOT NULL
column unreadable.province text COLLATE C NOT NULL
column unreadable.reason text COLLATE C NOT NULL
column unreadable.sample text COLLATE C NOT NULL
column unreadable.source text COLLATE C NOT NULL
column unreadable.source_file bigint NOT NULL
column workday.decision text COLLATE C
column workday.digest text COLLATE C NOT NULL
column workday.ended text COLLATE C
column workday.ended_decision text COLLATE C
column workday.ended_reason text COLLATE C
column workday.file text COLLATE C NOT NULL
column workday.fold text COLLATE C NOT NULL
column workday.key text COLLATE C NOT NULL
column workday.line bigint NOT NULL
column workday.orphaned bigint NOT NULL
column workday.province text COLLATE C NOT NULL
column workday.reason text COLLATE C NOT NULL
column workday.revision bigint NOT NULL
column workday.sample bigint NOT NULL
column workday.sort_key text COLLATE C NOT NULL
column workday.works bigint NOT NULL
constraint access_head.access_head_pkey PRIMARY KEY (province)
constraint access_log.access_log_pkey PRIMARY KEY (province, sequence)
constraint account.account_orphaned_in CHECK ((orphaned >= 0))
constraint account.account_pkey PRIMARY KEY (province, key)
constraint account.account_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint alert.alert_pkey PRIMARY KEY (province, id)
constraint alert_message.alert_message_pkey PRIMARY KEY (province, alert, what, channel)
constraint alert_message.alert_message_state CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
constraint alert_message.alert_message_what CHECK ((what = ANY (ARRAY['raised'::text, 'over'::text])))
constraint asset.asset_orphaned_in CHECK ((orphaned >= 0))
constraint asset.asset_pkey PRIMARY KEY (province, key)
constraint asset.asset_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint attendance.attendance_pkey PRIMARY KEY (province, month, source_file, "position")
constraint change.change_action CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'transfer'::text, 'end'::text, 'revive'::text, 'protect'::text, 'unprotect'::text])))
constraint change.change_pkey PRIMARY KEY (province, sequence)
constraint check_rule.check_rule_orphaned_in CHECK ((orphaned >= 0))
constraint check_rule.check_rule_pkey PRIMARY KEY (province, key)
constraint check_rule.check_rule_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint conference_day.conference_day_pkey PRIMARY KEY (province, day)
constraint conference_mark.conference_mark_of CHECK ((((sort = 'state'::text) = (state <> ''::text)) AND ((sort <> 'state'::text) OR (site <> ''::text))))
constraint conference_mark.conference_mark_origin CHECK ((origin = ANY (ARRAY['person'::text, 'server'::text])))
constraint conference_mark.conference_mark_pkey PRIMARY KEY (province, session, number)
constraint conference_mark.conference_mark_retract CHECK (((sort <> 'retract'::text) OR (corrects IS NOT NULL)))
constraint conference_mark.conference_mark_sort CHECK ((sort = ANY (ARRAY['state'::text, 'note'::text, 'handover'::text, 'takeover'::text, 'begun'::text, 'ended'::text, 'retract'::text])))
constraint conference_mark.conference_mark_state CHECK ((state = ANY (ARRAY[''::text, 'expected'::text, 'invited'::text, 'connected'::text, 'late'::text, 'lost'::text, 'absent'::text, 'excused'::text])))
constraint connection.connection_orphaned_in CHECK ((orphaned >= 0))
constraint connection.connection_pkey PRIMARY KEY (province, key)
constraint connection.connection_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint coverage.coverage_pkey PRIMARY KEY (province, source, day)
constraint declared_file.declared_file_pkey PRIMARY KEY (province, path)
constraint edit_journal.edit_journal_pkey PRIMARY KEY (province, number)
constraint evidence_gap.evidence_gap_pkey PRIMARY KEY (province, source_file, reason)
constraint figure.figure_orphaned_in CHECK ((orphaned >= 0))
constraint figure.figure_pkey PRIMARY KEY (province, key)
constraint figure.figure_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint frozen_observation.frozen_observation_is_below CHECK ((below = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint frozen_observation.frozen_observation_pkey PRIMARY KEY (province, quoted_by, indicator, unit_id, level, period, as_of, units_as_of, below)
constraint host_metric.host_metric_pkey PRIMARY KEY (province, host, at)
constraint host_metric_span.host_metric_span_length CHECK ((span = ANY (ARRAY['hour'::text, 'day'::text])))
constraint host_metric_span.host_metric_span_pkey PRIMARY KEY (province, host, span, at)
constraint indicator.indicator_orphaned_in CHECK ((orphaned >= 0))
constraint indicator.indicator_pkey PRIMARY KEY (province, key)
constraint indicator.indicator_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint job_run.job_run_kind CHECK ((kind = ANY (ARRAY['scheduled'::text, 'asked'::text])))
constraint job_run.job_run_pkey PRIMARY KEY (province, job, slot)
constraint job_run.job_run_state CHECK ((state = ANY (ARRAY['due'::text, 'running'::text, 'ok'::text, 'failed'::text, 'interrupted'::text, 'skipped'::text])))
constraint join_failure.join_failure_pkey PRIMARY KEY (province, month, source_file, "position")
constraint mail_activity.mail_activity_login_days CHECK (((login_days >= 0) AND (login_days <= 2147483647)))
constraint mail_activity.mail_activity_pkey PRIMARY KEY (province, month, account, source)
constraint mail_activity.mail_activity_poll_days CHECK (((poll_days >= 0) AND (poll_days <= 2147483647)))
constraint mail_activity.mail_activity_received_days CHECK (((received_days >= 0) AND (received_days <= 2147483647)))
constraint mail_activity.mail_activity_sent_days CHECK (((sent_days >= 0) AND (sent_days <= 2147483647)))
constraint mail_activity.mail_activity_webmail_days CHECK (((webmail_days >= 0) AND (webmail_days <= 2147483647)))
constraint mail_kept.mail_kept_pkey PRIMARY KEY (province, what)
constraint mail_traffic.mail_traffic_pkey PRIMARY KEY (province, source, day, what)
constraint measured_from.measured_from_pkey PRIMARY KEY (province, indicator, period)
constraint meeting_record.meeting_record_pkey PRIMARY KEY (province, source_file, "position")
constraint meeting_record.meeting_record_state CHECK ((state = ANY (ARRAY['ended'::text, 'running'::text, 'never-started'::text, 'empty'::text, 'failed'::text, 'unknown'::text, 'lost'::text])))
constraint observation.observation_is_current CHECK ((current = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint observation.observation_pkey PRIMARY KEY (province, indicator, unit_id, level, period, sequence)
constraint person.person_orphaned_in CHECK ((orphaned >= 0))
constraint person.person_pkey PRIMARY KEY (province, key)
constraint person.person_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint preflight_result.preflight_result_pkey PRIMARY KEY (province, run, site)
constraint preflight_result.preflight_result_state CHECK ((state = ANY (ARRAY['pass'::text, 'slow'::text, 'fail'::text])))
constraint probe_result.probe_result_pkey PRIMARY KEY (province, name, at)
constraint probe_result.probe_result_state CHECK ((state = ANY (ARRAY['open'::text, 'refused'::text, 'timeout'::text, 'unreachable'::text, 'unresolved'::text])))
constraint protection.protection_pkey PRIMARY KEY (province, kind, key)
constraint rate.rate_orphaned_in CHECK ((orphaned >= 0))
constraint rate.rate_pkey PRIMARY KEY (province, key)
constraint rate.rate_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint register.register_pkey PRIMARY KEY (province)
constraint reorganisation.reorganisation_orphaned_in CHECK ((orphaned >= 0))
constraint reorganisation.reorganisation_pkey PRIMARY KEY (province, key)
constraint reorganisation.reorganisation_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint report.report_is_personal CHECK ((personal = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint report.report_number CHECK ((number > 0))
constraint report.report_pkey PRIMARY KEY (province, year, number)
constraint report_figure.report_figure_pkey PRIMARY KEY (province, year, number, place)
constraint report_figure.report_figure_sort CHECK ((sort = ANY (ARRAY['observed'::text, 'reported'::text, 'target'::text])))
constraint report_file.report_file_pkey PRIMARY KEY (province, year, number, name)
constraint report_table.report_table_pkey PRIMARY KEY (province, year, number, place)
constraint revision.revision_pkey PRIMARY KEY (province, number)
constraint roll_stay.roll_stay_pkey PRIMARY KEY (province, session, site, joined_at)
constraint rule.rule_orphaned_in CHECK ((orphaned >= 0))
constraint rule.rule_pkey PRIMARY KEY (province, key)
constraint rule.rule_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint session.session_orphaned_in CHECK ((orphaned >= 0))
constraint session.session_pkey PRIMARY KEY (province, key)
constraint session.session_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint session_stale.session_stale_pkey PRIMARY KEY (province, session)
constraint session_use.session_use_pkey PRIMARY KEY (province, session)
constraint shared_system.shared_system_orphaned_in CHECK ((orphaned >= 0))
constraint shared_system.shared_system_pkey PRIMARY KEY (province, key)
constraint shared_system.shared_system_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint site.site_orphaned_in CHECK ((orphaned >= 0))
constraint site.site_pkey PRIMARY KEY (province, key)
constraint site.site_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint site_use.site_use_pkey PRIMARY KEY (province, month, site, kind)
constraint source_file.source_file_pkey PRIMARY KEY (province, id)
constraint target.target_orphaned_in CHECK ((orphaned >= 0))
constraint target.target_pkey PRIMARY KEY (province, key)
constraint target.target_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint unit.unit_orphaned_in CHECK ((orphaned >= 0))
constraint unit.unit_pkey PRIMARY KEY (province, key)
constraint unit.unit_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
constraint unit_era.unit_era_pkey PRIMARY KEY (province, id)
constraint unit_holder.unit_holder_pkey PRIMARY KEY (province, unit_id, valid_from)
constraint unit_holder.unit_holder_span CHECK ((valid_from < valid_to))
constraint unit_link.unit_link_pkey PRIMARY KEY (province, from_id, to_id)
constraint unmatched.unmatched_pkey PRIMARY KEY (province, source, sort, value)
constraint unreadable.unreadable_pkey PRIMARY KEY (province, source, reason)
constraint workday.workday_orphaned_in CHECK ((orphaned >= 0))
constraint workday.workday_pkey PRIMARY KEY (province, key)
constraint workday.workday_sample CHECK ((sample = ANY (ARRAY[(0)::bigint, (1)::bigint])))
index access_head.access_head_pkey CREATE UNIQUE INDEX access_head_pkey ON access_head USING btree (province)
index access_log.access_log_pkey CREATE UNIQUE INDEX access_log_pkey ON access_log USING btree (province, sequence)
index account.account_file CREATE INDEX account_file ON account USING btree (province, file)
index account.account_order CREATE INDEX account_order ON account USING btree (province, sort_key, key, ended)
index account.account_orphaned CREATE INDEX account_orphaned ON account USING btree (province, orphaned) WHERE (orphaned > 0)
index account.account_pkey CREATE UNIQUE INDEX account_pkey ON account USING btree (province, key)
index account.account_unit CREATE INDEX account_unit ON account USING btree (province, unit_id)
index alert.alert_open CREATE UNIQUE INDEX alert_open ON alert USING btree (province, event, subject) WHERE (closed_at IS NULL)
index alert.alert_opened CREATE INDEX alert_opened ON alert USING btree (province, opened_at)
index alert.alert_pkey CREATE UNIQUE INDEX alert_pkey ON alert USING btree (province, id)
index alert_message.alert_message_due CREATE INDEX alert_message_due ON alert_message USING btree (province, state, due_at)
index alert_message.alert_message_pkey CREATE UNIQUE INDEX alert_message_pkey ON alert_message USING btree (province, alert, what, channel)
index asset.asset_file CREATE INDEX asset_file ON asset USING btree (province, file)
index asset.asset_order CREATE INDEX asset_order ON asset USING btree (province, sort_key, key, ended)
index asset.asset_orphaned CREATE INDEX asset_orphaned ON asset USING btree (province, orphaned) WHERE (orphaned > 0)
index asset.asset_pkey CREATE UNIQUE INDEX asset_pkey ON asset USING btree (province, key)
index asset.asset_unit CREATE INDEX asset_unit ON asset USING btree (province, unit_id)
index attendance.attendance_file CREATE INDEX attendance_file ON attendance USING btree (province, source_file)
index attendance.attendance_pkey CREATE UNIQUE INDEX attendance_pkey ON attendance USING btree (province, month, source_file, "position")
index attendance.attendance_session CREATE INDEX attendance_session ON attendance USING btree (province, session)
index attendance.attendance_site CREATE INDEX attendance_site ON attendance USING btree (province, site, month)
index change.change_key CREATE INDEX change_key ON change USING btree (province, kind, key, sequence)
index change.change_kind CREATE INDEX change_kind ON change USING btree (province, kind, sequence)
index change.change_pkey CREATE UNIQUE INDEX change_pkey ON change USING btree (province, sequence)
index check_rule.check_rule_file CREATE INDEX check_rule_file ON check_rule USING btree (province, file)
index check_rule.check_rule_order CREATE INDEX check_rule_order ON check_rule USING btree (province, sort_key, key, ended)
index check_rule.check_rule_orphaned CREATE INDEX check_rule_orphaned ON check_rule USING btree (province, orphaned) WHERE (orphaned > 0)
index check_rule.check_rule_pkey CREATE UNIQUE INDEX check_rule_pkey ON check_rule USING btree (province, key)
index conference_day.conference_day_pkey CREATE UNIQUE INDEX conference_day_pkey ON conference_day USING btree (province, day)
index conference_mark.conference_mark_pkey CREATE UNIQUE INDEX conference_mark_pkey ON conference_mark USING btree (province, session, number)
index connection.connection_file CREATE INDEX connection_file ON connection USING btree (province, file)
index connection.connection_order CREATE INDEX connection_order ON connection USING btree (province, sort_key, key, ended)
index connection.connection_orphaned CREATE INDEX connection_orphaned ON connection USING btree (province, orphaned) WHERE (orphaned > 0)
index connection.connection_pkey CREATE UNIQUE INDEX connection_pkey ON connection USING btree (province, key)
index connection.connection_unit CREATE INDEX connection_unit ON connection USING btree (province, unit_id)
index coverage.coverage_pkey CREATE UNIQUE INDEX coverage_pkey ON coverage USING btree (province, source, day)
index declared_file.declared_file_pkey CREATE UNIQUE INDEX declared_file_pkey ON declared_file USING btree (province, path)
index edit_journal.edit_journal_person CREATE INDEX edit_journal_person ON edit_journal USING btree (province, person, place, number)
index edit_journal.edit_journal_pkey CREATE UNIQUE INDEX edit_journal_pkey ON edit_journal USING btree (province, number)
index evidence_gap.evidence_gap_pkey CREATE UNIQUE INDEX evidence_gap_pkey ON evidence_gap USING btree (province, source_file, reason)
index figure.figure_file CREATE INDEX figure_file ON figure USING btree (province, file)
index figure.figure_order CREATE INDEX figure_order ON figure USING btree (province, sort_key, key, ended)
index figure.figure_orphaned CREATE INDEX figure_orphaned ON figure USING btree (province, orphaned) WHERE (orphaned > 0)
index figure.figure_pkey CREATE UNIQUE INDEX figure_pkey ON figure USING btree (province, key)
index figure.figure_unit CREATE INDEX figure_unit ON figure USING btree (province, unit_id)
index frozen_observation.frozen_observation_pkey CREATE UNIQUE INDEX frozen_observation_pkey ON frozen_observation USING btree (province, quoted_by, indicator, unit_id, level, period, as_of, units_as_of, below)
index host_metric.host_metric_pkey CREATE UNIQUE INDEX host_metric_pkey ON host_metric USING btree (province, host, at)
index host_metric_span.host_metric_span_pkey CREATE UNIQUE INDEX host_metric_span_pkey ON host_metric_span USING btree (province, host, span, at)
index indicator.indicator_file CREATE INDEX indicator_file ON indicator USING btree (province, file)
index indicator.indicator_order CREATE INDEX indicator_order ON indicator USING btree (province, sort_key, key, ended)
index indicator.indicator_orphaned CREATE INDEX indicator_orphaned ON indicator USING btree (province, orphaned) WHERE (orphaned > 0)
index indicator.indicator_pkey CREATE UNIQUE INDEX indicator_pkey ON indicator USING btree (province, key)
index job_run.job_run_due CREATE INDEX job_run_due ON job_run USING btree (province, state, due_at)
index job_run.job_run_pkey CREATE UNIQUE INDEX job_run_pkey ON job_run USING btree (province, job, slot)
index job_run.job_run_slot CREATE INDEX job_run_slot ON job_run USING btree (province, slot)
index join_failure.join_failure_file CREATE INDEX join_failure_file ON join_failure USING btree (province, source_file)
index join_failure.join_failure_pkey CREATE UNIQUE INDEX join_failure_pkey ON join_failure USING btree (province, month, source_file, "position")
index join_failure.join_failure_session CREATE INDEX join_failure_session ON join_failure USING btree (province, session)
index mail_activity.mail_activity_pkey CREATE UNIQUE INDEX mail_activity_pkey ON ONLY mail_activity USING btree (province, month, account, source)
index mail_kept.mail_kept_pkey CREATE UNIQUE INDEX mail_kept_pkey ON mail_kept USING btree (province, what)
index mail_traffic.mail_traffic_pkey CREATE UNIQUE INDEX mail_traffic_pkey ON mail_traffic USING btree (province, source, day, what)
index measured_from.measured_from_pkey CREATE UNIQUE INDEX measured_from_pkey ON measured_from USING btree (province, indicator, period)
index meeting_record.meeting_record_meeting CREATE INDEX meeting_record_meeting ON meeting_record USING btree (province, source, meeting)
index meeting_record.meeting_record_month CREATE INDEX meeting_record_month ON meeting_record USING btree (province, month)
index meeting_record.meeting_record_pkey CREATE UNIQUE INDEX meeting_record_pkey ON meeting_record USING btree (province, source_file, "position")
index meeting_record.meeting_record_session CREATE INDEX meeting_record_session ON meeting_record USING btree (province, session)
index observation.observation_current CREATE INDEX observation_current ON observation USING btree (province, current, indicator, period)
index observation.observation_pkey CREATE UNIQUE INDEX observation_pkey ON observation USING btree (province, indicator, unit_id, level, period, sequence)
index person.person_file CREATE INDEX person_file ON person USING btree (province, file)
index person.person_order CREATE INDEX person_order ON person USING btree (province, sort_key, key, ended)
index person.person_orphaned CREATE INDEX person_orphaned ON person USING btree (province, orphaned) WHERE (orphaned > 0)
index person.person_pkey CREATE UNIQUE INDEX person_pkey ON person USING btree (province, key)
index person.person_unit CREATE INDEX person_unit ON person USING btree (province, unit_id)
index preflight_result.preflight_result_pkey CREATE UNIQUE INDEX preflight_result_pkey ON preflight_result USING btree (province, run, site)
index preflight_result.preflight_result_session CREATE INDEX preflight_result_session ON preflight_result USING btree (province, session, run)
index preflight_result.preflight_result_site CREATE INDEX preflight_result_site ON preflight_result USING btree (province, site, run)
index probe_result.probe_result_at CREATE INDEX probe_result_at ON probe_result USING btree (province, at)
index probe_result.probe_result_pkey CREATE UNIQUE INDEX probe_result_pkey ON probe_result USING btree (province, name, at)
index protection.protection_pkey CREATE UNIQUE INDEX protection_pkey ON protection USING btree (province, kind, key)
index rate.rate_file CREATE INDEX rate_file ON rate USING btree (province, file)
index rate.rate_order CREATE INDEX rate_order ON rate USING btree (province, sort_key, key, ended)
index rate.rate_orphaned CREATE INDEX rate_orphaned ON rate USING btree (province, orphaned) WHERE (orphaned > 0)
index rate.rate_pkey CREATE UNIQUE INDEX rate_pkey ON rate USING btree (province, key)
index register.register_pkey CREATE UNIQUE INDEX register_pkey ON register USING btree (province)
index reorganisation.reorganisation_file CREATE INDEX reorganisation_file ON reorganisation USING btree (province, file)
index reorganisation.reorganisation_order CREATE INDEX reorganisation_order ON reorganisation USING btree (province, sort_key, key, ended)
index reorganisation.reorganisation_orphaned CREATE INDEX reorganisation_orphaned ON reorganisation USING btree (province, orphaned) WHERE (orphaned > 0)
index reorganisation.reorganisation_pkey CREATE UNIQUE INDEX reorganisation_pkey ON reorganisation USING btree (province, key)
index report.report_outline CREATE INDEX report_outline ON report USING btree (province, outline, period)
index report.report_pkey CREATE UNIQUE INDEX report_pkey ON report USING btree (province, year, number)
index report_figure.report_figure_key CREATE INDEX report_figure_key ON report_figure USING btree (province, key)
index report_figure.report_figure_pkey CREATE UNIQUE INDEX report_figure_pkey ON report_figure USING btree (province, year, number, place)
index report_file.report_file_pkey CREATE UNIQUE INDEX report_file_pkey ON report_file USING btree (province, year, number, name)
index report_file.report_file_sha256 CREATE INDEX report_file_sha256 ON report_file USING btree (province, sha256)
index report_table.report_table_pkey CREATE UNIQUE INDEX report_table_pkey ON report_table USING btree (province, year, number, place)
index revision.revision_pkey CREATE UNIQUE INDEX revision_pkey ON revision USING btree (province, number)
index roll_stay.roll_stay_month CREATE INDEX roll_stay_month ON roll_stay USING btree (province, month)
index roll_stay.roll_stay_pkey CREATE UNIQUE INDEX roll_stay_pkey ON roll_stay USING btree (province, session, site, joined_at)
index rule.rule_file CREATE INDEX rule_file ON rule USING btree (province, file)
index rule.rule_order CREATE INDEX rule_order ON rule USING btree (province, sort_key, key, ended)
index rule.rule_orphaned CREATE INDEX rule_orphaned ON rule USING btree (province, orphaned) WHERE (orphaned > 0)
index rule.rule_pkey CREATE UNIQUE INDEX rule_pkey ON rule USING btree (province, key)
index session.session_file CREATE INDEX session_file ON session USING btree (province, file)
index session.session_order CREATE INDEX session_order ON session USING btree (province, sort_key, key, ended)
index session.session_orphaned CREATE INDEX session_orphaned ON session USING btree (province, orphaned) WHERE (orphaned > 0)
index session.session_pkey CREATE UNIQUE INDEX session_pkey ON session USING btree (province, key)
index session.session_starts_at CREATE INDEX session_starts_at ON session USING btree (province, starts_at)
index session_stale.session_stale_pkey CREATE UNIQUE INDEX session_stale_pkey ON session_stale USING btree (province, session)
index session_use.session_use_day CREATE INDEX session_use_day ON session_use USING btree (province, day)
index session_use.session_use_pkey CREATE UNIQUE INDEX session_use_pkey ON session_use USING btree (province, session)
index shared_system.shared_system_file CREATE INDEX shared_system_file ON shared_system USING btree (province, file)
index shared_system.shared_system_order CREATE INDEX shared_system_order ON shared_system USING btree (province, sort_key, key, ended)
index shared_system.shared_system_orphaned CREATE INDEX shared_system_orphaned ON shared_system USING btree (province, orphaned) WHERE (orphaned > 0)
index shared_system.shared_system_pkey CREATE UNIQUE INDEX shared_system_pkey ON shared_system USING btree (province, key)
index shared_system.shared_system_unit CREATE INDEX shared_system_unit ON shared_system USING btree (province, unit_id)
index site.site_file CREATE INDEX site_file ON site USING btree (province, file)
index site.site_order CREATE INDEX site_order ON site USING btree (province, sort_key, key, ended)
index site.site_orphaned CREATE INDEX site_orphaned ON site USING btree (province, orphaned) WHERE (orphaned > 0)
index site.site_pkey CREATE UNIQUE INDEX site_pkey ON site USING btree (province, key)
index site.site_unit CREATE INDEX site_unit ON site USING btree (province, unit_id)
index site_use.site_use_pkey CREATE UNIQUE INDEX site_use_pkey ON site_use USING btree (province, month, site, kind)
index source_file.source_file_pkey CREATE UNIQUE INDEX source_file_pkey ON source_file USING btree (province, id)
index source_file.source_file_source CREATE INDEX source_file_source ON source_file USING btree (province, source)
index target.target_file CREATE INDEX target_file ON target USING btree (province, file)
index target.target_order CREATE INDEX target_order ON target USING btree (province, sort_key, key, ended)
index target.target_orphaned CREATE INDEX target_orphaned ON target USING btree (province, orphaned) WHERE (orphaned > 0)
index target.target_pkey CREATE UNIQUE INDEX target_pkey ON target USING btree (province, key)
index target.target_unit CREATE INDEX target_unit ON target USING btree (province, unit_id)
index unit.unit_file CREATE INDEX unit_file ON unit USING btree (province, file)
index unit.unit_order CREATE INDEX unit_order ON unit USING btree (province, sort_key, key, ended)
index unit.unit_orphaned CREATE INDEX unit_orphaned ON unit USING btree (province, orphaned) WHERE (orphaned > 0)
index unit.unit_pkey CREATE UNIQUE INDEX unit_pkey ON unit USING btree (province, key)
index unit_era.unit_era_code CREATE INDEX unit_era_code ON unit_era USING btree (province, code, valid_from)
index unit_era.unit_era_pkey CREATE UNIQUE INDEX unit_era_pkey ON unit_era USING btree (province, id)
index unit_holder.unit_holder_holder CREATE INDEX unit_holder_holder ON unit_holder USING btree (province, holder_id)
index unit_holder.unit_holder_pkey CREATE UNIQUE INDEX unit_holder_pkey ON unit_holder USING btree (province, unit_id, valid_from)
index unit_link.unit_link_pkey CREATE UNIQUE INDEX unit_link_pkey ON unit_link USING btree (province, from_id, to_id)
index unmatched.unmatched_pkey CREATE UNIQUE INDEX unmatched_pkey ON unmatched USING btree (province, source, sort, value)
index unreadable.unreadable_pkey CREATE UNIQUE INDEX unreadable_pkey ON unreadable USING btree (province, source, reason)
index workday.workday_file CREATE INDEX workday_file ON workday USING btree (province, file)
index workday.workday_order CREATE INDEX workday_order ON workday USING btree (province, sort_key, key, ended)
index workday.workday_orphaned CREATE INDEX workday_orphaned ON workday USING btree (province, orphaned) WHERE (orphaned > 0)
index workday.workday_pkey CREATE UNIQUE INDEX workday_pkey ON workday USING btree (province, key)
table access_head -
table access_log -
table account -
table alert -
table alert_message -
table asset -
table attendance -
table change -
table check_rule -
table conference_day -
table conference_mark -
table connection -
table coverage -
table declared_file -
table edit_journal -
table evidence_gap -
table figure -
table frozen_observation -
table host_metric -
table host_metric_span -
table indicator -
table job_run -
table join_failure -
table mail_activity RANGE (month)
table mail_kept -
table mail_traffic -
table measured_from -
table meeting_record -
table observation -
table person -
table preflight_result -
table probe_result -
table protection -
table rate -
table register -
table reorganisation -
table report -
table report_figure -
table report_file -
table report_table -
table revision -
table roll_stay -
table rule -
table session -
table session_stale -
table session_use -
table shared_system -
table site -
table site_use -
table source_file -
table target -
table unit -
table unit_era -
table unit_holder -
table unit_link -
table unmatched -
table unreadable -
table workday -
trigger change.change_kept CREATE TRIGGER change_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON change FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger conference_mark.conference_mark_kept CREATE TRIGGER conference_mark_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON conference_mark FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger frozen_observation.frozen_observation_kept CREATE TRIGGER frozen_observation_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON frozen_observation FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger report.report_kept CREATE TRIGGER report_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON report FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger report_figure.report_figure_kept CREATE TRIGGER report_figure_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON report_figure FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger report_file.report_file_kept CREATE TRIGGER report_file_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON report_file FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger report_table.report_table_kept CREATE TRIGGER report_table_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON report_table FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
trigger revision.revision_kept CREATE TRIGGER revision_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept() BEGIN RAISE EXCEPTION 'the history (%) is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
