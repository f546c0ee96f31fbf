#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "vision/plate_formats.h"
#include "vision/plates/lookalikes.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxRules = 32, kMaxPattern = 200, kMaxCorrections = 4;
constexpr std::int64_t kPatternMemory = 1 << 20;
constexpr int kMaxTries = 4000;  // texts that are matched for one reading

RE2::Options options() {
  RE2::Options out(RE2::Quiet);
  out.set_max_mem(kPatternMemory);
  return out;
}

Error wrong(const std::string& pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "plates.pattern", pointer);
}

Result<std::shared_ptr<const RE2>> compiled(const std::string& pattern, const std::string& pointer) {
  if (pattern.empty() || pattern.size() > kMaxPattern) {
    return wrong(pointer, fmt::format("a pattern has 1 to {} characters", kMaxPattern));
  }
  auto out = std::make_shared<const RE2>(pattern, options());
  if (!out->ok()) return wrong(pointer, fmt::format("no regular expression: {}", out->error()));
  return out;
}

// Positions from the least sure to the surest.
std::vector<std::size_t> by_doubt(const PlateText& read) {
  std::vector<std::size_t> out(read.text.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
  auto sure = [&](std::size_t i) { return i < read.characters.size() ? read.characters[i] : read.confidence; };
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return sure(a) < sure(b); });
  return out;
}

}  // namespace

struct PlateFormats::State {
  struct Known {
    std::string name;
    std::shared_ptr<const RE2> pattern;
  };
  struct Replacing {
    std::shared_ptr<const RE2> pattern;
    std::string replacement;
  };
  std::vector<Known> formats;
  std::vector<Replacing> replacements;
  bool only_known = false;
  std::size_t max_corrections = 2;

  const Known* known(const std::string& text) const {
    const auto found = std::find_if(formats.begin(), formats.end(),
                                    [&](const Known& each) { return RE2::FullMatch(text, *each.pattern); });
    return found == formats.end() ? nullptr : &*found;
  }

  // Changes `left` characters at places of `order` from `from` on until a format fits.
  const Known* correct(std::string& text, const std::vector<std::size_t>& order, std::size_t from, std::size_t left,
                       int& tries) const {
    if (left == 0) return ++tries > kMaxTries ? nullptr : known(text);
    for (auto i = from; i + left <= order.size() && tries <= kMaxTries; ++i) {
      auto& at = text[order[i]];
      const char was = at;
      for (const char other : plates::lookalikes(was)) {
        at = other;
        if (const auto* found = correct(text, order, i + 1, left - 1, tries)) return found;
      }
      at = was;
    }
    return nullptr;
  }

  PlateText replaced(const PlateText& read) const {
    std::string text = read.text;
    for (const auto& each : replacements) {
      RE2::GlobalReplace(&text, *each.pattern, each.replacement);
      text = plain_text(text);
    }
    if (text == read.text) return read;
    PlateText out = read;
    if (text.size() != read.text.size()) out.characters.assign(text.size(), read.confidence);
    out.text = std::move(text);
    return out;
  }
};

PlateFormats::PlateFormats() : state_(std::make_shared<const State>()) {}
PlateFormats::~PlateFormats() = default;
PlateFormats::PlateFormats(PlateFormats&&) noexcept = default;
PlateFormats& PlateFormats::operator=(PlateFormats&&) noexcept = default;

Result<PlateFormats> PlateFormats::compile(const PlateFormatConfig& config, const std::string& pointer) {
  if (config.formats.size() > kMaxRules) return wrong(pointer + "/formats", "at most 32 formats");
  if (config.replacements.size() > kMaxRules) return wrong(pointer + "/replacements", "at most 32 replacements");
  if (config.max_corrections > kMaxCorrections) return wrong(pointer + "/max_corrections", "must be from 0 to 4");
  auto state = std::make_shared<State>();
  state->only_known = config.only_known;
  state->max_corrections = config.max_corrections;
  for (std::size_t i = 0; i < config.formats.size(); ++i) {
    const auto at = fmt::format("{}/formats/{}", pointer, i);
    VIGIL_ASSIGN(auto pattern, compiled(config.formats[i].pattern, at + "/pattern"));
    state->formats.push_back({config.formats[i].name, std::move(pattern)});
  }
  for (std::size_t i = 0; i < config.replacements.size(); ++i) {
    const auto& each = config.replacements[i];
    const auto at = fmt::format("{}/replacements/{}", pointer, i);
    VIGIL_ASSIGN(auto pattern, compiled(each.pattern, at + "/pattern"));
    std::string reason;
    if (each.replacement.size() > kMaxPlateLength * 2 || !pattern->CheckRewriteString(each.replacement, &reason)) {
      return wrong(at + "/replacement", reason.empty() ? "is too long" : reason);
    }
    state->replacements.push_back({std::move(pattern), each.replacement});
  }
  PlateFormats out;
  out.state_ = std::move(state);
  return out;
}

PlateFormats::Fit PlateFormats::fit(const PlateText& read) const {
  Fit out;
  out.text = read;
  out.text.text = plain_text(read.text);
  out.text = state_->replaced(out.text);
  if (state_->formats.empty()) return out;
  const auto order = by_doubt(out.text);
  int tries = 0;
  for (std::size_t changes = 0; changes <= state_->max_corrections; ++changes) {
    auto text = out.text.text;
    const auto* found = state_->correct(text, order, 0, changes, tries);
    if (found == nullptr) continue;
    out.text.text = std::move(text);
    out.format = found->name;
    out.corrections = changes;
    return out;
  }
  out.plate = !state_->only_known;
  return out;
}

}  // namespace vigil::vision
