#include <fmt/format.h>

#include <algorithm>

#include "store/record_match.h"
#include "store/sql/record_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

// A condition that the database cannot check is checked on so many rows a step, and on so many steps at most.
constexpr int kChunk = 500, kChunks = 20;

Error none(const char* what) {
  return make_error(ErrorKind::NotFound, fmt::format("there is no such {}", what), "records.not_found");
}

template <typename T>
Result<std::vector<T>> rows_of(Connection& connection, const std::string& sql, const std::vector<Value>& values) {
  VIGIL_ASSIGN(auto rows, connection.query_once(sql, values));
  std::vector<T> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) return out;
    VIGIL_ASSIGN(auto record, read_record<T>(rows));
    out.push_back(std::move(record));
  }
}

WallTime time_of(const model::Run& run) {
  return run.began;
}
WallTime time_of(const model::TrackRecord& track) {
  return track.first_seen;
}
template <typename T>
WallTime time_of(const T& record) {
  return record.time;
}

// One step of a page: the next `limit` rows after the cursor.
template <typename T>
Result<std::vector<T>> rows_after(Connection& connection, Conditions conditions,
                                  const std::optional<RecordCursor>& after, int limit) {
  using Table = RecordTable<T>;
  if (after) {
    conditions.add(fmt::format("({}, id) < (?, ?)", Table::kTime), {value(after->time), std::string_view(after->id)});
  }
  return rows_of<T>(connection,
                    fmt::format("SELECT {} FROM {}{} ORDER BY {} DESC, id DESC LIMIT {}", columns<T>(), Table::kName,
                                conditions.where(), Table::kTime, limit),
                    conditions.values());
}

// `soft`: some of what is asked is not in the conditions, so that rows are left out here.
template <typename T, typename Asked>
Result<Page<T>> page_of(Database& database, const Conditions& conditions, const Asked& query, bool soft) {
  return database.read([&](Connection& connection) -> Result<Page<T>> {
    const int limit = page_limit(query.page);
    const int chunk = soft ? kChunk : limit + 1;
    Page<T> page;
    auto after = query.page.after;
    for (int step = 0; step < (soft ? kChunks : 1); ++step) {
      VIGIL_ASSIGN(auto rows, rows_after<T>(connection, conditions, after, chunk));
      for (auto& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(limit)) {
          page.next = after;
          return page;
        }
        after = RecordCursor{time_of(row), row.id};
        if (matches(query, row)) page.items.push_back(std::move(row));
      }
      if (rows.size() < static_cast<std::size_t>(chunk)) return page;
    }
    page.next = after;
    return page;
  });
}

template <typename T>
Result<T> one_of(Database& database, const std::string& id, const char* what) {
  return database.read([&](Connection& connection) -> Result<T> {
    Conditions conditions;
    conditions.add("id = ?", {std::string_view(id)});
    VIGIL_ASSIGN(auto rows,
                 rows_of<T>(connection,
                            fmt::format("SELECT {} FROM {}{}", columns<T>(), RecordTable<T>::kName, conditions.where()),
                            conditions.values()));
    if (rows.empty()) return none(what);
    return std::move(rows.front());
  });
}

class Runs final : public RunRepository {
 public:
  explicit Runs(Database& database) : database_(database) {}
  Result<Page<model::Run>> find(const RunQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Conditions conditions;
    conditions.add_scope(query.scope, "began", "last_frame");
    conditions.add_equal("id", query.scope.run_id);
    return page_of<model::Run>(database_, conditions, query, false);
  }
  Result<model::Run> get(const std::string& id) override { return one_of<model::Run>(database_, id, "run"); }

 private:
  Database& database_;
};

class Tracks final : public TrackRepository {
 public:
  explicit Tracks(Database& database) : database_(database) {}

