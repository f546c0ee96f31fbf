#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "store/record_fields.h"
#include "store/record_text.h"
#include "store/sql/database.h"

// Records as rows: columns, values and statements made from the list of their fields.

namespace vigil::store::sql {

// Collects the names of the columns.
class ColumnNames {
 public:
  template <typename T>
  void operator()(const char* name, const T&) {
    names.emplace_back(name);
  }
  void operator()(const char* name, const model::Box&) {
    for (const char* side : {"_x", "_y", "_width", "_height"}) names.push_back(std::string(name) + side);
  }
  std::vector<std::string> names;
};

// Collects the values of a record; they point into it and into this.
class RowValues {
 public:
  void operator()(const char*, const std::string& text) { values.emplace_back(std::string_view(text)); }
  void operator()(const char*, const bool& yes) { values.emplace_back(std::int64_t{yes}); }
  void operator()(const char*, const int& number) { values.emplace_back(std::int64_t{number}); }
  void operator()(const char*, const std::uint64_t& number) { values.emplace_back(static_cast<std::int64_t>(number)); }
  void operator()(const char*, const float& number) { values.emplace_back(double{number}); }
  void operator()(const char*, const double& number) { values.emplace_back(number); }
  void operator()(const char*, const WallTime& time) { values.push_back(value(time)); }
  void operator()(const char*, const std::optional<WallTime>& time) { values.push_back(value(time)); }
  void operator()(const char*, const Bytes<const std::string>& coded) { values.emplace_back(Blob{coded.bytes}); }
  void operator()(const char*, const model::Box& box) {
    for (float side : {box.x, box.y, box.width, box.height}) values.emplace_back(double{side});
  }
  void operator()(const char*, const std::vector<float>& vector) { values.emplace_back(Blob{keep(written(vector))}); }
  void operator()(const char*, const std::optional<model::Mask>& mask) {
    values.push_back(mask ? Value(std::string_view(keep(written(*mask)))) : Value(nullptr));
  }
  template <typename Composed>
  void operator()(const char*, const Composed& composed) {
    values.emplace_back(std::string_view(keep(written(composed))));
  }
  std::vector<Value> values;

 private:
  const std::string& keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  std::deque<std::string> kept_;
};

// Fills a record from a row.
class RowReader {
 public:
  explicit RowReader(const Query& row) : row_(row) {}
  void operator()(const char*, std::string& text) { text = row_.text(column_++); }
  void operator()(const char*, bool& yes) { yes = row_.integer(column_++) != 0; }
  void operator()(const char*, int& number) { number = static_cast<int>(row_.integer(column_++)); }
  void operator()(const char*, std::uint64_t& number) { number = static_cast<std::uint64_t>(row_.integer(column_++)); }
  void operator()(const char*, float& number) { number = static_cast<float>(row_.real(column_++)); }
  void operator()(const char*, double& number) { number = row_.real(column_++); }
  void operator()(const char*, WallTime& time) { time = row_.time(column_++); }
  void operator()(const char*, std::optional<WallTime>& time) { time = row_.optional_time(column_++); }
  void operator()(const char*, Bytes<std::string> coded) { coded.bytes = row_.text(column_++); }
  void operator()(const char* name, model::Box& box) {
    for (float* side : {&box.x, &box.y, &box.width, &box.height}) (*this)(name, *side);
  }
  void operator()(const char*, std::optional<model::Mask>& mask) {
    const int column = column_++;
    if (!row_.null(column)) ok = read(row_.text(column), mask.emplace()) && ok;
  }
  template <typename Composed>
  void operator()(const char*, Composed& composed) {
    ok = read(row_.text(column_++), composed) && ok;
  }
  bool ok = true;

 private:
  const Query& row_;
  int column_ = 0;
};

template <typename T>
const std::string& columns() {
  static const std::string text = [] {
    ColumnNames visitor;
    const T record{};
    RecordTable<T>::fields(visitor, record);
    std::string out;
    for (const auto& name : visitor.names) out += (out.empty() ? "" : ", ") + name;
    return out;
  }();
  return text;
}

// Inserts, or replaces where the kind's rule says so.
template <typename T>
const std::string& upsert() {
  static const std::string text = [] {
    ColumnNames visitor;
    const T record{};
    RecordTable<T>::fields(visitor, record);
    std::string places, changes;
    for (std::size_t i = 0; i < visitor.names.size(); ++i) {
      places += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
      const auto& name = visitor.names[i];
      if (i > 0) changes += (i == 1 ? "" : ", ") + name + " = excluded." + name;
    }
    return std::string("INSERT INTO ") + RecordTable<T>::kName + " (" + columns<T>() + ") VALUES (" + places +
           ") ON CONFLICT (id) DO UPDATE SET " + changes + " WHERE " + RecordTable<T>::kReplaces;
  }();
  return text;
}

// DataLoss, naming the record, when the row cannot be read.
template <typename T>
Result<T> read_record(const Query& row) {
  T record;
  RowReader reader(row);
  RecordTable<T>::fields(reader, record);
  if (reader.ok) return record;
  return make_error(ErrorKind::DataLoss,
                    std::string("a row of ") + RecordTable<T>::kName + " cannot be read: " + record.id,
                    "store.damaged");
}

}  // namespace vigil::store::sql
