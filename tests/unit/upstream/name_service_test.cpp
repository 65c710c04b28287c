#include "tests/unit/upstream/name_service.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <map>
#include <mutex>

namespace duplexd::test {
namespace {

using GetAddrInfo = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

struct Entry {
  std::vector<std::string> addresses;
  int error = 0;
};

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  bool held = false;
  int asked = 0;
  int waiting = 0;
  std::map<std::string, Entry, std::less<>> entries;
};

// Never destroyed: a look-up that nobody waits for may be under way at exit.
State& state() {
  static State* const state = new State;
  return *state;
}

GetAddrInfo system_resolver() { return reinterpret_cast<GetAddrInfo>(::dlsym(RTLD_NEXT, "getaddrinfo")); }

/// The system allocates the list, so that its freeaddrinfo() can free it.
int list_of(const Entry& entry, const char* service, addrinfo hints, addrinfo** result) {
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo** end = result;
  *result = nullptr;
  for (const std::string& address : entry.addresses) {
    if (const int error = system_resolver()(address.c_str(), service, &hints, end)) return error;
    while (*end) end = &(*end)->ai_next;
  }
  return entry.error;
}

int answer(std::string_view name, const char* service, const addrinfo& hints, addrinfo** result) {
  std::unique_lock lock(state().mutex);
  ++state().asked;
  ++state().waiting;
  state().changed.wait(lock, [] { return !state().held; });
  --state().waiting;
  const auto entry = state().entries.find(name);
  return entry == state().entries.end() ? EAI_NONAME : list_of(entry->second, service, hints, result);
}

}  // namespace

NameService::NameService() {
  const std::lock_guard lock(state().mutex);
  state().asked = 0;
}

NameService::~NameService() {
  let_go();
  const std::lock_guard lock(state().mutex);
  state().entries.clear();
}

void NameService::set(std::string_view name, std::vector<std::string> addresses) {
  const std::lock_guard lock(state().mutex);
  state().entries[std::string(name)] = {std::move(addresses), 0};
}

void NameService::fail(std::string_view name, int error) {
  const std::lock_guard lock(state().mutex);
  state().entries[std::string(name)] = {{}, error};
}

int NameService::asked() const {
  const std::lock_guard lock(state().mutex);
  return state().asked;
}

void NameService::hold() {
  const std::lock_guard lock(state().mutex);
  state().held = true;
}

void NameService::let_go() {
  const std::lock_guard lock(state().mutex);
  state().held = false;
  state().changed.notify_all();
}

bool NameService::waiting() const {
  const std::lock_guard lock(state().mutex);
  return state().waiting > 0;
}

}  // namespace duplexd::test

// Instead of libc's: the program's own definition comes first.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  using namespace duplexd::test;
  if (name && std::string_view(name).ends_with(".example")) return answer(name, service, *hints, result);
  return system_resolver()(name, service, hints, result);
}
