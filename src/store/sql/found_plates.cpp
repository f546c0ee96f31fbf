#include "store/sql/found_plates.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/record_match.h"
#include "store/sql/select.h"

namespace vigil::store::sql {
namespace {

// As for the plates of cameras: so many rows a step, and so many steps at most, where the database cannot say which
// fit.
constexpr int kChunk = 500, kChunks = 20;

model::FoundPlate read(const Query& row) {
  model::FoundPlate plate;
  plate.id = row.text(0);
  plate.job_id = row.text(1);
  plate.asset_id = row.text(2);
  plate.asset_name = row.text(3);
  plate.handed_in = row.time(4);
  plate.at = std::chrono::milliseconds(row.integer(5));
  plate.track = static_cast<std::uint64_t>(row.integer(6));
  plate.text = row.text(7);
  plate.plain = row.text(8);
  plate.region = row.text(9);
  plate.confidence = static_cast<float>(row.real(10));
  return plate;
}

Result<std::vector<model::FoundPlate>> rows_after(Connection& connection, Conditions conditions,
                                                  const std::optional<RecordCursor>& after, int limit) {
  if (after)
    conditions.add("(found_plates.handed_in, found_plates.id) < (?, ?)",
                   {value(after->time), std::string_view(after->id)});
  VIGIL_ASSIGN(auto rows,
               connection.query_once(
                   fmt::format("SELECT found_plates.id, found_plates.job_id, found_plates.asset, assets.name, "
                               "found_plates.handed_in, found_plates.at_ms, found_plates.track, found_plates.text, "
                               "found_plates.plain, found_plates.region, found_plates.confidence FROM found_plates "
                               "JOIN assets ON assets.id = found_plates.asset AND assets.buried = 0{} "
                               "ORDER BY found_plates.handed_in DESC, found_plates.id DESC LIMIT {}",
                               conditions.where(), limit),
                   conditions.values()));
  std::vector<model::FoundPlate> out;
  while (true) {
    VIGIL_ASSIGN(bool more, rows.step());
    if (!more) return out;
    out.push_back(read(rows));
  }
}

}  // namespace

Result<void> put_found_plates(Connection& connection, const model::Job& job,
                              const std::vector<model::FoundPlate>& plates) {
  VIGIL_TRY(remove_found_plates(connection, job.id));
  const auto count = std::min(plates.size(), model::kMostFoundPlates);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& plate = plates[i];
    const auto id = found_plate_id(job.id, i);
    VIGIL_TRY(connection.run(
        "INSERT INTO found_plates (id, job_id, asset, owner, handed_in, at_ms, track, text, plain, region, confidence) "
        "SELECT ?1, ?2, assets.id, assets.owner, assets.created_at, ?4, ?5, ?6, ?7, ?8, ?9 FROM assets "
        "WHERE assets.id = ?3 AND assets.buried = 0",
        {id, job.id, job.asset, static_cast<std::int64_t>(plate.at.count()), static_cast<std::int64_t>(plate.track),
         plate.text, plate.plain, plate.region, double{plate.confidence}}));
  }
  return {};
}

Result<void> remove_found_plates(Connection& connection, const std::string& job_id) {
  VIGIL_TRY(connection.run("DELETE FROM found_plates WHERE job_id = ?1", {job_id}));
  return {};
}

Result<Page<model::FoundPlate>> find_found_plates(Connection& connection, const FoundPlateQuery& query) {
  const auto& wanted = query.plate;
  VIGIL_TRY(check(wanted));
  Conditions conditions;
  if (query.owner) conditions.add("found_plates.owner = ?", {std::string_view(*query.owner)});
  conditions.add_equal("found_plates.asset", query.asset);
  if (wanted.scope.from) conditions.add("found_plates.handed_in >= ?", {value(*wanted.scope.from)});
  if (wanted.scope.to) conditions.add("found_plates.handed_in < ?", {value(*wanted.scope.to)});
  Page<model::FoundPlate> page;
  const auto plain = model::plain_plate(wanted.text);
  if (plain.empty() && !wanted.text.empty()) return page;
  const bool soft = !plain.empty() && !add_plate(conditions, wanted, plain);
  const int limit = page_limit(wanted.page);
  const int chunk = soft ? kChunk : limit + 1;
  auto after = wanted.page.after;
  for (int step = 0; step < (soft ? kChunks : 1); ++step) {
    VIGIL_ASSIGN(auto rows, rows_after(connection, conditions, after, chunk));
    for (auto& row : rows) {
      if (page.items.size() == static_cast<std::size_t>(limit)) {
        page.next = after;
        return page;
      }
      after = RecordCursor{row.handed_in, row.id};
      if (matches(query, row)) page.items.push_back(std::move(row));
    }
    if (rows.size() < static_cast<std::size_t>(chunk)) return page;
  }
  page.next = after;
  return page;
}

}  // namespace vigil::store::sql
