"""Runs the WSGI application under the server named on the command line."""

import sys

from wsgi_app import app

HOST, PORT = "127.0.0.1", 8080

match sys.argv[1]:
    case "wsgiref":
        from wsgiref.simple_server import make_server

        make_server(HOST, PORT, app).serve_forever()
    case "waitress":
        import waitress

        waitress.serve(app, host=HOST, port=PORT)
    case "cheroot":
        from cheroot.wsgi import Server

        Server((HOST, PORT), app, server_name="localhost").safe_start()
    case "werkzeug":
        from werkzeug.serving import run_simple

        run_simple(HOST, PORT, app)
    case "gevent":
        from gevent.pywsgi import WSGIServer

        WSGIServer((HOST, PORT), app).serve_forever()
    case "eventlet":
        import eventlet
        import eventlet.wsgi

        eventlet.wsgi.server(eventlet.listen((HOST, PORT)), app, debug=False)
