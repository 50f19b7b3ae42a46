"""Flask: `python3 flask_server.py TREES.json`. Each tree of routes answers under its own host name."""
import json
import logging
import re
import sys

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)


def app_of(templates):
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    for number, template in enumerate(templates):
        rule = re.sub(r"\{(\w+)\+\}", r"<path:\1>", template)
        rule = re.sub(r"\{(\w+)\}", r"<\1>", rule)
        app.add_url_rule(rule, str(number), lambda template=template, **values: template)
    return app


with open(sys.argv[1], encoding="utf8") as file:
    apps = [app_of(templates) for templates in json.load(file)]


def dispatch(environ, start_response):
    return apps[int(environ["HTTP_HOST"][1:])](environ, start_response)


class KeepAlive(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"


server = make_server("127.0.0.1", 0, dispatch, threaded=True, request_handler=KeepAlive)
print("PORT", server.server_port, flush=True)
server.serve_forever()
