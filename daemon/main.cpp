#include "daemon/cli/app.hpp"

int main(int argc, char** argv) { return duplexd::run_app(argc, argv); }
