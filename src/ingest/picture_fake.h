#pragma once

#include <string>
#include <vector>

namespace vigil::ingest {

// Enough of a JPEG for media::inspect_image: size and nothing to show.
inline std::string fake_jpeg(int width, int height, std::size_t payload = 0) {
  std::string jpeg = "\xff\xd8\xff\xc0";
  auto put16 = [&](int value) {
    jpeg.push_back(static_cast<char>(value >> 8));
    jpeg.push_back(static_cast<char>(value & 0xff));
  };
  put16(17);
  jpeg.push_back(8);
  put16(height);
  put16(width);
  jpeg.append("\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01", 10);
  jpeg.append(payload, 'x');
  jpeg.append("\xff\xd9");
  return jpeg;
}

inline std::string http_ok(const std::string& type, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace vigil::ingest
