#include "jobs/media_kind.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vigil::jobs {
namespace {

constexpr std::size_t kTsPacket = 188, kM2tsPacket = 192;

bool at(std::string_view bytes, std::size_t offset, std::string_view wanted) {
  return bytes.size() >= offset + wanted.size() && bytes.substr(offset, wanted.size()) == wanted;
}

// ISO/IEC 14496-12: a box of type ftyp first; old QuickTime files begin with one of a few others.
std::string iso_kind(std::string_view bytes) {
  if (at(bytes, 4, "ftyp")) {
    const auto brand = bytes.size() >= 12 ? bytes.substr(8, 4) : std::string_view();
    // Pictures lie in the same kind of boxes.
    for (const std::string_view picture : {"heic", "heix", "mif1", "msf1", "avif", "avis"}) {
      if (brand == picture) return "";
    }
    if (brand == "qt  ") return "video/quicktime";
    if (brand.starts_with("3g")) return "video/3gpp";
    return "video/mp4";
  }
  for (const std::string_view type : {"moov", "mdat", "wide", "free", "skip"}) {
    if (at(bytes, 4, type)) return "video/quicktime";
  }
  return "";
}

// EBML (RFC 8794): the document type stands near the beginning.
std::string matroska_kind(std::string_view bytes) {
  const auto head = bytes.substr(0, 64);
  if (head.find("webm") != std::string_view::npos) return "video/webm";
  if (head.find("matroska") != std::string_view::npos) return "video/x-matroska";
  return "";
}

// ISO/IEC 13818-1: every packet begins with 0x47.
bool is_transport_stream(std::string_view bytes, std::size_t packet, std::size_t first) {
  std::size_t seen = 0;
  for (std::size_t place = first; place < bytes.size() && seen < 5; place += packet, ++seen) {
    // The synchronisation byte; then, in the fourth, that there is an adaptation field, a payload or both.
    if (bytes[place] != '\x47' || (place + 3 < bytes.size() && (bytes[place + 3] & 0x30) == 0)) return false;
  }
  return seen >= 3;
}

constexpr std::array<std::string_view, 10> kDeclared = {
    "application/octet-stream", "video/mp4",      "video/quicktime", "video/3gpp",  "video/webm",
    "video/x-matroska",         "video/matroska", "video/mp2t",      "video/x-flv", "video/x-m4v"};

}  // namespace

std::string media_kind(std::string_view first_bytes) {
  const auto bytes = first_bytes.substr(0, kSniffed);
  if (bytes.size() < 12) return "";
  if (at(bytes, 0, std::string_view("\x1a\x45\xdf\xa3", 4))) return matroska_kind(bytes);
  if (at(bytes, 0, "FLV\x01")) return "video/x-flv";
  if (auto iso = iso_kind(bytes); !iso.empty()) return iso;
  if (is_transport_stream(bytes, kTsPacket, 0) || is_transport_stream(bytes, kM2tsPacket, 4)) return "video/mp2t";
  return "";
}

bool may_be_declared(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  std::string lower(type);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return lower.empty() || std::find(kDeclared.begin(), kDeclared.end(), lower) != kDeclared.end();
}

}  // namespace vigil::jobs
