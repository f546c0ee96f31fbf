#include <fmt/format.h>

#include "store/sql/record_rows.h"
#include "store/sql/repositories.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

constexpr std::size_t kRemovedAtOnce = 500;

struct Place {
  const char* end;   // column that says when the record ended
  const char* path;  // column, or a literal
};

Place place_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::Run:
      return {RecordTable<model::Run>::kEnd, "''"};
    case RecordKind::Track:
      return {RecordTable<model::TrackRecord>::kEnd, "''"};
    case RecordKind::Segment:
      return {RecordTable<model::BoxSegment>::kEnd, "''"};
    case RecordKind::KeyFrame:
      return {"time", "path"};
    default:
      return {"time", "''"};
  }
}

class Log final : public RecordLog {
 public:
  explicit Log(Database& database) : database_(database) {}

  Result<void> write(const RecordBatch& batch) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_TRY(put(connection, batch.runs));
      VIGIL_TRY(put_tracks(connection, batch.tracks));
      VIGIL_TRY(put(connection, batch.key_frames));
      VIGIL_TRY(put(connection, batch.objects));
      VIGIL_TRY(put(connection, batch.scenes));
      VIGIL_TRY(put(connection, batch.plates));
      VIGIL_TRY(put(connection, batch.embeddings));
      VIGIL_TRY(put(connection, batch.segments));
      return transaction.commit();
    });
  }

  Result<std::vector<std::pair<std::string, std::string>>> older(RecordKind kind, WallTime before, int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<std::pair<std::string, std::string>>> {
      const auto place = place_of(kind);
      const auto sql = fmt::format("SELECT id, {} FROM {} WHERE {} < ?1 ORDER BY {}, id LIMIT {}", place.path,
                                   to_string(kind), place.end, place.end, std::max(limit, 1));
      const Value bound = value(before);
      VIGIL_ASSIGN(auto rows, connection.query_once(sql, {&bound, 1}));
      std::vector<std::pair<std::string, std::string>> out;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return out;
        out.emplace_back(rows.text(0), rows.text(1));
      }
    });
  }

  Result<void> remove(RecordKind kind, const std::vector<std::string>& ids) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      for (std::size_t begin = 0; begin < ids.size(); begin += kRemovedAtOnce) {
        Conditions conditions;
        const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kRemovedAtOnce, ids.size()));
        conditions.add_one_of("id", {ids.begin() + static_cast<std::ptrdiff_t>(begin), end});
        VIGIL_ASSIGN(auto done,
                     connection.query_once(fmt::format("DELETE FROM {}{}", to_string(kind), conditions.where()),
                                           conditions.values()));
        VIGIL_TRY(done.step());
      }
      return transaction.commit();
    });
  }

  Result<std::uint64_t> count(RecordKind kind) override {
    return database_.read([&](Connection& connection) -> Result<std::uint64_t> {
      VIGIL_ASSIGN(auto rows, connection.query_once(fmt::format("SELECT count(*) FROM {}", to_string(kind)), {}));
      VIGIL_TRY(rows.step());
      return static_cast<std::uint64_t>(rows.integer(0));
    });
  }

 private:
  template <typename T>
  static Result<int> put_one(Connection& connection, const T& record) {
    RowValues row;
    RecordTable<T>::fields(row, record);
    return connection.run(upsert<T>().c_str(), row.values);
  }

  template <typename T>
  static Result<void> put(Connection& connection, const std::vector<T>& records) {
    for (const auto& record : records) VIGIL_TRY(put_one(connection, record));
    return {};
  }

  static Result<void> put_tracks(Connection& connection, const std::vector<model::TrackRecord>& tracks) {
    for (const auto& track : tracks) {
      VIGIL_ASSIGN(int changed, put_one(connection, track));
      if (changed == 0) continue;  // what is there is further on
      for (const auto& attribute : track.attributes) {
        VIGIL_TRY(connection.run(
            "INSERT INTO track_attributes (track_id, name, value, first_seen) VALUES (?1, ?2, ?3, ?4) "
            "ON CONFLICT (track_id, name) DO UPDATE SET value = excluded.value, first_seen = excluded.first_seen",
            {track.id, attribute.name, attribute.value, value(track.first_seen)}));
      }
    }
    return {};
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<RecordLog> make_record_log(Database& database) {
  return std::make_unique<Log>(database);
}

}  // namespace vigil::store::sql
