#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/schema.h"

// The OpenAPI document as the server uses it: which operations there are, who may call them, what they take and give.

namespace vigil::api {

enum class Permission { Public, Setup, Viewer, Administrator };
const char* to_string(Permission permission);

struct Parameter {
  std::string name;
  enum class In { Path, Query, Header } in = In::Query;
  bool required = false;
  Json schema;
};

struct Operation {
  std::string id, method, path;
  Permission permission = Permission::Administrator;
  std::size_t max_body = 1u << 20;
  bool body_required = false;
  bool ticket = false;                 // x-ticket: a ticket in the query stands for a sign-in
  bool stream_body = false;            // x-stream-body: taken piece by piece, never kept as a whole
  bool websocket = false;              // x-websocket: answered by a WebSocket handshake
  std::map<std::string, Json> bodies;  // media type → schema; empty: the operation takes no body
  std::vector<Parameter> parameters;
  std::vector<std::string> produces;  // media types of its good answers
  Json responses;                     // as in the document
};

class Contract {
 public:
  // `yaml`: the whole document. Fails when it has something that this server does not enforce (an unknown keyword in a
  // request schema, an operation without permission, …).
  static Result<Contract> parse(const std::string& yaml);

  // The document that was built into this program.
  static Result<Contract> built_in();

  const Operation* find(std::string_view operation_id) const;
  const std::vector<Operation>& operations() const { return operations_; }
  const SchemaValidator& validator() const { return *validator_; }
  const Json& document() const { return validator_->document(); }

  // Parameters of a request as the contract types them, defaults filled in; arrays are written as a parameter that
  // stands several times. `faults` gets what is wrong.
  Json query(const Operation& operation, const std::vector<std::pair<std::string, std::string>>& given,
             std::vector<ProblemDetail>& faults) const;

  // The schema of an answer; nothing when the document does not have it.
  const Json* response_schema(const Operation& operation, int status, std::string_view media_type) const;

 private:
  Result<Operation> read(const std::string& path, const std::string& method, const Json& item, const Json& node);
  Result<void> read_parameters(const Json& list, Operation& operation);
  void take(const Parameter& parameter, const std::string& text, Json& out, std::vector<ProblemDetail>& faults) const;

  std::shared_ptr<SchemaValidator> validator_;
  std::vector<Operation> operations_;
};

}  // namespace vigil::api
