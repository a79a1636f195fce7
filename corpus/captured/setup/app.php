<?php
// Under php -S: header() takes a status line of its own, http_response_code() a number.
$lines = [
    '/custom' => 'HTTP/1.1 299 Mostly Harmless', '/empty' => 'HTTP/1.1 200 ', '/bare' => 'HTTP/1.1 404',
    '/latin1' => "HTTP/1.1 404 Pas trouv\xe9", '/utf8' => 'HTTP/1.1 404 Не найдено', '/999' => 'HTTP/1.1 999 Request denied',
    '/099' => 'HTTP/1.1 099 Low', '/padded' => 'HTTP/1.1 200  Padded ', '/glued' => 'HTTP/1.1 404: Not Found',
    '/dashed' => 'HTTP/1.1 404-Not Found', '/substatus' => 'HTTP/1.1 401.3 Unauthorized', '/tab' => "HTTP/1.1 200 Tab\there",
    '/escape' => "HTTP/1.1 200 \x1b[31mred", '/long' => 'HTTP/1.1 500 ' . str_repeat('x', 300),
    '/status' => 'Status: 404 Nothing Here',
];
$path = $_SERVER['REQUEST_URI'];
if ($path === '/crash') {
    throw new Exception('crash');
}
if (isset($lines[$path])) {
    header($lines[$path]);
} elseif ($path === '/unnamed') {
    http_response_code(299);
} elseif ($path === '/204') {
    http_response_code(204);
} elseif (is_file('/srv/www' . $path)) {
    return false;
}
header('Content-Type: text/plain');
echo "php\n";
