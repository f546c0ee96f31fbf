#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

namespace vigil::store::sqlite {
namespace {

// Step n brings schema n - 1 to n. A step that was released is never changed; a change is a new step. The comments stay
// in the database: `.schema` shows them. Times are microseconds since the Unix epoch, UTC.
constexpr std::array kSteps = {
    // 1: cameras, users, sessions, API keys
    R"sql(
CREATE TABLE instance (
  only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
  uuid      TEXT NOT NULL CHECK (length(uuid) > 0), -- the same as in vigil.json
  key_check BLOB NOT NULL                           -- tells whether secret.key is the key that credentials were encrypted with
) STRICT;

CREATE TABLE cameras (
  id          TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name        TEXT NOT NULL,                                         -- for people
  number      INTEGER CHECK (number BETWEEN 0 AND 99999),            -- for people; NULL: none
  place       TEXT NOT NULL,                                         -- for people: site, building
  section     TEXT NOT NULL,                                         -- for people: part of the place
  enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),            -- 0: switched off by somebody
  settings    TEXT NOT NULL CHECK (json_valid(settings)),            -- JSON: source type, streams without credentials, motion
  credentials BLOB,                                                  -- user names and passwords of the streams, encrypted; NULL: none
  version     INTEGER NOT NULL CHECK (version >= 1),                 -- counts up with every change
  created_at  INTEGER NOT NULL,                                      -- microseconds, UTC
  updated_at  INTEGER NOT NULL                                       -- microseconds, UTC
) STRICT;

CREATE TABLE users (
  id            TEXT PRIMARY KEY CHECK (length(id) > 0),
  name          TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (length(name) > 0), -- signs in with it
  role          TEXT NOT NULL CHECK (role IN ('administrator', 'viewer')),
  password_hash TEXT NOT NULL,                                       -- argon2id, libsodium's encoded form
  token_epoch   INTEGER NOT NULL CHECK (token_epoch >= 1),           -- access tokens of an older epoch are refused
  disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at    INTEGER NOT NULL                                     -- microseconds, UTC
) STRICT;

CREATE TABLE sessions (
  id            TEXT PRIMARY KEY CHECK (length(id) > 0),
  user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash    TEXT NOT NULL,    -- SHA-256 of the refresh token in force
  previous_hash TEXT NOT NULL,    -- SHA-256 of the one before; empty: none
  rotated_at    INTEGER NOT NULL, -- microseconds, UTC
  expires_at    INTEGER NOT NULL, -- microseconds, UTC
  client        TEXT NOT NULL,    -- user agent, shortened
  address       TEXT NOT NULL     -- IP address of the sign-in
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, rotated_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id           TEXT PRIMARY KEY CHECK (length(id) > 0), -- public part of the key
  name         TEXT NOT NULL,                           -- for people
  secret_hash  TEXT NOT NULL,                           -- SHA-256 of the secret part
  role         TEXT NOT NULL CHECK (role IN ('administrator', 'viewer')),
  created_at   INTEGER NOT NULL,                        -- microseconds, UTC
  expires_at   INTEGER,                                 -- microseconds, UTC; NULL: never
  last_used_at INTEGER                                  -- microseconds, UTC, to about a minute; NULL: never
) STRICT;
)sql",
    // 2: what was seen
    R"sql(
CREATE TABLE runs (
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  camera_id      TEXT NOT NULL,
  model          TEXT NOT NULL,
  device         TEXT NOT NULL,
  began          INTEGER NOT NULL,                       -- microseconds, UTC
  last_frame     INTEGER NOT NULL,                       -- microseconds, UTC
  ended          INTEGER,                                -- microseconds, UTC; NULL: going on, or broken off
  width          INTEGER NOT NULL,                       -- of the source picture
  height         INTEGER NOT NULL,
  frames         INTEGER NOT NULL,                       -- looked at
  detected       INTEGER NOT NULL,                       -- of these, given to the detector
  lost           INTEGER NOT NULL,                       -- seen, but not recorded
  tracks         INTEGER NOT NULL,
  detections     TEXT NOT NULL CHECK (json_valid(detections)), -- JSON: how many of each label
  latency_mean   REAL NOT NULL,                          -- milliseconds
  latency_p50    REAL NOT NULL,
  latency_p95    REAL NOT NULL,
  latency_p99    REAL NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (began, id);
CREATE INDEX runs_by_camera ON runs (camera_id, began, id);

CREATE TABLE tracks (
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  number         INTEGER NOT NULL,                       -- unique on its camera
  label          TEXT NOT NULL,                          -- "person", "car", …
  specific_type  TEXT NOT NULL,                          -- "pedestrian", "van", …; empty: not known
  first_seen     INTEGER NOT NULL,                       -- microseconds, UTC
  last_seen      INTEGER NOT NULL,                       -- microseconds, UTC
  frames         INTEGER NOT NULL,                       -- in which it was seen
  best_score     REAL NOT NULL,
  stationary     INTEGER NOT NULL CHECK (stationary IN (0, 1)),
  ended          INTEGER NOT NULL CHECK (ended IN (0, 1)),
  best_x         REAL NOT NULL,                          -- pixels of the source picture
  best_y         REAL NOT NULL,
  best_width     REAL NOT NULL,
  best_height    REAL NOT NULL,
  key_frame_id   TEXT NOT NULL,                          -- empty: no picture
  path           TEXT NOT NULL CHECK (json_valid(path)), -- JSON: places of its bottom centre, 0..1
  subject        INTEGER NOT NULL,                       -- who it seems to be; 0: not looked for
  similarity     REAL NOT NULL,                          -- to the subject, 0..1
  attributes     TEXT NOT NULL CHECK (json_valid(attributes)), -- JSON: [{name, value, confidence, model}]
  zone           TEXT NOT NULL                           -- empty: none
) STRICT;
CREATE INDEX tracks_by_time ON tracks (first_seen, id);
CREATE INDEX tracks_by_camera ON tracks (camera_id, first_seen, id);
CREATE INDEX tracks_by_label ON tracks (label, first_seen, id);
CREATE INDEX tracks_by_end ON tracks (last_seen);
CREATE INDEX tracks_by_subject ON tracks (subject, last_seen) WHERE subject <> 0;

CREATE TABLE track_attributes (                          -- the same as in tracks.attributes, to be searched
  track_id       TEXT NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  value          TEXT NOT NULL,
  first_seen     INTEGER NOT NULL,                       -- the track's
  PRIMARY KEY (track_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_attributes_by_value ON track_attributes (name, value, first_seen);

CREATE TABLE key_frames (
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  sequence       INTEGER NOT NULL,                       -- of the frame on its camera, or in its file
  time           INTEGER NOT NULL,                       -- microseconds, UTC
  width          INTEGER NOT NULL,                       -- of the picture in the file
  height         INTEGER NOT NULL,
  path           TEXT NOT NULL,                          -- JPEG, below the folder of pictures
  bytes          INTEGER NOT NULL
) STRICT;
CREATE INDEX key_frames_by_time ON key_frames (time, id);
CREATE INDEX key_frames_by_camera ON key_frames (camera_id, time, id);

CREATE TABLE objects (                                   -- what the key frames show
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  key_frame_id   TEXT NOT NULL,
  track_id       TEXT NOT NULL,
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  time           INTEGER NOT NULL,                       -- microseconds, UTC
  label          TEXT NOT NULL,
  specific_type  TEXT NOT NULL,
  confidence     REAL NOT NULL,
  box_x          REAL NOT NULL,                          -- pixels of the source picture
  box_y          REAL NOT NULL,
  box_width      REAL NOT NULL,
  box_height     REAL NOT NULL,
  foot_x         REAL NOT NULL,                          -- bottom centre of the box, 0..1
  foot_y         REAL NOT NULL,
  mask           TEXT,                                   -- JSON: width, height, runs; NULL: none
  embedding_id   TEXT NOT NULL,                          -- empty: none
  zone           TEXT NOT NULL
) STRICT;
CREATE INDEX objects_by_time ON objects (time, id);
CREATE INDEX objects_by_camera ON objects (camera_id, time, id);
CREATE INDEX objects_by_label ON objects (label, time, id);
CREATE INDEX objects_by_track ON objects (track_id, time);
CREATE INDEX objects_by_key_frame ON objects (key_frame_id);

CREATE TABLE scenes (
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  key_frame_id   TEXT NOT NULL,
  time           INTEGER NOT NULL,                       -- microseconds, UTC
  type           TEXT NOT NULL,                          -- "outdoor day", …
  description    TEXT NOT NULL,                          -- in words
  confidence     REAL NOT NULL,
  model          TEXT NOT NULL
) STRICT;
CREATE INDEX scenes_by_time ON scenes (time, id);
CREATE INDEX scenes_by_camera ON scenes (camera_id, time, id);

CREATE TABLE plates (
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  track_id       TEXT NOT NULL,                          -- of the vehicle
  key_frame_id   TEXT NOT NULL,
  time           INTEGER NOT NULL,                       -- microseconds, UTC
  text           TEXT NOT NULL,                          -- as read
  plain          TEXT NOT NULL,                          -- letters and digits only: what is searched
  region         TEXT NOT NULL,
  confidence     REAL NOT NULL,
  box_x          REAL NOT NULL,                          -- pixels of the source picture
  box_y          REAL NOT NULL,
  box_width      REAL NOT NULL,
  box_height     REAL NOT NULL
) STRICT;
CREATE INDEX plates_by_time ON plates (time, id);
CREATE INDEX plates_by_camera ON plates (camera_id, time, id);
CREATE INDEX plates_by_text ON plates (plain, time, id);
CREATE INDEX plates_by_track ON plates (track_id);

CREATE TABLE embeddings (                                -- what tracks looked like
  id             TEXT PRIMARY KEY CHECK (length(id) > 0), -- the track's
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  time           INTEGER NOT NULL,                       -- microseconds, UTC
  label          TEXT NOT NULL,
  model          TEXT NOT NULL,                          -- only those of one model compare
  vector         BLOB NOT NULL                           -- 32-bit floats, little endian
) STRICT;
CREATE INDEX embeddings_by_time ON embeddings (model, time, id);

CREATE TABLE segments (                                  -- boxes of a track, frame by frame
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  track_id       TEXT NOT NULL,
  run_id         TEXT NOT NULL,
  camera_id      TEXT NOT NULL,
  label          TEXT NOT NULL,
  from_time      INTEGER NOT NULL,                       -- microseconds, UTC
  to_time        INTEGER NOT NULL,                       -- microseconds, UTC
  boxes          INTEGER NOT NULL,
  coded          BLOB NOT NULL                           -- see src/model/box_track.h
) STRICT;
CREATE INDEX segments_by_camera ON segments (camera_id, to_time);
CREATE INDEX segments_by_time ON segments (to_time);
CREATE INDEX segments_by_track ON segments (track_id, from_time);
)sql",
    R"sql(
CREATE TABLE layouts (                                    -- walls of pictures as people arranged them
  id             TEXT PRIMARY KEY CHECK (length(id) > 0),
  owner          TEXT NOT NULL,                          -- a user's id, or an API key's
  name           TEXT NOT NULL,
  column_count   INTEGER NOT NULL,
  row_count      INTEGER NOT NULL,
  tiles          TEXT NOT NULL,                          -- JSON, see src/model/layout_json.h
  updated_at     INTEGER NOT NULL                        -- microseconds, UTC
) STRICT;
CREATE INDEX layouts_by_owner ON layouts (owner, name, id);
)sql",
    R"sql(
CREATE TABLE counters (                                  -- numbers that are never given twice
  name           TEXT PRIMARY KEY CHECK (length(name) > 0),
  value          INTEGER NOT NULL                        -- the newest that was given away
) STRICT;

CREATE TABLE server_settings (                           -- what people set in the page, by subject
  name           TEXT PRIMARY KEY CHECK (length(name) > 0),
  version        INTEGER NOT NULL CHECK (version >= 1),  -- counts up with every change
  content        TEXT NOT NULL,                          -- JSON
  updated_at     INTEGER NOT NULL                        -- microseconds, UTC
) STRICT;
)sql",
    // jobs, uploads, assets
    R"sql(
CREATE TABLE jobs (
  id          TEXT PRIMARY KEY CHECK (length(id) > 0),
  kind        TEXT NOT NULL,                        -- "verify", …
  owner       TEXT NOT NULL,                        -- a user's id; empty: the server itself
  asset       TEXT NOT NULL,                        -- what it works on; may be empty
  unique_key  TEXT,                                 -- at most one job with it is queued or processing; NULL: any number
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9), -- 0 first
  state       TEXT NOT NULL CHECK (state IN ('queued', 'processing', 'done', 'failed', 'cancelled')),
  paused      INTEGER NOT NULL CHECK (paused IN (0, 1)),
  run_at      INTEGER NOT NULL,                     -- microseconds, UTC; not to be begun before
  created_at  INTEGER NOT NULL,                     -- microseconds, UTC
  updated_at  INTEGER NOT NULL,                     -- microseconds, UTC
  finished_at INTEGER,                              -- microseconds, UTC; NULL: has not ended
  lease_token INTEGER NOT NULL,                     -- only who names it may report; counts up
  watch_at    INTEGER,                              -- microseconds, UTC; when somebody must look after it; NULL: never
  version     INTEGER NOT NULL,                     -- counts up with every change that others may see
  rest        TEXT NOT NULL CHECK (json_valid(rest)), -- JSON: see src/store/job_text.cpp
  CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled')))
) STRICT;
CREATE UNIQUE INDEX jobs_by_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'processing');
CREATE INDEX jobs_due ON jobs (owner, priority, run_at, id) WHERE state = 'queued' AND paused = 0;
CREATE INDEX jobs_at_work ON jobs (owner) WHERE state = 'processing';
CREATE INDEX jobs_watched ON jobs (watch_at) WHERE watch_at IS NOT NULL;
CREATE INDEX jobs_by_time ON jobs (created_at, id);
CREATE INDEX jobs_by_owner ON jobs (owner, created_at, id);
CREATE INDEX jobs_by_asset ON jobs (asset) WHERE asset <> '';
CREATE INDEX jobs_by_kind ON jobs (kind, state);

