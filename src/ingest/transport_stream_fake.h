#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/sample.h"

namespace vigil::ingest {

// The least MPEG transport stream (ISO/IEC 13818-1) that holds one H.264 track: for HLS segments in tests.
class TransportStreamWriter {
 public:
  // Segments of one stream go on counting.
  std::string segment(const media::Sample& sample, Ticks start) {
    std::string out;
    // Program 1 is described on PID 0x1000; it has H.264 on PID 0x100, which also carries the clock.
    table(out, 0, counter_[0], {0x00, 0xb0, 0x0d, 0x00, 0x01, 0xc1, 0x00, 0x00, 0x00, 0x01, 0xf0, 0x00});
    table(out, 0x1000, counter_[1],
          {0x02, 0xb0, 0x12, 0x00, 0x01, 0xc1, 0x00, 0x00, 0xe1, 0x00, 0xf0, 0x00, 0x1b, 0xe1, 0x00, 0xf0, 0x00});
    for (const auto& unit : sample.units) picture(out, unit, start + Ticks(90000));
    return out;
  }

 private:
  static constexpr std::size_t kPacket = 188;

  static std::uint32_t crc(const std::string& bytes) {
    std::uint32_t value = 0xffffffff;
    for (unsigned char byte : bytes) {
      value ^= static_cast<std::uint32_t>(byte) << 24;
      for (int bit = 0; bit < 8; ++bit) value = (value << 1) ^ ((value & 0x80000000) != 0 ? 0x04c11db7u : 0u);
    }
    return value;
  }

  static std::string head(int pid, bool start, int control, int& counter) {
    std::string bytes = {0x47, static_cast<char>((start ? 0x40 : 0) | (pid >> 8)), static_cast<char>(pid & 0xff),
                         static_cast<char>(control << 4 | (counter & 0xf))};
    ++counter;
    return bytes;
  }

  static void table(std::string& out, int pid, int& counter, const std::vector<int>& content) {
    std::string section;
    for (int byte : content) section.push_back(static_cast<char>(byte));
    auto check = crc(section);
    for (int shift = 24; shift >= 0; shift -= 8) section.push_back(static_cast<char>(check >> shift));
    auto packet = head(pid, true, 1, counter) + std::string(1, '\0') + section;
    packet.resize(kPacket, '\xff');
    out += packet;
  }

  static std::string stamp(int mark, Ticks ticks) {
    auto t = ticks.count();
    return {static_cast<char>(mark << 4 | ((t >> 29) & 0x0e) | 1), static_cast<char>(t >> 22),
            static_cast<char>((t >> 14) | 1), static_cast<char>(t >> 7), static_cast<char>((t << 1) | 1)};
  }

  void picture(std::string& out, const media::SampleUnit& unit, Ticks start) {
    std::string pes("\x00\x00\x01\xe0\x00\x00\x80\xc0\x0a", 9);
    pes += stamp(3, unit.pts + start) + stamp(1, unit.dts + start);
    pes += std::string("\x00\x00\x00\x01\x09\xf0", 6);
    pes.append(unit.bytes.begin(), unit.bytes.end());
    for (std::size_t at = 0; at < pes.size();) {
      bool first = at == 0;
      std::string field;  // of adaptation, after its length
      if (first) {
        auto clock = (unit.dts + start).count();
        field = {0x10,
                 static_cast<char>(clock >> 25),
                 static_cast<char>(clock >> 17),
                 static_cast<char>(clock >> 9),
                 static_cast<char>(clock >> 1),
                 static_cast<char>(((clock & 1) << 7) | 0x7e),
                 0};
      }
      auto room = kPacket - 4 - (field.empty() ? 0 : field.size() + 1);
      auto left = pes.size() - at;
      if (left < room) {  // filled up with adaptation
        if (field.empty()) {
          room -= 1;
          if (left < room) field.push_back(0);
          room = kPacket - 5 - field.size();
          while (left < room) {
            field.push_back('\xff');
            --room;
          }
          out += head(0x100, first, 3, counter_[2]) + std::string(1, static_cast<char>(field.size())) + field;
          out += pes.substr(at, room);
          at += room;
          continue;
        }
        field.append(room - left, '\xff');
        room = left;
      }
      out += head(0x100, first, field.empty() ? 1 : 3, counter_[2]);
      if (!field.empty()) out += std::string(1, static_cast<char>(field.size())) + field;
      out += pes.substr(at, room);
      at += room;
    }
  }

  int counter_[3] = {0, 0, 0};
};

}  // namespace vigil::ingest
