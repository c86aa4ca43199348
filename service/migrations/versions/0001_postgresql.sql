CREATE TABLE trail_event (
	gseq BIGINT NOT NULL,
	stream VARCHAR(64) NOT NULL,
	sseq INTEGER NOT NULL,
	at BIGINT NOT NULL,
	actor VARCHAR(64) NOT NULL,
	kind VARCHAR(64) NOT NULL,
	door VARCHAR(16),
	behalf VARCHAR(200),
	body BYTEA NOT NULL,
	prev BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	mac BYTEA NOT NULL,
	CONSTRAINT pk_trail_event PRIMARY KEY (gseq)
)
;;
CREATE INDEX ix_trail_event_actor_gseq ON trail_event (actor, gseq) INCLUDE (kind, door)
;;
CREATE INDEX ix_trail_event_behalf ON trail_event (behalf, gseq) WHERE behalf IS NOT NULL
;;
CREATE INDEX ix_trail_event_door_gseq ON trail_event (door, gseq)
;;
CREATE INDEX ix_trail_event_kind_gseq ON trail_event (kind, gseq) INCLUDE (actor, door)
;;
CREATE UNIQUE INDEX uq_trail_event_stream ON trail_event (stream, sseq) INCLUDE (gseq)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_event_lock BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_event FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_event ENABLE ALWAYS TRIGGER trail_event_lock
;;
CREATE TABLE trail_private (
	gseq BIGINT NOT NULL,
	path VARCHAR(80) NOT NULL,
	salt BYTEA NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_trail_private PRIMARY KEY (gseq, path)
)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_private_lock BEFORE UPDATE OR TRUNCATE ON trail_private FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_private ENABLE ALWAYS TRIGGER trail_private_lock
;;
CREATE OR REPLACE FUNCTION trail_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM trail_erased e WHERE e.gseq = OLD.gseq AND e.path = OLD.path) THEN
    RAISE EXCEPTION USING MESSAGE = 'trail_private is append-only: DELETE refused';
  END IF;
  RETURN OLD;
END $$
;;
CREATE TRIGGER trail_private_erase BEFORE DELETE ON trail_private FOR EACH ROW EXECUTE FUNCTION trail_erased_only()
;;
ALTER TABLE trail_private ENABLE ALWAYS TRIGGER trail_private_erase
;;
CREATE TABLE trail_erased (
	gseq BIGINT NOT NULL,
	path VARCHAR(80) NOT NULL,
	entry BIGINT NOT NULL,
	CONSTRAINT pk_trail_erased PRIMARY KEY (gseq, path)
)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_erased_lock BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_erased FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_erased ENABLE ALWAYS TRIGGER trail_erased_lock
;;
CREATE OR REPLACE FUNCTION trail_erasure_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM trail_event e WHERE e.gseq = NEW.entry AND e.kind = 'data:erased') THEN
    RAISE EXCEPTION USING MESSAGE = 'trail_erased names an entry that erases: INSERT refused';
  END IF;
  RETURN NEW;