CREATE TABLE job_owners (                           -- whose turn it is; also the lock for what an owner may have
  owner       TEXT PRIMARY KEY,
  served_at   INTEGER NOT NULL                      -- microseconds, UTC; when a worker last took one of its jobs
) STRICT;

CREATE TABLE job_outputs (                          -- what jobs made
  job_id      TEXT NOT NULL,
  name        TEXT NOT NULL,                        -- "frame_000001000.jpg"
  blob        TEXT NOT NULL,                        -- its key
  size        INTEGER NOT NULL,
  media_type  TEXT NOT NULL,
  facts       TEXT NOT NULL CHECK (json_valid(facts)), -- JSON
  PRIMARY KEY (job_id, name)
) STRICT;

CREATE TABLE job_events (                           -- the log of jobs, and what is still to be told
  sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  owner       TEXT NOT NULL,
  asset       TEXT NOT NULL,
  type        TEXT NOT NULL,                        -- "job.done", …
  time        INTEGER NOT NULL,                     -- microseconds, UTC
  state       TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  progress    REAL NOT NULL,
  code        TEXT NOT NULL,
  detail      TEXT NOT NULL,
  sent        INTEGER NOT NULL CHECK (sent IN (0, 1)) -- 1: subscribers were told
) STRICT;
CREATE INDEX job_events_by_job ON job_events (job_id, sequence);
CREATE INDEX job_events_unsent ON job_events (sequence) WHERE sent = 0;

