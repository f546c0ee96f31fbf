#pragma once

#include <span>
#include <utility>
#include <vector>

// Who belongs to whom: the best one-to-one assignment between rows and columns.

namespace vigil {

// The pair of a row and a column is worth `gain`; not worth anything (or not a number): never made.
struct PairGain {
  int row = 0, column = 0;
  double gain = 0;
};

// Finds the pairs with the greatest sum of gains where each row and each column is in one pair at most. Rows and
// columns may stay alone. Shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987) over the
// pairs that are there, so that thinly connected problems are quick: O(n · pairs · log pairs) at worst, memory in the
// number of pairs. Exact, and the same for the same input. An object is kept to use its memory again. Not thread-safe.
class Assignment {
 public:
  // Column of each row, or -1. `gains` in any order, one per row and column at most, with indices within the sizes.
  // The answer is good until the next call.
  const std::vector<int>& solve(int rows, int columns, std::span<const PairGain> gains);

 private:
  struct Edge {
    int column;
    double cost;
  };

  void index(int rows, int columns, std::span<const PairGain> gains);
  void augment(int root);
  void reach(int row, double distance);

  std::vector<int> first_;  // of the edges of each row
  std::vector<Edge> edges_;
  std::vector<double> row_price_, column_price_;
  std::vector<int> column_of_, row_of_;
  // Of the search in progress
  std::vector<double> distance_;
  std::vector<int> from_;                      // row over which a column was reached
  std::vector<std::pair<double, int>> queue_;  // a heap, nearest column first
  std::vector<std::pair<int, double>> tree_;   // rows in the tree and how far they are
  std::vector<int> touched_, settled_;         // columns
  std::vector<char> done_;
};

}  // namespace vigil
