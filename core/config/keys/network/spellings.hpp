#pragma once

#include "core/config/spelling/spelling.hpp"

#include <cstdint>
#include <string>

namespace duplexd {

Spelling<std::string> interface_or_any();    ///< "": any
Spelling<std::uint32_t> mark_or_off();       ///< 0: off; decimal, or hexadecimal as ip-rule(8) has it
Spelling<unsigned> dscp();                   ///< a number, or the name of its class (RFC 2474 and others)
Spelling<std::string> congestion_or_auto();  ///< "": auto

}  // namespace duplexd
