#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::viewers {

struct Address {
  std::string scheme, host, port, path;  // path with query; "/" at least
  std::string user, password;
};
std::optional<Address> parse_address(std::string_view url);

// A TCP connection that blocks, half a second at most at a time, so that a viewer can be stopped.
class Socket {
 public:
  ~Socket();
  bool connect(const Address& address);
  bool send(std::string_view bytes);
  // What is there, waited for. Empty: it is over, or `stop` was asked for.
  std::span<const std::uint8_t> receive(std::stop_token stop);
  // Through the end of `mark`; the rest stays for later.
  std::optional<std::string> until(std::string_view mark, std::stop_token stop);
  std::optional<std::string> exactly(std::size_t count, std::stop_token stop);

 private:
  int fd_ = -1;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(64 << 10);
  std::string held_;
};

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// HTTP/1.1 over one connection that is kept, made again where it was closed.
class Http {
 public:
  Http(Address address, std::vector<std::string> headers)
      : address_(std::move(address)), headers_(std::move(headers)) {}
  std::optional<Reply> ask(const std::string& method, const std::string& path, const std::string& type,
                           const std::string& body, std::stop_token stop);
  std::optional<Reply> get(const std::string& path, std::stop_token stop) { return ask("GET", path, "", "", stop); }

 private:
  std::optional<Reply> once(const std::string& request, std::stop_token stop);
  const Address address_;
  const std::vector<std::string> headers_;
  std::optional<Socket> socket_;
};

// The head of an answer, HTTP's or RTSP's, and the body that Content-Length or chunks bring.
std::optional<Reply> read_reply(Socket& socket, bool body, std::stop_token stop);
std::string basic_authorization(const Address& address);  // with its line end; empty where there is no user

}  // namespace vigil::viewers
