"""What a reporter's wish for confidence took back from outside, and searches by telephone in the log of looks."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("incidents", "0026_desk_lines_planned_once")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="referral",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True,
                help_text="its reporter made it confidential: nothing is shown until it is forwarded anew",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="accesslog",
            name="what",
            field=models.CharField(
                choices=[
                    ("identity", "who reported"),
                    ("words", "words without masking"),
                    ("original", "original of a photo"),
                    ("export", "file of a list of cases"),
                    ("phone", "search by telephone number"),
                ],
                max_length=10,
            ),
        ),
    ]
