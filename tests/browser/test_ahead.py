"""Pages that the browser renders before they are opened, and what a page may not make HTML of."""

import json

import pytest
from django.urls import reverse

from liveblogs import publishing
from liveblogs.models import Blog, Post
from tests.support.timelines import make_blog, make_posts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: A page that is rendered ahead is hidden, and knows why.
AHEAD = """
window.ahead = true;
Object.defineProperty(document, "prerendering", { get: () => window.ahead });
Object.defineProperty(document, "visibilityState", { get: () => (window.ahead ? "hidden" : "visible") });
Object.defineProperty(document, "hidden", { get: () => window.ahead });
window.open = () => {
  window.ahead = false;
  for (const name of ["prerenderingchange", "visibilitychange"]) document.dispatchEvent(new Event(name));
};
"""


@pytest.fixture
def blog(transactional_db) -> Blog:
    blog = make_blog("flood")
    make_posts(blog, 3)
    return blog


@pytest.fixture
def page(context, live_server):
    faults: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert [fault for fault in faults if "Trusted" not in fault] == []


def test_page_that_is_rendered_ahead_asks_for_nothing_until_it_is_shown(page, live_server, blog, settings):
    settings.FOLLOW_SECONDS = 0.1
    page.add_init_script(AHEAD)
    page.add_init_script("localStorage.setItem('newsroom.zone', '{\"zone\": \"elsewhere\"}')")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))
    page.goto(f"{live_server.url}/flood/")
    publishing.publish(Post(blog=blog, headline="The river is rising"))
    page.wait_for_timeout(1000)  # ten times the interval: nothing to wait for can show that nothing happens
    assert [path for path in asked if "/changes/" in path or "/zones/" in path] == []
    page.evaluate("window.open()")
    page.get_by_text("The river is rising").wait_for()
    page.wait_for_function("document.querySelector('#zone option[value=own]')")
    assert any(path.startswith("/zones/") for path in asked)


def test_rules_name_the_pages_that_readers_open_next(page, live_server, blog):
    def next_pages(address: str) -> set[str]:
        page.goto(live_server.url + address)
        rules = json.loads(page.locator("script[type=speculationrules]").text_content())
        [rule] = rules["prerender"]
        assert rule["eagerness"] == "moderate"
        selector = rule["where"]["selector_matches"]
        links = page.locator(selector).evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        return {link for link in links if link}

    posts = [post.get_absolute_url() for post in Post.objects.order_by("-published_at")]
    assert next_pages("/") == {"/flood/", *posts}
    assert next_pages("/flood/") >= set(posts)
    make_posts(blog, 40)
    assert any("?before=" in address for address in next_pages("/flood/"))


def test_page_makes_no_html_of_a_text(page, live_server, blog):
    page.goto(f"{live_server.url}/flood/")
    for script in (
        "document.body.innerHTML = '<b>x</b>'",
        "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
        "trustedTypes.createPolicy('newsroom', { createHTML: String })",
        "trustedTypes.createPolicy('other', { createHTML: String })",
        "setTimeout('window.broken = true')",
    ):
        refused = page.evaluate(f"(() => {{ try {{ {script}; return '' }} catch (error) {{ return error.name }} }})()")
        assert refused in ("TypeError", "EvalError"), script
    assert page.evaluate("window.broken") is None


def test_admin_is_not_rendered_ahead(client, admin_client, blog):
    for address in (reverse("admin:index"), reverse("admin:login")):
        assert b"speculationrules" not in admin_client.get(address, follow=True).content
