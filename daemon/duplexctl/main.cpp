#include "daemon/duplexctl/app.hpp"

int main(int argc, char** argv) { return duplexd::ctl::run_app(argc, argv); }