  Result<Page<model::TrackRecord>> find(const TrackQuery& query) override {
    VIGIL_TRY(check(query));
    Conditions conditions;
    conditions.add_scope(query.scope, "first_seen", "last_seen");
    conditions.add_equal("run_id", query.scope.run_id);
    conditions.add_one_of("label", query.labels);
    conditions.add_equal("specific_type", query.specific_type);
    conditions.add_equal("zone", query.zone);
    if (query.min_score > 0) conditions.add("best_score >= ?", {query.min_score});
    if (query.subject != 0) {
      // Said twice for the index, which leaves out those without a subject.
      conditions.add("subject <> 0 AND subject = ?", {static_cast<std::int64_t>(query.subject)});
    }
    if (query.stationary) conditions.add("stationary = ?", {std::int64_t{*query.stationary}});
    for (const auto& [name, wanted] : query.attributes) {
      conditions.add("id IN (SELECT track_id FROM track_attributes WHERE name = ? AND value = ?)",
                     {std::string_view(name), std::string_view(wanted)});
    }
    return page_of<model::TrackRecord>(database_, conditions, query, !query.area.empty());
  }

  Result<model::TrackRecord> get(const std::string& id) override {
    return one_of<model::TrackRecord>(database_, id, "track");
  }

  Result<std::vector<model::BoxSegment>> boxes(const BoxQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Conditions conditions;
    conditions.add_scope(query.scope, "from_time", "to_time");
    conditions.add_equal("run_id", query.scope.run_id);
    conditions.add_equal("track_id", query.track_id);
    return database_.read([&](Connection& connection) {
      return rows_of<model::BoxSegment>(
          connection,
          fmt::format("SELECT {} FROM segments{} ORDER BY to_time, id LIMIT {}", columns<model::BoxSegment>(),
                      conditions.where(), std::clamp(query.limit, 1, 10000)),
          conditions.values());
    });
  }

  Result<model::Embedding> embedding(const std::string& track_id) override {
    return one_of<model::Embedding>(database_, track_id, "embedding");
  }

  Result<std::vector<SimilarTrack>> similar(const SimilarQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Conditions conditions;
    conditions.add("model = ?", {std::string_view(query.model)});
    conditions.add_scope(query.scope, "time", "time");
    conditions.add_equal("run_id", query.scope.run_id);
    return database_.read([&](Connection& connection) -> Result<std::vector<SimilarTrack>> {
      const auto sql = fmt::format("SELECT {} FROM embeddings{} ORDER BY time DESC, id DESC LIMIT {}",
                                   columns<model::Embedding>(), conditions.where(), kMaxCompared);
      VIGIL_ASSIGN(auto rows, connection.query_once(sql, conditions.values()));
      Nearest nearest(query);
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return nearest.take();
        VIGIL_ASSIGN(auto embedding, read_record<model::Embedding>(rows));
        nearest.offer(std::move(embedding));
      }
    });
  }

 private:
  Database& database_;
};

class Pictures final : public PictureRepository {
 public:
  explicit Pictures(Database& database) : database_(database) {}

  Result<Page<model::KeyFrame>> find(const KeyFrameQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Conditions conditions;
    conditions.add_scope(query.scope, "time", "time");
    conditions.add_equal("run_id", query.scope.run_id);
    return page_of<model::KeyFrame>(database_, conditions, query, false);
  }
  Result<model::KeyFrame> get(const std::string& id) override {
    return one_of<model::KeyFrame>(database_, id, "key frame");
  }
  Result<Page<model::DetectedObject>> objects(const ObjectQuery& query) override {
    VIGIL_TRY(check(query));
    Conditions conditions;
    conditions.add_scope(query.scope, "time", "time");
    conditions.add_equal("run_id", query.scope.run_id);
    conditions.add_one_of("label", query.labels);
    conditions.add_equal("specific_type", query.specific_type);
    conditions.add_equal("track_id", query.track_id);
    conditions.add_equal("key_frame_id", query.key_frame_id);
    conditions.add_equal("zone", query.zone);
    if (query.min_confidence > 0) conditions.add("confidence >= ?", {query.min_confidence});
    return page_of<model::DetectedObject>(database_, conditions, query, !query.area.empty());
  }
  Result<Page<model::SceneRecord>> scenes(const SceneQuery& query) override {
    VIGIL_TRY(check(query.scope));
    Conditions conditions;
    conditions.add_scope(query.scope, "time", "time");
    conditions.add_equal("run_id", query.scope.run_id);
    conditions.add_equal("type", query.type);
    return page_of<model::SceneRecord>(database_, conditions, query, false);
  }

