#include <fmt/format.h>

#include <algorithm>

#include "store/sql/repositories.h"
#include "store/sql/select.h"
#include "store/sql/upload_rows.h"
#include "store/sql/webhook_rows.h"

namespace vigil::store::sql {
namespace {

class AssetRows final : public AssetRepository {
 public:
  AssetRows(Database& database, const Clock& clock, const Dialect& dialect)
      : database_(database), dialect_(dialect), clock_(clock, dialect_) {}

  Result<model::Asset> get(const std::string& id) override {
    return database_.read([&](Connection& connection) -> Result<model::Asset> {
      VIGIL_ASSIGN(auto row,
                   connection.query("SELECT " VIGIL_ASSET_COLUMNS " FROM assets WHERE id = ?1 AND buried = 0", {id}));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return no_asset();
      return read_asset(row);
    });
  }

  Result<Page<model::Asset>> find(const AssetQuery& query) override {
    Conditions conditions;
    conditions.add("buried = 0");
    if (query.owner) conditions.add("owner = ?", {std::string_view(*query.owner)});
    conditions.add_equal("sha256", query.sha256);
    if (query.before) conditions.add("created_at < ?", {value(*query.before)});
    if (query.held) conditions.add("held = ?", {std::int64_t{*query.held ? 1 : 0}});
    if (query.page.after) {
      conditions.add("(created_at, id) < (?, ?)",
                     {value(query.page.after->time), std::string_view(query.page.after->id)});
    }
    const int limit = std::clamp(query.page.limit, 1, kMaxPage);
    return database_.read([&](Connection& connection) -> Result<Page<model::Asset>> {
      VIGIL_ASSIGN(auto rows,
                   connection.query_once(fmt::format("SELECT " VIGIL_ASSET_COLUMNS
                                                     " FROM assets{} ORDER BY created_at DESC, id DESC LIMIT {}",
                                                     conditions.where(), limit + 1),
                                         conditions.values()));
      Page<model::Asset> page;
      VIGIL_ASSIGN(page.items, all_of<model::Asset>(rows, read_asset));
      if (page.items.size() > static_cast<std::size_t>(limit)) {
        page.items.pop_back();
        page.next = RecordCursor{page.items.back().created_at, page.items.back().id};
      }
      return page;
    });
  }

  Result<void> bury(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(int changed,
                   connection.run("UPDATE assets SET buried = 1 WHERE id = ?1 AND buried = 0 AND held = 0", {id}));
      if (changed > 0) {
        VIGIL_TRY(tell_that_it_goes(connection, id));
        return transaction.commit();
      }
      VIGIL_ASSIGN(auto row, connection.query("SELECT 1 FROM assets WHERE id = ?1 AND buried = 0", {id}));
      VIGIL_ASSIGN(bool there, row.step());
      return there ? must_be_kept() : no_asset();
    });
  }

  Result<model::Asset> hold(const std::string& id, bool held) override {
    return database_.write([&](Connection& connection) -> Result<model::Asset> {
      VIGIL_TRY(
          connection.run("UPDATE assets SET held = ?2 WHERE id = ?1 AND buried = 0", {id, std::int64_t{held ? 1 : 0}}));
      VIGIL_ASSIGN(auto row,
                   connection.query("SELECT " VIGIL_ASSET_COLUMNS " FROM assets WHERE id = ?1 AND buried = 0", {id}));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return no_asset();
      return read_asset(row);
    });
  }

  Result<model::Asset> describe(const std::string& id, const model::AssetLook& look) override {
    return database_.write([&](Connection& connection) -> Result<model::Asset> {
      VIGIL_TRY(
          connection.run("UPDATE assets SET video = ?2, thumbnail = ?3, fault_code = ?4, fault = ?5 "
                         "WHERE id = ?1 AND buried = 0",
                         {id, look.video, look.thumbnail, look.fault_code, look.fault}));
      VIGIL_ASSIGN(auto row,
                   connection.query("SELECT " VIGIL_ASSET_COLUMNS " FROM assets WHERE id = ?1 AND buried = 0", {id}));
      VIGIL_ASSIGN(bool found, row.step());
      if (!found) return no_asset();
      return read_asset(row);
    });
  }

  Result<std::vector<model::Asset>> buried(int limit) override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::Asset>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_ASSET_COLUMNS
                                               " FROM assets WHERE buried = 1 ORDER BY created_at, id LIMIT ?1",
                                               {std::int64_t{std::clamp(limit, 1, kMaxPage)}}));
      return all_of<model::Asset>(rows, read_asset);
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(int removed, connection.run("DELETE FROM assets WHERE id = ?1 AND buried = 1", {id}));
      if (removed > 0) VIGIL_TRY(connection.run("DELETE FROM found_plates WHERE asset = ?1", {id}));
      return transaction.commit();
    });
  }

 private:
  // Those who wanted to know of the uploads that became it.
  Result<void> tell_that_it_goes(Connection& connection, const std::string& id) {
    std::vector<model::Upload> told;
    {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_UPLOAD_COLUMNS
                                               " FROM uploads WHERE asset = ?1 AND asset <> '' AND state = 'complete' "
                                               "ORDER BY id",
                                               {id}));
      VIGIL_ASSIGN(told, all_of<model::Upload>(rows, read_upload));
    }
    VIGIL_ASSIGN(auto now, clock_.now(connection));
    for (const auto& upload : told) VIGIL_TRY(tell_of_upload(connection, upload, {"upload.deleted"}, now));
    return {};
  }

  Database& database_;
  const Dialect dialect_;
  const StoreClock clock_;
};

}  // namespace

std::unique_ptr<AssetRepository> make_assets(Database& database, const Clock& clock, const Dialect& dialect) {
  return std::make_unique<AssetRows>(database, clock, dialect);
}

}  // namespace vigil::store::sql
