#include "base/assignment.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace vigil {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

}  // namespace

void Assignment::index(int rows, int columns, std::span<const PairGain> gains) {
  auto is_worth_it = [](const PairGain& pair) { return pair.gain > 0 && pair.gain < kFar; };
  first_.assign(static_cast<std::size_t>(rows) + 1, 0);
  for (const auto& pair : gains) {
    if (is_worth_it(pair)) ++first_[pair.row + 1];
  }
  for (int row = 0; row < rows; ++row) first_[row + 1] += first_[row];
  edges_.resize(first_[rows]);
  row_price_.assign(rows, 0);
  column_of_.assign(rows, 0);  // first as a count of edges placed
  for (const auto& pair : gains) {
    if (!is_worth_it(pair)) continue;
    edges_[first_[pair.row] + column_of_[pair.row]++] = {pair.column, -pair.gain};
    row_price_[pair.row] = std::min(row_price_[pair.row], -pair.gain);
  }
  column_of_.assign(rows, -1);
  row_of_.assign(columns, -1);
  column_price_.assign(columns, 0);
  distance_.assign(columns, kFar);
  from_.assign(columns, -1);
  done_.assign(columns, 0);
}

void Assignment::reach(int row, double distance) {
  tree_.emplace_back(row, distance);
  for (int i = first_[row]; i < first_[row + 1]; ++i) {
    const auto& edge = edges_[i];
    if (done_[edge.column] != 0) continue;
    // Rounding may leave a reduced cost a hair below zero.
    const double reduced = std::max(0.0, edge.cost - row_price_[row] - column_price_[edge.column]);
    const double through = distance + reduced;
    if (through >= distance_[edge.column]) continue;
    if (distance_[edge.column] == kFar) touched_.push_back(edge.column);
    distance_[edge.column] = through;
    from_[edge.column] = row;
    queue_.emplace_back(through, edge.column);
    std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
  }
}

// One row more is assigned: along the shortest path to a free column, or to a row that had better stay alone.
void Assignment::augment(int root) {
  queue_.clear();
  tree_.clear();
  touched_.clear();
  settled_.clear();
  double alone_distance = -row_price_[root];
  int alone = root, end = -1;
  reach(root, 0);
  double length = kFar;
  while (end < 0) {
    while (!queue_.empty() && done_[queue_.front().second] != 0) {
      std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
      queue_.pop_back();
    }
    if (queue_.empty() || queue_.front().first >= alone_distance) break;
    const auto [distance, column] = queue_.front();
    done_[column] = 1;
    settled_.push_back(column);
    const int row = row_of_[column];
    if (row < 0) {
      end = column;
      length = distance;
      break;
    }
    reach(row, distance);
    if (distance - row_price_[row] < alone_distance) {
      alone_distance = distance - row_price_[row];
      alone = row;
    }
  }
  if (end < 0) length = alone_distance;
  for (auto [row, distance] : tree_) row_price_[row] += length - distance;
  for (int column : settled_) column_price_[column] += distance_[column] - length;

  int column = end;
  if (end < 0) {  // the row that stays alone gives its column away
    column = column_of_[alone];
    column_of_[alone] = -1;
  }
  while (column >= 0) {
    const int row = from_[column];
    std::swap(column, column_of_[row]);
    row_of_[column_of_[row]] = row;
  }
  for (int each : touched_) {
    distance_[each] = kFar;
    done_[each] = 0;
  }
}

const std::vector<int>& Assignment::solve(int rows, int columns, std::span<const PairGain> gains) {
  index(rows, columns, gains);
  for (int row = 0; row < rows; ++row) {
    if (first_[row] < first_[row + 1]) augment(row);
  }
  return column_of_;
}

}  // namespace vigil