CREATE TABLE uploads (                              -- files on their way in
  id          TEXT PRIMARY KEY CHECK (length(id) > 0), -- also the name of the file that grows
  owner       TEXT NOT NULL,                        -- a user's id
  length      INTEGER,                              -- bytes; NULL: not said yet
  received    INTEGER NOT NULL,                     -- bytes that are on the disk for good
  name        TEXT NOT NULL,                        -- as the sender says
  type        TEXT NOT NULL,                        -- as the sender says
  sha256      TEXT NOT NULL,                        -- as the sender says; empty: not said
  asset       TEXT NOT NULL,                        -- what it becomes; empty: not decided yet
  state       TEXT NOT NULL CHECK (state IN ('open', 'complete', 'closed')),
  created_at  INTEGER NOT NULL,                     -- microseconds, UTC
  updated_at  INTEGER NOT NULL,                     -- microseconds, UTC
  expires_at  INTEGER NOT NULL,                     -- microseconds, UTC
  CHECK (length IS NULL OR received <= length)
) STRICT;
CREATE INDEX uploads_by_owner ON uploads (owner) WHERE state = 'open';
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE assets (                               -- files that are here
  id          TEXT PRIMARY KEY CHECK (length(id) > 0),
  owner       TEXT NOT NULL,                        -- a user's id
  sha256      TEXT NOT NULL,                        -- of the content
  size        INTEGER NOT NULL,                     -- bytes
  name        TEXT NOT NULL,                        -- for people
  type        TEXT NOT NULL,                        -- as its sender said
  media_type  TEXT NOT NULL,                        -- as its first bytes say
  blob        TEXT NOT NULL,                        -- its key
  created_at  INTEGER NOT NULL,                     -- microseconds, UTC
  buried      INTEGER NOT NULL CHECK (buried IN (0, 1)) -- 1: deleted; its bytes are being cleared away
) STRICT;
CREATE UNIQUE INDEX assets_by_content ON assets (owner, sha256) WHERE buried = 0;
CREATE INDEX assets_by_time ON assets (created_at, id);
CREATE INDEX assets_by_owner ON assets (owner, created_at, id);
CREATE INDEX assets_buried ON assets (created_at) WHERE buried = 1;
)sql",
    // 3: assets that must be kept
    R"sql(
