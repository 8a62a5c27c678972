"""Who may do what: the rules of ``roles`` against a table of their own, and the ways round them."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from liveblogs import permissions, publishing
from liveblogs.models import Blog, Image, Notice, Post, PostCredit, PostImage
from tests.support.admin import ADD, change_of, user
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory
from tests.support.forms import fields, upload, words

pytestmark = pytest.mark.django_db
STATES = ["draft", "submitted", "scheduled", "published", "withdrawn"]
WHOSE = ["own", "other"]

# The rules
# ---------

EVERYTHING = {"view", "edit", "publish", "write"}
#: What each may do with a post: their own and another one's, by its state. Who isn't assigned is an outsider.
TABLE = {
    "staff": {},
    "Contributor": {
        "own draft": {"view", "edit", "delete", "write"},
        "own submitted": {"view", "edit", "write"},
        **{f"own {state}": {"view", "write"} for state in ("scheduled", "published", "withdrawn")},
        **{f"other {state}": {"view", "write"} for state in STATES},
    },
    "Editor": {
        f"{whose} {state}": EVERYTHING | ({"delete"} if state in ("draft", "submitted", "scheduled") else set())
        for whose in WHOSE
        for state in STATES
    },
    "Admin": {
        f"{whose} {state}": EVERYTHING
        | ({"delete"} if state in ("draft", "submitted", "scheduled") else set())
        | {"erase", "run"}
        for whose in WHOSE
        for state in STATES
    },
}


def rights_to(someone, post):
    asked = {
        "view": permissions.may_view(someone, post),
        "edit": permissions.may_edit(someone, post),
        "delete": permissions.may_delete(someone, post),
        "erase": permissions.may_erase(someone, post),
        "publish": permissions.may_publish(someone, post.blog),
        "write": permissions.may_write(someone, post.blog),
        "run": permissions.runs_blogs(someone),
    }
    return {name for name, allowed in asked.items() if allowed}


@pytest.fixture(scope="module")
def posts(django_db_setup, django_db_blocker):
    """A post in each state, by each of two writers."""
    with django_db_blocker.unblock(), transaction.atomic():
        blog, me, she = BlogFactory(live=True), UserFactory(), UserFactory()
        made = {
            f"{whose} {state}": PostFactory(blog=blog, state=state, by=by)
            for whose, by in (("own", me), ("other", she))
            for state in STATES
        }
        yield SimpleNamespace(blog=blog, me=me, all=made)
        transaction.set_rollback(True)


@pytest.mark.parametrize("is_assigned", [True, False], ids=["assigned", "elsewhere"])
@pytest.mark.parametrize("group", TABLE)
def test_rules_by_role_state_and_writer(posts, group, is_assigned):
    if group != "staff":
        posts.me.groups.add(Group.objects.get(name=group))
    if is_assigned:
        posts.blog.staff.add(posts.me)
    for key, post in posts.all.items():
        someone = get_user_model().objects.get(pk=posts.me.pk)
        allowed = TABLE[group].get(key, set()) if is_assigned or group == "Admin" else set()
        assert rights_to(someone, post) == allowed, key
        assert (post in permissions.posts_for(someone)) == ("view" in allowed)


def test_who_is_inactive_may_nothing(posts):
    posts.me.groups.add(Group.objects.get(name="Admin"))
    posts.me.is_active = False
    posts.me.save()
    someone = get_user_model().objects.get(pk=posts.me.pk)
    assert [rights_to(someone, post) for post in posts.all.values()] == [set()] * 10


@pytest.mark.parametrize("assigned", [True, False])
def test_writer_without_the_permission_to_add_copies_nothing(posts, assigned):
    """Single permissions count, and not the name of a group."""
    right = Permission.objects.get(codename="publish_post")
    posts.me.user_permissions.add(right)
    if assigned:
        posts.blog.staff.add(posts.me)
    someone = get_user_model().objects.get(pk=posts.me.pk)
    assert rights_to(someone, posts.all["own draft"]) == ({"publish"} if assigned else set())


# Rows that are somebody else's
# -----------------------------


@pytest.fixture
def theirs(blog):
    """A colleague's draft with a credit and a picture, in a blog that nobody else is assigned to."""
    away = BlogFactory(title="Away", live=True)
    return PostFactory(blog=away, headline="Theirs", credits=[BylineFactory(name="Bo")], images=[ImageFactory()])


@pytest.fixture
def mine(blog, writer):
    return PostFactory(blog=blog, headline="Mine", by=writer, credits=[BylineFactory(name="Ada")])


