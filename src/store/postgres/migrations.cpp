#include "store/postgres/migrations.h"

#include <fmt/format.h>

#include <array>

namespace vigil::store::postgres {
namespace {

// Step n brings schema n - 1 to n. A step that was released is never changed; a change is a new step. Texts compare by
// their bytes whatever the database's locale is. Times are microseconds since the Unix epoch, UTC.
constexpr std::array kSteps = {
    // 1: cameras, users, sessions, API keys, what was seen
    R"sql(
CREATE TABLE instance (
  only_row  BIGINT PRIMARY KEY CHECK (only_row = 1),
  uuid      TEXT COLLATE "C" NOT NULL CHECK (length(uuid) > 0), -- the same as in vigil.json
  key_check BYTEA NOT NULL  -- tells whether secret.key is the key that credentials were encrypted with
);

CREATE TABLE cameras (
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name        TEXT COLLATE "C" NOT NULL,  -- for people
  number      BIGINT CHECK (number BETWEEN 0 AND 99999),  -- for people; NULL: none
  place       TEXT COLLATE "C" NOT NULL,  -- for people: site, building
  section     TEXT COLLATE "C" NOT NULL,  -- for people: part of the place
  enabled     BIGINT NOT NULL CHECK (enabled IN (0, 1)),  -- 0: switched off by somebody
  settings    TEXT COLLATE "C" NOT NULL,  -- JSON: source type, streams without credentials, motion
  credentials BYTEA,  -- user names and passwords of the streams, encrypted; NULL: none
  version     BIGINT NOT NULL CHECK (version >= 1),  -- counts up with every change
  created_at  BIGINT NOT NULL,  -- microseconds, UTC
  updated_at  BIGINT NOT NULL  -- microseconds, UTC
);

CREATE TABLE users (
  id            TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  name          TEXT COLLATE "C" NOT NULL CHECK (length(name) > 0), -- signs in with it
  role          TEXT COLLATE "C" NOT NULL CHECK (role IN ('administrator', 'viewer')),
  password_hash TEXT COLLATE "C" NOT NULL,  -- argon2id, libsodium's encoded form
  token_epoch   BIGINT NOT NULL CHECK (token_epoch >= 1),  -- access tokens of an older epoch are refused
  disabled      BIGINT NOT NULL CHECK (disabled IN (0, 1)),
  created_at    BIGINT NOT NULL  -- microseconds, UTC
);

CREATE UNIQUE INDEX users_by_name ON users (lower(name));

CREATE TABLE sessions (
  id            TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  user_id       TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash    TEXT COLLATE "C" NOT NULL,  -- SHA-256 of the refresh token in force
  previous_hash TEXT COLLATE "C" NOT NULL,  -- SHA-256 of the one before; empty: none
  rotated_at    BIGINT NOT NULL, -- microseconds, UTC
  expires_at    BIGINT NOT NULL, -- microseconds, UTC
  client        TEXT COLLATE "C" NOT NULL,  -- user agent, shortened
  address       TEXT COLLATE "C" NOT NULL  -- IP address of the sign-in
);
CREATE INDEX sessions_by_user ON sessions (user_id, rotated_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id           TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0), -- public part of the key
  name         TEXT COLLATE "C" NOT NULL,  -- for people
  secret_hash  TEXT COLLATE "C" NOT NULL,  -- SHA-256 of the secret part
  role         TEXT COLLATE "C" NOT NULL CHECK (role IN ('administrator', 'viewer')),
  created_at   BIGINT NOT NULL,  -- microseconds, UTC
  expires_at   BIGINT,  -- microseconds, UTC; NULL: never
  last_used_at BIGINT  -- microseconds, UTC, to about a minute; NULL: never
);

CREATE TABLE runs (
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  camera_id      TEXT COLLATE "C" NOT NULL,
  model          TEXT COLLATE "C" NOT NULL,
  device         TEXT COLLATE "C" NOT NULL,
  began          BIGINT NOT NULL,  -- microseconds, UTC
  last_frame     BIGINT NOT NULL,  -- microseconds, UTC
  ended          BIGINT,  -- microseconds, UTC; NULL: going on, or broken off
  width          BIGINT NOT NULL,  -- of the source picture
  height         BIGINT NOT NULL,
  frames         BIGINT NOT NULL,  -- looked at
  detected       BIGINT NOT NULL,  -- of these, given to the detector
  lost           BIGINT NOT NULL,  -- seen, but not recorded
  tracks         BIGINT NOT NULL,
  detections     TEXT COLLATE "C" NOT NULL, -- JSON: how many of each label
  latency_mean   DOUBLE PRECISION NOT NULL,  -- milliseconds
  latency_p50    DOUBLE PRECISION NOT NULL,
  latency_p95    DOUBLE PRECISION NOT NULL,
  latency_p99    DOUBLE PRECISION NOT NULL
);
CREATE INDEX runs_by_time ON runs (began, id);
CREATE INDEX runs_by_camera ON runs (camera_id, began, id);

CREATE TABLE tracks (
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  number         BIGINT NOT NULL,  -- unique on its camera
  label          TEXT COLLATE "C" NOT NULL,  -- "person", "car", …
  specific_type  TEXT COLLATE "C" NOT NULL,  -- "pedestrian", "van", …; empty: not known
  first_seen     BIGINT NOT NULL,  -- microseconds, UTC
  last_seen      BIGINT NOT NULL,  -- microseconds, UTC
  frames         BIGINT NOT NULL,  -- in which it was seen
  best_score     DOUBLE PRECISION NOT NULL,
  stationary     BIGINT NOT NULL CHECK (stationary IN (0, 1)),
  ended          BIGINT NOT NULL CHECK (ended IN (0, 1)),
  best_x         DOUBLE PRECISION NOT NULL,  -- pixels of the source picture
  best_y         DOUBLE PRECISION NOT NULL,
  best_width     DOUBLE PRECISION NOT NULL,
  best_height    DOUBLE PRECISION NOT NULL,
  key_frame_id   TEXT COLLATE "C" NOT NULL,  -- empty: no picture
  path           TEXT COLLATE "C" NOT NULL, -- JSON: places of its bottom centre, 0..1
  subject        BIGINT NOT NULL,  -- who it seems to be; 0: not looked for
  similarity     DOUBLE PRECISION NOT NULL,  -- to the subject, 0..1
  attributes     TEXT COLLATE "C" NOT NULL, -- JSON: [{name, value, confidence, model}]
  zone           TEXT COLLATE "C" NOT NULL  -- empty: none
);
CREATE INDEX tracks_by_time ON tracks (first_seen, id);
CREATE INDEX tracks_by_camera ON tracks (camera_id, first_seen, id);
CREATE INDEX tracks_by_label ON tracks (label, first_seen, id);
CREATE INDEX tracks_by_end ON tracks (last_seen);
CREATE INDEX tracks_by_subject ON tracks (subject, last_seen) WHERE subject <> 0;

CREATE TABLE track_attributes (  -- the same as in tracks.attributes, to be searched
  track_id       TEXT COLLATE "C" NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  name           TEXT COLLATE "C" NOT NULL,
  value          TEXT COLLATE "C" NOT NULL,
  first_seen     BIGINT NOT NULL,  -- the track's
  PRIMARY KEY (track_id, name)
);
CREATE INDEX track_attributes_by_value ON track_attributes (name, value, first_seen);

CREATE TABLE key_frames (
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  sequence       BIGINT NOT NULL,  -- of the frame on its camera, or in its file
  time           BIGINT NOT NULL,  -- microseconds, UTC
  width          BIGINT NOT NULL,  -- of the picture in the file
  height         BIGINT NOT NULL,
  path           TEXT COLLATE "C" NOT NULL,  -- JPEG, below the folder of pictures
  bytes          BIGINT NOT NULL
);
CREATE INDEX key_frames_by_time ON key_frames (time, id);
CREATE INDEX key_frames_by_camera ON key_frames (camera_id, time, id);

CREATE TABLE objects (  -- what the key frames show
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  key_frame_id   TEXT COLLATE "C" NOT NULL,
  track_id       TEXT COLLATE "C" NOT NULL,
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  time           BIGINT NOT NULL,  -- microseconds, UTC
  label          TEXT COLLATE "C" NOT NULL,
  specific_type  TEXT COLLATE "C" NOT NULL,
  confidence     DOUBLE PRECISION NOT NULL,
  box_x          DOUBLE PRECISION NOT NULL,  -- pixels of the source picture
  box_y          DOUBLE PRECISION NOT NULL,
  box_width      DOUBLE PRECISION NOT NULL,
  box_height     DOUBLE PRECISION NOT NULL,
  foot_x         DOUBLE PRECISION NOT NULL,  -- bottom centre of the box, 0..1
  foot_y         DOUBLE PRECISION NOT NULL,
  mask           TEXT COLLATE "C",  -- JSON: width, height, runs; NULL: none
  embedding_id   TEXT COLLATE "C" NOT NULL,  -- empty: none
  zone           TEXT COLLATE "C" NOT NULL
);
CREATE INDEX objects_by_time ON objects (time, id);
CREATE INDEX objects_by_camera ON objects (camera_id, time, id);
CREATE INDEX objects_by_label ON objects (label, time, id);
CREATE INDEX objects_by_track ON objects (track_id, time);
CREATE INDEX objects_by_key_frame ON objects (key_frame_id);

CREATE TABLE scenes (
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  key_frame_id   TEXT COLLATE "C" NOT NULL,
  time           BIGINT NOT NULL,  -- microseconds, UTC
  type           TEXT COLLATE "C" NOT NULL,  -- "outdoor day", …
  description    TEXT COLLATE "C" NOT NULL,  -- in words
  confidence     DOUBLE PRECISION NOT NULL,
  model          TEXT COLLATE "C" NOT NULL
);
CREATE INDEX scenes_by_time ON scenes (time, id);
CREATE INDEX scenes_by_camera ON scenes (camera_id, time, id);

CREATE TABLE plates (
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  track_id       TEXT COLLATE "C" NOT NULL,  -- of the vehicle
  key_frame_id   TEXT COLLATE "C" NOT NULL,
  time           BIGINT NOT NULL,  -- microseconds, UTC
  text           TEXT COLLATE "C" NOT NULL,  -- as read
  plain          TEXT COLLATE "C" NOT NULL,  -- letters and digits only: what is searched
  region         TEXT COLLATE "C" NOT NULL,
  confidence     DOUBLE PRECISION NOT NULL,
  box_x          DOUBLE PRECISION NOT NULL,  -- pixels of the source picture
  box_y          DOUBLE PRECISION NOT NULL,
  box_width      DOUBLE PRECISION NOT NULL,
  box_height     DOUBLE PRECISION NOT NULL
);
CREATE INDEX plates_by_time ON plates (time, id);
CREATE INDEX plates_by_camera ON plates (camera_id, time, id);
CREATE INDEX plates_by_text ON plates (plain, time, id);
CREATE INDEX plates_by_track ON plates (track_id);

CREATE TABLE embeddings (  -- what tracks looked like
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0), -- the track's
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  time           BIGINT NOT NULL,  -- microseconds, UTC
  label          TEXT COLLATE "C" NOT NULL,
  model          TEXT COLLATE "C" NOT NULL,  -- only those of one model compare
  vector         BYTEA NOT NULL  -- 32-bit floats, little endian
);
CREATE INDEX embeddings_by_time ON embeddings (model, time, id);

CREATE TABLE segments (  -- boxes of a track, frame by frame
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  track_id       TEXT COLLATE "C" NOT NULL,
  run_id         TEXT COLLATE "C" NOT NULL,
  camera_id      TEXT COLLATE "C" NOT NULL,
  label          TEXT COLLATE "C" NOT NULL,
  from_time      BIGINT NOT NULL,  -- microseconds, UTC
  to_time        BIGINT NOT NULL,  -- microseconds, UTC
  boxes          BIGINT NOT NULL,
  coded          BYTEA NOT NULL  -- see src/model/box_track.h
);
CREATE INDEX segments_by_camera ON segments (camera_id, to_time);
CREATE INDEX segments_by_time ON segments (to_time);
CREATE INDEX segments_by_track ON segments (track_id, from_time);
)sql",
    R"sql(
