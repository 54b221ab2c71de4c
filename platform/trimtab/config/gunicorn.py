"""How the web process is run under the supervisor and in the container."""

from __future__ import annotations

worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 5
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = None
control_socket_disable = True
