#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/message.h"
#include "base/result.h"
#include "jobs/uploads.h"

// The headers of tus 1.0.0 (tus.io/protocols/resumable-upload), read strictly: foreign text. Pure.

namespace vigil::api::tus {

inline constexpr std::string_view kVersion = "1.0.0";
inline constexpr std::string_view kExtensions =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination";
inline constexpr std::string_view kChecksums = "sha1,sha256";
inline constexpr const char* kChunkType = "application/offset+octet-stream";

// A whole number that is nothing but digits, below 2^63. Nothing else is one.
std::optional<std::uint64_t> parse_number(std::string_view text);

// Upload-Metadata: "name value,name value", values in base64; at most 4 KiB, 16 names. MalformedRequest (tus.metadata)
// for anything else, for a name that stands twice, and for values that are no plain text. Known are filename, filetype
// (also name and type) and sha256; others are looked at and dropped.
Result<jobs::NewUpload> parse_metadata(std::string_view text);
std::string metadata_of(const model::Upload& upload);  // what was taken of it, as a header

// Upload-Length xor Upload-Defer-Length: 1. MalformedRequest (tus.length).
Result<std::optional<std::uint64_t>> parse_length(const Headers& headers);

// Upload-Checksum: "sha1 <base64>". Nothing without one. MalformedRequest (tus.checksum).
Result<std::optional<jobs::Checksum>> parse_checksum(const Headers& headers);

}  // namespace vigil::api::tus
