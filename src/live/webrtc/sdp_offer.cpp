#include "live/webrtc/sdp_offer.h"

#include <algorithm>
#include <charconv>

namespace vigil::live::webrtc {
namespace {

constexpr std::size_t kMaxSections = 16, kMaxFormats = 64, kMaxNames = 40, kMaxToken = 256, kMaxParameters = 1024;

Error wrong(std::size_t line, std::string_view what) {
  return make_error(ErrorKind::MalformedRequest,
                    "the offer is no session description: line " + std::to_string(line) + ": " + std::string(what),
                    "webrtc.offer");
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return out;
}

// Cuts the part before the first `mark` off the text.
std::string_view take(std::string_view& text, char mark) {
  const auto end = std::min(text.find(mark), text.size());
  const auto out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end != text.data() + text.size() || value < 0 || value > most) return std::nullopt;
  return value;
}

// Visible ASCII only: what goes back into the answer.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

struct Transport {
  std::string ufrag, password, fingerprint, setup;
};

class Parser {
 public:
  Result<Offer> parse(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      auto line = take(text, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      VIGIL_TRY(read(line));
    }
    if (line_ == 0 || !versioned_) return wrong(1, "v=0 is missing");
    if (offer_.sections.empty()) return wrong(line_, "there is no media section");
    for (auto& section : offer_.sections) {
      if (section.ufrag.empty()) section.ufrag = session_.ufrag;
      if (section.password.empty()) section.password = session_.password;
      if (section.fingerprint.empty()) section.fingerprint = session_.fingerprint;
      if (section.setup.empty()) section.setup = session_.setup;
    }
    return std::move(offer_);
  }

 private:
  Result<void> read(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') return wrong(line_, "no type and equals sign");
    const auto value = line.substr(2);
    if (!versioned_) {
      if (line != "v=0") return wrong(line_, "v=0 is expected");
      versioned_ = true;
    } else if (line[0] == 'm') {
      return read_media(value);
    } else if (line[0] == 'a') {
      return read_attribute(value);
    }
    return {};
  }

  Result<void> read_media(std::string_view value) {
    if (offer_.sections.size() == kMaxSections) return wrong(line_, "more than 16 media sections");
    OfferedSection section;
    section.kind = take(value, ' ');
    const auto port = number(take(value, ' '), 65535);
    section.protocol = take(value, ' ');
    if (!is_token(section.kind) || !port || !is_token(section.protocol)) return wrong(line_, "no media line");
    section.off = *port == 0;
    section.first_format = value.substr(0, value.find(' '));
    if (!is_token(section.first_format)) return wrong(line_, "a media line without a format");
    if (section.kind == "video" || section.kind == "audio") {
      while (!value.empty()) {
        const auto type = number(take(value, ' '), 127);
        if (!type) return wrong(line_, "a payload type must be a number below 128");
        if (section.formats.size() == kMaxFormats) return wrong(line_, "more than 64 payload types");
        Format format;
        format.payload_type = *type;
        if (*type == 0) format.encoding = "pcmu", format.clock_rate = 8000;
        if (*type == 8) format.encoding = "pcma", format.clock_rate = 8000;
        section.formats.push_back(std::move(format));
      }
    }
    offer_.sections.push_back(std::move(section));
    return {};
  }

  Result<void> read_attribute(std::string_view value) {
    const auto name = take(value, ':');
    if (name == "group") return read_group(value);
    if (name == "ice-ufrag" || name == "ice-pwd" || name == "fingerprint" || name == "setup") {
      return read_transport(name, value);
    }
    if (offer_.sections.empty()) return {};
    auto& section = offer_.sections.back();
    if (name == "mid") {
      if (!is_token(value)) return wrong(line_, "no mid");
      section.mid = value;
    } else if (name == "rtcp-mux") {
      section.rtcp_mux = true;
    } else if (name == "bundle-only") {
      section.off = false;
    } else if (name == "sendonly" || name == "inactive") {
      section.wants_media = false;
    } else if (name == "recvonly" || name == "sendrecv") {
      section.wants_media = true;
    } else if (name == "rtpmap") {
      return read_rtpmap(section, value);
    } else if (name == "fmtp") {
      return read_fmtp(section, value);
    } else if (name == "rtcp-fb") {
      read_feedback(section, value);
    } else if (name == "extmap") {
      return read_extension(section, value);
    }
    return {};
  }

  Result<void> read_group(std::string_view value) {
    if (take(value, ' ') != "BUNDLE" || !offer_.bundle.empty()) return {};
    while (!value.empty()) {
      const auto mid = take(value, ' ');
      if (!is_token(mid) || offer_.bundle.size() == kMaxSections) return wrong(line_, "no list of mids");
      offer_.bundle.emplace_back(mid);
    }
    return {};
  }

