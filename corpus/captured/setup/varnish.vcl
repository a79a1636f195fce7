vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "8084"; .first_byte_timeout = 1s; }
backend dead { .host = "127.0.0.1"; .port = "8081"; }
backend mute { .host = "127.0.0.1"; .port = "8082"; .first_byte_timeout = 1s; }
backend shut { .host = "127.0.0.1"; .port = "8083"; }
sub vcl_recv {
    if (req.url == "/") { return (synth(200)); }
    if (req.url == "/custom") { return (synth(299, "Mostly Harmless")); }
    if (req.url == "/unnamed") { return (synth(299)); }
    if (req.url == "/empty") { return (synth(200, "")); }
    if (req.url == "/utf8") { return (synth(404, {"Не найдено"})); }
    if (req.url == "/999") { return (synth(999, "Request denied")); }
    if (req.url == "/1404") { return (synth(1404)); }
    if (req.url == "/moved") { return (synth(301)); }
    if (req.url == "/purge") { return (purge); }
    if (req.url == "/fail") { return (fail); }
    if (req.url == "/dead") { set req.backend_hint = dead; }
    if (req.url == "/mute") { set req.backend_hint = mute; }
    if (req.url == "/shut") { set req.backend_hint = shut; }
    if (req.url ~ "^/pipe/") { return (pipe); }
    return (pass);
}
sub vcl_deliver {
    if (req.url == "/reset") { set resp.reason = ""; }
}
