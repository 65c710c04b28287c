#include "daemon/metrics/process_figures.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace duplexd {

namespace {

constexpr const char* folder_of_descriptors = "/proc/self/fd";

// Linux tells the number as the size of the folder (proc(5), since 6.2); before, they are counted.
std::uint64_t open_descriptors() {
  struct stat folder {};
  if (::stat(folder_of_descriptors, &folder) != 0) return 0;
  if (folder.st_size > 0) return static_cast<std::uint64_t>(folder.st_size);
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator each(folder_of_descriptors, error), end; !error && each != end;
       each.increment(error))
    ++count;
  return count - std::min<std::uint64_t>(count, 1);  // without that of the folder
}

std::chrono::microseconds to_duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

void read_kernels_figures(ProcessFigures& process) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) process.descriptors.limit = limit.rlim_cur;
  process.descriptors.used = open_descriptors();
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    process.cpu = to_duration(usage.ru_utime) + to_duration(usage.ru_stime);
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(std::ifstream("/proc/self/statm") >> all >> resident)) return;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  process.virtual_bytes = all * page;
  process.resident_bytes = resident * page;
}

std::uint64_t source_ports() {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  return file >> first >> last && first <= last ? last - first + 1 : 0;
}

}  // namespace duplexd
