#include "live/webrtc/dtls.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <deque>

namespace vigil::live::webrtc {
namespace {

constexpr std::size_t kMtu = 1200;
constexpr std::size_t kMaxDatagram = 2048, kMaxQueued = 64;
constexpr long kCertificateSeconds = 365L * 86400;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freed<X509_free>>;
using Settings = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

Error openssl_error(const char* what) {
  char text[200] = {};
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  ERR_clear_error();
  return make_error(ErrorKind::Internal, std::string(what) + ": " + text);
}

Cert make_certificate(EVP_PKEY* key) {
  Cert cert(X509_new());
  if (!cert) return nullptr;
  std::uint64_t serial = 1;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 7);
  if (X509_set_version(cert.get(), 2) != 1) return nullptr;
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial);
  // Begins a day early: clocks of viewers differ.
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), kCertificateSeconds);
  auto* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("vigil"), -1, -1, 0);
  if (X509_set_issuer_name(cert.get(), name) != 1 || X509_set_pubkey(cert.get(), key) != 1) return nullptr;
  if (X509_sign(cert.get(), key, EVP_sha256()) == 0) return nullptr;
  return cert;
}

std::vector<std::uint8_t> digest(X509* cert, const EVP_MD* hash) {
  std::vector<std::uint8_t> out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (X509_digest(cert, hash, out.data(), &size) != 1) size = 0;
  out.resize(size);
  return out;
}

// Datagrams between OpenSSL and us: one write is one datagram.
struct Pipe {
  std::span<const std::uint8_t> incoming;  // consumed by one read
  std::deque<std::vector<std::uint8_t>> outgoing;
};

int pipe_write(BIO* bio, const char* data, int size) {
  auto& pipe = *static_cast<Pipe*>(BIO_get_data(bio));
  if (size > 0 && pipe.outgoing.size() < kMaxQueued) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(data);
    pipe.outgoing.emplace_back(bytes, bytes + size);
  }
  return size;
}

int pipe_read(BIO* bio, char* data, int size) {
  auto& pipe = *static_cast<Pipe*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (pipe.incoming.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto count = std::min(pipe.incoming.size(), static_cast<std::size_t>(std::max(size, 0)));
  std::copy_n(pipe.incoming.begin(), count, reinterpret_cast<std::uint8_t*>(data));
  pipe.incoming = {};
  return static_cast<int>(count);
}

long pipe_control(BIO*, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(kMtu);
    default:
      return 0;
  }
}

const BIO_METHOD* pipe_method() {
  static const auto method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "vigil datagrams");
    BIO_meth_set_write(made, pipe_write);
    BIO_meth_set_read(made, pipe_read);
    BIO_meth_set_ctrl(made, pipe_control);
    return std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>>(made);
  }();
  return method.get();
}

// The certificate is judged by its fingerprint afterwards: there is no chain to verify.
int accept_any(int, X509_STORE_CTX*) {
  return 1;
}

}  // namespace

const char* to_string(SrtpProfile profile) {
  return profile == SrtpProfile::AeadAes128Gcm ? "AEAD_AES_128_GCM" : "AES128_CM_HMAC_SHA1_80";
}

struct DtlsContext::State {
  Key key;
  Cert cert;
  Settings settings;
};

DtlsContext::~DtlsContext() = default;