END $$
;;
CREATE TRIGGER trail_erased_said BEFORE INSERT ON trail_erased FOR EACH ROW EXECUTE FUNCTION trail_erasure_said()
;;
ALTER TABLE trail_erased ENABLE ALWAYS TRIGGER trail_erased_said
;;
CREATE TABLE trail_head (
	id BIGINT NOT NULL,
	gseq BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	at BIGINT NOT NULL,
	key INTEGER NOT NULL,
	CONSTRAINT pk_trail_head PRIMARY KEY (id)
)
;;
INSERT INTO trail_head (id, gseq, hash, at, key) VALUES (1, 0, '\x0000000000000000000000000000000000000000000000000000000000000000', 0, 1)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_head_lock BEFORE INSERT OR DELETE OR TRUNCATE ON trail_head FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_head ENABLE ALWAYS TRIGGER trail_head_lock
;;
CREATE OR REPLACE FUNCTION trail_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = 'trail_head only moves forward';
END $$
;;
CREATE TRIGGER trail_head_forward BEFORE UPDATE ON trail_head FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.gseq <= OLD.gseq) EXECUTE FUNCTION trail_forward()
;;
ALTER TABLE trail_head ENABLE ALWAYS TRIGGER trail_head_forward
;;
CREATE TABLE trail_node (
	level INTEGER NOT NULL,
	index BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_trail_node PRIMARY KEY (level, index)
)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_node_lock BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_node FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_node ENABLE ALWAYS TRIGGER trail_node_lock
;;
CREATE TABLE trail_checkpoint (
	number BIGINT NOT NULL,
	origin VARCHAR(64) NOT NULL,
	size BIGINT NOT NULL,
	root BYTEA NOT NULL,
	at BIGINT NOT NULL,
	cause VARCHAR(64) NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT pk_trail_checkpoint PRIMARY KEY (number)
)
;;
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only: ' || TG_OP || ' refused';
END $$
;;
CREATE TRIGGER trail_checkpoint_lock BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()
;;
ALTER TABLE trail_checkpoint ENABLE ALWAYS TRIGGER trail_checkpoint_lock
;;
CREATE TABLE trail_denial (
	actor VARCHAR(64) NOT NULL,
	door VARCHAR(16) NOT NULL,
	what VARCHAR(80) NOT NULL,
	target VARCHAR(64) NOT NULL,
	since BIGINT NOT NULL,
	count INTEGER NOT NULL,
	CONSTRAINT pk_trail_denial PRIMARY KEY (actor, door, what, target)
)
;;
CREATE TABLE job (
	id BIGSERIAL NOT NULL,
	topic VARCHAR(60) NOT NULL,
	payload TEXT NOT NULL,
	key VARCHAR(120),
	instance BIGINT,
	state VARCHAR(8) NOT NULL,
	run_at BIGINT NOT NULL,
	attempts INTEGER NOT NULL,
	holder VARCHAR(80),
	lease_until BIGINT,
	cause VARCHAR(80),
	error TEXT,
	queued_at BIGINT NOT NULL,
	settled_at BIGINT,
	retried_at BIGINT,
	retried_by INTEGER,
	CONSTRAINT pk_job PRIMARY KEY (id)
)
;;
CREATE INDEX ix_job_queued ON job (run_at, id) WHERE state = 'queued'
;;
CREATE INDEX ix_job_running ON job (lease_until) WHERE state = 'running'
;;
CREATE INDEX ix_job_settled ON job (state, settled_at) WHERE settled_at IS NOT NULL
;;
CREATE UNIQUE INDEX uq_job_key ON job (key) WHERE key IS NOT NULL
;;
CREATE TABLE worker_beat (
	holder VARCHAR(80) NOT NULL,
	host VARCHAR(80) NOT NULL,
	pid INTEGER NOT NULL,
	started_at BIGINT NOT NULL,
	beat_at BIGINT NOT NULL,
	CONSTRAINT pk_worker_beat PRIMARY KEY (holder)
)
;;
CREATE TABLE mail (
	id BIGSERIAL NOT NULL,
	key VARCHAR(160) NOT NULL,
	account BIGINT NOT NULL,
	letter VARCHAR(24) NOT NULL,
	context TEXT NOT NULL,
	words TEXT,
	link VARCHAR(200),
	about BIGINT,
	message_id VARCHAR(160) NOT NULL,
	state VARCHAR(9) NOT NULL,
	digest BIGINT,
	shown_only BOOLEAN NOT NULL,
	address VARCHAR(254),
	attempts INTEGER NOT NULL,
	next_at BIGINT NOT NULL,
	holder VARCHAR(80),
	lease_until BIGINT,
	handed_at BIGINT,
	error TEXT,
	queued_at BIGINT NOT NULL,
	settled_at BIGINT,
	CONSTRAINT pk_mail PRIMARY KEY (id),
	CONSTRAINT uq_mail_key_account_letter UNIQUE (key, account, letter)
)
;;
CREATE INDEX ix_mail_digest ON mail (digest)
;;
CREATE INDEX ix_mail_held ON mail (next_at) WHERE state = 'held'
;;
CREATE INDEX ix_mail_message_id ON mail (message_id)
;;
CREATE INDEX ix_mail_queued ON mail (next_at, id) WHERE state = 'queued'
;;
CREATE INDEX ix_mail_sending ON mail (lease_until) WHERE state = 'sending'
;;
CREATE INDEX ix_mail_state ON mail (state, id)
;;
CREATE TABLE notice (
	id BIGSERIAL NOT NULL,
	key VARCHAR(160) NOT NULL,
	account BIGINT NOT NULL,
	letter VARCHAR(24) NOT NULL,
	context TEXT NOT NULL,
	words TEXT,
	link VARCHAR(200),
	about BIGINT,
	told_at BIGINT NOT NULL,
	read_at BIGINT,
	ended_at BIGINT,
	CONSTRAINT pk_notice PRIMARY KEY (id),
	CONSTRAINT uq_notice_account_key_letter UNIQUE (account, key, letter)
)
;;
CREATE INDEX ix_notice_unread ON notice (account) WHERE read_at IS NULL AND ended_at IS NULL
;;
CREATE TABLE mail_return (
	id BIGSERIAL NOT NULL,
	mail BIGINT NOT NULL,
	account BIGINT NOT NULL,
	address VARCHAR(254) NOT NULL,
	final BOOLEAN NOT NULL,
	status VARCHAR(12) NOT NULL,
	said TEXT NOT NULL,
	report VARCHAR(64) NOT NULL,
	reported_at BIGINT NOT NULL,
	lifted_at BIGINT,
	CONSTRAINT pk_mail_return PRIMARY KEY (id)
)
;;
CREATE INDEX ix_mail_return_address ON mail_return (address)
;;
CREATE INDEX ix_mail_return_mail ON mail_return (mail)
;;
CREATE TABLE notice_choice (
	account BIGINT NOT NULL,
	letter VARCHAR(24) NOT NULL,
	way VARCHAR(6) NOT NULL,
	CONSTRAINT pk_notice_choice PRIMARY KEY (account, letter)
)
;;
CREATE TABLE letter_words (
	id BIGSERIAL NOT NULL,
	letter VARCHAR(24) NOT NULL,
	number INTEGER NOT NULL,
	words TEXT,
	saved_at BIGINT NOT NULL,
	saved_by BIGINT,
	reason TEXT NOT NULL,
	CONSTRAINT pk_letter_words PRIMARY KEY (id),
	CONSTRAINT uq_letter_words_letter_number UNIQUE (letter, number)
)
;;
CREATE TABLE mail_freeze (
	id BIGSERIAL NOT NULL,
	frozen_at BIGINT NOT NULL,
	frozen_by INTEGER,
	reason TEXT NOT NULL,
	released_at BIGINT,
	released_by INTEGER,
	CONSTRAINT pk_mail_freeze PRIMARY KEY (id)
)
;;
CREATE TABLE calendar_day (
	day DATE NOT NULL,
	by_office BOOLEAN NOT NULL,
	working BOOLEAN NOT NULL,
	name VARCHAR(200) NOT NULL,
	basis TEXT NOT NULL,
	confidence VARCHAR(8) NOT NULL,
	CONSTRAINT pk_calendar_day PRIMARY KEY (day, by_office)
)
;;
CREATE TABLE former_day (
	id BIGSERIAL NOT NULL,
	until BIGINT NOT NULL,
	day DATE NOT NULL,
	by_office BOOLEAN NOT NULL,
	working BOOLEAN,
	CONSTRAINT pk_former_day PRIMARY KEY (id)
)
;;
CREATE TABLE unit (
	id BIGSERIAL NOT NULL,
	code VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	subject_group VARCHAR NOT NULL,
	parent_id BIGINT,
	name VARCHAR NOT NULL,
	sort TEXT COLLATE "C" NOT NULL,
	search VARCHAR NOT NULL,
	contact VARCHAR NOT NULL,
	phone VARCHAR NOT NULL,
	email VARCHAR NOT NULL,
	successor_id BIGINT,
	heir_id BIGINT,
	dissolved_on DATE,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_unit PRIMARY KEY (id),
	CONSTRAINT uq_unit_code UNIQUE (code),
	CONSTRAINT fk_unit_parent_id FOREIGN KEY(parent_id) REFERENCES unit (id),
	CONSTRAINT fk_unit_successor_id FOREIGN KEY(successor_id) REFERENCES unit (id),
	CONSTRAINT fk_unit_heir_id FOREIGN KEY(heir_id) REFERENCES unit (id)
)
;;
CREATE INDEX ix_unit_heir_id ON unit (heir_id)
;;
CREATE INDEX ix_unit_sort ON unit (sort)
;;
CREATE TABLE account (
	id BIGSERIAL NOT NULL,
	login VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	sort TEXT COLLATE "C" NOT NULL,
	search VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	email VARCHAR NOT NULL,
	phone VARCHAR NOT NULL,
	locale VARCHAR NOT NULL,
	active BOOLEAN NOT NULL,
	demo BOOLEAN NOT NULL,
	password_hash VARCHAR,
	must_change BOOLEAN NOT NULL,
	code_hash VARCHAR,
	code_until BIGINT,
	reset_hash VARCHAR,
	reset_nonce VARCHAR,
	reset_until BIGINT,
	credential INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	signed_in_at BIGINT,
	blocked_at BIGINT,
	emptied_at BIGINT,
	emergency_until BIGINT,
	CONSTRAINT pk_account PRIMARY KEY (id),
	CONSTRAINT uq_account_login UNIQUE (login)
)
;;
CREATE INDEX ix_account_sort ON account (sort)
;;
CREATE TABLE group_label (
	"group" VARCHAR NOT NULL,
	label VARCHAR NOT NULL,
	label_en VARCHAR NOT NULL,
	CONSTRAINT pk_group_label PRIMARY KEY ("group")
)
;;
CREATE TABLE sign_in_tally (
	subject VARCHAR NOT NULL,
	failures INTEGER NOT NULL,
	failed_at BIGINT NOT NULL,
	locked_until BIGINT,
	CONSTRAINT pk_sign_in_tally PRIMARY KEY (subject)
)
;;
CREATE TABLE movement (
	id BIGSERIAL NOT NULL,
	code VARCHAR(40) NOT NULL,
	name VARCHAR(300) NOT NULL,
	plan TEXT NOT NULL,
	starts DATE NOT NULL,
	ends DATE NOT NULL,
	contents TEXT NOT NULL,
	phases TEXT NOT NULL,
	criteria TEXT NOT NULL,
	CONSTRAINT pk_movement PRIMARY KEY (id),
	CONSTRAINT uq_movement_code UNIQUE (code)
)
;;
CREATE TABLE paper_number (
	id BIGSERIAL NOT NULL,
	body VARCHAR(40) NOT NULL,
	paper VARCHAR(20) NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,
	dated DATE NOT NULL,
	about VARCHAR(60) NOT NULL,
	place VARCHAR(100) NOT NULL,
	title VARCHAR(300) NOT NULL,
	CONSTRAINT pk_paper_number PRIMARY KEY (id),
	CONSTRAINT uq_paper_number_body_paper_year_number UNIQUE (body, paper, year, number)
)
;;
CREATE INDEX ix_paper_number_about ON paper_number (about)
;;
CREATE TABLE counter (
	register VARCHAR(120) NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	CONSTRAINT pk_counter PRIMARY KEY (register, year)
)
;;
CREATE TABLE file (
	id BIGSERIAL NOT NULL,
	about VARCHAR(40) NOT NULL,
	name VARCHAR(255) NOT NULL,
	media_type VARCHAR(100) NOT NULL,
	size INTEGER NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	uploaded_at BIGINT NOT NULL,
	uploaded_by INTEGER NOT NULL,
	CONSTRAINT pk_file PRIMARY KEY (id)
)
;;
CREATE INDEX ix_file_about ON file (about)
;;
CREATE TABLE rule (
	id BIGSERIAL NOT NULL,
	key VARCHAR(60) NOT NULL,
	version INTEGER NOT NULL,
	value TEXT,
	unit VARCHAR(40) NOT NULL,
	label VARCHAR(300) NOT NULL,
	citation TEXT NOT NULL,
	law VARCHAR(40) NOT NULL,
	confidence VARCHAR(8) NOT NULL,
	valid_from DATE,
	valid_to DATE,
	confirmed_by INTEGER,
	confirmed_at BIGINT,
	made_by INTEGER,
	made_at BIGINT,
	reason TEXT NOT NULL,
	CONSTRAINT pk_rule PRIMARY KEY (id),
	CONSTRAINT uq_rule_key_version UNIQUE (key, version)
)
;;
CREATE TABLE rule_set (
	id BIGSERIAL NOT NULL,
	digest VARCHAR(64) NOT NULL,
	values TEXT NOT NULL,
	blocking TEXT NOT NULL,
	versions TEXT NOT NULL,
	frozen_at BIGINT NOT NULL,
	CONSTRAINT pk_rule_set PRIMARY KEY (id),
	CONSTRAINT uq_rule_set_digest UNIQUE (digest)
)
;;
CREATE TABLE deployment (
	id BIGSERIAL NOT NULL,
	key VARCHAR(100) NOT NULL,
	version INTEGER NOT NULL,
	digest VARCHAR(64) NOT NULL,
	name VARCHAR(200) NOT NULL,
	note TEXT NOT NULL,
	deployed_at BIGINT NOT NULL,
	deployed_by INTEGER,
	CONSTRAINT pk_deployment PRIMARY KEY (id)
)
;;
CREATE UNIQUE INDEX uq_deployment_key_version ON deployment (key, version)
;;
CREATE TABLE queue (
	id BIGSERIAL NOT NULL,
	groups VARCHAR(400) NOT NULL,
	CONSTRAINT pk_queue PRIMARY KEY (id),
	CONSTRAINT uq_queue_groups UNIQUE (groups)
)
;;
CREATE TABLE draft (
	key VARCHAR(80) NOT NULL,
	account INTEGER NOT NULL,
	answers TEXT NOT NULL,
	saved_at BIGINT NOT NULL,
	page VARCHAR(16) NOT NULL,
	CONSTRAINT pk_draft PRIMARY KEY (key, account)
)
;;
CREATE TABLE saved_filter (
	id BIGSERIAL NOT NULL,
	account INTEGER NOT NULL,
	name VARCHAR(80) NOT NULL,
	shared_with VARCHAR(60),
	filters TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	CONSTRAINT pk_saved_filter PRIMARY KEY (id),
	CONSTRAINT uq_saved_filter_account_name UNIQUE (account, name)
)
;;
CREATE INDEX ix_saved_filter_shared_with ON saved_filter (shared_with) WHERE shared_with IS NOT NULL
;;
CREATE TABLE period (
	id BIGSERIAL NOT NULL,
	process VARCHAR(100) NOT NULL,
	year INTEGER NOT NULL,
	half BOOLEAN NOT NULL,
	calendar TEXT NOT NULL,
	former TEXT NOT NULL,
	late TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by INTEGER,
	closed_at BIGINT,
	CONSTRAINT pk_period PRIMARY KEY (id),
	CONSTRAINT uq_period_process_year_half UNIQUE (process, year, half)
)
;;
CREATE TABLE index_set (
	id BIGSERIAL NOT NULL,
	year INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	name_en VARCHAR(200) NOT NULL,
	basis TEXT NOT NULL,
	copied_from BIGINT,
	units TEXT NOT NULL,
	due_on DATE,
	made_at BIGINT NOT NULL,
	made_by INTEGER,
	opened_at BIGINT,
	closed_at BIGINT,
	published_at BIGINT,
	CONSTRAINT pk_index_set PRIMARY KEY (id),
	CONSTRAINT uq_index_set_year UNIQUE (year),
	CONSTRAINT fk_index_set_copied_from FOREIGN KEY(copied_from) REFERENCES index_set (id)
)
;;
CREATE TABLE keeper (
	id BIGSERIAL NOT NULL,
	name VARCHAR(120) NOT NULL,
	address VARCHAR(254) NOT NULL,
	nonce VARCHAR(32) NOT NULL,
	outside BOOLEAN NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by INTEGER,
	confirmed_at BIGINT,
	ended_at BIGINT,
	CONSTRAINT pk_keeper PRIMARY KEY (id)
)
;;
CREATE UNIQUE INDEX uq_keeper_address ON keeper (address) WHERE ended_at IS NULL
;;
CREATE TABLE replay_run (
	id BIGSERIAL NOT NULL,
	key VARCHAR(100) NOT NULL,
	draft_id INTEGER,
	title VARCHAR(200) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	bundle BYTEA NOT NULL,
	state VARCHAR(9) NOT NULL,
	total INTEGER NOT NULL,
	done INTEGER NOT NULL,
	paths INTEGER NOT NULL,
	counts TEXT NOT NULL,
	error TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by INTEGER,
	moved_at BIGINT NOT NULL,
	ended_at BIGINT,
	CONSTRAINT pk_replay_run PRIMARY KEY (id)
)
;;
CREATE INDEX ix_replay_run_key ON replay_run (key, id)
;;
CREATE TABLE webhook (
	id BIGSERIAL NOT NULL,
	name VARCHAR(120) NOT NULL,
	url VARCHAR(500) NOT NULL,
	events TEXT NOT NULL,
	state VARCHAR(6) NOT NULL,
	why VARCHAR(20) NOT NULL,
	secret BYTEA NOT NULL,
	former BYTEA,
	former_until BIGINT,
	made_at BIGINT NOT NULL,
	made_by INTEGER,
	CONSTRAINT pk_webhook PRIMARY KEY (id)
)
;;
CREATE TABLE idempotent_answer (
	account INTEGER NOT NULL,
	key VARCHAR(200) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	status INTEGER NOT NULL,
	content_type VARCHAR(100) NOT NULL,
	body BYTEA NOT NULL,
	answered_at BIGINT NOT NULL,
	CONSTRAINT pk_idempotent_answer PRIMARY KEY (account, key)
)
;;
CREATE INDEX ix_idempotent_answer_answered_at ON idempotent_answer (answered_at)
;;
CREATE TABLE unit_name (
	id BIGSERIAL NOT NULL,
	unit_id BIGINT NOT NULL,
	name VARCHAR NOT NULL,
	valid_from DATE NOT NULL,
	basis VARCHAR NOT NULL,
	CONSTRAINT pk_unit_name PRIMARY KEY (id),
	CONSTRAINT uq_unit_name_unit_id_valid_from UNIQUE (unit_id, valid_from),
	CONSTRAINT fk_unit_name_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
)
;;
CREATE TABLE second_person_request (
	id BIGSERIAL NOT NULL,
	act VARCHAR NOT NULL,
	given TEXT NOT NULL,
	reason VARCHAR NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by BIGINT NOT NULL,
	asked_for TEXT NOT NULL,
	until BIGINT NOT NULL,
	state VARCHAR NOT NULL,
	settled_at BIGINT,
	settled_by BIGINT,
	refusal VARCHAR NOT NULL,
	CONSTRAINT pk_second_person_request PRIMARY KEY (id),
	CONSTRAINT fk_second_person_request_asked_by FOREIGN KEY(asked_by) REFERENCES account (id),
	CONSTRAINT fk_second_person_request_settled_by FOREIGN KEY(settled_by) REFERENCES account (id)
)
;;
CREATE TABLE membership (
	id BIGSERIAL NOT NULL,
	account_id BIGINT NOT NULL,
	"group" VARCHAR NOT NULL,
	unit_id BIGINT,
	valid_from DATE NOT NULL,
	valid_to DATE,
	CONSTRAINT pk_membership PRIMARY KEY (id),
	CONSTRAINT fk_membership_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT fk_membership_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
)
;;
CREATE INDEX ix_membership_account_id ON membership (account_id)
;;
CREATE INDEX ix_membership_group_account ON membership ("group", account_id)
;;
CREATE INDEX ix_membership_unit_id ON membership (unit_id)
;;
CREATE TABLE substitution (
	id BIGSERIAL NOT NULL,
	account_id BIGINT NOT NULL,
	"group" VARCHAR,
	processes TEXT,
	substitute_id BIGINT NOT NULL,
	valid_from DATE NOT NULL,
	valid_to DATE NOT NULL,
	reason VARCHAR NOT NULL,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_substitution PRIMARY KEY (id),
	CONSTRAINT fk_substitution_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT fk_substitution_substitute_id FOREIGN KEY(substitute_id) REFERENCES account (id)
)
;;
CREATE INDEX ix_substitution_account_id ON substitution (account_id)
;;
CREATE INDEX ix_substitution_substitute_id ON substitution (substitute_id)
;;
CREATE TABLE calendar_feed (
	account_id BIGINT NOT NULL,
	hash VARCHAR NOT NULL,
	made_at BIGINT NOT NULL,
	CONSTRAINT pk_calendar_feed PRIMARY KEY (account_id),
	CONSTRAINT fk_calendar_feed_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT uq_calendar_feed_hash UNIQUE (hash)
)
;;
CREATE TABLE session_token (
	id BIGSERIAL NOT NULL,
	hash VARCHAR NOT NULL,
	account_id BIGINT NOT NULL,
	door VARCHAR NOT NULL,
	address VARCHAR NOT NULL,
	device VARCHAR NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	factor BOOLEAN NOT NULL,
	CONSTRAINT pk_session_token PRIMARY KEY (id),
	CONSTRAINT uq_session_token_hash UNIQUE (hash),
	CONSTRAINT fk_session_token_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;;
CREATE INDEX ix_session_token_account_id ON session_token (account_id)
;;
CREATE TABLE identity (
	account_id BIGINT NOT NULL,
	issuer VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	linked_at BIGINT NOT NULL,
	factor BOOLEAN NOT NULL,
	CONSTRAINT pk_identity PRIMARY KEY (account_id),
	CONSTRAINT uq_identity_issuer_subject UNIQUE (issuer, subject),
	CONSTRAINT fk_identity_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;;
CREATE TABLE api_token (
	id BIGSERIAL NOT NULL,
	account_id BIGINT NOT NULL,
	hash VARCHAR NOT NULL,
	hint VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	scope TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	until BIGINT NOT NULL,
	used_on DATE,
	ended_at BIGINT,
	ended VARCHAR NOT NULL,
	CONSTRAINT pk_api_token PRIMARY KEY (id),
	CONSTRAINT fk_api_token_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT uq_api_token_hash UNIQUE (hash)
)
;;
CREATE INDEX ix_api_token_account_id ON api_token (account_id)
;;
CREATE TABLE second_factor (
	account_id BIGINT NOT NULL,
	secret BYTEA NOT NULL,
	confirmed BOOLEAN NOT NULL,
	last_step BIGINT NOT NULL,
	CONSTRAINT pk_second_factor PRIMARY KEY (account_id),
	CONSTRAINT fk_second_factor_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;;
CREATE TABLE recovery_code (
	account_id BIGINT NOT NULL,
	hash VARCHAR NOT NULL,
	CONSTRAINT pk_recovery_code PRIMARY KEY (account_id, hash),
	CONSTRAINT fk_recovery_code_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
;;
CREATE TABLE round (
	id BIGSERIAL NOT NULL,
	movement_id BIGINT NOT NULL,
	code VARCHAR(40) NOT NULL,
	name VARCHAR(300) NOT NULL,
	stage VARCHAR(10) NOT NULL,
	year INTEGER NOT NULL,
	state VARCHAR(10) NOT NULL,
	window_from DATE NOT NULL,
	window_to DATE NOT NULL,
	calendar TEXT NOT NULL,
	calendar_version INTEGER NOT NULL,
	criteria TEXT NOT NULL,
	guidance TEXT NOT NULL,
	quotas TEXT NOT NULL,
	opened_at BIGINT,
	closed_at BIGINT,
	blind VARCHAR(8) NOT NULL,
	CONSTRAINT pk_round PRIMARY KEY (id),
	CONSTRAINT fk_round_movement_id FOREIGN KEY(movement_id) REFERENCES movement (id),
	CONSTRAINT uq_round_code UNIQUE (code)
)
;;
CREATE TABLE recipient (
	id BIGSERIAL NOT NULL,
	kind VARCHAR(10) NOT NULL,
	name VARCHAR(200) NOT NULL,
	title VARCHAR(200) NOT NULL,
	unit_id BIGINT NOT NULL,
	account_id INTEGER,
	others TEXT NOT NULL,
	collective_unit_id INTEGER,
	birth_year INTEGER,
	gender VARCHAR(6),
	direct_worker BOOLEAN NOT NULL,
	leader BOOLEAN NOT NULL,
	members INTEGER,
	search VARCHAR(500) NOT NULL,
	sort_key VARCHAR(300) NOT NULL,
	died_on DATE,
	same_as INTEGER,
	apart TEXT NOT NULL,
	CONSTRAINT pk_recipient PRIMARY KEY (id),
	CONSTRAINT fk_recipient_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
)
;;
CREATE INDEX ix_recipient_account_id ON recipient (account_id)
;;
CREATE INDEX ix_recipient_collective_unit ON recipient (collective_unit_id)
;;
CREATE INDEX ix_recipient_search ON recipient (search)
;;
CREATE INDEX ix_recipient_unit ON recipient (unit_id)
;;
CREATE TABLE deployment_file (
	deployment_id BIGINT NOT NULL,
	name VARCHAR(200) NOT NULL,
	content BYTEA NOT NULL,
	CONSTRAINT pk_deployment_file PRIMARY KEY (deployment_id, name),
	CONSTRAINT fk_deployment_file_deployment_id FOREIGN KEY(deployment_id) REFERENCES deployment (id)
)
;;
CREATE TABLE enactment (
	id BIGSERIAL NOT NULL,
	key VARCHAR(100) NOT NULL,
	deployment_id BIGINT NOT NULL,
	kind VARCHAR(11) NOT NULL,
	replaces INTEGER,
	note TEXT NOT NULL,
	basis TEXT NOT NULL,
	effects TEXT NOT NULL,
	told TEXT NOT NULL,
	effective_on DATE NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by INTEGER,
	state VARCHAR(9) NOT NULL,
	settled_at BIGINT,
	settled_by INTEGER,
	refused_at BIGINT,
	refused_by INTEGER,
	refusal TEXT NOT NULL,
	CONSTRAINT pk_enactment PRIMARY KEY (id),
	CONSTRAINT fk_enactment_deployment_id FOREIGN KEY(deployment_id) REFERENCES deployment (id)
)
;;
CREATE INDEX ix_enactment_key ON enactment (key, effective_on, settled_at, id)
;;
CREATE TABLE process_instance (
	id BIGSERIAL NOT NULL,
	deployment_id BIGINT NOT NULL,
	case_key VARCHAR(60),
	version INTEGER NOT NULL,
	status VARCHAR(12) NOT NULL,
	phase VARCHAR(40),
	outcome VARCHAR(40),
	due_at BIGINT,
	holds INTEGER NOT NULL,
	queued INTEGER NOT NULL,
	roles TEXT NOT NULL,
	excluded TEXT NOT NULL,
	own_units TEXT NOT NULL,
	title VARCHAR(300) NOT NULL,
	about VARCHAR(300) NOT NULL,
	search VARCHAR(600) NOT NULL,
	unit_id INTEGER,
	priority INTEGER NOT NULL,
	started_at BIGINT NOT NULL,
	started_by INTEGER,
	begun_with TEXT,
	ended_at BIGINT,
	suspended BOOLEAN NOT NULL,
	suspensions TEXT NOT NULL,
	dues_set TEXT NOT NULL,
	by_hand BOOLEAN NOT NULL,
	renamed TEXT NOT NULL,
	state BYTEA NOT NULL,
	CONSTRAINT pk_process_instance PRIMARY KEY (id),
	CONSTRAINT fk_process_instance_deployment_id FOREIGN KEY(deployment_id) REFERENCES deployment (id)
)
;;
CREATE INDEX ix_process_instance_case ON process_instance (case_key)
;;
CREATE INDEX ix_process_instance_due ON process_instance (due_at) WHERE due_at IS NOT NULL
;;
CREATE TABLE ballot_round (
	id VARCHAR(16) NOT NULL,
	session_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	state VARCHAR(12) NOT NULL,
	secret BOOLEAN NOT NULL,
	quorum INTEGER NOT NULL,
	smallest INTEGER NOT NULL,
	blank VARCHAR(12) NOT NULL,
	params BYTEA,
	params_mac BYTEA,
	box_root BYTEA,
	reason TEXT NOT NULL,
	scan BIGINT,
	CONSTRAINT pk_ballot_round PRIMARY KEY (id),
	CONSTRAINT fk_ballot_round_scan FOREIGN KEY(scan) REFERENCES file (id)
)
;;
CREATE INDEX ix_ballot_round_session_id ON ballot_round (session_id)
;;
CREATE TABLE index_pillar (
	id BIGSERIAL NOT NULL,
	set_id BIGINT NOT NULL,
	code VARCHAR(20) NOT NULL,
	name VARCHAR(200) NOT NULL,
	name_en VARCHAR(200) NOT NULL,
	weight VARCHAR(30) NOT NULL,
	CONSTRAINT pk_index_pillar PRIMARY KEY (id),
	CONSTRAINT uq_index_pillar_set_id_code UNIQUE (set_id, code),
	CONSTRAINT fk_index_pillar_set_id FOREIGN KEY(set_id) REFERENCES index_set (id)
)
;;
CREATE TABLE keeper_letter (
	keeper_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	checkpoint BIGINT NOT NULL,
	origin VARCHAR(64) NOT NULL,
	queued_at BIGINT NOT NULL,
	taken_at BIGINT,
	missed_at BIGINT,
	received_at BIGINT,
	CONSTRAINT pk_keeper_letter PRIMARY KEY (keeper_id, number),
	CONSTRAINT fk_keeper_letter_keeper_id FOREIGN KEY(keeper_id) REFERENCES keeper (id)
)
;;
CREATE TABLE migration (
	id BIGSERIAL NOT NULL,
	from_id BIGINT NOT NULL,
	to_id BIGINT NOT NULL,
	mapping TEXT NOT NULL,
	reason TEXT NOT NULL,
	state VARCHAR(8) NOT NULL,
	undoing BOOLEAN NOT NULL,
	made_at BIGINT NOT NULL,
	made_by INTEGER,
	undone_by INTEGER,
	undo_reason TEXT NOT NULL,
	ended_at BIGINT,
	CONSTRAINT pk_migration PRIMARY KEY (id),
	CONSTRAINT fk_migration_from_id FOREIGN KEY(from_id) REFERENCES deployment (id),
	CONSTRAINT fk_migration_to_id FOREIGN KEY(to_id) REFERENCES deployment (id)
)
;;
CREATE INDEX ix_migration_from_id ON migration (from_id)
;;
CREATE TABLE webhook_standing (
	webhook_id BIGINT NOT NULL,
	failures INTEGER NOT NULL,
	failed_since BIGINT,
	rest_until BIGINT,
	last_ok BIGINT,
	CONSTRAINT pk_webhook_standing PRIMARY KEY (webhook_id),
	CONSTRAINT fk_webhook_standing_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id)
)
;;
CREATE TABLE webhook_delivery (
	id BIGSERIAL NOT NULL,
	webhook_id BIGINT NOT NULL,
	message VARCHAR(40) NOT NULL,
	key VARCHAR(60),
	event VARCHAR(40) NOT NULL,
	body TEXT NOT NULL,
	state VARCHAR(9) NOT NULL,
	turn INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	status INTEGER,
	answer TEXT,
	fault VARCHAR(20),
	detail TEXT,
	queued_at BIGINT NOT NULL,
	next_at BIGINT,
	tried_at BIGINT,
	give_up_at BIGINT,
	settled_at BIGINT,
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (id),
	CONSTRAINT uq_webhook_delivery_webhook_id_key UNIQUE (webhook_id, key),
	CONSTRAINT fk_webhook_delivery_webhook_id FOREIGN KEY(webhook_id) REFERENCES webhook (id),
	CONSTRAINT uq_webhook_delivery_message UNIQUE (message)
)
;;
CREATE INDEX ix_webhook_delivery_queued ON webhook_delivery (webhook_id) WHERE state = 'queued'
;;
CREATE INDEX ix_webhook_delivery_webhook ON webhook_delivery (webhook_id, id)
;;
CREATE TABLE studio_draft (
	id BIGSERIAL NOT NULL,
	key VARCHAR(100) NOT NULL,
	name VARCHAR(200) NOT NULL,
	base_id BIGINT,
	begun_at BIGINT NOT NULL,
	begun_by INTEGER,
	changed_at BIGINT NOT NULL,
	changed_by INTEGER,
	version INTEGER NOT NULL,
	CONSTRAINT pk_studio_draft PRIMARY KEY (id),
	CONSTRAINT fk_studio_draft_base_id FOREIGN KEY(base_id) REFERENCES deployment (id)
)
;;
CREATE TABLE broadcast (
	id BIGSERIAL NOT NULL,
	chosen VARCHAR(20) NOT NULL,
	round_id BIGINT,
	period_id BIGINT,
	"group" VARCHAR(40),
	letter VARCHAR(24) NOT NULL,
	subject VARCHAR(300) NOT NULL,
	text TEXT NOT NULL,
	told TEXT NOT NULL,
	made_by INTEGER,
	made_at BIGINT NOT NULL,
	ticket VARCHAR(64),
	CONSTRAINT pk_broadcast PRIMARY KEY (id),
	CONSTRAINT uq_broadcast_made_by_ticket UNIQUE (made_by, ticket),
	CONSTRAINT fk_broadcast_round_id FOREIGN KEY(round_id) REFERENCES round (id),
	CONSTRAINT fk_broadcast_period_id FOREIGN KEY(period_id) REFERENCES period (id)
)
;;
CREATE TABLE former_calendar (
	id BIGSERIAL NOT NULL,
	round_id BIGINT NOT NULL,
	until BIGINT NOT NULL,
	calendar TEXT NOT NULL,
	CONSTRAINT pk_former_calendar PRIMARY KEY (id),
	CONSTRAINT fk_former_calendar_round_id FOREIGN KEY(round_id) REFERENCES round (id)
)
;;
CREATE INDEX ix_former_calendar_round_id ON former_calendar (round_id)
;;
CREATE TABLE list (
	id BIGSERIAL NOT NULL,
	kind VARCHAR(20) NOT NULL,
	round_id BIGINT NOT NULL,
	unit_id BIGINT,
	parent_id BIGINT,
	state VARCHAR(20) NOT NULL,
	title VARCHAR(300) NOT NULL,
	number VARCHAR(60),
	dated DATE,
	data TEXT NOT NULL,
	version INTEGER NOT NULL,
	sole VARCHAR(60),
	due_at BIGINT,
	due_days INTEGER,
	due_since DATE,
	created_at BIGINT NOT NULL,
	created_by INTEGER,
	CONSTRAINT pk_list PRIMARY KEY (id),
	CONSTRAINT fk_list_round_id FOREIGN KEY(round_id) REFERENCES round (id),
	CONSTRAINT fk_list_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT fk_list_parent_id FOREIGN KEY(parent_id) REFERENCES list (id),
	CONSTRAINT uq_list_sole UNIQUE (sole)
)
;;
CREATE INDEX ix_list_round_kind ON list (round_id, kind)
;;
CREATE INDEX ix_list_unit ON list (unit_id, kind)
;;
CREATE TABLE past_award (
	id BIGSERIAL NOT NULL,
	recipient_id BIGINT NOT NULL,
	what VARCHAR(10) NOT NULL,
	year INTEGER NOT NULL,
	basis VARCHAR(12) NOT NULL,
	decision VARCHAR(60) NOT NULL,
	decided_on DATE,
	issuer VARCHAR(200) NOT NULL,
	achievement TEXT NOT NULL,
	used_for VARCHAR(200) NOT NULL,
	once VARCHAR(120) NOT NULL,
	struck TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	entered_by INTEGER,
	CONSTRAINT pk_past_award PRIMARY KEY (id),
	CONSTRAINT fk_past_award_recipient_id FOREIGN KEY(recipient_id) REFERENCES recipient (id),
	CONSTRAINT uq_past_award_once UNIQUE (once)
)
;;
CREATE INDEX ix_past_award_recipient ON past_award (recipient_id)
;;
CREATE TABLE activity (
	id BIGSERIAL NOT NULL,
	instance_id BIGINT,
	list_id INTEGER,
	deployment_id INTEGER,
	kind VARCHAR(8) NOT NULL,
	element VARCHAR(60) NOT NULL,
	occurrence INTEGER NOT NULL,
	task VARCHAR(36),
	message VARCHAR(60),
	key VARCHAR(60),
	state VARCHAR(9) NOT NULL,
	version INTEGER NOT NULL,
	queue_id INTEGER,
	owner INTEGER,
	title VARCHAR(300),
	search VARCHAR(300),
	item TEXT,
	process VARCHAR(60),
	unit_id INTEGER,
	priority INTEGER NOT NULL,
	follow_at BIGINT,
	opened_at BIGINT NOT NULL,
	due_at BIGINT,
	sort_at BIGINT NOT NULL,
	remind_at BIGINT,
	reminded INTEGER NOT NULL,
	unclaimed_at BIGINT,
	drafted BOOLEAN NOT NULL,
	closed_at BIGINT,
	closed_by INTEGER,
	on_behalf VARCHAR(300),
	door VARCHAR(8),
	answers TEXT,
	CONSTRAINT pk_activity PRIMARY KEY (id),
	CONSTRAINT fk_activity_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id)
)
;;
CREATE INDEX ix_activity_done_by ON activity (closed_by, closed_at) WHERE closed_by IS NOT NULL
;;
CREATE INDEX ix_activity_figures ON activity (deployment_id, closed_at, element, opened_at, due_at, kind, state) WHERE state = 'done'
;;
CREATE INDEX ix_activity_high ON activity (queue_id, sort_at, id) WHERE state = 'open' AND priority > 0
;;
CREATE INDEX ix_activity_instance ON activity (instance_id, id)
;;
CREATE INDEX ix_activity_list ON activity (list_id, id) WHERE list_id IS NOT NULL
;;
CREATE INDEX ix_activity_owner ON activity (owner, sort_at, id) WHERE state = 'open' AND owner IS NOT NULL
;;
CREATE INDEX ix_activity_queue ON activity (queue_id, sort_at, id) WHERE state = 'open'
;;
CREATE INDEX ix_activity_remind ON activity (remind_at) WHERE remind_at IS NOT NULL
;;
CREATE INDEX ix_activity_unclaimed ON activity (unclaimed_at) WHERE unclaimed_at IS NOT NULL
;;
CREATE TABLE message (
	id BIGSERIAL NOT NULL,
	instance_id BIGINT NOT NULL,
	name VARCHAR(60) NOT NULL,
	key VARCHAR(60),
	urgent BOOLEAN NOT NULL,
	payload TEXT NOT NULL,
	source VARCHAR(60) NOT NULL,
	once VARCHAR(120) NOT NULL,
	state VARCHAR(9) NOT NULL,
	sent_at BIGINT NOT NULL,
	sent_by INTEGER,
	sent_for VARCHAR(300),
	settled_at BIGINT,
	CONSTRAINT pk_message PRIMARY KEY (id),
	CONSTRAINT fk_message_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id),
	CONSTRAINT uq_message_once UNIQUE (once)
)
;;
CREATE INDEX ix_message_queued ON message (instance_id, urgent, id) WHERE state = 'queued'
;;
CREATE INDEX ix_message_source ON message (source)
;;
CREATE TABLE incident (
	id BIGSERIAL NOT NULL,
	instance_id BIGINT NOT NULL,
	element VARCHAR(60),
	code VARCHAR(60) NOT NULL,
	message TEXT NOT NULL,
	message_en TEXT NOT NULL,
	raised_at BIGINT NOT NULL,
	resolved_at BIGINT,
	resolved_by INTEGER,
	retry_of INTEGER,
	CONSTRAINT pk_incident PRIMARY KEY (id),
	CONSTRAINT fk_incident_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id)
)
;;
CREATE INDEX ix_incident_instance ON incident (instance_id)
;;
CREATE INDEX ix_incident_open ON incident (code) WHERE resolved_at IS NULL
;;
CREATE TABLE ballot_teller (
	round VARCHAR(16) NOT NULL,
	no INTEGER NOT NULL,
	person BIGINT NOT NULL,
	pub BYTEA,
	confirmed BOOLEAN NOT NULL,
	CONSTRAINT pk_ballot_teller PRIMARY KEY (round, no),
	CONSTRAINT fk_ballot_teller_round FOREIGN KEY(round) REFERENCES ballot_round (id),
	CONSTRAINT fk_ballot_teller_person FOREIGN KEY(person) REFERENCES account (id)
)
;;
CREATE TABLE ballot_roll (
	round VARCHAR(16) NOT NULL,
	member_no INTEGER NOT NULL,
	person BIGINT,
	name VARCHAR NOT NULL,
	present BOOLEAN NOT NULL,
	cred_version INTEGER,
	voted BOOLEAN NOT NULL,
	CONSTRAINT pk_ballot_roll PRIMARY KEY (round, member_no),
	CONSTRAINT fk_ballot_roll_round FOREIGN KEY(round) REFERENCES ballot_round (id),
	CONSTRAINT fk_ballot_roll_person FOREIGN KEY(person) REFERENCES account (id)
)
;;
CREATE TABLE ballot_recusal (
	round VARCHAR(16) NOT NULL,
	item_no INTEGER NOT NULL,
	member_no INTEGER NOT NULL,
	reason TEXT NOT NULL,
	CONSTRAINT pk_ballot_recusal PRIMARY KEY (round, item_no, member_no),
	CONSTRAINT fk_ballot_recusal_round FOREIGN KEY(round) REFERENCES ballot_round (id)
)
;;
CREATE TABLE ballot_box (
	round VARCHAR(16) NOT NULL,
	n INTEGER NOT NULL,
	blob BYTEA NOT NULL,
	CONSTRAINT pk_ballot_box PRIMARY KEY (round),
	CONSTRAINT fk_ballot_box_round FOREIGN KEY(round) REFERENCES ballot_round (id)
)
;;
CREATE TABLE paper_count (
	round VARCHAR(16) NOT NULL,
	item_no INTEGER NOT NULL,
	keyed_by BIGINT NOT NULL,
	returned INTEGER NOT NULL,
	agree INTEGER NOT NULL,
	disagree INTEGER NOT NULL,
	blank INTEGER NOT NULL,
	recused INTEGER NOT NULL,
	CONSTRAINT pk_paper_count PRIMARY KEY (round, item_no, keyed_by),
	CONSTRAINT fk_paper_count_round FOREIGN KEY(round) REFERENCES ballot_round (id),
	CONSTRAINT fk_paper_count_keyed_by FOREIGN KEY(keyed_by) REFERENCES account (id)
)
;;
CREATE TABLE ballot_opinion (
	round VARCHAR(16) NOT NULL,
	item_no INTEGER NOT NULL,
	member_no INTEGER NOT NULL,
	choice VARCHAR(12) NOT NULL,
	paper VARCHAR NOT NULL,
	scan BIGINT NOT NULL,
	CONSTRAINT pk_ballot_opinion PRIMARY KEY (round, item_no, member_no),
	CONSTRAINT fk_ballot_opinion_round FOREIGN KEY(round) REFERENCES ballot_round (id),
	CONSTRAINT fk_ballot_opinion_scan FOREIGN KEY(scan) REFERENCES file (id)
)
;;
CREATE TABLE matter (
	id BIGSERIAL NOT NULL,
	process VARCHAR(100) NOT NULL,
	year INTEGER NOT NULL,
	number INTEGER NOT NULL,
	unit_id INTEGER,
	period_id BIGINT,
	instance_id BIGINT,
	begun TEXT NOT NULL,
	shown TEXT NOT NULL,
	done TEXT NOT NULL,
	begun_at BIGINT NOT NULL,
	begun_by INTEGER,
	source_id BIGINT,
	CONSTRAINT pk_matter PRIMARY KEY (id),
	CONSTRAINT uq_matter_process_year_number UNIQUE (process, year, number),
	CONSTRAINT uq_matter_period_id_unit_id UNIQUE (period_id, unit_id),
	CONSTRAINT fk_matter_period_id FOREIGN KEY(period_id) REFERENCES period (id),
	CONSTRAINT uq_matter_instance_id UNIQUE (instance_id),
	CONSTRAINT fk_matter_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id),
	CONSTRAINT fk_matter_source_id FOREIGN KEY(source_id) REFERENCES matter (id)
)
;;
CREATE INDEX ix_matter_unit ON matter (unit_id)
;;
CREATE TABLE index_indicator (
	id BIGSERIAL NOT NULL,
	set_id BIGINT NOT NULL,
	pillar_id BIGINT NOT NULL,
	code VARCHAR(20) NOT NULL,
	name VARCHAR(300) NOT NULL,
	name_en VARCHAR(300) NOT NULL,
	measure VARCHAR(60) NOT NULL,
	inputs TEXT NOT NULL,
	parameters TEXT NOT NULL,
	formula TEXT NOT NULL,
	"full" VARCHAR(30) NOT NULL,
	maximum VARCHAR(30) NOT NULL,
	weight VARCHAR(30) NOT NULL,
	evidence TEXT NOT NULL,
	who VARCHAR(10) NOT NULL,
	kinds TEXT NOT NULL,
	CONSTRAINT pk_index_indicator PRIMARY KEY (id),
	CONSTRAINT uq_index_indicator_set_id_code UNIQUE (set_id, code),
	CONSTRAINT fk_index_indicator_set_id FOREIGN KEY(set_id) REFERENCES index_set (id),
	CONSTRAINT fk_index_indicator_pillar_id FOREIGN KEY(pillar_id) REFERENCES index_pillar (id)
)
;;
CREATE INDEX ix_index_indicator_pillar ON index_indicator (pillar_id)
;;
CREATE TABLE erasure (
	id BIGSERIAL NOT NULL,
	recipient_id BIGINT NOT NULL,
	requester VARCHAR(200) NOT NULL,
	relation VARCHAR(14) NOT NULL,
	received_on DATE NOT NULL,
	paper VARCHAR(60) NOT NULL,
	basis VARCHAR(40) NOT NULL,
	state VARCHAR(7) NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by INTEGER,
	settled_at BIGINT,
	settled_by INTEGER,
	refusal TEXT NOT NULL,
	counts TEXT NOT NULL,
	kept TEXT NOT NULL,
	files TEXT NOT NULL,
	CONSTRAINT pk_erasure PRIMARY KEY (id),
	CONSTRAINT fk_erasure_recipient_id FOREIGN KEY(recipient_id) REFERENCES recipient (id)
)
;;
CREATE INDEX ix_erasure_recipient_id ON erasure (recipient_id)
;;
CREATE UNIQUE INDEX uq_erasure_asked ON erasure (recipient_id) WHERE state = 'asked'
;;
CREATE TABLE migration_line (
	migration_id BIGINT NOT NULL,
	instance_id BIGINT NOT NULL,
	state VARCHAR(8) NOT NULL,
	reasons TEXT NOT NULL,
	version INTEGER,
	before BYTEA,
	rows TEXT NOT NULL,
	settled_at BIGINT,
	moved_at BIGINT,
	CONSTRAINT pk_migration_line PRIMARY KEY (migration_id, instance_id),
	CONSTRAINT fk_migration_line_migration_id FOREIGN KEY(migration_id) REFERENCES migration (id),
	CONSTRAINT fk_migration_line_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id)
)
;;
CREATE INDEX ix_migration_line_instance ON migration_line (instance_id)
;;
CREATE TABLE replay_line (
	run_id BIGINT NOT NULL,
	instance_id BIGINT NOT NULL,
	word VARCHAR(9) NOT NULL,
	element VARCHAR(60) NOT NULL,
	why VARCHAR(20) NOT NULL,
	message TEXT NOT NULL,
	message_en TEXT NOT NULL,
	outcome_then VARCHAR(40),
	outcome_now VARCHAR(40),
	CONSTRAINT pk_replay_line PRIMARY KEY (run_id, instance_id),
	CONSTRAINT fk_replay_line_run_id FOREIGN KEY(run_id) REFERENCES replay_run (id),
	CONSTRAINT fk_replay_line_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id)
)
;;
CREATE INDEX ix_replay_line_word ON replay_line (run_id, word, instance_id)
;;
CREATE TABLE studio_file (
	draft_id BIGINT NOT NULL,
	name VARCHAR(200) NOT NULL,
	content BYTEA NOT NULL,
	version INTEGER NOT NULL,
	changed_at BIGINT NOT NULL,
	changed_by INTEGER,
	CONSTRAINT pk_studio_file PRIMARY KEY (draft_id, name),
	CONSTRAINT fk_studio_file_draft_id FOREIGN KEY(draft_id) REFERENCES studio_draft (id)
)
;;
CREATE TABLE studio_visit (
	draft_id BIGINT NOT NULL,
	account INTEGER NOT NULL,
	seen_at BIGINT NOT NULL,
	CONSTRAINT pk_studio_visit PRIMARY KEY (draft_id, account),
	CONSTRAINT fk_studio_visit_draft_id FOREIGN KEY(draft_id) REFERENCES studio_draft (id)
)
;;
CREATE TABLE nomination (
	id BIGSERIAL NOT NULL,
	round_id BIGINT NOT NULL,
	submission_id BIGINT,
	unit_id BIGINT NOT NULL,
	recipient_id BIGINT NOT NULL,
	instance_id BIGINT,
	name VARCHAR(200) NOT NULL,
	title VARCHAR(200) NOT NULL,
	unit_name VARCHAR(300) NOT NULL,
	kind VARCHAR(10) NOT NULL,
	subject_group VARCHAR(1) NOT NULL,
	achievement TEXT NOT NULL,
	evidence TEXT NOT NULL,
	contents TEXT NOT NULL,
	code_seed VARCHAR(32) NOT NULL,
	code_mark VARCHAR(64) NOT NULL,
	form_asked VARCHAR(10) NOT NULL,
	form_recommended VARCHAR(10),
	form_passed VARCHAR(10),
	form_reserve VARCHAR(10),
	form_granted VARCHAR(10),
	received_at BIGINT,
	rule_set_id BIGINT,
	declared TEXT NOT NULL,
	facts TEXT NOT NULL,
	eligibility TEXT NOT NULL,
	appraisal TEXT NOT NULL,
	office_total NUMERIC(8, 2),
	papers TEXT,
	faults TEXT NOT NULL,
	reason TEXT NOT NULL,
	reason_code VARCHAR(40),
	refused_by VARCHAR(12),
	posthumous BOOLEAN NOT NULL,
	to_family BOOLEAN NOT NULL,
	revoked BOOLEAN NOT NULL,
	reviewed BOOLEAN NOT NULL,
	consent TEXT NOT NULL,
	votes TEXT,
	search VARCHAR(700) NOT NULL,
	sort_key VARCHAR(300) NOT NULL,
	created_at BIGINT NOT NULL,
	created_by INTEGER,
	CONSTRAINT pk_nomination PRIMARY KEY (id),
	CONSTRAINT fk_nomination_round_id FOREIGN KEY(round_id) REFERENCES round (id),
	CONSTRAINT fk_nomination_submission_id FOREIGN KEY(submission_id) REFERENCES list (id),
	CONSTRAINT fk_nomination_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT fk_nomination_recipient_id FOREIGN KEY(recipient_id) REFERENCES recipient (id),
	CONSTRAINT fk_nomination_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id),
	CONSTRAINT fk_nomination_rule_set_id FOREIGN KEY(rule_set_id) REFERENCES rule_set (id)
)
;;
CREATE INDEX ix_nomination_figures ON nomination (round_id, received_at, unit_id, subject_group, kind, form_asked, contents, recipient_id, id)
;;
CREATE INDEX ix_nomination_ranking ON nomination (round_id, subject_group, office_total)
;;
CREATE INDEX ix_nomination_recipient ON nomination (recipient_id)
;;
CREATE INDEX ix_nomination_round_unit ON nomination (round_id, unit_id)
;;
CREATE INDEX ix_nomination_unit ON nomination (unit_id)
;;
CREATE UNIQUE INDEX uq_nomination_code_mark ON nomination (code_mark)
;;
CREATE UNIQUE INDEX uq_nomination_instance ON nomination (instance_id)
;;
CREATE TABLE council_session (
	id BIGSERIAL NOT NULL,
	list_id BIGINT NOT NULL,
	instance_id BIGINT,
	held_at BIGINT NOT NULL,
	place VARCHAR(300) NOT NULL,
	chair INTEGER NOT NULL,
	vice INTEGER,
	presided_by INTEGER,
	invited INTEGER NOT NULL,
	sittings TEXT NOT NULL,
	minutes TEXT NOT NULL,
	draws TEXT NOT NULL,
	CONSTRAINT pk_council_session PRIMARY KEY (id),
	CONSTRAINT uq_council_session_list_id UNIQUE (list_id),
	CONSTRAINT fk_council_session_list_id FOREIGN KEY(list_id) REFERENCES list (id),
	CONSTRAINT fk_council_session_instance_id FOREIGN KEY(instance_id) REFERENCES process_instance (id)
)
;;
CREATE TABLE paper (
	id BIGSERIAL NOT NULL,
	list_id BIGINT,
	about VARCHAR(40) NOT NULL,
	kind VARCHAR(30) NOT NULL,
	version INTEGER NOT NULL,
	format VARCHAR(4) NOT NULL,
	source VARCHAR(8) NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	file_id BIGINT NOT NULL,
	facts TEXT NOT NULL,
	differences TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	made_by INTEGER,
	CONSTRAINT pk_paper PRIMARY KEY (id),
	CONSTRAINT uq_paper_about_kind_version_format UNIQUE (about, kind, version, format),
	CONSTRAINT fk_paper_list_id FOREIGN KEY(list_id) REFERENCES list (id),
	CONSTRAINT fk_paper_file_id FOREIGN KEY(file_id) REFERENCES file (id)
)
;;
CREATE INDEX ix_paper_list ON paper (list_id, kind)
;;
CREATE TABLE matter_tables (
	matter_id BIGINT NOT NULL,
	paper VARCHAR(30) NOT NULL,
	lists TEXT NOT NULL,
	counts TEXT NOT NULL,
	kept_at BIGINT NOT NULL,
	CONSTRAINT pk_matter_tables PRIMARY KEY (matter_id, paper),
	CONSTRAINT fk_matter_tables_matter_id FOREIGN KEY(matter_id) REFERENCES matter (id)
)
;;
CREATE TABLE paper_batch (
	id BIGSERIAL NOT NULL,
	list_id BIGINT NOT NULL,
	kind VARCHAR(30) NOT NULL,
	act VARCHAR(8) NOT NULL,
	state VARCHAR(8) NOT NULL,
	total INTEGER NOT NULL,
	done INTEGER NOT NULL,
	file_id BIGINT,
	asked_at BIGINT NOT NULL,
	asked_by INTEGER,
	digest VARCHAR(64),
	moved_at BIGINT,
	CONSTRAINT pk_paper_batch PRIMARY KEY (id),
	CONSTRAINT fk_paper_batch_list_id FOREIGN KEY(list_id) REFERENCES list (id),
	CONSTRAINT fk_paper_batch_file_id FOREIGN KEY(file_id) REFERENCES file (id)
)
;;
CREATE INDEX ix_paper_batch_list ON paper_batch (list_id, kind)
;;
CREATE TABLE matter_subject (
	matter_id BIGINT NOT NULL,
	subject VARCHAR(60) NOT NULL,
	CONSTRAINT pk_matter_subject PRIMARY KEY (matter_id, subject),
	CONSTRAINT fk_matter_subject_matter_id FOREIGN KEY(matter_id) REFERENCES matter (id)
)
;;
CREATE INDEX ix_matter_subject ON matter_subject (subject)
;;
CREATE TABLE publication (
	id BIGSERIAL NOT NULL,
	matter_id BIGINT NOT NULL,
	process VARCHAR(100) NOT NULL,
	title VARCHAR(300) NOT NULL,
	body TEXT NOT NULL,
	name VARCHAR(200) NOT NULL,
	file_id BIGINT,
	published_at BIGINT NOT NULL,
	published_by INTEGER,
	taken_down_at BIGINT,
	CONSTRAINT pk_publication PRIMARY KEY (id),
	CONSTRAINT fk_publication_matter_id FOREIGN KEY(matter_id) REFERENCES matter (id),
	CONSTRAINT fk_publication_file_id FOREIGN KEY(file_id) REFERENCES file (id)
)
;;
CREATE INDEX ix_publication_published ON publication (published_at)
;;
CREATE TABLE index_value (
	id BIGSERIAL NOT NULL,
	set_id BIGINT NOT NULL,
	indicator_id BIGINT NOT NULL,
	unit_id INTEGER NOT NULL,
	version INTEGER NOT NULL,
	said TEXT NOT NULL,
	note TEXT NOT NULL,
	link VARCHAR(1000) NOT NULL,
	files TEXT NOT NULL,
	state VARCHAR(10) NOT NULL,
	reason TEXT NOT NULL,
	sent_at BIGINT NOT NULL,
	sent_by INTEGER,
	decided_at BIGINT,
	decided_by INTEGER,
	CONSTRAINT pk_index_value PRIMARY KEY (id),
	CONSTRAINT uq_index_value_indicator_id_unit_id UNIQUE (indicator_id, unit_id),
	CONSTRAINT fk_index_value_set_id FOREIGN KEY(set_id) REFERENCES index_set (id),
	CONSTRAINT fk_index_value_indicator_id FOREIGN KEY(indicator_id) REFERENCES index_indicator (id)
)
;;
CREATE INDEX ix_index_value_set ON index_value (set_id, unit_id)
;;
CREATE TABLE score (
	nomination_id BIGINT NOT NULL,
	criterion VARCHAR(4) NOT NULL,
	position INTEGER NOT NULL,
	own NUMERIC(5, 2),
	own_note TEXT NOT NULL,
	contents TEXT NOT NULL,
	files TEXT NOT NULL,
	office NUMERIC(5, 2),
	office_note TEXT NOT NULL,
	maximum NUMERIC(5, 2) NOT NULL,
	weight NUMERIC(5, 2) NOT NULL,
	CONSTRAINT pk_score PRIMARY KEY (nomination_id, criterion),
	CONSTRAINT fk_score_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE TABLE line (
	id BIGSERIAL NOT NULL,
	list_id BIGINT NOT NULL,
	nomination_id BIGINT NOT NULL,
	position INTEGER NOT NULL,
	result VARCHAR(20),
	reason TEXT NOT NULL,
	data TEXT NOT NULL,
	acts INTEGER NOT NULL,
	removed BOOLEAN NOT NULL,
	CONSTRAINT pk_line PRIMARY KEY (id),
	CONSTRAINT uq_line_list_id_nomination_id UNIQUE (list_id, nomination_id),
	CONSTRAINT fk_line_list_id FOREIGN KEY(list_id) REFERENCES list (id),
	CONSTRAINT fk_line_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_line_nomination ON line (nomination_id)
;;
CREATE TABLE award (
	id BIGSERIAL NOT NULL,
	nomination_id BIGINT,
	recipient_id BIGINT NOT NULL,
	form VARCHAR(10) NOT NULL,
	level VARCHAR(8) NOT NULL,
	decision VARCHAR(60) NOT NULL,
	decided_on DATE NOT NULL,
	text TEXT NOT NULL,
	money INTEGER NOT NULL,
	money_basis VARCHAR(200) NOT NULL,
	status VARCHAR(12) NOT NULL,
	book_number INTEGER,
	handed_on DATE,
	handed_to VARCHAR(200) NOT NULL,
	paid_on DATE,
	voucher VARCHAR(60) NOT NULL,
	returned_on DATE,
	repaid_on DATE,
	receipt VARCHAR(60) NOT NULL,
	unlisted BOOLEAN NOT NULL,
	CONSTRAINT pk_award PRIMARY KEY (id),
	CONSTRAINT fk_award_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id),
	CONSTRAINT fk_award_recipient_id FOREIGN KEY(recipient_id) REFERENCES recipient (id)
)
;;
CREATE INDEX ix_award_nomination ON award (nomination_id, status, form, decided_on)
;;
CREATE INDEX ix_award_recipient ON award (recipient_id)
;;
CREATE UNIQUE INDEX uq_award_in_force ON award (nomination_id) WHERE status <> 'revoked'
;;
CREATE TABLE hold (
	id BIGSERIAL NOT NULL,
	nomination_id BIGINT NOT NULL,
	list_id BIGINT,
	cause VARCHAR(20) NOT NULL,
	note TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	lifted_at BIGINT,
	conclusion TEXT NOT NULL,
	CONSTRAINT pk_hold PRIMARY KEY (id),
	CONSTRAINT fk_hold_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id),
	CONSTRAINT fk_hold_list_id FOREIGN KEY(list_id) REFERENCES list (id)
)
;;
CREATE INDEX ix_hold_nomination ON hold (nomination_id)
;;
CREATE TABLE ballot_item (
	round VARCHAR(16) NOT NULL,
	item_no INTEGER NOT NULL,
	nomination_id BIGINT,
	title VARCHAR NOT NULL,
	note VARCHAR NOT NULL,
	summary TEXT NOT NULL,
	rule_key VARCHAR NOT NULL,
	rule_version INTEGER NOT NULL,
	basis VARCHAR NOT NULL,
	denominator INTEGER NOT NULL,
	needed INTEGER NOT NULL,
	agree INTEGER,
	disagree INTEGER,
	blank INTEGER,
	recused INTEGER,
	withdrawn BOOLEAN NOT NULL,
	CONSTRAINT pk_ballot_item PRIMARY KEY (round, item_no),
	CONSTRAINT fk_ballot_item_round FOREIGN KEY(round) REFERENCES ballot_round (id),
	CONSTRAINT fk_ballot_item_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_ballot_item_nomination_id ON ballot_item (nomination_id)
;;
CREATE TABLE council_member (
	session_id BIGINT NOT NULL,
	member_no INTEGER NOT NULL,
	account BIGINT NOT NULL,
	name VARCHAR NOT NULL,
	title VARCHAR NOT NULL,
	reply VARCHAR(4) NOT NULL,
	present BOOLEAN NOT NULL,
	reason TEXT NOT NULL,
	reminded_on DATE,
	CONSTRAINT pk_council_member PRIMARY KEY (session_id, member_no),
	CONSTRAINT fk_council_member_session_id FOREIGN KEY(session_id) REFERENCES council_session (id),
	CONSTRAINT fk_council_member_account FOREIGN KEY(account) REFERENCES account (id)
)
;;
CREATE INDEX ix_council_member_account ON council_member (account)
;;
CREATE TABLE council_recusal (
	session_id BIGINT NOT NULL,
	nomination_id BIGINT NOT NULL,
	member_no INTEGER NOT NULL,
	cause VARCHAR(10) NOT NULL,
	reason TEXT NOT NULL,
	CONSTRAINT pk_council_recusal PRIMARY KEY (session_id, nomination_id, member_no),
	CONSTRAINT fk_council_recusal_session_id FOREIGN KEY(session_id) REFERENCES council_session (id),
	CONSTRAINT fk_council_recusal_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE TABLE council_item (
	session_id BIGINT NOT NULL,
	item_no INTEGER NOT NULL,
	nomination_id BIGINT NOT NULL,
	proposed VARCHAR(10) NOT NULL,
	form VARCHAR(10) NOT NULL,
	reserve VARCHAR(10),
	form_reason TEXT NOT NULL,
	state VARCHAR(10) NOT NULL,
	discussion TEXT NOT NULL,
	result VARCHAR(20),
	reason TEXT NOT NULL,
	ballot VARCHAR(16),
	needed INTEGER,
	denominator INTEGER,
	sums TEXT NOT NULL,
	presided_by INTEGER,
	reopened TEXT NOT NULL,
	CONSTRAINT pk_council_item PRIMARY KEY (session_id, item_no),
	CONSTRAINT fk_council_item_session_id FOREIGN KEY(session_id) REFERENCES council_session (id),
	CONSTRAINT fk_council_item_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_council_item_nomination_id ON council_item (nomination_id)
;;
CREATE TABLE council_assignment (
	session_id BIGINT NOT NULL,
	nomination_id BIGINT NOT NULL,
	member_no INTEGER NOT NULL,
	CONSTRAINT pk_council_assignment PRIMARY KEY (session_id, nomination_id, member_no),
	CONSTRAINT fk_council_assignment_session_id FOREIGN KEY(session_id) REFERENCES council_session (id),
	CONSTRAINT fk_council_assignment_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE TABLE council_score (
	session_id BIGINT NOT NULL,
	member_no INTEGER NOT NULL,
	keyed_by BIGINT NOT NULL,
	item_no INTEGER NOT NULL,
	criterion VARCHAR(4) NOT NULL,
	points NUMERIC(5, 2) NOT NULL,
	comment TEXT NOT NULL,
	CONSTRAINT pk_council_score PRIMARY KEY (session_id, member_no, keyed_by, item_no, criterion),
	CONSTRAINT fk_council_score_session_id FOREIGN KEY(session_id) REFERENCES council_session (id),
	CONSTRAINT fk_council_score_keyed_by FOREIGN KEY(keyed_by) REFERENCES account (id)
)
;;
CREATE TABLE council_feedback (
	nomination_id BIGINT NOT NULL,
	words TEXT NOT NULL,
	state VARCHAR(10) NOT NULL,
	version INTEGER NOT NULL,
	drafted_by BIGINT NOT NULL,
	drafted_at BIGINT NOT NULL,
	returned_for TEXT NOT NULL,
	checked_by BIGINT,
	released_at BIGINT,
	CONSTRAINT pk_council_feedback PRIMARY KEY (nomination_id),
	CONSTRAINT fk_council_feedback_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id),
	CONSTRAINT fk_council_feedback_drafted_by FOREIGN KEY(drafted_by) REFERENCES account (id),
	CONSTRAINT fk_council_feedback_checked_by FOREIGN KEY(checked_by) REFERENCES account (id)
)
;;
CREATE TABLE offline_dossier (
	id BIGSERIAL NOT NULL,
	nomination_id BIGINT NOT NULL,
	state VARCHAR(8) NOT NULL,
	sight INTEGER NOT NULL,
	lists TEXT NOT NULL,
	asked_by INTEGER,
	asked_at BIGINT NOT NULL,
	made_at BIGINT,
	checkpoint INTEGER,
	size INTEGER NOT NULL,
	CONSTRAINT pk_offline_dossier PRIMARY KEY (id),
	CONSTRAINT fk_offline_dossier_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_offline_dossier_nomination_id ON offline_dossier (nomination_id)
;;
CREATE TABLE comment (
	id BIGSERIAL NOT NULL,
	nomination_id BIGINT NOT NULL,
	account INTEGER NOT NULL,
	inside BOOLEAN NOT NULL,
	text TEXT,
	mentions TEXT NOT NULL,
	written_at BIGINT NOT NULL,
	taken_back_at BIGINT,
	CONSTRAINT pk_comment PRIMARY KEY (id),
	CONSTRAINT fk_comment_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_comment_account ON comment (account, written_at)
;;
CREATE INDEX ix_comment_nomination ON comment (nomination_id, id)
;;
CREATE TABLE question (
	id BIGSERIAL NOT NULL,
	nomination_id BIGINT NOT NULL,
	task_id INTEGER NOT NULL,
	asked_by INTEGER NOT NULL,
	asked INTEGER NOT NULL,
	text TEXT NOT NULL,
	due_on DATE NOT NULL,
	asked_at BIGINT NOT NULL,
	answer TEXT,
	answered_at BIGINT,
	taken_back_at BIGINT,
	CONSTRAINT pk_question PRIMARY KEY (id),
	CONSTRAINT fk_question_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_question_asked ON question (asked) WHERE answered_at IS NULL AND taken_back_at IS NULL
;;
CREATE INDEX ix_question_task ON question (task_id, id)
;;
CREATE TABLE nomination_follower (
	nomination_id BIGINT NOT NULL,
	account INTEGER NOT NULL,
	followed_at BIGINT NOT NULL,
	CONSTRAINT pk_nomination_follower PRIMARY KEY (nomination_id, account),
	CONSTRAINT fk_nomination_follower_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id)
)
;;
CREATE INDEX ix_nomination_follower_account ON nomination_follower (account, nomination_id)