CREATE TABLE layouts (  -- walls of pictures as people arranged them
  id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  owner          TEXT COLLATE "C" NOT NULL,  -- a user's id, or an API key's
  name           TEXT COLLATE "C" NOT NULL,
  column_count   BIGINT NOT NULL,
  row_count      BIGINT NOT NULL,
  tiles          TEXT NOT NULL,  -- JSON, see src/model/layout_json.h
  updated_at     BIGINT NOT NULL  -- microseconds, UTC
);
CREATE INDEX layouts_by_owner ON layouts (owner, name, id);
)sql",
    R"sql(
CREATE TABLE counters (  -- numbers that are never given twice
  name           TEXT COLLATE "C" PRIMARY KEY CHECK (length(name) > 0),
  value          BIGINT NOT NULL  -- the newest that was given away
);

CREATE TABLE server_settings (  -- what people set in the page, by subject
  name           TEXT COLLATE "C" PRIMARY KEY CHECK (length(name) > 0),
  version        BIGINT NOT NULL CHECK (version >= 1),  -- counts up with every change
  content        TEXT COLLATE "C" NOT NULL,  -- JSON
  updated_at     BIGINT NOT NULL  -- microseconds, UTC
);
)sql",
    // jobs, uploads, assets
    R"sql(
CREATE TABLE jobs (
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  kind        TEXT COLLATE "C" NOT NULL,                        -- "verify", …
  owner       TEXT COLLATE "C" NOT NULL,                        -- a user's id; empty: the server itself
  asset       TEXT COLLATE "C" NOT NULL,                        -- what it works on; may be empty
  unique_key  TEXT COLLATE "C",                                 -- at most one job with it is queued or processing; NULL: any number
  priority    BIGINT NOT NULL CHECK (priority BETWEEN 0 AND 9), -- 0 first
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'processing', 'done', 'failed', 'cancelled')),
  paused      BIGINT NOT NULL CHECK (paused IN (0, 1)),
  run_at      BIGINT NOT NULL,                     -- microseconds, UTC; not to be begun before
  created_at  BIGINT NOT NULL,                     -- microseconds, UTC
  updated_at  BIGINT NOT NULL,                     -- microseconds, UTC
  finished_at BIGINT,                              -- microseconds, UTC; NULL: has not ended
  lease_token BIGINT NOT NULL,                     -- only who names it may report; counts up
  watch_at    BIGINT,                              -- microseconds, UTC; when somebody must look after it; NULL: never
  version     BIGINT NOT NULL,                     -- counts up with every change that others may see
  rest        TEXT COLLATE "C" NOT NULL, -- JSON: see src/store/job_text.cpp
  CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled')))
);
CREATE UNIQUE INDEX jobs_by_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'processing');
CREATE INDEX jobs_due ON jobs (owner, priority, run_at, id) WHERE state = 'queued' AND paused = 0;
CREATE INDEX jobs_at_work ON jobs (owner) WHERE state = 'processing';
CREATE INDEX jobs_watched ON jobs (watch_at) WHERE watch_at IS NOT NULL;
CREATE INDEX jobs_by_time ON jobs (created_at, id);
CREATE INDEX jobs_by_owner ON jobs (owner, created_at, id);
CREATE INDEX jobs_by_asset ON jobs (asset) WHERE asset <> '';
CREATE INDEX jobs_by_kind ON jobs (kind, state);

