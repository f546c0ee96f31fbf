#pragma once

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"
#include "store/sql/database.h"

namespace vigil::store::sql {

// The WHERE of a statement that is put together. Each '?' of a condition stands for one of its values.
class Conditions {
 public:
  void add(std::string_view condition, std::initializer_list<Value> values = {});
  void add_one_of(const char* column, const std::vector<std::string>& choices);  // nothing when there are none
  void add_equal(const char* column, const std::string& text);                   // nothing when it is empty
  // `begin` and `end` are the columns that say when the record begins and ends.
  void add_scope(const RecordScope& scope, const char* begin, const char* end);

  std::string where() const;  // "" or " WHERE …"
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
  std::deque<std::string> kept_;  // the texts that values_ points into
};

// Of the plate that is looked for, what the database can check; `plain`: its plain_plate(), not empty. False when rows
// are found that do not fit.
bool add_plate(Conditions& conditions, const PlateQuery& query, const std::string& plain);

}  // namespace vigil::store::sql
