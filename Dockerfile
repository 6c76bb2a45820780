# One image for the app (`pbi serve`), the workers (`pbi work`) and every other verb.
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/pbi
ENV PATH=/opt/pbi/bin:$PATH
WORKDIR /src
COPY constraints.txt ./
# The CPU build: the plain wheel brings gigabytes of CUDA.
RUN pip install "$(grep '^torch==' constraints.txt)" --index-url https://download.pytorch.org/whl/cpu
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY kb ./kb
COPY ingest ./ingest
RUN pip install -c constraints.txt '.[llm,postgres,s3,cluster]'

FROM python:3.11-slim-bookworm

# OCR for scanned pages, and the GNU OpenMP library that torch loads.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/pbi --create-home pbi
COPY --from=build /opt/pbi /opt/pbi
# Streamlit's theme; `pbi serve` starts in the folder above its package.
COPY .streamlit /opt/pbi/lib/python3.11/site-packages/.streamlit
ENV PATH=/opt/pbi/bin:$PATH PYTHONUNBUFFERED=1 PBI_DATA=/var/lib/pbi/data
USER pbi
WORKDIR /var/lib/pbi
RUN mkdir data uploads
# The encoder is exported once, at build time and not at the first question.
RUN python -c "from kb.encode import make_encoder; from kb.settings import Settings; s = Settings(); make_encoder(s.model, s.model_sha256).encode(['ready'])"
VOLUME ["/var/lib/pbi/data", "/var/lib/pbi/uploads"]
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/readyz', timeout=4)"]
ENTRYPOINT ["pbi"]
CMD ["serve", "--host", "0.0.0.0"]
