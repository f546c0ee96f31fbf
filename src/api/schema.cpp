#include "api/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "api/nearest.h"

namespace vigil::api {
namespace {

constexpr std::size_t kMaxFaults = 20;
constexpr int kMaxDepth = 32;
// std::regex recurses per character: longer texts must be refused by maxLength before.
constexpr std::size_t kMaxPatternText = 4096;

const std::set<std::string> kKnown = {
    "type", "properties", "required", "additionalProperties", "enum", "const", "minimum", "maximum", "minLength",
    "maxLength", "pattern", "exclusiveMinimum", "items", "minItems", "maxItems", "oneOf", "$ref", "exclusiveMaximum",
    // Annotations, which constrain nothing:
    "description", "default", "format", "writeOnly", "readOnly", "examples", "title", "deprecated"};

std::string escape(std::string_view token) {
  std::string out;
  for (char c : token) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>() &&
         std::abs(value.get<double>()) < 9e15;
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return is_integer(value);
  return type == "number" && value.is_number();
}

std::string expected(const Json& type) {
  if (type.is_string()) return type.get<std::string>();
  std::string out;
  for (const auto& one : type) out += (out.empty() ? "" : " or ") + one.get<std::string>();
  return out;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string list_of(const Json& values) {
  std::string out;
  for (const auto& value : values)
    out += (out.empty() ? "" : ", ") + (value.is_string() ? value.get<std::string>() : to_text(value));
  return out;
}

}  // namespace

struct SchemaValidator::Run {
  std::vector<ProblemDetail> faults;
  int depth = 0;
  void fault(const std::string& pointer, std::string detail) {
    if (faults.size() < kMaxFaults) faults.push_back({pointer, std::move(detail)});
  }
};

SchemaValidator::SchemaValidator(Json document) : document_(std::move(document)) {}

const Json* SchemaValidator::resolve(const Json& node) const {
  const Json* at = &node;
  for (int hops = 0; hops < 8; ++hops) {
    auto ref = at->find("$ref");
    if (!at->is_object() || ref == at->end()) return at;
    auto text = ref->get<std::string>();
    if (!text.starts_with("#/")) return nullptr;
    at = &document_;
    std::size_t begin = 2;
    while (begin <= text.size()) {
      auto end = std::min(text.find('/', begin), text.size());
      auto member = at->find(text.substr(begin, end - begin));
      if (!at->is_object() || member == at->end()) return nullptr;
      at = &*member;
      begin = end + 1;
    }
  }
  return nullptr;
}

Result<void> SchemaValidator::check(const Json& schema, const std::string& where) {
  auto wrong = [&](const std::string& what) { return make_error(ErrorKind::InvalidArgument, where + ": " + what); };
  if (!schema.is_object()) return wrong("a schema must be a mapping");
  for (const auto& [key, value] : schema.items()) {
    if (!kKnown.contains(key)) return wrong("the validator does not know \"" + key + "\"");
  }
  if (auto ref = schema.find("$ref"); ref != schema.end()) {
    auto name = ref->get<std::string>();
    const Json* target = resolve(schema);
    if (target == nullptr) return wrong("nothing is at " + name);
    if (std::find(checked_.begin(), checked_.end(), name) != checked_.end()) return {};
    checked_.push_back(name);
    return check(*target, name);
  }
  if (auto pattern = schema.find("pattern"); pattern != schema.end()) {
    auto text = pattern->get<std::string>();
    try {
      patterns_.try_emplace(text, text, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error&) {
      return wrong("not a regular expression: " + text);
    }
  }
  for (const char* key : {"items", "additionalProperties"}) {
    if (auto inner = schema.find(key); inner != schema.end() && inner->is_object()) {
      VIGIL_TRY(check(*inner, where + "/" + key));
    }
  }
  if (auto members = schema.find("properties"); members != schema.end()) {
    for (const auto& [name, inner] : members->items()) VIGIL_TRY(check(inner, fmt::format("{}/{}", where, name)));
  }
  if (auto choices = schema.find("oneOf"); choices != schema.end()) {
    for (const auto& inner : *choices) VIGIL_TRY(check(inner, where + "/oneOf"));
  }
  return {};
}

std::vector<ProblemDetail> SchemaValidator::validate(const Json& schema, const Json& value,
                                                     const std::string& pointer) const {
  Run run;
  visit(schema, value, pointer, run);
  return std::move(run.faults);
}

void SchemaValidator::visit(const Json& node, const Json& value, const std::string& pointer, Run& run) const {
  const Json* found = resolve(node);
  if (found == nullptr || run.depth >= kMaxDepth || run.faults.size() >= kMaxFaults) return;
  const Json& schema = *found;
  ++run.depth;
  auto type = schema.find("type");
  bool right = type == schema.end() || (type->is_string() && has_type(value, type->get<std::string>()));
  if (!right && type->is_array()) {
    right = std::any_of(type->begin(), type->end(),
                        [&](const Json& one) { return has_type(value, one.get<std::string>()); });
  }
  if (!right) {
    run.fault(pointer, "must be " + expected(*type));
  } else {
    if (auto list = schema.find("enum");
        list != schema.end() && std::find(list->begin(), list->end(), value) == list->end()) {
      run.fault(pointer, "must be one of " + list_of(*list));
    }
    if (auto one = schema.find("const"); one != schema.end() && *one != value)
      run.fault(pointer, "must be " + to_text(*one));
    if (value.is_number()) {
      auto number = value.get<double>();
      auto limit = [&](const char* key, auto wrong, const char* text) {
        if (auto bound = schema.find(key); bound != schema.end() && wrong(number, bound->template get<double>())) {
          run.fault(pointer, fmt::format("must be {} {}", text, to_text(*bound)));
        }
      };
      limit("minimum", std::less<>(), "at least");
      limit("maximum", std::greater<>(), "at most");
      limit("exclusiveMinimum", std::less_equal<>(), "more than");
      limit("exclusiveMaximum", std::greater_equal<>(), "less than");
    }
    if (value.is_string()) visit_string(schema, value.get_ref<const std::string&>(), pointer, run);
    if (value.is_array()) visit_array(schema, value, pointer, run);
    if (value.is_object()) visit_object(schema, value, pointer, run);
    visit_one_of(schema, value, pointer, run);
  }
  --run.depth;
}

void SchemaValidator::visit_string(const Json& schema, const std::string& value, const std::string& pointer,
                                   Run& run) const {
  const auto length = code_points(value);
  if (auto least = schema.find("minLength"); least != schema.end() && length < least->get<std::size_t>()) {
    return run.fault(pointer, length == 0 ? "must not be empty"
                                          : fmt::format("must have at least {} characters", least->get<std::size_t>()));
  }
  if (auto most = schema.find("maxLength"); most != schema.end() && length > most->get<std::size_t>()) {
    return run.fault(pointer, fmt::format("must have at most {} characters", most->get<std::size_t>()));
  }
  auto pattern = schema.find("pattern");
  if (pattern == schema.end()) return;
  auto compiled = patterns_.find(pattern->get<std::string>());
  // ECMAScript's '$' also matches before a final line break in some libraries; regex_match has no such doubt.
  if (value.size() > kMaxPatternText || compiled == patterns_.end() || !std::regex_match(value, compiled->second)) {
    run.fault(pointer, "must match " + pattern->get<std::string>());
  }
}

void SchemaValidator::visit_array(const Json& schema, const Json& value, const std::string& pointer, Run& run) const {
  if (auto least = schema.find("minItems"); least != schema.end() && value.size() < least->get<std::size_t>()) {
    run.fault(pointer, fmt::format("must have at least {} items", least->get<std::size_t>()));
  }
  if (auto most = schema.find("maxItems"); most != schema.end() && value.size() > most->get<std::size_t>()) {
    return run.fault(pointer, fmt::format("must have at most {} items", most->get<std::size_t>()));
  }
  auto items = schema.find("items");
  if (items == schema.end()) return;
  for (std::size_t i = 0; i < value.size(); ++i) visit(*items, value[i], fmt::format("{}/{}", pointer, i), run);
}

void SchemaValidator::visit_object(const Json& schema, const Json& value, const std::string& pointer, Run& run) const {
  if (auto required = schema.find("required"); required != schema.end()) {
    for (const auto& name : *required) {
      if (!value.contains(name.get<std::string>())) {
        run.fault(pointer + "/" + escape(name.get<std::string>()), "is required");
      }
    }
  }
  auto members = schema.find("properties");
  auto others = schema.find("additionalProperties");
  for (const auto& [name, member] : value.items()) {
    if (members != schema.end()) {
      if (auto known = members->find(name); known != members->end()) {
        visit(*known, member, pointer + "/" + escape(name), run);
        continue;
      }
    }
    if (others == schema.end()) continue;
    if (others->is_object()) {
      visit(*others, member, pointer + "/" + escape(name), run);
    } else if (!others->get<bool>()) {
      std::vector<std::string> names;
      if (members != schema.end()) {
        for (const auto& item : members->items()) names.push_back(item.key());
      }
      auto meant = nearest(name, names);
      run.fault(pointer + "/" + escape(name.substr(0, 100)),
                meant.empty() ? "is not known here" : "is not known here; did you mean \"" + meant + "\"?");
    }
  }
}

void SchemaValidator::visit_one_of(const Json& schema, const Json& value, const std::string& pointer, Run& run) const {
  auto choices = schema.find("oneOf");
  if (choices == schema.end()) return;
  auto fits = std::count_if(choices->begin(), choices->end(), [&](const Json& choice) {
    Run trial;
    trial.depth = run.depth;
    visit(choice, value, pointer, trial);
    return trial.faults.empty();
  });
  if (fits != 1) run.fault(pointer, "must fit exactly one of the forms that the document lists");
}

}  // namespace vigil::api
