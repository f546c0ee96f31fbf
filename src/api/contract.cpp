#include "api/contract.h"

#include <algorithm>
#include <charconv>

#include "api/nearest.h"
#include "api/openapi_text.h"
#include "api/yaml_json.h"

namespace vigil::api {
namespace {

std::optional<Permission> permission_from(std::string_view name) {
  for (auto one : {Permission::Public, Permission::Setup, Permission::Viewer, Permission::Administrator}) {
    if (name == to_string(one)) return one;
  }
  return std::nullopt;
}

// A parameter's text as the type that its schema asks for; the text itself where it is none, for the validator to
// refuse.
Json typed(const std::string& text, const Json& schema) {
  auto type = schema.value("type", Json());
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") {
    std::int64_t number = 0;
    auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status == std::errc() && end == text.data() + text.size()) return number;
  }
  if (type == "number") {
    double number = 0;
    auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status == std::errc() && end == text.data() + text.size() && number - number == 0) return number;
  }
  return text;
}

}  // namespace

const char* to_string(Permission permission) {
  switch (permission) {
    case Permission::Public:
      return "public";
    case Permission::Setup:
      return "setup";
    case Permission::Viewer:
      return "viewer";
    case Permission::Administrator:
      return "administrator";
  }
  return "administrator";
}

Result<Contract> Contract::built_in() {
  return parse(kOpenApiText);
}

Result<Contract> Contract::parse(const std::string& yaml) {
  auto document = yaml_to_json(yaml);
  if (!document.ok()) return std::move(document).error().while_doing("read the OpenAPI document");
  Contract contract;
  contract.validator_ = std::make_shared<SchemaValidator>(std::move(*document));
  try {  // a document that is not shaped like one ends up here, at start
    for (const auto& [path, item] : contract.document().at("paths").items()) {
      for (const auto& [method, node] : item.items()) {
        if (method == "parameters") continue;
        VIGIL_ASSIGN(auto operation, contract.read(path, method, item, node));
        if (contract.find(operation.id) != nullptr) {
          return make_error(ErrorKind::InvalidArgument, "OpenAPI operation " + operation.id + " stands twice");
        }
        contract.operations_.push_back(std::move(operation));
      }
    }
  } catch (const Json::exception& fault) {
    return make_error(ErrorKind::InvalidArgument, std::string("the OpenAPI document is malformed: ") + fault.what());
  }
  return contract;
}

