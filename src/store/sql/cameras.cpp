#include <fmt/format.h>

#include "store/sql/camera_row.h"
#include "store/sql/repositories.h"

namespace vigil::store::sql {
namespace {

#define VIGIL_CAMERA_COLUMNS \
  "id, name, number, place, section, enabled, settings, credentials, version, created_at, updated_at"

Error no_camera(const std::string& id) {
  return make_error(ErrorKind::NotFound, fmt::format("there is no camera {}", id), "camera.not_found");
}

Error changed_meanwhile(const model::Camera& camera) {
  return make_error(
      ErrorKind::Conflict,
      fmt::format("camera {} was changed by somebody else since version {}: read it again", camera.id, camera.version),
      "camera.version");
}

class Cameras final : public CameraRepository {
 public:
  Cameras(Database& database, const SecretBox& box, const Clock& clock)
      : database_(database), box_(box), clock_(clock) {}

  Result<std::vector<model::Camera>> list() override {
    return database_.read([&](Connection& connection) -> Result<std::vector<model::Camera>> {
      VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_CAMERA_COLUMNS
                                               " FROM cameras ORDER BY number IS NULL, number, id"));
      std::vector<model::Camera> cameras;
      while (true) {
        VIGIL_ASSIGN(bool more, rows.step());
        if (!more) return cameras;
        VIGIL_ASSIGN(auto camera, read_row(rows));
        cameras.push_back(std::move(camera));
      }
    });
  }

  Result<model::Camera> get(const std::string& id) override {
    return database_.read([&](Connection& connection) { return find(connection, id); });
  }

  Result<model::Camera> insert(const model::Camera& camera) override {
    auto stored = camera;
    stored.version = 1;
    stored.created_at = stored.updated_at = clock_.wall();
    VIGIL_ASSIGN(auto row, make_row(stored));
    auto done = database_.write([&](Connection& connection) {
      return connection.run(
          "INSERT INTO cameras (" VIGIL_CAMERA_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
          {stored.id, stored.name, value(stored.number), stored.place, stored.section, std::int64_t{stored.enabled},
           row.settings, credentials(row), static_cast<std::int64_t>(stored.version), value(stored.created_at),
           value(stored.updated_at)});
    });
    if (!done && done.error().kind == ErrorKind::AlreadyExists) {
      return make_error(ErrorKind::AlreadyExists, fmt::format("there is a camera {} already", camera.id),
                        "camera.exists", "/id");
    }
    VIGIL_TRY(std::move(done));
    return stored;
  }

  Result<model::Camera> update(const model::Camera& camera) override {
    auto stored = camera;
    stored.version = camera.version + 1;
    stored.updated_at = clock_.wall();
    VIGIL_ASSIGN(auto row, make_row(stored));
    return database_.write([&](Connection& connection) -> Result<model::Camera> {
      VIGIL_ASSIGN(auto transaction, Transaction::begin(connection));
      VIGIL_ASSIGN(auto before, find(connection, camera.id));
      if (before.version != camera.version) return changed_meanwhile(camera);
      stored.created_at = before.created_at;
      // The version is asked for again: another connection may have changed it since.
      VIGIL_ASSIGN(
          int changed,
          connection.run(
              "UPDATE cameras SET name = ?2, number = ?3, place = ?4, section = ?5, enabled = ?6, settings = ?7, "
              "credentials = ?8, version = ?9, updated_at = ?10 WHERE id = ?1 AND version = ?11",
              {stored.id, stored.name, value(stored.number), stored.place, stored.section, std::int64_t{stored.enabled},
               row.settings, credentials(row), static_cast<std::int64_t>(stored.version), value(stored.updated_at),
               static_cast<std::int64_t>(camera.version)}));
      if (changed == 0) return changed_meanwhile(camera);
      VIGIL_TRY(transaction.commit());
      return stored;
    });
  }

  Result<void> remove(const std::string& id) override {
    return database_.write([&](Connection& connection) -> Result<void> {
      VIGIL_ASSIGN(int changed, connection.run("DELETE FROM cameras WHERE id = ?1", {id}));
      if (changed == 0) return no_camera(id);
      return {};
    });
  }

 private:
  struct Row {
    std::string settings;
    std::string credentials;  // sealed
  };

  static Value credentials(const Row& row) {
    if (row.credentials.empty()) return nullptr;
    return Blob{row.credentials};
  }

  Result<Row> make_row(const model::Camera& camera) const {
    VIGIL_TRY(model::validate(camera, true));
    Row row{settings_text(camera), {}};
    auto secret = credentials_text(camera);
    // Read back what would be written: text that is no UTF-8 would not survive as JSON.
    model::Camera again = camera;
    again.motion = {};
    again.analysis = {};
    again.streams.clear();
    again.frame_event_interval_s.reset();
    VIGIL_TRY(read_settings(row.settings, again));
    VIGIL_TRY(read_credentials(secret, again));
    if (!(again == camera)) {
      return make_error(ErrorKind::InvalidArgument, "a text of this camera is not valid UTF-8", "camera.invalid");
    }
    if (!secret.empty()) row.credentials = box_.seal(secret, camera.id);
    return row;
  }

  Result<model::Camera> find(Connection& connection, const std::string& id) const {
    VIGIL_ASSIGN(auto rows, connection.query("SELECT " VIGIL_CAMERA_COLUMNS " FROM cameras WHERE id = ?1", {id}));
    VIGIL_ASSIGN(bool found, rows.step());
    if (!found) return no_camera(id);
    return read_row(rows);
  }

  Result<model::Camera> read_row(const Query& row) const {
    model::Camera camera;
    camera.id = row.text(0);
    camera.name = row.text(1);
    if (!row.null(2)) camera.number = static_cast<int>(row.integer(2));
    camera.place = row.text(3);
    camera.section = row.text(4);
    camera.enabled = row.integer(5) != 0;
    VIGIL_TRY(read_settings(row.text(6), camera));
    if (!row.null(7)) {
      auto secret = box_.open(row.text(7), camera.id);
      if (!secret) return std::move(secret).error().while_doing(fmt::format("credentials of camera {}", camera.id));
      VIGIL_TRY(read_credentials(*secret, camera));
    }
    camera.version = static_cast<std::uint64_t>(row.integer(8));
    camera.created_at = row.time(9);
    camera.updated_at = row.time(10);
    return camera;
  }

  Database& database_;
  const SecretBox& box_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<CameraRepository> make_cameras(Database& database, const SecretBox& box, const Clock& clock) {
  return std::make_unique<Cameras>(database, box, clock);
}

}  // namespace vigil::store::sql
