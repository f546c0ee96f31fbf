#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

// Typed reading of YAML (and so JSON) written by people, with errors that name file and line. Private to the readers of
// camera files.

namespace vigil::app {

class YamlReader {
 public:
  YamlReader(std::string name, const std::map<std::string, std::string>& environment)
      : name_(std::move(name)), environment_(environment) {}

  static int line(const YAML::Node& node) { return node.Mark().line + 1; }
  Error error(const YAML::Node& where, const std::string& why) const;

  struct Member {
    std::string key;
    YAML::Node at, value;
  };
  // The members of a map; a key twice, more than 10000, and a key longer than 4096 bytes, are errors.
  Result<std::vector<Member>> members(const YAML::Node& map, const std::string& what) const;

  // Scalars with ${NAME} replaced. `what` names the key in errors.
  Result<std::string> text(const YAML::Node& node, const std::string& what) const;
  Result<Json> integer(const YAML::Node& node, const std::string& what) const;
  Result<Json> number(const YAML::Node& node, const std::string& what) const;
  Result<Json> boolean(const YAML::Node& node, const std::string& what) const;
  // A list of numbers, nested or not.
  Result<Json> numbers(const YAML::Node& node, const std::string& what, int depth = 0) const;

 private:
  // Aliases let a small file stand for a huge one: everything read is counted, as often as it is read.
  Result<void> spend(const YAML::Node& where, std::size_t bytes) const;

  mutable std::size_t left_ = 64u << 20;
  const std::string name_;
  const std::map<std::string, std::string>& environment_;
};

}  // namespace vigil::app
