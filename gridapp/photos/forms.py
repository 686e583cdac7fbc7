"""The field for photos in forms of any feature (P13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import FileInput

from gridapp.core.photos import LARGEST_FILE, BadPhoto, Picture, read_photo
from gridapp.photos.models import MOST_OF_A_THING, Choice, Photo
from gridapp.web.words import say

A_FORM = 1024 * 1024
MEGABYTE = 1024 * 1024
ID = re.compile(r"[1-9][0-9]{0,8}")


def room_for(photos: int) -> int:
    """Bytes of a request with so many photos and a form around them."""
    return photos * LARGEST_FILE + A_FORM


class PhotosField(Field):
    """Up to `most` photos. Files are read while the form is validated, before anything is written.

    `data` are the pictures made of new files, `kept_ids` photos that came with the form before it was refused,
    `removed_ids` photos to be taken away. A view sets `there`, the photos that the thing has, and `needed`, the words
    for none at all; `photos.acting.keep` sets `kept`.
    """

    widget = FileInput(multiple=True)

    def __init__(self, label: Any = None, *, most: int = MOST_OF_A_THING, thing: str, **kwargs: Any):
        super().__init__(label, **kwargs)
        self.most, self.thing = most, thing
        self.data: list[Picture] = []
        self.files: list[FileStorage] = []
        self.there: Sequence[Photo] = ()
        self.kept: Sequence[Photo] = ()
        self.kept_ids: list[int] = []
        self.removed_ids: list[int] = []
        self.needed: str | None = None

    def process(self, formdata: Any, *_data: Any, **_more: Any) -> None:
        """Take the files that were chosen, and the photos that are ticked."""
        self.data = []
        self.process_errors: list[str] = []
        sent = formdata.getlist(self.name) if formdata is not None else []
        self.files = [file for file in sent if isinstance(file, FileStorage) and file.filename]
        self.kept_ids = _ids(formdata, f"{self.name}-kept")
        self.removed_ids = _ids(formdata, f"{self.name}-removed")

    def pre_validate(self, form: Any) -> None:
        """Read the files; say what is wrong with each, or that there are too many or none."""
        if self.most == 1 and (self.files or self.kept_ids):  # the new one takes the place of the old
            self.removed_ids = [photo.id for photo in self.there]
        staying = sum(photo.id not in self.removed_ids for photo in self.there)
        others = staying + len(self.kept_ids)
        if len(self.files) + others > self.most:
            raise StopValidation(
                _(
                    "At most %(most)s photos; these are %(all)s. Please choose fewer.",
                    most=self.most,
                    all=len(self.files) + others,
                )
            )
        wrong = self._read()
        if wrong:
            raise StopValidation(" ".join(wrong))
        if self.needed and not self.files and not others:
            raise StopValidation(self.needed)

    @property
    def choice(self) -> Choice:
        """What the workflow needs to know."""
        return Choice(tuple(self.data), tuple(self.kept_ids), tuple(self.removed_ids))

    @property
    def megabytes(self) -> int:
        """How large a file may be."""
        return LARGEST_FILE // MEGABYTE

    def _read(self) -> list[str]:
        wrong = []
        for file in self.files:
            try:
                self.data.append(read_photo(file.stream, file.filename or ""))
            except BadPhoto as bad:
                wrong.append(say(bad.words))
        return wrong


def _ids(formdata: Any, name: str) -> list[int]:
    typed = formdata.getlist(name) if formdata is not None else []
    found = [int(one) for one in typed if isinstance(one, str) and ID.fullmatch(one)]
    return list(dict.fromkeys(found))[: 2 * MOST_OF_A_THING]
