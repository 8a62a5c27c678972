"""Several editors who press a button in the same moment."""

import pytest
from django.test import Client

from liveblogs import publishing
from liveblogs.models import Blog, Byline, Post, PostCredit
from tests.support.admin import ADD, change_of, published, user
from tests.support.clients import at_once
from tests.support.forms import fields, messages_of, words

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS = 4


@pytest.fixture
def clients(blog):
    made = []
    for number in range(EDITORS):
        editor = user(f"editor{number}", "Editor")
        blog.staff.add(editor)
        client = Client()
        client.force_login(editor)
        made.append(client)
    return made


def test_new_posts_with_credits(blog, clients):
    """Each writes rows of one blog and then locks it: none may wait for another one's rows."""
    ada = Byline.objects.create(name="Ada", organisation="Fairlead")
    opened = [fields(client.get(ADD)) for client in clients]

    def send(number, client):
        typed = {"blog": blog.pk, "headline": f"By {number}", "credits-0-byline": ada.pk, "_publish": ""}
        return client.post(ADD, opened[number] | typed)

    assert [response.status_code for response in at_once(clients, send)] == [302] * EDITORS
    assert sorted(Post.objects.values_list("headline", flat=True)) == [f"By {number}" for number in range(EDITORS)]
    blog.refresh_from_db()
    assert blog.post_count == EDITORS
    assert PostCredit.objects.count() == EDITORS
    assert len(set(Post.objects.values_list("revision", flat=True))) == EDITORS


def test_one_post_saved_by_all(blog, clients):
    """One wins; the others are told, and keep what they typed."""
    post = published(blog)
    people = [Byline.objects.create(name=f"Person {number}", organisation="Fairlead") for number in range(EDITORS)]
    opened = [fields(client.get(change_of(post))) for client in clients]

    def send(number, client):
        typed = {"headline": f"By {number}", "credits-0-byline": people[number].pk, "_update": ""}
        return client.post(change_of(post), opened[number] | typed)

    answers = at_once(clients, send)
    won = [number for number, response in enumerate(answers) if response.status_code == 302]
    assert len(won) == 1
    post.refresh_from_db()
    assert (post.headline, post.version) == (f"By {won[0]}", 1)
    assert post.credits.get().byline == people[won[0]]
    for number, response in enumerate(answers):
        if number not in won:
            assert f"editor{won[0]} updated this at" in words(response)
            assert fields(response)["headline"] == f"By {number}"


def test_double_click(blog, clients):
    client = clients[0]
    sent = fields(client.get(ADD)) | {"blog": blog.pk, "headline": "Once", "_publish": ""}
    twins = [Client() for _ in range(EDITORS)]
    for twin in twins:
        twin.cookies = client.cookies
    answers = at_once(twins, lambda _number, twin: twin.post(ADD, sent))
    assert {response.url for response in answers} == {change_of(Post.objects.get())}
    blog.refresh_from_db()
    assert blog.post_count == 1


def test_blogs_that_carry_on_each_other(blog, clients):
    """Each change touches the other one's page: locks are taken in one order."""
    later = Blog.objects.create(title="Later", slug="later", continues=blog)
    publishing.open_blog(later)
    managers = []
    for number in range(2):
        client = Client()
        client.force_login(user(f"manager{number}", "Admin"))
        managers.append(client)
    addresses = [f"/admin/liveblogs/blog/{one.pk}/change/" for one in (blog, later)]
    opened = [fields(client.get(address), "blog") for client, address in zip(managers, addresses, strict=True)]
    people = [Byline.objects.create(name=f"Person {number}") for number in range(2)]

    def send(number, client):
        typed = {"title": f"Title {number}", "credits-0-byline": people[number].pk, "_save": ""}
        return client.post(addresses[number], opened[number] | typed, follow=True)

    assert [messages_of(response) for response in at_once(managers, send)] == ["Saved. This blog is live."] * 2
    assert set(Blog.objects.values_list("title", flat=True)) == {"Title 0", "Title 1"}
