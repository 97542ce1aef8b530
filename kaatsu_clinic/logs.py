"""Log lines as JSON objects. What a line may carry is ids and codes; people's names and answers stay in the database."""

import json
import logging
from datetime import UTC, datetime

FIELDS = ("session_id", "station", "controller_id", "patient_id", "user_id", "code")


class JsonFormatter(logging.Formatter):
    """One line per record: when, how bad, who says it, what, and the ids given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one JSON object on one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "says": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
