from django.db import migrations, models
from django.db.models import Q

LEAST_TARGET, LEAST_HELD_S, MOST_OF_RATED = 100, 30, 0.8


def tell_trials(apps, schema_editor):
    """What was too low or too short accepts nothing any more."""
    tests = apps.get_model("devices", "AcceptanceTest").objects.select_related("controller")
    for test in tests.all():
        least = min(LEAST_TARGET, MOST_OF_RATED * test.controller.rated_maximum)
        if test.target < least or test.seconds < LEAST_HELD_S:
            test.is_trial, test.valid_until = True, None
            test.save(update_fields=["is_trial", "valid_until"])


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_a_fault_latches_its_controller")]

    operations = [
        migrations.RemoveConstraint(model_name="acceptancetest", name="only_a_passed_test_holds"),
        migrations.AddField(
            model_name="acceptancetest", name="is_trial", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(tell_trials, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="acceptancetest",
            constraint=models.CheckConstraint(
                condition=Q(passed=True, is_trial=False, valid_until__isnull=False)
                | (Q(passed=False) | Q(is_trial=True)) & Q(valid_until=None),
                name="only_a_passed_test_holds",
            ),
        ),
    ]
