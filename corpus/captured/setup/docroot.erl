%% Erlang's inets httpd on the docroot.
-module(docroot).
-export([main/0]).
main() ->
    ok = inets:start(),
    {ok, _} = inets:start(httpd, [
        {port, 8080}, {bind_address, {127, 0, 0, 1}}, {server_name, "localhost"}, {server_root, "/srv"},
        {document_root, "/srv/www"}, {directory_index, ["index.html"]}, {max_body_size, 1000}, {max_header_size, 4096},
        {max_uri_size, 2000}, {script_alias, {"/cgi-bin/", "/srv/www/cgi-bin/"}},
        {modules, [mod_alias, mod_cgi, mod_get, mod_head]}]).
