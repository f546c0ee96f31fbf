#include "app/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/json_read.h"
#include "base/redact.h"

namespace vigil::app {
namespace {

std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 80;
  auto out = redact(vigil::to_text(value));
  return out.size() > kLongest ? out.substr(0, kLongest) + "…" : out;
}

// One member of a camera or stream against its stored form.
class Differ {
 public:
  Differ(Json& patch, std::vector<std::string>& changes, const PlanOptions& options)
      : patch_(patch), changes_(changes), options_(options) {}

  void camera(const Json& wanted, const Json& stored) {
    for (const auto& [key, value] : wanted.items()) {
      if (key == "id") continue;
      if (key == "password") {
        password(value, stored);
      } else if (key == "motion" || key == "analysis") {
        group(key, value, member(stored, key.c_str()), patch_);
      } else if (key == "streams") {
        streams(value, member(stored, "streams"));
      } else if (!same(key, value, member(stored, key.c_str()))) {
        note(key, member(stored, key.c_str()), value);
        patch_[key] = value;
      }
    }
    // The address decides whether the server keeps the stored credentials: they go along with it.
    if (patch_.contains("source_url")) {
      for (const char* key : {"username", "password"}) {
        if (wanted.contains(key)) patch_[key] = wanted[key];
      }
    }
  }

 private:
  static bool is_blank(const Json& value) { return !value.is_string() || value.get_ref<const std::string&>().empty(); }

  static bool same(const std::string& key, const Json& wanted, const Json& stored) {
    if (key == "username" && is_blank(wanted)) return is_blank(stored);
    if (key == "roles" && wanted.is_array() && stored.is_array()) {
      auto a = wanted, b = stored;
      std::sort(a.begin(), a.end());
      std::sort(b.begin(), b.end());
      return a == b;
    }
    return wanted == stored;
  }

  bool password_differs(const Json& wanted, const Json& stored) const {
    bool wants_one = !is_blank(wanted);
    bool has_one = flag(stored, "has_password");
    return wants_one != has_one || (wants_one && options_.update_passwords);
  }

  void password(const Json& wanted, const Json& stored) {
    if (!password_differs(wanted, stored)) return;
    changes_.emplace_back(flag(stored, "has_password") ? "password: another" : "password: set");
    patch_["password"] = wanted;
  }

  // Settings below `name`, which a merge patch changes one by one. The confidences by label are a value of their own.
  void group(const std::string& name, const Json& wanted, const Json& stored, Json& patch) {
    Json changed = Json::object();
    for (const auto& [key, value] : wanted.items()) {
      const auto& before = member(stored, key.c_str());
      if (value == before) continue;
      if (value.is_object() && before.is_object() && key != "class_confidence") {
        group(fmt::format("{}.{}", name, key), value, before, changed);
        continue;
      }
      note(fmt::format("{}.{}", name, key), before, value);
      changed[key] = value;
    }
    if (!changed.empty()) patch[name.substr(name.rfind('.') + 1)] = std::move(changed);
  }

  // Arrays are replaced whole by a merge patch, so all of it is sent when anything differs.
  void streams(const Json& wanted, const Json& stored) {
    bool differs = wanted.size() != stored.size();
    for (std::size_t i = 0; i < wanted.size() && !differs; ++i) {
      auto same_name = std::find_if(stored.begin(), stored.end(),
                                    [&](const Json& s) { return text(s, "name") == text(wanted[i], "name"); });
      if (same_name == stored.end()) {
        differs = true;
        break;
      }
      for (const auto& [key, value] : wanted[i].items()) {
        differs = differs || (key == "password" ? password_differs(value, *same_name)
                                                : !same(key, value, member(*same_name, key.c_str())));
      }
    }
    if (!differs) return;
    changes_.push_back(fmt::format("streams: {} → {}", stored.size(), wanted.size()));
    patch_["streams"] = wanted;
  }

  void note(const std::string& key, const Json& before, const Json& after) {
    changes_.push_back(fmt::format("{}: {} → {}", key, shown(before), shown(after)));
  }

  Json& patch_;
  std::vector<std::string>& changes_;
  const PlanOptions& options_;
};

Step step_for(const CameraEntry& entry, const Json* stored, const PlanOptions& options) {
  Step step;
  step.id = text(entry.camera, "id");
  step.entry = &entry;
  if (stored == nullptr) {
    step.action = Step::Action::Create;
    step.body = entry.camera;
    return step;
  }
  step.version = static_cast<std::uint64_t>(number(*stored, "version"));
  step.body = Json::object();
  Differ(step.body, step.changes, options).camera(entry.camera, *stored);
  step.action = step.changes.empty() ? Step::Action::Keep : Step::Action::Change;
  return step;
}

}  // namespace

std::vector<Step> make_plan(const CameraFile& file, const std::vector<Json>& current, const PlanOptions& options) {
  std::map<std::string, const Json*> stored;
  for (const auto& camera : current) stored[text(camera, "id")] = &camera;
  std::vector<Step> steps;
  for (const auto& entry : file.cameras) {
    auto found = stored.find(text(entry.camera, "id"));
    steps.push_back(step_for(entry, found == stored.end() ? nullptr : found->second, options));
    if (found != stored.end()) stored.erase(found);
  }
  for (const auto& [id, camera] : stored) {
    Step step;
    step.action = options.prune ? Step::Action::Remove : Step::Action::Leave;
    step.id = id;
    step.version = static_cast<std::uint64_t>(number(*camera, "version"));
    steps.push_back(std::move(step));
  }
  return steps;
}

std::string describe(const std::vector<Step>& steps) {
  std::string out;
  int kept = 0, left = 0;
  for (const auto& step : steps) {
    switch (step.action) {
      case Step::Action::Create:
        out += fmt::format("+ {}  {}\n", step.id, redact(text(step.body, "source_url")));
        break;
      case Step::Action::Change:
        for (const auto& change : step.changes) out += fmt::format("~ {}  {}\n", step.id, change);
        break;
      case Step::Action::Remove:
        out += fmt::format("- {}\n", step.id);
        break;
      case Step::Action::Keep:
        ++kept;
        break;
      case Step::Action::Leave:
        ++left;
        break;
    }
  }
  if (kept > 0) out += fmt::format("= {} unchanged\n", kept);
  if (left > 0) out += fmt::format("  {} on the server that the file does not name; --prune removes them\n", left);
  return out;
}

}  // namespace vigil::app
