"""Upgrades: while they run, the release before goes on writing to the new tables."""

from contextlib import nullcontext

import pytest
from django.apps import apps
from django.db import connection, migrations, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from liveblogs.models import Autosave, Notice
from tests.support.factories import BlogFactory, BylineFactory, ImageFactory, PostFactory, UserFactory

#: Up to here, nothing was deployed.
FIRST = "0002_groups"


def later_migrations() -> list[migrations.Migration]:
    loader = MigrationLoader(connection)
    names = sorted(name for app, name in loader.disk_migrations if app == "liveblogs" and name > FIRST)
    return [loader.get_migration("liveblogs", name) for name in names]


def problem(operation: Operation, migration: migrations.Migration) -> str:
    """Why old code could fail on the new schema, or publishing wait for it."""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if not (field.null or field.has_db_default() or field.many_to_many):
            return f"{operation.name}: old code writes rows without it; give it a db_default"
    if isinstance(operation, migrations.AlterField) and not operation.field.null and not operation.field.many_to_many:
        return f"{operation.name}: old code may still write NULL or longer values; check it by hand"
    if isinstance(operation, migrations.RenameField | migrations.RenameModel | migrations.AlterModelTable):
        return f"{operation.describe()}: old code reads the old name"
    if isinstance(operation, migrations.AddIndex) and migration.atomic:
        return f"{operation.describe()}: writers wait for it; use AddIndexConcurrently on PostgreSQL"
    return ""


@pytest.mark.django_db
def test_old_code_works_on_the_new_schema():
    found = [
        f"{migration.name}: {problem(operation, migration)}"
        for migration in later_migrations()
        for operation in migration.operations
        if problem(operation, migration)
    ]
    assert found == []


@pytest.mark.django_db
def test_rows_can_be_written_by_the_release_before():
    """Each row of this release, without what came later, as the models were before."""
    byline, image = BylineFactory(user=UserFactory(group="Editor")), ImageFactory()
    blog = BlogFactory(live=True, cover=image, credits=[byline])
    post = PostFactory(blog=blog, state="published", credits=[byline], images=[image])
    Autosave.objects.create(user=byline.user, blog=blog, place="new-1", fields={"headline": ["Typed"]})
    Notice.objects.create(user=byline.user, post=post, text="Sent back.")
    old_models = MigrationLoader(connection).project_state(("liveblogs", FIRST)).apps.get_app_config("liveblogs")
    written = 0
    with connection.constraint_checks_disabled() if connection.vendor == "sqlite" else nullcontext():
        for old in old_models.get_models():
            new = apps.get_model("liveblogs", old.__name__)
            names = [field.attname for field in old._meta.concrete_fields]
            for values in list(new._base_manager.values(*names)):
                with transaction.atomic():
                    new._base_manager.filter(pk=values[old._meta.pk.attname])._raw_delete("default")
                    old(**values).save(force_insert=True)
                    written += 1
    assert written >= 12
