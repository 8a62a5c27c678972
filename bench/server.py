"""`python -m bench.server`: the site's own server, with the baselines beside the site."""

from newsroom import server

server.main("bench.wsgi:application")