def stolen(theirs, kind):
    """A row of an inline that names a row, or a post, which is not this writer's."""
    credit, picture = theirs.credits.get(), theirs.images.get()
    return {
        "another post's credit": {"credits-0-id": credit.pk, "credits-0-place": "Taken"},
        "a credit for another post": {"credits-0-post": theirs.pk, "credits-0-place": "Taken"},
        "another post's picture": {
            "images-TOTAL_FORMS": 1, "images-INITIAL_FORMS": 1, "images-0-id": picture.pk, "images-0-position": 0,
            "images-0-image": picture.image_id, "images-0-caption": "Taken",
        },
        "another post's credit, to delete": {"credits-0-id": credit.pk, "credits-0-DELETE": "on"},
        "a picture for another post": {
            "images-TOTAL_FORMS": 1, "images-0-post": theirs.pk, "images-0-image": picture.image_id,
            "images-0-position": 0, "images-0-caption": "Taken",
        },
    }[kind]  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    [
        "another post's credit",
        "a credit for another post",
        "another post's picture",
        "another post's credit, to delete",
        "a picture for another post",
    ],
)
def test_rows_of_another_post_stay_as_they_are(client, mine, theirs, kind):
    def rows():
        of_both = [list(model.objects.order_by("pk").values_list()) for model in (PostCredit, PostImage)]
        return *of_both, Post.objects.filter(pk=theirs.pk).values_list().get()

    before = rows()
    client.post(change_of(mine), fields(client.get(change_of(mine))) | stolen(theirs, kind) | {"_save": ""})
    assert rows() == before


def test_new_post_cannot_take_over_rows(client, blog, writer, theirs):
    credit = theirs.credits.get()
    sent = fields(client.get(ADD)) | {
        "blog": blog.pk, "headline": "New", "credits-TOTAL_FORMS": 1, "credits-INITIAL_FORMS": 1,
        "credits-0-id": credit.pk, "credits-0-byline": credit.byline_id, "credits-0-position": 0, "_save": "",
    }  # fmt: skip
    client.post(ADD, sent)
    assert PostCredit.objects.get(pk=credit.pk).post == theirs
    assert not PostCredit.objects.exclude(pk=credit.pk).filter(byline=credit.byline).exists()


def test_words_of_a_picture_that_is_not_theirs(client, mine, theirs):
    """A row may show any picture of the library; its words are the picture's, wherever it stands."""
    picture = theirs.images.get().image
    sent = fields(client.get(change_of(mine))) | {
        "images-TOTAL_FORMS": 1, "images-0-image": picture.pk, "images-0-position": 0, "images-0-alt": "Mine now",
        "_save": "",
    }  # fmt: skip
    assert "This text is shared by all posts" in words(client.post(change_of(mine), sent))
    assert Image.objects.get(pk=picture.pk).alt == picture.alt


@pytest.mark.parametrize("field", ["state", "published_at", "publish_at", "pinned_at", "created_by", "correction"])
def test_fields_that_are_not_in_the_form_are_not_taken(client, mine, writer, field):
    before = Post.objects.filter(pk=mine.pk).values().get()
    smuggled = {"state": "published", "created_by": 1, "correction": "Wrong"}.get(field, "2026-01-01T10:00")
    client.post(change_of(mine), fields(client.get(change_of(mine))) | {field: smuggled, "_save": ""})
    after = Post.objects.filter(pk=mine.pk).values().get()
    assert {name for name in before if before[name] != after[name]} <= {"version"}


# Rights that are taken away
# --------------------------


def test_writer_who_is_not_assigned_any_more(client, blog, writer, mine):
    """The form was open: nothing is saved, and no page names the post."""
    opened = fields(client.get(change_of(mine)))
    notice = Notice.objects.create(user=writer, post=mine, text="Sent back: shorter, please")
    assert "shorter, please" in words(client.get("/admin/"))
    blog.staff.remove(writer)
    response = client.post(change_of(mine), opened | {"headline": "After", "_save": ""}, follow=True)
    mine.refresh_from_db()
    assert mine.headline == "Mine"
    page = words(client.get("/admin/"))
    assert "shorter, please" not in page
    assert "Mine" not in page
    assert response.redirect_chain[-1][0] == "/admin/"
    notice.refresh_from_db()
    assert not notice.is_seen


def test_editor_who_may_not_publish_any_more(client, blog, editor):
    post = PostFactory(blog=blog, headline="Draft", by=editor)
    opened = fields(client.get(change_of(post)))
    editor.groups.set([Group.objects.get(name="Contributor")])
    response = client.post(change_of(post), opened | {"headline": "After", "_publish": ""})
    assert "You don't have permission to publish in this blog." in words(response)
    assert fields(response)["headline"] == "After"
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_contributor_cannot_assign_themselves(client, writer):
    away = BlogFactory(title="Away", live=True)
    sent = {"title": "Away", "slug": away.slug, "time_zone": "UTC", "staff": [writer.pk], "seen_version": away.version}
    for blog in (away, Blog.objects.get(slug="quake")):
        client.post(reverse("admin:liveblogs_blog_change", args=[blog.pk]), sent)
    assert list(writer.assigned_blogs.values_list("slug", flat=True)) == ["quake"]


def test_no_address_tells_where_a_row_would_appear(blog):
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[1, 1])


# Lists that others' words could be read from
# -------------------------------------------


@pytest.fixture
def shown_away(blog, editor):
    """A picture and a byline that stand in a hidden blog, and once where this editor works."""
    byline, image = BylineFactory(name="Ada"), ImageFactory()
    hidden = BlogFactory(title="Hidden plans", credits=[byline])
    Blog.objects.filter(pk=hidden.pk).update(cover=image)
    PostFactory(blog=hidden, headline="Hidden words", images=[image], credits=[byline])
    PostFactory(blog=blog, headline="Open words", images=[image], credits=[byline])
    return SimpleNamespace(byline=byline, image=image, hidden=hidden)