Result<std::shared_ptr<const DtlsContext>> DtlsContext::make() {
  std::shared_ptr<DtlsContext> out(new DtlsContext);
  out->state_ = std::make_unique<State>();
  auto& state = *out->state_;
  state.key.reset(EVP_EC_gen("P-256"));
  if (!state.key) return openssl_error("make a key for DTLS");
  state.cert = make_certificate(state.key.get());
  if (!state.cert) return openssl_error("make a certificate for DTLS");
  state.settings.reset(SSL_CTX_new(DTLS_method()));
  auto* settings = state.settings.get();
  if (settings == nullptr) return openssl_error("set up DTLS");
  SSL_CTX_set_min_proto_version(settings, DTLS1_2_VERSION);
  SSL_CTX_set_options(
      settings, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(settings, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(settings, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(settings, 1);
  SSL_CTX_set_verify(settings, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
  const bool good = SSL_CTX_use_certificate(settings, state.cert.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(settings, state.key.get()) == 1 &&
                    SSL_CTX_set_cipher_list(settings, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                    SSL_CTX_set1_groups_list(settings, "X25519:P-256:P-384") == 1 &&
                    // This one returns 0 when all is well.
                    SSL_CTX_set_tlsext_use_srtp(settings, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0;
  if (!good) return openssl_error("set up DTLS");
  out->fingerprint_ = {"sha-256", digest(state.cert.get(), EVP_sha256())};
  return std::shared_ptr<const DtlsContext>(std::move(out));
}

struct Dtls::Link {
  Pipe pipe;
  std::unique_ptr<SSL, Freed<SSL_free>> ssl;
};

Dtls::Dtls(std::shared_ptr<const DtlsContext> context, Role role, Fingerprint peer)
    : context_(std::move(context)), peer_(std::move(peer)), link_(std::make_unique<Link>()) {
  link_->ssl.reset(SSL_new(context_->state_->settings.get()));
  auto* ssl = link_->ssl.get();
  auto* bio = BIO_new(pipe_method());
  if (ssl == nullptr || bio == nullptr) {
    BIO_free(bio);
    fail("no memory");
    return;
  }
  BIO_set_data(bio, &link_->pipe);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_mtu(ssl, static_cast<long>(kMtu));
  if (role == Role::Server) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
  }
}

Dtls::~Dtls() = default;

void Dtls::start() {
  if (state_ == State::Handshaking) advance();
}

void Dtls::receive(std::span<const std::uint8_t> datagram) {
  if (state_ == State::Closed || datagram.empty()) return;
  link_->pipe.incoming = datagram.first(std::min(datagram.size(), kMaxDatagram));
  advance();
  link_->pipe.incoming = {};
}

void Dtls::advance() {
  auto* ssl = link_->ssl.get();
  ERR_clear_error();
  if (state_ == State::Handshaking) {
    const int status = SSL_do_handshake(ssl);
    if (status == 1) return established();
    const int why = SSL_get_error(ssl, status);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) fail(openssl_error("DTLS handshake").message);
    return;
  }
  // Nothing but alerts is expected; what else comes is thrown away.
  std::array<char, kMaxDatagram> unused{};
  const int status = SSL_read(ssl, unused.data(), static_cast<int>(unused.size()));
  if (status > 0) return;
  const int why = SSL_get_error(ssl, status);
  if (why == SSL_ERROR_ZERO_RETURN) {
    state_ = State::Closed;
  } else if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
    fail(openssl_error("DTLS").message);
  }
}

void Dtls::established() {
  auto* ssl = link_->ssl.get();
  Cert cert(SSL_get1_peer_certificate(ssl));
  const auto* hash = peer_.hash == "sha-512" ? EVP_sha512() : peer_.hash == "sha-384" ? EVP_sha384() : EVP_sha256();
  const auto found = cert ? digest(cert.get(), hash) : std::vector<std::uint8_t>();
  if (found.empty() || found.size() != peer_.bytes.size() ||
      CRYPTO_memcmp(found.data(), peer_.bytes.data(), found.size()) != 0) {
    return fail("the certificate is not the one whose fingerprint was offered");
  }
  const auto* chosen = SSL_get_selected_srtp_profile(ssl);
  if (chosen == nullptr) return fail("no SRTP profile in common");
  SrtpKeys keys;
  keys.profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::AeadAes128Gcm : SrtpProfile::Aes128CmSha1_80;
  const std::size_t key = 16, salt = keys.profile == SrtpProfile::AeadAes128Gcm ? 12 : 14;
  std::vector<std::uint8_t> material(2 * (key + salt));
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  if (SSL_export_keying_material(ssl, material.data(), material.size(), kLabel.data(), kLabel.size(), nullptr, 0, 0) !=
      1) {
    return fail("no keys for SRTP");
  }
  // RFC 5764, 4.2: client key, server key, client salt, server salt.
  auto cut = [&](std::size_t from, std::size_t size, std::vector<std::uint8_t>& to) {
    to.insert(to.end(), material.begin() + static_cast<std::ptrdiff_t>(from),
              material.begin() + static_cast<std::ptrdiff_t>(from + size));
  };
  cut(0, key, keys.client);
  cut(2 * key, salt, keys.client);
  cut(key, key, keys.server);
  cut(2 * key + salt, salt, keys.server);
  OPENSSL_cleanse(material.data(), material.size());
  keys_ = std::move(keys);
  state_ = State::Established;
}

void Dtls::fail(std::string why) {
  if (state_ == State::Closed) return;
  state_ = State::Closed;
  fault_ = std::move(why);
  keys_.reset();
}

void Dtls::tick() {
  if (state_ != State::Handshaking) return;
  ERR_clear_error();
  if (DTLSv1_handle_timeout(link_->ssl.get()) < 0) fail("the peer does not answer");
}

std::optional<int> Dtls::next_timeout() const {
  timeval left{};
  if (state_ != State::Handshaking || DTLSv1_get_timeout(link_->ssl.get(), &left) != 1) return std::nullopt;
  return static_cast<int>(left.tv_sec * 1000 + left.tv_usec / 1000);
}

void Dtls::close() {
  if (state_ == State::Established) SSL_shutdown(link_->ssl.get());
  state_ = State::Closed;
}

std::vector<std::vector<std::uint8_t>> Dtls::take() {
  auto& queue = link_->pipe.outgoing;
  std::vector<std::vector<std::uint8_t>> out(std::make_move_iterator(queue.begin()),
                                             std::make_move_iterator(queue.end()));
  queue.clear();
  return out;
}

}  // namespace vigil::live::webrtc