ALTER TABLE assets ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)); -- 1: nobody may delete it
)sql",
    // 4: what was found out about assets; uploads that go straight to the storage
    R"sql(
ALTER TABLE assets ADD COLUMN video TEXT NOT NULL DEFAULT '';      -- JSON: what the video is; '': not known
ALTER TABLE assets ADD COLUMN thumbnail TEXT NOT NULL DEFAULT '';  -- key of a blob
ALTER TABLE assets ADD COLUMN fault_code TEXT NOT NULL DEFAULT ''; -- why it cannot be used, for programs
ALTER TABLE assets ADD COLUMN fault TEXT NOT NULL DEFAULT '';      -- the same for people; '': it can
ALTER TABLE uploads ADD COLUMN direct TEXT NOT NULL DEFAULT '';    -- "whole", or the storage's id of its parts
)sql",
    // 5: who is told what happens to jobs
    R"sql(
CREATE TABLE job_webhooks (                         -- who is told what happens to a job
  id          TEXT PRIMARY KEY CHECK (length(id) > 0),
  job_id      TEXT NOT NULL,
  host        TEXT NOT NULL,                        -- what of the URL may be shown
  sealed      BLOB NOT NULL,                        -- URL and key, encrypted
  is_signed   INTEGER NOT NULL CHECK (is_signed IN (0, 1)),
  told        INTEGER NOT NULL,                     -- the last event of job_events that was delivered
  tries       INTEGER NOT NULL,                     -- at the next one, so far
  token       INTEGER NOT NULL,                     -- of who delivers at the moment
  due_at      INTEGER,                              -- microseconds, UTC; NULL: there is nothing to tell
  given_up    INTEGER NOT NULL CHECK (given_up IN (0, 1)),
  last_error  TEXT NOT NULL,
  created_at  INTEGER NOT NULL                      -- microseconds, UTC
) STRICT;
CREATE INDEX job_webhooks_by_job ON job_webhooks (job_id);
CREATE INDEX job_webhooks_due ON job_webhooks (due_at) WHERE due_at IS NOT NULL;
)sql",
    // 6: what jobs left behind
    R"sql(
