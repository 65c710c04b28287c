#include "core/net/address/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace duplexd {
namespace {

std::string endpoint_error_of(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint ? "accepted" : endpoint.error().what;
}

TEST(EndpointAddressTest, NumericAddressIsNotResolved) {
  for (const std::string_view text :
       {"10.0.0.11:5432", "[2001:db8::1]:5432", "unix:/run/x.sock", "unix:@name"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << endpoint.error().what;
    EXPECT_EQ(std::get<SocketAddress>(*endpoint).to_string(), text);
  }
}

TEST(EndpointAddressTest, HostNameIsLeftToResolver) {
  for (const std::string& host :
       {std::string("db"), std::string("db.internal"), std::string("DB-1.example.com."),
        std::string("3com.com"), std::string("my_db"), std::string("1.2.3.4.example"), std::string(63, 'x')})
    EXPECT_EQ(*parse_endpoint(host + ":5432"), EndpointAddress(HostPort{host, 5432})) << host;
}

TEST(EndpointAddressTest, ServiceHasNoPort) {
  EXPECT_EQ(*parse_endpoint("srv:_pg._tcp.db.internal"),
            EndpointAddress(ServiceName{"_pg._tcp.db.internal"}));
  EXPECT_FALSE(parse_endpoint("srv:"));
  EXPECT_FALSE(parse_endpoint("srv:_pg._tcp.db.internal:5432"));
}

TEST(EndpointAddressTest, BrokenIpv4IsNoHostName) {
  for (const std::string host : {"10.0.0.300", "10.0.0", "10.1", "010.0.0.1", "1.2.3.4.5", "db.1",
                                 "10.0.0.1.", "0x7f000001", "10.0.0.0X1", "db.0x1f"})
    EXPECT_EQ(endpoint_error_of(host + ":80"), "'" + host + "' is neither an IPv4 address nor a host name");
}

TEST(EndpointAddressTest, HostNameHasValidLabels) {
  for (const std::string& host :
       {std::string("-db"), std::string("db-"), std::string("a..b"), std::string(".db"), std::string("."),
        std::string("d b"), std::string("d\xc3\xa9"), std::string("db/x"), std::string(64, 'x'),
        std::string("a\0b", 3)})
    EXPECT_NE(endpoint_error_of(host + ":80").find("is no host name: labels have 1 to 63"), std::string::npos)
        << host;
}

TEST(EndpointAddressTest, HostNameHas253BytesAtMost) {
  std::string host;
  while (host.size() < 252) host += "a.";
  EXPECT_TRUE(parse_endpoint(host + "b:80"));
  EXPECT_EQ(endpoint_error_of(host + "bb:80"), "the host name has 254 bytes: 253 at most");
}

TEST(EndpointAddressTest, PortIsRequiredAndNotZero) {
  EXPECT_EQ(endpoint_error_of("10.0.0.1"), "port is missing: write '10.0.0.1:5432'");
  EXPECT_EQ(endpoint_error_of("db.internal"), "port is missing: write 'db.internal:5432'");
  EXPECT_EQ(endpoint_error_of("db:0"),
            "port 0 cannot be dialled: write a port from 1 to 65535, or '*' for the one that the client came "
            "to");
  EXPECT_EQ(endpoint_error_of("db:pg"), "'pg' is no port: a port is a number up to 65535");
  EXPECT_EQ(endpoint_error_of(":80"), "host is missing: write '127.0.0.1:80'");
}

TEST(EndpointAddressTest, StarIsPortOfListener) {
  EXPECT_EQ(*parse_endpoint("10.0.0.5:*"), EndpointAddress(*SocketAddress::parse("10.0.0.5:0")));
  EXPECT_EQ(*parse_endpoint("[::1]:*"), EndpointAddress(*SocketAddress::parse("[::1]:0")));
  EXPECT_EQ(*parse_endpoint("ftp.internal:*"), EndpointAddress(HostPort{"ftp.internal", 0}));
  for (const auto* text : {"10.0.0.5:*", "[::1]:*", "ftp.internal:*"})
    EXPECT_TRUE(takes_port_of_listener(*parse_endpoint(text))) << text;
  for (const auto* text : {"10.0.0.5:80", "ftp.internal:21", "unix:/run/x", "unix:/run/x:*"})
    EXPECT_FALSE(takes_port_of_listener(*parse_endpoint(text))) << text;
  EXPECT_EQ(endpoint_error_of("h:**"), "'**' is no port: a port is a number up to 65535");
}

TEST(EndpointAddressTest, OriginalDestinationIsAWord) {
  EXPECT_TRUE(is_original_destination(*parse_endpoint("original_destination")));
  EXPECT_FALSE(takes_port_of_listener(*parse_endpoint("original_destination")));
  EXPECT_FALSE(is_original_destination(*parse_endpoint("original_destination:80"))) << "a host name";
}

TEST(EndpointAddressTest, Ipv6AddressNeedsBrackets) {
  EXPECT_EQ(endpoint_error_of("::1:80"), "an IPv6 address goes in brackets: '[::1]:80'");
  EXPECT_EQ(endpoint_error_of("[db]:80"), "'db' is no IPv6 address");
}

}  // namespace
}  // namespace duplexd