CREATE TABLE job_owners (                           -- whose turn it is; also the lock for what an owner may have
  owner       TEXT COLLATE "C" PRIMARY KEY,
  served_at   BIGINT NOT NULL                      -- microseconds, UTC; when a worker last took one of its jobs
);

CREATE TABLE job_outputs (                          -- what jobs made
  job_id      TEXT COLLATE "C" NOT NULL,
  name        TEXT COLLATE "C" NOT NULL,                        -- "frame_000001000.jpg"
  blob        TEXT COLLATE "C" NOT NULL,                        -- its key
  size        BIGINT NOT NULL,
  media_type  TEXT COLLATE "C" NOT NULL,
  facts       TEXT COLLATE "C" NOT NULL, -- JSON
  PRIMARY KEY (job_id, name)
);

CREATE TABLE job_events (                           -- the log of jobs, and what is still to be told
  sequence    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id      TEXT COLLATE "C" NOT NULL,
  kind        TEXT COLLATE "C" NOT NULL,
  owner       TEXT COLLATE "C" NOT NULL,
  asset       TEXT COLLATE "C" NOT NULL,
  type        TEXT COLLATE "C" NOT NULL,                        -- "job.done", …
  time        BIGINT NOT NULL,                     -- microseconds, UTC
  state       TEXT COLLATE "C" NOT NULL,
  attempt     BIGINT NOT NULL,
  progress    DOUBLE PRECISION NOT NULL,
  code        TEXT COLLATE "C" NOT NULL,
  detail      TEXT COLLATE "C" NOT NULL,
  sent        BIGINT NOT NULL CHECK (sent IN (0, 1)) -- 1: subscribers were told
);
CREATE INDEX job_events_by_job ON job_events (job_id, sequence);
CREATE INDEX job_events_unsent ON job_events (sequence) WHERE sent = 0;

