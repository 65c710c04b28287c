#pragma once

#include "core/catalog/catalog_entries.hpp"
#include "core/config/catalog_config.hpp"
#include "core/conversation/conversation.hpp"
#include "core/conversation/http_answer.hpp"
#include "core/conversation/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace duplexd {

/// A server of a catalog that is asked now.
struct CatalogVisit {
  boost::asio::any_io_executor executor;
  const CatalogAccess& access;
  ConversationTarget target;
  TlsContext* tls;                                     ///< null: the server has none
  std::function<void(const CatalogEntries&)> on_list;  ///< hears of each answer, changed or not
};

/// How a catalog is asked, and what it remembers from one visit to the next.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// Asks for the list, and follows it until it has to be asked for anew. Throws a ConversationEnd when the
  /// server could not be followed.
  virtual boost::asio::awaitable<void> visit(const CatalogVisit& visit) = 0;
};

std::unique_ptr<Catalog> make_catalog(const CatalogQuestion& question);
const CatalogAccess& access_of(const CatalogQuestion& question);
/// The servers to ask, of which there is at least one.
std::vector<CatalogServer> servers_of(const CatalogQuestion& question);
/// "etcd /services/pg/", "consul pg": what is asked for, wherever that is.
std::string name_of(const CatalogQuestion& question);

/// A request on a connection of its own. The visit outlives it.
class CatalogCall {
 public:
  explicit CatalogCall(const CatalogVisit& visit);

  /// Sends the request, and returns the status of the answer, all within CatalogAccess::timeout.
  Conversation::Awaitable<unsigned> ask(HttpQuestion request);
  /// The same for an answer that may be longer in coming by `patience`.
  Conversation::Awaitable<unsigned> ask(HttpQuestion request, std::chrono::milliseconds patience);

  Conversation& peer() noexcept { return peer_; }
  HttpAnswer& answer() noexcept { return answer_; }

 private:
  const CatalogVisit& visit_;
  Conversation peer_;
  HttpAnswer answer_{peer_};
};

/// The secret in a file, without its line end. Throws a ConversationEnd if it cannot be read.
std::string secret_in(const std::string& file);

}  // namespace duplexd
