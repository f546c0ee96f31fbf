#include "base/duration_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vigil {
namespace {

constexpr std::uint64_t kSplit = 16;

std::size_t bucket_of(std::uint64_t micros) {
  if (micros < kSplit) return micros;
  const auto shift = static_cast<int>(std::bit_width(micros)) - 5;  // leaves 16..31
  return kSplit * static_cast<std::size_t>(shift + 1) + ((micros >> shift) - kSplit);
}

// The middle of a bucket.
Nanos middle_of(std::size_t bucket) {
  if (bucket < kSplit) return Nanos(static_cast<std::int64_t>(bucket) * 1000 + 500);
  const auto shift = bucket / kSplit - 1;
  const auto low = (kSplit + bucket % kSplit) << shift;
  return Nanos(static_cast<std::int64_t>(low * 1000 + (1000ULL << shift) / 2));
}

}  // namespace

void DurationHistogram::add(Nanos duration) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count() / 1000));
  ++buckets_[std::min(bucket_of(micros), buckets_.size() - 1)];
  ++count_;
  sum_ += std::max(Nanos(0), duration);
}

void DurationHistogram::merge(const DurationHistogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
}

Nanos DurationHistogram::mean() const {
  return count_ == 0 ? Nanos(0) : sum_ / static_cast<std::int64_t>(count_);
}

Nanos DurationHistogram::quantile(double q) const {
  if (count_ == 0) return Nanos(0);
  const auto wanted = std::max(1.0, std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (static_cast<double>(seen) >= wanted) return middle_of(i);
  }
  return middle_of(buckets_.size() - 1);
}

}  // namespace vigil
