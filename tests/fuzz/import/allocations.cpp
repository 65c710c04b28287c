// Of the time of these fuzzers AddressSanitizer took a third to note where each of thousands of short texts
// was allocated, to fill it, and to keep it apart for long after. To see where an allocation of a crash came
// from, set ASAN_OPTIONS.
extern "C" const char* __asan_default_options();

extern "C" const char* __asan_default_options() {
  return "malloc_context_size=1:max_malloc_fill_size=0:quarantine_size_mb=16";
}
