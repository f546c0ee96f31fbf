#include "store/track_numbers.h"

#include <algorithm>

#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

class TrackNumbers final : public TrackNumberRepository {
 public:
  explicit TrackNumbers(Database& database) : database_(database) {}

  Result<std::uint64_t> reserve(const std::string& camera_id, std::uint64_t least, std::uint64_t count) override {
    VIGIL_TRY(check_track_numbers(least, count));
    const auto name = counter(camera_id);
    return database_.write([&](Connection& connection) -> Result<std::uint64_t> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      // The row is locked by the first statement, so that two who ask at once wait for each other.
      VIGIL_TRY(connection.run(
          "INSERT INTO counters (name, value) VALUES (?1, 0) ON CONFLICT (name) DO UPDATE SET value = counters.value",
          {std::string_view(name)}));
      VIGIL_ASSIGN(auto given, number_of(connection, "SELECT value FROM counters WHERE name = ?1", {name}));
      if (given == 0) {
        VIGIL_ASSIGN(
            given,
            number_of(connection, "SELECT coalesce(max(number), 0) FROM tracks WHERE camera_id = ?1 AND number < ?2",
                      {camera_id, static_cast<std::int64_t>(kDrawnTracks)}));
      }
      const auto first = std::max(given + 1, least);
      VIGIL_TRY(check_track_numbers(first, count));
      VIGIL_TRY(connection.run("UPDATE counters SET value = ?2 WHERE name = ?1",
                               {std::string_view(name), static_cast<std::int64_t>(first + count - 1)}));
      VIGIL_TRY(transaction.commit());
      return first;
    });
  }

  Result<void> release(const std::string& camera_id, std::uint64_t end, std::uint64_t next) override {
    if (next == 0 || next >= end) return {};
    const auto name = counter(camera_id);
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_TRY(connection.run(
          "UPDATE counters SET value = ?3 WHERE name = ?1 AND value = ?2",
          {std::string_view(name), static_cast<std::int64_t>(end - 1), static_cast<std::int64_t>(next - 1)}));
      return {};
    });
  }

 private:
  static std::string counter(const std::string& camera_id) { return "tracks/" + camera_id; }

  static Result<std::uint64_t> number_of(Connection& connection, const char* sql, std::initializer_list<Value> values) {
    VIGIL_ASSIGN(auto rows, connection.query(sql, values));
    VIGIL_TRY(rows.step());
    return static_cast<std::uint64_t>(std::max<std::int64_t>(rows.integer(0), 0));
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<TrackNumberRepository> make_track_numbers(Database& database) {
  return std::make_unique<TrackNumbers>(database);
}

}  // namespace vigil::store::sql
