#include "rtp/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace vigil::rtp {
namespace {

constexpr std::array<std::pair<int, const char*>, 20> kReasons = {{{200, "OK"},
                                                                   {301, "Moved Permanently"},
                                                                   {302, "Moved Temporarily"},
                                                                   {400, "Bad Request"},
                                                                   {401, "Unauthorized"},
                                                                   {403, "Forbidden"},
                                                                   {404, "Not Found"},
                                                                   {405, "Method Not Allowed"},
                                                                   {406, "Not Acceptable"},
                                                                   {408, "Request Time-out"},
                                                                   {413, "Request Entity Too Large"},
                                                                   {415, "Unsupported Media Type"},
                                                                   {453, "Not Enough Bandwidth"},
                                                                   {454, "Session Not Found"},
                                                                   {455, "Method Not Valid in This State"},
                                                                   {459, "Aggregate Operation Not Allowed"},
                                                                   {461, "Unsupported Transport"},
                                                                   {503, "Service Unavailable"},
                                                                   {505, "RTSP Version Not Supported"},
                                                                   {551, "Option Not Supported"}}};

std::string one_line(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != '\r' && c != '\n'; });
  return out;
}

void append_fields(std::string& text, const Headers& headers) {
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, one_line(value));
}

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
  auto same = [&](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
  };
  for (const auto& [key, value] : headers) {
    if (same(key)) return &value;
  }
  return nullptr;
}

const char* reason_phrase(int status) {
  for (const auto& [code, text] : kReasons) {
    if (code == status) return text;
  }
  return "Error";
}

std::string to_text(const Response& response, std::string_view cseq, std::string_view server) {
  auto text = fmt::format("RTSP/1.0 {} {}\r\n", response.status, reason_phrase(response.status));
  if (!cseq.empty()) text += fmt::format("CSeq: {}\r\n", one_line(cseq));
  text += fmt::format("Server: {}\r\n", server);
  append_fields(text, response.headers);
  if (!response.body.empty()) text += fmt::format("Content-Length: {}\r\n", response.body.size());
  return text + "\r\n" + response.body;
}

std::string to_text(const Request& request, int cseq) {
  auto text = fmt::format("{} {} RTSP/1.0\r\nCSeq: {}\r\n", request.method, one_line(request.uri), cseq);
  append_fields(text, request.headers);
  if (!request.body.empty()) text += fmt::format("Content-Length: {}\r\n", request.body.size());
  return text + "\r\n" + request.body;
}

}  // namespace vigil::rtp
