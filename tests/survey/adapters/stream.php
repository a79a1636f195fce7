<?php
// SPDX-License-Identifier: MIT
// PHP's http:// stream. A URL on each line in, an answer in JSON on each line out.
echo PHP_VERSION, "\n";
while (($url = fgets(STDIN)) !== false) {
    $context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 5, 'follow_location' => 0,
        'header' => 'Connection: close']]);
    // It shows a code only if that is none from 200 to 399, and accepts a line without a number as code 0.
    $code = null;
    stream_context_set_params($context, ['notification' => function ($kind, $severity, $message, $number) use (&$code) {
        if ($severity === STREAM_NOTIFY_SEVERITY_ERR) {
            $code = $number;
        }
    }]);
    $body = @file_get_contents(trim($url), false, $context);
    if ($body === false || $code === 0) {
        echo json_encode(['outcome' => 'refused']), "\n";
    } else {
        echo json_encode(['outcome' => 'accepted', 'body_hex' => bin2hex($body)] + ($code ? ['code' => $code] : [])), "\n";
    }
}