CREATE TABLE job_litter (                           -- blobs of jobs that are to be removed
  job_id      TEXT PRIMARY KEY CHECK (length(job_id) > 0),
  asset       TEXT NOT NULL,
  attempts    INTEGER NOT NULL,                     -- those of attempts with a number below this
  beginnings  INTEGER NOT NULL,                     -- those of beginnings with a number below this
  due_at      INTEGER NOT NULL                      -- microseconds, UTC; not before
) STRICT;
CREATE INDEX job_litter_due ON job_litter (due_at, job_id);
)sql",
    // 7: how long what is kept
    R"sql(
CREATE TABLE retention (                            -- what one owner's is kept for, where it is not as for everybody
  owner       TEXT PRIMARY KEY CHECK (length(owner) > 0),
  files       INTEGER CHECK (files >= 0),           -- seconds; 0: until somebody deletes it; NULL: as for everybody
  pictures    INTEGER CHECK (pictures >= 0),        -- the same
  findings    INTEGER CHECK (findings >= 0),        -- the same
  jobs        INTEGER CHECK (jobs >= 0)             -- the same
) STRICT;
CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
)sql",
    // 8: what webhooks were told; uploads have some, too: their ids stand in the place of a job's
    R"sql(
CREATE TABLE webhook_deliveries (
  webhook     TEXT NOT NULL,
  sequence    INTEGER NOT NULL,                     -- of the event in job_events
  type        TEXT NOT NULL,                        -- of the event
  state       TEXT NOT NULL CHECK (state IN ('delivered', 'failed', 'given_up', 'waiting')), -- waiting: to be sent again
  tries       INTEGER NOT NULL,
  answer      TEXT NOT NULL,                        -- to the last try, or why there was none
  at          INTEGER NOT NULL,                     -- microseconds, UTC; of the last try
  PRIMARY KEY (webhook, sequence)
) STRICT;
CREATE INDEX uploads_by_asset ON uploads (asset) WHERE asset <> '';
)sql",
    // 9: plates that can be looked for in all videos
    R"sql(