  Result<void> read_transport(std::string_view name, std::string_view value) {
    if (value.empty() || value.size() > kMaxToken || !is_text(value)) return wrong(line_, "no value");
    std::string* target = nullptr;
    if (offer_.sections.empty()) {
      target = name == "ice-ufrag"     ? &session_.ufrag
               : name == "ice-pwd"     ? &session_.password
               : name == "fingerprint" ? &session_.fingerprint
                                       : &session_.setup;
    } else {
      auto& section = offer_.sections.back();
      target = name == "ice-ufrag"     ? &section.ufrag
               : name == "ice-pwd"     ? &section.password
               : name == "fingerprint" ? &section.fingerprint
                                       : &section.setup;
    }
    // Several fingerprints may stand there: the strongest that everybody has is SHA-256.
    if (name == "fingerprint" && lower(*target).starts_with("sha-256 ")) return {};
    *target = value;
    return {};
  }

  static Format* find(OfferedSection& section, std::string_view type) {
    const auto wanted = number(type, 127);
    auto at = std::find_if(section.formats.begin(), section.formats.end(),
                           [&](const Format& format) { return wanted && format.payload_type == *wanted; });
    return at == section.formats.end() ? nullptr : &*at;
  }

  Result<void> read_rtpmap(OfferedSection& section, std::string_view value) {
    auto* format = find(section, take(value, ' '));
    if (format == nullptr) return {};
    const auto encoding = take(value, '/');
    const auto rate = number(take(value, '/'), 1000000);
    if (!is_token(encoding) || !rate) return wrong(line_, "no encoding and clock rate");
    format->encoding = lower(encoding);
    format->clock_rate = *rate;
    format->channels = number(value, 255).value_or(1);
    return {};
  }

  Result<void> read_fmtp(OfferedSection& section, std::string_view value) {
    auto* format = find(section, take(value, ' '));
    if (format == nullptr) return {};
    if (value.size() > kMaxParameters || !is_text(value)) return wrong(line_, "parameters too long or not text");
    format->parameter_text = value;
    while (!value.empty()) {
      auto one = take(value, ';');
      while (one.starts_with(' ')) one.remove_prefix(1);
      const auto name = take(one, '=');
      if (name.empty()) continue;
      if (format->parameters.size() == kMaxNames) return wrong(line_, "more than 40 parameters");
      format->parameters[lower(name)] = one;
    }
    return {};
  }

  static void read_feedback(OfferedSection& section, std::string_view value) {
    const auto type = take(value, ' ');
    for (auto& format : section.formats) {
      if (type != "*" && number(type, 127) != format.payload_type) continue;
      if (value == "nack") format.nack = true;
      if (value == "nack pli") format.pli = true;
      if (value == "ccm fir") format.fir = true;
    }
  }

  Result<void> read_extension(OfferedSection& section, std::string_view value) {
    auto id_text = take(value, ' ');
    const auto id = number(take(id_text, '/'), 255);
    const auto uri = take(value, ' ');
    if (!id || *id == 0 || !is_token(uri)) return wrong(line_, "no header extension");
    if (section.extensions.size() == kMaxNames) return wrong(line_, "more than 40 header extensions");
    section.extensions.emplace(*id, uri);
    return {};
  }

  std::size_t line_ = 0;
  bool versioned_ = false;
  Transport session_;
  Offer offer_;
};

}  // namespace

std::string Format::parameter(const std::string& name) const {
  const auto at = parameters.find(name);
  return at == parameters.end() ? std::string() : at->second;
}

Result<IceUser> parse_fragment(std::string_view text) {
  const auto wrong_user = [](const char* what) {
    return make_error(ErrorKind::MalformedRequest, std::string("the fragment cannot be used: ") + what, "webrtc.ice");
  };
  IceUser out;
  while (!text.empty()) {
    auto line = take(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const auto& [begin, target] : {std::pair{std::string_view("a=ice-ufrag:"), &out.ufrag},
                                        std::pair{std::string_view("a=ice-pwd:"), &out.password}}) {
      if (!line.starts_with(begin) || !target->empty()) continue;
      const auto value = line.substr(begin.size());
      const bool ice = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
      });
      // RFC 8839, 5.4
      if (!ice || value.size() > kMaxToken || value.size() < (target == &out.ufrag ? 4u : 22u)) {
        return wrong_user("a=ice-ufrag has 4 to 256 letters, digits, + and /, a=ice-pwd 22 to 256");
      }
      *target = value;
    }
  }
  if (out.ufrag.empty() && !out.password.empty()) return wrong_user("it has a=ice-pwd, but no a=ice-ufrag");
  return out;
}

Result<Offer> parse_offer(std::string_view text) {
  if (text.size() > kMaxOfferBytes) {
    return make_error(ErrorKind::PayloadTooLarge, "the offer is larger than 64 KiB", "webrtc.offer");
  }
  return Parser().parse(text);
}

}  // namespace vigil::live::webrtc