@pytest.mark.parametrize(
    ("model", "counted"), [("image", "2 more places"), ("byline", "1 more place")], ids=["image", "byline"]
)
def test_where_a_row_stands_is_named_to_colleagues_alone(client, shown_away, editor, model, counted):
    address = reverse(f"admin:liveblogs_{model}_change", args=[getattr(shown_away, model).pk])
    page = words(client.get(address))
    assert "Hidden" not in page
    assert counted in page
    shown_away.hidden.staff.add(editor)
    page = words(client.get(address))
    assert "Hidden plans" in page
    assert "more" not in page.split("Used in")[-1]


def test_library_names_covers_to_colleagues_alone(client, shown_away, editor):
    library = reverse("admin:liveblogs_image_library")
    assert "Hidden" not in words(client.get(library))
    shown_away.hidden.staff.add(editor)
    assert "as cover of “Hidden plans”" in words(client.get(library))


@pytest.mark.parametrize("query", ["blog__title__startswith=Hidden", "created_by__password=x"])
def test_lists_are_not_filtered_by_what_they_do_not_offer(client, editor, query):
    assert client.get(reverse("admin:liveblogs_post_changelist") + "?" + query).status_code == 400


# Nobody grants what they lack
# ----------------------------

PASSWORD = {"password1": "Longer-than-8-letters", "password2": "Longer-than-8-letters", "usable_password": "true"}


def address_of(someone, what="change"):
    return reverse(f"admin:auth_user_{what}", args=[someone.pk])


def test_inactive_account_with_more_rights_is_not_taken_over(client, manager):
    """Django says of an inactive user that they may nothing; it takes one tick to make them active again."""
    powerful = user("pow", "Admin")
    powerful.user_permissions.add(Permission.objects.get(codename="delete_user"))
    powerful.is_active = False
    powerful.save()
    before = powerful.password
    assert client.post(address_of(powerful, "password_change"), PASSWORD).status_code == 403
    assert client.post(address_of(powerful), {"username": "pow", "is_active": "on"}).status_code == 403
    powerful.refresh_from_db()
    assert (powerful.password, powerful.is_active) == (before, False)


def test_admin_who_may_delete_users_deletes_none_who_may_more(client, manager, admin_user):
    manager.user_permissions.add(Permission.objects.get(codename="delete_user"))
    chosen = {"action": "delete_selected", "_selected_action": [admin_user.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), chosen)
    assert client.post(address_of(admin_user, "delete"), {"post": "yes"}).status_code == 403
    assert get_user_model().objects.filter(pk=admin_user.pk).exists()
    wren = user("wren", "Contributor")
    assert client.post(address_of(wren, "delete"), {"post": "yes"}).status_code == 302
    assert not get_user_model().objects.filter(pk=wren.pk).exists()


@pytest.mark.parametrize("name", ["Contributor", "Powers"])
def test_who_runs_the_groups_gives_them_only_what_they_have(client, manager, name):
    """By default only a superuser does; an installation may let others."""
    for codename in ("add_group", "change_group", "delete_group", "view_group"):
        manager.user_permissions.add(Permission.objects.get(codename=codename))
    Group.objects.create(name="Powers").permissions.add(Permission.objects.get(codename="delete_user"))
    group = Group.objects.get(name=name)
    change = reverse("admin:auth_group_change", args=[group.pk])
    lacked, held = Permission.objects.get(codename="delete_user"), Permission.objects.get(codename="view_user")
    before = set(group.permissions.all())
    client.post(change, {"name": name, "permissions": [lacked.pk]})
    assert set(group.permissions.all()) == before
    client.post(change, {"name": name, "permissions": [held.pk]})
    assert set(group.permissions.all()) == (before if name == "Powers" else {held})
    client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})
    assert Group.objects.filter(pk=group.pk).exists() == (name == "Powers")


def test_new_account_has_no_more_than_its_maker_gives(client, manager):
    extra = {"is_superuser": "on", "is_staff": "on", "groups": [Group.objects.get(name="Admin").pk]}
    client.post(reverse("admin:auth_user_add"), {"username": "nina", **PASSWORD, **extra})
    nina = get_user_model().objects.get(username="nina")
    assert (nina.is_superuser, nina.is_staff, nina.groups.count()) == (False, False, 0)


# Pictures
# --------


def test_writer_restores_words_of_their_own_pictures_alone(client, blog, writer):
    own, other = (
        Image(file=upload(f"{name}.png"), alt="First", created_by=by) for name, by in (("a", writer), ("b", None))
    )
    for image in (own, other):
        image.save()
        image.alt = "Second"
        publishing.update_image(image)
        image.refresh_from_db()
        sent = {"restore": image.history.last().pk, "version": image.version}
        client.post(reverse("admin:liveblogs_image_history", args=[image.pk]), sent)
    assert [Image.objects.get(pk=image.pk).alt for image in (own, other)] == ["First", "Second"]
