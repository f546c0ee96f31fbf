#include "store/memory.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <tuple>

#include "base/assert.h"
#include "base/ids.h"
#include "base/sync.h"
#include "store/memory_jobs.h"
#include "store/memory_records.h"
#include "store/secret_box.h"

namespace vigil::store {
namespace {

Error missing(const char* what, const char* code) {
  return make_error(ErrorKind::NotFound, fmt::format("there is no such {}", what), code);
}

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
  return text;
}

Secret random_key() {
  VIGIL_ASSERT(sodium_init() >= 0);
  std::string key(SecretBox::kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  return Secret(std::move(key));
}

class Cameras final : public CameraRepository {
 public:
  explicit Cameras(Clock& clock) : clock_(clock) {}

  Result<std::vector<model::Camera>> list() override {
    std::vector<model::Camera> all;
    {
      MutexLock lock(mutex_);
      for (const auto& [id, camera] : cameras_) all.push_back(camera);
    }
    auto order = [](const model::Camera& camera) { return std::tuple(!camera.number, camera.number.value_or(0)); };
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return all;
  }
  Result<model::Camera> get(const std::string& id) override {
    MutexLock lock(mutex_);
    auto found = cameras_.find(id);
    if (found == cameras_.end()) return missing("camera", "camera.not_found");
    return found->second;
  }
  Result<model::Camera> insert(const model::Camera& camera) override {
    VIGIL_TRY(model::validate(camera, true));
    auto stored = camera;
    stored.version = 1;
    stored.created_at = stored.updated_at = clock_.wall();
    MutexLock lock(mutex_);
    if (!cameras_.emplace(stored.id, stored).second) {
      return make_error(ErrorKind::AlreadyExists, "there is a camera with this id already", "camera.exists", "/id");
    }
    return stored;
  }
  Result<model::Camera> update(const model::Camera& camera) override {
    VIGIL_TRY(model::validate(camera, true));
    auto stored = camera;
    ++stored.version;
    stored.updated_at = clock_.wall();
    MutexLock lock(mutex_);
    auto found = cameras_.find(camera.id);
    if (found == cameras_.end()) return missing("camera", "camera.not_found");
    if (found->second.version != camera.version) {
      return make_error(ErrorKind::Conflict, "the camera was changed by somebody else: read it again",
                        "camera.version");
    }
    stored.created_at = found->second.created_at;
    found->second = stored;
    return stored;
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(mutex_);
    if (cameras_.erase(id) == 0) return missing("camera", "camera.not_found");
    return {};
  }

 private:
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, model::Camera> cameras_ VIGIL_GUARDED_BY(mutex_);
};

class Sessions final : public SessionRepository {
 public:
  Sessions(UserRepository& users, Clock& clock) : users_(users), clock_(clock) {}

  Result<Session> insert(const Session& session) override {
    auto user = users_.find(session.user_id);
    if (!user || user->id != session.user_id) return missing("user", "user.not_found");
    auto stored = session;
    stored.id = random_hex(16);
    auto now = clock_.wall();
    MutexLock lock(mutex_);
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires_at <= now; });
    std::vector<const Session*> others;
    for (const auto& [id, other] : sessions_) {
      if (other.user_id == session.user_id) others.push_back(&other);
    }
    std::stable_sort(others.begin(), others.end(),
                     [](const auto* a, const auto* b) { return a->rotated_at > b->rotated_at; });
    for (std::size_t i = kMaxSessionsPerUser - 1; i < others.size(); ++i) sessions_.erase(std::string(others[i]->id));
    sessions_[stored.id] = stored;
    return stored;
  }
  Result<Session> get(const std::string& id) override {
    MutexLock lock(mutex_);
    auto found = sessions_.find(id);
    if (found == sessions_.end()) return missing("session", "session.not_found");
    return found->second;
  }
  Result<void> rotate(const std::string& id, const std::string& token_hash, const std::string& new_hash, WallTime now,
                      WallTime expires_at) override {
    MutexLock lock(mutex_);
    auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.token_hash != token_hash) {
      return make_error(ErrorKind::Conflict, "the refresh token is no longer in force", "session.rotated");
    }
    found->second.previous_token_hash = token_hash;
    found->second.token_hash = new_hash;
    found->second.rotated_at = now;
    found->second.expires_at = expires_at;
    return {};
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(mutex_);
    sessions_.erase(id);
    return {};
  }
  Result<void> remove_of_user(const std::string& user_id) override {
    MutexLock lock(mutex_);
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user_id == user_id; });
    return {};
  }

 private:
  UserRepository& users_;
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Session> sessions_ VIGIL_GUARDED_BY(mutex_);
};

