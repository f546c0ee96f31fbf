#include "store/sql/select.h"

namespace vigil::store::sql {

void Conditions::add(std::string_view condition, std::initializer_list<Value> values) {
  if (!text_.empty()) text_ += " AND ";
  const auto* next = values.begin();
  for (char c : condition) {
    text_.push_back(c);
    if (c != '?') continue;
    auto bound = *next++;
    if (const auto* text = std::get_if<std::string_view>(&bound)) {
      bound = std::string_view(kept_.emplace_back(std::string(*text)));
    }
    values_.push_back(bound);
    text_ += std::to_string(values_.size());
  }
}

void Conditions::add_one_of(const char* column, const std::vector<std::string>& choices) {
  if (choices.empty()) return;
  std::string list;
  for (const auto& choice : choices) {
    values_.emplace_back(std::string_view(kept_.emplace_back(choice)));
    list += (list.empty() ? "?" : ", ?") + std::to_string(values_.size());
  }
  if (!text_.empty()) text_ += " AND ";
  text_ += std::string(column) + " IN (" + list + ")";
}

void Conditions::add_equal(const char* column, const std::string& text) {
  if (!text.empty()) add(std::string(column) + " = ?", {std::string_view(text)});
}

void Conditions::add_scope(const RecordScope& scope, const char* begin, const char* end) {
  add_one_of("camera_id", scope.cameras);
  if (scope.from) add(std::string(end) + " >= ?", {value(*scope.from)});
  if (scope.to) add(std::string(begin) + " < ?", {value(*scope.to)});
}

std::string Conditions::where() const {
  return text_.empty() ? "" : " WHERE " + text_;
}

bool add_plate(Conditions& conditions, const PlateQuery& query, const std::string& plain) {
  if (query.match == PlateMatch::Exact) {
    conditions.add("plain = ?", {std::string_view(plain)});
    return true;
  }
  if (query.match == PlateMatch::Prefix) {
    // As a range, which an index serves. What follows the last byte of a longer character is no text.
    const bool ascii = static_cast<unsigned char>(plain.back()) < 0x7f;
    auto end = plain;
    ++end.back();
    conditions.add("plain >= ?", {std::string_view(plain)});
    if (ascii) conditions.add("plain < ?", {std::string_view(end)});
    return ascii;
  }
  conditions.add("length(plain) <= ?", {static_cast<std::int64_t>(plain.size()) + query.max_edits});
  return false;
}

}  // namespace vigil::store::sql
