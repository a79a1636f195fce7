<?php
// SPDX-License-Identifier: MIT
// PHP's http:// stream. A URL on each line in, an answer in JSON on each line out.
echo PHP_VERSION, "\n";
while (($url = fgets(STDIN)) !== false) {
    $context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 5, 'follow_location' => 0,
        'header' => 'Connection: close']]);
    // It does not show the code that it reads.
    $body = @file_get_contents(trim($url), false, $context);
    echo json_encode($body === false ? ['outcome' => 'refused']
        : ['outcome' => 'accepted', 'body_hex' => bin2hex($body)]), "\n";
}
