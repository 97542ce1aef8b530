import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep(apps, schema_editor):
    """The one score that a report held becomes its first."""
    leg = apps.get_model("patients", "SwollenLeg")
    score = apps.get_model("patients", "WellsScore")
    for row in leg.objects.exclude(wells_points=None).exclude(scored_by=None):
        score.objects.create(
            report=row,
            items=row.wells_items or [],
            points=row.wells_points,
            scored_at=row.scored_at,
            scored_by=row.scored_by,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_limbs_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WellsScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("items", models.JSONField()),
                ("points", models.IntegerField()),
                ("scored_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="patients.swollenleg",
                    ),
                ),
                (
                    "scored_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField(model_name="swollenleg", name="scored_at"),
        migrations.RemoveField(model_name="swollenleg", name="scored_by"),
        migrations.RemoveField(model_name="swollenleg", name="wells_items"),
        migrations.RemoveField(model_name="swollenleg", name="wells_points"),
    ]
