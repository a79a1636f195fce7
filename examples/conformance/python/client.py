#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Python's http.client for `statusline-conform client "python3 client.py {url}"`: replace the calls by your client's."""

import http.client
import json
import sys
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
answer = {"outcome": "refused"}
try:
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("GET", url.path + "?" + url.query)
    response = connection.getresponse()
    answer = {"outcome": "accepted", "code": response.status, "reason_hex": response.reason.encode("latin-1").hex()}
    answer["body_hex"] = response.read().hex()
    connection.request("GET", "/next")
    answer["next"] = {"outcome": "accepted", "code": connection.getresponse().status}
except http.client.HTTPException:
    pass
print(json.dumps(answer))