CREATE TABLE uploads (                              -- files on their way in
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0), -- also the name of the file that grows
  owner       TEXT COLLATE "C" NOT NULL,                        -- a user's id
  length      BIGINT,                              -- bytes; NULL: not said yet
  received    BIGINT NOT NULL,                     -- bytes that are on the disk for good
  name        TEXT COLLATE "C" NOT NULL,                        -- as the sender says
  type        TEXT COLLATE "C" NOT NULL,                        -- as the sender says
  sha256      TEXT COLLATE "C" NOT NULL,                        -- as the sender says; empty: not said
  asset       TEXT COLLATE "C" NOT NULL,                        -- what it becomes; empty: not decided yet
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'complete', 'closed')),
  created_at  BIGINT NOT NULL,                     -- microseconds, UTC
  updated_at  BIGINT NOT NULL,                     -- microseconds, UTC
  expires_at  BIGINT NOT NULL,                     -- microseconds, UTC
  CHECK (length IS NULL OR received <= length)
);
CREATE INDEX uploads_by_owner ON uploads (owner) WHERE state = 'open';
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE assets (                               -- files that are here
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  owner       TEXT COLLATE "C" NOT NULL,                        -- a user's id
  sha256      TEXT COLLATE "C" NOT NULL,                        -- of the content
  size        BIGINT NOT NULL,                     -- bytes
  name        TEXT COLLATE "C" NOT NULL,                        -- for people
  type        TEXT COLLATE "C" NOT NULL,                        -- as its sender said
  media_type  TEXT COLLATE "C" NOT NULL,                        -- as its first bytes say
  blob        TEXT COLLATE "C" NOT NULL,                        -- its key
  created_at  BIGINT NOT NULL,                     -- microseconds, UTC
  buried      BIGINT NOT NULL CHECK (buried IN (0, 1)) -- 1: deleted; its bytes are being cleared away
);
CREATE UNIQUE INDEX assets_by_content ON assets (owner, sha256) WHERE buried = 0;
CREATE INDEX assets_by_time ON assets (created_at, id);
CREATE INDEX assets_by_owner ON assets (owner, created_at, id);
CREATE INDEX assets_buried ON assets (created_at) WHERE buried = 1;
)sql",
    // 2: assets that must be kept; workers elsewhere are woken
    R"sql(
