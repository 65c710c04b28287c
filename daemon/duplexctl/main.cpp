#include "daemon/duplexctl/app.hpp"

int main(int argc, char** argv) { return duplexd::duplexctl::run_app(argc, argv); }
