#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// AMF 0, the values of RTMP's commands (Action Message Format AMF 0, Adobe 2007). Pure.

namespace vigil::ingest::rtmp {

struct AmfMember;

struct Amf {
  enum class Kind { Null, Number, Boolean, String, Object, Array };

  Kind kind = Kind::Null;  // "undefined" and what has no value here (XML) read as Null; a date as a Number
  double number = 0;
  bool boolean = false;
  std::string text;
  std::vector<AmfMember> members;  // of an Object in the order they came; of an Array, without names

  static Amf of(double value);
  static Amf of(std::string_view value);
  static Amf object(std::vector<AmfMember> members);
  static Amf array(const std::vector<std::string_view>& texts);

  const Amf* find(std::string_view name) const;  // a member of an Object; null when there is none
  // The text of a member that is a String; else empty.
  std::string_view text_of(std::string_view name) const;
};

struct AmfMember {
  std::string name;
  Amf value;
};

// Values one after the other, to the end of the bytes. DataLoss: cut off or no AMF 0; ResourceExhausted: more than 1024
// values, or nested more than 8 deep.
Result<std::vector<Amf>> read_amf(std::span<const std::uint8_t> bytes);

// Appends. Texts longer than 65535 bytes are cut.
void write_amf(const Amf& value, std::vector<std::uint8_t>& out);

}  // namespace vigil::ingest::rtmp
