#include "options.hpp"
namespace statusline::conform {
verdict check_client(const client_options&) { throw subject_error("not there yet"); }
void serve(const serve_options&) {}
} // namespace statusline::conform
