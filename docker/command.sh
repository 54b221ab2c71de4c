#!/usr/bin/env sh
# What the container does: one process each, so that each can be counted, watched and restarted alone.
set -eu
mkdir -p "$TRIMTAB_DATA/static" && cp -rn /trimtab/static-built/. "$TRIMTAB_DATA/static/" 2>/dev/null || true
case "${1:-web}" in
  migrate) exec python manage.py migrate --noinput ;;
  web) exec gunicorn trimtab.config.wsgi --config python:trimtab.config.gunicorn --bind 0.0.0.0:8000 ;;
  worker-analysis) exec celery --app trimtab.config.celery worker --queues analysis --concurrency "${WORKERS:-2}" ;;
  worker-training) exec celery --app trimtab.config.celery worker --queues training --concurrency 1 --prefetch-multiplier 1 --max-tasks-per-child 1 ;;
  scheduler) exec python manage.py scheduler ;;
  *) exec python manage.py "$@" ;;
esac
