# One image for every part: `newswire worker`, `newswire topics create`, `newswire feed ...`. The language model is a
# dependency in uv.lock, so it is part of the image and nothing is downloaded at start.
FROM python:3.12-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_PROJECT_ENVIRONMENT=/opt/newswire UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /source
# The dependencies change less often than the code, and so do their layers.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --extra worker --extra feed --extra gateway --extra postgres --no-install-project
COPY README.md LICENSE ./
COPY pipeline pipeline
RUN uv sync --locked --no-dev --extra worker --extra feed --extra gateway --extra postgres --no-editable

FROM python:3.12-slim-bookworm
# A new volume on the directory gets its owner.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin newswire \
  && install --directory --owner=10001 --mode=0700 /var/lib/newswire
COPY --from=build /opt/newswire /opt/newswire
# The pool's processes are the parallelism: libraries that start threads of their own would only fight over the processors.
ENV PATH=/opt/newswire/bin:$PATH PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
WORKDIR /tmp
USER 10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["newswire"]
CMD ["worker"]
