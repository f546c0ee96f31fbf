#pragma once

#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "api/problem.h"
#include "base/json.h"
#include "base/result.h"

// JSON Schema (2020-12), as much of it as our OpenAPI document uses: type (also a list), properties, required,
// additionalProperties, enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength (code
// points), pattern, items, minItems, maxItems, oneOf and $ref within the document. Anything else in a schema is an
// error when it is checked.

namespace vigil::api {

class SchemaValidator {
 public:
  // Keeps its own copy of the document that `$ref`s point into.
  explicit SchemaValidator(Json document);

  // That `schema`, and all it refers to, uses only what this validator understands; else says what and where.
  Result<void> check(const Json& schema, const std::string& where);

  // What is wrong with `value`, at most 20 faults; empty: nothing. `pointer` is put before each JSON pointer.
  // Thread-safe after the last check().
  std::vector<ProblemDetail> validate(const Json& schema, const Json& value, const std::string& pointer = {}) const;

  const Json& document() const { return document_; }
  // The target of a local `$ref`, followed to its end; nothing when there is none.
  const Json* resolve(const Json& node) const;

 private:
  struct Run;
  void visit(const Json& schema, const Json& value, const std::string& pointer, Run& run) const;
  void visit_object(const Json& schema, const Json& value, const std::string& pointer, Run& run) const;
  void visit_array(const Json& schema, const Json& value, const std::string& pointer, Run& run) const;
  void visit_string(const Json& schema, const std::string& value, const std::string& pointer, Run& run) const;
  void visit_one_of(const Json& schema, const Json& value, const std::string& pointer, Run& run) const;

  Json document_;
  std::map<std::string, std::regex> patterns_;  // compiled by check(): compiling costs far more than matching
  std::vector<std::string> checked_;            // references that were checked already
};

}  // namespace vigil::api