ALTER TABLE assets ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held IN (0, 1)); -- 1: nobody may delete it

CREATE FUNCTION job_events_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('vigil_jobs', '');              -- however many a transaction queues, one is sent
  RETURN NULL;
END $$;
CREATE TRIGGER job_events_notify AFTER INSERT ON job_events FOR EACH ROW WHEN (NEW.state = 'queued')
  EXECUTE FUNCTION job_events_notify();
)sql",
    // 3: what was found out about assets; uploads that go straight to the storage
    R"sql(
ALTER TABLE assets ADD COLUMN video TEXT NOT NULL DEFAULT '';      -- JSON: what the video is; '': not known
ALTER TABLE assets ADD COLUMN thumbnail TEXT NOT NULL DEFAULT '';  -- key of a blob
ALTER TABLE assets ADD COLUMN fault_code TEXT NOT NULL DEFAULT ''; -- why it cannot be used, for programs
ALTER TABLE assets ADD COLUMN fault TEXT NOT NULL DEFAULT '';      -- the same for people; '': it can
ALTER TABLE uploads ADD COLUMN direct TEXT NOT NULL DEFAULT '';    -- "whole", or the storage's id of its parts
)sql",
    // 4: who is told what happens to jobs
    R"sql(
CREATE TABLE job_webhooks (                         -- who is told what happens to a job
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0),
  job_id      TEXT COLLATE "C" NOT NULL,
  host        TEXT COLLATE "C" NOT NULL,                        -- what of the URL may be shown
  sealed      BYTEA NOT NULL,                        -- URL and key, encrypted
  is_signed   BIGINT NOT NULL CHECK (is_signed IN (0, 1)),
  told        BIGINT NOT NULL,                     -- the last event of job_events that was delivered
  tries       BIGINT NOT NULL,                     -- at the next one, so far
  token       BIGINT NOT NULL,                     -- of who delivers at the moment
  due_at      BIGINT,                              -- microseconds, UTC; NULL: there is nothing to tell
  given_up    BIGINT NOT NULL CHECK (given_up IN (0, 1)),
  last_error  TEXT COLLATE "C" NOT NULL,
  created_at  BIGINT NOT NULL                      -- microseconds, UTC
);
CREATE INDEX job_webhooks_by_job ON job_webhooks (job_id);
CREATE INDEX job_webhooks_due ON job_webhooks (due_at) WHERE due_at IS NOT NULL;
)sql",
    // 5: what jobs left behind
    R"sql(
