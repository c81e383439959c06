"""A dataset's definition as a form: its words in both languages, its categories, and whether it leaves by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Category
from opendata.models import Definition, Release, is_english
from opendata.overlaps import twin_in_use
from opendata.recipes.made import Recipe

if TYPE_CHECKING:
    Form = forms.ModelForm[Definition]
else:
    Form = forms.ModelForm  # no generic while it runs

MOST_TAGS = 10


class TagList(forms.CharField):
    """Short words with commas between them."""

    def clean(self, value: Any) -> Any:
        tags = ["-".join(part.lower().split()) for part in super().clean(value).split(",")]
        tags = list(dict.fromkeys(tag for tag in tags if tag))
        if len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags):
            raise ValidationError(_("At most ten tags of 40 letters each."))
        return tags

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class DatasetForm(Form):
    """A dataset of a recipe. Its address cannot change once something of it was released."""

    tags = TagList(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Words to find it by, with commas."),
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of this tier, also those that are added later."),
    )

    class Meta:
        model = Definition
        fields = ("title_id", "title_en", "slug", "notes_id", "notes_en", "tags", "categories", "automatic")
        labels = {
            "title_id": gettext_lazy("Title in Indonesian"),
            "title_en": gettext_lazy("Title in English"),
            "slug": gettext_lazy("Name in addresses"),
            "notes_id": gettext_lazy("What it tells, in Indonesian"),
            "notes_en": gettext_lazy("What it tells, in English"),
            "automatic": gettext_lazy("Release by itself"),
        }
        help_texts = {
            "slug": gettext_lazy(
                "Small letters, digits and hyphens. It stays for ever once something is released."
            ),
            "notes_id": gettext_lazy(
                "The first paragraph says what it tells; after an empty line, how to read a row."
            ),
            "notes_en": gettext_lazy("The same in English."),
            "automatic": gettext_lazy(
                "A build that withstood every attack is released without asking you. One that did not is never "
                "released."
            ),
        }
        widgets = {
            "notes_id": forms.Textarea(attrs={"rows": 6}),
            "notes_en": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, recipe: Recipe, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipe = recipe
        self.instance.recipe = recipe.name
        if self.instance.pk and is_released(self.instance.slug):
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("It was released under this name, which therefore stays.")
        if recipe.tier:
            self.fields["categories"].choices = topics(recipe.tier)  # type: ignore[attr-defined]
        else:
            del self.fields["categories"]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug == "baru":
            raise ValidationError(_("This word is taken by an address of the desk."))
        if is_released(slug) and slug != self.instance.slug:
            raise ValidationError(_("Releases of another dataset have this name already."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        twin = twin_in_use(self.instance, cleaned.get("categories", []))
        if twin:
            raise ValidationError(
                _(
                    "“%(title)s” shows the same already. Two datasets of one kind about the same topics could be "
                    "subtracted from each other: choose other topics."
                )
                % {"title": twin.title}
            )
        return cleaned


def is_released(slug: str) -> bool:
    """Whether anything was ever released under this name."""
    return Release.objects.filter(dataset__slug=slug).exists()


def topics(tier: str) -> list[tuple[str, str]]:
    """The categories of a tier that reports can have, by name."""
    leaves = Category.objects.filter(tier=tier, children__isnull=True).order_by(
        "parent__position", "position"
    )
    return [
        (one.code, one.name_en if is_english() else one.name_id) for one in leaves.select_related("parent")
    ]