class Users final : public UserRepository {
 public:
  explicit Users(Clock& clock) : clock_(clock) {}
  void on_removal(std::function<Result<void>(const std::string& id)> removal) { removal_ = std::move(removal); }

  Result<std::vector<User>> list() override {
    std::vector<User> all;
    {
      MutexLock lock(mutex_);
      for (const auto& [id, user] : users_) all.push_back(user);
    }
    std::sort(all.begin(), all.end(), [](const User& a, const User& b) { return folded(a.name) < folded(b.name); });
    return all;
  }
  Result<User> find(const std::string& id_or_name) override {
    MutexLock lock(mutex_);
    if (auto found = users_.find(id_or_name); found != users_.end()) return found->second;
    for (const auto& [id, user] : users_) {
      if (folded(user.name) == folded(id_or_name)) return user;
    }
    return missing("user", "user.not_found");
  }
  Result<User> insert(const User& user) override {
    auto stored = user;
    stored.id = random_hex(16);
    stored.token_epoch = 1;
    stored.created_at = clock_.wall();
    MutexLock lock(mutex_);
    if (taken(stored))
      return make_error(ErrorKind::AlreadyExists, "there is a user of this name already", "user.exists", "/name");
    users_[stored.id] = stored;
    return stored;
  }
  Result<User> update(const User& user) override {
    auto stored = user;
    ++stored.token_epoch;
    MutexLock lock(mutex_);
    auto found = users_.find(user.id);
    if (found == users_.end()) return missing("user", "user.not_found");
    if (found->second.token_epoch != user.token_epoch) {
      return make_error(ErrorKind::Conflict, "the user was changed by somebody else: read it again", "user.version");
    }
    if (taken(stored))
      return make_error(ErrorKind::AlreadyExists, "there is a user of this name already", "user.exists", "/name");
    stored.created_at = found->second.created_at;
    found->second = stored;
    return stored;
  }
  Result<void> remove(const std::string& id) override {
    {
      MutexLock lock(mutex_);
      if (users_.erase(id) == 0) return missing("user", "user.not_found");
    }
    return removal_(id);
  }

 private:
  bool taken(const User& user) const VIGIL_REQUIRES(mutex_) {
    return std::any_of(users_.begin(), users_.end(), [&](const auto& entry) {
      return entry.first != user.id && folded(entry.second.name) == folded(user.name);
    });
  }
  Clock& clock_;
  std::function<Result<void>(const std::string& id)> removal_;  // of what goes with a user
  Mutex mutex_;
  std::map<std::string, User> users_ VIGIL_GUARDED_BY(mutex_);
};

class ApiKeys final : public ApiKeyRepository {
 public:
  explicit ApiKeys(Clock& clock) : clock_(clock) {}

  Result<std::vector<ApiKey>> list() override {
    std::vector<ApiKey> all;
    {
      MutexLock lock(mutex_);
      for (const auto& [id, key] : keys_) all.push_back(key);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
    return all;
  }
  Result<ApiKey> get(const std::string& id) override {
    MutexLock lock(mutex_);
    auto found = keys_.find(id);
    if (found == keys_.end()) return missing("API key", "api_key.not_found");
    return found->second;
  }
  Result<ApiKey> insert(const ApiKey& key) override {
    auto stored = key;
    stored.id = random_hex(8);
    stored.created_at = clock_.wall();
    MutexLock lock(mutex_);
    keys_[stored.id] = stored;
    return stored;
  }
  Result<void> touch(const std::string& id, WallTime used_at) override {
    MutexLock lock(mutex_);
    if (auto found = keys_.find(id); found != keys_.end()) found->second.last_used_at = used_at;
    return {};
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(mutex_);
    if (keys_.erase(id) == 0) return missing("API key", "api_key.not_found");
    return {};
  }

 private:
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, ApiKey> keys_ VIGIL_GUARDED_BY(mutex_);
};

class Layouts final : public LayoutRepository {
 public:
  explicit Layouts(Clock& clock) : clock_(clock) {}

