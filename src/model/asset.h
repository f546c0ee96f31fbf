#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace vigil::model {

enum class UploadState {
  Open,
  Complete,  // it is an asset
  Closed,    // given up, or expired: its bytes are gone
};
const char* to_string(UploadState state);  // "open", …
std::optional<UploadState> upload_state_from(std::string_view name);

// A file on its way in. Its bytes lie beside, in a file of its own that only grows.
struct Upload {
  std::string id;                       // random, 128 bits: also the name of its file
  std::string owner;                    // a user's id
  std::optional<std::uint64_t> length;  // nothing: not said yet
  std::uint64_t received = 0;           // bytes that are on the disk for good
  std::string name, type;               // as the sender says; for people, never a path
  std::string sha256;                   // as the sender says, hexadecimal; empty: not said
  std::string asset;                    // what it becomes, or became; empty: not decided yet
  // Where its bytes go when they do not come through us: straight to the storage, "whole", or in parts by the id that
  // the storage gave them. Empty: they come through us.
  std::string direct;
  UploadState state = UploadState::Open;
  WallTime created_at, updated_at, expires_at;
  bool operator==(const Upload&) const = default;
};

// What was found out about a file by opening it.
struct AssetLook {
  std::string video;              // JSON: what the video is (extract::VideoFacts); empty: not known
  std::string thumbnail;          // key of a blob, JPEG; empty: none
  std::string fault_code, fault;  // why it cannot be used, for programs and for people; empty: it can
  bool operator==(const AssetLook&) const = default;
};

// A file that is here, whole. The same content of one owner is one asset.
struct Asset {
  std::string id;
  std::string owner;
  std::string sha256;  // hexadecimal
  std::uint64_t size = 0;
  std::string name;        // for people
  std::string type;        // as its sender said
  std::string media_type;  // as its first bytes say
  std::string key;         // of the blob
  WallTime created_at;
  bool held = false;  // nobody may delete it, and no rule does, until it is let go
  AssetLook look;     // empty until somebody has looked
  bool operator==(const Asset&) const = default;
};

}  // namespace vigil::model