 private:
  Database& database_;
};

class Plates final : public PlateRepository {
 public:
  explicit Plates(Database& database) : database_(database) {}

  Result<Page<model::PlateRead>> find(const PlateQuery& query) override {
    VIGIL_TRY(check(query));
    Conditions conditions;
    conditions.add_scope(query.scope, "time", "time");
    conditions.add_equal("run_id", query.scope.run_id);
    conditions.add_equal("track_id", query.track_id);
    const auto plain = model::plain_plate(query.text);
    if (plain.empty() && !query.text.empty()) return Page<model::PlateRead>{};
    const bool soft = !plain.empty() && !add_plate(conditions, query, plain);
    return page_of<model::PlateRead>(database_, conditions, query, soft);
  }

 private:
  Database& database_;
};

class Subjects final : public SubjectRepository {
 public:
  explicit Subjects(Database& database) : database_(database) {}

  Result<Page<model::Subject>> find(const SubjectQuery& query) override {
    if (query.labels.size() > kMaxChoices) {
      return make_error(ErrorKind::InvalidArgument, "too many labels are named in one query", "records.query");
    }
    Conditions of_tracks, of_groups;
    of_tracks.add("subject <> 0");
    of_tracks.add_one_of("label", query.labels);
    if (query.from) of_tracks.add("last_seen >= ?", {value(*query.from)});
    if (query.to) of_tracks.add("first_seen < ?", {value(*query.to)});
    return database_.read([&](Connection& connection) -> Result<Page<model::Subject>> {
      const int limit = page_limit(query.page);
      VIGIL_ASSIGN(auto found, grouped(connection, of_tracks, query.page, limit + 1));
      Page<model::Subject> page;
      page.items = std::move(found);
      if (page.items.size() > static_cast<std::size_t>(limit)) {
        page.items.pop_back();
        page.next = RecordCursor{page.items.back().last_seen, std::to_string(page.items.back().id)};
      }
      return page;
    });
  }

  Result<model::Subject> get(std::uint64_t id) override {
    return database_.read([&](Connection& connection) -> Result<model::Subject> {
      Conditions conditions;
      conditions.add("subject <> 0 AND subject = ?", {static_cast<std::int64_t>(id)});
      VIGIL_ASSIGN(auto found, grouped(connection, conditions, {}, 1));
      if (found.empty()) return none("subject");
      return found.front();
    });
  }

