#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// A WebRTC offer (RFC 8866, 8829, 9143) as far as somebody who only sends needs it. Pure; foreign text is hostile.

namespace vigil::live::webrtc {

inline constexpr std::size_t kMaxOfferBytes = 64u << 10;

struct Format {
  int payload_type = 0;
  std::string encoding;  // lower case: "h264", "opus", "rtx"
  int clock_rate = 0;    // Hz
  int channels = 1;
  std::map<std::string, std::string> parameters;  // of a=fmtp, names in lower case
  std::string parameter_text;                     // the same as it came
  bool nack = false, pli = false, fir = false;

  std::string parameter(const std::string& name) const;
};

struct OfferedSection {
  std::string kind;  // "video", "audio", "application"
  std::string protocol;
  std::string first_format;  // as it stands in the m= line
  std::string mid;
  bool off = false;         // port 0 and not bundle-only
  bool wants_media = true;  // sendrecv or recvonly
  bool rtcp_mux = false;
  std::vector<Format> formats;                      // by preference
  std::map<int, std::string> extensions;            // a=extmap: URI by id
  std::string ufrag, password, fingerprint, setup;  // in force here: the section's or the session's
};

struct Offer {
  std::vector<OfferedSection> sections;  // never empty
  std::vector<std::string> bundle;       // mids
};

// MalformedRequest saying which line is wrong: no description, too large (64 KiB, 16 sections, 64 formats in one, 40
// names), lines without their form.
Result<Offer> parse_offer(std::string_view text);

// Who somebody is in ICE.
struct IceUser {
  std::string ufrag, password;
  bool operator==(const IceUser&) const = default;
};

// Of a fragment of a description as it comes with PATCH (RFC 8840, 9725): its first user, empty where it names none;
// candidates and all else are passed over. MalformedRequest: a name or password that cannot be one, or a name without
// a password.
Result<IceUser> parse_fragment(std::string_view text);

}  // namespace vigil::live::webrtc
