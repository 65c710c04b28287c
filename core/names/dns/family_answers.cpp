#include "core/names/dns/family_answers.hpp"

#include "core/names/found.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

namespace duplexd {
namespace {

using Message = std::span<const unsigned char>;

constexpr std::size_t smallest_record = 16;  // RFC 1035, 4.1.3: of an address

SocketAddress address_in(const ares_addrttl& found) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = found.ipaddr;
  return {reinterpret_cast<const sockaddr*>(&address), sizeof(address)};
}

SocketAddress address_in(const ares_addr6ttl& found) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  std::memcpy(&address.sin6_addr, &found.ip6addr, sizeof(address.sin6_addr));
  return {reinterpret_cast<const sockaddr*>(&address), sizeof(address)};
}

/// `parse` is that of c-ares for the type of `Record`.
template <class Record, class Parse>
FamilyAnswer records_in(Message message, Parse parse) {
  std::vector<Record> records(message.size() / smallest_record + 1);
  int count = static_cast<int>(records.size());
  FamilyAnswer answer;
  answer.status = parse(message.data(), static_cast<int>(message.size()), nullptr, records.data(), &count);
  if (answer.status == ARES_ENOMEM) throw std::bad_alloc();
  if (answer.status != ARES_SUCCESS) return answer;
  records.resize(static_cast<std::size_t>(std::max(count, 0)));
  for (const Record& record : records) {
    const std::chrono::seconds ttl(std::max(record.ttl, 0));
    answer.addresses.push_back(address_in(record));
    answer.ttl = std::min(answer.ttl.value_or(ttl), ttl);
  }
  if (answer.addresses.empty()) answer.status = ARES_ENODATA;
  return answer;
}

/// Why there are no addresses.
std::string_view why_none(const FamilyAnswers& answers) noexcept {
  for (const FamilyAnswer* const one : {&answers.ipv4, &answers.ipv6})
    if (!one->is_known()) return words_of(one->status);
  const bool exists = answers.ipv4.status == ARES_ENODATA || answers.ipv6.status == ARES_ENODATA;
  return words_of(exists ? ARES_ENODATA : ARES_ENOTFOUND);
}

std::string_view why_lost(int family, int status) noexcept {
  const std::string_view words = words_of(status);
  if (words != no_answer) return words;
  return family == AF_INET ? "no name server gave its IPv4 addresses"
                           : "no name server gave its IPv6 addresses";
}

/// One family has addresses, and `lost` is not known.
NameAnswer without_family(int lost, int status, FamilyAnswer found, const HostAddresses& host) {
  const bool uses_found = host.has_beside_loopback(lost == AF_INET ? AF_INET6 : AF_INET);
  const bool uses_lost = host.has_beside_loopback(lost);
  if (uses_found && !uses_lost) return {std::move(found.addresses), {}, {}, found.ttl};
  NameAnswer answer{{}, why_lost(lost, status)};
  if (uses_lost && !uses_found) return answer;
  answer.addresses = std::move(found.addresses);
  answer.ttl = found.ttl;
  answer.lost_family = lost;
  return answer;
}

}  // namespace

bool FamilyAnswers::say_nothing() const noexcept {
  if (ipv4.status == ARES_SUCCESS || ipv6.status == ARES_SUCCESS) return false;
  if (ipv4.status == ARES_ENOTFOUND || ipv6.status == ARES_ENOTFOUND) return true;
  return ipv4.is_known() && ipv6.is_known();
}

FamilyAnswer family_answer(int status, Message message, int family) {
  if (status == ARES_ENOMEM) throw std::bad_alloc();
  if (status != ARES_SUCCESS) return {.status = status};
  return family == AF_INET ? records_in<ares_addrttl>(message, &::ares_parse_a_reply)
                           : records_in<ares_addr6ttl>(message, &::ares_parse_aaaa_reply);
}

NameAnswer answer_of(const FamilyAnswers& answers, const HostAddresses& host) {
  const auto& [ipv4, ipv6] = answers;
  if (ipv4.addresses.empty() && ipv6.addresses.empty()) return {{}, why_none(answers)};
  if (!ipv4.is_known()) return without_family(AF_INET, ipv4.status, ipv6, host);
  if (!ipv6.is_known()) return without_family(AF_INET6, ipv6.status, ipv4, host);
  std::vector<SocketAddress> all = ipv4.addresses;
  all.insert(all.end(), ipv6.addresses.begin(), ipv6.addresses.end());
  const auto ttl = ipv4.ttl && ipv6.ttl ? std::min(ipv4.ttl, ipv6.ttl) : ipv4.ttl ? ipv4.ttl : ipv6.ttl;
  return {usable(std::move(all), host), {}, {}, ttl};
}

}  // namespace duplexd
