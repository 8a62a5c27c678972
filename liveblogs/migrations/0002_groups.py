"""The groups Contributor, Editor and Admin, with the permissions that ``liveblogs.permissions`` lists for them."""

from django.db import migrations

from liveblogs.permissions import create_groups


def forwards(apps, schema_editor):
    create_groups(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("liveblogs", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