  Result<std::vector<KnownLook>> looks(WallTime from, int limit) override {
    const auto sql = fmt::format(
        "SELECT {}, number, first_seen, last_seen, subject FROM embeddings JOIN (SELECT id AS track_id, number, "
        "first_seen, last_seen, subject FROM tracks WHERE subject <> 0 AND last_seen >= ?1) AS seen ON track_id = id "
        "ORDER BY last_seen DESC, id DESC LIMIT {}",
        columns<model::Embedding>(), std::clamp(limit, 1, kMaxKnownLooks));
    return database_.read([&](Connection& connection) -> Result<std::vector<KnownLook>> {
      const Value bound = value(from);
      VIGIL_ASSIGN(auto rows, connection.query_once(sql, {&bound, 1}));
      std::vector<KnownLook> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        VIGIL_ASSIGN(auto embedding, read_record<model::Embedding>(rows));
        out.push_back({std::move(embedding), static_cast<std::uint64_t>(rows.integer(kLookColumns)),
                       rows.time(kLookColumns + 1), rows.time(kLookColumns + 2),
                       static_cast<std::uint64_t>(rows.integer(kLookColumns + 3))});
      }
    });
  }

  Result<std::uint64_t> reserve(std::uint64_t least, std::uint64_t count) override {
    VIGIL_TRY(check_reservation(least, count));
    return database_.write([&](Connection& connection) -> Result<std::uint64_t> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      // The row is locked by the first statement, so that two who ask at once wait for each other.
      VIGIL_TRY(
          connection.run("INSERT INTO counters (name, value) VALUES ('subjects', 0) ON CONFLICT (name) DO UPDATE SET "
                         "value = counters.value"));
      VIGIL_ASSIGN(const auto given, number_of(connection, "SELECT value FROM counters WHERE name = 'subjects'"));
      VIGIL_ASSIGN(
          const auto borne,
          number_of(connection, "SELECT coalesce(max(subject), 0) FROM tracks WHERE subject <> 0 AND subject < ?1",
                    {static_cast<std::int64_t>(kDrawnSubjects)}));
      const auto first = std::max({given + 1, borne + 1, least});
      VIGIL_TRY(check_reservation(first, count));
      VIGIL_TRY(connection.run("UPDATE counters SET value = ?1 WHERE name = 'subjects'",
                               {static_cast<std::int64_t>(first + count - 1)}));
      VIGIL_TRY(transaction.commit());
      return first;
    });
  }

 private:
  static constexpr int kLookColumns = 7;  // of an embedding

  static Result<std::uint64_t> number_of(Connection& connection, const char* sql,
                                         std::initializer_list<Value> values = {}) {
    VIGIL_ASSIGN(auto rows, connection.query(sql, values));
    VIGIL_TRY(rows.step());
    return static_cast<std::uint64_t>(std::max<std::int64_t>(rows.integer(0), 0));
  }

  static Result<std::vector<model::Subject>> grouped(Connection& connection, Conditions conditions,
                                                     const PageRequest& page, int limit) {
    auto where = conditions.where();
    std::string having;
    std::vector<Value> values = conditions.values();
    if (page.after) {
      const auto place = values.size();
      having = fmt::format(" HAVING max(last_seen) < ?{0} OR (max(last_seen) = ?{0} AND subject < ?{1})", place + 1,
                           place + 2);
      values.push_back(value(page.after->time));
      values.emplace_back(static_cast<std::int64_t>(std::strtoull(page.after->id.c_str(), nullptr, 10)));
    }
    const auto sql = fmt::format(
        "SELECT subject, max(label), min(first_seen), max(last_seen), count(*), min(similarity) FROM tracks{} GROUP BY "
        "subject{} ORDER BY max(last_seen) DESC, subject DESC LIMIT {}",
        where, having, limit);
    VIGIL_ASSIGN(auto rows, connection.query_once(sql, values));
    std::vector<model::Subject> out;
    while (true) {
      VIGIL_ASSIGN(bool more, rows.step());
      if (!more) return out;
      out.push_back({static_cast<std::uint64_t>(rows.integer(0)), rows.text(1), rows.time(2), rows.time(3),
                     static_cast<std::uint64_t>(rows.integer(4)), static_cast<float>(rows.real(5))});
    }
  }
  Database& database_;
};

class SqlRecords final : public Records {
 public:
  explicit SqlRecords(Database& database)
      : log_(make_record_log(database)),
        runs_(database),
        tracks_(database),
        pictures_(database),
        plates_(database),
        subjects_(database),
        track_numbers_(make_track_numbers(database)) {}
  RecordLog& log() override { return *log_; }
  RunRepository& runs() override { return runs_; }
  TrackRepository& tracks() override { return tracks_; }
  PictureRepository& pictures() override { return pictures_; }
  PlateRepository& plates() override { return plates_; }
  SubjectRepository& subjects() override { return subjects_; }
  TrackNumberRepository& track_numbers() override { return *track_numbers_; }

 private:
  std::unique_ptr<RecordLog> log_;
  Runs runs_;
  Tracks tracks_;
  Pictures pictures_;
  Plates plates_;
  Subjects subjects_;
  std::unique_ptr<TrackNumberRepository> track_numbers_;
};

}  // namespace

std::unique_ptr<Records> make_records(Database& database) {
  return std::make_unique<SqlRecords>(database);
}

}  // namespace vigil::store::sql