  Result<std::vector<model::Layout>> list(const std::string& owner) override {
    std::vector<model::Layout> all;
    {
      MutexLock lock(mutex_);
      for (const auto& [id, layout] : layouts_[owner]) all.push_back(layout);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }
  Result<model::Layout> insert(const std::string& owner, const model::Layout& layout) override {
    VIGIL_TRY(model::validate(layout));
    auto stored = layout;
    stored.id = random_hex(8);
    stored.updated_at = clock_.wall();
    MutexLock lock(mutex_);
    if (layouts_[owner].size() >= kMaxLayoutsPerOwner) return too_many_layouts();
    layouts_[owner][stored.id] = stored;
    return stored;
  }
  Result<model::Layout> update(const std::string& owner, const model::Layout& layout) override {
    VIGIL_TRY(model::validate(layout));
    auto stored = layout;
    stored.updated_at = clock_.wall();
    MutexLock lock(mutex_);
    auto found = layouts_[owner].find(layout.id);
    if (found == layouts_[owner].end()) return missing("layout", "layout.not_found");
    found->second = stored;
    return stored;
  }
  Result<void> remove(const std::string& owner, const std::string& id) override {
    MutexLock lock(mutex_);
    if (layouts_[owner].erase(id) == 0) return missing("layout", "layout.not_found");
    return {};
  }
  void remove_of(const std::string& owner) {
    MutexLock lock(mutex_);
    layouts_.erase(owner);
  }

 private:
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, std::map<std::string, model::Layout>> layouts_ VIGIL_GUARDED_BY(mutex_);
};

class Settings final : public ServerSettingsRepository {
 public:
  explicit Settings(Clock& clock) : clock_(clock) {}

  Result<ServerSettings> get(const std::string& name) override {
    MutexLock lock(mutex_);
    const auto found = settings_.find(name);
    return found == settings_.end() ? ServerSettings{} : found->second;
  }
  Result<ServerSettings> put(const std::string& name, std::uint64_t version, const std::string& content) override {
    if (content.size() > kMaxServerSettings) return settings_too_large();
    MutexLock lock(mutex_);
    auto& stored = settings_[name];
    if (stored.version != version) return settings_changed();
    stored = {version + 1, content, clock_.wall()};
    return stored;
  }

 private:
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, ServerSettings> settings_ VIGIL_GUARDED_BY(mutex_);
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(Clock& clock)
      : box_(random_key()),
        cameras_(clock),
        users_(clock),
        sessions_(users_, clock),
        api_keys_(clock),
        layouts_(clock),
        settings_(clock),
        work_(make_memory_work(clock)) {
    users_.on_removal([this](const std::string& id) {
      layouts_.remove_of(id);
      return sessions_.remove_of_user(id);
    });
  }
  CameraRepository& cameras() override { return cameras_; }
  UserRepository& users() override { return users_; }
  SessionRepository& sessions() override { return sessions_; }
  ApiKeyRepository& api_keys() override { return api_keys_; }
  LayoutRepository& layouts() override { return layouts_; }
  ServerSettingsRepository& settings() override { return settings_; }
  Records& records() override { return *records_; }
  Jobs& jobs() override { return *work_.jobs; }
  Uploads& uploads() override { return *work_.uploads; }
  StoreHealth health() override { return {}; }
  Secret instance_key(std::string_view purpose) const override {
    return box_.derive(fmt::format("instance {}", purpose));
  }

 private:
  SecretBox box_;
  Cameras cameras_;
  Users users_;
  Sessions sessions_;
  ApiKeys api_keys_;
  Layouts layouts_;
  Settings settings_;
  std::unique_ptr<Records> records_ = make_memory_records();
  MemoryWork work_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store(Clock& clock) {
  return std::make_unique<MemoryStore>(clock);
}

}  // namespace vigil::store
