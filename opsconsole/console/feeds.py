"""The one place that starts threads: questions to the database, answered by messages.

A question belongs to a topic. A newer question on a topic supersedes the one before: its statement
is interrupted and what it still answers is dropped. Errors arrive as answers; none ends the
application. Nothing here draws.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.message import Message

from opsconsole.store.database import Database, Reader

if TYPE_CHECKING:
    from opsconsole.console.queries.listing import Row

T = TypeVar("T")

# How long the screen waits for rows that are read in another thread, before it draws without them.
# A local database answers in 1 ms; a distant one may not hold up the keys.
PATIENCE = 0.03


class Superseded(Exception):
    """The question is no longer asked."""


class Question:
    """One question under way; used from its thread."""

    def __init__(self, feeds: Feeds, topic: str, answered: Callable[[Any], None]) -> None:
        self._feeds = feeds
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self.topic = topic
        self.answered = answered
        self.failed: Callable[[Exception], None] = feeds.failed
        self.stopped = False

    def say(self, value: Any) -> None:
        """Answer with *value*, perhaps not for the last time. Raises Superseded when nobody listens."""
        self.check()
        self._feeds.deliver(self, value, None)

    def check(self) -> None:
        """Raise Superseded when the question is no longer asked."""
        if self.stopped:
            raise Superseded

    def stop(self) -> None:
        """Ask no more: interrupts the statement that runs."""
        with self._lock:
            self.stopped = True
            if self._reader is not None:
                self._reader.interrupt()

    def use(self, reader: Reader | None) -> None:
        """Note the *reader* in use, so that it can be interrupted."""
        with self._lock:
            self._reader = reader
        if reader is not None:
            self.check()


class Feeds:
    """Questions of one application to one database."""

    class Delivered(Message, bubble=False):
        """An answer, on its way to the thread of the screen."""

        def __init__(self, question: Question, value: Any, error: Exception | None) -> None:
            super().__init__()
            self.question = question
            self.value = value
            self.error = error

    def __init__(self, app: App[Any], database: Database, failed: Callable[[Exception], None]) -> None:
        self._app = app
        self.database = database
        self.failed = failed
        self._asked: dict[str, Question] = {}
        self._pages = ThreadPoolExecutor(1, "pages")

    def ask(
        self,
        topic: str,
        work: Callable[[Reader, Question], T],
        answered: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Question:
        """Run *work* in a read transaction in a thread; *answered* gets what it returns (and says)."""

        def read(question: Question) -> T:
            with self.database.read() as reader:
                question.use(reader)
                try:
                    return work(reader, question)
                finally:
                    question.use(None)

        return self.run(topic, read, answered, failed)

    def run(
        self,
        topic: str,
        work: Callable[[Question], T],
        answered: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Question:
        """Run *work* in a thread, superseding what runs on *topic*."""
        self.drop(topic)
        question = Question(self, topic, answered)
        if failed is not None:
            question.failed = failed
        self._asked[topic] = question

        def thread() -> None:
            try:
                question.check()
                value = work(question)
            except Superseded:
                return
            except Exception as error:
                if not question.stopped:
                    self.deliver(question, None, error)
                return
            if not question.stopped:
                self.deliver(question, value, None)

        self._app.run_worker(thread, thread=True, exit_on_error=False, group=topic, name=topic)
        return question

    def drop(self, topic: str) -> None:
        """Forget what is asked on *topic*."""
        asked = self._asked.pop(topic, None)
        if asked is not None:
            asked.stop()

    def deliver(self, question: Question, value: Any, error: Exception | None) -> None:
        """Send an answer to the thread of the screen."""
        self._app.post_message(self.Delivered(question, value, error))

    def arrive(self, message: Feeds.Delivered) -> None:
        """Hand an answer on, unless something newer was asked meanwhile."""
        question = message.question
        if question.stopped or self._asked.get(question.topic) is not question:
            return
        if message.error is not None:
            question.failed(message.error)
        else:
            question.answered(message.value)

    def page(
        self,
        work: Callable[[Reader], dict[str, Row]],
        arrived: Callable[[dict[str, Row]], None],
        wait: float | None = None,
    ) -> dict[str, Row] | None:
        """Rows of a visible page, read in a thread: at once when they come within *wait* seconds
        (``PATIENCE``), else None, and *arrived* is called, in the thread of the screen, when they
        are there. An error is reported and gives no rows."""

        def read() -> dict[str, Row]:
            with self.database.read() as reader:
                return work(reader)

        future: Future[dict[str, Row]] = self._pages.submit(read)
        wait = PATIENCE if wait is None else wait
        if wait > 0:
            try:
                return future.result(timeout=wait)
            except TimeoutError:
                pass
            except Exception as error:
                self.failed(error)
                return {}
        question = Question(self, "", arrived)

        def done(finished: Future[dict[str, Row]]) -> None:
            error = finished.exception()
            if error is None:
                self._app.post_message(self.Page(question, finished.result()))
            elif isinstance(error, Exception):
                self._app.post_message(self.Page(question, None, error))

        future.add_done_callback(done)
        return None

    class Page(Message, bubble=False):
        """Rows of a page that came after the screen was drawn."""

        def __init__(self, question: Question, value: Any, error: Exception | None = None) -> None:
            super().__init__()
            self.question = question
            self.value = value
            self.error = error

        def hand_on(self) -> None:
            """Call whoever waits."""
            if self.error is not None:
                self.question.failed(self.error)
            else:
                self.question.answered(self.value)

    def close(self) -> None:
        """Stop everything that runs."""
        for topic in list(self._asked):
            self.drop(topic)
        self._pages.shutdown(wait=False, cancel_futures=True)
