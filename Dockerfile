# One image for Airflow's services and the mail catcher; what differs is the command and the environment.
# No secret is built in: they come at run time (docker-compose.yml).
FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
WORKDIR /opt/jinchuang
RUN python -m venv /opt/venv
COPY requirements.lock .
# Everything by hash, or not at all. setuptools is in the lock, so the last step fetches nothing.
RUN pip install --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation -e . && python -m compileall -q expectations warehouse reports tasks operations


FROM python:3.11-slim

ENV PATH=/opt/venv/bin:$PATH TZ=Asia/Shanghai \
    AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/jinchuang/dags \
    JINCHUANG_BACKUP=/srv/backup \
    JINCHUANG_HOME=/var/lib/jinchuang \
    JINCHUANG_INBOX=/srv/inbox \
    JINCHUANG_REGISTRY=/opt/jinchuang/registry
RUN useradd --uid 50000 --create-home --shell /usr/sbin/nologin jinchuang \
    && install -d -o jinchuang -g jinchuang \
       /var/lib/airflow /var/lib/jinchuang /srv/backup /srv/mail /srv/mail-ca
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/jinchuang /opt/jinchuang
USER jinchuang
WORKDIR /opt/jinchuang
CMD ["airflow", "version"]
