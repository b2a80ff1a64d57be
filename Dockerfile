# Goldseam with Airflow, MLflow and all rooms; no secrets, no data. See docs/production.md
FROM python:3.12-slim-bookworm

RUN useradd --uid 50000 --create-home --home-dir /srv/goldseam goldseam
WORKDIR /opt/goldseam
COPY pyproject.toml constraints.txt README.md ./
COPY expectations expectations
COPY mining_tasks mining_tasks
RUN pip install --no-cache-dir -e ".[demo,postgres,production]" -c constraints.txt
COPY dags dags
COPY plugins plugins
USER goldseam
ENV GOLDSEAM_HOME=/srv/goldseam PYTHONUNBUFFERED=1
VOLUME /srv/goldseam
CMD ["goldseam", "--help"]
