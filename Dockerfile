# The portal, as somebody who may write to /data alone. Settings are environment variables: see README.md.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 FIRSTLINE_HOME=/data
WORKDIR /portal
COPY pyproject.toml README.md LICENSE app.py ./
COPY .streamlit .streamlit
COPY kb kb
COPY models models
COPY pages pages
RUN pip install --no-cache-dir -e . \
    && useradd --uid 10001 --create-home firstline \
    && install --directory --mode 700 --owner firstline /data
USER firstline
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["firstline", "serve", "--host", "0.0.0.0"]
