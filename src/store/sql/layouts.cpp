#include <fmt/format.h>

#include "base/ids.h"
#include "base/json.h"
#include "model/layout_json.h"
#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

using model::Layout;

#define VIGIL_LAYOUT_COLUMNS "id, name, column_count, row_count, tiles, updated_at"

Error no_layout() {
  return make_error(ErrorKind::NotFound, "there is no such layout", "layout.not_found");
}

Result<Layout> read_row(const Query& row) {
  const auto damaged = [&] {
    return make_error(ErrorKind::DataLoss, fmt::format("layout {} makes no sense", row.text(0)), "store.damaged");
  };
  auto json = parse_json(row.text(4));
  if (!json) return damaged();
  auto tiles = model::read_tiles(*json);
  if (!tiles) return damaged();
  Layout layout{row.text(0),       row.text(1), static_cast<int>(row.integer(2)), static_cast<int>(row.integer(3)),
                std::move(*tiles), row.time(5)};
  if (!model::validate(layout)) return damaged();
  return layout;
}

class Layouts final : public LayoutRepository {
 public:
  Layouts(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<Layout>> list(const std::string& owner) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<Layout>> {
      VIGIL_ASSIGN(
          auto rows,
          connection.query("SELECT " VIGIL_LAYOUT_COLUMNS " FROM layouts WHERE owner = ?1 ORDER BY name, id", {owner}));
      std::vector<Layout> layouts;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return layouts;
        VIGIL_ASSIGN(auto layout, read_row(rows));
        layouts.push_back(std::move(layout));
      }
    });
  }

  Result<Layout> insert(const std::string& owner, const Layout& layout) override {
    VIGIL_TRY(model::validate(layout));
    auto stored = layout;
    stored.id = random_hex(8);
    stored.updated_at = clock_.wall();
    auto done = database_.write([&](Connection& connection) -> Result<void> {
      {
        VIGIL_ASSIGN(auto rows, connection.query("SELECT count(*) FROM layouts WHERE owner = ?1", {owner}));
        VIGIL_TRY(rows.step());
        if (rows.integer(0) >= static_cast<std::int64_t>(kMaxLayoutsPerOwner)) return too_many_layouts();
      }
      VIGIL_TRY(connection.run("INSERT INTO layouts (" VIGIL_LAYOUT_COLUMNS
                               ", owner) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                               {stored.id, stored.name, std::int64_t{stored.columns}, std::int64_t{stored.rows},
                                to_text(model::to_json(stored.tiles)), value(stored.updated_at), owner}));
      return {};
    });
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<Layout> update(const std::string& owner, const Layout& layout) override {
    VIGIL_TRY(model::validate(layout));
    auto stored = layout;
    stored.updated_at = clock_.wall();
    auto done = database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(
          int changed,
          connection.run("UPDATE layouts SET name = ?3, column_count = ?4, row_count = ?5, tiles = ?6, updated_at = ?7 "
                         "WHERE id = ?1 AND owner = ?2",
                         {stored.id, owner, stored.name, std::int64_t{stored.columns}, std::int64_t{stored.rows},
                          to_text(model::to_json(stored.tiles)), value(stored.updated_at)}));
      if (changed == 0) return no_layout();
      return {};
    });
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<void> remove(const std::string& owner, const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(int changed, connection.run("DELETE FROM layouts WHERE id = ?1 AND owner = ?2", {id, owner}));
      if (changed == 0) return no_layout();
      return {};
    });
  }

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<LayoutRepository> make_layouts(Database& database, const Clock& clock) {
  return std::make_unique<Layouts>(database, clock);
}

}  // namespace vigil::store::sql