CREATE TABLE job_litter (                           -- blobs of jobs that are to be removed
  job_id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(job_id) > 0),
  asset       TEXT COLLATE "C" NOT NULL,
  attempts    BIGINT NOT NULL,                      -- those of attempts with a number below this
  beginnings  BIGINT NOT NULL,                      -- those of beginnings with a number below this
  due_at      BIGINT NOT NULL                       -- microseconds, UTC; not before
);
CREATE INDEX job_litter_due ON job_litter (due_at, job_id);
)sql",
    // 6: how long what is kept
    R"sql(
CREATE TABLE retention (                            -- what one owner's is kept for, where it is not as for everybody
  owner       TEXT COLLATE "C" PRIMARY KEY CHECK (length(owner) > 0),
  files       BIGINT CHECK (files >= 0),           -- seconds; 0: until somebody deletes it; NULL: as for everybody
  pictures    BIGINT CHECK (pictures >= 0),        -- the same
  findings    BIGINT CHECK (findings >= 0),        -- the same
  jobs        BIGINT CHECK (jobs >= 0)             -- the same
);
CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
)sql",
    // 7: what webhooks were told; uploads have some, too: their ids stand in the place of a job's
    R"sql(
CREATE TABLE webhook_deliveries (
  webhook     TEXT COLLATE "C" NOT NULL,
  sequence    BIGINT NOT NULL,                     -- of the event in job_events
  type        TEXT NOT NULL,                        -- of the event
  state       TEXT NOT NULL CHECK (state IN ('delivered', 'failed', 'given_up', 'waiting')), -- waiting: to be sent again
  tries       BIGINT NOT NULL,
  answer      TEXT NOT NULL,                        -- to the last try, or why there was none
  at          BIGINT NOT NULL,                     -- microseconds, UTC; of the last try
  PRIMARY KEY (webhook, sequence)
);
CREATE INDEX uploads_by_asset ON uploads (asset) WHERE asset <> '';
)sql",
    // 8: plates that can be looked for in all videos
    R"sql(
