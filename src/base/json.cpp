#include "base/json.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace vigil {
namespace {

// Builds the value like nlohmann's own DOM builder and adds the limits which that one does not have.
class StrictBuilder final : public nlohmann::json_sax<Json> {
 public:
  StrictBuilder(Json& root, int max_depth) : dom_(root, false), max_depth_(max_depth) {}

  bool null() override { return dom_.null(); }
  bool boolean(bool v) override { return dom_.boolean(v); }
  bool number_integer(number_integer_t v) override { return dom_.number_integer(v); }
  bool number_unsigned(number_unsigned_t v) override { return dom_.number_unsigned(v); }
  bool number_float(number_float_t v, const string_t& text) override {
    if (!std::isfinite(v)) return fail("a number is out of range");
    return dom_.number_float(v, text);
  }
  bool string(string_t& v) override { return dom_.string(v); }
  bool binary(binary_t& v) override { return dom_.binary(v); }
  bool start_object(std::size_t n) override {
    keys_.emplace_back();
    return enter() && dom_.start_object(n);
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return dom_.end_object();
  }
  bool start_array(std::size_t n) override { return enter() && dom_.start_array(n); }
  bool end_array() override {
    --depth_;
    return dom_.end_array();
  }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) return fail("the same key stands twice in one object");
    return dom_.key(name);
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    if (error_.empty()) error_ = fmt::format("not valid JSON at byte {}", position);
    return false;
  }
  const std::string& error() const { return error_; }

 private:
  bool enter() {
    if (++depth_ > max_depth_) return fail(fmt::format("nested deeper than {} levels", max_depth_));
    return true;
  }
  bool fail(std::string why) {
    error_ = std::move(why);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> dom_;
  int max_depth_;
  int depth_ = 0;
  std::vector<std::set<std::string>> keys_;
  std::string error_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return make_error(ErrorKind::PayloadTooLarge,
                      fmt::format("the JSON text is larger than {} bytes", limits.max_bytes));
  }
  // The parser takes a zero byte for the end of the text; JSON never has one.
  if (auto zero = text.find('\0'); zero != std::string_view::npos) {
    return make_error(ErrorKind::MalformedRequest, fmt::format("not valid JSON at byte {}", zero + 1));
  }
  Json root;
  StrictBuilder builder(root, limits.max_depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder, nlohmann::json::input_format_t::json, true)) {
    return make_error(ErrorKind::MalformedRequest, builder.error());
  }
  return root;
}

std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vigil
