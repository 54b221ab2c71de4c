#!/usr/bin/env sh
# What the container does: one process each, so that each can be counted, watched and restarted alone.
set -eu
case "${1:-web}" in
  migrate) exec python manage.py migrate --noinput ;;
  web)
    # The data folder outlives the image: an older image's files and their list must give way.
    if [ -d static-built ]; then mkdir -p "$TRIMTAB_DATA/static" && cp -r static-built/. "$TRIMTAB_DATA/static/"; fi
    exec gunicorn trimtab.config.wsgi:application --config python:trimtab.config.gunicorn \
      --bind "0.0.0.0:${PORT:-8000}" --workers "${WEB_PROCESSES:-2}" ;;
  worker-analysis) exec python manage.py worker --queue analysis --children "${WORKERS:-2}" ;;
  worker-training) exec python manage.py worker --queue training ;;
  scheduler) exec python manage.py scheduler ;;
  *) exec python manage.py "$@" ;;
esac