CREATE TABLE found_plates (                         -- plates in videos that were handed in, to be searched
  id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) > 0), -- the analysis and the number of the plate in it
  job_id      TEXT COLLATE "C" NOT NULL,
  asset       TEXT COLLATE "C" NOT NULL,
  owner       TEXT COLLATE "C" NOT NULL,                        -- of the asset
  handed_in   BIGINT NOT NULL,                     -- the asset; microseconds, UTC
  at_ms       BIGINT NOT NULL,                     -- from the beginning of the video
  track       BIGINT NOT NULL,                     -- number of the vehicle
  text        TEXT COLLATE "C" NOT NULL,                        -- as read
  plain       TEXT COLLATE "C" NOT NULL,                        -- letters and digits of it, in upper case
  region      TEXT COLLATE "C" NOT NULL,                        -- empty: not known
  confidence  DOUBLE PRECISION NOT NULL
);
CREATE INDEX found_plates_by_time ON found_plates (handed_in, id);
CREATE INDEX found_plates_by_text ON found_plates (plain, handed_in, id);
CREATE INDEX found_plates_by_asset ON found_plates (asset);
CREATE INDEX found_plates_by_job ON found_plates (job_id);
)sql",
};

constexpr int kNewest = static_cast<int>(kSteps.size());
constexpr Nanos kLongest = std::chrono::minutes(30);  // an index over many rows takes its time

Result<int> schema_of(Connection& connection) {
  // The lock ends with the transaction; its number is only ours ("vigil").
  VIGIL_TRY(
      connection.script("SELECT pg_advisory_xact_lock(508692687212);"
                        "CREATE TABLE IF NOT EXISTS schema_version ("
                        "  version BIGINT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())"));
  VIGIL_ASSIGN(auto rows, connection.query("SELECT coalesce(max(version), 0) FROM schema_version"));
  VIGIL_TRY(rows.step());
  return static_cast<int>(rows.integer(0));
}

}  // namespace

Result<void> migrate(Connection& connection) {
  VIGIL_TRY(connection.script("SET lock_timeout = 0"));
  VIGIL_TRY(connection.set_statement_timeout(kLongest));
  VIGIL_ASSIGN(auto transaction, sql::Transaction::begin(connection));
  VIGIL_ASSIGN(int schema, schema_of(connection));
  if (schema > kNewest) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("the database was written by a newer Vigil (schema {}, this one knows {}): start that version, or "
                    "restore a backup from before the upgrade",
                    schema, kNewest),
        "store.newer");
  }
  for (int step = schema; step < kNewest; ++step) {
    if (auto done = connection.script(kSteps[static_cast<std::size_t>(step)]); !done) {
      return std::move(done).error().while_doing(fmt::format("migrate the database to schema {}", step + 1));
    }
    VIGIL_TRY(connection.run("INSERT INTO schema_version (version) VALUES (?1)", {std::int64_t{step + 1}}));
  }
  return transaction.commit();
}

}  // namespace vigil::store::postgres