Result<Operation> Contract::read(const std::string& path, const std::string& method, const Json& item,
                                 const Json& node) {
  auto wrong = [&](const std::string& what) {
    return make_error(ErrorKind::InvalidArgument, "OpenAPI operation " + method + " " + path + ": " + what);
  };
  Operation operation;
  operation.id = node.at("operationId").get<std::string>();
  operation.path = path;
  operation.method = method;
  std::transform(method.begin(), method.end(), operation.method.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  auto permission = permission_from(node.value("x-permission", ""));
  if (!permission) return wrong("x-permission is missing or unknown");
  operation.permission = *permission;
  operation.max_body = node.value("x-max-body-bytes", operation.max_body);
  operation.stream_body = node.value("x-stream-body", false);
  operation.websocket = node.value("x-websocket", false);
  operation.ticket = node.value("x-ticket", false);
  if (item.contains("parameters")) VIGIL_TRY(read_parameters(item.at("parameters"), operation));
  if (node.contains("parameters")) VIGIL_TRY(read_parameters(node.at("parameters"), operation));
  if (auto body = node.find("requestBody"); body != node.end()) {
    operation.body_required = body->value("required", false);
    for (const auto& [type, media] : body->at("content").items()) {
      VIGIL_TRY(validator_->check(media.at("schema"), operation.id + " " + type));
      operation.bodies[type] = media.at("schema");
    }
  }
  operation.responses = node.at("responses");
  for (const auto& [status, answer] : operation.responses.items()) {
    const Json* target = validator_->resolve(answer);
    if (target == nullptr) return wrong("answer " + status + " refers to nothing");
    if (!target->contains("content")) continue;
    for (const auto& [type, media] : target->at("content").items()) {
      VIGIL_TRY(validator_->check(media.at("schema"), operation.id + " " + status));
      if (status.starts_with('2')) operation.produces.push_back(type);
    }
  }
  return operation;
}

Result<void> Contract::read_parameters(const Json& list, Operation& operation) {
  for (const auto& entry : list) {
    const Json* node = validator_->resolve(entry);
    if (node == nullptr)
      return make_error(ErrorKind::InvalidArgument, operation.id + ": a parameter refers to nothing");
    Parameter parameter;
    parameter.name = node->at("name").get<std::string>();
    auto in = node->at("in").get<std::string>();
    parameter.in = in == "path" ? Parameter::In::Path : in == "header" ? Parameter::In::Header : Parameter::In::Query;
    parameter.required = node->value("required", false);
    VIGIL_TRY(validator_->check(node->at("schema"), operation.id + " parameter " + parameter.name));
    parameter.schema = *validator_->resolve(node->at("schema"));
    operation.parameters.push_back(std::move(parameter));
  }
  return {};
}

const Operation* Contract::find(std::string_view operation_id) const {
  auto found =
      std::find_if(operations_.begin(), operations_.end(), [&](const auto& one) { return one.id == operation_id; });
  return found == operations_.end() ? nullptr : &*found;
}

void Contract::take(const Parameter& parameter, const std::string& text, Json& out,
                    std::vector<ProblemDetail>& faults) const {
  const auto where = "query:" + parameter.name;
  if (parameter.schema.value("type", Json()) == "array") {
    auto& list = out.emplace(parameter.name, Json::array()).first.value();
    auto value = typed(text, *validator_->resolve(parameter.schema.at("items")));
    for (auto& fault : validator_->validate(parameter.schema.at("items"), value, where)) {
      faults.push_back(std::move(fault));
    }
    list.push_back(std::move(value));
    if (list.size() == parameter.schema.value("maxItems", std::size_t{64}) + 1)
      faults.push_back({where, "stands too often"});
  } else if (out.contains(parameter.name)) {
    faults.push_back({where, "stands twice"});
  } else {
    auto value = typed(text, parameter.schema);
    for (auto& fault : validator_->validate(parameter.schema, value, where)) faults.push_back(std::move(fault));
    out[parameter.name] = std::move(value);
  }
}

Json Contract::query(const Operation& operation, const std::vector<std::pair<std::string, std::string>>& given,
                     std::vector<ProblemDetail>& faults) const {
  Json out = Json::object();
  std::vector<std::string> names;
  for (const auto& parameter : operation.parameters) {
    if (parameter.in == Parameter::In::Query) names.push_back(parameter.name);
  }
  for (const auto& [name, text] : given) {
    const auto where = "query:" + name.substr(0, 100);
    auto known = std::find_if(operation.parameters.begin(), operation.parameters.end(),
                              [&, key = std::cref(name)](const auto& one) {
                                return one.in == Parameter::In::Query && one.name == key.get();
                              });
    if (known == operation.parameters.end()) {
      auto meant = nearest(name, names);
      faults.push_back(
          {where, meant.empty() ? "is not known here" : "is not known here; did you mean \"" + meant + "\"?"});
    } else {
      take(*known, text, out, faults);
    }
    if (faults.size() >= 20) return out;
  }
  for (const auto& parameter : operation.parameters) {
    if (parameter.in != Parameter::In::Query || out.contains(parameter.name)) continue;
    if (parameter.required) faults.push_back({"query:" + parameter.name, "is required"});
    if (auto value = parameter.schema.find("default"); value != parameter.schema.end()) out[parameter.name] = *value;
  }
  return out;
}

const Json* Contract::response_schema(const Operation& operation, int status, std::string_view media_type) const {
  auto answer = operation.responses.find(std::to_string(status));
  if (answer == operation.responses.end()) answer = operation.responses.find("default");
  if (answer == operation.responses.end()) return nullptr;
  const Json* target = validator_->resolve(*answer);
  if (target == nullptr || !target->contains("content")) return nullptr;
  const auto& content = target->at("content");
  auto media = content.find(std::string(media_type));
  return media == content.end() ? nullptr : &media->at("schema");
}

}  // namespace vigil::api
