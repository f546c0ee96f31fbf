#include "store/retention.h"

namespace vigil::store {
namespace {

// Both have one member for each kind.
template <typename Kept>
auto& member(Kept& kept, KeptKind kind) {
  switch (kind) {
    case KeptKind::Files:
      return kept.files;
    case KeptKind::Pictures:
      return kept.pictures;
    case KeptKind::Findings:
      return kept.findings;
    case KeptKind::Jobs:
      break;
  }
  return kept.jobs;
}

}  // namespace

const char* to_string(KeptKind kind) {
  switch (kind) {
    case KeptKind::Files:
      return "files";
    case KeptKind::Pictures:
      return "pictures";
    case KeptKind::Findings:
      return "findings";
    case KeptKind::Jobs:
      break;
  }
  return "jobs";
}

std::optional<KeptKind> kept_kind_of(const std::string& job_kind) {
  if (job_kind == "extract") return KeptKind::Pictures;
  if (job_kind == "analyse") return KeptKind::Findings;
  return std::nullopt;
}

std::chrono::seconds& KeepFor::of(KeptKind kind) {
  return member(*this, kind);
}

std::optional<std::chrono::seconds>& Retention::of(KeptKind kind) {
  return member(*this, kind);
}

KeepFor resolve(const KeepFor& everybody, const Retention& own) {
  auto out = everybody;
  for (const auto kind : kKeptKinds) out.of(kind) = own.of(kind).value_or(everybody.of(kind));
  return out;
}

}  // namespace vigil::store
