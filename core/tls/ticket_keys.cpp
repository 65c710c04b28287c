#include "core/tls/ticket_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace duplexd {
namespace {

// Of a context, the keys of its tickets.
int place_of_keys() {
  static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return place;
}

bool fill(std::span<unsigned char> bytes) {
  return RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
}

bool prepare(EVP_MAC_CTX& mac, std::span<unsigned char> key) noexcept {
  char digest[] = "SHA256";
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(&mac, parameters.data()) == 1;
}

// A state: the version, when the newest key was made, and the keys, the newest first.
constexpr std::string_view format = "duplexd tickets 1\n";

}  // namespace

TicketKeys::~TicketKeys() { OPENSSL_cleanse(keys_.data(), sizeof keys_); }

std::shared_ptr<TicketKeys> TicketKeys::make(Time now) {
  std::shared_ptr<TicketKeys> keys(new TicketKeys);
  keys->change(now);
  keys->oldest_ = keys->changes_;
  return keys->changed_ == now ? keys : nullptr;
}

// The bytes of a fresh key are complete before anybody is told of it.
void TicketKeys::change(Time now) {
  const std::size_t next = changes_.load(std::memory_order_relaxed) + 1;
  Key& key = keys_[next % slots];
  if (!fill(key.name) || !fill(key.cipher) || !fill(key.mac)) return;
  changed_ = now;
  changes_.store(next, std::memory_order_release);
}

void TicketKeys::change_if_due(Time now) {
  if (now - changed_ >= period || now < changed_) change(now);
}

const TicketKeys::Key& TicketKeys::newest(std::size_t age) const noexcept {
  return keys_[(changes_.load(std::memory_order_acquire) - age) % slots];
}

const TicketKeys::Key* TicketKeys::find(std::span<const unsigned char, 16> name) const noexcept {
  const std::size_t changes = changes_.load(std::memory_order_acquire);
  for (std::size_t age = 0; age < kept && changes - age >= oldest_; ++age) {
    const Key& key = keys_[(changes - age) % slots];
    if (CRYPTO_memcmp(key.name.data(), name.data(), name.size()) == 0) return &key;
  }
  return nullptr;
}

void TicketKeys::use_in(SSL_CTX& context) {
  SSL_CTX_set_ex_data(&context, place_of_keys(), this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, &TicketKeys::on_ticket);
}

// As SSL_CTX_set_tlsext_ticket_key_cb(3) wants it: 1 is well, 0 knows no such key, 2 asks for a newer ticket.
// Clients use one of TLS 1.3 once (RFC 8446, C.4).
int TicketKeys::on_ticket(SSL* ssl, unsigned char* name, unsigned char* start, EVP_CIPHER_CTX* cipher,
                          EVP_MAC_CTX* mac, int sealing) {
  auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place_of_keys()));
  const auto* const kind = EVP_aes_256_cbc();
  const Key* const key = sealing ? &keys.newest() : keys.find(std::span<const unsigned char, 16>(name, 16));
  if (!key) return 0;
  if (sealing) {
    std::copy(key->name.begin(), key->name.end(), name);
    if (RAND_bytes(start, EVP_CIPHER_get_iv_length(kind)) != 1) return -1;
  }
  auto secret = key->mac;
  const bool ready = prepare(*mac, secret) &&
                     EVP_CipherInit_ex(cipher, kind, nullptr, key->cipher.data(), start, sealing) == 1;
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!ready) return -1;
  const bool lasts = SSL_version(ssl) < TLS1_3_VERSION && key == &keys.newest();
  return sealing || lasts ? 1 : 2;
}

std::string TicketKeys::state() const {
  const std::int64_t changed = changed_.time_since_epoch().count();
  std::string state(format);
  state.append(reinterpret_cast<const char*>(&changed), sizeof changed);
  for (std::size_t age = 0; age < kept && changes_ - age >= oldest_; ++age)
    state.append(reinterpret_cast<const char*>(&newest(age)), sizeof(Key));
  return state;
}

std::shared_ptr<TicketKeys> TicketKeys::restored(std::string_view state, Time now) {
  std::int64_t changed = 0;
  if (!state.starts_with(format) || state.size() < format.size() + sizeof changed + sizeof(Key))
    return nullptr;
  state.remove_prefix(format.size());
  std::memcpy(&changed, state.data(), sizeof changed);
  state.remove_prefix(sizeof changed);
  const std::size_t count = state.size() / sizeof(Key);
  if (state.size() % sizeof(Key) != 0 || count > kept) return nullptr;
  std::shared_ptr<TicketKeys> keys(new TicketKeys);
  keys->changed_ = Time(std::chrono::seconds(changed));
  if (now - keys->changed_ >= kept * period) return nullptr;
  keys->changes_ = count;
  keys->oldest_ = 1;
  for (std::size_t age = 0; age < count; ++age)
    std::memcpy(&keys->keys_[(count - age) % slots], state.data() + age * sizeof(Key), sizeof(Key));
  keys->change_if_due(now);
  return keys;
}

void TicketKeys::take_over(std::string_view state, Time now) {
  const auto found = restored(state, now);
  if (!found) return;
  keys_ = found->keys_;
  changes_ = found->changes_.load();
  oldest_ = found->oldest_;
  changed_ = found->changed_;
}

}  // namespace duplexd
