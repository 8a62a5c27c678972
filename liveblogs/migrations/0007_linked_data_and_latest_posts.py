from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):

    dependencies = [
        ("liveblogs", "0006_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="fragment",
            name="data",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="blogfragment",
            name="data",
            field=models.TextField(default=""),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                F("published_at").desc(), F("id").desc(), condition=Q(("state", "published")), name="post_latest"
            ),
        ),
    ]