CREATE TABLE found_plates (                         -- plates in videos that were handed in, to be searched
  id          TEXT PRIMARY KEY CHECK (length(id) > 0), -- the analysis and the number of the plate in it
  job_id      TEXT NOT NULL,
  asset       TEXT NOT NULL,
  owner       TEXT NOT NULL,                        -- of the asset
  handed_in   INTEGER NOT NULL,                     -- the asset; microseconds, UTC
  at_ms       INTEGER NOT NULL,                     -- from the beginning of the video
  track       INTEGER NOT NULL,                     -- number of the vehicle
  text        TEXT NOT NULL,                        -- as read
  plain       TEXT NOT NULL,                        -- letters and digits of it, in upper case
  region      TEXT NOT NULL,                        -- empty: not known
  confidence  REAL NOT NULL
) STRICT;
CREATE INDEX found_plates_by_time ON found_plates (handed_in, id);
CREATE INDEX found_plates_by_text ON found_plates (plain, handed_in, id);
CREATE INDEX found_plates_by_asset ON found_plates (asset);
CREATE INDEX found_plates_by_job ON found_plates (job_id);
)sql",
};

using sql::Transaction;

Result<int> schema_of(Connection& connection) {
  VIGIL_ASSIGN(auto version, connection.query("PRAGMA user_version"));
  VIGIL_TRY(version.step());
  return static_cast<int>(version.integer(0));
}

}  // namespace

int newest_schema() {
  return static_cast<int>(kSteps.size());
}

Result<void> migrate(Connection& connection) {
  VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
  VIGIL_ASSIGN(int schema, schema_of(connection));
  if (schema > newest_schema()) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("the database was written by a newer Vigil (schema {}, this one knows {}): start that version, or "
                    "restore a backup from before the upgrade",
                    schema, newest_schema()),
        "store.newer");
  }
  if (schema < 0)
    return make_error(ErrorKind::DataLoss, "the database's schema number makes no sense", "store.damaged");
  if (schema == newest_schema()) return {};
  for (int step = schema; step < newest_schema(); ++step) {
    if (auto done = connection.script(kSteps[static_cast<std::size_t>(step)]); !done) {
      return std::move(done).error().while_doing(fmt::format("migrate the database to schema {}", step + 1));
    }
  }
  // A pragma takes no bound parameters; the number is our own.
  VIGIL_TRY(connection.script(fmt::format("PRAGMA user_version = {};", newest_schema())));
  return transaction.commit();
}

}  // namespace vigil::store::sqlite
