"""An open page that follows a stream: when it asks, what it does without, and that its crowd is spread."""

import itertools
import signal

import pytest
from playwright.sync_api import expect

from liveblogs import publishing
from tests.support.front import front
from tests.support.reader import Reader
from tests.support.servers import PATIENCE, python
from tools.serving import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser_context_args(viewport={"width": 800, "height": 400}),
]

#: In the place of the browser's own: a stream whose server is the test.
STREAMS = """
window.EventSource = class extends EventTarget {
  static all = [];
  isOpen = true;
  constructor(address) {
    super();
    this.address = address;
    EventSource.all.push(this);
  }
  close() {
    this.isOpen = false;
  }
  static say(data) {
    this.tell(new MessageEvent("revision", { data }));
  }
  static fail() {
    this.tell(new Event("error"));
  }
  static tell(event) {
    for (const one of this.all.filter(({ isOpen }) => isOpen)) one.dispatchEvent(event);
  }
};
"""


class Streamed:
    """A reader whose clock and whose stream do only what the test says."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def say(self, number: object) -> None:
        self.reader.run("(data) => EventSource.say(String(data))", number)

    def fail(self) -> None:
        self.reader.run("EventSource.fail()")

    @property
    def streams(self) -> list[bool]:
        """Each stream that was opened, and whether it still is."""
        return self.reader.run("EventSource.all.map(({ isOpen }) => isOpen)")

    def questions(self, seconds: int, *, beats: bool = False) -> int:
        """How often the page asks in these seconds; with ``beats``, the stream repeats its number in time."""
        before = self.reader.questions
        for second in range(seconds):
            if beats and second % 20 == 10:
                self.say(self.reader.run("document.querySelector('main').dataset.revision"))
            self.reader.pass_time(1)
        return self.reader.questions - before


@pytest.fixture
def streamed(desk, open_page, context, settings) -> Streamed:
    settings.OFFER_STREAM, settings.FOLLOW_SECONDS = True, 5
    context.add_init_script(STREAMS)
    streamed = Streamed(open_page(clock=True))
    assert streamed.streams == [True]
    assert streamed.reader.run("EventSource.all[0].address") == "/flood/stream/"
    streamed.say(desk.revision)
    streamed.questions(8)  # the question that was planned before the stream was there
    return streamed


def test_page_without_a_stream_opens_none(desk, open_page, context):
    context.add_init_script(STREAMS)
    reader = open_page()
    reader.catch_up(desk.revision)
    assert reader.run("EventSource.all") == []


def test_hint_leads_to_one_question_within_a_second(desk, streamed):
    reader = streamed.reader
    desk.publish("one")
    desk.publish("two")
    for number in (desk.revision - 1, desk.revision, desk.revision):
        streamed.say(number)
    assert streamed.questions(2) == 1
    assert f"&heard={desk.revision}" in [address for address in reader.asked if "/changes/" in address][-1]
    reader.expect_revision(desk.revision)
    reader.accept()
    reader.expect_equal_to_fresh()


def test_crowd_is_spread(desk, streamed):
    """By the same hint, given again and again before the question is answered."""
    reader = streamed.reader
    reader.run("""
        window.waits = [];
        const real = setTimeout;
        window.setTimeout = (call, wait) => { waits.push(wait); return real(call, wait); };
        document.querySelector("main").dataset.changes = "/nowhere/";
    """)
    for _ in range(40):
        streamed.say(desk.revision + 1)
        reader.pass_time(1)
    waits = [wait for wait in reader.run("waits") if wait < 1000]
    assert len(waits) >= 40
    assert max(waits) < 600
    assert min(waits) < 150
    assert max(waits) > 450


def test_well_stream_leaves_a_slow_question_for_safety(streamed):
    assert 1 <= streamed.questions(130, beats=True) <= 3
    assert streamed.streams == [True]


def test_what_is_old_or_no_number_is_no_hint(desk, streamed):
    for data in (desk.revision, desk.revision - 1, 0, "", "news", "9.5", "-1", "1e9", "9" * 30):
        streamed.say(data)
    assert streamed.questions(5) == 0


@pytest.mark.parametrize("how", ["error", "silence"])
def test_lost_stream_is_replaced_by_asking_and_opened_again(desk, streamed, how):
    if how == "error":
        streamed.fail()
    else:
        assert streamed.questions(40) == 0
        assert streamed.streams == [True]
        streamed.questions(4)
    assert streamed.streams[0] is False
    desk.publish("meanwhile")
    streamed.questions(7)
    streamed.reader.expect_revision(desk.revision)
    assert 3 <= streamed.questions(25) <= 6  # at its usual pace, until the new stream says something
    assert streamed.streams == [False, True]
    streamed.say(desk.revision)
    streamed.questions(7)
    assert streamed.questions(30, beats=True) <= 1


def test_stream_that_is_refused_is_tried_more_and_more_seldom(streamed):
    opened = []
    for _ in range(3):
        for _ in range(80):
            streamed.fail()
            streamed.reader.pass_time(1)
        opened.append(len(streamed.streams))
    tries = [opened[0], *(after - before for before, after in itertools.pairwise(opened))]
    assert 3 <= tries[0] <= 6
    assert 1 <= tries[-1] <= 3  # about once a minute
    assert streamed.questions(30) >= 4


def test_pause_closes_it_and_going_on_opens_it(desk, streamed):
    reader = streamed.reader
    control = reader.page.locator(".follow-switch")
    control.click()
    reader.pass_time(1)
    assert streamed.streams == [False]
    desk.publish("unseen")
    streamed.say(desk.revision)
    assert streamed.questions(70) == 0
    control.click()
    reader.pass_time(1)
    reader.expect_revision(desk.revision)
    assert streamed.streams == [False, True]


def test_hidden_tab_lets_go_and_catches_up_when_it_returns(desk, streamed):
    reader = streamed.reader
    reader.hide(True)
    streamed.questions(40, beats=True)
    assert streamed.streams == [True]
    streamed.questions(25, beats=True)
    assert streamed.streams == [False]
    desk.publish("unseen")
    reader.hide(False)
    reader.pass_time(1)
    reader.expect_revision(desk.revision)
    assert streamed.streams == [False, True]


@pytest.mark.parametrize("end", ["end_blog", "take_down"])
def test_coverage_that_ends_needs_no_stream(desk, streamed, end):
    getattr(publishing, end)(desk.read())
    streamed.say(desk.revision)
    streamed.questions(2)
    expect(streamed.reader.main).to_have_attribute("data-status", {"end_blog": "ended", "take_down": "gone"}[end])
    assert streamed.streams == [False]
    assert streamed.questions(40) == 0
    assert streamed.streams == [False]


def test_through_a_real_stream(desk, open_page, live_server, context, settings, tmp_path, monkeypatch):
    """Nothing but the stream makes this page ask, until there is none."""
    settings.OFFER_STREAM, settings.FOLLOW_SECONDS = True, 3600
    port = free_port()
    pages = int(live_server.url.rpartition(":")[2])
    with (
        python("newsroom.stream_server", port=port, log=tmp_path / "stream.log", STREAM_PORT=str(port)) as server,
        front(pages, port) as address,
    ):
        monkeypatch.setattr("newsroom.middleware.SITE_PORT", str(address))
        reader = Reader(context, f"http://127.0.0.1:{address}/flood/")
        post = desk.publish("Just in")
        reader.expect_revision(desk.revision)
        publishing.withdraw(post)
        reader.expect_revision(desk.revision)
        reader.accept()
        reader.expect_equal_to_fresh()
        reader.run("document.querySelector('main').dataset.interval = 0.1")
        settings.FOLLOW_SECONDS = 0.2
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)
        desk.publish("Without a stream")
        reader.expect_revision(desk.revision)
        assert reader.faults == []
        reader.page.close()
