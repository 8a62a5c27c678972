"""An edit lock for blogs, bylines and images as posts have it, and no post under an address of our own."""

import liveblogs.models.post
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('liveblogs', '0004_groups'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='blog',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='byline',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='historicalblog',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='historicalbyline',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='historicalimage',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='image',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='historicalpost',
            name='public_id',
            field=models.CharField(default=liveblogs.models.post.new_public_id, editable=False, max_length=64, validators=[liveblogs.models.post.validate_public_id], verbose_name='public id'),
        ),
        migrations.AlterField(
            model_name='post',
            name='public_id',
            field=models.CharField(default=liveblogs.models.post.new_public_id, editable=False, max_length=64, validators=[liveblogs.models.post.validate_public_id], verbose_name='public id'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('public_id__in', ['', 'changes', 'feed', 'stream']), _negated=True), name='post_public_id_is_not_our_own', violation_error_message="A post needs a public id that is none of the site's own addresses."),
        ),
        migrations.AlterConstraint(
            model_name='image',
            name='image_focal_point_inside',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__gte', 0), ('focal_x__lte', 1), ('focal_y__gte', 0), ('focal_y__lte', 1)), name='image_focal_point_inside', violation_error_message='The focal point lies outside the picture.'),
        ),
    ]
